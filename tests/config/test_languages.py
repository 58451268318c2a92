"""The pretended languages, the switch between languages, and that no text of a page is left out."""

import gettext
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from config.languages import LONGER, PRETENDED, RIGHT_TO_LEFT, messages_in, pretended
from questionnaires.models import QuestionnaireResponse
from tests.cast import Visit, visiting
from tests.questionnaires.pages.browsing import agree, give, question_url

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / name for name in ("config", "decision_aid", "questionnaires")]


@pytest.mark.parametrize(
    "words", ["Save", "How recovery goes", "Move question %(place)s up", "I", "<b>Once</b> a day &amp; night"]
)
def test_the_longer_language_is_two_fifths_longer_and_keeps_placeholders_and_markup(words: str) -> None:
    told = pretended(words, LONGER)
    kept = re.findall(r"%\(\w+\)s|<[^>]+>|&\w+;", words)

    assert [part for part in kept if part in told] == kept
    assert len(told) >= round(1.3 * len(words)) - 2 * len(kept) - len("".join(kept)) // 2
    assert not re.search(r"[aeioucdst]", re.sub(r"%\(\w+\)s|<[^>]+>|&\w+;", "", told))


def test_the_other_runs_from_right_to_left_and_nothing_becomes_of_nothing() -> None:
    assert pretended("Save it", RIGHT_TO_LEFT) == "\u200f\u202eSave it\u202c\u200f"
    for language in PRETENDED:
        assert pretended("", language) == ""
        assert pretended(" %(name)s ", language) == " %(name)s "


def test_the_command_makes_catalogues_that_gettext_reads(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    call_command("pseudo_languages")
    messages = messages_in(FOLDERS)

    assert len(messages) > 300
    for language in PRETENDED:
        file = tmp_path / "locale" / language / "LC_MESSAGES" / "django.mo"
        with file.open("rb") as catalogue:
            told = gettext.GNUTranslations(catalogue)
        for message in messages:
            words = message[0].rpartition("\x04")
            if not words[1] and len(message) == 1:
                assert told.gettext(words[2]) == pretended(words[2], language)


def test_without_being_asked_for_there_is_only_english(client: Client) -> None:
    assert settings.LANGUAGES == [("en-gb", "English")]
    assert not translation.check_for_language("de") or "de" not in dict(settings.LANGUAGES)
    page = client.get("/visit/", headers={"Accept-Language": "qpl, ar"}).content.decode()
    assert '<html lang="en-gb">' in page
    assert 'class="language"' not in page


@pytest.fixture
def pretending(settings: Any, tmp_path: Path) -> None:
    """Both pretended languages can be chosen, as with CANDOR_PSEUDO_LANGUAGES=1."""
    settings.VAR = tmp_path
    call_command("pseudo_languages")
    settings.LANGUAGES = [*settings.LANGUAGES, *PRETENDED.items()]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path / "locale"]


def test_a_switch_in_the_middle_of_the_form_keeps_every_answer(visit: Visit, pretending: None) -> None:
    patient = visiting(visit)
    response = QuestionnaireResponse.objects.get(pk=visit.consultation.response_id)
    before = (response.answers, response.revision)
    place = "/visit/"
    for language, direction in ((LONGER, ""), (RIGHT_TO_LEFT, ' dir="rtl"'), ("en-gb", "")):
        answer = patient.post("/language/", {"language": language, "next": place})
        assert (answer.status_code, answer["Location"]) == (302, place)
        page = patient.get(place, follow=True).content.decode()
        assert f'<html lang="{language}"{direction}>' in page
        assert visit.consultation.clinic.name in page
    response.refresh_from_db()
    assert (response.answers, response.revision) == before


def test_the_words_that_the_form_adds_to_an_author_are_in_the_language_too(
    visit: Visit, pretending: None
) -> None:
    patient = visiting(visit)
    agree(patient)
    give(patient, "age_years", "54")
    give(patient, "bladder_change", "-unsure")
    patient.post("/language/", {"language": LONGER, "next": "/visit/"})
    question = patient.get(question_url("bladder_change")).content.decode()
    for words in ("Yes", "No", "I'd rather not say", "There is no connection just now"):
        assert pretended(words, LONGER)[:12] in escaped(question), words
    everything = escaped(patient.get("/visit/check/").content.decode())
    assert f"54 {pretended('years', LONGER)}" in everything
    assert pretended("I'm not sure", LONGER) in everything
    born = Client()
    born.cookies["django_language"] = LONGER
    born.post(f"/l/{visit.token}/")
    page = born.post("/visit/birth-date/", {"day": "31", "month": "2", "year": ""}).content.decode()
    for words in ("Day", "Month", "Enter the year."):
        assert pretended(words, LONGER) in page


def escaped(page: str) -> str:
    return page.replace("&#x27;", "'")


@pytest.mark.parametrize("language", ["xx", "", "<b>"])
def test_a_language_that_does_not_exist_changes_nothing(
    client: Client, language: str, pretending: None
) -> None:
    answer = client.post("/language/", {"language": language, "next": "//elsewhere.example/"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "django_language" not in answer.cookies


# Words of no language, and layouts of a library that hold none of ours.
UNTRANSLATED = re.compile(r"\b(?:Candor|PDF|R|L|e|s|kg|cm|lb|ft|st|in|min|A4)\b|&\w+;")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
OUT_OF_SIGHT = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{% blocktranslate.*?endblocktranslate %\}"
    r"|\{% block \w*class %\}.*?\{% endblock %\}|<(script|style|code|kbd)\b.*?</\1>",
    re.DOTALL,
)


def bare_words(source: str) -> list[str]:
    """Words of a template that no translation could reach."""
    without = MARKUP.sub("\n", TAGS.sub("", OUT_OF_SIGHT.sub("\n", source)))
    return [
        line.strip() for line in UNTRANSLATED.sub("", without).splitlines() if re.search("[A-Za-z]{2}", line)
    ]


def test_every_word_of_every_template_can_be_translated() -> None:
    found = {
        str(file.relative_to(ROOT)): words
        for app in ("decision_aid", "questionnaires")
        for file in sorted((ROOT / app / "templates").rglob("*.html"))
        if "allauth" not in file.parts and (words := bare_words(file.read_text()))
    }
    assert found == {}, "write {% translate %} around these words, or {% blocktranslate %} around a sentence"


def test_the_reader_of_templates_sees_a_bare_word() -> None:
    assert bare_words('<p class="a">Hello {{ name }}</p>{% translate "Good" %}') == ["Hello"]
    assert bare_words('<i{% if a > 1 %} class="on"{% endif %}></i>{% if b %}or{% endif %}') == ["or"]
