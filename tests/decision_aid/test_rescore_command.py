import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command

from decision_aid.management.commands.rescore import Command
from decision_aid.management.people_input import people_in_file
from decision_aid.management.rescoring import Output
from decision_aid.management.rescoring import rescore as rescore_people
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.scoring import RuleSet, read_ruleset, score
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.facts import read_facts
from tests.cast import HOME, assess, assess_again
from tests.decision_aid.scoring.rulesets import AS_OF

Golden = Callable[[str], dict[str, Any]]
OPTION, RULE = "tubular_microdiscectomy", "tubular_smoking"


@pytest.fixture
def second_release(release: DecisionAidVersion) -> DecisionAidVersion:
    """The same aid, in which smoking weighs nine times as much against one option."""
    document = {**deepcopy(release.document), "version": 2}
    options = {option["id"]: option for option in document["options"]}
    rules = {rule["id"]: rule for rule in options[OPTION]["rules"]}
    rules[RULE]["points"] = -9
    return DecisionAidVersion.objects.create(
        aid=release.aid,
        number=2,
        document=document,
        sha256=sha256_of(document),
        intake=release.intake,
        findings=release.findings,
        author=release.author,
        approver=release.approver,
        reason="To see who it moves.",
        published_at=release.published_at,
    )


@pytest.fixture
def people(golden: Golden, release: DecisionAidVersion) -> list[dict[str, Any]]:
    """Everybody of the golden cases, each once as a smoker."""
    cases = release.document["golden_cases"]
    return [{"id": case["id"], **case["facts"], "smoking": "current"} for case in cases]


