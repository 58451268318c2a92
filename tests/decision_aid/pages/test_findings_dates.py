"""A date among the clinician's findings: the three fields of the patient's form, read by the same words."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation
from decision_aid.packs import Pack
from decision_aid.services.drafting import load_aid
from decision_aid.services.publishing import publish_aid
from questionnaires.models import Patient, QuestionnaireResponse, User
from tests.cast import new_visit, signed_in
from tests.decision_aid.pages.conftest import Golden, text_of

IMAGED_ON = {"code": "imaged_on", "type": "date", "text": "When were the images made?", "unsure": True}
PARTS = ("imaged_on-day", "imaged_on-month", "imaged_on-year")


@pytest.fixture
def dated(cast: Cast, patient: Patient, spine_pack: Pack, golden: Golden) -> Consultation:
    """A consultation whose findings ask for a day; the patient has answered."""
    forms: Any = deepcopy(dict(spine_pack.questionnaires))
    forms["findings"]["sections"][0]["questions"].append(IMAGED_ON)
    pack = replace(spine_pack, questionnaires=forms, aid={**spine_pack.aid, "aid": "dated"})
    aid = load_aid(cast.clinic, pack, cast.author)
    release = publish_aid(aid, cast.author, cast.approver, "It asks for a day.")
    consultation = new_visit(release, patient, cast).consultation
    bring_to_stage(consultation, golden("disc_imaging_unknown"), "submitted")
    return Consultation.objects.get(pk=consultation.pk)


def answers_of(consultation: Consultation) -> Any:
    return QuestionnaireResponse.objects.get(consultation_as_findings__pk=consultation.pk).answers


def give(consultation: Consultation, user: User, typed: tuple[str, ...], unsure: str = "") -> Any:
    """Save the date alone, as a browser sends it."""
    browser, address = signed_in(user), reverse("findings", args=[consultation.pk])
    revision = browser.get(address).context["revision"]
    sent = {"revision": revision, "asked": ["imaged_on"], "imaged_on": unsure, "act": "save"}
    return browser.post(address, sent | dict(zip(PARTS, typed, strict=True)))


def fields_of(page: Any) -> tuple[str, ...]:
    (found,) = [f for g in page.context["groups"] for f in g.fields if f.question.code == "imaged_on"]
    for part in found.date_fields:
        assert f'name="{part.name}" type="text"' in page.content.decode()
        assert f'value="{part.typed}"' in page.content.decode()
    return tuple(part.typed for part in found.date_fields)


def test_a_date_is_three_fields_and_comes_back_in_them(dated: Consultation, surgeon: User) -> None:
    assert fields_of(give(dated, surgeon, ("1", "3", "2024"))) == ("1", "3", "2024")
    assert answers_of(dated) == {"imaged_on": {"value": "2024-03-01"}}

    page = signed_in(surgeon).get(reverse("findings", args=[dated.pk]))
    assert fields_of(page) == ("1", "3", "2024")
    assert "When were the images made?" in text_of(page)


@pytest.mark.parametrize(
    "typed", [("31", "2", "2024"), ("1", "", "2024"), ("", "", "łódź"), ("1", "13", "24")]
)
def test_a_date_that_is_none_is_kept_in_its_fields_with_the_patients_message(
    dated: Consultation, surgeon: User, typed: tuple[str, ...]
) -> None:
    page = give(dated, surgeon, typed)

    assert fields_of(page) == typed
    (wrong,) = page.context["wrong"]
    assert wrong.error.endswith("is no date. Enter a day, a month and a year, such as 27 3 2025.")
    assert wrong.error in text_of(page)
    assert answers_of(dated) == {}


def test_not_sure_and_a_date_emptied_are_unknown(dated: Consultation, surgeon: User) -> None:
    nothing = ("", "", "")
    give(dated, surgeon, nothing, "-unsure")
    assert answers_of(dated) == {"imaged_on": {"unsure": True}}

    give(dated, surgeon, ("1", "3", "2024"))
    give(dated, surgeon, nothing)
    assert answers_of(dated) == {"imaged_on": {"unsure": True}}


def test_a_date_and_not_sure_together_are_refused(dated: Consultation, surgeon: User) -> None:
    page = give(dated, surgeon, ("1", "3", "2024"), "-unsure")

    assert "Choose one: give an answer, or choose the last option." in text_of(page)
    assert fields_of(page) == ("1", "3", "2024")
