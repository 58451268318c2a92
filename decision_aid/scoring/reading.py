"""From a release's document to a ruleset, or to every problem in it."""

from collections.abc import Mapping, Sequence
from datetime import date

from decision_aid.scoring.bands import note_ends, read_bands
from decision_aid.scoring.fields import Fields
from decision_aid.scoring.option_reading import read_options
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.ruleset import (
    Band,
    Candidacy,
    GoldenCase,
    Modifier,
    Option,
    Outcome,
    Release,
    RuleSet,
    Source,
    Urgency,
    WarningSign,
)
from decision_aid.scoring.scale_reading import read_scales, with_edges
from decision_aid.scoring.vocabulary import Vocabulary
from decision_aid.scoring.warning_signs import Pathway
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.facts import FactType, FactValue, listed, read_fact_types, read_facts
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean

TEXTS = ("language", "title", "index_decision", "condition_text")
ABOUT_TEXTS = ("funding", "evidence_selection", "update_policy", "people_it_is_for", "weights_note")
SOURCE_TEXTS = ("journal", "doi", "pmid", "url", "design", "certainty", "used_for")
BANDED = (Candidacy.UNLIKELY, Candidacy.POSSIBLE, Candidacy.LIKELY)


def read_ruleset(document: object) -> RuleSet:
    """The ruleset that a JSON-ready document describes.

    Raises ProblemsFound with every problem; places are like `options/2/rules/5/condition`.
    """
    problems: list[Problem] = []
    root = Fields(document, "", problems)
    if not isinstance(document, Mapping):
        raise ProblemsFound(problems)
    aid, version = root.code("aid"), root.whole("version")
    for key in TEXTS:
        root.text(key)
    next_review = _about(root)
    _pins(root)
    vocabulary = Vocabulary(_facts(root), _sources(root))
    asked_without_rule = _asked_without_rule(root, vocabulary)
    bands = _candidacy_bands(root)
    scales = read_scales(root, vocabulary)
    signs = _warning_signs(root, vocabulary)
    outcomes = _outcomes(root)
    options = read_options(root, vocabulary, outcomes, scales)
    modifiers = tuple(_modifier(fields, vocabulary) for fields in root.entries("modifiers"))
    cases = _golden_cases(root, vocabulary, signs, options)
    root.close()
    if problems:
        raise ProblemsFound(problems)
    scales = tuple(with_edges(scale, vocabulary.expressions) for scale in scales)
    conditions = tuple(dict.fromkeys(rule.condition for option in options for rule in option.rules))
    return RuleSet(
        release=Release(aid, version, sha256_of(document)),
        types=vocabulary.facts,
        bands=bands,
        scales=scales,
        scale_order=tuple(str(fields.raw("id")) for fields in root.entries("scales")),
        scales_on={
            fact: reading
            for fact in vocabulary.facts
            if (reading := tuple(scale for scale in scales if fact in scale.facts))
        },
        conditions=conditions,
        conditions_on={
            fact: tuple(condition for condition in conditions if fact in condition.facts)
            for fact in vocabulary.facts
        },
        warning_signs=signs,
        outcomes=outcomes,
        options=options,
        modifiers=modifiers,
        sources=vocabulary.sources,
        golden_cases=cases,
        next_review=next_review,
        modifiable_facts=_modifiable_facts(modifiers, options),
        asked_without_rule=asked_without_rule,
        document=document,
    )


def _about(root: Fields) -> date | None:
    """When the aid is next reviewed; what else is said about it is for readers, and must be there."""
    about = root.part("about")
    if not about.is_object or "about" not in root:
        return None
    if not about.items("authors"):
        about.note(
            RulesetProblem.MISSING_FIELD, "authors", "“authors” is missing: somebody stands behind an aid."
        )
    for key in ABOUT_TEXTS:
        about.text(key)
    return about.date("next_review")


