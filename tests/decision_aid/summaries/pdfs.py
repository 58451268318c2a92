"""What is read back from a rendered PDF: its words, its objects, its tags."""

import io
from collections.abc import Iterator
from typing import Any

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
