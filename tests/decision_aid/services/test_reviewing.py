"""A named surgeon overrides with a reason, signs once and releases once; the assessment is untouched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, Review, Summary
from decision_aid.selectors import current_assessment, released_assessment
from decision_aid.services.reviewing import override_candidacy, release_assessment, sign_assessment
from questionnaires.models import AuditEvent, Membership, User
from questionnaires.services.refusals import Refused
from tests.cast import assess_again

Golden = Callable[[str], dict[str, Any]]
Act = Callable[[Assessment, User], Review]


def override(assessment: Assessment, by: User, **changed: str) -> Review:
    option = assessment.report["options"][0]["id"]
    given = {"option": option, "candidacy": "unlikely", "reason": "imaging", "words": "The scan differs."}
    return override_candidacy(assessment, **(given | changed), by=by)


ACTS: tuple[Act, ...] = (override, sign_assessment, release_assessment)


def code_of(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return refused.value.code, refused.value.status


def test_an_override_says_what_why_and_by_whom(assessment: Assessment, surgeon: User) -> None:
    before = Assessment.objects.values().get(pk=assessment.pk)
    review = override(assessment, surgeon, words="  The scan differs. ")
    assert (review.act, review.candidacy, review.reason, review.words, review.by) == (
        "overridden",
        "unlikely",
        "imaging",
        "The scan differs.",
        surgeon,
    )
    assert Assessment.objects.values().get(pk=assessment.pk) == before
    event = AuditEvent.objects.get(action="assessment_overridden")
    assert event.detail == {"subject": review.subject, "candidacy": "unlikely", "reason": "imaging"}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"words": ""}, ("words_missing", 422)),
        ({"words": " \n"}, ("words_missing", 422)),
        ({"reason": ""}, ("unknown_reason", 422)),
        ({"reason": "because"}, ("unknown_reason", 422)),
        ({"candidacy": ""}, ("unknown_candidacy", 422)),
        ({"candidacy": "needs_information"}, ("unknown_candidacy", 422)),
        ({"candidacy": "LIKELY"}, ("unknown_candidacy", 422)),
        ({"option": ""}, ("unknown_option", 404)),
        ({"option": "robot"}, ("unknown_option", 404)),
    ],
)
def test_an_override_without_what_it_needs_is_refused(
    assessment: Assessment, surgeon: User, changed: dict[str, str], refusal: tuple[str, int]
) -> None:
    assert code_of(lambda: override(assessment, surgeon, **changed)) == refusal
    assert not Review.objects.exists()


def test_an_option_can_be_overridden_again(assessment: Assessment, surgeon: User) -> None:
    override(assessment, surgeon)
    override(assessment, surgeon, candidacy="possible", words="After speaking with the patient.")
    assert [review.candidacy for review in assessment.reviews.order_by("at")] == ["unlikely", "possible"]


def test_it_is_signed_once_and_nothing_is_overridden_after(assessment: Assessment, surgeon: User) -> None:
    sign_assessment(assessment, surgeon)
    assert code_of(lambda: sign_assessment(assessment, surgeon)) == ("already_signed", 409)
    assert code_of(lambda: override(assessment, surgeon)) == ("already_signed", 409)
    assert [review.act for review in assessment.reviews.all()] == ["signed"]


def test_it_is_released_only_when_signed_and_once(assessment: Assessment, surgeon: User) -> None:
    assert code_of(lambda: release_assessment(assessment, surgeon)) == ("not_signed", 409)
    sign_assessment(assessment, surgeon)
    release_assessment(assessment, surgeon)
    assert code_of(lambda: release_assessment(assessment, surgeon)) == ("already_released", 409)
    assert released_assessment(assessment.consultation) == assessment


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["author", "approver", "administrator", "coordinator"])
def test_no_other_role_reviews(assessment: Assessment, cast: Cast, role: str, act: Act) -> None:
    assert code_of(lambda: act(assessment, getattr(cast, role))) == ("not_permitted", 403)


@pytest.mark.parametrize("act", ACTS)
def test_no_surgeon_of_another_clinic_reviews(assessment: Assessment, stranger: User, act: Act) -> None:
    assert code_of(lambda: act(assessment, stranger)) == ("not_permitted", 403)


@pytest.mark.parametrize("act", ACTS)
def test_a_role_taken_away_bites_at_once(assessment: Assessment, surgeon: User, act: Act) -> None:
    Membership.objects.filter(user=surgeon).delete()
    assert code_of(lambda: act(assessment, surgeon)) == ("not_permitted", 403)


@pytest.mark.parametrize("act", ACTS)
def test_a_superseded_assessment_is_not_reviewed(
    assessment: Assessment, golden: Golden, surgeon: User, act: Act
) -> None:
    assess_again(assessment.consultation, golden("typical_disc"))
    assert code_of(lambda: act(assessment, surgeon)) == ("assessment_superseded", 409)


def test_signing_and_releasing_ask_for_their_documents(assessment: Assessment, surgeon: User) -> None:
    def asked() -> set[tuple[str, str]]:
        rows = Summary.objects.filter(assessment=assessment)
        return {(row.audience, row.template_version.rpartition("-")[0]) for row in rows}

    assert asked() == {("surgeon", "assessed"), ("answers", "assessed")}
    sign_assessment(assessment, surgeon)
    assert asked() == {("surgeon", "assessed"), ("answers", "assessed"), ("surgeon", "signed")}
    release_assessment(assessment, surgeon)
    assert ("patient", "released") in asked()


def test_what_was_released_stays_visible_while_a_newer_one_is_reviewed(
    assessment: Assessment, golden: Golden, surgeon: User, consultation: Consultation
) -> None:
    sign_assessment(assessment, surgeon)
    release_assessment(assessment, surgeon)
    newer = assess_again(consultation, golden("typical_disc"))
    assert current_assessment(consultation) == newer
    assert released_assessment(consultation) == assessment
    sign_assessment(newer, surgeon)
    release_assessment(newer, surgeon)
    assert released_assessment(consultation) == newer
