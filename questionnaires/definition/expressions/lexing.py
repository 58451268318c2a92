"""A condition's text as words, numbers and signs, each with its place."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from questionnaires.definition.problems import Problem, ProblemsFound

from .limits import LARGEST_INTEGER, LONGEST_DECIMAL, ExpressionProblem

# FHIRPath's keywords and calendar words: after % they are names only inside backticks.
RESERVED_WORDS = frozenset(
    {
        *("and", "as", "contains", "div", "false", "implies", "in", "is", "mod", "or", "true", "xor"),
        *("year", "month", "week", "day", "hour", "minute", "second", "millisecond"),
        *("years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"),
    }
)
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ESCAPES = {"'": "'", '"': '"', "`": "`", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t", "f": "\f"}

_BLANK = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(r"@([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9A-Za-z:-])")
_SIGN = re.compile(r"<=|>=|!=|[-+*/=<>~|(){}.,]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_OTHER_LANGUAGES = {
    "==": "Write = to compare.",
    "&&": "Write and.",
    "||": "Write or between conditions, | between values.",
    "<>": "Write != for “is not”.",
    "!": "Write .not() after a condition, or != between values.",
    '"': "Write text between single quotation marks: 'limb'.",
    "“": "Write text between straight single quotation marks: 'limb'.",
    "‘": "Write text between straight single quotation marks: 'limb'.",
    "’": "Write text between straight single quotation marks: 'limb'.",
    "≥": "Write >=.",
    "≤": "Write <=.",
    "≠": "Write !=.",
    "[": "Write several values as ('a' | 'b').",
}


class TokenKind(Enum):
    """What sort of word was read."""

    NUMBER = auto()
    TEXT = auto()
    DATE = auto()
    FACT = auto()
    NAME = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind, its spelling, its value where it has one, and its place counted from 1."""

    kind: TokenKind
    text: str
    position: int
    value: int | Decimal | str | date = ""


def place_of(position: int) -> str:
    """A place in a condition as people count it."""
    return f"character {position}"


def refused(problem: ExpressionProblem, position: int, sentence: str, hint: str = "") -> ProblemsFound:
    """The exception for one problem at a place in a condition's text."""
    return ProblemsFound([Problem(problem, place_of(position), sentence, hint)])


def read_tokens(text: str) -> list[Token]:
    """The words of the text, the last of them END. Raises ProblemsFound at the first that is none."""
    tokens: list[Token] = []
    start = 0
    while start < len(text):
        blank = _BLANK.match(text, start)
        if blank:
            start = blank.end()
            continue
        token, start = _token(text, start)
        tokens.append(token)
    tokens.append(Token(TokenKind.END, "the end", len(text) + 1))
    return tokens


def _token(text: str, start: int) -> tuple[Token, int]:
    position = start + 1
    if number := _NUMBER.match(text, start):
        return Token(TokenKind.NUMBER, number[0], position, _number(number[0], position)), number.end()
    if name := PLAIN_NAME.match(text, start):
        return Token(TokenKind.NAME, name[0], position), name.end()
    character = text[start]
    if character == "'":
        value, end = _quoted(text, start)
        return Token(TokenKind.TEXT, text[start:end], position, value), end
    if character == "%":
        return _fact(text, start)
    if character == "@":
        return _date(text, start)
    for foreign, hint in _OTHER_LANGUAGES.items():
        if text.startswith(foreign, start) and not text.startswith("!=", start):
            raise refused(
                ExpressionProblem.SYNTAX_ERROR, position, f"“{foreign}” is not part of the language.", hint
            )
    if sign := _SIGN.match(text, start):
        return Token(TokenKind.SIGN, sign[0], position), sign.end()
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    raise refused(ExpressionProblem.SYNTAX_ERROR, position, f"“{shown}” is not part of the language.")


def _number(digits: str, position: int) -> int | Decimal:
    if "." in digits:
        if len(digits) > LONGEST_DECIMAL + 1:
            sentence = f"The number has more than {LONGEST_DECIMAL} digits."
            raise refused(ExpressionProblem.NUMBER_TOO_LARGE, position, sentence)
        return Decimal(digits)
    number = int(digits)
    if number > LARGEST_INTEGER:
        raise refused(ExpressionProblem.NUMBER_TOO_LARGE, position, "The number needs more than 256 bits.")
    return number


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The text between the quotation mark or backtick at `start` and the next, and the place after it."""
    mark = text[start]
    characters: list[str] = []
    here = start + 1
    while here < len(text) and text[here] != mark:
        character = text[here]
        if character == "\\":
            character, here = _escaped(text, here)
        elif ord(character) < 0x20 or ord(character) == 0x7F:
            sentence = "A text may not hold a line break or another control character."
            raise refused(ExpressionProblem.SYNTAX_ERROR, here + 1, sentence, "Write \\n for a line break.")
        else:
            here += 1
        if "\ud800" <= character <= "\udfff":
            sentence = "A text may not hold half of a surrogate pair, which is not a character."
            raise refused(ExpressionProblem.SYNTAX_ERROR, here, sentence)
        characters.append(character)
    if here >= len(text):
        sentence = f"The {'text' if mark == chr(39) else 'name'} that starts here is not closed."
        hint = f"Write {mark} at its end."
        raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence, hint)
    return "".join(characters), here + 1


def _escaped(text: str, start: int) -> tuple[str, int]:
    escape = _ESCAPE.match(text, start)
    if escape and escape[1]:
        return chr(int(escape[1], 16)), escape.end()
    if escape and escape[2] in ESCAPES:
        return ESCAPES[escape[2]], escape.end()
    spelling = escape[0] if escape else "\\"
    sentence = f"“{spelling}” stands for no character."
    raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence, "Write \\\\ for a backslash.")


def _fact(text: str, start: int) -> tuple[Token, int]:
    if text.startswith("`", start + 1):
        code, end = _quoted(text, start + 1)
        return Token(TokenKind.FACT, text[start:end], start + 1, code), end
    name = PLAIN_NAME.match(text, start + 1)
    if not name:
        sentence = "A fact's name belongs right after %."
        raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence, "Write it as in %age_years.")
    if name[0] in RESERVED_WORDS:
        sentence = f"“{name[0]}” is a word of the language and cannot stand after % as it is."
        raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence, f"Write %`{name[0]}`.")
    return Token(TokenKind.FACT, text[start : name.end()], start + 1, name[0]), name.end()


def _date(text: str, start: int) -> tuple[Token, int]:
    written = _DATE.match(text, start)
    if written:
        try:
            return Token(TokenKind.DATE, written[0], start + 1, date.fromisoformat(written[1])), written.end()
        except ValueError:
            sentence = f"There is no date {written[1]}."
            raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence) from None
    sentence = "A date is a whole date without a time."
    raise refused(ExpressionProblem.SYNTAX_ERROR, start + 1, sentence, "Write it as in @2026-01-31.")
