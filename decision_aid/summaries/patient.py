"""The patient's summary: the options side by side, what is known of each, and what matters to the patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from decision_aid.summaries import wording
from decision_aid.summaries.estimates import patient_estimate
from decision_aid.summaries.fields import Row, row_of, rows, text, texts
from decision_aid.summaries.frame import (
    draft_note_of,
    emergency_for_patient,
    footer_of,
    identity_of,
    one_line,
    patient_notices,
    warning_signs_of,
)
from decision_aid.summaries.inputs import SummaryInputs
from decision_aid.summaries.judgements import (
    candidacy_of,
    counts_against,
    counts_for,
    is_unmet,
    override_of,
)
from decision_aid.summaries.knowledge import Knowledge, SourceList
from decision_aid.summaries.numbers import day_words, listed
from decision_aid.summaries.shapes import (
    Emergency,
    EstimateView,
    FindingRow,
    Labelled,
    ModifiableView,
    OutcomeRow,
    PatientDocument,
    PatientOption,
    RecoveryStep,
    SetAside,
)
from decision_aid.summaries.side_by_side import (
    cited_in,
    findings_of,
    letter_of,
    part_by_part,
    shared_words,
    studied_in,
)
from decision_aid.summaries.voice import expectations_of, questions_of, values_of

STRONGEST = 3
NOT_SHOWN_IN_FULL = {"not_indicated", "excluded"}
GAPS = (
    ("not_enough_evidence", "For none of these treatments is enough known about"),
    ("not_like_those_studied", "For none of these treatments were people like you studied when it comes to"),
    ("source_unchecked", "For each of these treatments, a figure waits for a clinician’s check about"),
)
SOME_GAPS = "Other outcomes have a figure for some treatments only. The table says which, and why."
FROM_CLINICIAN = "What your surgeon finds when examining you and reading your scans"


def patient_document(inputs: SummaryInputs) -> PatientDocument:
    """The options that were not hidden, no surgery first. With an emergency sign open: that sign alone."""
    outcomes_shown = [
        row for row in rows(inputs.release, "outcomes") if row["id"] not in inputs.hidden_outcomes
    ]
    knowledge = Knowledge(replace(inputs, release={**inputs.release, "outcomes": outcomes_shown}))
    emergency = emergency_for_patient(knowledge)
    if emergency is not None:
        return _emergency_document(knowledge, emergency)
    sources = knowledge.sources()
    visible = [option for option in knowledge.ordered_option_ids() if option not in inputs.hidden]
    aside = [option for option in visible if _is_set_aside(knowledge, option)]
    shown = [option for option in visible if option not in aside]
    options = tuple(
        _option(knowledge, option, letter_of(place), sources) for place, option in enumerate(shown)
    )
    outcomes = tuple(
        OutcomeRow(
            outcome=text(row, "id"),
            name=text(row, "patient") or wording.sentence(text(row, "asks")).rstrip("."),
            asks=text(row, "asks"),
            cells=tuple(option.estimates[place] for option in options),
        )
        for place, row in enumerate(knowledge.outcomes)
    )
    findings = findings_of(options, outcomes)
    return PatientDocument(
        kind="patient",
        title=f"Your treatment options: {one_line(inputs.patient_name)}",
        language=inputs.language,
        paper=inputs.paper,
        identity=identity_of(inputs),
        emergency=None,
        notices=patient_notices(knowledge),
        warning_signs=warning_signs_of(knowledge, "patient"),
        decision=text(knowledge.release, "index_decision"),
        condition=text(knowledge.release, "condition_text"),
        how_to_use=wording.HOW_TO_USE,
        reading_figures=wording.READING_FIGURES,
        reading_findings=_reading(findings),
        options=options,
        reasons_for=shared_words(options, lambda option: option.reasons_for),
        reasons_against=shared_words(options, lambda option: option.reasons_against),
        missing=shared_words(options, lambda option: option.missing),
        outcomes=outcomes,
        findings=findings,
        studied=studied_in(options),
        like=part_by_part(options),
        set_aside=tuple(_set_aside(knowledge, option) for option in aside),
        modifiable=_modifiable(knowledge),
        values=values_of(knowledge),
        expectations=expectations_of(knowledge),
        questions=questions_of(knowledge),
        writing_prompts=wording.WRITING_PROMPTS,
        gaps=_gaps(outcomes),
        draft_note=draft_note_of(knowledge),
        about=about_aid(knowledge.release),
        sources=sources.named,
        cited=cited_in(options),
        more=wording.MORE_ON_THE_SCREEN,
        footer=footer_of(knowledge),
    )


def _emergency_document(knowledge: Knowledge, emergency: Emergency) -> PatientDocument:
    inputs = knowledge.inputs
    return PatientDocument(
        kind="patient",
        title=f"{emergency.title}: {one_line(inputs.patient_name)}",
        language=inputs.language,
        paper=inputs.paper,
        identity=identity_of(inputs),
        emergency=emergency,
        notices=(),
        warning_signs=emergency.signs,
        decision="",
        condition="",
        how_to_use=(),
        reading_figures=(),
        reading_findings=(),
        options=(),
        reasons_for=(),
        reasons_against=(),
        missing=(),
        outcomes=(),
        findings=(),
        studied=(),
        like=(),
        set_aside=(),
        modifiable=(),
        values=(),
        expectations=(),
        questions=(),
        writing_prompts=(),
        gaps=(),
        draft_note="",
        about=(),
        sources=(),
        cited=(),
        more="",
        footer=footer_of(knowledge),
    )


def _is_set_aside(knowledge: Knowledge, option: str) -> bool:
    """Whether an option gets one line only; no surgery is always shown in full."""
    if knowledge.approach(option) == "non_operative":
        return False
    return candidacy_of(knowledge, option) in NOT_SHOWN_IN_FULL


def _option(knowledge: Knowledge, option: str, letter: str, sources: SourceList) -> PatientOption:
    described = knowledge.options.get(option, {})
    candidacy = candidacy_of(knowledge, option)
    ledger = rows(knowledge.reported_options[option], "ledger")
    compares_with = text(described, "compares_with")
    confirmed = option in knowledge.inputs.confirmed_exercise
    exercise = text(row_of(described, "rehabilitation"), "patient") if confirmed else ""
    return PatientOption(
        id=option,
        letter=letter,
        title=knowledge.patient_title(option),
        approach=wording.APPROACH.get(knowledge.approach(option), ""),
        compares_with=knowledge.patient_title(compares_with) if compares_with else "",
        summary=text(described, "summary"),
        what_happens=text(described, "what_happens"),
        living=_living(described, exercise),
        like=_like(described),
        recovery=_steps(described, sources),
        exercise=exercise,
        candidacy=candidacy,
        candidacy_words=wording.PATIENT_CANDIDACY.get(candidacy, wording.humanised(candidacy)),
        reasons_for=_reasons(knowledge, option, counts_for(ledger)),
        reasons_against=_reasons(knowledge, option, counts_against(ledger)),
        missing=_missing(knowledge, option) if candidacy == "needs_information" else (),
        changed=_changed(knowledge, option),
        estimates=tuple(
            patient_estimate(knowledge, option, outcome, sources) for outcome in knowledge.outcomes
        ),
    )


def _living(described: Row, exercise: str) -> tuple[Labelled, ...]:
    """What the option is like, how recovery goes and exercise afterwards; what is not said is left out."""
    said = (*_recovery(described), (wording.REHABILITATION, exercise))
    return (*_like(described), *(Labelled(label, words) for label, words in said if words))


def _like(described: Row) -> tuple[Labelled, ...]:
    living = row_of(described, "living_with")
    return tuple(
        Labelled(label, words) for name, label in wording.LIVING_WITH if (words := text(living, name))
    )


def _steps(described: Row, sources: SourceList) -> tuple[RecoveryStep, ...]:
    """The same steps for every option; one that no source tells is for the surgeon to say."""
    told = {text(step, "milestone"): step for step in rows(described, "timeline")}
    steps = []
    for milestone, label in wording.MILESTONES:
        step = told.get(milestone, {})
        named = texts(step, "sources")
        words = text(step, "patient") or wording.ASK_YOUR_SURGEON
        views = tuple(sources.view(source) for source in named)
        steps.append(RecoveryStep(milestone, label, words, bool(named), views))
    return tuple(steps)


def _recovery(described: Row) -> list[tuple[str, str]]:
    """The steps of the recovery; those about which the same is said share a line."""
    labels = dict(wording.MILESTONES)
    steps: dict[str, list[str]] = {}
    for step in rows(described, "timeline"):
        label = labels.get(text(step, "milestone"), "")
        steps.setdefault(text(step, "patient"), []).append(label)
    return [
        (wording.sentence(", ".join(map(wording.inside_sentence, names))).rstrip("."), words)
        for words, names in steps.items()
    ]


def _reasons(knowledge: Knowledge, option: str, ledger: list[Row]) -> tuple[str, ...]:
    """The strongest reasons in the patient's words; a rule without such words keeps silent.

    A rule's words say what is so where it holds; a requirement that does not hold says that it is not so.
    """
    reasons = []
    for row in ledger:
        words = text(knowledge.rule(option, text(row, "rule")), "patient_reason")
        if words:
            unmet = f"{wording.NEEDED_AND_NOT_SO} {wording.inside_sentence(words)}"
            reasons.append(unmet if is_unmet(row) else words)
    return tuple(dict.fromkeys(reasons))[:STRONGEST]


def _missing(knowledge: Knowledge, option: str) -> tuple[str, ...]:
    """What must be known first: the patient's own questions, then one line for all that a clinician finds."""
    decisive = texts(knowledge.reported_options[option], "decisive")
    own = [knowledge.question(fact) for fact in decisive if knowledge.ask(fact) != "clinician"]
    found = [FROM_CLINICIAN] if any(knowledge.ask(fact) == "clinician" for fact in decisive) else []
    return (*own, *found)


