"""The findings form: decisive questions first, nothing typed is lost, and a new assessment at the end."""

from typing import Any

import pytest
from django.urls import reverse

from decision_aid.models import Consultation, Summary
from decision_aid.services.findings import open_findings
from questionnaires.definition.answers import read_answers
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse, User
from tests.cast import signed_in
from tests.decision_aid.pages.conftest import assessment_of, text_of

DISC = {
    "imaging_findings": ["disc_herniation"],
    "imaging_matches_symptoms": "yes",
    "level": ["l5_s1"],
    "herniation_type": "extruded",
    "mrc_grade": "4",
}


def address_of(consultation: Consultation) -> str:
    return reverse("findings", args=[consultation.pk])


def sent(page: Any, answers: dict[str, Any], act: str = "submit") -> dict[str, Any]:
    """What a browser sends: every question that stands on the page, what was there, and what was typed."""
    asked = [field.question.code for group in page.context["groups"] for field in group.fields]
    there = {f.question.code: list(f.texts) for group in page.context["groups"] for f in group.fields}
    return {"revision": page.context["revision"], "asked": asked, "act": act} | there | answers


def findings_of(consultation: Consultation) -> QuestionnaireResponse:
    found = Consultation.objects.get(pk=consultation.pk).findings
    assert found is not None
    return found


def codes_on(page: Any) -> list[str]:
    return [field.question.code for group in page.context["groups"] for field in group.fields]


def test_decisive_questions_come_first_with_the_options_that_wait(
    submitted: Consultation, surgeon: User
) -> None:
    page = signed_in(surgeon).get(address_of(submitted))
    first = page.context["groups"][0]

    assert first.code == "decisive"
    assert first.fields[0].question.code == "imaging_findings"
    assert "Tubular microdiscectomy" in first.fields[0].waiting
    decisive = {fact for option in assessment_of(submitted).report["options"] for fact in option["decisive"]}
    waited_for = [field.question.code for field in first.fields if field.waiting]
    assert set(waited_for) == decisive & set(codes_on(page))
    assert [field.question.code for field in first.fields][: len(waited_for)] == waited_for
    assert all(field.question.required for field in first.fields if not field.waiting)


def test_every_shown_question_is_on_the_page_once(submitted: Consultation, surgeon: User) -> None:
    page = signed_in(surgeon).get(address_of(submitted))
    response = findings_of(submitted)

    assert sorted(codes_on(page)) == sorted(shown_questions(response.version.definition, {}))