@pytest.fixture
def rescore(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    def run(*arguments: str) -> tuple[str, str]:
        call_command("rescore", "--clinic", HOME[0], *arguments)
        return capsys.readouterr()

    return run


def written(path: Path, people: list[dict[str, Any]]) -> str:
    path.write_text("".join(f"{json.dumps(person)}\n" for person in people), "utf-8")
    return str(path)


def candidacies(ruleset: RuleSet, facts: Mapping[str, Any]) -> dict[str, str]:
    known = {code: value for code, value in facts.items() if code != "id"}
    report: Any = score(ruleset, read_facts(known, ruleset.types), AS_OF).document
    return {option["id"]: option["candidacy"] for option in report["options"]}


def test_it_names_who_changes_and_by_which_rule(
    rescore: Any, people: Any, release: Any, second_release: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    file = written(tmp_path / "people.jsonl", people)
    printed, _ = rescore("--release=2", "--against=1", f"--file={file}", f"--out={out}")
    first, second = read_ruleset(release.document), read_ruleset(second_release.document)
    expected = [
        (person["id"], before[OPTION], after[OPTION])
        for person in people
        if (before := candidacies(first, person)) != (after := candidacies(second, person))
    ]
    assert len(expected) >= 2
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(line["id"], line["from"], line["to"]) for line in lines] == expected
    assert {(line["option"], *line["rules"]) for line in lines} == {(OPTION, RULE)}
    assert f"spine, release 2 against release 1: {len(people)} people\n" in printed
    assert f"{RULE} {OPTION} {expected[0][1]} {expected[0][2]}" in printed
    assert not out.with_name("out.jsonl.progress").exists()


def test_a_release_against_itself_changes_nobody(
    rescore: Any, people: Any, release: Any, tmp_path: Path
) -> None:
    file = written(tmp_path / "people.jsonl", people)
    printed, progress = rescore("--release=1", "--against=1", f"--file={file}")
    assert "OPTION, FROM, TO\n      none" in printed
    assert f"{len(people)} people, 0 changes" in progress


def test_it_reads_the_newest_assessment_of_each_consultation_and_names_nobody(
    rescore: Any, second_release: Any, consultation: Consultation, golden: Golden, tmp_path: Path
) -> None:
    case = golden("typical_disc")
    assess(consultation, {**case, "smoking": "current"})
    assess_again(consultation, case)
    out = tmp_path / "out.jsonl"
    printed, _ = rescore("--release=2", "--against=1", f"--out={out}")
    assert "release 2 against release 1: 1 people" in printed
    (line,) = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    assert line["id"] == str(consultation.id)
    assert (line["option"], line["rules"]) == (OPTION, [RULE])
    for name in (
        consultation.patient.given_name,
        consultation.patient.family_name,
        consultation.patient.number,
    ):
        assert name not in printed + out.read_text("utf-8")


def test_without_another_release_it_counts(rescore: Any, people: Any, release: Any, tmp_path: Path) -> None:
    printed, _ = rescore("--release=1", f"--file={written(tmp_path / 'people.jsonl', people)}")
    assert printed.startswith(f"spine, release 1: {len(people)} people\n")
    ruleset = read_ruleset(release.document)
    likely = sum(candidacies(ruleset, person)[OPTION] == "likely" for person in people)
    assert f"{likely}  {OPTION} likely" in printed
    assert "FROM" not in printed


def test_csv_and_parquet_say_the_same_as_json(
    rescore: Any, people: Any, second_release: Any, tmp_path: Path
) -> None:
    printed = set()
    codes = sorted({code for person in people for code in person})
    rows = [[_csv_cell(person.get(code)) for code in codes] for person in people]
    (tmp_path / "people.csv").write_text("\n".join([",".join(codes), *(",".join(row) for row in rows)]))
    columns = {code: [person.get(code) for person in people] for code in codes}
    pl.DataFrame(columns, strict=False).write_parquet(tmp_path / "people.parquet")
    written(tmp_path / "people.jsonl", people)
    for ending in ("jsonl", "csv", "parquet"):
        printed.add(rescore("--release=2", "--against=1", f"--file={tmp_path / f'people.{ending}'}")[0])
    (only,) = printed
    assert "could not be read" not in only


def _csv_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return "|".join(value) or "none_of_these"
        case _:
            return f'"{value}"'


def test_a_line_that_is_no_good_is_named_and_stops_none_of_the_others(
    rescore: Any, people: Any, release: Any, tmp_path: Path
) -> None:
    file = written(tmp_path / "people.jsonl", [people[0], {"age_years": 5}, {"shoes": 3}, people[1]])
    with open(file, "ab") as stream:
        stream.write(b"\xff\n[]\n")
    printed, said = rescore("--release=1", f"--file={file}")
    assert "6 people, 4 of whom could not be read" in printed
    named = [line.split(": ")[:2] for line in said.splitlines()]
    assert named[:4] == [
        ["out_of_range", "2/age_years"],
        ["unknown_fact", "3/shoes"],
        ["not_utf8", "5"],
        ["not_an_object", "6"],
    ]


def test_a_run_that_was_stopped_goes_on_where_it_was(
    rescore: Any, people: Any, second_release: Any, tmp_path: Path
) -> None:
    file, whole = written(tmp_path / "people.jsonl", people * 3), tmp_path / "whole.jsonl"
    printed, _ = rescore("--release=2", "--against=1", f"--file={file}", f"--out={whole}")
    ruleset, before = second_release.ruleset, second_release.aid.releases.get(number=1).ruleset
    stopped = Output(tmp_path / "stopped.jsonl")
    command = Command()
    tally = command._tally(stopped, second_release, second_release.aid.releases.get(number=1), file)
    read = list(people_in_file(file, ruleset.types))
    with stopped.opened(tally) as out:
        rescore_people(ruleset, before, read[:20], tally, out, stopped.keep)
        out.write(b'{"half a li')
    again, _ = rescore("--release=2", "--against=1", f"--file={file}", f"--out={stopped.path}")
    assert again == printed
    assert stopped.path.read_bytes() == whole.read_bytes()


def test_it_overwrites_nothing(rescore: Any, people: Any, release: Any, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("kept")
    assert refusal(rescore, capsys, "--release=1", f"--out={out}").startswith("out_exists: ")
    assert out.read_text() == "kept"


def test_it_does_not_continue_the_run_of_another_release(
    rescore: Any, people: Any, second_release: Any, tmp_path: Path, capsys: Any
) -> None:
    output = Output(tmp_path / "out.jsonl")
    output.keep(output.tally("another run", "2026-01-01T00:00:00+00:00"))
    assert refusal(rescore, capsys, "--release=2", f"--out={output.path}").startswith("another_run: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--release=7"], "unknown_release"),
        (["--release=1", "--against=7"], "unknown_release"),
        (["--release=1", "--aid=knee"], "unknown_aid"),
        (["--release=1", "--file=nowhere.csv"], "no_such_file"),
        (["--release=1", "--out=/nowhere/at/all.jsonl"], "cannot_write"),
    ],
)
def test_it_refuses(arguments: list[str], code: str, rescore: Any, release: Any, capsys: Any) -> None:
    assert refusal(rescore, capsys, *arguments).startswith(f"{code}: ")


def test_it_asks_which_clinic_where_several_have_the_aid(
    release: Any, other_release: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("rescore", "--release=1")
    assert capsys.readouterr().err.startswith("several_clinics: ")


def refusal(rescore: Any, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        rescore(*arguments)
    assert stopped.value.code == 2
    return capsys.readouterr().err
