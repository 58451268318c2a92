"""Named, typed values that rules may use, read strictly from plain data and written back to it."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NoReturn, TypeAlias

from questionnaires.definition.digest import JSON, json_number
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean

LONGEST_TEXT = 10_000  # characters of one text fact
LARGEST_NUMBER = 10**28  # FHIRPath's decimals have 28 digits; no answer comes near it
LONGEST_CODE = 64
CODE = re.compile(r"[a-z][a-z0-9_]*")
CODE_IN_WORDS = f"up to {LONGEST_CODE} small letters, digits and underscores, starting with a letter"


class FactKind(StrEnum):
    """What kind of value a fact has."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CODE = "code"
    CODES = "codes"
    TEXT = "text"
    DATE = "date"


class FactProblem(StrEnum):
    """What can be wrong with a set of facts."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_FACT = "unknown_fact"
    WRONG_TYPE = "wrong_type"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    REPEATED_VALUE = "repeated_value"


class FactTypeProblem(StrEnum):
    """What can be wrong with a list of fact types."""

    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    BAD_CODE = "bad_code"
    REPEATED_CODE = "repeated_code"
    UNKNOWN_TYPE = "unknown_type"
    BAD_RANGE = "bad_range"
    BAD_VALUES = "bad_values"
    WRONG_TYPE = "wrong_type"


class JSONProblem(StrEnum):
    """What can be wrong with a text that should be JSON."""

    EMPTY_INPUT = "empty_input"
    NOT_JSON = "not_json"
    DUPLICATE_KEY = "duplicate_key"
    NOT_FINITE = "not_finite"


NUMBERS = frozenset({FactKind.INTEGER, FactKind.DECIMAL})
CODED = frozenset({FactKind.CODE, FactKind.CODES})
KINDS = tuple(kind.value for kind in FactKind)
FACT_TYPE_KEYS = ("code", "type", "range", "unit", "values", "from", "note")


@dataclass(frozen=True)
class FactType:
    """What a fact may be: its range in `unit` (UCUM) with both ends included, or the codes it may take."""

    code: str
    kind: FactKind
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    values: tuple[str, ...] = ()


FactValue: TypeAlias = bool | int | Decimal | str | tuple[str, ...] | date
Facts: TypeAlias = Mapping[str, FactValue]
FactTypes: TypeAlias = Mapping[str, FactType]


def read_facts(document: object, types: FactTypes) -> dict[str, FactValue]:
    """The facts in a JSON-ready mapping, typed; a fact that is null is unknown and left out.

    Raises ProblemsFound with every `FactProblem`; the place is the fact's code.
    """
    if not isinstance(document, Mapping):
        raise ProblemsFound(
            [
                Problem(
                    FactProblem.NOT_AN_OBJECT,
                    "",
                    f"Facts are one object of names and values, not {in_words(document)}.",
                )
            ]
        )
    facts: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for code, value in document.items():
        fact_type = types.get(code) if isinstance(code, str) else None
        if fact_type is None:
            problems.append(
                Problem(
                    FactProblem.UNKNOWN_FACT,
                    str(code),
                    f"There is no fact named “{shortened(str(code))}”.",
                    did_you_mean(str(code), types),
                )
            )
        elif value is not None:
            try:
                facts[fact_type.code] = read_fact(value, fact_type)
            except ProblemsFound as found:
                problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    return facts


def read_fact(value: object, fact_type: FactType) -> FactValue:
    """One fact's value, typed. Raises ProblemsFound, whose place is the fact's code."""
    return READERS[fact_type.kind](value, fact_type)


def facts_document(facts: Facts) -> dict[str, JSON]:
    """The facts as JSON-ready values: the inverse of `read_facts`."""
    return {code: fact_document(value) for code, value in facts.items()}


def fact_document(value: FactValue) -> JSON:
    """One fact's value as JSON writes it."""
    match value:
        case Decimal():
            return json_number(value)
        case tuple():
            return list(value)
        case date():
            return value.isoformat()
        case _:
            return value


def read_fact_types(document: object) -> dict[str, FactType]:
    """The fact types in a list of `{code, type, range, unit, values}`, by code, in the list's order.

    `from` and `note` are for other readers and allowed. Raises ProblemsFound with every `FactTypeProblem`;
    the place is the position in the list, counted from 0.
    """
    if not isinstance(document, list | tuple):
        raise ProblemsFound(
            [Problem(FactTypeProblem.NOT_A_LIST, "", f"Fact types are a list, not {in_words(document)}.")]
        )
    types: dict[str, FactType] = {}
    problems: list[Problem] = []
    for position, entry in enumerate(document):
        try:
            fact_type = _fact_type(entry)
        except ProblemsFound as found:
            problems.extend(problem.within(str(position)) for problem in found.problems)
            continue
        if fact_type.code in types:
            problems.append(
                Problem(
                    FactTypeProblem.REPEATED_CODE,
                    f"{position}/code",
                    f"The code “{fact_type.code}” is used by an earlier fact; each fact needs its own.",
                )
            )
        types[fact_type.code] = fact_type
    if problems:
        raise ProblemsFound(problems)
    return types


