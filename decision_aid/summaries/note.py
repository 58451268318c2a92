"""The note for the record, as plain text to copy: the words of the surgeon's sheet and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from decision_aid.summaries.shapes import SurgeonDocument, SurgeonOption


def note_text(document: SurgeonDocument) -> str:
    """The sheet in lines; every figure and every sentence stands in the document too."""
    return "\n".join(_lines(document))


def _lines(document: SurgeonDocument) -> Iterator[str]:
    yield document.identity.line
    for sign in document.warning_signs:
        yield f"{sign.urgency_words}: {sign.title}."
        yield sign.cleared or sign.advice
    if document.unanswered_warning_signs:
        yield f"Warning signs not answered yet, so not ruled out: {document.unanswered_warning_signs}"
    if document.emergency is not None:
        yield document.emergency.withheld
        yield document.footer.line
        yield document.footer.hash_line
        return
    for item in document.own_words:
        yield f"{item.label} “{item.words}”"
    yield from _list("At a glance", (f"{item.label}: {item.words}" for item in document.glance))
    yield from _list("Scales", (scale.words for scale in document.scales))
    yield ""
    yield "Candidacy"
    for option in document.options:
        yield from _option(option)
    if document.not_indicated_words:
        yield f"Not indicated: {document.not_indicated_words}."
    yield from _list("Can be improved first", (f"{one.answer} {one.advice}" for one in document.modifiable))
    yield from _list("Matters to the patient", (f"{one.label}: {one.words}" for one in document.values))
    yield from _list("Expects", (f"{one.label}: {one.words}" for one in document.expectations))
    yield from _list("Asks", document.questions)
    yield from _list("Added after signing", (f"{one.label}: {one.words}" for one in document.addenda))
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
        yield f"  Not shown to the patient: {option.hidden}"


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    written = [f"- {line}" for line in lines]
    if written:
        yield ""
        yield title
        yield from written
