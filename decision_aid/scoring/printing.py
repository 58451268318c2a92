"""Parts of a report that carry their own canonical JSON, so that what does not change is written once."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple, cast

from questionnaires.definition.digest import JSON, canonical_json


class Printed(NamedTuple):
    """A JSON value, and its text as `canonical_json` writes it."""

    value: JSON
    text: str


def printed(value: object) -> Printed:
    """A value that JSON has a word for, without decimals and tuples."""
    return Printed(cast("JSON", value), canonical_json(value))


def printed_object(fields: Mapping[str, Printed]) -> Printed:
    """An object with these fields in this order; their names are codes."""
    text = ",".join([f'"{name}":{fields[name].text}' for name in sorted(fields)])
    return Printed({name: part.value for name, part in fields.items()}, f"{{{text}}}")


def printed_list(parts: Iterable[Printed]) -> Printed:
    """A list of these parts."""
    parts = list(parts)
    return Printed([part.value for part in parts], f"[{','.join([part.text for part in parts])}]")


class _Kept(NamedTuple):
    """A part with the names of its fields that hold lists, and its fields that hold objects."""

    fields: dict[str, JSON]
    lists: tuple[str, ...]
    objects: tuple[tuple[str, "_Kept"], ...]
    text: str

    def fresh(self) -> dict[str, JSON]:
        """The object, with its own lists (of plain values) and its own objects."""
        fields = self.fields.copy()
        for name in self.lists:
            fields[name] = cast("list[JSON]", fields[name]).copy()
        for name, kept in self.objects:
            fields[name] = kept.fresh()
        return fields


class Prints:
    """Keeps parts that were printed before, each by a key that says all that it depends on."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: dict[Hashable, _Kept] = {}

    def part(self, key: Hashable, make: Callable[..., Mapping[str, object]], *arguments: object) -> Printed:
        """The part with this key, made from the arguments the first time; its value is the caller's own."""
        kept = self._parts.get(key)
        if kept is None:
            kept = self._parts[key] = _kept(cast("dict[str, JSON]", make(*arguments)))
        return Printed(kept.fresh(), kept.text)


def _kept(fields: dict[str, JSON]) -> _Kept:
    return _Kept(
        fields,
        tuple(name for name, value in fields.items() if isinstance(value, list)),
        tuple((name, _kept(value)) for name, value in fields.items() if isinstance(value, dict)),
        canonical_json(fields),
    )
