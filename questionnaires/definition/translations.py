"""The texts of a document, each with a place made of codes, and the document with other words there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A place is like "sections/about_you/questions/age_years/text": an entry of a list goes by its code or id,
# and by its number where it has neither. So a text keeps its place when others are moved or left out.


@dataclass(frozen=True)
class Completeness:
    """How much of a document is translated into one language; `missing` holds places, in their order."""

    language: str
    translated: int
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.translated + len(self.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def texts_of(document: Mapping[str, Any], keys: frozenset[str]) -> dict[str, str]:
    """Every text under one of the keys that is not empty, by its place, in the document's order."""
    return dict(_texts(document, keys, "", wanted=False))


def with_texts(document: Mapping[str, Any], keys: frozenset[str], texts: Mapping[str, str]) -> dict[str, Any]:
    """A copy of the document with these words; a place without any keeps what it has."""
    copy: dict[str, Any] = _replaced(document, keys, texts, "", wanted=False)
    return copy


def _texts(value: object, keys: frozenset[str], place: str, *, wanted: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if wanted and value.strip():
            yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, keys, _below(place, key), wanted=wanted or key in keys)
    elif isinstance(value, Sequence):
        for number, part in enumerate(value):
            yield from _texts(part, keys, _below(place, _name(part, number)), wanted=wanted)


def _replaced(value: Any, keys: frozenset[str], texts: Mapping[str, str], place: str, *, wanted: bool) -> Any:
    if isinstance(value, str):
        return texts.get(place, value) if wanted else value
    if isinstance(value, Mapping):
        return {
            key: _replaced(part, keys, texts, _below(place, key), wanted=wanted or key in keys)
            for key, part in value.items()
        }
    if isinstance(value, Sequence):
        return [
            _replaced(part, keys, texts, _below(place, _name(part, number)), wanted=wanted)
            for number, part in enumerate(value)
        ]
    return value


def _name(entry: object, number: int) -> str:
    for key in ("code", "id", "outcome", "milestone", "fact"):
        if isinstance(entry, Mapping) and isinstance(entry.get(key), str):
            return str(entry[key])
    return str(number)


def _below(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def completeness(texts: Mapping[str, str], translated: Mapping[str, str], language: str) -> Completeness:
    """How many of the texts have words in the language."""
    missing = tuple(place for place in texts if not translated.get(place))
    return Completeness(language, len(texts) - len(missing), missing)
