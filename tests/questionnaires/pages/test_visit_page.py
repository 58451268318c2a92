from django.test import Client
from django.urls import reverse

from tests.questionnaires.pages.browsing import give, question_url, text_of
from tests.questionnaires.pages.conftest import Asked


def test_before_the_first_answer_it_says_what_is_to_come(visitor: Client) -> None:
    page = visitor.get(reverse("visit"))
    words = text_of(page)
    assert "One question of every kind." in words
    assert "0 of 2 sections done, about 3 minutes left" in words
    assert f'href="{question_url("age_years")}">Start' in page.content.decode()
    assert words.count("Not started") == 2


def test_a_section_is_started_then_done(visitor: Client) -> None:
    give(visitor, "age_years", "54")
    words = text_of(visitor.get(reverse("visit")))
    assert "First things 1 of 2 answered Started" in words
    assert "The rest 0 of 6 answered Not started" in words
    give(visitor, "smokes", "-unsure")
    words = text_of(visitor.get(reverse("visit")))
    assert "First things 2 of 2 answered Done" in words


def test_an_answer_that_opens_a_question_reopens_its_section(visitor: Client) -> None:
    give(visitor, "age_years", "54")
    give(visitor, "smokes", "yes")
    page = visitor.get(reverse("visit"))
    assert "First things 2 of 3 answered Started" in text_of(page)
    assert f'href="{question_url("cigarettes")}">Continue' in page.content.decode()


def test_continue_leads_to_the_first_open_question_and_past_those_left_out(visitor: Client) -> None:
    for code, text in (("age_years", "54"), ("smokes", "no"), ("pain", "7"), ("weight_kg", "")):
        give(visitor, code, text)
    assert f'href="{question_url("tried")}">Continue' in visitor.get(reverse("visit")).content.decode()


def test_what_was_left_out_is_left_out_in_another_browser_too(asked: Asked, visitor: Client) -> None:
    for code, text in (("age_years", "54"), ("smokes", "no"), ("pain", "7"), ("weight_kg", "")):
        give(visitor, code, text)
    page = asked.confirm().get(reverse("visit"))
    assert f'href="{question_url("tried")}">Continue' in page.content.decode()


def test_when_all_is_answered_it_leads_to_sending(visitor: Client) -> None:
    for code, text in (("age_years", "54"), ("smokes", "no"), ("pain", "7"), ("weight_kg", "")):
        give(visitor, code, text)
    for code, text in (("tried", "tablets"), ("areas", ""), ("work", "desk"), ("wish", "")):
        give(visitor, code, text)
    page = visitor.get(reverse("visit"))
    assert "2 of 2 sections done" in text_of(page)
    assert "minutes left" not in text_of(page)
    assert f'href="{reverse("check_answers")}">Check your answers and send' in page.content.decode()


def test_it_names_the_person_whose_form_it_is(visitor: Client) -> None:
    assert "For Siân Zażółć" in text_of(visitor.get(reverse("visit")))
