"""The cast of the tests: one clinic's people, a stranger from another clinic, a patient with a link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from config.demonstration import Cast, answers_from_facts, bring_to_stage, open_clinic, publish_pack
from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion
from decision_aid.packs import Pack, read_pack
from decision_aid.services.findings import open_findings
from decision_aid.services.planning import plan_consultation
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Clinic, Patient, QuestionnaireResponse, User
from questionnaires.services.answering import give_consent, save_answers, submit_response
from questionnaires.services.codes import tell_code
from questionnaires.services.inviting import invite

PASSWORD = "correct-horse-battery-staple"


@pytest.fixture(scope="session")
def spine_pack() -> Pack:
    return read_pack("spine")


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


HOME, ELSEWHERE = ("northfield", "Northfield Spine Clinic"), ("harbour", "Harbour Spine Clinic")
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
Rows = dict[type[models.Model], list[models.Model]]


@pytest.fixture(scope="session")
def published_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker, spine_pack: Pack) -> Rows:
    """Two clinics with their staff, each with a release of the spine aid: committed once, because it is slow.

    The rows are remembered for the tests that come after the database was emptied.
    """
    quick = override_settings(PASSWORD_HASHERS=[QUICK_HASHER])
    with quick, django_db_blocker.unblock(), transaction.atomic():
        for slug, name in (HOME, ELSEWHERE):
            publish_pack(open_clinic(slug, name, PASSWORD), spine_pack)
        kept = [*apps.get_app_config("questionnaires").get_models()]
        kept += apps.get_app_config("decision_aid").get_models()
        rows = {model: list(model._default_manager.order_by("pk")) for model in kept}
    return {model: found for model, found in rows.items() if found}


def put_back(published_rows: Rows) -> None:
    """Insert remembered rows where a test has emptied the database; what is there stays."""
    if Clinic.objects.filter(slug=HOME[0]).exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in published_rows.items():
            model._default_manager.bulk_create(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(published_rows)):
            cursor.execute(statement)


@pytest.fixture
def published(db: None, published_rows: Rows, settings: Any) -> None:
    """The two clinics and their releases, put back where a test before this one emptied the database."""
    settings.PASSWORD_HASHERS = [QUICK_HASHER]
    put_back(published_rows)


@pytest.fixture
def cast(published: None) -> Cast:
    return open_clinic(*HOME, PASSWORD)


@pytest.fixture
def other_cast(published: None) -> Cast:
    return open_clinic(*ELSEWHERE, PASSWORD)


@pytest.fixture
def clinic(cast: Cast) -> Clinic:
    return cast.clinic


@pytest.fixture
def author(cast: Cast) -> User:
    return cast.author


@pytest.fixture
def approver(cast: Cast) -> User:
    return cast.approver


@pytest.fixture
def administrator(cast: Cast) -> User:
    return cast.administrator


@pytest.fixture
def surgeon(cast: Cast) -> User:
    return cast.surgeon


@pytest.fixture
def coordinator(cast: Cast) -> User:
    return cast.coordinator


@pytest.fixture
def stranger(other_cast: Cast) -> User:
    """A surgeon of another clinic."""
    return other_cast.surgeon


@pytest.fixture
def release(cast: Cast, spine_pack: Pack) -> DecisionAidVersion:
    return publish_pack(cast, spine_pack)


@pytest.fixture
def other_release(other_cast: Cast, spine_pack: Pack) -> DecisionAidVersion:
    """The same aid, released by the other clinic."""
    return publish_pack(other_cast, spine_pack)


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return new_patient(clinic, "T-1")


def new_patient(clinic: Clinic, number: str) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        number=number,
        given_name="Siân",
        family_name="Zażółć",
        birth_date=date(1970, 2, 28),
        email="sian@patients.example",
    )


@dataclass(frozen=True)
class Visit:
    """A consultation and the secret of its patient's link."""

    consultation: Consultation
    token: str