def _changed(knowledge: Knowledge, option: str) -> str:
    override = override_of(knowledge, option)
    if override is None:
        return ""
    computed = text(knowledge.reported_options[option], "candidacy")
    was = wording.PATIENT_CANDIDACY.get(computed, wording.humanised(computed))
    reason = wording.sentence(one_line(override.words))
    changed = f"{one_line(override.by)} changed this. By your answers alone it was: “{was}”."
    return f"{changed} Reason: {reason}" if reason else changed


def _set_aside(knowledge: Knowledge, option: str) -> SetAside:
    candidacy = candidacy_of(knowledge, option)
    ledger = rows(knowledge.reported_options[option], "ledger")
    reasons = _reasons(knowledge, option, counts_against(ledger))
    return SetAside(
        id=option,
        title=knowledge.patient_title(option),
        candidacy=candidacy,
        words=wording.PATIENT_CANDIDACY[candidacy],
        reason=_changed(knowledge, option) or (wording.sentence(reasons[0]) if reasons else ""),
    )


def _modifiable(knowledge: Knowledge) -> tuple[ModifiableView, ...]:
    patient_advice = {
        (text(row, "fact"), text(row, "advice")): text(row, "patient_advice")
        for row in rows(knowledge.release, "modifiers")
    }
    return tuple(
        ModifiableView(
            fact=text(row, "fact"),
            answer=knowledge.answer_line(text(row, "fact")),
            advice=advice,
            sources=knowledge.sources().labels(texts(row, "sources")),
        )
        for row in rows(knowledge.report, "modifiable")
        if (advice := patient_advice.get((text(row, "fact"), text(row, "advice"))))
    )


