"""What was published, submitted or recorded is kept by the database itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from decision_aid.models import Consultation, DecisionAidVersion
from questionnaires.models import AuditEvent, QuestionnaireResponse, QuestionnaireVersion
from tests.cast import fill, send
from tests.frozen import UPDATE, assert_frozen, by_sql

Facts = dict[str, Any]


@pytest.fixture
def response(consultation: Consultation) -> QuestionnaireResponse:
    return consultation.response


def test_a_published_questionnaire_is_kept(release: DecisionAidVersion) -> None:
    assert_frozen(QuestionnaireVersion.objects.get(pk=release.intake_id), "document", "published")


def test_a_submitted_response_is_kept(
    response: QuestionnaireResponse, golden: Callable[[str], Facts]
) -> None:
    send(response, golden("typical_disc"))
    assert_frozen(response, "answers", "submitted")


def test_a_submitted_response_cannot_be_opened_again(
    response: QuestionnaireResponse, golden: Callable[[str], Facts]
) -> None:
    send(response, golden("typical_disc"))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        QuestionnaireResponse.objects.filter(pk=response.pk).update(
            status="open", submitted_at=None, sha256=""
        )


def test_an_open_response_can_change(response: QuestionnaireResponse, golden: Callable[[str], Facts]) -> None:
    fill(response, golden("typical_disc"))
    by_sql(response, UPDATE, "answers")
    response.refresh_from_db()
    assert response.revision == 1


def test_an_audit_event_is_kept(release: DecisionAidVersion) -> None:
    event = AuditEvent.objects.filter(clinic=release.aid.clinic).latest("number")
    assert_frozen(event, "action", "recorded")


def test_a_response_is_submitted_only_with_a_date_and_a_hash(response: QuestionnaireResponse) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionnaireResponse.objects.filter(pk=response.pk).update(status="submitted")


def test_a_version_needs_two_people(release: DecisionAidVersion) -> None:
    version = QuestionnaireVersion.objects.get(pk=release.intake_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionnaireVersion.objects.create(
            questionnaire=version.questionnaire,
            number=2,
            document=version.document,
            sha256="0" * 64,
            author=version.author,
            approver=version.author,
            published_at=version.published_at,
        )


def test_a_patient_with_answers_cannot_be_deleted(consultation: Consultation) -> None:
    with pytest.raises(models.ProtectedError):
        consultation.patient.delete()