@pytest.fixture
def visit(release: DecisionAidVersion, patient: Patient, cast: Cast) -> Visit:
    return new_visit(release, patient, cast)


def new_visit(release: DecisionAidVersion, patient: Patient, cast: Cast) -> Visit:
    consultation = plan_consultation(
        release,
        patient,
        cast.surgeon,
        timezone.now() + timedelta(days=3),
        place="Room 4",
        by=cast.coordinator,
    )
    _, token = invite(consultation.response, cast.coordinator)
    return Visit(consultation, token)


@pytest.fixture
def consultation(visit: Visit) -> Consultation:
    return visit.consultation


@pytest.fixture
def golden(spine_pack: Pack) -> Callable[[str], dict[str, Any]]:
    """The facts of a golden case of the spine aid, by its id."""
    aid: Mapping[str, Any] = spine_pack.aid
    cases = {case["id"]: case["facts"] for case in aid["golden_cases"]}
    return lambda name: dict(cases[name])


def fill(response: QuestionnaireResponse, facts: Mapping[str, Any]) -> None:
    """Save everything that a person with these facts answers, at once."""
    definition = response.version.definition
    known = {code: value for code, value in facts.items() if code in definition.types}
    give_consent(response)
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    shown = shown_questions(definition, answers)
    kept = {code: answer for code, answer in answers.items() if code in shown}
    save_answers(response, kept, revision=None, user=response.filled_by)
    response.refresh_from_db()


def send(response: QuestionnaireResponse, facts: Mapping[str, Any]) -> None:
    """Fill a form and submit it; the row in memory follows."""
    fill(response, facts)
    submit_response(response, user=response.filled_by)
    response.refresh_from_db()


def assess(consultation: Consultation, facts: Mapping[str, Any]) -> Assessment:
    """The first assessment: of what the patient submitted."""
    send(consultation.response, facts)
    return consultation.assessments.get()


def assess_again(consultation: Consultation, facts: Mapping[str, Any]) -> Assessment:
    """The next assessment: with the clinician's findings."""
    send(open_findings(consultation, consultation.surgeon), facts)
    return consultation.assessments.latest("number")


@pytest.fixture
def at_stage(consultation: Consultation) -> Callable[[dict[str, Any], str], Consultation]:
    """Take the consultation through the services: to answering, submitted, findings, signed or released."""

    def bring(facts: dict[str, Any], stage: str) -> Consultation:
        bring_to_stage(consultation, facts, stage)
        return Consultation.objects.get(pk=consultation.pk)

    return bring


@pytest.fixture
def assessment(consultation: Consultation, golden: Callable[[str], dict[str, Any]]) -> Assessment:
    """A patient with a typical disc herniation, assessed; no warning sign fired."""
    return assess(consultation, golden("typical_disc"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def visiting(visit: Visit) -> Client:
    """A browser in which the patient has opened the link and given their birth date."""
    client = Client()
    client.post(f"/l/{visit.token}/")
    born = visit.consultation.patient.birth_date
    client.post("/visit/birth-date/", {"day": born.day, "month": born.month, "year": born.year})
    give_code(client, visit.consultation.response)
    return client


def give_code(client: Client, response: QuestionnaireResponse) -> None:
    """Where the browser is asked for a code, enter one that the clinic told by telephone."""
    if client.get("/visit/code/").status_code == 200:
        client.post("/visit/code/", {"digits": tell_code(response, a_surgeon_of(response))})


def a_surgeon_of(response: QuestionnaireResponse) -> User:
    return User.objects.filter(memberships__clinic=response.clinic_id, memberships__role="surgeon")[0]


def raise_emergency(consultation: Consultation) -> None:
    """Open an emergency warning of a consultation."""
    Alert.objects.create(
        clinic=consultation.clinic,
        consultation=consultation,
        sign="cauda_equina",
        title="Possible cauda equina syndrome",
        urgency="emergency",
        raised_at=timezone.now(),
    )
