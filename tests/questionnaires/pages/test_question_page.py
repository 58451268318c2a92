import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from questionnaires.models import QuestionnaireResponse
from tests.questionnaires.pages.browsing import agree, form_of, give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked

Stored = Callable[[], dict[str, object]]


@pytest.mark.parametrize(
    ("code", "texts", "stored", "back"),
    [
        ("age_years", ["54"], {"value": 54}, ["54"]),
        ("age_years", [" 54 years "], {"value": 54}, ["54"]),
        ("smokes", ["no"], {"value": False}, ["no"]),
        ("smokes", ["-unsure"], {"unsure": True}, ["-unsure"]),
        ("smokes", ["-declined"], {"declined": True}, ["-declined"]),
        ("pain", ["0"], {"value": 0}, ["0"]),
        ("pain", ["10"], {"value": 10}, ["10"]),
        ("weight_kg", ["72,5"], {"value": 72.5}, ["72.5"]),
        ("weight_kg", ["100"], {"value": 100}, ["100"]),
        ("weight_kg", ["", "-unsure"], {"unsure": True}, ["", "-unsure"]),
        ("tried", ["tablets", "exercise"], {"value": ["exercise", "tablets"]}, ["exercise", "tablets"]),
        ("tried", ["none_of_these"], {"value": []}, ["none_of_these"]),
        ("areas", ["left_leg"], {"value": ["left_leg"]}, ["left_leg"]),
        ("work", ["manual"], {"value": "manual"}, ["manual"]),
        ("wish", ["Zażółć <b>&\r\n2nd line"], {"value": "Zażółć <b>&\n2nd line"}, ["Zażółć <b>&\n2nd line"]),
    ],
)
def test_an_answer_is_saved_and_found_again(
    visitor: Client, answers: Stored, code: str, texts: list[str], stored: object, back: list[str]
) -> None:
    assert give(visitor, code, *texts).status_code == 302
    assert answers()[code] == stored
    assert open_question(visitor, code)["answer"] == back


def test_saved_answers_outlive_the_browser(asked: Asked, visitor: Client) -> None:
    give(visitor, "age_years", "54")
    give(visitor, "smokes", "no")
    page = text_of(asked.confirm().get(reverse("visit")))
    assert "2 of 2 answered" in page
    assert "Continue" in page


@pytest.mark.parametrize(
    ("code", "texts", "sentence", "kept"),
    [
        ("age_years", [""], "Answer this question.", [""]),
        ("age_years", ["17"], "You wrote “17”. Enter a whole number from 18 to 110.", ["17"]),
        ("age_years", ["54.5"], "You wrote “54.5”.", ["54.5"]),
        ("age_years", ["NaN"], "You wrote “NaN”.", ["NaN"]),
        ("age_years", ["1e999"], "You wrote “1e999”.", ["1e999"]),
        ("age_years", ["-1"], "You wrote “-1”.", ["-1"]),
        ("age_years", ["9" * 39], "Enter a whole number from 18 to 110.", ["9" * 39]),
        ("age_years", ["łódź"], "You wrote “łódź”.", ["łódź"]),
        ("smokes", [], "Answer this question, or choose “I'm not sure”, or choose “I'd rather not say”.", []),
        ("smokes", ["perhaps"], "Choose yes or no.", []),
        ("pain", ["11"], "Choose a whole number from 0 to 10.", []),
        ("pain", ["-unsure"], "is not an answer to this question", []),
        (
            "weight_kg",
            ["72", "-unsure"],
            "Choose one: give an answer, or choose the last option.",
            ["72", "-unsure"],
        ),
        ("tried", [], "Answer this question.", []),
        (
            "tried",
            ["tablets", "none_of_these"],
            "“Nothing yet” does not go with other answers.",
            ["tablets", "none_of_these"],
        ),
        ("tried", ["crystals", "tablets"], "Choose from the answers shown", ["tablets"]),
        ("work", ["desk", "manual"], "You gave more than one answer. Give only one.", ["desk", "manual"]),
        ("wish", ["a" * 10_001], "Your answer is too long.", ["a" * 10_001]),
    ],
)
def test_what_is_no_answer_is_explained_and_kept_in_the_field(
    visitor: Client, answers: Stored, code: str, texts: list[str], sentence: str, kept: list[str]
) -> None:
    page = give(visitor, code, *texts)
    assert page.status_code == 422
    assert text_of(page).count(sentence) == 2  # in the summary and at the field
    assert "<title>Error: " in page.content.decode()
    assert code not in answers()
    assert form_of(page, "revision").get("answer", []) == kept
    assert open_question(visitor, code).get("answer", []) == kept  # and still after going away