def _asked_without_rule(root: Fields, vocabulary: Vocabulary) -> dict[str, str]:
    """Why the aid asks for facts that no rule reads, in words."""
    if not isinstance(root.raw("about"), Mapping):
        return {}
    about = root.part("about")
    reasons: dict[str, str] = {}
    for fact, reason in about.pairs("asked_without_rule"):
        key = f"asked_without_rule/{fact}"
        if fact not in vocabulary.facts:
            sentence = f"There is no fact named “{fact}”."
            about.note(RulesetProblem.UNKNOWN_FACT, key, sentence, did_you_mean(fact, vocabulary.facts))
        elif not isinstance(reason, str) or not reason.strip():
            sentence = f"Say in words why “{fact}” is asked for although no rule reads it."
            about.note(RulesetProblem.MISSING_REASON, key, sentence)
        else:
            reasons[fact] = reason.strip()
    return reasons


def _pins(root: Fields) -> None:
    """The questionnaire versions that the release belongs to."""
    root.part("questionnaires")
    for name, document in root.pairs("questionnaires"):
        pin = Fields(document, root.at(f"questionnaires/{name}"), root.problems)
        pin.code("code")
        pin.whole("version")
        pin.text("sha256")
        pin.close()


def _facts(root: Fields) -> dict[str, FactType]:
    if "facts" not in root:
        root.note(RulesetProblem.MISSING_FIELD, "facts", "“facts” is missing.")
        return {}
    try:
        return read_fact_types(root.raw("facts"))
    except ProblemsFound as found:
        root.problems.extend(problem.within("facts") for problem in found.problems)
        return {}


def _sources(root: Fields) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for fields in root.entries("sources"):
        source = Source(
            id=fields.text("id"),
            title=fields.text_if_any("title"),
            first_author=fields.text_if_any("first_author"),
            year=fields.whole_if_any("year"),
            citable=fields.truth("citable"),
            check_primary=fields.truth("check_primary"),
            checked=fields.truth_if_any("checked"),
        )
        for key in SOURCE_TEXTS:
            fields.text_if_any(key)
        if not source.title and not source.first_author:
            fields.note(
                RulesetProblem.MISSING_FIELD,
                "title",
                "A source has a title or a first author, to be named by.",
            )
        _note_repeated(fields, source.id, sources)
        fields.close()
        sources.setdefault(source.id, source)
    return sources


def _candidacy_bands(root: Fields) -> tuple[Band, ...]:
    """The bands of points: each of the three candidacies, tiling the whole line."""
    bands = read_bands(root, "bands", "candidacy")
    for position, band in enumerate(bands):
        if band.id and band.id not in BANDED:
            sentence = f"“{band.id}” is no band of points; the bands are {listed(BANDED)}."
            root.note(RulesetProblem.UNKNOWN_WORD, f"bands/{position}/candidacy", sentence)
    if not bands:
        root.note(
            RulesetProblem.MISSING_FIELD,
            "bands",
            "“bands” is missing: points lead to a candidacy by their band.",
        )
    note_ends(root, "bands", bands, (None, None))
    return bands


def _warning_signs(root: Fields, vocabulary: Vocabulary) -> tuple[WarningSign, ...]:
    signs: dict[str, WarningSign] = {}
    for fields in root.entries("warning_signs"):
        condition = vocabulary.condition(fields, "condition")
        sign = WarningSign(
            id=fields.code("id"),
            urgency=fields.word("urgency", Urgency) or Urgency.EMERGENCY,
            title=fields.text("title"),
            condition=condition,
            facts=vocabulary.in_order(condition.facts),
            patient=fields.text("patient"),
            clinician=fields.text("clinician"),
            sources=vocabulary.cited(fields),
        )
        _note_repeated(fields, sign.id, signs)
        fields.close()
        signs.setdefault(sign.id, sign)
    return tuple(signs.values())


def _outcomes(root: Fields) -> tuple[Outcome, ...]:
    outcomes: dict[str, Outcome] = {}
    for fields in root.entries("outcomes"):
        outcome = Outcome(fields.code("id"), fields.text("asks"), fields.text("patient"))
        _note_repeated(fields, outcome.id, outcomes)
        fields.close()
        outcomes.setdefault(outcome.id, outcome)
    if not outcomes:
        root.note(
            RulesetProblem.MISSING_FIELD,
            "outcomes",
            "“outcomes” is missing: options are compared on outcomes.",
        )
    return tuple(outcomes.values())


