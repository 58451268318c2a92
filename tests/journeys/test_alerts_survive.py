"""Warning signs fired while the broker, a worker and the mail server are killed at random: none is lost.

`CANDOR_ALERTS` is how many (10; the full run is 200) and `CANDOR_SEED` which run it is.
"""

import os
import random
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from django.utils import timezone

from config.broker import BrokerServer
from config.demonstration import Cast
from decision_aid.models import Alert, DecisionAidVersion, Escalation
from decision_aid.selectors import alerts_for
from questionnaires.definition.answers import Given
from questionnaires.models import AuditEvent, Message, OutboxEvent, Patient
from questionnaires.services.answering import give_consent, save_answer
from tests.cast import new_patient, new_visit
from tests.processes import ROOT, WorkerProcess, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

ALERTS = int(os.environ.get("CANDOR_ALERTS", "10"))
SEED = int(os.environ.get("CANDOR_SEED", "1"))


class MailServer:
    """A mail server on one port, which may go away and come back; it keeps what it took."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "mail.pem"
        self.certificate.write_bytes(certificate_of_this_machine())
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate)
        self.taken: list[str] = []
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None
        self.start()

    def start(self) -> None:
        mails = self

        class Session(socketserver.StreamRequestHandler):
            timeout = 5

            def setup(self) -> None:
                self.request = mails.tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                self.say("220 here")
                while line := self.rfile.readline():
                    match line.split(None, 1)[0].upper() if line.strip() else b"":
                        case b"DATA":
                            self.say("354 go on")
                            body = b""
                            while (more := self.rfile.readline()) not in {b".\r\n", b""}:
                                body += more
                            mails.taken.append(body.decode())
                            self.say("250 taken")
                        case b"QUIT":
                            self.say("221 bye")
                            return
                        case _:
                            self.say("250 well")

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A sender that was killed in the middle is what this is about."""

        self._server = Server(("127.0.0.1", self.port), Session)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def is_away(self) -> bool:
        return self._server is None

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def come_back(self) -> None:
        if self._server is None:
            self.start()


def certificate_of_this_machine() -> bytes:
    """A key and a certificate for 127.0.0.1 that vouches for itself, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of the tests")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path)
    yield server
    server.stop()


class Nemesis:
    """Kills the broker, the worker or the mail server, and brings them back, as the seed says."""

    def __init__(
        self, broker: BrokerServer, mails: MailServer, start_worker: Callable[..., WorkerProcess]
    ) -> None:
        self.broker, self.mails, self.start_worker = broker, mails, start_worker
        self.worker: WorkerProcess | None = None
        self.broker_is_away = False
        self.faults = {"broker": 0, "worker": 0, "mail": 0}
        self.random = random.Random(SEED)  # noqa: S311 - a schedule that can be run again

    def strike(self) -> None:
        target = self.random.choice(["broker", "worker", "mail", "nothing"])
        if target == "broker":
            (self.broker.start if self.broker_is_away else self.broker.stop)()
            self.broker_is_away = not self.broker_is_away
        elif target == "worker" and self.worker:
            self.worker.kill()
            self.worker = None
        elif target == "worker" and not self.broker_is_away:
            self.worker = self.start_worker(self.broker.url, "solo", wait=False)
        elif target == "mail":
            (self.mails.come_back if self.mails.is_away else self.mails.stop)()
        if target in self.faults:
            self.faults[target] += 1

    def relent(self) -> None:
        if self.broker_is_away:
            self.broker.start()
        self.mails.come_back()
        if self.worker is None:
            self.worker = self.start_worker(self.broker.url, "solo")


def test_none_is_late_closed_or_told_twice(
    broker_server: BrokerServer,
    mails: MailServer,
    celery_worker_process: Callable[..., WorkerProcess],
    worker_environment: dict[str, str],
    release: DecisionAidVersion,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_mail = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mails.port),
        "SSL_CERT_FILE": str(mails.certificate),
        "CANDOR_BROKER_URL": broker_server.url,
    }
    worker_environment.update(by_mail)
    responses = [
        give_consent(new_visit(release, new_patient(cast.clinic, f"A-{number}"), cast).consultation.response)
        for number in range(ALERTS)
    ]
    Patient.objects.update(email="")  # this is about staff
    Message.objects.all().delete()
    nemesis = Nemesis(broker_server, mails, celery_worker_process)
    sweeper = Sweeper(worker_environment)
    slowest = slowest_save = 0.0
    try:
        for response in responses:
            nemesis.strike()
            began = time.monotonic()
            save_answer(response, "saddle_numbness", Given(True), revision=None)
            answered = time.monotonic()
            seen = alerts_for(cast.surgeon).filter(consultation__response=response)
            assert [alert.acknowledged_at for alert in seen] == [None]
            slowest = max(slowest, time.monotonic() - answered)
            slowest_save = max(slowest_save, answered - began)
            if nemesis.random.random() < 0.2:
                sweeper.kill_and_start()
        # Everybody's quarter of an hour has passed, while things still go away.
        past = timezone.now() - timedelta(minutes=16)
        Escalation.objects.filter(step=1).update(due_at=past)
        for _ in range(10):
            nemesis.strike()
        nemesis.relent()
        wait_until(lambda: escalated() == ALERTS, 120, "every escalation")
        Message.objects.filter(status="waiting").update(due_at=timezone.now())
        wait_until(nothing_unsent, 180, "every e-mail")
    finally:
        sweeper.end()
    alerts = Alert.objects.all()
    assert alerts.count() == ALERTS
    assert not alerts.filter(acknowledged_at__isnull=False).exists()
    assert slowest < 1
    for kind in (OutboxEvent.Kind.ALERT_RAISED, OutboxEvent.Kind.ALERT_ESCALATED):
        told = OutboxEvent.objects.filter(kind=kind).values_list("record_id", flat=True)
        assert sorted(told) == sorted(str(alert.pk) for alert in alerts)
    assert AuditEvent.objects.filter(action="alert_escalated").count() == ALERTS
    rows = Message.objects.filter(status="sent").count()
    with capsys.disabled():
        print(  # noqa: T201 - the figures of a run
            f"\n{ALERTS} warning signs, seed {SEED}: seen within {slowest:.3f} s, "
            f"saved within {slowest_save:.3f} s; faults {nemesis.faults}, "
            f"sweeps killed {sweeper.killed}; {rows} e-mails asked for, {len(mails.taken)} taken"
        )
    # At least once each; a sender that died between the server's word and the row may say it twice.
    assert (
        rows == 3 * ALERTS
    )  # the surgeon at once; the surgeon and the coordinator after a quarter of an hour
    assert rows <= len(mails.taken) <= rows + nemesis.faults["worker"] + sweeper.killed


def escalated() -> int:
    connection.close_if_unusable_or_obsolete()
    return Escalation.objects.filter(step=1, escalated_at__isnull=False).count()


def nothing_unsent() -> bool:
    return not Message.objects.filter(status__in=["waiting", "sending"]).exists()


class Sweeper:
    """The sweep as it runs beside the workers, which may be killed too."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment, self.killed = dict(environment), 0
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "manage.py", "sweep", "--every", "0.5"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_and_start(self) -> None:
        self.end()
        self.killed += 1
        self.process = self._start()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