def _gaps(outcomes: tuple[OutcomeRow, ...]) -> tuple[str, ...]:
    """What we do not know: the outcomes without a figure for any treatment, by reason, then the rest."""
    gaps = []
    for status, words in GAPS:
        names = [row.name for row in outcomes if _all_are(row.cells, status)]
        if names:
            gaps.append(f"{words}: {_names(names)}.")
    if any(len({cell.status for cell in _that_apply(row.cells)}) > 1 for row in outcomes):
        gaps.append(SOME_GAPS)
    return tuple(gaps)


def _reading(findings: tuple[FindingRow, ...]) -> tuple[str, ...]:
    """How to read the findings: what is needed for those that there are."""
    found = [finding for row in findings for finding in row.findings]
    statuses = {finding.status for finding in found}
    explained = tuple(words for status, words in wording.READING_STATUS.items() if status in statuses)
    unsure = any(finding.like_unknown for finding in found)
    return (
        *wording.READING_FINDINGS,
        *explained,
        *((wording.READING_LIKE_UNKNOWN,) if unsure else ()),
    )


def _all_are(cells: tuple[EstimateView, ...], status: str) -> bool:
    """Whether all cells to which the outcome can apply are so, and there are some."""
    found = _that_apply(cells)
    return bool(found) and all(cell.status == status for cell in found)


def _that_apply(cells: tuple[EstimateView, ...]) -> list[EstimateView]:
    return [cell for cell in cells if cell.status != "does_not_apply"]


def _names(names: list[str]) -> str:
    return listed([wording.inside_sentence(name) for name in names])


def about_aid(release: Row) -> tuple[Labelled, ...]:
    """Who made an aid, for whom, how, and who paid."""
    about = row_of(release, "about")
    return tuple(
        Labelled(label, words) for name, label in wording.ABOUT if (words := _about_words(about.get(name)))
    )


def _about_words(value: object) -> str:
    """A text, a date, a list of texts, or a list of people with their roles and interests."""
    if isinstance(value, str):
        try:
            return day_words(date.fromisoformat(value))
        except ValueError:
            return value.strip()
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, Mapping):
        return ", ".join(part.strip() for part in value.values() if isinstance(part, str) and part.strip())
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, (_about_words(part) for part in value)))
    return ""
