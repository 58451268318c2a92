"""Content in other languages: words by place, how complete, carried by what is published and read there."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion
from decision_aid.services.publishing import publish_aid
from decision_aid.services.translating import aid_texts, completeness_of_aid, translate_aid
from questionnaires.definition.translations import texts_of, with_texts
from questionnaires.services.refusals import Refused
from questionnaires.services.translating import (
    completeness_of_questionnaire,
    questionnaire_texts,
    translate_questionnaire,
)
from tests.frozen import assert_frozen

AGE, DECISION = "sections/about_you/questions/age_years/text", "index_decision"
DOCUMENT: dict[str, Any] = {
    "code": "a",
    "title": "One",
    "list": [
        {"code": "b", "text": "Two", "n": 0},
        {"id": "c", "text": "", "help": "Drei\u2028"},
        {"text": "Four"},
    ],
    "consent": {"text": ["Five", "Six"]},
    "unit": "kg",
}
KEYS = frozenset(("title", "text", "help"))


def test_a_text_goes_by_codes_and_other_words_change_nothing_else() -> None:
    texts = texts_of(DOCUMENT, KEYS)

    assert texts == {
        "title": "One",
        "list/b/text": "Two",
        "list/c/help": "Drei\u2028",
        "list/2/text": "Four",
        "consent/text/0": "Five",
        "consent/text/1": "Six",
    }
    assert with_texts(DOCUMENT, KEYS, {}) == DOCUMENT
    told = with_texts(DOCUMENT, KEYS, {"list/b/text": "二", "unit": "lb", "nowhere": "?"})
    assert told["list"][0] == {"code": "b", "text": "二", "n": 0}
    assert told["unit"] == "kg"
    assert texts_of(with_texts(DOCUMENT, KEYS, dict.fromkeys(texts, "x")), KEYS) == dict.fromkeys(texts, "x")


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    return release.aid


def age_place(aid: DecisionAid) -> str:
    return next(place for place in questionnaire_texts(aid.intake) if place.endswith("age_years/text"))


def test_words_count_until_their_text_changes_and_empty_words_take_them_back(
    aid: DecisionAid, cast: Cast
) -> None:
    place, total = age_place(aid), len(questionnaire_texts(aid.intake))
    translate_questionnaire(aid.intake, "de", {place: "Wie alt sind Sie?"}, cast.author)
    [german] = completeness_of_questionnaire(aid.intake)
    assert (german.language, german.translated, german.total) == ("de", 1, total)
    assert place not in german.missing
    assert not german.is_complete

    question = aid.intake.sections.get(questions__code="age_years").questions.get(code="age_years")
    question.text = "How old are you today?"
    question.save()
    [german] = completeness_of_questionnaire(aid.intake)
    assert (german.translated, place in german.missing) == (0, True)

    translate_questionnaire(aid.intake, "de", {place: "Wie alt sind Sie heute?"}, cast.author)
    translate_questionnaire(aid.intake, "de", {place: "  "}, cast.author)
    assert completeness_of_questionnaire(aid.intake) == ()


@pytest.mark.parametrize(
    ("language", "words", "code"),
    [
        ("de", {"no/such/place": "Nichts"}, "unknown_place"),
        ("de", {"sources/x/title": "Nichts"}, "unknown_place"),
        ("en", {DECISION: "Again"}, "unknown_language"),
        ("", {DECISION: "?"}, "unknown_language"),
        ("de_DE; drop", {DECISION: "?"}, "unknown_language"),
    ],
)
def test_words_for_nothing_or_in_no_language_are_refused(
    aid: DecisionAid, cast: Cast, language: str, words: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        translate_aid(aid, language, words, cast.author)
    assert refused.value.code == code
    assert completeness_of_aid(aid) == ()


def test_only_an_author_of_the_clinic_translates(aid: DecisionAid, cast: Cast, other_cast: Cast) -> None:
    for somebody in (cast.surgeon, cast.approver, other_cast.author):
        with pytest.raises(Refused) as refused:
            translate_aid(aid, "de", {DECISION: "Welche Behandlung?"}, somebody)
        assert refused.value.code == "not_permitted"


def test_a_release_carries_its_translations_and_is_read_in_them(
    aid: DecisionAid, cast: Cast, release: DecisionAidVersion
) -> None:
    with pytest.raises(Refused) as refused:
        publish_aid(aid, cast.author, cast.approver, "The same.")
    assert refused.value.code == "nothing_changed"

    place = age_place(aid)
    translate_questionnaire(aid.intake, "de", {place: "Wie alt sind Sie?"}, cast.author)
    translate_aid(aid, "de", {DECISION: "Welche Behandlung passt zu mir?"}, cast.author)
    newer = publish_aid(aid, cast.author, cast.approver, "German begun.")

    assert newer.intake.number == release.intake.number + 1
    assert newer.findings == release.findings
    assert newer.intake.sha256 == release.intake.sha256
    english = newer.readable
    with translation.override("de-at"):
        assert newer.intake.definition.question("age_years").text == "Wie alt sind Sie?"
        assert newer.intake.definition.question("smoking") == release.intake.definition.question("smoking")
        assert newer.readable[DECISION] == "Welche Behandlung passt zu mir?"
        assert newer.readable["condition_text"] == english["condition_text"]
        assert release.intake.definition.question("age_years").text == "How old are you?"
        assert release.readable[DECISION] == english[DECISION]
    with translation.override("en-gb"):
        assert newer.intake.definition.question("age_years").text == "How old are you?"
    assert newer.ruleset.document[DECISION] == english[DECISION]
    assert_frozen(newer.translations.get(), "texts", "published")
    assert_frozen(newer.intake.translations.get(), "texts", "published")

    translate_aid(aid, "de", {DECISION: "Was passt zu mir?"}, cast.author)
    assert newer.translations.get().texts == {DECISION: "Welche Behandlung passt zu mir?"}


def test_a_translator_gets_a_file_and_its_words_come_back(
    aid: DecisionAid, cast: Cast, tmp_path: Path
) -> None:
    file, told = tmp_path / "de.yaml", StringIO()
    asked = ["translations", aid.clinic.slug, aid.code, "de"]
    call_command(*asked, "--write", str(file), stdout=told)
    sheet = yaml.safe_load(file.read_text())
    assert sheet["aid"][DECISION] == {"original": aid_texts(aid)[DECISION], "words": ""}

    sheet["aid"][DECISION]["words"] = "Welche Behandlung?"
    file.write_text(yaml.safe_dump(sheet, allow_unicode=True))
    call_command(*asked, "--read", str(file), "--by", cast.author.email, stdout=told)
    assert f"aid de: 1 of {len(aid_texts(aid))}" in told.getvalue()
    for by, words in (("nobody@nowhere.example", "Nobody has"), (cast.surgeon.email, "not_permitted")):
        with pytest.raises(CommandError, match=words):
            call_command(*asked, "--read", str(file), "--by", by, stdout=told)
    with pytest.raises(CommandError, match="has no aid"):
        call_command("translations", "nowhere", aid.code, stdout=told)
