"""Typed fields of plain data, each mistake noted with its place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from decision_aid.scoring.problems import RulesetProblem
from questionnaires.definition.facts import CODE_IN_WORDS, as_decimal, in_words, is_code, listed, shortened
from questionnaires.definition.problems import Problem, did_you_mean

Word = TypeVar("Word", bound=StrEnum)


class Fields:
    """One object of a document. Each method reads one field; what is wrong goes to `problems` and reading
    goes on.

    `close` then names the fields that nobody read.
    """

    def __init__(self, document: object, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self._seen: set[str] = set()
        self._document: Mapping[str, object] = {}
        self.is_object = isinstance(document, Mapping)
        if isinstance(document, Mapping):
            self._document = document
        else:
            problems.append(
                Problem(
                    RulesetProblem.NOT_AN_OBJECT, place, f"Here belongs an object, not {in_words(document)}."
                )
            )

    def __contains__(self, key: str) -> bool:
        self._seen.add(key)
        return self._document.get(key) is not None

    def at(self, key: str) -> str:
        return f"{self.place}/{key}" if self.place else key

    def note(self, code: StrEnum, key: str, sentence: str, hint: str = "") -> None:
        self.problems.append(Problem(code, self.at(key) if key else self.place, sentence, hint))

    def raw(self, key: str) -> object:
        self._seen.add(key)
        return self._document.get(key)

    def pass_over(self, *keys: str) -> None:
        """Allow these fields without reading them."""
        self._seen.update(keys)

    def close(self) -> None:
        """Name every field that was not read: most often a misspelt one, whose loss nobody would see."""
        if not self.is_object:
            return
        for key in self._document:
            if key not in self._seen:
                hint = did_you_mean(str(key), self._seen)
                self.note(
                    RulesetProblem.UNKNOWN_FIELD,
                    str(key),
                    f"Nothing here is called “{shortened(str(key))}”.",
                    hint,
                )

    def text(self, key: str) -> str:
        """A text that must be there and not be empty."""
        words = self.text_if_any(key)
        if not words and (self.raw(key) is None or self.raw(key) == ""):
            self._note_missing(key)
        return words

    def text_if_any(self, key: str) -> str:
        value = self.raw(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._note_type(key, value, "a text")
            return ""
        return value.strip()

    def code(self, key: str) -> str:
        """An id; empty where it is not one."""
        value = self.raw(key)
        if value is None:
            self._note_missing(key)
            return ""
        if not is_code(value):
            self.note(RulesetProblem.BAD_CODE, key, f"“{key}” is {CODE_IN_WORDS}, not {in_words(value)}.")
            return ""
        return str(value)

    def word(self, key: str, words: type[Word]) -> Word | None:
        """One of a fixed set of words; None where it is not."""
        value = self.raw(key)
        if value is None:
            self._note_missing(key)
            return None
        found = next((word for word in words if word == value), None)
        if found is None:
            allowed = [word.value for word in words]
            self.note(
                RulesetProblem.UNKNOWN_WORD,
                key,
                f"“{key}” is {in_words(value)}; it must be {listed(allowed)}.",
                did_you_mean(str(value), allowed),
            )
        return found

    def truth(self, key: str) -> bool:
        """A yes or no that must be there."""
        if self.raw(key) is None:
            self._note_missing(key)
        return self.truth_if_any(key)

    def truth_if_any(self, key: str) -> bool:
        """A yes or no; no where nothing is said."""
        value = self.raw(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            self._note_type(key, value, "true or false")
            return False
        return value

    def number_if_any(self, key: str) -> Decimal | None:
        value = self.raw(key)
        if value is None:
            return None
        number = as_decimal(value)
        if number is None or not number.is_finite():
            self._note_type(key, value, "a number")
            return None
        return number

    def whole_if_any(self, key: str) -> int | None:
        number = self.number_if_any(key)
        if number is None:
            return None
        if number != number.to_integral_value():
            self._note_type(key, number, "a whole number")
            return None
        return int(number)

    def whole(self, key: str) -> int:
        """A whole number that must be there; 0 where it is not."""
        if self.raw(key) is None:
            self._note_missing(key)
        return self.whole_if_any(key) or 0

    def date(self, key: str) -> date | None:
        """A day that must be there, as 2026-01-31."""
        value = self.raw(key)
        if value is None:
            self._note_missing(key)
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self._note_type(key, value, "a day such as 2026-01-31")
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where nothing is said."""
        return tuple(self._text_items(key))

    def entries(self, key: str) -> Iterator["Fields"]:
        """The objects in a list; none where nothing is said."""
        for position, entry in enumerate(self.items(key)):
            yield Fields(entry, self.at(f"{key}/{position}"), self.problems)

    def items(self, key: str) -> Sequence[object]:
        """A list; empty where nothing is said."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.note(RulesetProblem.NOT_A_LIST, key, f"“{key}” is a list, not {in_words(value)}.")
            return ()
        return value

    def part(self, key: str) -> "Fields":
        """An object that must be there."""
        if self.raw(key) is None:
            self._note_missing(key)
            return Fields({}, self.at(key), [])
        return Fields(self.raw(key), self.at(key), self.problems)

    def pairs(self, key: str) -> Iterator[tuple[str, object]]:
        """The names and values of an object; none where nothing is said."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, Mapping):
            self.note(RulesetProblem.NOT_AN_OBJECT, key, f"“{key}” is an object, not {in_words(value)}.")
            return
        for name, item in value.items():
            yield str(name), item

    def _text_items(self, key: str) -> Iterator[str]:
        for position, item in enumerate(self.items(key)):
            if isinstance(item, str) and item.strip():
                yield item.strip()
            else:
                self._note_type(f"{key}/{position}", item, "a text")

    def _note_missing(self, key: str) -> None:
        self.note(RulesetProblem.MISSING_FIELD, key, f"“{key}” is missing.")

    def _note_type(self, key: str, value: object, wanted: str) -> None:
        self.note(RulesetProblem.WRONG_TYPE, key, f"“{key}” is {in_words(value)}; it must be {wanted}.")
