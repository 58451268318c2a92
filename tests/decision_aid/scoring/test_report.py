import json
import os
import subprocess
import sys
from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from itertools import product
from pathlib import Path

import pytest

from decision_aid.scoring import ENGINE_VERSION, read_ruleset, score
from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.facts import read_facts
from tests.decision_aid.scoring.rulesets import AS_OF, Document, report_on, small_document

ROOT = Path(__file__).resolve().parents[3]
RULESET = read_ruleset(small_document())
FACTS: Document = {
    "imaging": ["hernia", "slip"], "pain": 8, "height_cm": 171.5, "weight_kg": 83.3, "smoking": "current",
    "note": "Rückenschmerz “höllisch” 🦴",
}  # fmt: skip


def test_its_fingerprint_is_over_the_canonical_json_of_everything_else() -> None:
    report = score(RULESET, read_facts(FACTS, RULESET.types), AS_OF)
    rest = {key: value for key, value in report.document.items() if key != "report_sha256"}
    assert report.sha256 == report.document["report_sha256"] == sha256_of(rest)


def test_it_names_the_release_the_engine_the_facts_and_the_day() -> None:
    report = report_on(small_document(), FACTS)
    assert report["release"] == {"aid": "small", "version": 3, "sha256": sha256_of(small_document())}
    assert report["engine_version"] == ENGINE_VERSION
    assert report["facts_sha256"] == sha256_of(FACTS)
    assert report["as_of"] == "2026-03-01"


def test_it_is_made_of_plain_json() -> None:
    document = report_on(small_document(), FACTS)
    assert json.loads(canonical_json(document)) == json.loads(json.dumps(document))


def test_the_same_person_and_day_give_the_same_bytes() -> None:
    first, second = (canonical_json(report_on(small_document(), FACTS)) for _ in range(2))
    assert first == second


def test_the_order_of_the_answers_does_not_matter() -> None:
    turned = dict(reversed(FACTS.items())) | {"imaging": ["slip", "hernia"]}
    assert report_on(small_document(), turned) == report_on(small_document(), FACTS)


def test_the_callers_decimal_arithmetic_does_not_matter() -> None:
    expected = report_on(small_document(), FACTS)
    with localcontext() as context:
        context.prec, context.rounding = 3, ROUND_UP
        assert report_on(small_document(), FACTS) == expected


SEEDS = ("0", "1", "random")
ZONES = ("UTC", "Pacific/Auckland", "America/St_Johns")
LOCALES = ("C.UTF-8", "POSIX", "de_DE.UTF-8")
# Each of them once; CANDOR_EXAMPLES asks for each with each.
SURROUNDINGS = [*(product if os.environ.get("CANDOR_EXAMPLES") else zip)(SEEDS, ZONES, LOCALES)]


@pytest.mark.parametrize(("seed", "zone", "language"), SURROUNDINGS)
def test_hash_seed_time_zone_and_locale_do_not_matter(seed: str, zone: str, language: str) -> None:
    program = (
        "import sys;"
        "from tests.decision_aid.scoring.test_report import FACTS;"
        "from tests.decision_aid.scoring.rulesets import report_on, small_document;"
        "from questionnaires.definition.digest import canonical_json;"
        "sys.stdout.buffer.write(canonical_json(report_on(small_document(), FACTS)).encode())"
    )
    surroundings = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **surroundings}, capture_output=True, check=True
    )
    assert found.stdout == canonical_json(report_on(small_document(), FACTS)).encode()


def test_importing_it_loads_no_framework() -> None:
    program = (
        "import sys, decision_aid.scoring, decision_aid.packs;"
        "names = ('django', 'rest_framework', 'celery', 'redis', 'typst', 'polars');"
        "print([name for name in names if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(("day", "overdue"), [(date(2027, 1, 1), False), (date(2027, 1, 2), True)])
def test_it_says_when_the_aid_should_have_been_reviewed(day: date, overdue: bool) -> None:
    assert score(RULESET, {}, day).document["review_overdue"] is overdue


def test_the_day_is_part_of_it() -> None:
    assert score(RULESET, {}, date(2026, 1, 1)).sha256 != score(RULESET, {}, date(2026, 1, 2)).sha256


def test_a_fact_that_the_release_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="favourite_colour"):
        score(RULESET, {"favourite_colour": "blue"}, AS_OF)


def test_it_lists_what_a_person_can_change_where_it_applies() -> None:
    assert report_on(small_document(), {"smoking": "current"})["modifiable"] == [
        {
            "fact": "smoking",
            "advice": "Offer help to stop.",
            "patient_advice": "Stopping helps.",
            "sources": ["guide-a"],
        }
    ]
    assert report_on(small_document(), {"smoking": "never"})["modifiable"] == []
    assert report_on(small_document(), {})["modifiable"] == []


def test_each_thing_to_change_has_its_own_advice() -> None:
    document = small_document()
    weight = {"fact": "weight_kg", "condition": "%bmi >= 30", "advice": "Offer a diet."}
    document["modifiers"].append({**document["modifiers"][0], **weight})
    found = report_on(document, {"smoking": "current", "height_cm": 170, "weight_kg": 99})["modifiable"]
    assert [each["advice"] for each in found] == ["Offer help to stop.", "Offer a diet."]


def test_numbers_are_written_as_people_write_them() -> None:
    report = report_on(small_document(), {"height_cm": Decimal("171.5"), "weight_kg": Decimal("83.3")})
    assert report["scales"]["bmi"]["value"] == 28.3
    assert '"value":28.3' in canonical_json(report)