def fact_types_document(types: FactTypes) -> list[dict[str, JSON]]:
    """The fact types as a JSON-ready list: the inverse of `read_fact_types`."""
    return [fact_type_document(fact_type) for fact_type in types.values()]


def fact_type_document(fact_type: FactType) -> dict[str, JSON]:
    """One fact type as JSON writes it; what does not apply is left out."""
    document: dict[str, JSON] = {"code": fact_type.code, "type": fact_type.kind.value}
    if fact_type.minimum is not None or fact_type.maximum is not None:
        document["range"] = [
            None if end is None else json_number(end) for end in (fact_type.minimum, fact_type.maximum)
        ]
    if fact_type.unit:
        document["unit"] = fact_type.unit
    if fact_type.values:
        document["values"] = list(fact_type.values)
    return document


def read_range(value: object, kind: FactKind) -> tuple[Decimal | None, Decimal | None]:
    """The ends of a `[lowest, highest]`, either of which may be null; ValueError says what is wrong."""
    if value is None:
        return None, None
    if kind not in NUMBERS:
        raise ValueError(f"A range is for whole and decimal numbers, not for the type {kind.value}.")
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("A range is a list of the lowest and the highest number, such as [0, 10].")
    ends: list[Decimal | None] = []
    for end in value:
        number = None if end is None else as_decimal(end)
        if end is not None and (
            number is None or not number.is_finite() or number.copy_abs() > LARGEST_NUMBER
        ):
            raise ValueError(f"The range has {in_words(end)} where a number belongs.")
        if number is not None and kind is FactKind.INTEGER and number != int(number):
            raise ValueError(
                f"The range of a whole number has the end {number}, which is not a whole number."
            )
        ends.append(number)
    lowest, highest = ends
    if lowest is not None and highest is not None and lowest > highest:
        raise ValueError(f"The range starts at {lowest}, above its end {highest}.")
    return lowest, highest


def load_json(text: str) -> object:
    """The value that a JSON text holds; numbers with a point or exponent are Decimals.

    Raises ProblemsFound with every `JSONProblem`: nothing there, not JSON, a name twice, NaN or infinity.
    """
    if not text.strip().lstrip("\ufeff"):
        raise ProblemsFound(
            [Problem(JSONProblem.EMPTY_INPUT, "", "There is nothing to read: the input is empty.")]
        )
    problems: list[Problem] = []
    try:
        value: object = json.loads(
            text,
            parse_float=lambda digits: _json_decimal(digits, problems),
            parse_int=_json_integer,
            parse_constant=lambda name: problems.append(_not_finite(name)),
            object_pairs_hook=lambda pairs: _unrepeated(pairs, problems),
        )
        # A lone surrogate such as "\ud800" passes as JSON but is no character: it cannot be stored.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        problems = [Problem(JSONProblem.NOT_JSON, place, f"This is not JSON: {error.msg}.")]
    except UnicodeEncodeError:
        sentence = "This is not JSON: it has half of a surrogate pair, which is not a character."
        problems = [Problem(JSONProblem.NOT_JSON, "", sentence)]
    except RecursionError:
        sentence = "This is not read: its lists and objects are nested too deeply."
        problems = [Problem(JSONProblem.NOT_JSON, "", sentence)]
    if problems:
        raise ProblemsFound(problems)
    return value


def as_decimal(value: object) -> Decimal | None:
    """A JSON number as a Decimal of at most a float's precision; None for what is no number, as true is."""
    match value:
        case bool():
            return None
        case int():
            return Decimal(value)
        case float():
            return Decimal(repr(value))
        case Decimal() if value.is_finite() and value.copy_abs() <= LARGEST_NUMBER:
            return value if value == value.to_integral_value() else Decimal(repr(float(value)))
        case Decimal():
            return value
        case _:
            return None


