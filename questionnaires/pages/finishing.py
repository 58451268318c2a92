"""Finishing: look at every answer, send them, and what happens next."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import Question, Section
from questionnaires.models import QuestionnaireResponse
from questionnaires.pages.answering import CHECK, answers_of, progress_in, question_address
from questionnaires.pages.visits import Step, for_visit
from questionnaires.pages.words import words_of
from questionnaires.services.answering import submit_response
from questionnaires.services.notices import notices_of
from questionnaires.services.refusals import Refused
from questionnaires.services.signals import response_received
from questionnaires.services.unfinished import unsettled_of
from questionnaires.services.visiting import is_on_tablet


@dataclass(frozen=True)
class CheckedAnswer:
    """One line of the page of all answers."""

    question: Question
    words: str  # empty: not answered
    change: str  # the address at which it is changed
    is_unfinished: bool  # something was typed that is not saved yet


@dataclass(frozen=True)
class CheckedSection:
    """The lines of one section."""

    section: Section
    lines: tuple[CheckedAnswer, ...]


@for_visit(Step.CONSENTED)
@require_http_methods(["GET", "HEAD", "POST"])
def check_answers(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """Show every answer with a way to change it; the button sends them."""
    if request.method != "POST":
        return _check_page(request, response)
    if request.POST.get("revision") != str(response.revision):
        return _check_page(request, response, is_changed=True, status=HTTPStatus.CONFLICT)
    try:
        sent = submit_response(response)
    except ProblemsFound as found:
        return _check_page(request, response, found.problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        if refused.code == "response_submitted":
            return redirect("thank_you")
        response.refresh_from_db()
        return _check_page(request, response, is_changed=True, status=refused.status)
    response_received.send(sender=QuestionnaireResponse, response=sent)
    return redirect("thank_you")


@for_visit(Step.SUBMITTED)
@require_http_methods(["GET", "HEAD"])
def thank_you(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """Say that the answers arrived and what happens next; the documents are listed as they become ready."""
    context = {
        "clinic": response.clinic,
        "response": response,
        "notices": notices_of(response),
        "on_tablet": is_on_tablet(request.session),
        "goes_after": 60,
        "documents_address": "" if is_on_tablet(request.session) else _address("my_documents"),
    }
    return render(request, "questionnaires/thank_you.html", context)


def _check_page(
    request: HttpRequest,
    response: QuestionnaireResponse,
    problems: tuple[Problem, ...] = (),
    *,
    is_changed: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    answers, progress = answers_of(response), progress_in(response)
    unsettled = unsettled_of(response)
    sections = tuple(
        CheckedSection(
            one.section,
            tuple(
                CheckedAnswer(
                    question=question,
                    words=words_of(question, answers[question.code]) if question.code in answers else "",
                    change=question_address(question.code, CHECK),
                    is_unfinished=question.code in unsettled,
                )
                for question in one.questions
            ),
        )
        for one in progress.sections
    )
    context = {
        "clinic": response.clinic,
        "response": response,
        "progress": progress,
        "sections": sections,
        "missing": [
            line
            for one in sections
            for line in one.lines
            if line.is_unfinished or (line.question.required and not line.words)
        ],
        "is_refused": bool(problems),
        "is_changed": is_changed,
        "notices": notices_of(response),
    }
    return render(request, "questionnaires/check_answers.html", context, status=status)


def _address(name: str) -> str:
    """The address of a page that deciding provides; empty where asking runs alone."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
