"""The note for the record, as plain text to copy: the words of the surgeon's sheet and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from decision_aid.summaries.shapes import ScaleView, SurgeonDocument, SurgeonOption
from decision_aid.summaries.wording import LABELS


def note_text(document: SurgeonDocument) -> str:
    """The sheet in lines, in the words of the paper; every figure and every sentence stands there too."""
    return "\n".join(_lines(document))


def _lines(document: SurgeonDocument) -> Iterator[str]:
    yield document.identity.line
    if document.emergency is not None:
        yield document.emergency.title
    for sign in document.warning_signs:
        yield sign.title if document.emergency else f"{sign.urgency_words}: {sign.title}."
        yield sign.cleared or sign.advice
    if not document.warning_signs and document.emergency is None:
        yield LABELS["no_warning_sign"]
    if document.unanswered_warning_signs:
        yield f"{LABELS['not_ruled_out']} {document.unanswered_warning_signs}."
    if document.emergency is not None:
        yield document.emergency.withheld
        yield document.footer.line
        yield document.footer.hash_line
        return
    for item in document.own_words:
        yield f"{item.label} “{item.words}”"
    yield from (f"{item.label}: {item.words}" for item in document.glance)
    yield from _list(LABELS["scales"], (_scale(scale) for scale in document.scales))
    yield ""
    yield LABELS["candidacy_by_option"]
    for option in document.options:
        yield from _option(option)
    if document.not_indicated_words:
        yield f"{LABELS['not_indicated']} {document.not_indicated_words}."
    risks = (f"{one.answer} {one.advice}" for one in document.modifiable)
    yield from _list(LABELS["modifiable"], risks)
    yield from _list(
        LABELS["patient_expects"], (f"{one.label}: {one.words}" for one in document.expectations)
    )
    yield from _list(LABELS["patient_values"], (f"{one.label}: {one.words}" for one in document.values))
    yield from _list(LABELS["patient_asks"], document.questions)
    yield from (f"Addendum, {one.label}: {one.words}" for one in document.addenda)
    yield ""
    yield document.draft_note
    if document.footer.signed:
        yield document.footer.signed
    yield document.footer.line
    yield document.footer.hash_line


def _option(option: SurgeonOption) -> Iterator[str]:
    yield f"- {option.title}: {option.candidacy_words} ({option.points})"
    for sign, reasons in (("+", option.reasons_for), ("−", option.reasons_against)):
        for reason in reasons:
            yield f"  {sign} {reason.text}"
    if option.missing:
        yield f"  ? {' · '.join(fact.question for fact in option.missing)}"
    if option.override:
        yield f"  {option.override.sentence}"
    if option.hidden:
        yield f"  {LABELS['hidden'].format(reason=option.hidden)}"


def _scale(scale: ScaleView) -> str:
    if not scale.missing:
        return scale.words
    questions = "”, “".join(scale.missing)
    return f"{scale.title}: {LABELS['waits_for'].format(questions=questions)}"


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    written = [f"- {line}" for line in lines]
    if written:
        yield ""
        yield title
        yield from written
