"""An answer's words in the language in use; the definition itself knows English only."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaires.definition.answers import UNSURE_OF_OTHERS_WORDS, Answer, Given, answer_words
from questionnaires.definition.schema import Question, Widget

# By what the definition says in English.
_WORDS = {
    "Yes": gettext_lazy("Yes"),
    "No": gettext_lazy("No"),
    "I'm not sure": gettext_lazy("I'm not sure"),
    "I'm not sure about the others": gettext_lazy("I'm not sure about the others"),
    "I'd rather not say": gettext_lazy("I'd rather not say"),
    "None of these": gettext_lazy("None of these"),
    "year": gettext_lazy("year"),
    "years": gettext_lazy("years"),
    "month": gettext_lazy("month"),
    "months": gettext_lazy("months"),
    "week": gettext_lazy("week"),
    "weeks": gettext_lazy("weeks"),
    "day": gettext_lazy("day"),
    "days": gettext_lazy("days"),
    "hour": gettext_lazy("hour"),
    "hours": gettext_lazy("hours"),
    "minute": gettext_lazy("minute"),
    "minutes": gettext_lazy("minutes"),
    "degree": gettext_lazy("degree"),
    "degrees": gettext_lazy("degrees"),
    "Feet": gettext_lazy("Feet"),
    "Inches": gettext_lazy("Inches"),
    "Stones": gettext_lazy("Stones"),
    "Pounds": gettext_lazy("Pounds"),
}


def in_language(words: str) -> str:
    """Words of the definition in the language in use; those that it does not know stay as they are."""
    return str(_WORDS.get(words, words))


def words_of(question: Question, answer: Answer) -> str:
    """The answer as people read it, in the language in use; what was typed as text stays as it is."""
    words = answer_words(question, answer)
    match answer:
        case Given(bool()):
            return in_language(words)
        case Given(int() | Decimal()):
            number, _space, rest = words.partition(" ")
            if question.widget is Widget.RATING:
                return _("%(number)s out of %(most)s") % {"number": number, "most": rest.rpartition(" ")[2]}
            return f"{number} {in_language(rest)}".rstrip()
        case Given(date() as value):
            return date_format(value, "DATE_FORMAT")
        case Given(tuple()):
            return in_language(words).replace(UNSURE_OF_OTHERS_WORDS, in_language(UNSURE_OF_OTHERS_WORDS))
        case Given():
            return words
        case _:  # not sure, or not said
            return in_language(words)
