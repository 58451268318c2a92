"""Alerts: raised with the answer that fired them, closed only by a named clinician."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from decision_aid.models import (
    Alert,
    Assessment,
    Consultation,
    DecisionAidVersion,
    Review,
    WarningSign,
    WatchedSign,
)
from decision_aid.scoring import check_warning_signs
from decision_aid.scoring.ruleset import WarningSign as Sign
from decision_aid.services import escalating, summarising
from decision_aid.services.permissions import CLOSE_ALERTS
from decision_aid.summaries.wording import NOT_EVALUATED, NOT_EVALUATED_ADVICE, NOT_EVALUATED_TITLE
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.facts import FactValue, facts_document
from questionnaires.models import AuditEvent, QuestionnaireResponse, User
from questionnaires.services import audit
from questionnaires.services.notices import Notice
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused, StaleState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fired:
    """A sign for which an alert should be open; `basis` is the hash of the answers behind it."""

    sign: str
    urgency: str
    title: str
    basis: str
    is_evaluated: bool


@transaction.atomic
def raise_alerts(
    consultation: Consultation, facts: Mapping[str, FactValue], now: datetime | None = None
) -> tuple[Notice, ...]:
    """Open an alert for every warning sign that holds; return what the patient reads about each.

    A sign is raised anew, as a new row, when its last alert was closed and then a further answer fired it:
    the answers behind it are others than those it was closed on, or they had stopped showing it in between.
    Rules that cannot be evaluated raise an alert that says so.
    """
    now = now or timezone.now()
    try:
        ruleset = consultation.release.ruleset
        found = {sign.id: sign for sign in check_warning_signs(ruleset, facts)}
        signs = [sign for sign in ruleset.warning_signs if sign.id in found]
    except Exception as error:
        # Whatever is wrong with a release, the answer is saved and the person is told what to do. No more
        # than the kind of error is logged, because its words may hold an answer.
        log.critical("the warning signs could not be evaluated: %s", type(error).__name__)
        basis = sha256_of(facts_document(facts))  # any further answer was not checked either
        fired = Fired(NOT_EVALUATED, "emergency", NOT_EVALUATED_TITLE, basis, is_evaluated=False)
        is_new = _open(consultation, fired, now)
        is_understood = fired.sign in _understood(consultation)
        return (
            Notice(
                fired.sign,
                fired.urgency,
                fired.title,
                NOT_EVALUATED_ADVICE,
                new=is_new,
                understood=is_understood,
            ),
        )
    opened = {}
    for sign in signs:
        is_evaluated = found[sign.id].is_evaluated
        title = sign.title if is_evaluated else f"{sign.title} (could not be checked)"
        fired = Fired(sign.id, sign.urgency, title, _basis(sign, facts), is_evaluated)
        opened[sign.id] = _open(consultation, fired, now)
    # A sign that has stopped holding fires anew should it come back; its alert stays open until closed.
    lapsed = WatchedSign.objects.filter(consultation=consultation).exclude(sign__in=found)
    lapsed.exclude(basis_sha256="").update(basis_sha256="", changed_at=now, understood_at=None)
    understood = _understood(consultation) if signs else frozenset()
    return tuple(
        Notice(
            sign.id,
            sign.urgency,
            sign.title,
            sign.patient,
            new=opened[sign.id],
            understood=sign.id in understood,
        )
        for sign in signs
    )


def _understood(consultation: Consultation) -> frozenset[str]:
    """The signs of which the patient has read what to do since they arose."""
    watched = WatchedSign.objects.filter(consultation=consultation, understood_at__isnull=False)
    return frozenset(watched.values_list("sign", flat=True))


def standing_notices(response: QuestionnaireResponse) -> tuple[Notice, ...]:
    """What the patient reads about every sign that their answers show now, in the language in use.

    Where the release does not say it, or cannot be read, they read that nobody has checked their answers.
    """
    watched = WatchedSign.objects.filter(consultation__response=response).exclude(basis_sha256="")
    holding = list(
        watched.order_by("pk")
        .select_related("consultation__release")
        .defer("consultation__release__document")
    )
    if not holding:
        return ()
    said = _said_of_signs(holding[0].consultation.release)
    unchecked = {"urgency": "emergency", "title": NOT_EVALUATED_TITLE, "patient": NOT_EVALUATED_ADVICE}
    found = [(one, said.get(one.sign, unchecked)) for one in holding]
    return tuple(
        Notice(
            one.sign,
            sign["urgency"],
            sign["title"],
            sign["patient"],
            new=False,
            understood=one.understood_at is not None,
        )
        for one, sign in found
    )


def _said_of_signs(release: DecisionAidVersion) -> dict[str, Mapping[str, str]]:
    try:
        return {sign["id"]: sign for sign in release.readable["warning_signs"]}
    except Exception as error:
        log.critical("the warning signs could not be read: %s", type(error).__name__)
        return {}


@transaction.atomic
def understand_signs(
    response: QuestionnaireResponse, signs: Collection[str], now: datetime | None = None
) -> None:
    """Record that the patient read what to do about signs that hold, and is not interrupted by them again."""
    unread = WatchedSign.objects.filter(consultation__response=response, understood_at__isnull=True)
    for watched in unread.exclude(basis_sha256="").order_by("sign"):
        if watched.sign in signs and unread.filter(pk=watched.pk).update(understood_at=now or timezone.now()):
            audit.record(
                response.clinic,
                "warning_understood",
                response,
                actor=AuditEvent.Actor.PATIENT,
                detail={"sign": watched.sign},
            )


def _basis(sign: Sign, facts: Mapping[str, FactValue]) -> str:
    """The answers that a sign reads, hashed."""
    return sha256_of(facts_document({code: facts[code] for code in sign.condition.facts if code in facts}))


def _open(consultation: Consultation, fired: Fired, now: datetime) -> bool:
    """Open an alert, unless it is open or was closed on the same answers; return whether it is new."""
    watched, is_further = WatchedSign.objects.get_or_create(
        consultation=consultation, sign=fired.sign, defaults={"basis_sha256": fired.basis, "changed_at": now}
    )
    if watched.basis_sha256 != fired.basis:
        is_further = True
        WatchedSign.objects.filter(pk=watched.pk).update(basis_sha256=fired.basis, changed_at=now)
    alerts = Alert.objects.filter(consultation=consultation, sign=fired.sign)
    last = alerts.order_by("-raised_at").first()
    if last is not None and (last.acknowledged_at is None or not is_further):
        return False
    alert = Alert(
        clinic=consultation.clinic,
        consultation=consultation,
        sign=fired.sign,
        title=fired.title,
        urgency=fired.urgency,
        raised_at=now,
        is_evaluated=fired.is_evaluated,
    )
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError:  # another save has just opened it
        return False
    WatchedSign.objects.filter(pk=watched.pk).update(understood_at=None)
    audit.record(
        consultation.clinic,
        "alert_raised",
        alert,
        actor=AuditEvent.Actor.SYSTEM,
        detail={"sign": fired.sign, "urgency": fired.urgency},
    )
    escalating.announce(alert)
    return True


@transaction.atomic
def acknowledge_alert(alert: Alert, by: User, action: str, now: datetime | None = None) -> Alert:
    """Close an alert with what was done about it. Refused: not_permitted, action_missing, already_closed."""
    require(by, alert.clinic, CLOSE_ALERTS)
    if not action.strip():
        raise Refused(
            "action_missing",
            "Say what was done about this warning sign, for example “phoned, sent to emergency care”.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if alert.acknowledged_at is not None:
        raise Refused("already_closed", f"{alert.acknowledged_by} has closed this warning sign already.")
    now = now or timezone.now()
    if not Alert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True).update(
        acknowledged_at=now, acknowledged_by=by, action=action.strip()
    ):
        raise StaleState("alert")
    alert.refresh_from_db()
    audit.record(alert.clinic, "alert_acknowledged", alert, user=by, detail={"sign": alert.sign})
    escalating.close_with(alert, now)
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
