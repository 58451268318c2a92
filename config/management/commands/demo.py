"""Takes one synthetic patient through every stage, with a real worker, and leaves the documents."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.broker import BrokerError, embedded_broker
from config.demonstration import PEOPLE, Cast, add_findings, fill_in, open_clinic, submit
from config.tether import tethered
from decision_aid.models import Alert, Assessment, Consultation, DecisionAid, DecisionAidVersion, Summary
from decision_aid.packs import read_pack
from decision_aid.selectors import current_assessment, summaries_of
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.drafting import load_aid
from decision_aid.services.planning import plan_consultation
from decision_aid.services.publishing import problems_of_aid, publish_aid
from decision_aid.services.reviewing import override_candidacy, release_assessment, sign_assessment
from decision_aid.tasks import nudge_consultation
from questionnaires.definition.digest import canonical_json
from questionnaires.models import Patient, QuestionnaireResponse
from questionnaires.services.inviting import confirm_birth_date, find_invitation, invite
from questionnaires.services.signals import response_received

Made = TypeVar("Made")

STAGE_SECONDS = 60.0
PERSON = next(person for person in PEOPLE if person.like == "typical_disc")


class Command(BaseCommand):
    help = (
        "Take one synthetic patient from the draft to the PDFs, in a place of its own, and say what happened."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", required=True, help="one patient, then stop")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the documents go")
        parser.add_argument(
            "--here",
            action="store_true",
            help="in the database and queue of the environment, which are ready",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"The folder {out} cannot be made: {error.strerror}.") from error
        if options["here"]:
            Demonstration(self.stdout.write, out).run()
        else:
            self.in_a_place_of_its_own(out.resolve())

    def in_a_place_of_its_own(self, out: Path) -> None:
        """Run the stages with a database, a broker and a worker in a folder that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="candor-") as folder:
            try:
                with (
                    embedded_broker(Path(folder) / "broker") as url,
                    worker_in(Path(folder), url) as environment,
                ):
                    command = ["demo", "--once", "--here", "--out", str(out)]
                    done = subprocess.run(manage(*command), env=environment, check=False)  # noqa: S603 - our own command
            except BrokerError as error:
                raise CommandError(str(error)) from error
        if done.returncode:
            sys.exit(done.returncode)


def manage(*command: str) -> list[str]:
    return tethered([sys.executable, str(settings.BASE_DIR / "manage.py"), *command])


