"""The nudges: an id in, a service called, safe to run twice."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import transaction

from decision_aid.models import Assessment, Consultation
from decision_aid.services import summarising
from questionnaires.models import QuestionnaireResponse


@shared_task
def render_summary(summary_id: str) -> None:
    """Make one document."""
    summarising.render_summary(UUID(summary_id))


@shared_task
def sweep_summaries() -> None:
    """Ring again for whatever is overdue."""
    nudge(summarising.overdue_summaries())


def nudge(summary_ids: Iterable[UUID]) -> None:
    """Ring a worker for each, after the commit. With the queue down nobody gets an error: the sweep rings."""
    waiting = [str(summary_id) for summary_id in summary_ids]

    def ring() -> None:
        for summary_id in waiting:
            render_summary.delay(summary_id)

    if waiting:
        transaction.on_commit(ring, robust=True)


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
