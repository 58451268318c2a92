"""One estimate for one reader: the figure with its interval, or why there is none, in the same room."""

from __future__ import annotations

from typing import Literal, cast

from decision_aid.summaries import wording
from decision_aid.summaries.fields import Row, row_of, text, texts, whole
from decision_aid.summaries.figures import Figure, patient_figure, surgeon_figure
from decision_aid.summaries.knowledge import Knowledge, SourceList
from decision_aid.summaries.numbers import counted
from decision_aid.summaries.shapes import EstimateStatus, EstimateView

NO_NUMBER = "No number can be shown fairly."
NOTHING_MEASURED = ("not_enough_evidence", "does_not_apply")


def patient_estimate(knowledge: Knowledge, option: str, outcome: Row, sources: SourceList) -> EstimateView:
    """An estimate for the patient: a number only where the status is shown."""
    row = knowledge.estimate(option, text(outcome, "id"))
    status = status_of(row)
    comparator = wording.inside_sentence(knowledge.patient_title(text(row, "comparator")))
    words = wording.PATIENT_STATUS[status]
    reason = text(row, "patient_reason") or text(row, "reason")
    if status != "shown":
        why = knowledge.withheld_reason(option, text(outcome, "id"))
        withheld = reason if status in NOTHING_MEASURED else text(why, "patient_reason")
        if status == "source_unchecked":
            withheld = wording.PATIENT_WITHHELD[status]
        return _view(
            row,
            outcome,
            status_words=words,
            headline=words,
            figure=Figure("", "", words),
            withheld=wording.sentence(withheld) or wording.PATIENT_WITHHELD[status],
            comparator=comparator,
            sources=sources,
        )
    headline = _headline(row, comparator)
    figure = patient_figure(row, comparator) or Figure("", "", headline)
    caveat = wording.sentence(reason)
    if _likeness_unknown(row):
        caveat = f"{wording.PERHAPS_UNLIKE} {caveat}".strip()
    if not figure.figure:
        caveat = f"{caveat} {NO_NUMBER}".strip()
    return _view(
        row,
        outcome,
        status_words="",
        headline=headline,
        figure=figure,
        caveat=caveat,
        contrary=wording.sentence(text(row_of(row, "contrary"), "patient_words")),
        comparator=comparator,
        sources=sources,
    )


def surgeon_estimate(knowledge: Knowledge, option: str, outcome: Row, sources: SourceList) -> EstimateView:
    """An estimate for the clinician: an unchecked figure, or one from other people, is shown and marked."""
    row = knowledge.estimate(option, text(outcome, "id"))
    status = status_of(row)
    comparator = wording.inside_sentence(knowledge.title(text(row, "comparator")))
    words = wording.SURGEON_STATUS[status]
    figure = surgeon_figure(row, comparator) if status not in NOTHING_MEASURED else None
    withheld = "" if status == "shown" else (wording.sentence(text(row, "reason")) or f"{words}.")
    headline = _headline(row, comparator) if status == "shown" else words
    return _view(
        row,
        outcome,
        status_words=words,
        headline=headline,
        figure=figure or Figure("", "", headline),
        caveat=_surgeon_caveat(row) if status == "shown" else "",
        contrary=wording.sentence(text(row_of(row, "contrary"), "words")),
        withheld=withheld,
        comparator=comparator,
        sources=sources,
    )


def _view(
    row: Row,
    outcome: Row,
    *,
    status_words: str,
    headline: str,
    figure: Figure,
    comparator: str,
    sources: SourceList,
    caveat: str = "",
    contrary: str = "",
    withheld: str = "",
) -> EstimateView:
    contrary_sources = texts(row_of(row, "contrary"), "sources") if contrary else ()
    rated = bool(figure.figure) or status_of(row) == "shown"
    certainty = text(row, "certainty")
    counts = _counts(row) if rated else ""
    population = text(row, "population_text").rstrip(".") if rated else ""
    return EstimateView(
        outcome=text(outcome, "id"),
        name=text(outcome, "patient") or wording.sentence(text(outcome, "asks")).rstrip("."),
        status=status_of(row),
        status_words=status_words,
        headline=headline,
        verdict=_verdict(row) if status_of(row) == "shown" else headline,
        figure=figure.figure,
        interval=figure.interval,
        short=figure.short,
        direction=_headline(row, comparator) if rated else "",
        favours=_favours(row) if rated else "",
        comparator=f"compared with {comparator}" if comparator and rated else "",
        comparator_id=text(row, "comparator") if rated else "",
        horizon=text(row, "horizon") if rated else "",
        studied=": ".join(filter(None, (counts, population))),
        counts=counts,
        population=population,
        certainty=wording.CERTAINTY.get(certainty, wording.NO_CERTAINTY) if rated else "",
        certainty_short=wording.CERTAINTY.get(certainty, wording.NO_CERTAINTY).split(":")[0] if rated else "",
        certainty_level=wording.CERTAINTY_LEVEL.get(certainty, 0) if rated else 0,
        caveat=caveat,
        contrary=contrary,
        withheld=withheld,
        sources=tuple(sources.view(source) for source in (*texts(row, "sources"), *contrary_sources)),
        bar=figure.bar,
        hundred=figure.hundred,
    )


def status_of(row: Row) -> EstimateStatus:
    """The report's status; an outcome that the report leaves out has no evidence to show.

    A report says of what cannot be measured that there is not enough evidence, and that it does not apply.
    """
    status = "does_not_apply" if row.get("applies") is False else text(row, "status")
    return cast("EstimateStatus", status) if status in wording.PATIENT_STATUS else "not_enough_evidence"


def _surgeon_caveat(row: Row) -> str:
    unlike = wording.SURGEON_PERHAPS_UNLIKE if _likeness_unknown(row) else ""
    return f"{unlike} {wording.sentence(text(row, 'reason'))}".strip()


def _likeness_unknown(row: Row) -> bool:
    """Whether it is unknown if this patient is like those studied; a report that does not say knows."""
    return "like_those_studied" in row and row["like_those_studied"] is None


def _favours(row: Row) -> Literal["option", "comparator", "neither", ""]:
    favours = text(row, "favours")
    if favours in {"option", "comparator", "neither"}:
        return cast("Literal['option', 'comparator', 'neither']", favours)
    return ""


def _headline(row: Row, comparator: str) -> str:
    if not comparator or text(row, "kind") == "absolute":
        return wording.SEEN
    return {
        "option": f"Better than with {comparator}",
        "comparator": f"Better with {comparator}",
        "neither": f"No clear difference from {comparator}",
    }.get(_favours(row), f"Compared with {comparator}")


def _verdict(row: Row) -> str:
    if text(row, "kind") == "absolute":
        return wording.SEEN
    return wording.VERDICT.get(_favours(row), "")


def _counts(row: Row) -> str:
    """How many were studied: "7 studies, 982 people"."""
    studies, people = whole(row, "studies"), whole(row, "participants")
    said = (
        counted(studies, "study", "studies") if studies else "",
        counted(people, "person", "people") if people else "",
    )
    return ", ".join(filter(None, said))
