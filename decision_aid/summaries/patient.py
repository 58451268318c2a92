"""The patient's summary: the options side by side, what is known of each, and what matters to the patient."""

from __future__ import annotations

from collections.abc import Mapping
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
    EstimateView,
    Labelled,
    ModifiableView,
    OutcomeRow,
    PatientDocument,
    PatientOption,
    SetAside,
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
    knowledge = Knowledge(inputs)
    emergency = emergency_for_patient(knowledge)
    if emergency is not None:
        return _emergency_document(knowledge)
    sources = knowledge.sources()
    visible = [option for option in knowledge.ordered_option_ids() if option not in inputs.hidden]
    aside = [option for option in visible if _is_set_aside(knowledge, option)]
    options = tuple(_option(knowledge, option, sources) for option in visible if option not in aside)
    outcomes = tuple(
        OutcomeRow(
            outcome=text(row, "id"),
            name=text(row, "patient") or wording.sentence(text(row, "asks")).rstrip("."),
            asks=text(row, "asks"),
            cells=tuple(option.estimates[place] for option in options),
        )
        for place, row in enumerate(knowledge.outcomes)
    )
    return PatientDocument(
        kind="patient",
        title=f"Your treatment options: {one_line(inputs.patient_name)}",
        language=inputs.language,
        identity=identity_of(inputs),
        emergency=None,
        notices=patient_notices(knowledge),
        warning_signs=warning_signs_of(knowledge, "patient"),
        decision=text(knowledge.release, "index_decision"),
        condition=text(knowledge.release, "condition_text"),
        how_to_use=wording.HOW_TO_USE,
        reading_figures=wording.READING_FIGURES,
        options=options,
        outcomes=outcomes,
        set_aside=tuple(_set_aside(knowledge, option) for option in aside),
        modifiable=_modifiable(knowledge),
        values=values_of(knowledge),
        expectations=expectations_of(knowledge),
        questions=questions_of(knowledge),
        writing_prompts=wording.WRITING_PROMPTS,
        gaps=_gaps(outcomes),
        draft_note=draft_note_of(knowledge),
        about=_about(knowledge),
        sources=sources.named,
        footer=footer_of(knowledge),
    )


def _emergency_document(knowledge: Knowledge) -> PatientDocument:
    inputs = knowledge.inputs
    emergency = emergency_for_patient(knowledge)
    return PatientDocument(
        kind="patient",
        title=f"{wording.EMERGENCY_TITLE}: {one_line(inputs.patient_name)}",
        language=inputs.language,
        identity=identity_of(inputs),
        emergency=emergency,
        notices=(),
        warning_signs=emergency.signs if emergency else (),
        decision="",
        condition="",
        how_to_use=(),
        reading_figures=(),
        options=(),
        outcomes=(),
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
        footer=footer_of(knowledge),
    )


def _is_set_aside(knowledge: Knowledge, option: str) -> bool:
    """Whether an option gets one line only; no surgery is always shown in full."""
    if knowledge.approach(option) == "non_operative":
        return False
    return candidacy_of(knowledge, option) in NOT_SHOWN_IN_FULL


def _option(knowledge: Knowledge, option: str, sources: SourceList) -> PatientOption:
    described = knowledge.options.get(option, {})
    candidacy = candidacy_of(knowledge, option)
    ledger = rows(knowledge.reported_options[option], "ledger")
    compares_with = text(described, "compares_with")
    return PatientOption(
        id=option,
        title=knowledge.patient_title(option),
        approach=wording.APPROACH.get(knowledge.approach(option), ""),
        compares_with=knowledge.patient_title(compares_with) if compares_with else "",
        summary=text(described, "summary"),
        what_happens=text(described, "what_happens"),
        living=_living(described),
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


def _living(described: Row) -> tuple[Labelled, ...]:
    """What the option is like, how recovery goes and exercise afterwards; what is not said is left out."""
    living, rehabilitation = row_of(described, "living_with"), row_of(described, "rehabilitation")
    said = (
        *((label, text(living, name)) for name, label in wording.LIVING_WITH),
        *_recovery(described),
        (wording.REHABILITATION, text(rehabilitation, "patient")),
    )
    return tuple(Labelled(label, words) for label, words in said if words)


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
        names = [row.name for row in outcomes if row.cells and _all_are(row.cells, status)]
        if names:
            gaps.append(f"{words}: {_names(names)}.")
    if any(len({cell.status for cell in row.cells}) > 1 for row in outcomes):
        gaps.append(SOME_GAPS)
    return tuple(gaps)


def _all_are(cells: tuple[EstimateView, ...], status: str) -> bool:
    return all(cell.status == status for cell in cells)


def _names(names: list[str]) -> str:
    return listed([wording.inside_sentence(name) for name in names])


def _about(knowledge: Knowledge) -> tuple[Labelled, ...]:
    about = row_of(knowledge.release, "about")
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
