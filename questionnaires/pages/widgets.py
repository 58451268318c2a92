"""How each kind of question is answered on a page: one template a widget, plain HTML first."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from questionnaires.definition.answers import (
    DECLINED_TEXT,
    DECLINED_WORDS,
    UNSURE_TEXT,
    UNSURE_WORDS,
    Answer,
    Declined,
    Given,
    Unsure,
)
from questionnaires.definition.schema import NONE_OF_THESE, Question, Widget
from questionnaires.definition.units import UNIT_WORDS


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

    is_group = True  # several controls under one legend; False: one control with a label

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

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
            ways_past.append(Offer(UNSURE_TEXT, UNSURE_WORDS, "", True, UNSURE_TEXT in texts))
        if self.question.private:
            ways_past.append(Offer(DECLINED_TEXT, DECLINED_WORDS, "", True, DECLINED_TEXT in texts))
        offers = self.offers(texts)
        return {
            "name": name,
            "question": self.question,
            "offers": offers,
            "has_exclusive": any(offer.exclusive for offer in offers),
            "ways_past": ways_past,
            "typed": next((text for text in texts if text not in (UNSURE_TEXT, DECLINED_TEXT)), ""),
            "unit": UNIT_WORDS.get(self.question.unit, ("", self.question.unit))[1],
            "attrs": attrs or {},
        }


class YesNo(AnswerWidget):
    template_name = "questionnaires/answers/yes_no.html"

    def offers(self, texts: list[str]) -> list[Offer]:
        return [Offer(value, label, chosen=value in texts) for value, label in (("yes", "Yes"), ("no", "No"))]


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
    template_name = "questionnaires/answers/number.html"
    is_group = False


class LongText(AnswerWidget):
    template_name = "questionnaires/answers/long_text.html"
    is_group = False


WIDGETS: Mapping[Widget, type[AnswerWidget]] = {
    Widget.YES_NO: YesNo,
    Widget.CHOICE: Choice,
    Widget.CHOICES: Choices,
    Widget.BODY_MAP: BodyMap,
    Widget.RATING: Rating,
    Widget.NUMBER: Number,
    Widget.LONG_TEXT: LongText,
}


def widget_for(question: Question) -> AnswerWidget:
    """The widget that the author chose for a question."""
    return WIDGETS[question.widget](question)


def texts_of(answer: Answer) -> list[str]:
    """What a browser would send for an answer: the inverse of reading it."""
    match answer:
        case Unsure():
            return [UNSURE_TEXT]
        case Declined():
            return [DECLINED_TEXT]
        case Given(bool() as value):
            return ["yes" if value else "no"]
        case Given(tuple() as codes):
            return list(codes) or [NONE_OF_THESE]
        case Given(Decimal() as value):
            return [f"{value:f}"]
        case Given(value):
            return [str(value)]
