"""The surgeon's sheet: what a surgeon needs to know of one patient, on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from decision_aid.summaries import wording
from decision_aid.summaries.estimates import status_of, surgeon_estimate
from decision_aid.summaries.fields import Row, number, row_of, rows, text, texts
from decision_aid.summaries.figures import unit_of
from decision_aid.summaries.frame import (
    answered_by_words,
    draft_note_of,
    emergency_for_surgeon,
    footer_of,
    identity_of,
    one_line,
    unanswered_signs,
    warning_signs_of,
)
from decision_aid.summaries.inputs import Override, SummaryInputs
from decision_aid.summaries.judgements import (
    counts_against,
    counts_for,
    is_unmet,
    override_of,
    rule_points,
)
from decision_aid.summaries.knowledge import Knowledge, SourceList
from decision_aid.summaries.numbers import exact, signed, time_words
from decision_aid.summaries.shapes import (
    BandSegment,
    CandidacyBar,
    Labelled,
    LedgerRow,
    MissingFact,
    ModifiableView,
    OverrideView,
    Reason,
    ScaleView,
    SurgeonDocument,
    SurgeonOption,
)
from decision_aid.summaries.voice import (
    expectations_of,
    glance_of,
    own_words_of,
    questions_of,
    values_of,
)

STRONGEST = 3


def surgeon_document(inputs: SummaryInputs) -> SurgeonDocument:
    """The sheet of one assessment. With an emergency sign open it holds that sign and nothing else."""
    knowledge = Knowledge(inputs)
    printed = _printed(knowledge)
    if printed.emergency is not None:
        return printed
    sources = knowledge.sources()
    options = {option.id: option for option in (*printed.options, *printed.not_indicated)}
    whole = {
        option: _with_basis(knowledge, options[option], sources) for option in knowledge.ordered_option_ids()
    }
    return replace(
        printed,
        options=tuple(whole[option.id] for option in printed.options),
        not_indicated=tuple(whole[option.id] for option in printed.not_indicated),
        sources=sources.named,
    )


def printed_surgeon_document(inputs: SummaryInputs) -> SurgeonDocument:
    """The same without what paper has no room for, which takes longest to work out.

    The options come without their ledgers, changes and estimates, and no source is listed.
    """
    return _printed(Knowledge(inputs))


def _printed(knowledge: Knowledge) -> SurgeonDocument:
    inputs = knowledge.inputs
    emergency = emergency_for_surgeon(knowledge)
    if emergency is not None:
        return SurgeonDocument(
            kind="surgeon",
            title=f"Surgeon’s summary: {one_line(inputs.patient_name)}",
            language=inputs.language,
            paper=inputs.paper,
            identity=identity_of(inputs),
            emergency=emergency,
            warning_signs=emergency.signs,
            unanswered_warning_signs="",
            own_words=(),
            glance=(),
            scales=(),
            options=(),
            not_indicated=(),
            not_indicated_words="",
            missing=(),
            modifiable=(),
            expectations=(),
            values=(),
            questions=(),
            sources=(),
            addenda=(),
            draft_note="",
            answered_by=answered_by_words(inputs.answered_by),
            footer=footer_of(knowledge),
        )
    sources = knowledge.sources()
    options = tuple(
        _option(knowledge, option, sources, _axis(knowledge)) for option in knowledge.ordered_option_ids()
    )
    shown = tuple(option for option in options if option.candidacy != "not_indicated")
    not_indicated = tuple(option for option in options if option.candidacy == "not_indicated")
    return SurgeonDocument(
        kind="surgeon",
        title=f"Surgeon’s summary: {one_line(inputs.patient_name)}",
        language=inputs.language,
        paper=inputs.paper,
        identity=identity_of(inputs),
        emergency=None,
        warning_signs=warning_signs_of(knowledge, "clinician"),
        unanswered_warning_signs=unanswered_signs(knowledge),
        own_words=own_words_of(knowledge),
        glance=glance_of(knowledge),
        scales=tuple(_scale(knowledge, scale, row) for scale, row in _scale_rows(knowledge)),
        options=shown,
        not_indicated=not_indicated,
        not_indicated_words=", ".join(option.title for option in not_indicated),
        missing=_all_missing(shown),
        modifiable=tuple(
            ModifiableView(
                fact=text(row, "fact"),
                answer=knowledge.answer_line(text(row, "fact")),
                advice=text(row, "advice"),
                sources=sources.labels(texts(row, "sources")),
            )
            for row in rows(knowledge.report, "modifiable")
        ),
        expectations=expectations_of(knowledge),
        values=values_of(knowledge),
        questions=questions_of(knowledge),
        sources=(),
        addenda=tuple(
            Labelled(f"{one_line(one.by)}, {time_words(one.at)}", one_line(one.words))
            for one in inputs.addenda
        ),
        draft_note=draft_note_of(knowledge),
        answered_by=answered_by_words(inputs.answered_by),
        footer=footer_of(knowledge),
    )


def _scale_rows(knowledge: Knowledge) -> list[tuple[str, Row]]:
    """The report's scales in the release's order."""
    reported = row_of(knowledge.report, "scales")
    order = [*knowledge.scales, *(scale for scale in reported if scale not in knowledge.scales)]
    return [(scale, row_of(reported, scale)) for scale in order if scale in reported]


def _scale(knowledge: Knowledge, scale: str, row: Row) -> ScaleView:
    described = knowledge.scales.get(scale, {})
    title = text(described, "title") or wording.humanised(scale)
    value = number(row, "value")
    if value is None:
        missing = tuple(knowledge.question(fact) for fact in texts(row, "missing"))
        return ScaleView(
            scale, title, "", "", text(described, "meaning"), missing, f"{title}: not scored yet"
        )
    band = _band_title(described, text(row, "band"))
    unit = text(described, "unit")
    shown = unit_of(wording.UNIT_WORDS.get(unit, unit)).of(exact(value))
    band = "" if band == exact(value) else band
    words = f"{title}: {shown}{f' ({band})' if band else ''}"
    return ScaleView(scale, title, shown, band, text(described, "meaning"), (), words)


def _band_title(described: Row, band: str) -> str:
    titles = {text(row, "id"): text(row, "title") for row in rows(described, "bands")}
    return titles.get(band) or (wording.humanised(band) if band else "")


class _Axis:
    """One points axis for all options of a document, so that their bars can be compared by eye."""

    def __init__(self, low: Decimal, high: Decimal, bands: tuple[Row, ...]) -> None:
        self.low, self.high = low, high
        self.bands = tuple(
            BandSegment(
                candidacy=text(band, "candidacy"),
                title=wording.SURGEON_CANDIDACY.get(text(band, "candidacy"), ""),
                start=self.position(start if (start := number(band, "from")) is not None else low),
                end=self.position(end if (end := number(band, "below")) is not None else high),
            )
            for band in bands
        )

    def position(self, points: Decimal) -> float:
        share = (points - self.low) / (self.high - self.low)
        return round(float(min(max(share, Decimal(0)), Decimal(1))), 4)


def _axis(knowledge: Knowledge) -> _Axis:
    bands = rows(knowledge.release, "bands")
    ends = [end for band in bands for name in ("from", "below") if (end := number(band, name)) is not None]
    points = [end for row in rows(knowledge.report, "options") for end in _points(row)]
    return _Axis(min([*ends, *points]) - 1, max([*ends, *points]) + 1, bands)


def _points(row: Row) -> tuple[Decimal, Decimal]:
    pair = row.get("points")
    low, high = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (0, 0)
    return Decimal(str(low)), Decimal(str(high))


def _points_words(low: Decimal, high: Decimal) -> str:
    if low == high:
        return f"{signed(low)} {'point' if abs(low) == 1 else 'points'}"
    return f"{signed(low)} to {signed(high)} points"


def _option(knowledge: Knowledge, option: str, sources: SourceList, axis: _Axis) -> SurgeonOption:
    row = knowledge.reported_options[option]
    computed = text(row, "candidacy")
    override = override_of(knowledge, option)
    candidacy = override.candidacy if override else computed
    low, high = _points(row)
    points = _points_words(low, high)
    ledger = rows(row, "ledger")
    compares_with = text(knowledge.options.get(option, {}), "compares_with")
    computed_words = wording.SURGEON_CANDIDACY.get(computed, wording.humanised(computed))
    return SurgeonOption(
        id=option,
        title=knowledge.title(option),
        approach=wording.APPROACH.get(knowledge.approach(option), ""),
        compares_with=knowledge.title(compares_with) if compares_with else "",
        candidacy=candidacy,
        candidacy_words=wording.SURGEON_CANDIDACY.get(candidacy, wording.humanised(candidacy)),
        computed_candidacy=computed,
        computed_words=computed_words,
        override=_override_view(override, computed_words) if override else None,
        points=points,
        bar=CandidacyBar(
            low=axis.position(low),
            high=axis.position(high),
            bands=axis.bands,
            words=f"{knowledge.title(option)}: {points}, {computed_words.lower()}",
        ),
        reasons_for=_reasons(counts_for(ledger), sources),
        reasons_against=_reasons(counts_against(ledger), sources),
        missing=tuple(_missing(knowledge, fact) for fact in texts(row, "decisive")),
        ledger=(),
        changes=(),
        estimates=(),
        evidence=_evidence_words(
            status_of(knowledge.estimate(option, text(outcome, "id"))) for outcome in knowledge.outcomes
        ),
        hidden=one_line(knowledge.inputs.hidden.get(option, "")),
    )


def _with_basis(knowledge: Knowledge, option: SurgeonOption, sources: SourceList) -> SurgeonOption:
    row = knowledge.reported_options[option.id]
    estimates = (surgeon_estimate(knowledge, option.id, outcome, sources) for outcome in knowledge.outcomes)
    return replace(
        option,
        ledger=tuple(_ledger_row(knowledge, entry, sources) for entry in rows(row, "ledger")),
        changes=tuple(_change(knowledge, change) for change in rows(row, "changes")),
        estimates=tuple(estimates),
    )


def _override_view(override: Override, computed_words: str) -> OverrideView:
    words = wording.SURGEON_CANDIDACY.get(override.candidacy, wording.humanised(override.candidacy))
    reason = ": ".join(filter(None, (wording.humanised(override.reason_code), one_line(override.words))))
    at = time_words(override.at)
    by = one_line(override.by)
    return OverrideView(
        candidacy=override.candidacy,
        words=words,
        computed_words=computed_words,
        reason=reason,
        by=by,
        at=at,
        sentence=f"Changed from “{computed_words}” by {by}, {at}. {wording.sentence(reason)}".strip(),
    )


def _reasons(ledger: list[Row], sources: SourceList) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            rule=text(row, "rule"),
            text=_reason_words(row),
            points=signed(rule_points(row)) if text(row, "kind") == "points" else text(row, "kind"),
            sources=sources.labels(texts(row, "sources")),
        )
        for row in ledger[:STRONGEST]
    )


def _reason_words(row: Row) -> str:
    """A ledger row's reason; a requirement that is not met says so."""
    reason = text(row, "reason").rstrip(".")
    return f"Not met: {wording.inside_sentence(reason)}" if is_unmet(row) else reason