@contextmanager
def worker_in(folder: Path, broker_url: str) -> Iterator[dict[str, str]]:
    """A migrated database in `folder` and a real worker on it; gives their environment."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment |= {"CANDOR_VAR": str(folder), "CANDOR_BROKER_URL": broker_url, "LOG_LEVEL": "WARNING"}
    subprocess.run(manage("migrate", "--verbosity", "0"), env=environment, check=True)  # noqa: S603 - our own command
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(  # noqa: S603 - our own command
            tethered([sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1"]),
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield environment
        finally:
            worker.terminate()
            try:
                worker.wait(10)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


class Demonstration:
    """The stages of DESIGN's flow, in order, each timed and told."""

    def __init__(self, say: Callable[[str], object], out: Path) -> None:
        self.say, self.out = say, out

    def run(self) -> None:
        """Run every stage; raises CommandError at the first that fails or takes too long."""
        aid = self.stage("author", self.author)
        release = self.stage("publish", lambda: self.publish(aid))
        consultation = self.stage("invite", lambda: self.invite(release))
        cases = {case["id"]: case["facts"] for case in release.document["golden_cases"]}
        facts = PERSON.wishes | cases[PERSON.like]
        self.stage("answer", lambda: self.answer(consultation, facts))
        self.stage("submit and assess", lambda: self.submit(consultation))
        assessment = self.stage("findings", lambda: self.findings(consultation, facts))
        self.stage("review", lambda: self.review(assessment))
        self.stage("summarise", lambda: self.summarise(consultation))

    def stage(self, name: str, act: Callable[[], tuple[Made, str]]) -> Made:
        """Do one stage and tell what happened; raises CommandError if it fails or is slow."""
        began = time.monotonic()
        try:
            made, told = act()
        except CommandError:
            raise
        except Exception as error:
            raise CommandError(f"{name}: failed with {type(error).__name__}: {error}") from error
        took = time.monotonic() - began
        self.say(f"{name:<18} {took:5.1f} s  {told}")
        if took > STAGE_SECONDS:
            raise CommandError(f"{name}: took {took:.0f} s, more than {STAGE_SECONDS:.0f} s.")
        return made

    def author(self) -> tuple[DecisionAid, str]:
        self.cast: Cast = open_clinic("demonstration", "Demonstration Spine Clinic", secrets.token_urlsafe())
        aid = load_aid(self.cast.clinic, read_pack("spine"), self.cast.author)
        problems = problems_of_aid(aid)
        return aid, f"{aid.options.count()} options as draft rows, {len(problems)} problems"

    def publish(self, aid: DecisionAid) -> tuple[DecisionAidVersion, str]:
        release = publish_aid(aid, self.cast.author, self.cast.approver, "For the demonstration.")
        told = f"release {release.number}, sha256 {release.sha256[:12]}…, approved by a second person"
        return release, told

    def invite(self, release: DecisionAidVersion) -> tuple[Consultation, str]:
        patient = Patient.objects.create(
            clinic=self.cast.clinic,
            number=PERSON.number,
            given_name=PERSON.given_name,
            family_name=PERSON.family_name,
            birth_date=PERSON.birth_date,
        )
        consultation = plan_consultation(
            release, patient, self.cast.surgeon, timezone.now() + timedelta(days=3), by=self.cast.coordinator
        )
        _, token = invite(consultation.response, self.cast.coordinator)
        confirm_birth_date(find_invitation(token), patient.birth_date)
        return consultation, "a link was made, found by its secret, and the birth date matched"

    def answer(self, consultation: Consultation, facts: Mapping[str, Any]) -> tuple[None, str]:
        fill_in(consultation.response, facts)
        consultation.response.refresh_from_db()
        return None, f"{consultation.response.revision} answers, each saved as it was given"

    def submit(self, consultation: Consultation) -> tuple[Assessment, str]:
        submit(consultation.response)
        response_received.send(sender=QuestionnaireResponse, response=consultation.response)
        return self.told_assessment(consultation)

    def findings(self, consultation: Consultation, facts: Mapping[str, Any]) -> tuple[Assessment, str]:
        consultation.refresh_from_db()
        return self.told_assessment(consultation, add_findings(consultation, facts))

    def told_assessment(
        self, consultation: Consultation, assessment: Assessment | None = None
    ) -> tuple[Assessment, str]:
        assessment = assessment or current_assessment(consultation)
        if assessment is None:
            raise CommandError("the submission was not assessed")
        in_play = [
            f"{option['id']} {option['candidacy']}"
            for option in assessment.report["options"]
            if option["candidacy"] not in ("not_indicated", "excluded")
        ]
        return assessment, f"assessment {assessment.number}: {assessment.pathway}; {', '.join(in_play)}"

    def review(self, assessment: Assessment) -> tuple[None, str]:
        surgeon = self.cast.surgeon
        alerts = Alert.objects.filter(consultation=assessment.consultation, acknowledged_at__isnull=True)
        for alert in alerts:
            acknowledge_alert(alert, surgeon, "Spoke with the patient; examined the same day.")
        override_candidacy(
            assessment,
            "endoscopic_discectomy",
            "unlikely",
            "expertise",
            "Not offered in this clinic.",
            surgeon,
        )
        sign_assessment(assessment, surgeon)
        release_assessment(assessment, surgeon)
        nudge_consultation(assessment.consultation)
        return None, "one candidacy overridden with a reason, signed, released to the patient"

    def summarise(self, consultation: Consultation) -> tuple[None, str]:
        """Wait for the worker, then copy the documents and the last report to the folder."""
        deadline = time.monotonic() + STAGE_SECONDS
        while unfinished := summaries_of(consultation).exclude(status=Summary.Status.READY):
            if failed := unfinished.filter(status=Summary.Status.FAILED).first():
                raise CommandError(f"the document {failed} failed: {failed.failure}")
            if time.monotonic() > deadline:
                raise CommandError(f"no worker finished {unfinished.count()} documents in time")
            time.sleep(0.1)
        names = []
        for summary in summaries_of(consultation):
            edition = summary.template_version.rpartition("-")[0]
            name = f"{summary.audience}-{summary.assessment.number}-{edition}.pdf"
            (self.out / name).write_bytes(summary.file.read())
            names.append(name)
        assessment = current_assessment(consultation)
        if assessment is not None:
            (self.out / "report.json").write_text(canonical_json(assessment.report) + "\n")
        return None, f"a worker made {', '.join(names)}; in {self.out} with report.json"
