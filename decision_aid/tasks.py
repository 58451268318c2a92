"""The nudges: an id in, a service called, safe to run twice."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import transaction

from decision_aid.models import Assessment, Consultation
from decision_aid.services import escalating, gate, publishing, rescoring, summarising
from questionnaires.models import QuestionnaireResponse
from questionnaires.services import mailing, repeating, webhooks
from questionnaires.tasks import nudge_mail, nudge_webhooks


@shared_task
def render_summary(summary_id: str) -> None:
    """Make one document."""
    summarising.render_summary(UUID(summary_id))


@shared_task
def rescore_part(part_id: str) -> None:
    """Score one part of many people's stored answers; the last part of a replay closes its report."""
    rescoring.rescore_part(UUID(part_id))
    gate.finish_reports()


@shared_task
def sweep_summaries() -> None:
    """Ring again for whatever is overdue."""
    nudge_overdue()
    nudge_parts(rescoring.overdue_parts())
    gate.finish_reports()
    publishing.publish_due()


@shared_task
def sweep_outbox() -> None:
    """Take the escalations that are due, ring for mail and events that wait, and forget old answers."""
    escalating.escalate_due()
    nudge_mail(mailing.due_messages())
    nudge_webhooks(webhooks.due_webhooks())
    repeating.forget_answers()


def nudge_parts(part_ids: Iterable[UUID]) -> None:
    """Ring a worker for each part of a rescoring, after the commit; with the queue down the sweep rings."""
    waiting = [str(part_id) for part_id in part_ids]

    def ring() -> None:
        for part_id in waiting:
            rescore_part.delay(part_id)

    if waiting:
        transaction.on_commit(ring, robust=True)


def nudge(summary_ids: Iterable[UUID]) -> None:
    """Ring a worker for each, after the commit. With the queue down nobody gets an error: the sweep rings."""
    waiting = [str(summary_id) for summary_id in summary_ids]

    def ring() -> None:
        for summary_id in waiting:
            render_summary.delay(summary_id)

    if waiting:
        transaction.on_commit(ring, robust=True)


def nudge_overdue() -> int:
    """Ring again for what nobody finished in time, and put it off once the queue has it; returns how many."""
    overdue = summarising.overdue_summaries()

    def ring() -> None:
        for summary_id in overdue:
            render_summary.delay(str(summary_id))
        summarising.put_off(overdue)

    if overdue:
        transaction.on_commit(ring, robust=True)
    return len(overdue)


def nudge_consultation(consultation: Consultation) -> None:
    """Ring for every document of a consultation that waits."""
    nudge(summarising.unfinished_summaries(Assessment.objects.filter(consultation=consultation)))


def nudge_response(response: QuestionnaireResponse, **_: Any) -> None:
    """Receiver of response_received: ring for the documents of what was submitted."""
    nudge(
        summarising.unfinished_summaries(
            Assessment.objects.filter(consultation__response=response)
            | Assessment.objects.filter(findings=response)
        )
    )
