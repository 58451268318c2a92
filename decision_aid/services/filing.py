"""A whole aid as files and back: drafts written as a pack, and a pack read into drafts or refused whole."""

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from django.db import transaction

from decision_aid.models import DecisionAid
from decision_aid.packs import Pack, PackReader, pack_files, pin_release
from decision_aid.scoring import read_ruleset
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.services.drafting import aid_document, load_aid, questionnaires_of
from decision_aid.services.permissions import IMPORT_AIDS
from decision_aid.services.translating import aid_texts, texts_to_carry, translate_aid
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import LANGUAGE, read_definition
from questionnaires.definition.schema import Definition
from questionnaires.models import Clinic, User
from questionnaires.services import audit
from questionnaires.services import translating as questionnaires_translating
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.permissions import require
from questionnaires.services.translating import questionnaire_texts, translate_questionnaire

Words = Mapping[str, Mapping[str, str]]


def pack_of(aid: DecisionAid) -> Pack:
    """The draft as a pack, with its words in other languages as they stand."""
    drafts = questionnaires_of(aid)
    words: dict[str, Words] = {"aid": texts_to_carry(aid)}
    words |= {name: questionnaires_translating.texts_to_carry(each) for name, each in drafts.items()}
    languages = sorted({*aid.languages, *(language for said in words.values() for language in said)})
    return Pack(
        {name: questionnaire_document(each) for name, each in drafts.items()},
        aid_document(aid),
        {
            language: {"declared": language in aid.languages}
            | {name: dict(said[language]) for name, said in words.items() if said.get(language)}
            for language in languages
        },
    )


def export_aid(aid: DecisionAid, folder: Path) -> list[Path]:
    """Write the draft into a folder, replacing the YAML files of the pack that are there; return the files.

    Files of options, cases and languages that the draft no longer has are removed, so that the folder says
    what the draft says. Raises ProblemsFound where the draft cannot be files, OSError where nothing can be
    written.
    """
    files = pack_files(pack_of(aid))
    folder.mkdir(parents=True, exist_ok=True)
    kept = {folder / name for name in files}
    owned = (
        *folder.glob("sources*.yaml"),
        *(each for part in PARTS for each in (folder / part).glob("*.yaml")),
    )
    for stale in {*owned} - kept:
        stale.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="\n")
    return sorted(kept)


PARTS = ("options", "golden", "translations")


def import_aid(clinic: Clinic, folder: Traversable, by: User) -> DecisionAid:
    """Read a folder into the clinic's draft of that aid, making or replacing it; releases are untouched.

    Raises ProblemsFound with every problem, led by file and line, and then changes nothing.
    Refused: not_permitted.
    """
    require(by, clinic, IMPORT_AIDS)
    reader = PackReader(folder)
    if problems := [*reader.problems, *_problems_of(reader)]:
        raise ProblemsFound(problems)
    return _load(clinic, reader, by)


# What a part of the pack answers: while a file of it cannot be read, nobody is told that it lacks the answer.
ANSWERS: Mapping[str, tuple[RulesetProblem, ...]] = {
    "intake": (RulesetProblem.UNKNOWN_FACT, RulesetProblem.MISSING_RULE_IMPOSSIBLE),
    "findings": (RulesetProblem.UNKNOWN_FACT, RulesetProblem.MISSING_RULE_IMPOSSIBLE),
    "scales": (RulesetProblem.UNKNOWN_FACT, RulesetProblem.UNKNOWN_SCALE),
    "warning_signs": (RulesetProblem.UNKNOWN_WARNING_SIGN,),
    "outcomes": (RulesetProblem.UNKNOWN_OUTCOME,),
    "sources": (RulesetProblem.UNKNOWN_SOURCE,),
    "options": (RulesetProblem.UNKNOWN_OPTION,),
}


def _problems_of(reader: PackReader) -> Iterator[Problem]:
    """What is wrong with what could be read, led by file and line."""
    pack = reader.pack
    definitions: dict[str, tuple[int, Definition]] = {}
    for name, document in pack.questionnaires.items():
        if f"{name}.yaml" in reader.unread:
            continue  # which is said already
        try:
            definitions[name] = (1, read_definition(document))
        except ProblemsFound as found:
            yield from (reader.located(problem.within(name)) for problem in found.problems)
    try:
        read_ruleset(pin_release(pack.aid, 1, definitions))
    except ProblemsFound as found:
        broken = reader.unread_parts | (pack.questionnaires.keys() - definitions.keys())
        unanswered = {code for part in broken for code in ANSWERS.get(part, ())}
        for problem in found.problems:
            if problem.code not in unanswered and problem.place not in broken:
                located = reader.located(problem)
                if not located.place.startswith(tuple(f"{file}/" for file in reader.unread)):
                    yield located


@transaction.atomic
def _load(clinic: Clinic, reader: PackReader, by: User) -> DecisionAid:
    aid = load_aid(clinic, reader.pack, by)
    drafts = questionnaires_of(aid)
    texts = {"aid": aid_texts(aid)} | {name: questionnaire_texts(each) for name, each in drafts.items()}
    translations = reader.pack.translations
    problems = [
        problem
        for language, parts in translations.items()
        for problem in _problems_of_words(aid, language, parts, texts)
    ]
    if problems:
        raise ProblemsFound(reader.located(problem) for problem in problems)
    aid.translations.all().delete()
    for questionnaire in drafts.values():
        questionnaire.translations.all().delete()
    for language, parts in translations.items():
        for name, words in parts.items():
            if name == "aid":
                translate_aid(aid, language, _words(words), by)
            elif name in drafts:
                translate_questionnaire(drafts[name], language, _words(words), by)
    aid.languages = [language for language, parts in translations.items() if parts.get("declared")]
    aid.save(update_fields=["languages"])
    audit.record(clinic, "aid_imported", aid, user=by)
    return aid


def _words(words: object) -> dict[str, str]:
    return dict(words) if isinstance(words, Mapping) else {}


def _problems_of_words(
    aid: DecisionAid,
    language: str,
    parts: Mapping[str, object],
    texts: Mapping[str, Mapping[str, str]],
) -> Iterator[Problem]:
    """What keeps the words of one language from being the draft's."""
    if not LANGUAGE.fullmatch(language) or language == aid.language:
        sentence = f"“{language}” is not another language: name the file like de.yaml or pt-BR.yaml."
        yield Problem("unknown_language", f"translations/{language}", sentence)
        return
    for name, words in parts.items():
        place = f"translations/{language}/{name}"
        if name == "declared":
            continue
        if name not in texts or not isinstance(words, Mapping):
            yield Problem("unknown_key", place, f"A translation has no part “{name}” of words by place.")
            continue
        for where, text in words.items():
            if where not in texts[name]:
                yield Problem("unknown_place", place, f"There is no text at “{where}” to be translated.")
            elif not isinstance(text, str):
                yield Problem("wrong_type", place, f"The words for “{where}” are no text.")
