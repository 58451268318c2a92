"""Two pretended languages that prove the layout: one longer with accents, one from right to left."""

import re
import struct
from ast import literal_eval
from pathlib import Path

from django.utils.translation.template import templatize

# Private codes of ISO 639-2 (qaa to qtz), so that no browser ever asks for one by itself.
LONGER, RIGHT_TO_LEFT = "qpl", "qpr"
PRETENDED = {LONGER: "Ļöñĝëŕ", RIGHT_TO_LEFT: "⇠ tfel"}

# What must stay as it is: placeholders, markup, entities.
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;)")
ACCENTED = str.maketrans(
    "ABCDEFGHIJKLMNOPRSTUWXYZabcdefghijklmnoprstuwxyz",
    "ÅƁÇÐËƑĜĤÏĴĶĻṀŃÖÞŔŠŢÛŴẊÝŽåƀçðëƒĝĥïĵķļṁñöþŕšţûŵẋýž",
)
STRETCH = 1.4
MARK, OVERRIDE, END = "\u200f", "\u202e", "\u202c"


def pretended(words: str, language: str) -> str:
    """Words as the pretended language has them: still readable, with placeholders and markup kept."""
    parts = KEPT.split(words)
    return "".join(
        part if place % 2 or not part.strip() else _pretend(part, language)
        for place, part in enumerate(parts)
    )


def _pretend(part: str, language: str) -> str:
    inner = part.strip()
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    if language == RIGHT_TO_LEFT:
        return f"{before}{MARK}{OVERRIDE}{inner}{END}{MARK}{after}"
    return f"{before}{_stretched(inner).translate(ACCENTED)}{after}"


def _stretched(words: str) -> str:
    """Words with vowels doubled from the start until they are two fifths longer, and “~” for the rest."""
    wanted = round(len(words) * STRETCH)
    missing = wanted - len(words)
    letters = []
    for letter in words:
        letters.append(letter)
        if missing > 0 and letter in "aeiouAEIOU":
            letters.append(letter.lower())
            missing -= 1
    return "".join(letters) + "~" * missing


# -- which words there are -------------------------------------------------------------------------
STRING = r"""u?((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))*)"""
ONE = re.compile(rf"\b(?:_|gettext|gettext_lazy)\(\s*{STRING}")
TWO = re.compile(rf"\b(?:ngettext|ngettext_lazy)\(\s*{STRING}\s*,\s*{STRING}")
CONTEXT = re.compile(rf"\b(?:pgettext|pgettext_lazy)\(\s*{STRING}\s*,\s*{STRING}")


def messages_in(folders: list[Path]) -> set[tuple[str, ...]]:
    """Every text marked for translation: (words,), (one, several) or (context + EOT + words,)."""
    found: set[tuple[str, ...]] = set()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix == ".py" and "migrations" not in file.parts:
                found |= _messages_of(file.read_text())
            elif file.suffix == ".html":
                found |= _messages_of(templatize(file.read_text(), origin=str(file)))
    return found


def _messages_of(source: str) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = {(_literal(match[1]),) for match in ONE.finditer(source)}
    found |= {(_literal(match[1]), _literal(match[2])) for match in TWO.finditer(source)}
    found |= {(f"{_literal(match[1])}\x04{_literal(match[2])}",) for match in CONTEXT.finditer(source)}
    return {message for message in found if message[0]}


def _literal(text: str) -> str:
    return str(literal_eval(f"({text})"))


# -- the catalogue, in the form that gettext reads -------------------------------------------------
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
MAGIC = 0x950412DE


def write_catalogue(file: Path, messages: set[tuple[str, ...]], language: str) -> None:
    """A .mo file with every message as the language pretends it."""
    entries = {b"": HEADER.encode()}
    for message in messages:
        told = [pretended(words.rpartition("\x04")[2], language) for words in message]
        entries["\0".join(message).encode()] = "\0".join(told).encode()
    keys = sorted(entries)
    offset = 7 * 4 + 16 * len(keys)
    tables: list[list[int]] = [[], []]
    texts = b""
    for table, strings in zip(tables, (keys, [entries[key] for key in keys]), strict=True):
        for string in strings:
            table += [len(string), offset + len(texts)]
            texts += string + b"\0"
    head = (MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, 28 + 16 * len(keys))
    numbers = [*head, *tables[0], *tables[1]]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(struct.pack(f"<{len(numbers)}I", *numbers) + texts)
