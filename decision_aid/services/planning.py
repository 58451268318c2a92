"""Planning a consultation: who is asked, by which release, for which surgeon, when."""

from datetime import UTC, datetime
from http import HTTPStatus

from django.db import transaction

from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.services.permissions import PLAN
from questionnaires.models import AuditEvent, Patient, Role, User
from questionnaires.services import audit
from questionnaires.services.answering import start_response
from questionnaires.services.permissions import has_role, require
from questionnaires.services.refusals import Refused

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@transaction.atomic
def plan_consultation(
    release: DecisionAidVersion,
    patient: Patient,
    surgeon: User,
    scheduled_at: datetime,
    *,
    place: str = "",
    by: User | None = None,
) -> Consultation:
    """Open a consultation with an empty response, pinned to a release of the patient's clinic.

    Refused: other_clinic, not_permitted, not_a_surgeon, appointment_out_of_range.
    """
    clinic = patient.clinic
    if release.aid.clinic_id != clinic.pk:
        raise Refused("other_clinic", "This release belongs to another clinic.", HTTPStatus.NOT_FOUND)
    if by is not None:
        require(by, clinic, PLAN)
    if not has_role(surgeon, clinic, Role.SURGEON):
        raise Refused(
            "not_a_surgeon",
            f"{surgeon} is not a surgeon of {clinic.name}. Choose one who is.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if not EARLIEST <= scheduled_at < LATEST:
        raise Refused(
            "appointment_out_of_range",
            "An appointment lies between the years 2000 and 2099. Check the year.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    consultation = Consultation.objects.create(
        clinic=clinic,
        patient=patient,
        release=release,
        surgeon=surgeon,
        scheduled_at=scheduled_at,
        place=place,
        response=start_response(clinic, patient, release.intake),
    )
    actor = AuditEvent.Actor.STAFF if by else AuditEvent.Actor.SYSTEM
    audit.record(clinic, "consultation_planned", consultation, actor=actor, user=by)
    return consultation
