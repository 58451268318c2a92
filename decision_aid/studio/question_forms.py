"""The forms of sections, questions and answers: of each kind of question only the fields that fit it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from questionnaires.definition.facts import CODED, FactKind
from questionnaires.definition.schema import WIDGETS
from questionnaires.definition.standard_codes import SYSTEM_WORDS, mistake_in
from questionnaires.models import AnswerOption, Question, Questionnaire, Section

NUMBERS = (FactKind.INTEGER, FactKind.DECIMAL)
CODE_HELP = "Small letters, digits and underscores: age_years. Rules read the answer by this name."


class ConditionField(forms.CharField):
    """A condition in the condition language; the page reads it while it is typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 4000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
        super().__init__(**options)


class StandardCodesForm(forms.Form):
    """A LOINC and a SNOMED CT code, each checked by its check digit."""

    loinc = forms.CharField(label="LOINC", required=False, max_length=20)
    snomed = forms.CharField(label="SNOMED CT", required=False, max_length=20)

    def clean_loinc(self) -> str:
        return self._checked("loinc")

    def clean_snomed(self) -> str:
        return self._checked("snomed")

    def _checked(self, system: str) -> str:
        code = str(self.cleaned_data[system]).strip()
        if code and (mistake := mistake_in(system, code)):
            raise forms.ValidationError(mistake, "bad_standard_code")
        return code

    @property
    def codes(self) -> dict[str, str]:
        """The codes of a valid form, by system."""
        return {system: self.cleaned_data[system] for system in SYSTEM_WORDS if self.cleaned_data[system]}