def _modifier(fields: Fields, vocabulary: Vocabulary) -> Modifier:
    fact = fields.code("fact")
    if fact and fact not in vocabulary.facts:
        sentence = f"There is no fact named “{fact}”."
        fields.note(RulesetProblem.UNKNOWN_FACT, "fact", sentence, did_you_mean(fact, vocabulary.facts))
    modifier = Modifier(
        fact=fact,
        condition=vocabulary.condition(fields, "condition"),
        advice=fields.text("advice"),
        patient_advice=fields.text("patient_advice"),
        sources=vocabulary.cited(fields),
    )
    fields.close()
    return modifier


def _golden_cases(
    root: Fields, vocabulary: Vocabulary, signs: Sequence[WarningSign], options: Sequence[Option]
) -> tuple[GoldenCase, ...]:
    cases: dict[str, GoldenCase] = {}
    for fields in root.entries("golden_cases"):
        case = _golden_case(
            fields, vocabulary, [sign.id for sign in signs], [option.id for option in options]
        )
        _note_repeated(fields, case.id, cases)
        cases.setdefault(case.id, case)
    return tuple(cases.values())


def _golden_case(
    fields: Fields, vocabulary: Vocabulary, sign_ids: Sequence[str], option_ids: Sequence[str]
) -> GoldenCase:
    facts: dict[str, FactValue] = {}
    try:
        facts = read_facts(fields.raw("facts") or {}, vocabulary.facts)
    except ProblemsFound as found:
        fields.problems.extend(problem.within(fields.at("facts")) for problem in found.problems)
    expected = fields.part("expected")
    pathway = expected.word("pathway", Pathway) if "pathway" in expected else None
    candidacies = {
        option_id: expected_candidacy
        for option_id, value in _known(expected, "candidacies", option_ids, RulesetProblem.UNKNOWN_OPTION)
        if (expected_candidacy := _candidacy(expected, option_id, value))
    }
    decisive = {
        option_id: Fields({"facts": value}, expected.at(f"decisive/{option_id}"), fields.problems).texts(
            "facts"
        )
        for option_id, value in _known(expected, "decisive", option_ids, RulesetProblem.UNKNOWN_OPTION)
    }
    scales = dict(_known(expected, "scales", list(vocabulary.behind_scales), RulesetProblem.UNKNOWN_SCALE))
    warned = expected.texts("warning_signs") if "warning_signs" in expected else None
    for position, sign_id in enumerate(warned or ()):
        if sign_id not in sign_ids:
            _note_unknown(
                expected, RulesetProblem.UNKNOWN_WARNING_SIGN, f"warning_signs/{position}", sign_id, sign_ids
            )
    case = GoldenCase(
        id=fields.code("id"),
        story=fields.text("story"),
        facts=facts,
        pathway=pathway.value if pathway else None,
        candidacies=candidacies,
        scales=scales,
        decisive=decisive,
        warning_signs=warned,
    )
    expected.close()
    fields.close()
    return case


def _candidacy(expected: Fields, option_id: str, value: object) -> str:
    word = Fields({option_id: value}, expected.at("candidacies"), expected.problems).word(
        option_id, Candidacy
    )
    return word.value if word else ""


def _known(
    fields: Fields, key: str, known: Sequence[str], problem: RulesetProblem
) -> list[tuple[str, object]]:
    """The pairs of an object whose names are known; the others are noted."""
    pairs = list(fields.pairs(key))
    for name, _ in pairs:
        if name not in known:
            _note_unknown(fields, problem, f"{key}/{name}", name, known)
    return [(name, value) for name, value in pairs if name in known]


def _note_unknown(fields: Fields, problem: RulesetProblem, key: str, name: str, known: Sequence[str]) -> None:
    fields.note(problem, key, f"There is no “{name}” in this document.", did_you_mean(name, known))


def _note_repeated(fields: Fields, name: str, earlier: Mapping[str, object]) -> None:
    if name and name in earlier:
        fields.note(
            RulesetProblem.DUPLICATE_ID, "id", f"“{name}” is used by an earlier entry; each needs its own."
        )


def _modifiable_facts(modifiers: Sequence[Modifier], options: Sequence[Option]) -> frozenset[str]:
    """What a person can change: what advice is given on, and what a modifiable rule reads alone."""
    facts = {modifier.fact for modifier in modifiers}
    rules = [rule for option in options for rule in option.rules]
    facts.update(rule.facts[0] for rule in rules if rule.modifiable and len(rule.facts) == 1)
    return frozenset(facts)