def test_what_is_no_answer_stands_beside_the_answer_that_is_saved(asked: Asked, visitor: Client) -> None:
    give(visitor, "age_years", "54")
    page = give(visitor, "age_years", "seventy")
    assert "Saved until now: 54 years" in text_of(page)
    page = asked.confirm().get(question_url("age_years"))
    assert form_of(page, "revision")["answer"] == ["seventy"]
    assert "Saved until now: 54 years" in text_of(page)
    give(visitor, "age_years", "70")
    assert "Saved until now" not in text_of(visitor.get(question_url("age_years")))


def test_a_character_that_no_database_keeps_is_refused_and_the_rest_kept(visitor: Client) -> None:
    for go in ("on", "keep"):
        assert give(visitor, "wish", "Gar\x00den", go=go).status_code == (422 if go == "on" else 204)
        assert open_question(visitor, "wish")["answer"] == ["Garden"]


def test_going_back_with_unfinished_input_loses_nothing(visitor: Client, answers: Stored) -> None:
    assert give(visitor, "weight_kg", "seventy", go="back")["Location"] == question_url("pain")
    assert "weight_kg" not in answers()
    page = visitor.get(question_url("weight_kg"))
    assert 'value="seventy"' in page.content.decode()
    assert "You wrote “seventy”" in text_of(page)
    give(visitor, "weight_kg", "70")
    assert "You wrote" not in text_of(visitor.get(question_url("weight_kg")))


def test_unfinished_input_outlives_the_browser(asked: Asked, visitor: Client, answers: Stored) -> None:
    give(visitor, "weight_kg", "seventy")
    later = asked.confirm()
    assert "The rest 0 of 6 answered, 1 not saved yet Look again" in text_of(later.get(reverse("visit")))
    assert "You wrote “seventy”" in text_of(later.get(question_url("weight_kg")))
    assert answers() == {}