def test_saving_shows_the_questions_that_an_answer_opens(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.get(address_of(submitted))
    assert "herniation_type" not in codes_on(page)

    for headers, template in (
        ({}, "findings.html"),
        ({"HX-Request": "true"}, "parts/findings_questions.html"),
    ):
        page = browser.post(
            address_of(submitted),
            sent(page, {"imaging_findings": ["disc_herniation"]}, "save"),
            headers=headers,
        )
        assert page.status_code == 200
        assert page.templates[0].name == f"decision_aid/{template}"
        assert "herniation_type" in codes_on(page)
    assert findings_of(submitted).status == "open"


def test_sending_makes_a_new_assessment_beside_the_old(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.post(
        address_of(submitted),
        sent(browser.get(address_of(submitted)), {"imaging_findings": ["disc_herniation"]}, "save"),
    )
    response = browser.post(
        address_of(submitted),
        sent(page, DISC | {"myelopathy_signs": "no"}),
        follow=True,
    )

    assert response.redirect_chain == [(reverse("sheet", args=[submitted.pk]), 302)]
    assessment = assessment_of(submitted)
    assert assessment.number == 2
    assert assessment.facts["herniation_type"] == "extruded"
    assert assessment.findings == findings_of(submitted)
    assert response.context["previous"].number == 1
    assert Summary.objects.filter(assessment=assessment, audience="surgeon").count() == 1


def test_what_must_be_answered_is_named_and_what_was_typed_is_kept(
    submitted: Consultation, surgeon: User
) -> None:
    browser = signed_in(surgeon)
    response = browser.post(
        address_of(submitted), sent(browser.get(address_of(submitted)), {"asa_class": "2"})
    )

    assert response.status_code == 422
    wrong = [field.question.code for field in response.context["wrong"]]
    assert "imaging_findings" in wrong
    assert "Not sent yet" in text_of(response)
    assert 'value="2"' in response.content.decode()
    assert findings_of(submitted).answers["asa_class"] == {"value": 2}
    assert assessment_of(submitted).number == 1


@pytest.mark.parametrize("typed", ["6", "-1", "NaN", "Infinity", "2.5", "two", "9" * 400, "<b>"])
def test_a_number_that_is_none_is_refused_beside_its_question(
    submitted: Consultation, surgeon: User, typed: str
) -> None:
    browser = signed_in(surgeon)
    response = browser.post(
        address_of(submitted), sent(browser.get(address_of(submitted)), {"asa_class": typed})
    )

    assert response.status_code == 422
    (field,) = [field for field in response.context["wrong"] if field.question.code == "asa_class"]
    assert field.typed == typed
    assert field.error
    assert "asa_class" not in findings_of(submitted).answers


def test_an_answer_that_is_taken_out_becomes_unknown(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.post(
        address_of(submitted), sent(browser.get(address_of(submitted)), {"asa_class": "2"}, "save")
    )
    browser.post(address_of(submitted), sent(page, {"asa_class": ""}, "save"))

    assert findings_of(submitted).answers["asa_class"] == {"unsure": True}


def test_zero_is_an_answer(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.get(address_of(submitted))
    browser.post(address_of(submitted), sent(page, {"mrc_grade": "0"}, "save"))

    assert findings_of(submitted).answers["mrc_grade"] == {"value": 0}


def test_an_answer_whose_question_another_answer_closed_is_left_out(
    submitted: Consultation, surgeon: User
) -> None:
    browser = signed_in(surgeon)
    page = browser.get(address_of(submitted))
    page = browser.post(address_of(submitted), sent(page, {"imaging_findings": ["disc_herniation"]}, "save"))
    page = browser.post(
        address_of(submitted),
        sent(page, {"imaging_findings": ["central_stenosis"], "herniation_type": "extruded"}, "save"),
    )

    assert page.status_code == 200
    response = findings_of(submitted)
    assert set(response.answers) == {"imaging_findings"}
    assert "herniation_type" not in read_answers(response.version.definition, response.answers)


def test_a_second_window_cannot_overwrite_unseen(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    first = browser.get(address_of(submitted))
    second = browser.get(address_of(submitted))
    browser.post(address_of(submitted), sent(first, {"asa_class": "2"}, "save"))
    response = browser.post(address_of(submitted), sent(second, {"asa_class": "3"}, "save"))

    assert response.status_code == 409
    assert "<code>stale_revision</code>" in response.content.decode()
    assert 'value="3"' in response.content.decode()
    assert findings_of(submitted).answers["asa_class"] == {"value": 2}


def test_findings_that_were_sent_are_corrected_in_a_copy(examined: Consultation, surgeon: User) -> None:
    earlier = findings_of(examined)
    page = signed_in(surgeon).get(address_of(examined))

    assert findings_of(examined).pk != earlier.pk
    (field,) = [f for g in page.context["groups"] for f in g.fields if f.question.code == "imaging_findings"]
    assert field.texts == ("disc_herniation",)
    earlier.refresh_from_db()
    assert earlier.status == "submitted"


def test_a_question_that_was_not_asked_is_not_answered(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.get(address_of(submitted))
    forged = sent(page, {"age_years": "20", "leeches": "yes"}, "save")
    forged["asked"] = [*forged["asked"], "age_years", "leeches"]

    assert browser.post(address_of(submitted), forged).status_code == 200
    assert findings_of(submitted).answers == {}


def test_there_are_no_findings_before_the_patient_has_answered(
    consultation: Consultation, surgeon: User
) -> None:
    response = signed_in(surgeon).get(address_of(consultation))

    assert response.status_code == 409
    assert "<code>not_submitted</code>" in response.content.decode()


def test_a_coordinator_enters_no_findings(submitted: Consultation, coordinator: User) -> None:
    response = signed_in(coordinator).get(address_of(submitted))

    assert response.status_code == 403
    assert "<code>not_permitted</code>" in response.content.decode()
    assert Consultation.objects.get(pk=submitted.pk).findings is None


def test_while_an_emergency_is_open_no_option_is_named(emergency: Consultation, surgeon: User) -> None:
    said = text_of(signed_in(surgeon).get(address_of(emergency)))

    for option in emergency.release.document["options"]:
        assert option["title"] not in said


def test_findings_are_opened_by_a_look_once(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    browser.get(address_of(submitted))
    first = findings_of(submitted)
    browser.get(address_of(submitted))

    assert findings_of(submitted) == first == open_findings(submitted_again(submitted), surgeon)


def submitted_again(consultation: Consultation) -> Consultation:
    return Consultation.objects.get(pk=consultation.pk)


def test_none_of_these_is_still_ticked_on_the_next_look(submitted: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)
    page = browser.get(address_of(submitted))
    browser.post(address_of(submitted), sent(page, {"imaging_findings": ["none_of_these"]}, "save"))
    page = browser.get(address_of(submitted))
    browser.post(address_of(submitted), sent(page, {"asa_class": "2"}, "save"))

    assert findings_of(submitted).answers["imaging_findings"] == {"value": []}
