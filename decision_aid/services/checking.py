"""Everything that is checked of a draft before it is released: its problems, and what is worth knowing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils import timezone

from decision_aid.models import DecisionAid
from decision_aid.packs import pin_release
from decision_aid.scoring import RuleSet, read_ruleset, run_golden_cases
from decision_aid.scoring.verification import verify
from decision_aid.services.drafting import aid_document, questionnaires_of
from decision_aid.services.fair_aid import Group, Verdict, aid_of
from decision_aid.services.fair_aid import findings as fairness_of
from decision_aid.services.licensing import licence_problems
from decision_aid.services.placeholders import placeholders_in
from decision_aid.services.translating import completeness_of_aid
from decision_aid.summaries.voice import facts_shown
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from questionnaires.definition.translations import Completeness
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.translating import completeness_of_questionnaire

PROOFS_KEPT = 8
MUST_BE_FAIR = frozenset({Group.QUALIFYING, Group.CERTIFICATION})
"""The groups of criteria without which an aid is none; the others are for people to work on."""


class Check(StrEnum):
    """What was asked of a draft."""

    READING = "reading"
    VERIFICATION = "verification"
    PLACEHOLDERS = "placeholders"
    LICENCES = "licences"
    TEXTS = "texts"
    FAIRNESS = "fairness"
    GOLDEN_CASES = "golden_cases"


class TextsProblem(StrEnum):
    """What can be wrong with the words in other languages."""

    TRANSLATION_INCOMPLETE = "translation_incomplete"
    TRANSLATION_UNFINISHED = "translation_unfinished"


class FairnessProblem(StrEnum):
    """A criterion of a fair decision aid that is not met."""

    CRITERION_NOT_MET = "criterion_not_met"
    CRITERION_OPEN = "criterion_open"


class Found(NamedTuple):
    """A problem that a check found; where it does not block, it is worth knowing."""

    check: Check
    problem: Problem
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that can be read: its document without pins, its definitions by name, and its rules."""

    document: Mapping[str, object]
    definitions: Mapping[str, Definition]
    ruleset: RuleSet


def read_draft(aid: DecisionAid) -> Draft:
    """The draft's rows as a release would read them. Raises ProblemsFound, with places in the draft."""
    definitions: dict[str, Definition] = {}
    problems: list[Problem] = []
    for name, questionnaire in questionnaires_of(aid).items():
        try:
            definitions[name] = read_definition(questionnaire_document(questionnaire))
        except ProblemsFound as found:
            problems += [problem.within(name) for problem in found.problems]
    if problems:
        raise ProblemsFound(problems)
    document = aid_document(aid)
    versions = {name: (1, definition) for name, definition in definitions.items()}
    return Draft(document, definitions, read_ruleset(pin_release(document, 1, versions)))


def check_aid_draft(aid: DecisionAid, today: date | None = None) -> tuple[Found, ...]:
    """Everything found of a draft, check by check; what cannot be read is not checked further."""
    try:
        draft = read_draft(aid)
    except ProblemsFound as found:
        return tuple(Found(Check.READING, problem) for problem in found.problems)
    return tuple(_found(aid, draft, today or timezone.localdate()))


def _found(aid: DecisionAid, draft: Draft, today: date) -> Iterator[Found]:
    ruleset, definitions = draft.ruleset, tuple(draft.definitions.values())
    for finding in verify(ruleset, definitions, facts_shown(ruleset.types)):
        yield Found(Check.VERIFICATION, finding.problem, finding.blocks)
    for problem in placeholders_in(draft.document):
        yield Found(Check.PLACEHOLDERS, problem, not aid.clinic.is_demonstration)
    for problem in licence_problems(ruleset, aid.clinic, today):
        yield Found(Check.LICENCES, problem)
    yield from _texts(aid)
    yield from _proved(draft, today)


def _proved(draft: Draft, today: date) -> tuple[Found, ...]:
    """What only the draft and the day decide, kept because it takes seconds and is asked for again."""
    key = sha256_of(draft.ruleset.document), today
    found = _proofs.get(key)
    if found is None:
        while len(_proofs) >= PROOFS_KEPT:
            _proofs.pop(next(iter(_proofs)), None)
        found = _proofs[key] = tuple(_prove(draft, today))
    return found


_proofs: dict[tuple[str, date], tuple[Found, ...]] = {}


def _prove(draft: Draft, today: date) -> Iterator[Found]:
    ruleset, definitions = draft.ruleset, tuple(draft.definitions.values())
    for criterion, fairness in fairness_of(aid_of(ruleset, definitions, today)):
        if fairness.verdict is Verdict.NOT_MET:
            blocks = criterion.group in MUST_BE_FAIR
            code = FairnessProblem.CRITERION_NOT_MET if blocks else FairnessProblem.CRITERION_OPEN
            sentence = f"{criterion.code}, {criterion.words}: {fairness.where}"
            yield Found(Check.FAIRNESS, Problem(code, "about", sentence), blocks)
    for problem in run_golden_cases(ruleset):
        yield Found(Check.GOLDEN_CASES, problem)


def _texts(aid: DecisionAid) -> Iterator[Found]:
    """A declared language must be whole; one that was only begun is worth knowing."""
    drafts: dict[str, Iterable[Completeness]] = {"": completeness_of_aid(aid)}
    for name, questionnaire in questionnaires_of(aid).items():
        drafts[name] = completeness_of_questionnaire(questionnaire)
    for name, languages in drafts.items():
        begun = {one.language: one for one in languages}
        for language in dict.fromkeys((*aid.languages, *begun)):
            said = begun.get(language)
            if said is not None and said.is_complete:
                continue
            declared = language in aid.languages
            place = "languages" if said is None else f"{name}/{said.missing[0]}".lstrip("/")
            count = "nothing is" if said is None else f"{said.translated} of {said.total} texts are"
            whose = f"the questionnaire “{name}”" if name else "the decision aid"
            sentence = f"In the language “{language}”, {count} translated of {whose}."
            code = TextsProblem.TRANSLATION_INCOMPLETE if declared else TextsProblem.TRANSLATION_UNFINISHED
            hint = "Translate the rest, or take the language out of the aid's languages." if declared else ""
            yield Found(Check.TEXTS, Problem(code, place, sentence, hint), declared)
