"""What is read back from a rendered PDF: its words, its objects, its tags."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def flowing_words_of(pdf: bytes) -> str:
    """The words of all pages without the lines that frame each page, so that sentences run on."""
    reader = read(pdf)
    pages = [page.extract_text().splitlines() for page in reader.pages]
    framing = {line for line in pages[0] if any(f in line for f in (" · No. ", " · made ", " · report "))}
    framing |= {f"Page {place} of {len(pages)}" for place in range(1, len(pages) + 1)}
    return " ".join(line for page in pages for line in page if line not in framing)


def bookmarks(outline: list[Any]) -> Iterator[Any]:
    """Every bookmark in reading order, whatever its level."""
    for item in outline:
        if isinstance(item, list):
            yield from bookmarks(item)
        else:
            yield item


def part(whole: DictionaryObject, name: str) -> Any:
    """A part of a PDF object, looked up where it is stored elsewhere. pypdf gives it no type of its own."""
    return whole[name].get_object()


def structure(reader: PdfReader) -> list[DictionaryObject]:
    """Every element of the tag tree, in reading order."""
    found: list[DictionaryObject] = []

    def walk(node: object) -> None:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(reader.root_object["/StructTreeRoot"])
    return found


def tags(reader: PdfReader) -> list[str]:
    return [str(element["/S"]) for element in structure(reader)]


# ── What a screen reader speaks, in its order ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Spoken:
    """A piece of a document as it is read aloud: the roles around it, outermost first, and its words."""

    roles: tuple[str, ...]
    words: str

    @property
    def role(self) -> str:
        return self.roles[-1]


def read_aloud(pdf: bytes) -> list[Spoken]:
    """The tag tree as assistive technology walks it: marked content by its number, figures by their words."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        marked = {page.obj.objgen: _marked_content(page) for page in opened.pages}
        return list(_spoken(opened.Root.StructTreeRoot.K, (), None, marked))


def together(words: str) -> str:
    """Words without the spaces between them, which a PDF need not have."""
    return "".join(words.split())


Marked = dict[tuple[int, int], dict[int, str]]


def _spoken(node: Any, roles: tuple[str, ...], page: Any, marked: Marked) -> Iterator[Spoken]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _spoken(one, roles, page, marked)
    elif not isinstance(node, pikepdf.Dictionary):
        yield Spoken(roles, marked[page][int(node)])
    elif "/MCID" in node:
        yield Spoken(roles, marked[node.Pg.objgen if "/Pg" in node else page][int(node.MCID)])
    elif "/S" in node:
        page = node.Pg.objgen if "/Pg" in node else page
        roles = (*roles, str(node.S))
        if "/Alt" in node:
            yield Spoken(roles, str(node.Alt))
        elif "/K" in node:
            yield from _spoken(node.K, roles, page, marked)


def _marked_content(page: pikepdf.Page) -> dict[int, str]:
    """The words of each piece of marked content of a page, by its number."""
    letters = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    found: dict[int, str] = {}
    font: dict[bytes, str] = {}
    within: list[int | None] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                properties = operands[-1]
                has_number = isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties
                within.append(int(properties.MCID) if has_number else within[-1] if within else None)
                if has_number:
                    found.setdefault(int(properties.MCID), "")
            case "EMC":
                within.pop()
            case "Tf":
                font = letters[str(operands[0])]
            case "Tj" | "TJ" if within and within[-1] is not None:
                drawn = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
                glyphs = b"".join(bytes(one) for one in drawn if isinstance(one, pikepdf.String))
                pairs = (glyphs[place : place + 2] for place in range(0, len(glyphs), 2))
                found[within[-1]] += "".join(font.get(pair, "") for pair in pairs)
    return found


def _letters(font: Any) -> dict[bytes, str]:
    """What each glyph of a font stands for, by the map that the font itself carries."""
    found: dict[bytes, str] = {}
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, letter in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(glyph)] = bytes.fromhex(letter).decode("utf-16-be")
    return found
