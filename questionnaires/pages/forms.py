"""The forms of the patient's pages: birth date, agreement, one answer."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaires.definition.answers import Answer, read_answer_text
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Question
from questionnaires.models import QuestionnaireResponse
from questionnaires.pages.widgets import widget_for

OLDEST = 130  # years; older is a slip of the thumb


class BirthDateForm(forms.Form):
    """A date as three fields, because a picker is slow for a date decades ago."""

    day = forms.IntegerField(
        label=_("Day"),
        error_messages={"required": _("Enter the day."), "invalid": _("Enter the day as a number.")},
    )
    month = forms.IntegerField(
        label=_("Month"),
        error_messages={
            "required": _("Enter the month."),
            "invalid": _("Enter the month as a number, such as 4 for April."),
        },
    )
    year = forms.IntegerField(
        label=_("Year"),
        error_messages={"required": _("Enter the year."), "invalid": _("Enter the year as a number.")},
    )

    def clean_day(self) -> int:
        return self._within("day", 1, 31, gettext("The day is a number from 1 to 31."))

    def clean_month(self) -> int:
        return self._within("month", 1, 12, gettext("The month is a number from 1 to 12."))

    def clean_year(self) -> int:
        today = timezone.localdate()
        return self._within(
            "year", today.year - OLDEST, today.year, gettext("Enter the year with four digits, such as 1958.")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse three numbers that are no date, such as 31 February, or one that is still to come."""
        data = self.cleaned_data
        if not self.errors:
            try:
                data["birth_date"] = date(data["year"], data["month"], data["day"])
            except ValueError:
                raise forms.ValidationError(
                    gettext("There is no such date. Check the day and the month."), "no_such_date"
                ) from None
            if data["birth_date"] > timezone.localdate():
                raise forms.ValidationError(
                    gettext("A date of birth is in the past. Check the year."), "not_past"
                )
        return data

    @property
    def birth_date(self) -> date:
        """The date of a valid form."""
        found: date = self.cleaned_data["birth_date"]
        return found

    def _within(self, name: str, lowest: int, highest: int, sentence: str) -> int:
        number: int = self.cleaned_data[name]
        if not lowest <= number <= highest:
            raise forms.ValidationError(sentence, "out_of_range")
        return number


class ConsentForm(forms.Form):
    """Who answers, and by sending it, the agreement."""

    ANSWERED_BY = (
        (QuestionnaireResponse.AnsweredBy.PATIENT, "I am the patient"),
        (QuestionnaireResponse.AnsweredBy.COMPANION, "I am helping the patient"),
        (QuestionnaireResponse.AnsweredBy.PROXY, "I answer for the patient"),
    )
    answered_by = forms.ChoiceField(
        choices=ANSWERED_BY,
        error_messages={
            "required": _("Choose who is answering."),
            "invalid_choice": _("Choose who is answering."),
        },
    )


class AnswerField(forms.Field):
    """What was typed or chosen for one question; the definition decides whether it is an answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            required=False, label=question.text, help_text=question.help, widget=widget_for(question)
        )
        self.question = question

    def clean(self, value: list[str] | None) -> Answer | None:
        """The answer; None where an optional question was left out. Errors carry the problems' codes."""
        texts = value or []
        if not self.question.required and not any(text.strip() for text in texts):
            return None
        try:
            return read_answer_text(self.question, texts)
        except ProblemsFound as found:
            raise forms.ValidationError(
                [forms.ValidationError(problem.sentence, problem.code) for problem in found.problems]
            ) from None


class AnswerForm(forms.Form):
    """One question.

    `revision` and `seen` say which answers the person had before them, `page` which opening of the question
    it is, and `whose` which form it belongs to.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    page = forms.RegexField(r"[0-9a-f]{8}\Z", widget=forms.HiddenInput)
    whose = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(
        self,
        question: Question,
        data: MultiValueDict[str, str] | None = None,
        *,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["answer"] = AnswerField(question)

    @property
    def texts(self) -> list[str]:
        """What was sent, as it was sent."""
        return list(self.fields["answer"].widget.value_from_datadict(self.data, {}, "answer"))
