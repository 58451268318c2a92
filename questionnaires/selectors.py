"""Reads of asking."""

from django.db.models import QuerySet

from questionnaires.models import (
    SCOPE_ROLES,
    AuditEvent,
    Clinic,
    Invitation,
    Membership,
    OutboxEvent,
    Patient,
    Questionnaire,
    QuestionnaireResponse,
    QuestionnaireVersion,
    Role,
    Scope,
    User,
    Webhook,
)


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


def reachable_clinics(user: User, scope: Scope) -> QuerySet[Clinic]:
    """The clinics in which the user holds a role that the scope is for."""
    return clinics_of(user, *SCOPE_ROLES[scope])


def registered_patients_for(user: User) -> QuerySet[Patient]:
    """The patients whose registration the user may read, as clinician or administrator."""
    return Patient.objects.filter(clinic__in=reachable_clinics(user, Scope.PEOPLE_READ)).select_related(
        "clinic"
    )


def memberships_for(user: User) -> QuerySet[Membership]:
    """Who works where, in the clinics whose people the user may read."""
    clinics = reachable_clinics(user, Scope.PEOPLE_READ)
    return Membership.objects.filter(clinic__in=clinics).select_related("clinic", "user")


def invitations_for(user: User) -> QuerySet[Invitation]:
    """The links that a clinician may reach."""
    invitations = Invitation.objects.filter(clinic__in=reachable_clinics(user, Scope.CARE_READ))
    return invitations.select_related("clinic", "response")


def audit_events_for(user: User) -> QuerySet[AuditEvent]:
    """The audit of the clinics that the user administers."""
    return AuditEvent.objects.filter(clinic__in=reachable_clinics(user, Scope.AUDIT_READ)).select_related(
        "clinic"
    )


def outbox_events_for(user: User) -> QuerySet[OutboxEvent]:
    """The events of the clinics that the user administers."""
    return OutboxEvent.objects.filter(clinic__in=reachable_clinics(user, Scope.EVENTS_READ)).select_related(
        "clinic"
    )


def webhooks_for(user: User) -> QuerySet[Webhook]:
    """Where the clinics that the user administers are told their events."""
    return Webhook.objects.filter(clinic__in=reachable_clinics(user, Scope.EVENTS_READ)).select_related(
        "clinic"
    )


def questionnaire_drafts_for(user: User) -> QuerySet[Questionnaire]:
    """The questionnaires whose drafts the user may read."""
    return Questionnaire.objects.filter(clinic__in=reachable_clinics(user, Scope.DRAFTS_READ)).select_related(
        "clinic"
    )
