"""A whole aid becomes a folder of text files and comes back; a damaged folder changes nothing."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion, Source, TreatmentOption
from decision_aid.packs import Pack, PackReader, pack_files, read_pack_from
from decision_aid.services.drafting import aid_document
from decision_aid.services.filing import export_aid, import_aid
from decision_aid.services.translating import aid_texts, translate_aid
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import Question
from questionnaires.services.refusals import Refused
from questionnaires.services.translating import questionnaire_texts, translate_questionnaire

AWKWARD = [
    "no", "true", "null", "~", "1", "1.50", "0o7", "12:30:45", "2026-11-23", "=", "<<", "- a", "a: b", "#x",
    "@x", "%x", " leads", "trails ", "tab\there", "two\nlines", "ends\n", "\n", "“quoted”", "it's", 'a "b"',
    "null\u2028", "emoji 🙂", "Zażółć", "עברית", "a" * 400, "x\u00a0y", "\u0007",
]  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def aid(release: DecisionAidVersion, cast: Cast) -> DecisionAid:
    """The spine aid, part of it in two other languages."""
    aid = release.aid
    words = list(aid_texts(aid))[:3]
    translate_aid(aid, "de", {place: f"Wörter für {place}\nzwei" for place in words}, cast.author)
    asked = list(questionnaire_texts(aid.intake))[:2]
    translate_questionnaire(aid.intake, "pt-BR", dict.fromkeys(asked, "não"), cast.author)
    aid.languages = ["de"]
    aid.save()
    return aid


def test_export_import_export_is_byte_equal(
    aid: DecisionAid, cast: Cast, other_cast: Cast, tmp_path: Path
) -> None:
    first, second, third = tmp_path / "first", tmp_path / "second", tmp_path / "third"
    export_aid(aid, first)
    elsewhere = import_aid(other_cast.clinic, first, other_cast.author)
    export_aid(elsewhere, second)
    assert contents(second) == contents(first)
    assert len(contents(first)) == 26
    assert aid_document(elsewhere) == aid_document(aid)
    assert elsewhere.languages == ["de"]
    export_aid(import_aid(cast.clinic, second, cast.author), third)
    assert contents(third) == contents(first)
    # Nothing of it is a new release, and the draft says what was released.
    assert aid.releases.count() == elsewhere.releases.count() == 1


def test_the_files_that_come_with_the_code_say_what_they_said(spine_pack: Pack, tmp_path: Path) -> None:
    for name, text in pack_files(spine_pack).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    again = read_pack_from(tmp_path)
    assert canonical_json(again.aid) == canonical_json(spine_pack.aid)
    assert canonical_json(again.questionnaires) == canonical_json(spine_pack.questionnaires)


def test_every_text_comes_back_as_it_was(tmp_path: Path) -> None:
    said = {f"name {number}": text for number, text in enumerate(AWKWARD)} | {text: text for text in AWKWARD}
    numbers: dict[str, object] = {
        "zero": 0,
        "minus": -0.5,
        "big": 10**20,
        "small": 0.00001,
        "no": False,
        "none": None,
        "empty": [],
    }
    pack = Pack({"intake": said, "findings": numbers}, {"aid": "tiny", "about": said})
    for name, text in pack_files(pack).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    again = read_pack_from(tmp_path)
    assert again.questionnaires == pack.questionnaires
    assert again.aid["about"] == said


def test_what_the_draft_no_longer_has_leaves_the_folder(aid: DecisionAid, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Ours.")
    export_aid(aid, tmp_path)
    TreatmentOption.objects.filter(aid=aid, code="acdf").delete()
    export_aid(aid, tmp_path)
    assert "options/acdf.yaml" not in contents(tmp_path)
    assert contents(tmp_path)["README.md"] == b"Ours."


@pytest.mark.parametrize("name", ["../outside", "", "a b", "ACDF"])
def test_an_option_that_cannot_be_a_file_is_refused(aid: DecisionAid, tmp_path: Path, name: str) -> None:
    TreatmentOption.objects.filter(aid=aid, code="si_joint_fusion").update(code=name)
    with pytest.raises(ProblemsFound) as found:
        export_aid(aid, tmp_path)
    assert {problem.code for problem in found.value.problems} <= {"bad_file_name", "same_file"}
    assert contents(tmp_path) == {}


# ── A damaged folder ────────────────────────────────────────────────────────────────────────────────────

DAMAGE = {
    "options/acdf.yaml": ("kind: required", "kind: perhaps"),
    "warning_signs.yaml": ("urgency: emergency", "urgency: sometime"),
    "findings.yaml": ("type: boolean", "type: truth"),
    "translations/de.yaml": ("condition_text:", "no_such_place:"),
}


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def damage(folder: Path, *names: str) -> dict[str, int]:
    """Spoil a line in each of these files; return the line of each."""
    lines = {}
    for name in names:
        text = (folder / name).read_text()
        lines[name] = line_of(text, DAMAGE[name][0])
        (folder / name).write_text(text.replace(*DAMAGE[name], 1))
    return lines


@pytest.fixture
def exported(aid: DecisionAid, tmp_path: Path) -> Path:
    export_aid(aid, tmp_path)
    return tmp_path


Import = Callable[[], list[str]]


@pytest.fixture
def imported(aid: DecisionAid, cast: Cast, exported: Path) -> Import:
    """Try to import the folder; the lines of what is wrong, after making sure that nothing changed."""

    def run() -> list[str]:
        before = canonical_json(aid_document(aid)), Question.objects.count(), aid.translations.count()
        err = StringIO()
        with pytest.raises(SystemExit) as left:
            call_command(
                "import_aid",
                str(exported),
                "--clinic",
                cast.clinic.slug,
                "--by",
                cast.author.email,
                stderr=err,
            )
        assert left.value.code == 2
        fresh = DecisionAid.objects.get(pk=aid.pk)
        assert (
            canonical_json(aid_document(fresh)), Question.objects.count(), fresh.translations.count()
        ) == before  # fmt: skip
        return err.getvalue().splitlines()

    return run


def test_every_problem_is_listed_with_file_and_line_and_nothing_changes(
    exported: Path, imported: Import
) -> None:
    lines = damage(exported, "options/acdf.yaml", "warning_signs.yaml")
    told = imported()
    assert len(told) == 2
    for name, words in (("warning_signs.yaml", "urgency"), ("options/acdf.yaml", "kind")):
        (line,) = (each for each in told if f": {name}/line {lines[name]}/" in each)
        assert line.startswith("unknown_word: ")
        assert words in line.split(": ")[1]


def test_files_that_are_no_yaml_or_missing_are_listed_together(exported: Path, imported: Import) -> None:
    (exported / "scales.yaml").unlink()
    (exported / "outcomes.yaml").write_text("- id: a\n  id: b\n- c: [\n")
    (exported / "modifiers.yaml").write_text("- {id: a, id: b}\n- {c: 1, c: 2}\n")
    told = imported()
    assert any(line.startswith("missing_file: scales.yaml: ") for line in told)
    assert any(line.startswith("not_yaml: outcomes.yaml/line 4: ") for line in told)
    assert any(line.startswith("duplicate_key: modifiers.yaml/line 1: ") for line in told)
    assert any(line.startswith("duplicate_key: modifiers.yaml/line 2: ") for line in told)


def spoil(folder: Path, name: str, words: bytes, instead: bytes) -> int:
    """Replace the first of these words in a file; return their line."""
    raw = (folder / name).read_bytes()
    assert words in raw, name
    (folder / name).write_bytes(raw.replace(words, instead, 1))
    return raw.count(b"\n", 0, raw.index(words)) + 1


def test_twelve_damages_at_once_are_each_named_with_file_and_line_and_nothing_else_is(
    exported: Path, imported: Import
) -> None:
    (exported / "modifiers.yaml").unlink()
    for name, raw in (
        ("broken", b"- id: a\n  story: [\n"),
        ("latin", b"- id: a\n- story: caf\xe9\n"),
        ("nul", b"- id: a\n\n- story: a\0b\n"),
        ("control", "- id: ä\n  story: ä\n  facts: \x07\n".encode()),
    ):
        (exported / f"golden/{name}.yaml").write_bytes(raw)
    expected = {
        ("missing_file", "modifiers.yaml"),
        ("not_yaml", "golden/broken.yaml/line 3"),
        ("not_yaml", "golden/latin.yaml/line 2"),
        ("not_yaml", "golden/nul.yaml/line 3"),
        ("not_yaml", "golden/control.yaml/line 3"),
    }
    for code, name, words, instead in (
        ("not_text", "translations/de.yaml", b"declared: true", b'declared: "\\0"'),
        ("duplicate_key", "options/acdf.yaml", b"approach: ", b"title: Twice\napproach: "),
        ("unknown_field", "options/mis_tlif.yaml", b"  kind: ", b"  colour: blue\n  kind: "),
        ("unknown_fact", "options/open_fusion.yaml", b"  condition: ", b"  condition: '%shoes > 4' #"),
        ("wrong_type", "options/open_laminectomy.yaml", b"  points: ", b"  points: many #"),
        ("duplicate_id", "golden/cases.yaml", b"- id: disc_six_weeks_of_care\n", b"- id: typical_disc\n"),
        ("unknown_source", "scales.yaml", b"  - score-mfi5", b"  - no-such-source"),
    ):
        expected.add((code, f"{name}/line {spoil(exported, name, words, instead)}"))
    assert {file_and_line(told) for told in imported()} == expected


def file_and_line(told: str) -> tuple[str, str]:
    """The code of what an import says, and where: the file, and the line where there is one."""
    code, place = told.split(": ")[:2]
    file, line = re.fullmatch(r"(.*?\.yaml)(?:/line (\d+))?(?:/.*)?", place).groups()  # type: ignore[union-attr]  # or it fails
    return code, f"{file}/line {line}" if line else file


def test_a_broken_question_is_found_in_its_file(exported: Path, imported: Import) -> None:
    lines = damage(exported, "findings.yaml")
    (told,) = imported()
    assert told.startswith(f"unknown_type: findings.yaml/line {lines['findings.yaml']}/sections/")


def test_a_broken_questionnaire_hides_no_broken_rule(exported: Path, imported: Import) -> None:
    lines = damage(exported, "findings.yaml", "options/acdf.yaml")
    assert {file_and_line(told) for told in imported()} == {
        ("unknown_type", f"findings.yaml/line {lines['findings.yaml']}"),
        ("unknown_word", f"options/acdf.yaml/line {lines['options/acdf.yaml']}"),
    }


def test_a_file_that_cannot_be_read_is_named_and_not_whatever_refers_to_it(
    exported: Path, cast: Cast
) -> None:
    for name, raw, code, line in (
        ("findings", "a: [\n", "not_yaml", 2),
        ("intake", "{}\n", "not_yaml", None),
        ("scales", "a: [\n", "not_yaml", 2),
        ("warning_signs", "7\n", "not_a_list", None),
        ("outcomes", "# Later.\n", "not_yaml", None),
        ("sources", "null\n", "not_yaml", None),
        ("options/acdf", "7\n", "not_an_object", None),
        ("options/acdf", "? [a]\n: b\n", "not_yaml", 1),
        ("aid", "a: [\n", "not_yaml", 2),
    ):
        file = exported / f"{name}.yaml"
        text = file.read_text()
        file.write_text(raw)
        with pytest.raises(ProblemsFound) as found:
            import_aid(cast.clinic, exported, cast.author)
        where = f"{name}.yaml/line {line}" if line else f"{name}.yaml"
        assert [(problem.code, problem.place) for problem in found.value.problems] == [(code, where)]
        file.write_text(text)


def test_words_for_a_text_that_is_not_there_are_refused(exported: Path, imported: Import) -> None:
    damage(exported, "translations/de.yaml")
    (told,) = imported()
    assert told.startswith("unknown_place: translations/de.yaml/line ")


def test_a_file_of_no_language_is_refused(exported: Path, imported: Import) -> None:
    (exported / "translations/not a language.yaml").write_text("aid: {}\n")
    (told,) = imported()
    assert told.startswith("unknown_language: translations/not a language.yaml")


def test_only_an_author_imports(exported: Path, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        import_aid(cast.clinic, exported, cast.approver)
    assert refused.value.code == "not_permitted"


def test_a_place_leads_to_its_line_through_lists_and_several_files(tmp_path: Path, spine_pack: Pack) -> None:
    for name, text in pack_files(spine_pack).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    text = (tmp_path / "golden/cases.yaml").read_text()
    reader = PackReader(tmp_path)
    case = 5
    found = reader.located(Problem("tested", f"golden_cases/{case}/story", "Wrong."))
    code = reader.pack.aid["golden_cases"][case]["id"]  # type: ignore[index]  # plain YAML
    wanted = line_of(text, f"- id: {code}\n") + 1
    assert found.place == f"golden/cases.yaml/line {wanted}/{case}/story"


def test_the_commands_write_and_read_a_folder(aid: DecisionAid, cast: Cast, tmp_path: Path) -> None:
    Source.objects.filter(aid=aid).update(checked=True)
    out = StringIO()
    arguments = ("--clinic", cast.clinic.slug)
    call_command("export_aid", str(tmp_path), *arguments, stdout=out)
    assert out.getvalue() == f"26 files in {tmp_path}\n"
    call_command("import_aid", str(tmp_path), *arguments, "--by", cast.author.email, stdout=out)
    assert "spine: 15 options" in out.getvalue()
    with pytest.raises(SystemExit) as left:
        call_command("export_aid", str(tmp_path), "--clinic", "nowhere", stderr=StringIO())
    assert left.value.code == 2
