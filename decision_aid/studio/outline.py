"""A draft questionnaire at a glance: its sections and questions, to be ordered, copied and opened."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decision_aid.studio.access import (
    aid_with,
    aids_for,
    for_office,
    keep_reason,
    kept_reason,
    may_write,
    questionnaires_for,
    require_writer,
)
from decision_aid.studio.places import Mend, mends_of_questionnaire
from decision_aid.studio.uses import uses_of_facts
from decision_aid.studio.vocabulary import Vocabulary
from questionnaires.models import Question, Questionnaire, Section, User
from questionnaires.services.editing import (
    duplicate_question,
    duplicate_section,
    editing,
    move_question,
    move_section,
)
from questionnaires.services.publishing import problems_of_questionnaire
from questionnaires.services.refusals import Refused

MOST_DIGITS = 18  # of a row's number


@for_office
@require_safe
def home(request: HttpRequest, user: User) -> HttpResponse:
    """Every draft of the user's clinics, and where to go on."""
    questionnaires = [
        {
            "row": row,
            "questions": Question.objects.filter(section__questionnaire=row).count(),
            "problems": len(problems_of_questionnaire(row)),
            "published": row.versions.first(),
        }
        for row in questionnaires_for(user).order_by("clinic__name", "audience", "title")
    ]
    aids = [
        {"row": row, "options": row.options.count(), "published": row.releases.first()}
        for row in aids_for(user).order_by("clinic__name", "title")
    ]
    return render(request, "studio/home.html", {"questionnaires": questionnaires, "aids": aids})


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """The sections and questions; each can be moved by a button, a key or the mouse, and copied."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    if request.method == "POST":
        return _arrange(request, user, questionnaire)
    return _page(request, user, questionnaire)


def questionnaire_or_404(user: User, questionnaire_id: int) -> Questionnaire:
    """A draft of the user's clinics; another clinic's does not exist."""
    found = questionnaires_for(user).filter(pk=questionnaire_id).first()
    if found is None:
        raise Http404
    return found


def _arrange(request: HttpRequest, user: User, questionnaire: Questionnaire) -> HttpResponse:
    require_writer(user, questionnaire.clinic)
    reason = keep_reason(request, questionnaire)
    act, _colon, row = request.POST.get("act", "").partition(":")
    try:
        with editing(questionnaire, user, reason, Vocabulary.of_questionnaire(questionnaire).said):
            place = _act(request, questionnaire, act, row)
    except Refused as refused:
        return _page(request, user, questionnaire, refused)
    return redirect(f"{reverse('studio_outline', args=[questionnaire.pk])}#{place}")


def _act(request: HttpRequest, questionnaire: Questionnaire, act: str, row: str) -> str:
    """Do what was asked of a row such as “question-12”; the row to look at next."""
    kind, _dash, number = row.partition("-")
    if kind not in {"section", "question"} or not number.isdecimal() or len(number) > MOST_DIGITS:
        raise _unknown_act()
    if kind == "section":
        return _act_on_section(questionnaire, act, _section(questionnaire, number), request)
    question = Question.objects.filter(section__questionnaire=questionnaire, pk=number).first()
    if question is None:
        raise Http404
    return _act_on_question(request, questionnaire, act, question)


def _act_on_section(questionnaire: Questionnaire, act: str, section: Section, request: HttpRequest) -> str:
    order = list(questionnaire.sections.values_list("pk", flat=True))
    match act:
        case "up" | "down":
            move_section(section, order.index(section.pk) + (1 if act == "down" else -1))
        case "to":
            move_section(section, _place_in(request))
        case "copy":
            section = duplicate_section(section)
            messages.success(request, _("The section was copied with its questions, each under a new code."))
        case _:
            raise _unknown_act()
    return f"section-{section.pk}"


def _act_on_question(request: HttpRequest, questionnaire: Questionnaire, act: str, question: Question) -> str:
    section = question.section
    sections = list(questionnaire.sections.all())
    order = list(section.questions.values_list("pk", flat=True))
    here, home_at = order.index(question.pk), sections.index(section)
    match act:
        case "up" if here:
            move_question(question, section, here - 1)
        case "up" if home_at:
            above = sections[home_at - 1]
            move_question(question, above, above.questions.count())
        case "down" if here + 1 < len(order):
            move_question(question, section, here + 1)
        case "down" if home_at + 1 < len(sections):
            move_question(question, sections[home_at + 1], 0)
        case "up" | "down":
            pass  # it is the very first or the very last
        case "to":
            target = _section(questionnaire, request.POST.get("section", ""))
            move_question(question, target, _place_in(request))
        case "copy":
            question = duplicate_question(question)
            messages.success(
                request, _("The question was copied. Give the copy a code and words of its own.")
            )
        case _:
            raise _unknown_act()
    return f"question-{question.pk}"


def _section(questionnaire: Questionnaire, number: str) -> Section:
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        raise _unknown_act()
    section = questionnaire.sections.filter(pk=number).first()
    if section is None:
        raise Http404
    return section


def _place_in(request: HttpRequest) -> int:
    place = request.POST.get("place", "")
    if not place.isdecimal() or len(place) > 6:
        raise _unknown_act()
    return int(place)


def _unknown_act() -> Refused:
    return Refused("unknown_act", "That is not something this page can do. Load it again.", 422)


def _page(
    request: HttpRequest, user: User, questionnaire: Questionnaire, refused: Refused | None = None
) -> HttpResponse:
    vocabulary = Vocabulary.of_questionnaire(questionnaire)
    aid = aid_with(questionnaire)
    mends = mends_of_questionnaire(questionnaire, problems_of_questionnaire(questionnaire))
    uses = uses_of_facts(aid) if aid else {}
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "aid": aid,
        "sections": _sections(questionnaire, vocabulary, mends, uses),
        "mends": mends,
        "refused": refused,
        "because": kept_reason(request, questionnaire),
        "may_write": may_write(user, questionnaire.clinic),
        "kinds": Question.Kind.choices,
    }
    status = refused.status if refused else HTTPStatus.OK
    return render(request, "studio/outline.html", context, status=status)


def _sections(
    questionnaire: Questionnaire, vocabulary: Vocabulary, mends: list[Mend], uses: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    broken = {mend.address.partition("#")[0] for mend in mends}
    number = 0
    sections = []
    for section in questionnaire.sections.prefetch_related("questions__options"):
        rows = []
        for question in section.questions.all():
            number += 1
            facts = (
                [option.code for option in question.options.all()]
                if question.each_a_fact
                else [question.code]
            )
            rows.append(
                {
                    "row": question,
                    "number": number,
                    "options": len(question.options.all()),
                    "shown": vocabulary.said(question.shown_when) if question.shown_when else "",
                    "uses": sum(len(uses.get(fact, ())) for fact in facts),
                    "is_broken": reverse("studio_question", args=[question.pk]) in broken,
                }
            )
        shown = vocabulary.said(section.shown_when) if section.shown_when else ""
        sections.append({"row": section, "questions": rows, "shown": shown})
    return sections