def in_words(value: object) -> str:
    """A value from outside as a sentence can name it: short, and never more than a line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text “{shortened(value)}”"
        case int() | float() | Decimal():
            return f"the number {shortened(_number_words(value))}"
        case date():
            return f"the date {value.isoformat()}"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a value of type {type(value).__name__}"


def shortened(text: str, length: int = 60) -> str:
    """The text on one line, cut to `length` characters with an ellipsis."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= length else f"{line[: length - 1]}…"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them, the last one after “or”."""
    *first, last = list(words) or ["nothing"]
    return f"{', '.join(first)} or {last}" if first else last


def _number_words(value: float | Decimal) -> str:
    number = Decimal(value) if isinstance(value, int) else as_decimal(value)
    if number is not None and number.is_finite() and abs(number.adjusted()) <= 30:
        return f"{number:f}"
    return str(number)


def _refuse(problem: FactProblem, fact_type: FactType, sentence: str, hint: str = "") -> NoReturn:
    raise ProblemsFound([Problem(problem, fact_type.code, sentence, hint)])


def _refuse_type(fact_type: FactType, value: object, wanted: str) -> NoReturn:
    hint = ""
    if fact_type.kind in NUMBERS and isinstance(value, str):
        hint = "Write the number without quotation marks."
    _refuse(
        FactProblem.WRONG_TYPE,
        fact_type,
        f"“{fact_type.code}” is {in_words(value)}; it must be {wanted}.",
        hint,
    )


def _number(value: object, fact_type: FactType, wanted: str) -> Decimal:
    number = as_decimal(value)
    if number is None:
        _refuse_type(fact_type, value, wanted)
    if not number.is_finite():
        _refuse(
            FactProblem.NOT_FINITE,
            fact_type,
            f"“{fact_type.code}” is {number}, which is not a number that can be measured.",
            "Leave the fact out when it is not known.",
        )
    low = fact_type.minimum if fact_type.minimum is not None else Decimal(-LARGEST_NUMBER)
    high = fact_type.maximum if fact_type.maximum is not None else Decimal(LARGEST_NUMBER)
    if not low <= number <= high:
        unit = f" {fact_type.unit}" if fact_type.unit else ""
        _refuse(
            FactProblem.OUT_OF_RANGE,
            fact_type,
            f"“{fact_type.code}” is {shortened(_number_words(number))}; it must be from "
            f"{_number_words(low)} to {_number_words(high)}{unit}.",
        )
    return number


def _integer(value: object, fact_type: FactType) -> int:
    number = _number(value, fact_type, "a whole number")
    if number != number.to_integral_value():
        _refuse_type(fact_type, value, "a whole number")
    return int(number)


def _decimal(value: object, fact_type: FactType) -> Decimal:
    return _number(value, fact_type, "a number")


def _boolean(value: object, fact_type: FactType) -> bool:
    if not isinstance(value, bool):
        _refuse_type(fact_type, value, "true or false")
    return value


def _code(value: object, fact_type: FactType) -> str:
    if not isinstance(value, str):
        _refuse_type(fact_type, value, f"one of {listed(fact_type.values)}")
    if value not in fact_type.values:
        _refuse(
            FactProblem.UNKNOWN_VALUE,
            fact_type,
            f"“{fact_type.code}” is “{shortened(value)}”; it must be {listed(fact_type.values)}.",
            did_you_mean(value, fact_type.values),
        )
    return value


def _codes(value: object, fact_type: FactType) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        _refuse_type(fact_type, value, "a list of codes")
    problems: list[Problem] = []
    given: set[str] = set()
    for item in value:
        try:
            if not isinstance(item, str):
                _refuse_type(fact_type, item, "a list of codes")
            if item in given:
                _refuse(
                    FactProblem.REPEATED_VALUE,
                    fact_type,
                    f"“{fact_type.code}” has “{shortened(item)}” more than once; a code may be given once.",
                )
            given.add(_code(item, fact_type))
        except ProblemsFound as found:
            problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    return tuple(code for code in fact_type.values if code in given)


def _text(value: object, fact_type: FactType) -> str:
    if not isinstance(value, str):
        _refuse_type(fact_type, value, "text")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        _refuse(
            FactProblem.WRONG_TYPE,
            fact_type,
            f"“{fact_type.code}” has a character that is not text (NUL, or half of a surrogate pair).",
        )
    if len(value) > LONGEST_TEXT:
        _refuse(
            FactProblem.OUT_OF_RANGE,
            fact_type,
            f"“{fact_type.code}” has {len(value)} characters; it may have up to {LONGEST_TEXT}.",
        )
    return value


def _date(value: object, fact_type: FactType) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    # fromisoformat also takes forms such as 20260131 and 2026-W05-6, which we would not write back.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    _refuse_type(fact_type, value, "a date such as 2026-01-31")


