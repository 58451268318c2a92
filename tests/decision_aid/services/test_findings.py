"""The surgeon's findings make a new assessment beside the old one."""

from collections.abc import Callable
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import Alert, Assessment, Consultation, Summary
from decision_aid.services.findings import open_findings
from questionnaires.definition.answers import Answer, Given, Unsure
from questionnaires.models import User
from questionnaires.services.answering import save_answer, save_answers, submit_response
from questionnaires.services.refusals import Refused
from tests.cast import assess_again, send

Golden = Callable[[str], dict[str, Any]]


def test_they_wait_until_the_patient_has_sent_the_form(consultation: Consultation, surgeon: User) -> None:
    with pytest.raises(Refused) as refused:
        open_findings(consultation, surgeon)
    assert (refused.value.code, refused.value.status) == ("not_submitted", 409)


@pytest.mark.parametrize("role", ["author", "approver", "administrator", "coordinator"])
def test_no_other_role_opens_them(assessment: Assessment, cast: Cast, role: str) -> None:
    with pytest.raises(Refused) as refused:
        open_findings(assessment.consultation, getattr(cast, role))
    assert refused.value.code == "not_permitted"


def test_no_surgeon_of_another_clinic_opens_them(assessment: Assessment, stranger: User) -> None:
    with pytest.raises(Refused) as refused:
        open_findings(assessment.consultation, stranger)
    assert refused.value.code == "not_permitted"


def test_opened_twice_they_are_the_same(assessment: Assessment, surgeon: User) -> None:
    first = open_findings(assessment.consultation, surgeon)
    again = open_findings(Consultation.objects.get(pk=assessment.consultation_id), surgeon)
    assert again == first
    assert (first.answered_by, first.filled_by, first.version) == (
        "clinician",
        surgeon,
        assessment.consultation.release.findings,
    )


def test_they_make_assessment_two_and_leave_one_as_it_was(assessment: Assessment, golden: Golden) -> None:
    before = Assessment.objects.values().get(pk=assessment.pk)
    second = assess_again(assessment.consultation, golden("typical_disc"))
    assert (second.number, second.release_id) == (2, assessment.release_id)
    assert second.findings == Consultation.objects.get(pk=assessment.consultation_id).findings
    assert Assessment.objects.values().get(pk=assessment.pk) == before
    assert second.facts_sha256 != assessment.facts_sha256
    assert assessment.facts.items() <= second.facts.items()


def test_they_overrule_nothing_that_they_do_not_say(assessment: Assessment, surgeon: User) -> None:
    findings = open_findings(assessment.consultation, surgeon)
    given: dict[str, Answer] = {
        "mrc_grade": Given(4),
        "imaging_findings": Unsure(),
        "myelopathy_signs": Unsure(),
    }
    save_answers(findings, given, revision=0, user=surgeon)
    submit_response(findings, user=surgeon)
    second = assessment.consultation.assessments.latest("number")
    assert second.facts == assessment.facts | {"mrc_grade": 4}


def test_open_ones_are_not_assessed(assessment: Assessment, surgeon: User) -> None:
    findings = open_findings(assessment.consultation, surgeon)
    save_answer(findings, "mrc_grade", Given(4), revision=0, user=surgeon)
    assert assessment.consultation.assessments.count() == 1


def test_submitted_ones_are_copied_so_that_nothing_is_typed_twice(
    assessment: Assessment, golden: Golden, surgeon: User
) -> None:
    consultation = assessment.consultation
    assess_again(consultation, golden("typical_disc"))
    consultation.refresh_from_db()
    submitted = consultation.findings
    corrected = open_findings(consultation, surgeon)
    assert submitted is not None
    assert corrected != submitted
    assert (corrected.status, corrected.answers) == ("open", submitted.answers)
    send(corrected, golden("typical_disc") | {"mrc_grade": 2})
    third = consultation.assessments.latest("number")
    assert (third.number, third.facts["mrc_grade"]) == (3, 2)
    assert Alert.objects.filter(consultation=consultation, sign="weakness_severe").exists()


def test_each_assessment_asks_for_a_surgeons_summary_and_only_the_first_for_a_copy(
    assessment: Assessment, golden: Golden
) -> None:
    second = assess_again(assessment.consultation, golden("typical_disc"))
    assert set(Summary.objects.filter(assessment=second).values_list("audience", flat=True)) == {"surgeon"}
    assert Summary.objects.filter(assessment=assessment, audience="answers").count() == 1
