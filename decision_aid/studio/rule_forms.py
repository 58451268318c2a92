"""The forms of rules and warning signs: none is saved without a reason, a source and a readable condition."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict

from decision_aid.models import DecisionAid, ScoringRule, WarningSign
from decision_aid.studio.question_forms import CODE_HELP, ConditionField
from decision_aid.studio.vocabulary import Vocabulary
from questionnaires.definition.expressions import parse
from questionnaires.definition.problems import ProblemsFound

NO_SOURCE = "Choose at least one source: what is said here needs one."


class SourcesField(forms.MultipleChoiceField):
    """Sources of the aid, by their codes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.CheckboxSelectMultiple, error_messages={"required": NO_SOURCE}, **options
        )

    def offer(self, aid: DecisionAid, chosen: Collection[str]) -> None:
        """Let the aid's sources be chosen, those that are chosen already first."""
        rows = aid.sources.order_by("first_author", "year", "code")
        names = [(row.code, f"{row.first_author or row.title} {row.year or ''} ({row.code})") for row in rows]
        place = {code: number for number, code in enumerate(chosen)}
        said = [(code, " ".join(name.split())) for code, name in names]
        self.choices = sorted(said, key=lambda each: place.get(each[0], len(place)))


class StatedForm(forms.Form):
    """What rules and signs share: a condition that can be read, sources, and a code of its own."""

    def __init__(
        self, aid: DecisionAid, vocabulary: Vocabulary, data: QueryDict | None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.aid, self.vocabulary = aid, vocabulary
        self.remarks: list[str] = []
        if isinstance(sources := self.fields["sources"], SourcesField):
            chosen = self["sources"].value()
            sources.offer(aid, chosen if isinstance(chosen, list) else ())

    def clean_condition(self) -> str:
        """The condition, where it can be read; else each problem with its place."""
        text = str(self.cleaned_data["condition"]).strip()
        checked = self.vocabulary.check(text)
        if checked.problems:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        f"{problem.place.capitalize()}: {problem.sentence} {problem.hint}".strip(),
                        problem.code,
                    )
                    for problem in checked.problems
                ]
            )
        for words in self.duplicates(text):
            self.remarks.append(f"{words} says the same. Both count: take one out, or change one.")
        return text

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in self.taken_codes():
            raise forms.ValidationError(f"Another has the code “{code}”. Choose another.", "duplicate_id")
        return code

    def taken_codes(self) -> set[str]:
        """The codes of the others."""
        raise NotImplementedError

    def others(self) -> list[tuple[str, str]]:
        """The others that would count twice: what they are called, and their conditions."""
        raise NotImplementedError

    def duplicates(self, text: str) -> list[str]:
        """The others that say the same as this condition, however it is written."""
        try:
            own = parse(text, self.vocabulary.types)
        except ProblemsFound:
            return []
        found = []
        for words, condition in self.others():
            try:
                other = parse(condition, self.vocabulary.types)
            except ProblemsFound:
                continue
            if other == own:
                found.append(words)
        return found


class RuleForm(StatedForm, forms.ModelForm[ScoringRule]):
    """A rule of one treatment."""

    condition = ConditionField(label="Holds when", error_messages={"required": "Say when the rule holds."})
    sources = SourcesField(label="Sources")
    points = forms.IntegerField(
        required=False,
        min_value=-1000,
        max_value=1000,
        help_text="Only for a rule that adds points; below 0 speaks against the treatment.",
    )

    class Meta:
        model = ScoringRule
        fields = ("reason", "patient_reason", "kind", "points", "condition", "sources", "modifiable", "code")
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 2}),
            "patient_reason": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"kind": "What it does", "modifiable": "a person can change this before treatment"}
        help_texts = {"code": CODE_HELP}
        error_messages = {
            "reason": {"required": "Give the reason: nothing is said without one."},
            "patient_reason": {"required": "Give the reason in words for the patient too."},
        }

    def clean(self) -> dict[str, Any]:
        """Points where they count, and only there."""
        data = super().clean() or self.cleaned_data
        kind, points = data.get("kind"), data.get("points")
        if kind == ScoringRule.Kind.POINTS and not points:
            self.add_error(
                "points",
                forms.ValidationError("Say how many points: a number other than 0.", "rule_points_missing"),
            )
        elif kind and kind != ScoringRule.Kind.POINTS and points:
            self.add_error(
                "points",
                forms.ValidationError("This kind adds no points: write 0.", "rule_points_unused"),
            )
        return dict(data)

    def clean_points(self) -> int:
        return self.cleaned_data["points"] or 0

    def taken_codes(self) -> set[str]:
        rules = ScoringRule.objects.filter(option__aid=self.aid).exclude(pk=self.instance.pk)
        return set(rules.values_list("code", flat=True))

    def others(self) -> list[tuple[str, str]]:
        rules = self.instance.option.rules.exclude(pk=self.instance.pk)
        if kind := self["kind"].value():
            rules = rules.filter(kind=kind)
        return [(f"The rule “{rule.reason}”", rule.condition) for rule in rules]


class SignForm(StatedForm, forms.ModelForm[WarningSign]):
    """A warning sign."""

    condition = ConditionField(label="Holds when", error_messages={"required": "Say when the sign holds."})
    sources = SourcesField(label="Sources")

    class Meta:
        model = WarningSign
        fields = ("title", "urgency", "condition", "patient", "clinician", "sources", "code")
        widgets = {
            "patient": forms.Textarea(attrs={"rows": 3}),
            "clinician": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"code": CODE_HELP}

    def taken_codes(self) -> set[str]:
        return set(self.aid.warning_signs.exclude(pk=self.instance.pk).values_list("code", flat=True))

    def others(self) -> list[tuple[str, str]]:
        signs = self.aid.warning_signs.exclude(pk=self.instance.pk)
        return [(f"The sign “{sign.title}”", sign.condition) for sign in signs]
