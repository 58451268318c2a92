"""Many made-up people from one clinic: what comes out for them together looks like a clinic."""

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset, score
from questionnaires.definition.answers import answer_making
from questionnaires.definition.facts import FactValue, read_facts
from questionnaires.definition.reading import read_definition
from questionnaires.definition.visibility import facts_of

PACK = read_pack("spine")
RULESET = read_ruleset(release_document(PACK))
FORMS = {name: read_definition(document) for name, document in PACK.questionnaires.items()}
CLINIC = yaml.safe_load((Path(__file__).parent / "spine_population.yaml").read_text())
PEOPLE = int(
    os.environ.get("CANDOR_POPULATION", "200")
)  # a person takes about 20 ms; 1,000 are for a look by hand
IN_PLAY = {"likely", "possible"}
REGION_OF = {option.id: option.region for option in RULESET.options}


@dataclass(frozen=True)
class Person:
    """One made-up person: the problem they came with, and their reports before and after the examination."""

    problem: str
    region: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def candidacies(self) -> dict[str, str]:
        return {option["id"]: option["candidacy"] for option in self.after["options"]}

    def in_play(self) -> set[str]:
        return {option for option, candidacy in self.candidacies().items() if candidacy in IN_PLAY}


def drawn(chance: random.Random, distribution: Mapping[str, Any]) -> object:
    match distribution:
        case {"always": value}:
            return value
        case {"chance": probability}:
            return chance.random() < probability
        case {"choices": weights}:
            return chance.choices(list(weights), list(weights.values()))[0]
        case {"sets": weighted}:
            return chance.choices([values for values, _ in weighted], [weight for _, weight in weighted])[0]
        case {"normal": [mean, deviation, low, high]}:
            return round(min(max(chance.gauss(mean, deviation), low), high))
        case _:
            raise AssertionError(f"no distribution: {distribution}")


def told(form: str, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """What a form brings to light: the facts whose questions it shows."""
    definition = FORMS[form]
    answers = {question.code: answer_making(question, facts) for question in definition.questions}
    return facts_of(definition, {code: answer for code, answer in answers.items() if answer})


def people() -> Iterator[Person]:
    chance = random.Random(20261123)  # noqa: S311  the same people in every run; nothing is kept secret with it
    shares = [problem["share"] for problem in CLINIC["problems"]]
    for _ in range(PEOPLE):
        problem = chance.choices(CLINIC["problems"], shares)[0]
        distributions = CLINIC["everyone"] | problem["facts"]
        facts = {code: drawn(chance, distribution) for code, distribution in distributions.items()}
        weak = {"none": [5], "mild": [5, 4, 4, 4, 4, 3], "severe": [3, 2]}[str(facts["weakness"])]
        known = read_facts(facts | {"mrc_grade": chance.choice(weak)}, RULESET.types)
        intake = told("intake", known)
        before, after = (
            score(RULESET, answers, date(2026, 1, 1)).document
            for answers in (intake, intake | told("findings", known))
        )
        yield Person(problem["name"], str(facts["region"]), before, after)


@pytest.fixture(scope="module")
def clinic() -> list[Person]:
    return list(people())


def share(clinic: list[Person], holds: Iterator[bool]) -> float:
    return sum(holds) / len(clinic)


def test_the_shares_are_printed(clinic: list[Person], capsys: pytest.CaptureFixture[str]) -> None:
    pathways = Counter(person.after["pathway"] for person in clinic)
    counts = Counter(len(person.in_play()) for person in clinic)
    lines = [
        f"{len(clinic)} people: "
        + ", ".join(f"{name} {number / len(clinic):.1%}" for name, number in pathways.most_common()),
        "options in play: " + ", ".join(f"{n}: {counts[n] / len(clinic):.1%}" for n in sorted(counts)),
    ]
    for option in RULESET.options:
        for when in ("before", "after"):
            found = Counter(
                entry["candidacy"]
                for person in clinic
                for entry in getattr(person, when)["options"]
                if entry["id"] == option.id
            )
            told_so = ", ".join(f"{name} {n / len(clinic):.1%}" for name, n in found.most_common())
            lines.append(f"  {option.id:<26}{when:<8}{told_so}")
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201  the table that a reader of the run asks for
    assert sum(pathways.values()) == len(clinic)


def test_emergencies_are_rare_and_most_people_are_routine(clinic: list[Person]) -> None:
    assert share(clinic, (person.after["pathway"] == "emergency" for person in clinic)) < 0.06
    assert share(clinic, (person.after["pathway"] == "routine" for person in clinic)) > 0.65


def test_most_people_with_one_problem_have_one_to_four_options_in_play(clinic: list[Person]) -> None:
    one_problem = [person for person in clinic if person.problem != "narrow canal with a slip"]
    assert share(one_problem, (1 <= len(person.in_play()) <= 4 for person in one_problem)) > 0.85


def test_nobody_is_a_candidate_for_everything(clinic: list[Person]) -> None:
    assert max(len(person.in_play()) for person in clinic) <= len(RULESET.options) // 2


def test_almost_everybody_has_something_to_talk_about(clinic: list[Person]) -> None:
    assert share(clinic, (bool(person.in_play()) for person in clinic)) > 0.97


def test_care_without_an_operation_is_in_play_for_most(clinic: list[Person]) -> None:
    assert share(clinic, ("nonoperative_care" in person.in_play() for person in clinic)) > 0.8


def test_little_is_left_undecided_once_the_findings_are_in(clinic: list[Person]) -> None:
    undecided = [
        "needs_information" in candidacy for person in clinic for candidacy in person.candidacies().values()
    ]
    assert sum(undecided) / len(undecided) < 0.05


def test_no_operation_is_for_another_region_than_the_persons(clinic: list[Person]) -> None:
    for person in clinic:
        regions = {REGION_OF[option] for option in person.in_play()} - {"any"}
        if person.region == "neck":
            assert regions <= {"neck"}
        else:
            assert "neck" not in regions


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ("tubular_microdiscectomy", "slipped disc"),
        ("mis_decompression", "narrow canal"),
        ("mis_tlif", "narrow canal with a slip"),
        ("vertebral_augmentation", "broken vertebra"),
        ("si_joint_fusion", "sacroiliac joint"),
        ("posterior_foraminotomy", "arm pain"),
    ],
)
def test_each_operation_comes_up_for_its_own_problem_first(
    clinic: list[Person], option: str, problem: str
) -> None:
    found = Counter(person.problem for person in clinic if option in person.in_play())
    assert found.most_common(1)[0][0] == problem


def test_before_any_scan_screws_for_a_broken_bone_are_open_for_few(clinic: list[Person]) -> None:
    before = [
        entry["candidacy"]
        for person in clinic
        if person.problem != "broken vertebra"
        for entry in person.before["options"]
        if entry["id"] == "percutaneous_fixation"
    ]
    assert before.count("needs_information") / len(before) < 0.25
