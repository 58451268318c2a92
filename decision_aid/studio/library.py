"""The question library: every question of a draft with what reads its answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decision_aid.studio.access import aid_with, for_office
from decision_aid.studio.outline import questionnaire_or_404
from decision_aid.studio.uses import uses_of_facts
from questionnaires.models import Question, User

LONGEST_SEARCH = 100


@for_office
@require_safe
def library(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """Every question, or those that hold the words searched for, with its uses by kind."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    aid = aid_with(questionnaire)
    uses = uses_of_facts(aid) if aid else {}
    wanted = request.GET.get("words", "").strip()[:LONGEST_SEARCH]
    unused_only = "unused" in request.GET
    rows = []
    for question in (
        Question.objects.filter(section__questionnaire=questionnaire)
        .order_by("section__position", "section_id", "position", "id")
        .select_related("section")
        .prefetch_related("options")
    ):
        facts = [one.code for one in question.options.all()] if question.each_a_fact else [question.code]
        found = list(dict.fromkeys(use for fact in facts for use in uses.get(fact, ())))
        texts = (question.code, question.text, question.help, *(one.label for one in question.options.all()))
        if wanted and not any(wanted.lower() in text.lower() for text in texts):
            continue
        if unused_only and found:
            continue
        rows.append({"row": question, "uses": found})
    context = {
        "questionnaire": questionnaire,
        "aid": aid,
        "rows": rows,
        "words": wanted,
        "unused": unused_only,
    }
    return render(request, "studio/library.html", context)
