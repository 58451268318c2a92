"""One way to write a value as text, so that equal values have equal fingerprints."""

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias, cast

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

LARGEST_EXPONENT = 77  # a whole number of at most 78 digits, as 256 bits hold, is written out in full


def json_number(number: Decimal) -> int | float:
    """The number as JSON writes it: a whole number where it is one, else the shortest float.

    Raises ValueError for NaN, infinity, and what a float cannot hold.
    """
    if not number.is_finite():
        raise ValueError(f"{number} is not a finite number")
    if number.adjusted() <= LARGEST_EXPONENT and number == number.to_integral_value():
        return int(number)
    shortest = float(number)
    if math.isinf(shortest):
        raise ValueError(f"{number} is too large to be written")
    return shortest


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces, and every character as itself.

    Decimals and floats are whole numbers where they are integral (`5.0` is `5`), tuples are lists. Raises
    ValueError for NaN and infinity, TypeError for what JSON has no word for.
    """
    return json.dumps(
        _json_ready(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def sha256_of(value: object) -> str:
    """The SHA-256 of the value's canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _json_ready(value: object) -> JSON:
    # Most of a document is text, objects and lists: they are told apart by their class, which is quick.
    kind = value.__class__
    if kind is dict:
        return {
            name if name.__class__ is str else _key(name): item
            if item.__class__ is str
            else _json_ready(item)
            for name, item in cast("dict[str, JSON]", value).items()
        }
    if kind is list:
        return [item if item.__class__ is str else _json_ready(item) for item in cast("list[JSON]", value)]
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case Decimal():
            return json_number(value)
        case float():
            return json_number(Decimal(repr(value)))
        case list() | tuple():
            return [_json_ready(item) for item in value]
        case Mapping():
            return {_key(key): _json_ready(item) for key, item in value.items()}
        case _:
            raise TypeError(f"JSON has no word for a value of type {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a name in JSON is text, not {type(key).__name__}")
    return str(key)
