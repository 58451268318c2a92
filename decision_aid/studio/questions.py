"""Writing one question or one section of a draft."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from decision_aid.studio.access import (
    aid_with,
    for_office,
    keep_reason,
    kept_reason,
    may_write,
    questionnaires_for,
    require_writer,
)
from decision_aid.studio.counting import counts_of_answers
from decision_aid.studio.outline import questionnaire_or_404
from decision_aid.studio.places import Mend, mends_of_questionnaire
from decision_aid.studio.question_forms import OptionTable, QuestionForm, SectionForm, option_rows
from decision_aid.studio.uses import uses_of_facts
from decision_aid.studio.vocabulary import Checked, Vocabulary
from questionnaires.models import Question, Questionnaire, Section, User
from questionnaires.services.editing import (
    editing,
    mark_of,
    next_position,
    replace_options,
    require_unchanged,
)
from questionnaires.services.publishing import problems_of_questionnaire
from questionnaires.services.refusals import Refused

MOST_DIGITS = 18


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, user: User, question_id: int) -> HttpResponse:
    """One question: read, change, take out."""
    found = Question.objects.filter(
        pk=question_id, section__questionnaire__in=questionnaires_for(user)
    ).select_related("section__questionnaire__clinic")
    row = found.first()
    if row is None:
        raise Http404
    return _QuestionPage(request, user, row.section.questionnaire, row).answer()


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """A question that is not there yet, at the end of the section that was named."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    number = request.GET.get("section", "") or request.POST.get("section", "")
    section = (
        questionnaire.sections.filter(pk=number).first()
        if number.isdecimal() and len(number) <= MOST_DIGITS
        else questionnaire.sections.last()
    )
    if section is None:
        raise Http404
    kind = request.GET.get("kind", "")
    row = Question(section=section, kind=kind if kind in Question.Kind.values else Question.Kind.BOOLEAN)
    return _QuestionPage(request, user, questionnaire, row).answer()


