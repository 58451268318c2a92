"""The surgeon's sheet as plain text for a terminal."""

from collections.abc import Iterable, Iterator
from textwrap import fill

from decision_aid.summaries import EstimateView, SurgeonDocument, SurgeonOption
from decision_aid.summaries.shapes import Emergency, Reason, ScaleView, WarningSignView

WIDTH = 100


def text_report(document: SurgeonDocument) -> str:
    """The document's words, warning signs first; with an emergency open, that and nothing else."""
    lines = _emergency(document.emergency) if document.emergency else _sheet(document)
    report = "\n".join([document.title, document.footer.line, *lines, "", document.footer.hash_line])
    return "".join(character if character.isprintable() or character == "\n" else " " for character in report)


def _emergency(emergency: Emergency) -> Iterator[str]:
    yield from ("", f"EMERGENCY: {emergency.title}", _paragraph(emergency.lead))
    for sign in emergency.signs:
        yield from _sign(sign)
    yield from _list("What to do", emergency.to_do)
    yield from _list(
        emergency.numbers_title,
        (f"{phone.label}: {phone.number}" for phone in emergency.numbers if phone.number),
    )
    yield from ("", _paragraph(emergency.withheld))


def _sheet(document: SurgeonDocument) -> Iterator[str]:
    yield from _heading("Warning signs")
    for sign in document.warning_signs:
        yield from _sign(sign)
    if not document.warning_signs:
        yield "No warning sign holds by what was answered."
    if document.unanswered_warning_signs:
        yield from ("", _paragraph(f"Not all questions answered for: {document.unanswered_warning_signs}."))
    if document.own_words or document.glance:
        yield from _heading("The person")
        yield from (_item(f"{line.label}: {line.words}") for line in (*document.own_words, *document.glance))
    yield from _heading("Scales")
    yield from (_scale(scale) for scale in document.scales)
    yield from _list("Still to ask", (f"{fact.question} [{fact.ask}]" for fact in document.missing))
    yield from _heading("Options")
    yield _paragraph(document.draft_note)
    for option in document.options:
        yield from _option(option)
    if document.not_indicated_words:
        yield from ("", _paragraph(f"Not indicated: {document.not_indicated_words}."))
    yield from _list(
        "What can be improved first", (f"{line.answer}: {line.advice}" for line in document.modifiable)
    )
    yield from _list("Questions for you", document.questions)
    yield from _list(
        "Sources", (f"[{source.number}] {source.label}. {source.reference}" for source in document.sources)
    )


def _sign(sign: WarningSignView) -> Iterator[str]:
    yield from ("", f"! {sign.urgency_words}: {sign.title}", _paragraph(sign.advice, "  "))
    yield from (_paragraph(f"Answered: {answer}", "  ") for answer in sign.answers)


def _scale(scale: ScaleView) -> str:
    missing = f" (missing: {len(scale.missing)})" if scale.missing else ""
    return _item(f"{scale.words}{missing}")


def _option(option: SurgeonOption) -> Iterator[str]:
    yield from ("", f"{option.title}: {option.candidacy_words.upper()} · {option.points}")
    if option.compares_with:
        yield f"  Compared with: {option.compares_with}"
    yield from _reasons("For", option.reasons_for)
    yield from _reasons("Against", option.reasons_against)
    if option.missing:
        yield "  Would settle it:"
        yield from (_item(fact.question, "  ") for fact in option.missing)
    if option.changes:
        yield "  Would change it:"
        yield from (_item(change, "  ") for change in option.changes)
    if option.estimates and option.candidacy != "excluded":
        yield "  What to expect:"
        yield from (_item(_estimate(estimate), "  ") for estimate in option.estimates)


def _reasons(title: str, reasons: Iterable[Reason]) -> Iterator[str]:
    for position, reason in enumerate(reasons):
        if position == 0:
            yield f"  {title}:"
        yield _item(f"{reason.text} ({reason.points})", "  ")


def _estimate(estimate: EstimateView) -> str:
    cited = "".join(dict.fromkeys(f"[{source.number}]" for source in estimate.sources))
    about = ", ".join(filter(None, (estimate.horizon, estimate.certainty_short)))
    return f"{estimate.name}: {estimate.short}{f' ({about})' if about else ''} {cited}".rstrip()


def _heading(title: str) -> Iterator[str]:
    yield from ("", title, "-" * len(title))


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [_item(item) for item in items]
    if lines:
        yield from _heading(title)
        yield from lines


def _item(words: str, indent: str = "") -> str:
    return fill(words, WIDTH, initial_indent=f"{indent}  - ", subsequent_indent=f"{indent}    ")


def _paragraph(words: str, indent: str = "") -> str:
    return fill(words, WIDTH, initial_indent=indent, subsequent_indent=indent)
