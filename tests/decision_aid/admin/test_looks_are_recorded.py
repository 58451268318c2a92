"""Whoever looks at a patient's rows in the administration leaves an event, or sees nothing."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, models
from django.test import Client
from django.urls import reverse

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, Summary
from questionnaires.models import AuditChain, AuditEvent, Clinic, Patient, QuestionnaireResponse
from questionnaires.services.audit import first_broken_event
from tests.admin_forms import address, edit, fields_of
from tests.cast import new_patient, signed_in

LEAD_TO_A_PATIENT = {Patient, QuestionnaireResponse, Consultation, Assessment}
KINDS: dict[type[models.Model], str] = {Patient: "patient", Summary: "summary", AuditEvent: "audit"}
"""The kinds of row about patients that the administration shows, and how a look at them is named."""


def rows_of(kind: type[models.Model], clinic: Clinic) -> models.QuerySet[models.Model]:
    return kind._default_manager.filter(clinic=clinic)


def list_of(kind: type[models.Model]) -> str:
    return reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")


def looks(cast: Cast) -> list[AuditEvent]:
    """What the administrator has left in the chain, in its order."""
    return list(AuditEvent.objects.filter(clinic=cast.clinic, user=cast.administrator).order_by("number"))


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.administrator)


@pytest.fixture
def row(request: pytest.FixtureRequest, assessment: Assessment) -> models.Model:
    """A row of the kind that is about the assessed patient."""
    kind: type[models.Model] = request.param
    found = rows_of(kind, assessment.clinic)
    return (found.filter(patient__isnull=False) if kind is AuditEvent else found)[0]


every_kind = pytest.mark.parametrize("row", KINDS, indirect=True)


def test_these_are_all_kinds_of_row_about_patients() -> None:
    registered = set(admin.site._registry)
    linked = {
        kind
        for kind in registered
        if kind is Patient
        or LEAD_TO_A_PATIENT & {field.related_model for field in kind._meta.concrete_fields}
    }
    assert linked == set(KINDS)


@every_kind
@pytest.mark.parametrize("page", ["change", "history"])
def test_a_look_at_one_is_recorded(
    office: Client, cast: Cast, patient: Patient, row: models.Model, page: str
) -> None:
    assert office.get(address(row, page)).status_code == 200
    (event,) = looks(cast)
    assert (event.action, event.patient) == (f"{KINDS[type(row)]}_read", patient)
    assert (event.record, event.record_id) == (row._meta.label, str(row.pk))
    assert first_broken_event(cast.clinic) is None


@every_kind
def test_a_look_at_a_list_is_recorded_with_how_many_were_shown(
    office: Client, cast: Cast, other_cast: Cast, row: models.Model
) -> None:
    new_patient(other_cast.clinic, "Z-1")
    page = office.get(list_of(type(row)))
    (event,) = looks(cast)
    shown = len(page.context["cl"].result_list)
    assert shown > 0
    assert (event.action, event.detail) == (f"{KINDS[type(row)]}_listed", {"number": shown})
    assert event.record == "questionnaires.Clinic"


def test_a_search_that_shows_nobody_leaves_no_event(office: Client, cast: Cast, patient: Patient) -> None:
    assert office.get(list_of(Patient), {"q": "nobody-has-this-name"}).status_code == 200
    assert looks(cast) == []


def test_whoever_is_shown_nothing_leaves_no_event(cast: Cast, other_cast: Cast, patient: Patient) -> None:
    before = AuditEvent.objects.count()
    for user, status in ((other_cast.administrator, 302), (cast.author, 403)):
        assert signed_in(user).get(address(patient)).status_code in {status, 403}
    assert AuditEvent.objects.count() == before


@pytest.fixture
def unwritable_chain(clinic: Clinic, assessment: Assessment) -> None:
    """A chain to which nothing can be appended: its head stands before an event that there is."""
    chain = AuditChain.objects.get(clinic=clinic)
    AuditChain.objects.filter(pk=chain.pk).update(number=chain.number - 1)


@every_kind
@pytest.mark.usefixtures("unwritable_chain")
def test_without_an_event_nothing_is_shown(office: Client, row: models.Model) -> None:
    for page in (address(row), address(row, "history"), list_of(type(row))):
        with pytest.raises(IntegrityError):
            office.get(page)


def test_without_an_event_nothing_is_changed(
    office: Client, clinic: Clinic, patient: Patient, assessment: Assessment
) -> None:
    page = office.get(address(patient))
    chain = AuditChain.objects.get(clinic=clinic)
    AuditChain.objects.filter(pk=chain.pk).update(number=chain.number - 1)
    sent = fields_of(page) | {"phone": "07700 900 123"}
    with pytest.raises(IntegrityError):
        office.post(address(patient), sent)
    patient.refresh_from_db()
    assert patient.phone == ""


def test_the_administrations_own_log_names_nobody(office: Client, patient: Patient) -> None:
    assert edit(office, patient, phone="07700 900 123").status_code == 302
    assert LogEntry.objects.get().object_repr == str(patient.pk)
    office.get(list_of(Patient))  # which says once that it was changed
    assert patient.family_name not in office.get("/administration/").content.decode()
