import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from decision_aid.management.commands.assess import Command
from questionnaires.definition.digest import canonical_json, sha256_of
from tests.shared import SHARED

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Draft202012Validator(json.loads((SHARED / "spine" / "report.schema.json").read_text()))
DAY = "--as-of=2026-03-01"
PERSON = {
    "age_years": 45,
    "region": "low_back",
    "imaging_findings": ["disc_herniation"],
    "smoking": "current",
}
EMERGENCY = {**PERSON, "saddle_numbness": True}

Assess = Callable[..., str]


@pytest.fixture
def facts_file(tmp_path: Path) -> Callable[[object], str]:
    def write(facts: object) -> str:
        file = tmp_path / "facts.json"
        file.write_bytes(facts if isinstance(facts, bytes) else json.dumps(facts).encode())
        return str(file)

    return write


@pytest.fixture
def assess(capsys: pytest.CaptureFixture[str]) -> Assess:
    def run(*arguments: str) -> str:
        call_command("assess", *arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return run


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """Run the command, which must refuse, and give the lines it complained with."""

    def run(*arguments: str) -> list[str]:
        with pytest.raises(SystemExit) as stopped:
            call_command("assess", *arguments)
        printed = capsys.readouterr()
        assert stopped.value.code == 2
        assert printed.out == ""
        return printed.err.splitlines()

    return run


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


def test_it_prints_a_report_that_satisfies_the_schema(assess: Assess, facts_file: Any) -> None:
    report = json.loads(assess(facts_file(PERSON), DAY))
    SCHEMA.validate(report)
    assert report["release"]["aid"] == "spine"
    assert report["as_of"] == "2026-03-01"
    assert report["facts_sha256"] == sha256_of(PERSON)


@pytest.mark.parametrize("facts", [{}, {"age_years": None}, {"questions_for_surgeon": "Świętość – 脊椎 “?”"}])
def test_nothing_answered_is_a_person_too(facts: object, assess: Assess, facts_file: Any) -> None:
    SCHEMA.validate(json.loads(assess(facts_file(facts), DAY)))


def test_it_reads_standard_input(assess: Assess, facts_file: Any, typed: Any) -> None:
    typed(b"\xef\xbb\xbf" + json.dumps(PERSON).encode())
    assert assess("-", DAY) == assess(facts_file(PERSON), DAY)


def test_the_same_facts_and_day_print_the_same_bytes(assess: Assess, facts_file: Any) -> None:
    assert assess(facts_file(PERSON), DAY) == assess(facts_file(dict(reversed(PERSON.items()))), DAY)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "empty_input", ""),
        (b"  \n", "empty_input", ""),
        (b"{", "not_json", "line 1 column 2"),
        (b"age_years: 45", "not_json", "line 1 column 1"),
        (b"[]", "not_an_object", ""),
        (b'"text"', "not_an_object", ""),
        (b"null", "not_an_object", ""),
        (b"\xff\xfe{}", "not_utf8", ""),
        (b'{"age_years": 45, "age_years": 46}', "duplicate_key", "age_years"),
        (b'{"age_years": NaN}', "not_finite", ""),
        (b'{"weight_kg": Infinity}', "not_finite", ""),
        (b'{"weight_kg": 1e999999}', "out_of_range", "weight_kg"),
        (b'{"age_years": 17}', "out_of_range", "age_years"),
        (b'{"age_years": 111}', "out_of_range", "age_years"),
        (b'{"age_years": 45.5}', "wrong_type", "age_years"),
        (b'{"age_years": "45"}', "wrong_type", "age_years"),
        (b'{"age_years": true}', "wrong_type", "age_years"),
        (b'{"pregnant": 0}', "wrong_type", "pregnant"),
        (b'{"smoking": "sometimes"}', "unknown_value", "smoking"),
        (b'{"imaging_findings": ["disc_hernia"]}', "unknown_value", "imaging_findings"),
        (b'{"imaging_findings": "disc_herniation"}', "wrong_type", "imaging_findings"),
        (b'{"imaging_done": ["mri", "mri"]}', "repeated_value", "imaging_done"),
        (b'{"shoe_size": 43}', "unknown_fact", "shoe_size"),
        (b'{"bmi": 31}', "unknown_fact", "bmi"),
        (b'{"age_years": ' + b"9" * 5000 + b"}", "out_of_range", "age_years"),
        (b"[" * 200_000, "not_json", ""),
        (b'{"questions_for_surgeon": "' + b"a" * 2_000_000 + b'"}', "too_large", ""),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else str(value),
)
def test_it_refuses_what_is_no_set_of_facts(
    content: bytes, code: str, place: str, refused: Any, facts_file: Any
) -> None:
    name = facts_file(content)
    (line,) = refused(name, DAY)
    assert line.startswith(f"{code}: {place or name}: ")
    assert line.endswith((".", "?"))


def test_it_names_every_problem(refused: Any, facts_file: Any) -> None:
    lines = refused(facts_file({"age_years": 5, "smoking": "daily", "wieght_kg": 70, "region": 3}), DAY)
    assert [line.split(":")[0] for line in lines] == [
        "out_of_range",
        "unknown_value",
        "unknown_fact",
        "wrong_type",
    ]
    assert "Did you mean weight_kg?" in lines[2]


