"""Reads of asking."""

from django.db.models import QuerySet

from questionnaires.models import Clinic, Patient, QuestionnaireResponse, QuestionnaireVersion, Role, User


def clinics_of(user: User, *roles: Role) -> QuerySet[Clinic]:
    """The clinics in which an active user holds one of the roles (any role when none is named)."""
    if not user.is_active:
        return Clinic.objects.none()
    memberships = user.memberships.filter(role__in=roles) if roles else user.memberships.all()
    return Clinic.objects.filter(pk__in=memberships.values("clinic")).order_by("name")


CLINICAL_ROLES = (Role.SURGEON, Role.COORDINATOR)


def patients_for(user: User) -> QuerySet[Patient]:
    """The patients that a clinician may reach."""
    return Patient.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES))


def responses_for(user: User) -> QuerySet[QuestionnaireResponse]:
    """The responses that a clinician may reach."""
    responses = QuestionnaireResponse.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES))
    return responses.select_related("version", "patient", "clinic").defer("version__document")


def versions_for(user: User) -> QuerySet[QuestionnaireVersion]:
    """The published questionnaires of the user's clinics."""
    return QuestionnaireVersion.objects.filter(questionnaire__clinic__in=clinics_of(user)).select_related(
        "questionnaire"
    )
