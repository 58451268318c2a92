"""A document as a PDF: accessible, the same bytes every time, made by typst from the templates here."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from decision_aid.summaries.glyphs import SUBSTITUTE, breakable, drawn, font_files
from decision_aid.summaries.shapes import SummaryDocument
from decision_aid.summaries.wording import LABELS

TEMPLATES = Path(__file__).resolve().parent / "templates"
# UA-1 refuses what a screen reader cannot read, A-2a what an archive cannot keep, both a missing glyph.
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
SUBSTITUTED_NOTE = f"{SUBSTITUTE} stands for a sign that cannot be printed here. The original is kept."

_compiling = threading.Lock()


class RenderingError(RuntimeError):
    """The engine refused to make the document; the message is for the log and names nobody."""


def render_pdf(document: SummaryDocument) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a. Raises RenderingError; never returns a partial file.

    A process that was forked from one that had already rendered is refused: the engine's threads are not
    in it, and it would wait for them for ever. Workers fork first and render afterwards.
    """
    if _made_in() != os.getpid():
        message = "This process was forked from one that had already rendered, so it cannot render"
        raise RenderingError(message)
    content = _content(document)
    substituted = SUBSTITUTE in json.dumps(content, ensure_ascii=False)
    inputs = {
        "document": json.dumps(content, ensure_ascii=False, sort_keys=True),
        "labels": json.dumps(LABELS, ensure_ascii=False, sort_keys=True),
        "note": SUBSTITUTED_NOTE if substituted else "",
    }
    with _compiling:
        try:
            pdf = _compiler().compile(
                input=str(TEMPLATES / f"{document.kind}.typ"),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=STANDARDS,
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
    """A document as JSON values whose texts can be set."""
    if isinstance(value, str):
        return breakable(drawn(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _content(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _content(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_content(part) for part in value]
    return value
