from collections.abc import Callable
from pathlib import Path

import pytest

from decision_aid.packs import PackProblem, pack_names, read_pack, read_pack_from, release_document
from questionnaires.definition.problems import ProblemsFound
from tests.sentences import well_said

FILES = {
    "aid.yaml": "aid: tiny\nabout: {next_review: 2027-01-31}\noptions: [second, first]\n",
    "intake.yaml": "code: tiny_intake\n",
    "findings.yaml": "code: tiny_findings\n",
    "scales.yaml": "[]\n",
    "warning_signs.yaml": "- {id: sign}\n",
    "outcomes.yaml": "- {id: pain}\n",
    "modifiers.yaml": "[]\n",
    "sources.yaml": "- {id: trial}\n",
    "sources_guidelines.yaml": "- {id: guideline}\n",
    "options/first.yaml": "id: first\n",
    "options/second.yaml": "id: second\n",
    "options/third.yaml": "id: third\n",
    "golden/one.yaml": "id: one\n",
    "golden/several.yaml": "- {id: two}\n- {id: three}\n",
    "README.md": "not read",
}

PutPack = Callable[..., Path]


@pytest.fixture
def put_pack(tmp_path: Path) -> PutPack:
    def put(**changed: str | bytes | None) -> Path:
        for name, content in {
            **FILES,
            **{key.replace("__", "/"): value for key, value in changed.items()},
        }.items():
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            if content is not None:
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return put


def test_it_reads_all_files_of_a_folder(put_pack: PutPack) -> None:
    pack = read_pack_from(put_pack())
    assert pack.questionnaires == {"intake": {"code": "tiny_intake"}, "findings": {"code": "tiny_findings"}}
    assert pack.aid == {
        "aid": "tiny",
        "about": {"next_review": "2027-01-31"},
        "scales": [],
        "warning_signs": [{"id": "sign"}],
        "outcomes": [{"id": "pain"}],
        "modifiers": [],
        "sources": [{"id": "trial"}, {"id": "guideline"}],
        "options": [{"id": "second"}, {"id": "first"}, {"id": "third"}],
        "golden_cases": [{"id": "one"}, {"id": "two"}, {"id": "three"}],
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("off", "off"),
        ("Yes", "Yes"),
        ("true", True),
        ("2027-01-31", "2027-01-31"),
        ("3", 3),
        ("null", None),
    ],
)
def test_words_stay_words(written: str, read: object, put_pack: PutPack) -> None:
    folder = put_pack(**{"aid.yaml": f"aid: {written}\n"})
    assert read_pack_from(folder).aid["aid"] == read


@pytest.mark.parametrize(
    ("file", "content", "code", "place"),
    [
        ("scales.yaml", None, "missing_file", "scales.yaml"),
        ("aid.yaml", "aid: a\naid: b\n", "duplicate_key", "aid.yaml/line 2"),
        (
            "options/first.yaml",
            "id: first\nrules:\n- {id: a, id: b}\n",
            "duplicate_key",
            "options/first.yaml/line 3",
        ),
        ("aid.yaml", "aid: [\n", "not_yaml", "aid.yaml/line 2"),
        ("aid.yaml", "aid: tiny\nabout: &itself [*itself]\n", "not_yaml", "aid.yaml/line 2"),
        ("aid.yaml", "aid: " + "[" * 20_000, "not_yaml", "aid.yaml/line 2"),
        ("aid.yaml", "", "not_yaml", "aid.yaml"),
        ("aid.yaml", b"aid: \xff\n", "not_yaml", "aid.yaml/line 1"),
        ("aid.yaml", "aid: !!python/object:os.system {}\n", "not_yaml", "aid.yaml/line 1"),
        ("aid.yaml", "- aid\n", "not_an_object", "aid.yaml"),
        ("scales.yaml", "id: bmi\n", "not_a_list", "scales.yaml"),
        ("aid.yaml", "aid: tiny\noptions: [frist]\n", "unknown_option", "aid.yaml/line 2/options"),
    ],
)
def test_it_names_the_file_that_is_broken(
    file: str, content: str | bytes | None, code: str, place: str, put_pack: PutPack
) -> None:
    folder = put_pack(**{file: content})
    with pytest.raises(ProblemsFound) as found:
        read_pack_from(folder)
    assert [(problem.code, problem.place) for problem in well_said(found.value.problems)] == [(code, place)]
    assert code in set(PackProblem)


def test_it_names_the_packs_that_come_with_the_code() -> None:
    assert "spine" in pack_names()
    with pytest.raises(ProblemsFound) as found:
        read_pack("../spine")
    assert [problem.code for problem in well_said(found.value.problems)] == ["unknown_pack"]


def test_a_release_pins_its_questionnaires_and_says_who_is_asked() -> None:
    document = release_document(read_pack("spine"))
    pins = document["questionnaires"]
    facts = document["facts"]
    assert isinstance(pins, dict)
    assert isinstance(facts, list)
    assert {name: (pin["code"], pin["version"]) for name, pin in pins.items()} == {
        "intake": ("spine_intake", 1),
        "findings": ("spine_findings", 1),
    }
    assert document["version"] == 1
    asked_of = {fact["code"]: fact["from"] for fact in facts}
    assert asked_of["age_years"] == "patient"
    assert asked_of["mrc_grade"] == "clinician"


def asking(audience: str, kind: str) -> str:
    return (
        f"code: {audience}_form\naudience: {audience}\ntitle: Form\nlanguage: en\nintro: Hello.\n"
        + ("consent: {title: Consent, text: [Yes.]}\n" if audience == "patient" else "")
        + "sections:\n- code: one\n  title: One\n  questions:\n"
        + f"  - {{code: pain, type: {kind}, text: How bad?}}\n"
    )


def test_both_may_be_asked_one_fact_and_the_clinicians_answer_wins(put_pack: PutPack) -> None:
    files = {"intake.yaml": asking("patient", "boolean"), "findings.yaml": asking("clinician", "boolean")}
    facts = release_document(read_pack_from(put_pack(**files)))["facts"]
    assert facts == [{"code": "pain", "type": "boolean", "from": "clinician"}]


def test_a_fact_asked_in_two_different_ways_is_refused(put_pack: PutPack) -> None:
    files = {"intake.yaml": asking("patient", "boolean"), "findings.yaml": asking("clinician", "integer")}
    with pytest.raises(ProblemsFound) as found:
        release_document(read_pack_from(put_pack(**files)))
    assert [problem.code for problem in well_said(found.value.problems)] == ["fact_asked_twice"]
