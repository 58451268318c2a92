import json
import re
from pathlib import Path

import pytest

from tests.decision_aid.scoring.rulesets import Document
from tests.decision_aid.scoring.spine import spine_report, spine_ruleset

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "scoring.md").read_text()
EXAMPLE = PAGE.partition("## A worked example")[2].partition("\n## ")[0]
HOLDS = {True: "yes", False: "no", None: "unknown"}


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the example's table whose first heading is this."""
    table = EXAMPLE.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]


def person() -> Document:
    (block,) = re.findall(r"```json\n(.*?)```", EXAMPLE, re.DOTALL)
    facts: Document = json.loads(block)
    return facts


def option_of(facts: Document) -> Document:
    (option,) = [
        option for option in spine_report(facts)["options"] if option["id"] == "tubular_microdiscectomy"
    ]
    found: Document = option
    return found


def test_the_page_shows_the_ledger_as_it_is() -> None:
    ledger = option_of(person())["ledger"]
    assert rows_under("rule") == [
        [entry["rule"], entry["kind"], HOLDS[entry["holds"]], str(entry["points"])] for entry in ledger
    ]


WEEKS = [row[0] for row in rows_under("`symptom_weeks`")]


@pytest.mark.parametrize("weeks", WEEKS)
def test_the_page_says_what_each_answer_leads_to(weeks: str) -> None:
    (row,) = [row for row in rows_under("`symptom_weeks`") if row[0] == weeks]
    option = option_of(person() | ({} if weeks == "unknown" else {"symptom_weeks": int(weeks)}))
    low, high = option["points"]
    assert row[1:] == [f"{low} to {high}", option["candidacy"], ", ".join(option["decisive"])]


def test_the_page_has_all_three_answers() -> None:
    assert WEEKS == ["unknown", "14", "30"]


def test_the_page_says_which_change_comes_first() -> None:
    assert option_of({**person(), "symptom_weeks": 30})["changes"][0] == {
        "fact": "smoking",
        "from": "current",
        "to": "former",
        "candidacy": "likely",
    }


def test_the_page_states_the_bands_of_the_release() -> None:
    bands = [(band.id, band.low, band.high) for band in spine_ruleset().bands]
    assert bands == [("unlikely", None, 0), ("possible", 0, 3), ("likely", 3, None)]
    assert "unlikely below 0, possible from 0 to below 3,\nlikely from 3" in EXAMPLE
