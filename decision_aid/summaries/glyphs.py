"""Which characters the documents' typefaces can draw, so that a patient's own words never stop a document."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

import fontpkg

FAMILIES = ("Inter", "Noto Sans", "Noto Sans Arabic")
SUBSTITUTE = "\u25a1"
KEPT_CONTROLS = "\n\t"
JOINERS = "\u200c\u200d"  # Persian, Hindi and others spell with them
OVERLONG = re.compile(r"\S{40}(?=\S)")


@cache
def font_files() -> tuple[Path, ...]:
    """The TTF files of the documents' families, from the font packages."""
    return tuple(file.path for name in FAMILIES for file in fontpkg.family(name).files)


@cache
def drawable() -> frozenset[int]:
    """The code points that at least one of the families has a glyph for."""
    return frozenset().union(*(_code_points(path) for path in font_files()))


def drawn(words: str) -> str:
    """`words` with each character that no typeface has replaced by □; what is never visible is left out.

    Control and private-use characters, lone surrogates and direction overrides never reach the document:
    they could hide or reorder what is printed.
    """
    normal = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_drawn(character) for character in normal)


def breakable(words: str) -> str:
    """`words` with a place to break the line (U+200B) inside overlong words, so that none leaves the page."""
    return OVERLONG.sub(lambda run: f"{run[0]}\u200b", words)


def _drawn(character: str) -> str:
    if character in KEPT_CONTROLS or character in JOINERS:
        return character
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Cs", "Co"}:
        return ""
    if category in {"Zl", "Zp"}:
        return "\n"
    if category == "Mn" and ord(character) not in drawable():
        return ""
    return character if ord(character) in drawable() else SUBSTITUTE


def _code_points(path: Path) -> frozenset[int]:
    """The code points of a TrueType file's Unicode character map (OpenType 1.9, `cmap` formats 4 and 12)."""
    data = path.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    directory = (struct.unpack_from(">4s4xII", data, 12 + 16 * table) for table in range(tables))
    start = next(offset for tag, offset, _ in directory if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for entry in range(maps):
        platform, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * entry)
        (shape,) = struct.unpack_from(">H", data, start + offset)
        if platform in {0, 3} and shape == 12:
            found |= _groups(data, start + offset)
        elif platform in {0, 3} and shape == 4:
            found |= _segments(data, start + offset)
    return frozenset(found)


def _groups(data: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">I", data, start + 12)
    groups = (struct.unpack_from(">II4x", data, start + 16 + 12 * group) for group in range(count))
    return {point for first, last in groups for point in range(first, last + 1)}


def _segments(data: bytes, start: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", data, start + 6)
    count = twice // 2
    lasts = struct.unpack_from(f">{count}H", data, start + 14)
    firsts = struct.unpack_from(f">{count}H", data, start + 16 + twice)
    return {point for first, last in zip(firsts, lasts, strict=True) for point in range(first, last + 1)} - {
        0xFFFF
    }
