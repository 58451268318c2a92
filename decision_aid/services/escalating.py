"""Escalating: more people are told, by two channels, for as long as a warning sign is open."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from decision_aid.models import Alert, Escalation
from questionnaires.models import AuditEvent, Message, OutboxEvent, Role, User
from questionnaires.services import audit
from questionnaires.services.outbox import ask_to_send, record_event

STEPS = {1: timedelta(minutes=15), 2: timedelta(hours=1), 3: timedelta(hours=4)}
AGES = {1: "15 minutes", 2: "an hour", 3: "four hours"}
# Whom each step tells besides the consultation's surgeon and the clinic's address for alerts.
WIDER: dict[int, tuple[Role, ...]] = {
    0: (),
    1: (Role.COORDINATOR,),
    2: (Role.COORDINATOR, Role.SURGEON),
    3: (Role.COORDINATOR, Role.SURGEON, Role.ADMINISTRATOR),
}


def announce(alert: Alert) -> None:
    """Say by both channels that an alert was raised, and plan its escalations, with the answer."""
    record_event(
        alert.clinic,
        OutboxEvent.Kind.ALERT_RAISED,
        alert,
        now=alert.raised_at,
        detail={"consultation": str(alert.consultation_id)},
    )
    _tell(alert, 0, alert.raised_at)
    Escalation.objects.bulk_create(
        Escalation(alert=alert, step=step, due_at=alert.raised_at + after) for step, after in STEPS.items()
    )


def due_escalations(now: datetime | None = None, limit: int = 500) -> list[int]:
    """The ids of the escalations that are due for alerts still open, oldest first."""
    due = Escalation.objects.filter(
        escalated_at__isnull=True, due_at__lte=now or timezone.now(), alert__acknowledged_at__isnull=True
    )
    return list(due.order_by("due_at", "step").values_list("pk", flat=True)[:limit])


def escalate(escalation_id: int, now: datetime | None = None) -> bool:
    """Take one step, if the alert is still open and nobody took it; one conditional update decides.

    After a long outage several steps of an alert are due at once: the widest is told, the others are taken
    with it, so that nobody gets three messages in one minute.
    """
    now = now or timezone.now()
    with transaction.atomic():
        escalation = Escalation.objects.select_related("alert__clinic", "alert__consultation__surgeon").get(
            pk=escalation_id
        )
        alert = escalation.alert
        # On PostgreSQL the row is locked against a clinician who closes it in this moment.
        if not Alert.objects.select_for_update().filter(pk=alert.pk, acknowledged_at__isnull=True).exists():
            return False
        taken = Escalation.objects.filter(alert=alert, escalated_at__isnull=True, due_at__lte=now)
        step = max(taken.values_list("step", flat=True), default=0)
        if not step or not taken.filter(pk=escalation.pk).exists():
            return False
        taken.update(escalated_at=now)
        record_event(
            alert.clinic,
            OutboxEvent.Kind.ALERT_ESCALATED,
            alert,
            now=now,
            detail={"consultation": str(alert.consultation_id), "step": step},
        )
        _tell(alert, step, now)
        audit.record(
            alert.clinic, "alert_escalated", alert, actor=AuditEvent.Actor.SYSTEM, detail={"step": step}
        )
    return True


def escalate_due(now: datetime | None = None) -> int:
    """Take every step that is due; needs the database and nothing else. Return how many were taken."""
    return sum(escalate(escalation_id, now) for escalation_id in due_escalations(now))


def close_with(alert: Alert, now: datetime) -> None:
    """A clinician closed the alert: say so, and drop the steps that nobody needs any more."""
    alert.escalations.filter(escalated_at__isnull=True).delete()
    Message.objects.filter(once__startswith=f"alert:{alert.pk}:", status=Message.Status.WAITING).update(
        status=Message.Status.DROPPED, failure="alert_closed"
    )
    record_event(
        alert.clinic,
        OutboxEvent.Kind.ALERT_CLOSED,
        alert,
        now=now,
        detail={"consultation": str(alert.consultation_id)},
    )


def _tell(alert: Alert, step: int, now: datetime) -> None:
    """Ask for the e-mail of a step: it names the clinic, leads to the sheet, and says nothing of anybody."""
    address = f"{settings.PUBLIC_URL}{reverse('sheet', args=[alert.consultation_id])}"
    clinic = alert.clinic
    if step:
        subject = f"{clinic.name}: a warning sign has been open for {AGES[step]}"
        first = f"A warning sign at {clinic.name} was raised {AGES[step]} ago, and nobody has closed it."
    else:
        subject = f"{clinic.name}: a warning sign was raised"
        first = f"A patient's answer has just raised a warning sign at {clinic.name}."
    body = (
        f"{first}\n\nLook at it, act, and close it here:\n\n{address}\n\n"
        "It stays open until a surgeon closes it.\n"
    )
    for user in (None, *_told(alert, step)):
        ask_to_send(
            clinic,
            Message.Kind.NOTICE,
            f"alert:{alert.pk}:{step}:{user.pk if user else 'clinic'}",
            user=user,
            subject=subject,
            body=body,
            now=now,
        )


def _told(alert: Alert, step: int) -> Iterable[User]:
    wider = User.objects.filter(
        memberships__clinic=alert.clinic, memberships__role__in=WIDER[step], is_active=True
    )
    return sorted({alert.consultation.surgeon, *wider}, key=lambda user: user.pk)
