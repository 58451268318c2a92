from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from questionnaires.models import QuestionnaireResponse
from questionnaires.services.signals import response_received
from tests.questionnaires.pages.browsing import form_of, give, question_url, text_of
from tests.questionnaires.pages.conftest import Asked

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

EVERYTHING = (
    ("age_years", "54"),
    ("smokes", "-declined"),
    ("pain", "7"),
    ("weight_kg", "-unsure"),
    ("tried", "none_of_these"),
    ("areas", "left_leg"),
    ("work", "desk"),
    ("wish", "When can I garden?"),
)


def answer_everything(client: Client) -> None:
    for code, text in EVERYTHING:
        give(client, code, text)


def send(client: Client) -> "Page":
    page = client.get(reverse("check_answers"))
    return client.post(reverse("check_answers"), form_of(page, "revision"))


def test_it_shows_every_answer_in_words_with_a_way_to_change_it(visitor: Client) -> None:
    answer_everything(visitor)
    page = visitor.get(reverse("check_answers"))
    words = text_of(page)
    for answer in (
        "54 years",
        "I'd rather not say",
        "7 out of 10",
        "I'm not sure",
        "Nothing yet",
        "Left leg",
        "Desk",
    ):
        assert answer in words
    for code, _ in EVERYTHING:
        assert f'href="{question_url(code, "check")}"' in page.content.decode()
    assert "cigarettes" not in page.content.decode()


def test_a_change_returns_to_its_line(visitor: Client) -> None:
    answer_everything(visitor)
    for button in ("on", "back"):
        returned = give(visitor, "pain", "3", go=button, then="check")
        assert returned["Location"] == reverse("check_answers") + "#pain"
    page = visitor.get(reverse("check_answers"))
    assert "3 out of 10" in text_of(page)
    assert 'id="pain"' in page.content.decode()


def test_a_change_that_opens_a_question_asks_it_first(visitor: Client) -> None:
    answer_everything(visitor)
    opened = give(visitor, "smokes", "yes", then="check")
    assert opened["Location"] == question_url("cigarettes", "check")
    returned = give(visitor, "cigarettes", "10", then="check")
    assert returned["Location"] == reverse("check_answers") + "#cigarettes"


def test_a_mistake_on_the_way_keeps_the_way_back(visitor: Client) -> None:
    answer_everything(visitor)
    page = give(visitor, "age_years", "5", then="check")
    assert page.status_code == 422
    again = visitor.post(
        question_url("age_years"), form_of(page, "revision") | {"answer": ["55"], "go": ["on"]}
    )
    assert again["Location"] == reverse("check_answers") + "#age_years"


def test_another_address_is_never_followed(visitor: Client) -> None:
    answer_everything(visitor)
    elsewhere = give(visitor, "pain", "3", then="https://evil.example/")
    assert elsewhere["Location"] == question_url("weight_kg")


def test_sending_too_early_names_every_open_question(
    visitor: Client, response: QuestionnaireResponse
) -> None:
    give(visitor, "age_years", "54")
    page = send(visitor)
    assert page.status_code == 422
    for question in ("Do you smoke?", "How bad is it?", "What have you tried?", "What work do you do?"):
        assert f'">{question}</a></li>' in page.content.decode()
    assert ">How much do you weigh?</a></li>" not in page.content.decode()
    response.refresh_from_db()
    assert response.status == "open"


def test_sending_freezes_the_answers_and_tells_whoever_listens(
    visitor: Client, response: QuestionnaireResponse
) -> None:
    heard: list[object] = []

    def listen(response: QuestionnaireResponse, **_: object) -> None:
        heard.append(response.pk)

    response_received.connect(listen)
    try:
        answer_everything(visitor)
        assert send(visitor)["Location"] == reverse("thank_you")
    finally:
        response_received.disconnect(listen)
    response.refresh_from_db()
    assert response.status == "submitted"
    assert len(response.sha256) == 64
    assert heard == [response.pk]


def test_sending_twice_sends_once(visitor: Client, response: QuestionnaireResponse) -> None:
    answer_everything(visitor)
    sent = form_of(visitor.get(reverse("check_answers")), "revision")
    for _ in range(2):
        assert visitor.post(reverse("check_answers"), sent)["Location"] == reverse("thank_you")
    response.refresh_from_db()
    assert response.status == "submitted"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_page_that_arrived_in_part_sends_nothing(
    visitor: Client, response: QuestionnaireResponse, revision: str
) -> None:
    answer_everything(visitor)
    assert visitor.post(reverse("check_answers"), {"revision": revision}).status_code == 409
    response.refresh_from_db()
    assert response.status == "open"


def test_after_sending_every_page_leads_to_the_thanks(visitor: Client) -> None:
    answer_everything(visitor)
    send(visitor)
    for address in (reverse("visit"), question_url("pain"), reverse("check_answers"), reverse("consent")):
        assert visitor.get(address)["Location"] == reverse("thank_you")
    assert visitor.post(reverse("consent"), {"answered_by": "companion"})["Location"] == reverse("thank_you")
    page = text_of(visitor.get(reverse("thank_you")))
    assert "Thank you. Your answers have arrived" in page
    assert "01632 960 100" in page


def test_there_are_no_thanks_before_sending(visitor: Client) -> None:
    assert visitor.get(reverse("thank_you"))["Location"] == reverse("visit")


def test_the_thanks_can_be_seen_again_by_the_same_link(visitor: Client, asked: Asked) -> None:
    answer_everything(visitor)
    send(visitor)
    again = asked.confirm()
    assert again.get(reverse("visit"))["Location"] == reverse("thank_you")
