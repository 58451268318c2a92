"""How each kind of question is answered on a page: one template a widget, plain HTML first."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from questionnaires.definition.answers import Answer, Declined, Given, Unsure
from questionnaires.definition.schema import Question

UNSURE, DECLINED = "-unsure", "-declined"  # no code of an option starts with a hyphen
UNIT_WORDS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours", "min": "minutes", "deg": "degrees"}


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

    def value_from_datadict(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> list[str]:
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
            ways_past.append(Offer(UNSURE, "I’m not sure", "", True, UNSURE in texts))
        if self.question.private:
            ways_past.append(Offer(DECLINED, "I’d rather not say", "", True, DECLINED in texts))
        return {
            "name": name,
            "question": self.question,
            "offers": self.offers(texts),
            "ways_past": ways_past,
            "typed": next((text for text in texts if text not in (UNSURE, DECLINED)), ""),
            "unit": UNIT_WORDS.get(self.question.unit, self.question.unit),
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
        return [Offer(str(point), str(point), chosen=str(point) in texts) for point in range(lowest, highest + 1)]


class Number(AnswerWidget):
    template_name = "questionnaires/answers/number.html"
    is_group = False


class LongText(AnswerWidget):
    template_name = "questionnaires/answers/long_text.html"
    is_group = False


WIDGETS: Mapping[str, type[AnswerWidget]] = {
    "yes_no": YesNo,
    "choice": Choice,
    "choices": Choices,
    "body_map": BodyMap,
    "rating": Rating,
    "number": Number,
    "long_text": LongText,
}


def widget_for(question: Question) -> AnswerWidget:
    """The widget that the author chose for a question."""
    return WIDGETS[question.widget](question)


def texts_of(answer: Answer) -> list[str]:
    """What a browser would send for an answer: the inverse of reading it."""
    match answer:
        case Unsure():
            return [UNSURE]
        case Declined():
            return [DECLINED]
        case Given(value=bool() as value):
            return ["yes" if value else "no"]
        case Given(value=tuple() as codes):
            return list(codes)
        case Given(value=value):
            return [str(value)]
