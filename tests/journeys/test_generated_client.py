"""A client that a public generator makes of the OpenAPI document takes a patient all the way to paper."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from config.demonstration import Cast, answers_from_facts
from decision_aid.models import DecisionAidVersion
from questionnaires.definition.answers import answers_document
from questionnaires.definition.facts import read_facts
from questionnaires.definition.schema import Definition
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import User
from questionnaires.services.tokens import issue_token, scopes_held
from tests.processes import WorkerProcess, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
SETTINGS = """
project_name_override: candor_client
package_name_override: candor_client
post_hooks: []
content_type_overrides:
  application/pdf: application/octet-stream
"""
Generated = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """The generated package's modules by name; no warning was given while it was made."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "settings.yaml").write_text(SETTINGS)
    call_command("spectacular", "--format", "openapi-json", "--file", str(folder / "schema.json"))
    generator = Path(sys.executable).with_name("openapi-python-client")
    made = subprocess.run(
        [
            *(generator, "generate", "--meta", "none", "--fail-on-warning"),
            *("--path", folder / "schema.json", "--config", folder / "settings.yaml"),
            *("--output-path", folder / "candor_client"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield lambda name: importlib.import_module(f"candor_client.{name}")


class Program:
    """What a hospital's programmer writes around the generated client."""

    def __init__(self, generated: Generated, address: str, user: User) -> None:
        self.generated = generated
        _, secret = issue_token(user, "journey", [scope.value for scope in scopes_held(user)], 1, user)
        self.client = generated("client").AuthenticatedClient(
            base_url=address, token=secret, raise_on_unexpected_status=True
        )

    def call(self, operation: str, status: int, *ids: Any, **sent: Any) -> Any:
        """Call an operation (`reviews.reviews_create`), with a body given as `body=("NewReview", {…})`."""
        if body := sent.pop("body", None):
            model, values = body
            sent["body"] = getattr(self.generated("models"), model).from_dict(values)
        answer = self.generated(f"api.{operation}").sync_detailed(*ids, client=self.client, **sent)
        assert answer.status_code == status, answer.content
        return answer.parsed

    def wait_for(self, job: Any) -> Any:
        """Ask for a document until it is ready."""
        wait_until(lambda: self.call("summaries.summaries_retrieve", 200, job.id).status == "ready", 60)
        return self.call("summaries.summaries_retrieve", 200, job.id)

    def answer(self, response: Any, definition: Definition, facts: dict[str, Any]) -> Any:
        """Answer everything that a person with these facts is asked, and submit it."""
        known = {code: value for code, value in facts.items() if code in definition.types}
        answers = answers_from_facts(definition, read_facts(known, definition.types))
        kept = answers_document(
            {code: answers[code] for code in shown_questions(definition, answers) if code in answers}
        )
        self.call("responses.responses_consent_create", 200, response.id)
        body = {"revision": response.revision, "answers": kept}
        saved = self.call("responses.responses_answers_create", 200, response.id, body=("NewAnswers", body))
        assert saved.notices == []
        submitted = self.call(
            "responses.responses_submit_create", 200, response.id, idempotency_key=f"submit {response.id}"
        )
        assert submitted.status == "submitted"
        return submitted


@pytest.fixture
def program(generated: Generated, live_server: LiveServer) -> Iterator[Callable[[User], Program]]:
    """Let a member of staff's program call the live server."""
    with ExitStack() as opened:

        def begin(user: User) -> Program:
            program = Program(generated, live_server.url, user)
            opened.enter_context(program.client)
            return program

        yield begin


def test_it_registers_invites_answers_reviews_releases_and_downloads(
    program: Callable[[User], Program],
    generated: Generated,
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    cast: Cast,
    release: DecisionAidVersion,
    golden: Callable[[str], dict[str, Any]],
) -> None:
    celery_worker_process(broker, "solo", wait=False)
    coordinator, surgeon = program(cast.coordinator), program(cast.surgeon)
    facts = golden("typical_disc")

    # The coordinator registers, plans and invites.
    person = {
        "clinic": cast.clinic.slug,
        "number": "G-1",
        "given_name": "Siân",
        "family_name": "Zażółć",
        "birth_date": date(1970, 2, 28).isoformat(),
    }
    patient = coordinator.call("patients.patients_create", 201, body=("NewPatient", person))
    surgeons = generated("models").MembershipsListRole("surgeon")
    (colleague,) = coordinator.call("memberships.memberships_list", 200, role=surgeons).results
    (newest,) = coordinator.call("releases.releases_list", 200, aid="spine").results
    visit = {
        "patient": str(patient.id),
        "surgeon": colleague.user,
        "release": newest.id,
        "scheduled_at": (timezone.now() + timedelta(days=3)).isoformat(),
    }
    consultation = coordinator.call(
        "consultations.consultations_create", 201, body=("NewConsultation", visit)
    )
    asked = {"consultation": str(consultation.id), "channel": "letter"}
    made = [
        coordinator.call(
            "invitations.invitations_create", 201, body=("NewInvitation", asked), idempotency_key="invite"
        )
        for _ in range(2)
    ]
    assert made[0].address == made[1].address
    assert "/l/" in made[0].address

    # The form comes back on paper, and is typed in and submitted.
    intake = coordinator.call("responses.responses_retrieve", 200, consultation.response)
    coordinator.answer(intake, release.intake.definition, facts)
    (first,) = surgeon.call("assessments.assessments_list", 200, consultation=consultation.id).results

    # The surgeon adds findings, reads why, judges, signs and releases.
    findings = surgeon.call("consultations.consultations_findings_create", 200, consultation.id)
    surgeon.answer(findings, release.findings.definition, facts)
    listed = surgeon.call("assessments.assessments_list", 200, consultation=consultation.id).results
    second = surgeon.call("assessments.assessments_retrieve", 200, listed[0].id)
    assert (first.number, second.number) == (1, 2)
    option = second.report.options[0]
    assert sum(row.points for row in option.ledger if row.holds) == option.points[0]
    acts: list[dict[str, Any]] = [
        {
            "act": "overridden",
            "option": option.id,
            "candidacy": "possible",
            "reason": "imaging",
            "words": "As the scan shows.",
        },
        {"act": "signed"},
        {"act": "released"},
        {"act": "addendum", "words": "Told by telephone."},
    ]
    for act in acts:
        body = ("NewReview", {"assessment": str(second.id), **act})
        done = surgeon.call("reviews.reviews_create", 201, body=body, idempotency_key=act["act"])
        assert done.act == act["act"]

    # The papers are asked for, waited for and downloaded.
    for audience in ("surgeon", "patient"):
        wanted = {"assessment": str(second.id), "audience": audience}
        job = surgeon.call("summaries.summaries_create", 202, body=("NewSummary", wanted))
        ready = surgeon.wait_for(job)
        pdf = surgeon.call("summaries.summaries_download_retrieve", 200, job.id).payload.read()
        assert pdf.startswith(b"%PDF")
        assert (sha256(pdf).hexdigest(), len(pdf)) == (ready.sha256, ready.size)
    assert surgeon.call("consultations.consultations_retrieve", 200, consultation.id).stage == "released"
