"""A document as a PDF: accessible, the same bytes every time, made by typst from the templates here."""

# PDF/UA-1 refuses what a screen reader cannot read, PDF/A what an archive cannot keep, both a missing glyph.

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from decision_aid.summaries.density import DENSITIES, densities
from decision_aid.summaries.fullness import FULLNESSES, MOST_PAGES, fullnesses
from decision_aid.summaries.glyphs import SUBSTITUTE, breakable, drawn, font_files, kept_apart
from decision_aid.summaries.shapes import (
    Attachment,
    LetterDocument,
    PatientDocument,
    PrintedDocument,
    SummaryDocument,
    SurgeonDocument,
)
from decision_aid.summaries.wording import LABELS

TEMPLATES = Path(__file__).resolve().parent / "templates"
PAGES = re.compile(rb"/Type */Pages */Count (\d+)")
# What the pages show one key away and the paper does not; it is most of a document.
NOT_PRINTED = {
    "ledger",
    "changes",
    "estimates",
    "not_indicated",
    "outcomes",
    "living",
    "what_happens",
    "recovery",
    "sources",
    "gaps",
}
SUBSTITUTED_NOTE = f"{SUBSTITUTE} stands for a sign that cannot be printed here. The original is kept."

_compiling = threading.Lock()


class RenderingError(RuntimeError):
    """The engine refused to make the document; the message is for the log and names nobody."""


def render_pdf(document: SummaryDocument, attachments: Iterable[Attachment] = ()) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a, with attachments PDF/A-3a. Raises RenderingError.

    Never returns a partial file, and of the surgeon's sheet never more than one page.
    """
    inputs = _inputs(document, tuple(attachments))
    if document.emergency is not None:
        return _compiled(document, inputs)
    match document:
        case SurgeonDocument():
            return _sheet(document, inputs)
        case PatientDocument():
            return _options(document, inputs)
        case _:
            return _compiled(document, inputs)


def render_letter(letter: LetterDocument, qr: str) -> bytes:
    """The letter as PDF/UA-1 and PDF/A-2a; `qr` is its QR code in SVG. Raises RenderingError."""
    return _compiled(letter, _inputs(letter, ()) | {"qr": qr})


def _sheet(document: SurgeonDocument, inputs: dict[str, str]) -> bytes:
    for density in densities(document):
        pdf = _compiled(document, inputs | {"density": json.dumps(asdict(density))})
        if _pages(pdf) == 1:
            return pdf
    message = "The surgeon document does not fit on one page"
    raise RenderingError(message)


def _options(document: PatientDocument, inputs: dict[str, str]) -> bytes:
    """As full as four pages allow; where even the briefest needs more, that on more."""
    for fullness in fullnesses(document):
        pdf = _compiled(document, inputs | {"density": json.dumps(asdict(fullness))})
        if _pages(pdf) <= MOST_PAGES:
            break
    return pdf


def _pages(pdf: bytes) -> int:
    (count,) = PAGES.findall(pdf)
    return int(count)


def _inputs(document: PrintedDocument, attachments: tuple[Attachment, ...]) -> dict[str, str]:
    """What a template is given: texts, as JSON where they have parts."""
    content = json.dumps(_content(document), ensure_ascii=False, sort_keys=True)
    return {
        "document": content,
        "labels": json.dumps(LABELS, ensure_ascii=False, sort_keys=True),
        "note": SUBSTITUTED_NOTE if SUBSTITUTE in content else "",
        "attachments": json.dumps([asdict(attachment) for attachment in attachments], ensure_ascii=False)
        if attachments
        else "",
        "density": json.dumps(asdict(DENSITIES[0]) | asdict(FULLNESSES[0])),
    }


def _compiled(document: PrintedDocument, inputs: dict[str, str]) -> bytes:
    """One run of the engine.

    A process that was forked from one that had already rendered is refused: the engine's threads are not in
    it, and it would wait for them for ever. Workers fork first and render afterwards.
    """
    if _made_in() != os.getpid():
        message = "This process was forked from one that had already rendered, so it cannot render"
        raise RenderingError(message)
    with _compiling:
        try:
            pdf = _compiler().compile(
                input=str(TEMPLATES / f"{document.kind}.typ"),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-3a" if inputs["attachments"] else "a-2a", "ua-1"],
                timestamp=int(document.footer.moment.timestamp()),
            )
        except typst.TypstError:
            # The engine's message may quote the patient's words, and logs hold none: it is not passed on.
            message = f"The {document.kind} document could not be rendered"
            raise RenderingError(message) from None
    if not isinstance(pdf, bytes) or not pdf.startswith(b"%PDF-"):
        message = f"The {document.kind} document came out as something that is not a PDF"
        raise RenderingError(message)
    return pdf


@cache
def _made_in() -> int:
    """The process that made the compiler."""
    return os.getpid()


@cache
def _compiler() -> typst.Compiler:
    """The process's one compiler, with its fonts read once."""
    folders = sorted({str(path.parent) for path in font_files()})
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)


def _content(value: object) -> object:
    """A document as JSON values whose texts can be set, without what is not printed."""
    if isinstance(value, str):
        return breakable(kept_apart(drawn(value)))
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {
            part.name: _content(getattr(value, part.name))
            for part in fields(value)
            if part.name not in NOT_PRINTED
        }
    if isinstance(value, Mapping):
        return {str(name): _content(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_content(part) for part in value]
    return value
