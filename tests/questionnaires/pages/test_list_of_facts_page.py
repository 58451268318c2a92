import pytest
from django.urls import reverse

from config.demonstration import Cast
from questionnaires.models import Patient, Question
from questionnaires.services.answering import start_response
from questionnaires.services.drafting import load_questionnaire, questionnaire_document
from questionnaires.services.inviting import invite
from questionnaires.services.publishing import publish_questionnaire
from tests.questionnaires.definition.test_lists_of_facts import DOCUMENT
from tests.questionnaires.pages.browsing import give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked


@pytest.fixture
def asked(cast: Cast, patient: Patient) -> Asked:
    questionnaire = load_questionnaire(cast.clinic, DOCUMENT, cast.author)
    assert questionnaire_document(questionnaire) == DOCUMENT
    assert Question.objects.get(section__questionnaire=questionnaire, code="illnesses").each_a_fact
    version = publish_questionnaire(questionnaire, cast.author, cast.approver)
    response = start_response(cast.clinic, patient, version)
    _, token = invite(response, cast.coordinator)
    return Asked(response, token)


def test_a_list_of_facts_is_ticked_on_one_page(asked: Asked) -> None:
    visitor = asked.confirm()
    page = visitor.get(question_url("illnesses"))
    assert "I'm not sure about the others" in text_of(page)
    assert page.content.count(b"data-exclusive>") == 2  # none of these, and I'd rather not say
    for texts in (["stroke", "-unsure"], ["none_of_these"], ["-unsure"], ["-declined"]):
        assert give(visitor, "illnesses", *texts).status_code == 302
        assert open_question(visitor, "illnesses")["answer"] == texts
    refused = give(visitor, "illnesses", "none_of_these", "stroke")
    assert "“None of these” does not go with other answers." in text_of(refused)
    assert give(visitor, "illnesses", "diabetes")["Location"] == question_url("insulin")
    give(visitor, "illnesses", "stroke", "-unsure")
    assert "A stroke, I'm not sure about the others" in text_of(visitor.get(reverse("check_answers")))
