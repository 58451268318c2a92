"""Registering the people whom a clinic sees."""

from datetime import date
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from questionnaires.models import SCOPE_ROLES, Clinic, Patient, Scope, User
from questionnaires.services import audit
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused


@transaction.atomic
def register_patient(
    clinic: Clinic,
    number: str,
    given_name: str,
    family_name: str,
    birth_date: date,
    by: User,
    *,
    email: str = "",
    phone: str = "",
) -> Patient:
    """Register a patient under a number of the clinic's own.

    Refused: not_permitted, number_taken, not_born.
    """
    require_role(by, clinic, *SCOPE_ROLES[Scope.PEOPLE_WRITE])
    if birth_date > timezone.localdate():
        raise Refused(
            "not_born", "The date of birth lies in the future. Check it.", HTTPStatus.UNPROCESSABLE_ENTITY
        )
    patient = Patient(
        clinic=clinic,
        number=number,
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        email=email,
        phone=phone,
    )
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "number_taken", f"{clinic.name} has a patient with the number {number} already."
        ) from None
    audit.record(clinic, "patient_registered", patient, user=by)
    return patient