def _ledger_row(knowledge: Knowledge, row: Row, sources: SourceList) -> LedgerRow:
    holds = row.get("holds")
    known = holds if isinstance(holds, bool) else None
    return LedgerRow(
        rule=text(row, "rule"),
        kind=wording.RULE_KIND.get(text(row, "kind"), ""),
        holds=known,
        holds_words=wording.HOLDS[known],
        points=signed(rule_points(row)) if text(row, "kind") == "points" else "",
        reason=text(row, "reason"),
        answers=tuple(knowledge.answer_line(fact) for fact in texts(row, "facts")),
        sources=sources.labels(texts(row, "sources")),
    )


def _missing(knowledge: Knowledge, fact: str) -> MissingFact:
    return MissingFact(fact, knowledge.question(fact), wording.ASK.get(knowledge.ask(fact), ""))


def _all_missing(options: tuple[SurgeonOption, ...]) -> tuple[MissingFact, ...]:
    """The missing facts of all options, those that most options wait for first."""
    waits = Counter(fact for option in options for fact in option.missing)
    return tuple(fact for fact, _ in waits.most_common())


def _change(knowledge: Knowledge, change: Row) -> str:
    fact = text(change, "fact")
    to = knowledge.value_words(fact, change.get("to"))
    candidacy = text(change, "candidacy")
    becomes = wording.SURGEON_CANDIDACY.get(candidacy, wording.humanised(candidacy)).lower()
    question = knowledge.question(fact)
    separator = "" if question.endswith(("?", "…", ".")) else ":"
    return (
        f"{question}{separator} {to} instead of {wording.inside_sentence(knowledge.answer(fact))} → {becomes}"
    )


def _evidence_words(statuses: Iterable[str]) -> str:
    counts = Counter(statuses)
    said = (
        ("shown", "with a figure"),
        ("source_unchecked", "unchecked"),
        ("not_like_those_studied", "from other people"),
        ("not_enough_evidence", "without enough evidence"),
        ("does_not_apply", "that cannot apply"),
    )
    return ", ".join(f"{counts[status]} {words}" for status, words in said if counts[status])