def test_what_is_typed_but_not_given_is_kept_and_read_by_no_rule(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    sent = open_question(visitor, "smokes") | {"answer": ["yes"], "go": ["keep"]}
    assert visitor.post(question_url("smokes"), sent).status_code == 204
    assert answers() == {}
    later = asked.confirm()
    assert later.get(question_url("cigarettes")).status_code == 404
    page = later.get(question_url("smokes"))
    assert form_of(page, "revision")["answer"] == ["yes"]
    assert "error-summary" not in page.content.decode()
    sent = form_of(page, "revision") | {"answer": [], "go": ["keep"]}
    assert later.post(question_url("smokes"), sent).status_code == 204
    assert "answer" not in open_question(later, "smokes")


def test_a_page_of_somebody_elses_form_saves_nothing(visitor: Client, answers: Stored) -> None:
    for go in ("on", "keep", "saved"):
        sent = open_question(visitor, "age_years") | {"answer": ["54"], "whose": ["0" * 16], "go": [go]}
        page = visitor.post(question_url("age_years"), sent)
        assert page.status_code == 409
        assert "belongs to another form" in text_of(page)
    assert answers() == {}
    assert "not saved yet" not in text_of(visitor.get(reverse("visit")))


def test_going_back_saves_what_is_an_answer(visitor: Client, answers: Stored) -> None:
    assert give(visitor, "smokes", "no", go="back")["Location"] == question_url("age_years")
    assert answers()["smokes"] == {"value": False}


def test_going_to_the_sections_saves_what_is_an_answer(visitor: Client, answers: Stored) -> None:
    assert give(visitor, "age_years", "54", go="list")["Location"] == reverse("visit")
    assert answers()["age_years"] == {"value": 54}
    assert give(visitor, "smokes", go="list")["Location"] == reverse("visit")


def test_back_from_the_first_question_leads_to_the_sections(visitor: Client) -> None:
    assert give(visitor, "age_years", go="back")["Location"] == reverse("visit")


def test_after_the_last_question_come_all_answers(visitor: Client) -> None:
    assert give(visitor, "wish", "When?")["Location"] == reverse("check_answers")


def test_an_optional_question_can_be_left_out(visitor: Client, answers: Stored) -> None:
    assert give(visitor, "weight_kg", "")["Location"] == question_url("tried")
    assert "weight_kg" not in answers()


@pytest.mark.parametrize(
    ("code", "texts", "emptied"), [("wish", ["When?"], [""]), ("areas", ["left_leg"], [])]
)
def test_an_optional_answer_can_be_taken_back(
    visitor: Client, answers: Stored, code: str, texts: list[str], emptied: list[str]
) -> None:
    give(visitor, code, *texts)
    assert code in answers()
    give(visitor, code, *emptied)
    assert code not in answers()


def test_an_answer_opens_its_follow_up_and_another_closes_it(visitor: Client, answers: Stored) -> None:
    assert visitor.get(question_url("cigarettes")).status_code == 404
    assert give(visitor, "smokes", "yes")["Location"] == question_url("cigarettes")
    give(visitor, "cigarettes", "20")
    assert give(visitor, "smokes", "no")["Location"] == question_url("pain")
    assert "cigarettes" not in answers()
    give(visitor, "smokes", "yes")
    assert answers()["cigarettes"] == {"value": 20}


def test_it_refuses_an_answer_to_a_hidden_question(visitor: Client, answers: Stored) -> None:
    for texts in (["20"], ["twenty"]):
        sent = open_question(visitor, "pain") | {"answer": texts}
        page = visitor.post(question_url("cigarettes"), sent)
        assert page.status_code == 409
        assert "This question is not needed any more" in text_of(page)
    assert answers() == {}


def test_it_refuses_a_question_that_does_not_exist(visitor: Client) -> None:
    for page in (
        visitor.get(question_url("nonsense")),
        visitor.post(question_url("nonsense"), {"answer": "1"}),
    ):
        assert page.status_code == 404
        assert "We do not have this question" in text_of(page)


@pytest.mark.parametrize("revision", ["", "x", "-1", "NaN"])
def test_a_page_that_arrived_in_part_saves_nothing(visitor: Client, answers: Stored, revision: str) -> None:
    sent = open_question(visitor, "age_years") | {"answer": ["54"], "revision": [revision]}
    page = visitor.post(question_url("age_years"), sent)
    assert page.status_code == 409
    assert "Your browser did not send the whole page." in text_of(page)
    assert answers() == {}


def test_nothing_can_be_saved_after_sending(
    visitor: Client, answers: Stored, response: QuestionnaireResponse
) -> None:
    QuestionnaireResponse.objects.filter(pk=response.pk).update(
        status="submitted", submitted_at=response.created_at, sha256="0" * 64
    )
    page = visitor.post(question_url("age_years"), {"answer": "54", "revision": "0"})
    assert page["Location"] == reverse("thank_you")
    assert answers() == {}


def test_the_question_is_the_heading_and_the_name_of_its_controls(visitor: Client) -> None:
    group = visitor.get(question_url("smokes")).content.decode()
    assert "<legend><h1>Do you smoke?</h1></legend>" in group
    single = visitor.get(question_url("age_years")).content.decode()
    assert '<h1><label for="answer">How old are you?</label></h1>' in single
    assert "<title>How old are you? – Northfield Spine Clinic</title>" in single
    for page in (group, single):
        assert re.sub(r"(?s)<template.*?</template>", "", page).count("<h1>") == 1


def test_why_we_ask_is_folded(visitor: Client) -> None:
    page = visitor.get(question_url("age_years")).content.decode()
    assert "<summary>Why we ask</summary><p>Age changes what is likely.</p>" in page
    assert "Why we ask" not in visitor.get(question_url("smokes")).content.decode()


def test_what_a_person_wrote_is_never_markup(visitor: Client) -> None:
    attack = "</textarea><script>alert(1)</script>{{ settings.SECRET_KEY }}{% load x %}"
    give(visitor, "wish", attack)
    for address in (question_url("wish"), reverse("check_answers")):
        page = visitor.get(address).content.decode()
        assert "<script>alert" not in page
        assert "{{ settings.SECRET_KEY }}{% load x %}" in page


def test_a_browser_of_somebody_else_reaches_nothing(asked: Asked, visitor: Client) -> None:
    give(visitor, "age_years", "54")
    stranger = Client()
    for address in (
        reverse("visit"),
        question_url("age_years"),
        reverse("check_answers"),
        reverse("warning"),
    ):
        page = stranger.get(address)
        assert page.status_code == 403
        assert "54" not in text_of(page)
    agree(stranger)
    assert stranger.get(reverse("thank_you")).status_code == 403