def test_a_problem_keeps_to_one_printable_line(refused: Any, facts_file: Any) -> None:
    (line,) = refused(facts_file({"a\x1b[31m\n\u2028b": 1}), DAY)
    assert line.isprintable()


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere.json", "no_such_file"), ("a\0b", "cannot_read"), (".", "cannot_read")]
)
def test_it_refuses_a_file_that_it_cannot_read(name: str, code: str, refused: Any, tmp_path: Path) -> None:
    (line,) = refused(str(tmp_path / name), DAY)
    assert line.startswith(f"{code}: ")


def test_it_refuses_an_aid_that_it_does_not_have(refused: Any, facts_file: Any) -> None:
    (line,) = refused(facts_file(PERSON), "--aid=spin")
    assert line == "unknown_pack: spin: There is no pack named “spin”. Did you mean spine?"


def test_lines_are_answered_one_for_one_in_order(assess: Assess, facts_file: Any) -> None:
    lines = [
        json.dumps(PERSON).encode(), b"", b'{"age_years": 5, "smoking": "daily"}', b"\xff", b"{}",
        b'{"questions_for_surgeon": "' + b"a" * 2_000_000 + b'"}', json.dumps(EMERGENCY).encode(),
    ]  # fmt: skip
    printed = [
        json.loads(line) for line in assess("--lines", facts_file(b"\r\n".join(lines)), DAY).splitlines()
    ]
    problems = [[problem["code"] for problem in line.get("problems", [])] for line in printed]
    assert problems == [
        [], ["empty_input"], ["out_of_range", "unknown_value"], ["not_utf8"], [], ["too_large"], [],
    ]  # fmt: skip
    for line in (printed[0], printed[4], printed[6]):
        SCHEMA.validate(line)
    assert printed[6]["pathway"] == "emergency"
    assert set(printed[1]["problems"][0]) == {"code", "place", "sentence"}


def test_a_line_is_the_report_of_the_same_person_alone(assess: Assess, facts_file: Any) -> None:
    one = json.loads(assess(facts_file(PERSON), DAY))
    assert assess("--lines", facts_file(PERSON), DAY) == canonical_json(one) + "\n"


def test_a_last_line_may_or_may_not_be_ended(assess: Assess, facts_file: Any) -> None:
    assert assess("--lines", facts_file(b"{}\n"), DAY) == assess("--lines", facts_file(b"{}"), DAY)
    assert assess("--lines", facts_file(b""), DAY) == ""


def test_no_file_of_lines_is_refused(refused: Any) -> None:
    (line,) = refused("--lines", "nowhere.jsonl", DAY)
    assert line == "no_such_file: nowhere.jsonl: There is no such file."


def test_the_text_begins_with_the_warning_signs_and_names_every_option(
    assess: Assess, facts_file: Any
) -> None:
    text = assess(facts_file({**PERSON, "fever_or_chills": True}), DAY, "--format=text")
    assert (
        text.index("Fever or infection risk")
        < text.index("Body mass index")
        < text.index("Tubular microdiscectomy")
    )
    assert "expert draft" in text
    assert "Not enough evidence" in text


def test_with_an_emergency_the_text_says_so_and_names_no_option(assess: Assess, facts_file: Any) -> None:
    text = assess(facts_file(EMERGENCY), DAY, "--format=text")
    assert "EMERGENCY" in text
    assert "Possible cauda equina syndrome" in text
    for word in ("Tubular", "LIKELY", "points", "Body mass index"):
        assert word not in text


def test_the_text_holds_no_character_that_could_steer_a_terminal(assess: Assess, facts_file: Any) -> None:
    text = assess(
        facts_file({**PERSON, "questions_for_surgeon": "Is it \x1b[2J safe?\r"}), DAY, "--format=text"
    )
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(("audience", "title"), [("surgeon", "Surgeon"), ("patient", "Your options")])
def test_it_renders_a_pdf_about_nobody_in_particular(
    audience: str, title: str, assess: Assess, facts_file: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    assess(facts_file(PERSON), DAY, f"--pdf={out}", f"--audience={audience}")
    words = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert "No patient recorded" in words
    assert title in words


def test_with_an_emergency_the_pdf_names_no_option(assess: Assess, facts_file: Any, tmp_path: Path) -> None:
    for audience in ("surgeon", "patient"):
        out = tmp_path / f"{audience}.pdf"
        assess(facts_file(EMERGENCY), DAY, f"--pdf={out}", f"--audience={audience}")
        assert "microdiscectomy" not in " ".join(page.extract_text() for page in PdfReader(out).pages)


def test_a_pdf_that_cannot_be_written_is_refused(refused: Any, facts_file: Any, tmp_path: Path) -> None:
    (line,) = refused(facts_file(PERSON), f"--pdf={tmp_path / 'no' / 'out.pdf'}")
    assert line.startswith("cannot_write: ")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "assess", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_it_needs_no_database_and_no_locale(facts_file: Any, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3"
    done = run(facts_file(PERSON), DAY, DATABASE_URL=nowhere, LC_ALL="POSIX", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    SCHEMA.validate(json.loads(done.stdout.decode()))


def test_bad_input_ends_with_status_2_and_no_traceback(facts_file: Any) -> None:
    done = run(facts_file({"age_years": 5}), LC_ALL="POSIX", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("out_of_range: age_years: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["x.json", "--as-of=tomorrow"], ["x.json", "--lines=y"], ["--format=pdf", "x"]]
)
def test_a_wrong_call_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        Command().run_from_argv(["manage.py", "assess", *arguments])
    assert stopped.value.code == 2
    assert "usage: manage.py assess" in capsys.readouterr().err
