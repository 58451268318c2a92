"""Which characters the documents' typefaces can draw, so that a patient's own words never stop a document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import fontpkg
from fontTools.ttLib import TTFont

FAMILIES = ("Inter", "Noto Sans", "Noto Sans Arabic")
# Chinese, Japanese and Korean, in the order in which they are asked for a sign. A Han sign that the countries
# draw differently gets the form of mainland China: nothing says which language a name is in.
EAST_ASIAN = ("notosanssc", "notosanstc", "notosansjp", "notosanskr")
OTHER_SCRIPTS = {
    "justmytype_intl_rtl": ("notosanshebrew",),
    "justmytype_intl_sea": ("notosansthai", "notosanslao", "notosanskhmer", "notosansmyanmar"),
    "justmytype_intl_south_asia": ("notosansbengali", "notosanstamil", "notosanstelugu"),
    "justmytype_intl_africa": ("notosansethiopic",),
}
SUBSTITUTE = "\u25a1"
KEPT_CONTROLS = "\n\t"
JOINERS = "\u200c\u200d"  # Persian, Hindi and others spell with them
PLAIN = re.compile("[\n -~\u00a0-\u00ac\u00ae-\u00ff–—−’“”…•→]*")  # most texts; each typeface has all of it
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
OVERLONG = re.compile(r"\S{40}(?=\S)")


@cache
def font_files() -> tuple[Path, ...]:
    """The TTF files of the documents' families, from the font packages."""
    return (
        *(file.path for name in FAMILIES for file in fontpkg.family(name).files),
        *(path for package, names in OTHER_SCRIPTS.items() for path in _packed(package, names)),
        *_packed("justmytype_intl_cjk", EAST_ASIAN),
    )


def _packed(package: str, names: Iterable[str]) -> Iterator[Path]:
    folder = Path(str(files(package) / "fonts" / "ofl"))
    for name in names:
        yield from sorted((folder / name).glob("*.ttf"))


@cache
def signs_of(path: Path) -> frozenset[int]:
    """The code points that a typeface has a glyph for."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def can_draw(point: int) -> bool:
    """Whether one of the families has a glyph; the large ones are read only for what the others lack."""
    return any(point in signs_of(path) for path in font_files())


@cache
def drawable() -> frozenset[int]:
    """Every code point that can be drawn."""
    return frozenset().union(*map(signs_of, font_files()))


def drawn(words: str) -> str:
    """`words` with each character that no typeface has replaced by □; what is never visible is left out.

    Control and private-use characters, lone surrogates and direction overrides never reach the document:
    they could hide or reorder what is printed.
    """
    if PLAIN.fullmatch(words):
        return words
    normal = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_drawn(character) for character in normal)


def kept_apart(words: str) -> str:
    """`words` with a mark (U+200E) where Hebrew or Arabic ends and Latin follows.

    Without it a number in between is drawn on the wrong side: of “4 March” after a Hebrew name, the 4 would
    stand before the name.
    """
    if not RIGHT_TO_LEFT.search(words):
        return words
    parts: list[str] = []
    end_of_run = 0  # the place after the latest right-to-left letter, while no Latin letter has followed
    for character in words:
        direction = unicodedata.bidirectional(character)
        parts.append(character)
        if direction in {"R", "AL"}:
            end_of_run = len(parts)
        elif direction == "L" and end_of_run:
            parts.insert(end_of_run, "\u200e")
            end_of_run = 0
    return "".join(parts)


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
    if category == "Mn" and not can_draw(ord(character)):
        return ""
    return character if can_draw(ord(character)) else SUBSTITUTE
