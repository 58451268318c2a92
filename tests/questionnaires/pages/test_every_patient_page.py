from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.questionnaires.pages.browsing import agree, form_of, give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_check_answers_page import answer_everything, send

HEAVIEST = 60_000  # bytes of a page with its style and scripts
HEAVIEST_STEP = 15_000  # bytes of the next question, and of what is looked up ahead


def addresses(asked: Asked) -> list[str]:
    return [
        f"/l/{asked.token}/",
        "/l/unknown/",
        reverse("birth_date"),
        reverse("consent"),
        reverse("visit"),
        reverse("check_answers"),
        reverse("thank_you"),
        reverse("warning"),
        question_url("age_years"),
        question_url("nonsense"),
    ]


def test_no_cache_and_no_search_engine_keeps_it(asked: Asked, visitor: Client) -> None:
    for client in (Client(), asked.open_link(), asked.confirm(), visitor):
        for address in addresses(asked):
            page = client.get(address)
            assert "no-store" in page["Cache-Control"], address
            assert "noindex" in page["X-Robots-Tag"], address
            assert page["Referrer-Policy"] == "strict-origin", address
            policy = page["Content-Security-Policy"]
            assert "unsafe-inline" not in policy
            assert "default-src 'none'" in policy


def test_it_has_no_inline_style_or_handler_and_asks_nobody_else(asked: Asked, visitor: Client) -> None:
    give(visitor, "age_years", "5")
    for address in addresses(asked):
        page = visitor.get(address, follow=True).content.decode()
        assert "style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
        assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in page


def test_every_form_is_refused_without_the_proof_that_it_is_ours(asked: Asked) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in (
        f"/l/{asked.token}/",
        reverse("birth_date"),
        reverse("consent"),
        question_url("age_years"),
        reverse("warning"),
        reverse("check_answers"),
        reverse("leave"),
    ):
        page = client.post(address, {"answer": "54", "revision": "0"})
        assert page.status_code == 403, address
        assert "Please send it once more" in text_of(page)


def test_its_own_forms_carry_the_proof(asked: Asked) -> None:
    client = Client(enforce_csrf_checks=True)
    link = f"/l/{asked.token}/"
    assert client.post(link, form_of(client.get(link), "csrfmiddlewaretoken")).status_code == 302
    born = {"day": ["28"], "month": ["2"], "year": ["1970"]}
    at_birth = form_of(client.get(reverse("birth_date")), "day")
    assert client.post(reverse("birth_date"), at_birth | born)["Location"] == reverse("visit")
    at_consent = form_of(client.get(reverse("consent")), "answered_by")
    assert client.post(reverse("consent"), at_consent)["Location"] == reverse("visit")
    assert give(client, "age_years", "54")["Location"] == question_url("smokes")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(asked: Asked, visitor: Client, method: str) -> None:
    for address in addresses(asked):
        assert getattr(visitor, method)(address).status_code in {302, 403, 404, 405}
    assert getattr(visitor, method)(question_url("age_years")).status_code == 405


def test_leaving_forgets_the_visit(visitor: Client) -> None:
    assert visitor.get(reverse("leave")).status_code == 405
    page = visitor.post(reverse("leave"))
    assert "Nothing about you stays on this device" in text_of(page)
    assert "cache" in page["Clear-Site-Data"]
    assert visitor.get(reverse("visit")).status_code == 403


@pytest.mark.parametrize(
    ("name", "most"), [("visit", 8), ("check_answers", 8), ("consent", 6), ("question", 6)]
)
def test_it_asks_the_database_little(
    visitor: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
    most: int,
) -> None:
    answer_everything(visitor)
    address = question_url("pain") if name == "question" else reverse(name)
    with django_assert_max_num_queries(most):
        assert visitor.get(address).status_code == 200


def test_saving_an_answer_asks_the_database_little(
    visitor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sent = open_question(visitor, "pain") | {"answer": ["7"]}
    with django_assert_max_num_queries(23):
        assert visitor.post(question_url("pain"), sent).status_code == 302


def test_its_first_load_is_light(visitor: Client, read_static: Callable[[str], bytes]) -> None:
    asked_for = ("age_years", "smokes", "pain", "weight_kg", "tried", "areas", "work")
    answer_everything(visitor)
    names = ("candor.css", "candor.js", "answers.js", "steps.js", "mark.svg")
    shared = sum(len(read_static(f"candor/{name}")) for name in names)
    assert len(read_static("candor/candor.css")) < 25_000
    for address in (
        reverse("visit"),
        reverse("check_answers"),
        question_url("age_years"),
        question_url("areas"),
    ):
        assert len(visitor.get(address).content) + shared < HEAVIEST, address
    for code in asked_for:
        part = visitor.get(reverse("ahead", kwargs={"code": code}))
        assert len(visitor.get(question_url(code)).content) + len(part.content) < HEAVIEST_STEP, code


def test_a_whole_visit_needs_no_script(asked: Asked) -> None:
    client = asked.open_link()
    client.post(reverse("birth_date"), {"day": "28", "month": "2", "year": "1970"})
    agree(client, "companion")
    page = client.get(reverse("visit"))
    assert "0 of 2 sections done" in text_of(page)
    answer_everything(client)
    assert "2 of 2 sections done" in text_of(client.get(reverse("visit")))
    assert "someone’s help" in text_of(client.get(reverse("check_answers")))
    send(client)
    asked.response.refresh_from_db()
    assert (asked.response.status, asked.response.answered_by) == ("submitted", "companion")
