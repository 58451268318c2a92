"""The questions that come next, so that a page can go on asking while it has no connection."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from questionnaires.definition.schema import Definition
from questionnaires.models import QuestionnaireResponse
from questionnaires.pages.answering import QuestionPage, progress_in, question_address
from questionnaires.pages.visits import Step, for_visit

ENOUGH = 6_000  # characters of a part: with the page of a step it stays below 15 kB


@for_visit(Step.CONSENTED)
@require_safe
def ahead(request: HttpRequest, response: QuestionnaireResponse, code: str) -> HttpResponse:
    """The open questions after one, as many as make a small part, and where the next part is.

    No answer is in it: each question comes as it would be asked of somebody who has not answered it.
    """
    definition = response.version.definition
    if not definition.asks(code):
        raise Http404
    reads = questions_read(definition)
    progress = progress_in(response)
    place = definition.questions.index(definition.question(code))
    parts: list[dict[str, object]] = []
    size = 0
    for number, question in enumerate(definition.questions[place + 1 :], place + 1):
        if size >= ENOUGH:
            more = reverse("ahead", kwargs={"code": definition.questions[number - 1].code})
            return JsonResponse({"questions": parts, "more": more})
        if question.code in response.answers:
            continue
        page = QuestionPage(request, response, question, progress)
        html = render_to_string("questionnaires/question_main.html", page.unanswered(), request)
        size += len(html)
        parts.append(
            {
                "code": question.code,
                "place": number,
                "title": f"{question.text} – {response.clinic.name}",
                "address": question_address(question.code),
                "reads": sorted(reads[question.code]),
                "html": html,
            }
        )
    return JsonResponse({"questions": parts, "more": ""})


def questions_read(definition: Definition) -> dict[str, frozenset[str]]:
    """The questions whose answers can change whether a question is asked, directly or through others."""
    asked_by = {fact: one.code for one in definition.questions for fact in one.types}
    read: dict[str, frozenset[str]] = {}
    for section in definition.sections:
        for question in section.questions:
            conditions = [one for one in (section.shown_when, question.shown_when) if one]
            direct = {asked_by[fact] for condition in conditions for fact in condition.facts}
            read[question.code] = frozenset(direct).union(*(read[one] for one in direct))
    return read
