"""What matters to the patient: values, being sure, and questions for the surgeon, said after the options."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from decision_aid.models import Assessment, Consultation, Sure, Wishes
from decision_aid.pages.patients import VisitedConsultation, for_patients
from decision_aid.selectors import newest_wishes, released_assessment, value_labels
from decision_aid.services.alerting import open_emergencies
from decision_aid.services.wishing import LONGEST_QUESTION, MOST_QUESTIONS, Said, say_wishes
from questionnaires.services.refusals import Refused

SPARE_QUESTIONS = 3
POINTS = [(str(point), str(point)) for point in range(11)]
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class WishesForm(forms.Form):
    """A rating for each value, yes or no for each `Sure`, and questions in the patient's order."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, values: dict[str, str], questions: int, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.values = values
        for code, label in values.items():
            self.fields[code] = forms.ChoiceField(label=label, choices=POINTS, required=False)
        for sure in Sure:
            self.fields[f"sure_{sure.value}"] = forms.ChoiceField(
                label=sure.label, choices=YES_NO, required=False
            )
        self.places = range(1, questions + 1)
        for place in self.places:
            self.fields[f"question_{place}"] = forms.CharField(
                label=_("Question %(place)d") % {"place": place},
                max_length=LONGEST_QUESTION,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "class": "textarea textarea-short"}),
            )

    def rated(self) -> list[forms.BoundField]:
        return [self[code] for code in self.values]

    def asked_if_sure(self) -> list[forms.BoundField]:
        return [self[f"sure_{sure.value}"] for sure in Sure]

    def ranked(self) -> list[forms.BoundField]:
        return [self[f"question_{place}"] for place in self.places]

    def said(self) -> Said:
        """What was said; None is nothing said."""
        given = self.cleaned_data
        return Said(
            values={code: int(given[code]) for code in self.values if given[code]},
            sure={
                sure.value: given[f"sure_{sure.value}"] == "yes"
                for sure in Sure
                if given[f"sure_{sure.value}"]
            },
            questions=[words for place in self.places if (words := given[f"question_{place}"])],
        )


@gzip_page
@sensitive_post_parameters()
@for_patients
@require_http_methods(["GET", "HEAD", "POST"])
def my_wishes(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """Show what was said last, or before that the form's own answers; keep what is said now."""
    consultation = visited.consultation
    assessment = released_assessment(consultation)
    if assessment is None:
        raise Http404
    if open_emergencies(assessment):
        return redirect("my_options")
    if request.method == "POST":
        return _keep(request, visited, assessment)
    return _shown(request, visited, _unbound(consultation, assessment))


def _keep(request: HttpRequest, visited: VisitedConsultation, assessment: Assessment) -> HttpResponse:
    sent = _ranked_anew(request.POST)
    form = WishesForm(value_labels(visited.consultation.release), MOST_QUESTIONS, sent)
    if not form.is_valid():
        return _shown(request, visited, form, status=422)
    try:
        with transaction.atomic():
            say_wishes(visited.consultation, form.said(), seen=form.cleaned_data["seen"])
    except Refused as refused:
        newest = newest_wishes(visited.consultation)
        sent["seen"] = str(newest.number if newest else 0)
        form = WishesForm(form.values, MOST_QUESTIONS, sent)
        return _shown(request, visited, form, refused=refused, newest=newest, status=refused.status)
    if "move" in request.POST:
        return redirect(f"{request.path}#questions")
    messages.success(request, _("Saved. Your surgeon can read this now."))
    return redirect(f"{request.path}#saved")


def _ranked_anew(sent: QueryDict) -> QueryDict:
    """What was sent, with the question of the pressed button exchanged with the one before or after it."""
    ranked = sent.copy()
    way, _sign, place = ranked.get("move", "").partition("-")
    if place.isdecimal() and way in {"up", "down"}:
        here = f"question_{int(place)}"
        there = f"question_{int(place) + (1 if way == 'down' else -1)}"
        if here in ranked and there in ranked:
            above, below = ranked.get(here, ""), ranked.get(there, "")
            ranked[here], ranked[there] = below, above
    return ranked


def _unbound(consultation: Consultation, assessment: Assessment) -> WishesForm:
    newest = newest_wishes(consultation)
    values = value_labels(consultation.release)
    said = _said_in(newest) if newest else _answered_in(assessment, values)
    questions: list[str] = said.pop("questions")
    initial = said | {f"question_{place}": words for place, words in enumerate(questions, start=1)}
    places = min(len(questions) + SPARE_QUESTIONS, MOST_QUESTIONS)
    return WishesForm(values, places, initial=initial | {"seen": newest.number if newest else 0})


def _said_in(wishes: Wishes) -> dict[str, Any]:
    values: dict[str, Any] = dict(wishes.values)
    sure = {f"sure_{code}": "yes" if answer else "no" for code, answer in wishes.sure.items()}
    return values | sure | {"questions": wishes.questions}


def _answered_in(assessment: Assessment, values: dict[str, str]) -> dict[str, Any]:
    """What the form asked before: the ratings that were given, and the questions a line each."""
    facts = assessment.facts
    written = facts.get("questions_for_surgeon")
    lines = written.splitlines() if isinstance(written, str) else []
    questions = [line.strip()[:LONGEST_QUESTION] for line in lines if line.strip()]
    rated = {code: int(facts[code]) for code in values if isinstance(facts.get(code), int | float)}
    return rated | {"questions": questions[:MOST_QUESTIONS]}


def _shown(
    request: HttpRequest,
    visited: VisitedConsultation,
    form: WishesForm,
    *,
    refused: Refused | None = None,
    newest: Wishes | None = None,
    status: int = 200,
) -> HttpResponse:
    newest = newest or newest_wishes(visited.consultation)
    context = {
        "clinic": visited.clinic,
        "consultation": visited.consultation,
        "form": form,
        "refused": refused,
        "newest": newest,
        "step": "wishes",
    }
    return render(request, "decision_aid/my_wishes.html", context, status=status)
