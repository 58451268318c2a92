"""A draft as a patient would meet it: a phone frame, any golden person, any language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from decision_aid.models import DecisionAid
from decision_aid.studio.access import Page, aid_with, for_office
from decision_aid.studio.outline import questionnaire_or_404
from decision_aid.studio.places import mends_of_questionnaire
from questionnaires.definition.answers import Answer, answer_making
from questionnaires.definition.facts import Facts, read_fact
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from questionnaires.definition.translations import with_texts
from questionnaires.definition.typed import texts_of
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Questionnaire, User
from questionnaires.models.versions import QUESTIONNAIRE_TEXTS
from questionnaires.pages.forms import AnswerForm
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.translating import questionnaire_texts, standing_texts

NOBODY = ""
P = ParamSpec("P")


def policy_with(directives: Mapping[str, list[str]]) -> Callable[[Page[P]], Page[P]]:
    """A page whose Content-Security-Policy has these directives otherwise than the others'."""
    return cast("Callable[[Page[P]], Page[P]]", csp_replace(dict(directives)))


@dataclass(frozen=True)
class Seen:
    """What is looked at: the draft in one language, as one golden person has answered it."""

    definition: Definition
    answers: Mapping[str, Answer]
    shown: tuple[str, ...]


@policy_with({"frame-src": ["'self'"]})
@for_office
@require_safe
def preview(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """The frame, with a choice of people and languages beside it."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    aid = aid_with(questionnaire)
    person, language = request.GET.get("person", NOBODY), _language(request, questionnaire)
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "people": list(aid.golden_cases.values_list("code", "story")) if aid else [],
        "person": person,
        "languages": _languages(questionnaire),
        "language": language,
    }
    try:
        seen = _seen(questionnaire, aid, person, language)
    except ProblemsFound as found:
        context["mends"] = mends_of_questionnaire(questionnaire, found.problems)
        return render(request, "studio/preview.html", context)
    context["shown"] = [seen.definition.question(code) for code in seen.shown]
    context["hidden"] = len(seen.definition.questions) - len(seen.shown)
    context["question"] = _question(request, seen)
    return render(request, "studio/preview.html", context)


@xframe_options_sameorigin
@policy_with({"frame-ancestors": ["'self'"]})
@for_office
@require_safe
def screen(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """One question inside the frame, as the patient's page shows it; nothing is saved."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    aid = aid_with(questionnaire)
    person, language = request.GET.get("person", NOBODY), _language(request, questionnaire)
    try:
        seen = _seen(questionnaire, aid, person, language)
    except ProblemsFound:
        raise Http404 from None
    code = _question(request, seen)
    if not code:
        raise Http404
    place = seen.shown.index(code)
    question = seen.definition.question(code)
    answer = seen.answers.get(code)
    context = {
        "questionnaire": questionnaire,
        "question": question,
        "section": next(one for one in seen.definition.sections if question in one.questions),
        "form": AnswerForm(question, initial={"answer": texts_of(answer) if answer else []}),
        "number": place + 1,
        "shown": len(seen.shown),
        "before": seen.shown[place - 1] if place else "",
        "after": seen.shown[place + 1] if place + 1 < len(seen.shown) else "",
        "person": person,
        "language": language,
    }
    page = language if translation.check_for_language(language) else settings.LANGUAGE_CODE
    with translation.override(page):
        return render(request, "studio/screen.html", context)


def _question(request: HttpRequest, seen: Seen) -> str:
    """The question that was asked for, where this person is asked it; else their first."""
    wanted = request.GET.get("question", "")
    return wanted if wanted in seen.shown else next(iter(seen.shown), "")


def _languages(questionnaire: Questionnaire) -> list[str]:
    """The draft's own language, those it is being translated into, and those of the pages."""
    begun = questionnaire.translations.order_by("language").values_list("language", flat=True).distinct()
    pages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return list(dict.fromkeys([questionnaire.language, *begun, *pages]))


def _language(request: HttpRequest, questionnaire: Questionnaire) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in _languages(questionnaire) else questionnaire.language


def _seen(questionnaire: Questionnaire, aid: DecisionAid | None, person: str, language: str) -> Seen:
    """Raises ProblemsFound where the draft cannot be read."""
    document = questionnaire_document(questionnaire)
    standing = standing_texts(questionnaire.translations.all(), questionnaire_texts(questionnaire))
    definition = read_definition(with_texts(document, QUESTIONNAIRE_TEXTS, standing.get(language, {})))
    facts = _facts(aid, person, definition)
    answers: dict[str, Answer] = {}
    shown = shown_questions(definition, answers)
    while True:
        found = {
            code: answer
            for code in shown
            if code not in answers and (answer := answer_making(definition.question(code), facts))
        }
        if not found:
            return Seen(definition, answers, tuple(shown))
        answers |= found
        shown = shown_questions(definition, answers)


def _facts(aid: DecisionAid | None, person: str, definition: Definition) -> Facts:
    """What a golden person would say to this draft; what the draft does not know is left out."""
    case = aid.golden_cases.filter(code=person).first() if aid and person else None
    facts = {}
    for code, value in (case.facts if case else {}).items():
        if code in definition.types:
            try:
                facts[code] = read_fact(value, definition.types[code])
            except ProblemsFound:
                continue  # the draft asks otherwise now: to it this is no answer
    return facts
