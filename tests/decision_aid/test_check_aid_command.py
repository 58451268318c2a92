"""`check_aid` answers each of the 44 criteria, and its answers follow the aid."""

import copy
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset
from decision_aid.services.fair_aid import CRITERIA, Group, Verdict, aid_of, findings
from questionnaires.definition.reading import read_definition

PACK = read_pack("spine")
DEFINITIONS = tuple(read_definition(document) for document in PACK.questionnaires.values())
SPINE = release_document(PACK)
TODAY = date(2026, 12, 1)
Change = Callable[[dict[str, Any]], object]


def verdicts(change: Change = lambda document: None, today: date = TODAY) -> dict[str, Verdict]:
    document: dict[str, Any] = copy.deepcopy(SPINE)
    document["golden_cases"] = document["golden_cases"][:3]
    change(document)
    aid = aid_of(read_ruleset(document), DEFINITIONS, today)
    return {criterion.code: finding.verdict for criterion, finding in findings(aid)}


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("check_aid", *arguments, "--as-of", "2026-12-01", stdout=out)
    return out.getvalue()


def test_the_criteria_are_44_in_three_groups() -> None:
    groups = [criterion.group for criterion in CRITERIA]
    assert [groups.count(group) for group in Group] == [6, 10, 28]
    assert len({criterion.code for criterion in CRITERIA}) == 44


def test_the_spine_aid_meets_what_software_can_meet() -> None:
    last = printed("spine").strip().splitlines()[-3:]
    assert last == [
        "qualifying: 6 of 6 met",
        "certification: 6 of 6 met (4 for tests only do not apply)",
        "quality: 15 of 23 met (5 for tests only do not apply)",
    ]


def test_every_criterion_says_where_or_what_to_do() -> None:
    lines = printed().splitlines()
    for criterion in CRITERIA:
        place = next(n for n, line in enumerate(lines) if line.split(" ")[0] == criterion.code)
        assert criterion.words in lines[place]
        assert lines[place + 1].strip()


def test_what_only_people_can_do_is_not_called_met() -> None:
    found = verdicts()
    people = {"B12", "B13", "B14", "B15", "B16", "B17", "B22", "B23"}
    assert {code for code, verdict in found.items() if verdict is Verdict.NOT_MET} == people


def test_a_recorded_process_counts() -> None:
    record = {"criterion": "B14", "on": "2027-01-10", "how": "interviews", "by": "five patients"}
    assert verdicts(lambda d: d["about"].update(process=[record]))["B14"] is Verdict.MET


@pytest.mark.parametrize(
    "record",
    [
        {"criterion": "B14", "on": "2027-01-10", "how": "interviews"},
        {"criterion": "B14", "on": "2027-01-10", "how": "[Placeholder: how]", "by": "five patients"},
        {"criterion": "B15", "on": "2027-01-10", "how": "interviews", "by": "five surgeons"},
    ],
    ids=["nobody", "placeholder", "another criterion"],
)
def test_a_process_that_is_not_whole_does_not_count(record: dict[str, str]) -> None:
    assert verdicts(lambda d: d["about"].update(process=[record]))["B14"] is Verdict.NOT_MET


def without_living(document: dict[str, Any]) -> None:
    del document["options"][3]["living_with"]


def without_figures_of_waiting(document: dict[str, Any]) -> None:
    for estimate in document["options"][0]["estimates"]:
        outcome = estimate["outcome"]
        estimate.clear()
        estimate.update(outcome=outcome, status="not_enough_evidence", reason="None.", patient_reason="None.")


def bare_estimate(document: dict[str, Any]) -> None:
    figure = next(
        estimate
        for option in document["options"]
        for estimate in option["estimates"]
        if estimate.get("kind") == "absolute"
    )
    figure["patient_reason"] = "So many."


def only_placeholders(document: dict[str, Any]) -> None:
    document["about"]["authors"] = [a for a in document["about"]["authors"] if a.get("placeholder")]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("Q6", without_living),
        ("C3", lambda d: d["about"].pop("written_on")),
        ("C5", bare_estimate),
        ("C6", lambda d: d["about"].update(funding="[Placeholder: who paid]")),
        ("B1", without_figures_of_waiting),
        ("B20", only_placeholders),
        ("B21", lambda d: d["about"].pop("readability")),
    ],
)
def test_a_criterion_is_not_met_where_the_aid_lacks_it(code: str, change: Change) -> None:
    assert verdicts()[code] is Verdict.MET
    assert verdicts(change)[code] is Verdict.NOT_MET


def test_an_overdue_review_is_no_update_policy() -> None:
    assert verdicts(today=date(2027, 5, 31))["C4"] is Verdict.MET
    assert verdicts(today=date(2027, 6, 1))["C4"] is Verdict.NOT_MET


def test_what_is_for_tests_only_does_not_apply() -> None:
    spared = [code for code, verdict in verdicts().items() if verdict is Verdict.NOT_APPLICABLE]
    assert spared == ["C7", "C8", "C9", "C10", "B24", "B25", "B26", "B27", "B28"]


def test_an_unknown_aid_is_named_with_the_nearest() -> None:
    with pytest.raises(CommandError, match="spin"):
        call_command("check_aid", "spin")
