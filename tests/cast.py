"""The cast of the tests: one clinic's people, a stranger from another clinic, a patient with a link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.demonstration import Cast, bring_to_stage, open_clinic, publish_pack
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.packs import Pack, read_pack
from decision_aid.services.planning import plan_consultation
from questionnaires.models import Clinic, Patient, User
from questionnaires.services.inviting import invite

PASSWORD = "correct-horse-battery-staple"


@pytest.fixture(scope="session")
def spine_pack() -> Pack:
    return read_pack("spine")


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_clinic("northfield", "Northfield Spine Clinic", PASSWORD)


@pytest.fixture
def other_cast(db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_clinic("harbour", "Harbour Spine Clinic", PASSWORD)


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
    cases = {case["id"]: case["facts"] for case in spine_pack.aid["golden_cases"]}
    return lambda name: dict(cases[name])


@pytest.fixture
def at_stage(consultation: Consultation) -> Callable[[dict[str, Any], str], Consultation]:
    """Take the consultation through the services: to answering, submitted, findings, signed or released."""

    def bring(facts: dict[str, Any], stage: str) -> Consultation:
        bring_to_stage(consultation, facts, stage)
        return Consultation.objects.get(pk=consultation.pk)

    return bring


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
    return client