class _QuestionPage:
    """One question of a draft, there already or not yet."""

    def __init__(self, request: HttpRequest, user: User, questionnaire: Questionnaire, row: Question) -> None:
        self.request, self.user, self.questionnaire, self.row = request, user, questionnaire, row
        self.code = row.code  # a form that is checked writes into the row
        self.vocabulary = Vocabulary.of_questionnaire(questionnaire)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            mark = mark_of(self.row) if self.row.pk else ""
            return self._show(*self._fresh(), mark)
        require_writer(self.user, self.questionnaire.clinic)
        reason = keep_reason(self.request, self.questionnaire)
        act, mark = self.request.POST.get("act", ""), self.request.POST.get("mark", "")
        if act == "take out" and self.row.pk:
            return self._take_out(reason, mark)
        form = QuestionForm(self.questionnaire, self.request.POST, instance=self.row)
        table = OptionTable(self.request.POST, prefix="options") if form.has_options else None
        if form.has_options and "options-TOTAL_FORMS" not in self.request.POST:
            table = OptionTable(initial=option_rows(self.row) if self.row.pk else [], prefix="options")
        if act != "save":  # another kind was chosen: ask for what fits it, keeping what was typed
            form = QuestionForm(self.questionnaire, initial=_typed(self.request), instance=self._unsaved())
            return self._show(form, table, mark)
        fits = form.is_valid()
        if table is not None:
            fits = table.is_valid() and fits
        if not fits:
            return self._show(form, table, mark, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            with editing(self.questionnaire, self.user, reason, self.vocabulary.said):
                if self.row.pk:
                    require_unchanged(self.row, mark)
                else:
                    self.row.position = next_position(self.row.section.questions)
                saved = form.save()
                replace_options(saved, _answers(table) if table is not None else [])
        except Refused as refused:
            return self._show(form, table, mark, refused=refused, status=refused.status)
        messages.success(self.request, _("Saved. What is still to be mended is said below."))
        return redirect("studio_question", saved.pk)

    def _unsaved(self) -> Question:
        """The question as it is stored, for a form that starts with what was typed."""
        if self.row.pk:
            return Question.objects.get(pk=self.row.pk)
        return Question(section=self.row.section)

    def _fresh(self) -> tuple[QuestionForm, Any]:
        form = QuestionForm(self.questionnaire, instance=self.row)
        rows = option_rows(self.row) if self.row.pk else []
        return form, OptionTable(initial=rows, prefix="options") if form.has_options else None

    def _take_out(self, reason: str, mark: str) -> HttpResponse:
        try:
            with editing(self.questionnaire, self.user, reason, self.vocabulary.said):
                require_unchanged(self.row, mark)
                self.row.delete()
        except Refused as refused:
            self.row = Question.objects.get(pk=self.row.pk)
            return self._show(*self._fresh(), mark, refused=refused, status=refused.status)
        messages.success(self.request, _("The question was taken out of the draft."))
        return redirect("studio_outline", self.questionnaire.pk)

    def _show(
        self,
        form: QuestionForm,
        table: Any,
        mark: str,
        refused: Refused | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        aid = aid_with(self.questionnaire)
        text = str(form["shown_when"].value() or "")
        mends = self._mends() if self.row.pk and not form.is_bound else []
        facts = (
            [option.code for option in self.row.options.all()]
            if self.row.pk and self.row.each_a_fact
            else [self.code]
        )
        uses = uses_of_facts(aid) if aid and self.row.pk else {}
        context = {
            "questionnaire": self.questionnaire,
            "row": self.row,
            "form": form,
            "table": table,
            "mark": mark,
            "before": self.code,
            "mends": mends,
            "refused": refused,
            "because": kept_reason(self.request, self.questionnaire),
            "may_write": may_write(self.user, self.questionnaire.clinic),
            "checked": self.vocabulary.check(text, self.code) if text else Checked("", (), ""),
            "completions": self.vocabulary.completions(),
            "uses": [(fact, uses.get(fact, [])) for fact in facts if uses.get(fact)],
            "uses_number": sum(len(uses.get(fact, [])) for fact in facts),
            "counts": counts_of_answers(aid, self.row) if aid and self.row.pk else [],
            "outline": self._outline(),
        }
        return render(self.request, "studio/question.html", context, status=status)

    def _outline(self) -> str:
        """The place in the outline from which somebody came."""
        place = f"question-{self.row.pk}" if self.row.pk else f"section-{self.row.section_id}"
        return f"{reverse('studio_outline', args=[self.questionnaire.pk])}#{place}"

    def _mends(self) -> list[Mend]:
        here = reverse("studio_question", args=[self.row.pk])
        mends = mends_of_questionnaire(self.questionnaire, problems_of_questionnaire(self.questionnaire))
        return [mend for mend in mends if mend.address.startswith(here)]


def _answers(table: Any) -> list[Mapping[str, Any]]:
    """What a checked table says, which is our own sort of formset whatever its factory is typed as."""
    return list(table.values())


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, as another form starts with it."""
    flags = ("required", "unsure", "private", "each_a_fact")
    typed = {name: request.POST.get(name, "") for name in request.POST if "-" not in name}
    return typed | {name: name in request.POST for name in flags}


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, user: User, section_id: int) -> HttpResponse:
    """One section: read, change, take out with its questions."""
    row = (
        Section.objects.filter(pk=section_id, questionnaire__in=questionnaires_for(user))
        .select_related("questionnaire__clinic")
        .first()
    )
    if row is None:
        raise Http404
    return _section_page(request, user, row.questionnaire, row)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new_section(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """A section that is not there yet, at the end."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    return _section_page(request, user, questionnaire, Section(questionnaire=questionnaire))


def _section_page(
    request: HttpRequest, user: User, questionnaire: Questionnaire, row: Section
) -> HttpResponse:
    vocabulary = Vocabulary.of_questionnaire(questionnaire)
    mark = request.POST.get("mark", "") or (mark_of(row) if row.pk else "")
    form = SectionForm(questionnaire, request.POST if request.method == "POST" else None, instance=row)
    refused: Refused | None = None
    status = HTTPStatus.OK
    if request.method == "POST":
        require_writer(user, questionnaire.clinic)
        reason = keep_reason(request, questionnaire)
        take_out = request.POST.get("act") == "take out" and row.pk is not None
        if take_out or form.is_valid():
            try:
                with editing(questionnaire, user, reason, vocabulary.said):
                    _change_section(form, row, mark, take_out=take_out)
            except Refused as refusal:
                refused, status = refusal, HTTPStatus(refusal.status)
            else:
                return redirect(
                    reverse("studio_outline", args=[questionnaire.pk])
                    + ("" if take_out else f"#section-{row.pk}")
                )
        else:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    text = str(form["shown_when"].value() or "")
    first = row.questions.first() if row.pk else None
    context = {
        "questionnaire": questionnaire,
        "row": row,
        "form": form,
        "mark": mark,
        "refused": refused,
        "because": kept_reason(request, questionnaire),
        "may_write": may_write(user, questionnaire.clinic),
        "checked": vocabulary.check(text, first.code if first else "") if text else Checked("", (), ""),
        "before": first.code if first else "",
        "completions": vocabulary.completions(),
        "questions": row.questions.count() if row.pk else 0,
    }
    return render(request, "studio/section.html", context, status=status)


def _change_section(form: SectionForm, row: Section, mark: str, *, take_out: bool) -> None:
    if row.pk:
        require_unchanged(row, mark)
    else:
        row.position = next_position(row.questionnaire.sections)
    if take_out:
        row.delete()
    else:
        form.save()
