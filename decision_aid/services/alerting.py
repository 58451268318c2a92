"""Alerts: raised with the answer that fired them, closed only by a named clinician."""

from collections.abc import Mapping
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from decision_aid.models import Alert, Assessment, Consultation, Review, WarningSign
from decision_aid.scoring import check_warning_signs
from decision_aid.services import summarising
from questionnaires.definition.facts import FactValue
from questionnaires.models import AuditEvent, Role, User
from questionnaires.services import audit
from questionnaires.services.answering import Notice
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused, StaleState


@transaction.atomic
def raise_alerts(consultation: Consultation, facts: Mapping[str, FactValue]) -> tuple[Notice, ...]:
    """Open an alert for every warning sign that holds; return what the patient reads about each."""
    ruleset = consultation.release.ruleset
    fired = {sign.id for sign in check_warning_signs(ruleset, facts)}
    notices = []
    for sign in ruleset.warning_signs:
        if sign.id not in fired:
            continue
        alert, created = Alert.objects.get_or_create(
            consultation=consultation,
            sign=sign.id,
            defaults={
                "clinic": consultation.clinic,
                "title": sign.title,
                "urgency": sign.urgency,
                "raised_at": timezone.now(),
            },
        )
        if created:
            audit.record(
                consultation.clinic,
                "alert_raised",
                alert,
                actor=AuditEvent.Actor.SYSTEM,
                detail={"sign": sign.id, "urgency": sign.urgency},
            )
        notices.append(Notice(sign.id, sign.urgency, sign.title, sign.patient, new=created))
    return tuple(notices)


@transaction.atomic
def acknowledge_alert(alert: Alert, by: User, action: str) -> Alert:
    """Close an alert with what was done about it. Refused: not_permitted, action_missing, already_closed."""
    require_role(by, alert.clinic, Role.SURGEON)
    if not action.strip():
        raise Refused(
            "action_missing",
            "Say what was done about this warning sign, for example “phoned, sent to emergency care”.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if alert.acknowledged_at is not None:
        raise Refused("already_closed", f"{alert.acknowledged_by} has closed this warning sign already.")
    now = timezone.now()
    if not Alert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True).update(
        acknowledged_at=now, acknowledged_by=by, action=action.strip()
    ):
        raise StaleState("alert")
    alert.refresh_from_db()
    audit.record(alert.clinic, "alert_acknowledged", alert, user=by, detail={"sign": alert.sign})
    assessment = Assessment.objects.filter(consultation=alert.consultation).order_by("-number").first()
    if assessment is not None:
        Review.objects.create(
            clinic=alert.clinic,
            assessment=assessment,
            act=Review.Act.ACKNOWLEDGED,
            by=by,
            at=now,
            subject=alert.sign,
            words=action.strip(),
        )
        if alert.urgency == "emergency" and not open_emergencies(assessment):
            summarising.request_cleared(assessment)
    return alert


def open_emergencies(assessment: Assessment) -> list[str]:
    """The emergency signs that no clinician has closed: those that hold in this assessment, and every open
    alert of its consultation, whatever answer raised it.
    """
    holding = {
        sign["id"]
        for sign in assessment.report["warning_signs"]
        if sign["holds"] is True and sign["urgency"] == "emergency"
    }
    alerts = Alert.objects.filter(consultation=assessment.consultation_id)
    closed = alerts.filter(acknowledged_at__isnull=False).values_list("sign", flat=True)
    still_open = alerts.filter(acknowledged_at__isnull=True, urgency=WarningSign.Urgency.EMERGENCY)
    return sorted((holding - set(closed)) | set(still_open.values_list("sign", flat=True)))