READERS: Mapping[FactKind, Callable[[object, FactType], FactValue]] = {
    FactKind.BOOLEAN: _boolean,
    FactKind.INTEGER: _integer,
    FactKind.DECIMAL: _decimal,
    FactKind.CODE: _code,
    FactKind.CODES: _codes,
    FactKind.TEXT: _text,
    FactKind.DATE: _date,
}


def _fact_type(entry: object) -> FactType:
    if not isinstance(entry, Mapping):
        raise ProblemsFound(
            [Problem(FactTypeProblem.NOT_AN_OBJECT, "", f"A fact type is an object, not {in_words(entry)}.")]
        )
    problems = [*_key_problems(entry), *_name_problems(entry)]
    low = high = None
    values: tuple[str, ...] = ()
    kind = entry.get("type")
    if isinstance(kind, str) and kind in KINDS:
        try:
            low, high = read_range(entry.get("range"), FactKind(kind))
        except ValueError as error:
            problems.append(Problem(FactTypeProblem.BAD_RANGE, "range", str(error)))
        try:
            values = _values(entry.get("values"), FactKind(kind))
        except ValueError as error:
            problems.append(Problem(FactTypeProblem.BAD_VALUES, "values", str(error)))
    if problems:
        raise ProblemsFound(problems)
    return FactType(entry["code"], FactKind(entry["type"]), low, high, entry.get("unit") or "", values)


def _key_problems(entry: Mapping[object, object]) -> Iterator[Problem]:
    for key, value in entry.items():
        # A key without a value says nothing: the rest of a note, where YAML took its comma for the next key.
        if key not in FACT_TYPE_KEYS and value is not None:
            sentence = f"A fact type has no “{shortened(str(key))}”."
            hint = did_you_mean(str(key), FACT_TYPE_KEYS)
            yield Problem(FactTypeProblem.UNKNOWN_KEY, str(key), sentence, hint)
    for key in ("code", "type"):
        if key not in entry:
            yield Problem(FactTypeProblem.MISSING_KEY, key, f"A fact type needs a “{key}”.")


def _name_problems(entry: Mapping[object, object]) -> Iterator[Problem]:
    code, kind, unit = entry.get("code"), entry.get("type"), entry.get("unit") or ""
    if "code" in entry and not is_code(code):
        sentence = f"A code is {CODE_IN_WORDS}, not {in_words(code)}."
        yield Problem(FactTypeProblem.BAD_CODE, "code", sentence)
    if "type" in entry and kind not in KINDS:
        sentence = f"A fact's type is {listed(KINDS)}, not {in_words(kind)}."
        yield Problem(FactTypeProblem.UNKNOWN_TYPE, "type", sentence, did_you_mean(str(kind), KINDS))
    if not isinstance(unit, str):
        yield Problem(FactTypeProblem.WRONG_TYPE, "unit", f"A unit is text, not {in_words(unit)}.")


def is_code(value: object) -> bool:
    """Whether the value can be the code of a fact, an option or a section."""
    return isinstance(value, str) and len(value) <= LONGEST_CODE and CODE.fullmatch(value) is not None


def _values(given: object, kind: FactKind) -> tuple[str, ...]:
    if kind not in CODED:
        if given:
            raise ValueError(f"Values are for the types code and codes, not for the type {kind.value}.")
        return ()
    if not isinstance(given, list | tuple) or not given:
        raise ValueError(f"The type {kind.value} needs a list of the values that the fact may take.")
    for value in given:
        if not is_code(value):
            raise ValueError(f"A value is {CODE_IN_WORDS}, not {in_words(value)}.")
    _refuse_repeats(given)
    return tuple(given)


def _refuse_repeats(values: Sequence[str]) -> None:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise ValueError(f"The value “{value}” is listed more than once.")


def _json_integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= 80 else Decimal(digits)


def _json_decimal(digits: str, problems: list[Problem]) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent of more than eighteen digits
        problems.append(_not_finite(shortened(digits)))
        return Decimal(0)


def _not_finite(name: str) -> Problem:
    sentence = f"{name} is not a number that can be measured; leave the value out when it is not known."
    return Problem(JSONProblem.NOT_FINITE, "", sentence)


def _unrepeated(pairs: list[tuple[str, object]], problems: list[Problem]) -> dict[str, object]:
    names = Counter(name for name, _ in pairs)
    for name, times in names.items():
        if times > 1:
            sentence = f"“{shortened(name)}” is given {times} times, so it is not clear which value is meant."
            problems.append(Problem(JSONProblem.DUPLICATE_KEY, name, sentence))
    return dict(pairs)
