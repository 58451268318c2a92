"""What was released, assessed, reviewed or acknowledged is kept by the database itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.reviewing import override_candidacy
from questionnaires.models import User
from tests.cast import fill
from tests.frozen import UPDATE, assert_frozen, by_sql

Facts = dict[str, Any]


def test_a_release_is_kept(release: DecisionAidVersion) -> None:
    assert_frozen(release, "document", "released")


def test_an_assessment_is_kept(assessment: Assessment) -> None:
    assert_frozen(assessment, "report", "assessed")


def test_a_review_is_kept(assessment: Assessment, surgeon: User) -> None:
    option = assessment.report["options"][0]["id"]
    review = override_candidacy(assessment, option, "unlikely", "imaging", "As the scan shows.", surgeon)
    assert_frozen(review, "words", "reviewed")


def test_an_acknowledged_alert_is_kept(
    consultation: Consultation, golden: Callable[[str], Facts], surgeon: User
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    alert = Alert.objects.filter(consultation=consultation).earliest("raised_at")
    by_sql(alert, UPDATE, "title")
    acknowledge_alert(alert, surgeon, "Sent to the emergency department.")
    assert_frozen(alert, "action", "acknowledged")


def test_an_alert_is_closed_only_by_a_named_person_with_words(
    consultation: Consultation, golden: Callable[[str], Facts], surgeon: User
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    alerts = Alert.objects.filter(consultation=consultation)
    for halves in (
        {"acknowledged_at": timezone.now()},
        {"acknowledged_by": surgeon},
        {"acknowledged_at": timezone.now(), "acknowledged_by": surgeon, "action": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            alerts.update(**halves)


def test_a_release_needs_two_people(release: DecisionAidVersion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionAidVersion.objects.create(
            aid=release.aid,
            number=2,
            document=release.document,
            sha256=release.sha256,
            intake=release.intake,
            findings=release.findings,
            author=release.author,
            approver=release.author,
            reason="Alone.",
            published_at=release.published_at,
        )


def test_what_an_assessment_rests_on_cannot_be_deleted(assessment: Assessment) -> None:
    for row in (assessment.consultation, assessment.release, assessment.consultation.response):
        with pytest.raises((models.ProtectedError, IntegrityError)), transaction.atomic():
            row.delete()