class SectionForm(forms.ModelForm[Section]):
    """A section without its questions."""

    shown_when = ConditionField(label="Show this section only when", required=False)

    class Meta:
        model = Section
        fields = ("title", "code", "intro", "shown_when")
        widgets = {"intro": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"code": CODE_HELP}

    def __init__(self, questionnaire: Questionnaire, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.questionnaire = questionnaire

    def clean_code(self) -> str:
        """Each section has a code of its own."""
        code = str(self.cleaned_data["code"])
        if self.questionnaire.sections.exclude(pk=self.instance.pk).filter(code=code).exists():
            raise forms.ValidationError(
                f"Another section has the code “{code}”. Choose another.", "repeated_code"
            )
        return code


class QuestionForm(StandardCodesForm, forms.ModelForm[Question]):
    """A question of one kind, with the fields that fit it."""

    shown_when = ConditionField(label="Ask this only when", required=False)

    class Meta:
        model = Question
        fields = (
            *("text", "help", "why", "kind", "code", "required", "unsure", "private", "minimum", "maximum"),
            *("unit", "widget", "low_label", "high_label", "each_a_fact", "shown_when"),
        )
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "help": forms.Textarea(attrs={"rows": 2}),
            "why": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "text": "The question",
            "kind": "What kind of answer",
            "minimum": "From",
            "maximum": "To",
            "required": "must be answered",
            "widget": "How it is answered",
        }
        help_texts = {
            "code": CODE_HELP,
            "unit": "As UCUM writes it: a for years, wk for weeks, cm, kg, min.",
            "why": "A person can unfold it under the question.",
        }

    def __init__(self, questionnaire: Questionnaire, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.questionnaire = questionnaire
        given = data.get("kind") if data else None
        kind = given or self.initial.get("kind") or self.instance.kind or FactKind.BOOLEAN
        self.kind = FactKind(kind) if kind in Question.Kind.values else FactKind.BOOLEAN
        self.fields["kind"] = forms.ChoiceField(label="What kind of answer", choices=Question.Kind.choices)
        codes = self.instance.codes if isinstance(self.instance.codes, dict) else {}
        for system, label in SYSTEM_WORDS.items():
            self.fields[system].initial = codes.get(system, "")
            self.fields[system].label = label
        for name in self._unfit():
            del self.fields[name]
        if "widget" in self.fields:
            widgets = WIDGETS[self.kind]
            words = dict(Question.Widget.choices)
            self.fields["widget"] = forms.ChoiceField(
                label="How it is answered",
                choices=[(widget.value, words[widget.value]) for widget in widgets],
            )

    def _unfit(self) -> set[str]:
        """The fields that mean nothing for this kind."""
        unfit = set()
        if self.kind not in NUMBERS:
            unfit |= {"minimum", "maximum", "unit"}
        if self.kind is not FactKind.INTEGER:
            unfit |= {"low_label", "high_label"}
        if self.kind is not FactKind.CODES:
            unfit |= {"each_a_fact"}
        if len(WIDGETS[self.kind]) < 2:
            unfit |= {"widget"}
        return unfit

    @property
    def has_options(self) -> bool:
        return self.kind in CODED

    def clean_code(self) -> str:
        """A question's code is a fact's name, so that there is one of each in a questionnaire."""
        code = str(self.cleaned_data["code"])
        others = Question.objects.filter(section__questionnaire=self.questionnaire).exclude(
            pk=self.instance.pk
        )
        if others.filter(code=code).exists():
            raise forms.ValidationError(
                f"Another question has the code “{code}”. Choose another.", "repeated_code"
            )
        return code

    def clean(self) -> dict[str, Any]:
        """A range has its lower end first."""
        data = super().clean() or self.cleaned_data
        low, high = data.get("minimum"), data.get("maximum")
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low >= high:
            self.add_error(
                "maximum", forms.ValidationError(f"The end is above the start, {low}.", "bad_range")
            )
        return dict(data)

    def save(self, commit: bool = True) -> Question:  # noqa: FBT001  # Django's signature
        """The question, emptied of what does not fit its kind."""
        question = self.instance
        for name in self._unfit():
            field = Question._meta.get_field(name)
            setattr(question, name, field.get_default())  # type: ignore[union-attr]  # they are plain columns
        question.codes = self.codes
        return super().save(commit)


class OptionForm(StandardCodesForm, forms.ModelForm[AnswerOption]):
    """One answer of a list, a row of a table."""

    class Meta:
        model = AnswerOption
        fields = ("label", "code", "help", "exclusive")

    def has_changed(self) -> bool:
        """Whether anything was typed; a row's place alone is nothing."""
        return bool(set(self.changed_data) - {"ORDER"})


class OptionRows(BaseFormSet[OptionForm]):
    """The answers of a question in their order, each with a code of its own."""

    def clean(self) -> None:
        codes: set[str] = set()
        for form in self.kept():
            code = form.cleaned_data.get("code", "")
            if code in codes:
                form.add_error(
                    "code",
                    forms.ValidationError(f"Another answer has the code “{code}”.", "repeated_code"),
                )
            codes.add(code)

    def kept(self) -> list[OptionForm]:
        """The rows that are filled and not taken out, in the order that was given."""
        rows = [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        return sorted(rows, key=_place)

    def values(self) -> list[Mapping[str, Any]]:
        """What each kept row says, as the fields of an answer."""
        names = ("label", "code", "help", "exclusive")
        return [
            {**{name: form.cleaned_data[name] for name in names}, "codes": form.codes} for form in self.kept()
        ]


def _place(form: OptionForm) -> int:
    place = form.cleaned_data.get("ORDER")
    return 10_000 if place is None else int(place)


OptionTable = formset_factory(
    OptionForm, formset=OptionRows, extra=2, can_order=True, can_delete=True, max_num=100, absolute_max=100
)


def option_rows(question: Question) -> list[dict[str, Any]]:
    """A question's answers as the table starts with them."""
    return [
        {
            "label": option.label,
            "code": option.code,
            "help": option.help,
            "exclusive": option.exclusive,
            **(option.codes if isinstance(option.codes, dict) else {}),
        }
        for option in question.options.all()
    ]
