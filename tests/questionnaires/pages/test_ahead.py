import json
from typing import Any

from django.test import Client
from django.urls import reverse

from questionnaires.pages.ahead import questions_read
from tests.questionnaires.pages.a_form import a_definition
from tests.questionnaires.pages.browsing import give, question_url
from tests.questionnaires.pages.conftest import Asked


def parts_after(client: Client, code: str) -> list[dict[str, Any]]:
    """Every part of the rest of the form, one after the other."""
    found, more = [], reverse("ahead", kwargs={"code": code})
    while more:
        part = client.get(more)
        assert "no-store" in part["Cache-Control"]
        found += json.loads(part.content)["questions"]
        more = json.loads(part.content)["more"]
    return found


def test_it_has_each_open_question_once_in_order_with_what_decides_whether_it_is_asked(
    visitor: Client,
) -> None:
    give(visitor, "pain", "7")
    found = parts_after(visitor, "age_years")
    codes = ["smokes", "cigarettes", "weight_kg", "tried", "areas", "work", "height_cm", "fell_on", "wish"]
    assert [one["code"] for one in found] == codes
    assert [one["place"] for one in found] == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert {one["code"]: one["reads"] for one in found if one["reads"]} == {
        "cigarettes": ["smokes"],
        "height_cm": ["work"],
        "fell_on": ["work"],
    }
    assert found[0]["address"] == question_url("smokes")
    for one in found:
        assert f'data-code="{one["code"]}"' in one["html"]
        assert 'name="revision"' in one["html"]


def test_it_holds_no_answer(visitor: Client) -> None:
    for code, text in (("age_years", "54"), ("wish", "When can I garden?"), ("weight_kg", "seventy")):
        give(visitor, code, text)
    words = json.dumps(parts_after(visitor, "age_years"))
    for text in ('value=\\"54', "garden", "seventy"):
        assert text not in words


def test_it_is_only_for_whoever_may_answer(asked: Asked, visitor: Client) -> None:
    address = reverse("ahead", kwargs={"code": "age_years"})
    assert Client().get(address).status_code == 403
    assert asked.open_link().get(address)["Location"] == reverse("birth_date")
    assert visitor.get(reverse("ahead", kwargs={"code": "nonsense"})).status_code == 404


def test_what_a_condition_reads_is_followed_through_other_conditions() -> None:
    read = questions_read(a_definition())
    assert read["cigarettes"] == {"smokes"}
    assert read["pain"] == set()
