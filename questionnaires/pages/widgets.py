"""How each kind of question is answered on a page: one template a widget, plain HTML first."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from questionnaires.definition.answers import (
    DECLINED_TEXT,
    DECLINED_WORDS,
    UNSURE_OF_OTHERS_WORDS,
    UNSURE_TEXT,
    UNSURE_WORDS,
    Answer,
    Given,
    read_answer_text,
)
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Question, Widget
from questionnaires.definition.typed import DATE_PARTS, date_parts, date_text, texts_of
from questionnaires.definition.units import OTHER_UNITS, UNIT_WORDS, in_other_units
from questionnaires.pages.words import in_language


@dataclass(frozen=True)
class Offer:
    """One thing to choose: what is sent, and what is read."""

    value: str
    label: str
    help: str = ""
    exclusive: bool = False
    chosen: bool = False


class AnswerWidget(forms.Widget):
    """Gives a question's template the offers, what was typed, and what was chosen."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    @property
    def is_group(self) -> bool:
        """Whether several controls stand under one legend; else it is one control with a label."""
        return True

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> list[str]:
        return list(data.getlist(name)) if isinstance(data, MultiValueDict) else list(data.get(name, []))

    def offers(self, texts: list[str]) -> list[Offer]:
        """What can be chosen besides the ways past the question."""
        return [
            Offer(option.code, option.label, option.help, option.exclusive, option.code in texts)
            for option in self.question.options
        ]

    def get_context(self, name: str, value: list[str] | None, attrs: dict[str, Any] | None) -> dict[str, Any]:
        texts = value or []
        ways_past = []
        if self.question.unsure:
            goes_with_others = self.question.each_a_fact
            words = UNSURE_OF_OTHERS_WORDS if goes_with_others else UNSURE_WORDS
            ways_past.append(
                Offer(UNSURE_TEXT, in_language(words), "", not goes_with_others, UNSURE_TEXT in texts)
            )
        if self.question.private:
            ways_past.append(
                Offer(DECLINED_TEXT, in_language(DECLINED_WORDS), "", True, DECLINED_TEXT in texts)
            )
        offers = self.offers(texts)
        return {
            "name": name,
            "question": self.question,
            "offers": offers,
            "has_exclusive": any(offer.exclusive for offer in offers),
            "ways_past": ways_past,
            "typed": next((text for text in texts if text not in (UNSURE_TEXT, DECLINED_TEXT)), ""),
            "unit": in_language(UNIT_WORDS.get(self.question.unit, ("", self.question.unit))[1]),
            "attrs": attrs or {},
        }


class YesNo(AnswerWidget):
    template_name = "questionnaires/answers/yes_no.html"

    def offers(self, texts: list[str]) -> list[Offer]:
        return [
            Offer(value, label, chosen=value in texts)
            for value, label in (("yes", _("Yes")), ("no", _("No")))
        ]


class Choice(AnswerWidget):
    template_name = "questionnaires/answers/choice.html"


class Choices(AnswerWidget):
    template_name = "questionnaires/answers/choices.html"


class BodyMap(AnswerWidget):
    template_name = "questionnaires/answers/body_map.html"


class Rating(AnswerWidget):
    template_name = "questionnaires/answers/rating.html"

    def offers(self, texts: list[str]) -> list[Offer]:
        lowest, highest = int(self.question.minimum or 0), int(self.question.maximum or Decimal(10))
        return [
            Offer(str(point), str(point), chosen=str(point) in texts) for point in range(lowest, highest + 1)
        ]


class Number(AnswerWidget):
    """A number; one that people also know in other units can be typed in those, as two numbers."""

    template_name = "questionnaires/answers/number.html"

    @property
    def is_group(self) -> bool:
        return self.question.unit in OTHER_UNITS

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> list[str]:
        texts = super().value_from_datadict(data, files, name)
        other = OTHER_UNITS.get(self.question.unit)
        if other is None or data.get(f"{name}_units") != "other":
            return texts
        parts = ((data.get(f"{name}_large", ""), other.large), (data.get(f"{name}_small", ""), other.small))
        typed = " ".join(f"{number.strip()} {unit}" for number, unit in parts if number.strip())
        return [typed, *(text for text in texts if text in (UNSURE_TEXT, DECLINED_TEXT))]

    def get_context(self, name: str, value: list[str] | None, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if other := OTHER_UNITS.get(self.question.unit):
            large, has_large, rest = context["typed"].rpartition(f" {other.large}")
            small, has_small, _before = rest.rpartition(f" {other.small}")
            is_other = bool(has_large or has_small)
            context |= {
                "other": other,
                "large_words": in_language(other.large_words),
                "small_words": in_language(other.small_words),
                "is_other": is_other,
                "own_typed": "" if is_other else context["typed"],
                "large_typed": large.strip(),
                "small_typed": small.strip(),
            }
        return context


class DateParts(AnswerWidget):
    """A date as three fields, because a picker is slow for a date long ago."""

    template_name = "questionnaires/answers/date.html"

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> list[str]:
        texts = super().value_from_datadict(data, files, name)
        typed = date_text([str(data.get(f"{name}_{part}", "")) for part in DATE_PARTS])
        return [typed, *texts] if typed else texts

    def get_context(self, name: str, value: list[str] | None, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = zip(DATE_PARTS, date_parts(context["typed"]), strict=True)
        return context | {
            "fields": [
                {
                    "part": part,
                    "name": f"{name}_{part}",
                    "id": "answer" if part == DATE_PARTS[0] else f"answer-{part}",
                    "typed": text,
                }
                for part, text in typed
            ]
        }


class LongText(AnswerWidget):
    template_name = "questionnaires/answers/long_text.html"

    @property
    def is_group(self) -> bool:
        return False


WIDGETS: Mapping[Widget, type[AnswerWidget]] = {
    Widget.YES_NO: YesNo,
    Widget.CHOICE: Choice,
    Widget.CHOICES: Choices,
    Widget.BODY_MAP: BodyMap,
    Widget.RATING: Rating,
    Widget.NUMBER: Number,
    Widget.LONG_TEXT: LongText,
    Widget.DATE: DateParts,
}


def widget_for(question: Question) -> AnswerWidget:
    """The widget that the author chose for a question."""
    return WIDGETS[question.widget](question)


def texts_in_other_units(question: Question, answer: Answer) -> list[str]:
    """What a browser would send for a measure by somebody who thinks in other units."""
    match answer:
        case Given(Decimal() | int() as value) if question.unit in OTHER_UNITS:
            return [in_other_units(Decimal(value), question.unit)]
        case _:
            return texts_of(answer)


def says_the_same(question: Question, texts: list[str], answer: Answer) -> bool:
    """Whether what was sent in other units is only the saved answer, read back less exactly."""
    try:
        return texts_in_other_units(question, read_answer_text(question, texts)) == texts_in_other_units(
            question, answer
        )
    except ProblemsFound:
        return False
