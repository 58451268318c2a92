"""A licensed instrument is a scale over item codes; a clinic publishes it under its own licence only."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion, InstrumentLicence, Scale
from decision_aid.scoring import read_ruleset
from decision_aid.services.licensing import licence_problems
from decision_aid.services.publishing import problems_of_aid, publish_aid
from questionnaires.models import AuditEvent, Clinic
from tests.cast import signed_in
from tests.decision_aid.scoring.rulesets import found_in, report_on, small_document

DAY = date(2026, 3, 1)
PLACE = "scales/1/instrument"


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    """The spine aid, one scale of which is somebody's instrument."""
    first, second = Scale.objects.filter(aid=release.aid)[:2]
    assert first.position < second.position
    Scale.objects.filter(pk=second.pk).update(instrument="odi")
    return release.aid


def licence(clinic: Clinic, begins: int, ends: int | None, number: str = "L-1") -> InstrumentLicence:
    """A licence that begins and ends so many days from today."""
    today = timezone.localdate()
    return InstrumentLicence.objects.create(
        clinic=clinic, instrument="odi", number=number, holder="Northfield Spine Clinic",
        valid_from=today + timedelta(days=begins),
        valid_until=None if ends is None else today + timedelta(days=ends),
    )  # fmt: skip


def found(aid: DecisionAid) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in problems_of_aid(aid)]


def test_it_is_published_under_a_licence_that_is_valid_and_under_no_other(
    aid: DecisionAid, cast: Cast, other_cast: Cast
) -> None:
    assert found(aid) == [("licence_missing", PLACE)]
    licence(other_cast.clinic, -10, None)
    assert found(aid) == [("licence_missing", PLACE)]
    later = licence(cast.clinic, 1, None)
    assert found(aid) == [("licence_not_yet_valid", PLACE)]
    licence(cast.clinic, -400, -1, "L-2")
    assert found(aid) == [("licence_lapsed", PLACE)]
    (problem,) = problems_of_aid(aid)
    ended = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert problem.sentence.endswith(
        f"uses the instrument “odi”, for which the clinic's licence ended on {ended}."
    )
    later.delete()
    licence(cast.clinic, -400, 0, "L-3")
    assert found(aid) == []
    assert publish_aid(aid, cast.author, cast.approver, "We hold the licence.").number == 2


def test_a_licence_without_an_end_is_enough(aid: DecisionAid, cast: Cast) -> None:
    licence(cast.clinic, -400, -1)
    licence(cast.clinic, 0, None, "L-2")
    assert found(aid) == []


def test_a_licence_does_not_end_before_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        licence(cast.clinic, 0, -1)
    assert licence(cast.clinic, 0, 0).valid_until is not None


def test_an_administrator_records_it_and_the_chain_says_so(aid: DecisionAid, cast: Cast) -> None:
    form: dict[str, Any] = {
        "clinic": cast.clinic.pk, "instrument": "odi", "holder": "Northfield", "number": "ODI/7",
        "valid_from": "2020-01-01", "valid_until": "",
    }  # fmt: skip
    page = reverse("admin:decision_aid_instrumentlicence_add")
    assert signed_in(cast.author).post(page, form).status_code == 403
    assert signed_in(cast.administrator).post(page, form).status_code == 302
    (row,) = InstrumentLicence.objects.all()
    assert AuditEvent.objects.get(action="row_added", record_id=str(row.pk)).user == cast.administrator
    assert found(aid) == []


def test_an_administrator_records_none_for_another_clinic(cast: Cast, other_cast: Cast) -> None:
    form: dict[str, Any] = {
        "clinic": other_cast.clinic.pk, "instrument": "odi", "holder": "H", "number": "1",
        "valid_from": "2020-01-01",
    }  # fmt: skip
    page = reverse("admin:decision_aid_instrumentlicence_add")
    assert signed_in(cast.administrator).post(page, form).status_code == 200
    assert not InstrumentLicence.objects.exists()


# The published way of counting: a hundred times the sum, over five times the answered sections (risk_scores,
# Oswestry Disability Index). The items are codes: their wording is the clinic's, under its licence.
ODI = {
    "id": "odi", "title": "Oswestry Disability Index", "meaning": "0 no disability, 100 the most",
    "method": "percent_of_maximum", "items": [f"odi_{number}" for number in range(1, 11)],
    "missing": {"prorate_from": 9}, "round": 1, "instrument": "odi", "sources": ["guide-a"],
    "bands": [
        {"id": "minimal", "title": "Minimal", "from": 0, "below": 20.5},
        {"id": "moderate", "title": "Moderate", "from": 20.5, "below": 40.5},
        {"id": "severe", "title": "Severe", "from": 40.5, "below": 60.5},
        {"id": "very_severe", "title": "Very severe", "from": 60.5},
    ],
}  # fmt: skip


def with_odi(**changed: object) -> dict[str, Any]:
    document = small_document()
    document["facts"] += [{"code": item, "type": "integer", "range": [0, 5]} for item in ODI["items"]]  # type: ignore[attr-defined]  # a list
    document["scales"].append({**ODI, **changed})
    return document


@pytest.mark.parametrize(
    ("answers", "value", "band"),
    [
        ([2, 1, 2, 1, 2, 2, 2, 2, 2], 35.6, "moderate"),  # 16 of 45
        ([0] * 10, 0, "minimal"),
        ([5] * 10, 100, "very_severe"),
        ([2, 0, 2, 0, 2, 0, 2, 0, 2, 0], 20, "minimal"),
        ([3, 0, 2, 0, 2, 0, 2, 0, 2, 0], 22, "moderate"),
    ],
)
def test_a_licensed_instrument_is_scored_by_its_item_codes(
    answers: list[int], value: float, band: str
) -> None:
    facts = {f"odi_{number}": answer for number, answer in enumerate(answers, 1)}
    scale = report_on(with_odi(), facts)["scales"]["odi"]
    assert (scale["value"], scale["band"]) == (value, band)


def test_too_few_answers_give_no_value() -> None:
    assert report_on(with_odi(), {"odi_1": 3})["scales"]["odi"]["missing"][:2] == ["odi_2", "odi_3"]


@pytest.mark.django_db
def test_what_belongs_to_nobody_needs_no_licence(cast: Cast) -> None:
    assert list(licence_problems(read_ruleset(small_document()), cast.clinic, DAY)) == []
    (problem,) = licence_problems(read_ruleset(with_odi()), cast.clinic, DAY)
    assert (problem.code, problem.place) == ("licence_missing", "scales/3/instrument")


def test_an_instrument_is_named_by_a_code() -> None:
    assert ("bad_code", "scales/3/instrument") in found_in(with_odi(instrument="Oswestry 2.1a"))
