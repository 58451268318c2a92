"""Reading a condition while it is typed: what is wrong and where, or what it says."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from decision_aid.studio.access import aids_for, for_office, questionnaires_for
from decision_aid.studio.vocabulary import Vocabulary
from questionnaires.models import User

LONGEST = 8000  # characters; beyond the language's own limit, so that this limit is said in its words
MOST_DIGITS = 18


@for_office
@require_POST
def check_condition(request: HttpRequest, user: User) -> JsonResponse:
    """The problems of `text`, each with position, sentence and hint, else its words.

    `questionnaire` or `aid` is the draft's id; `before` the question that the condition decides about;
    `calculates` that a value is wanted rather than a condition.
    """
    vocabulary = _vocabulary(request, user)
    if vocabulary is None:
        return JsonResponse({"code": "not_found"}, status=HTTPStatus.NOT_FOUND)
    text = request.POST.get("text", "")[:LONGEST]
    if not text.strip():
        return JsonResponse({"problems": [], "words": "", "marked": ["", "", ""]})
    checked = vocabulary.check(
        text, request.POST.get("before", ""), is_condition="calculates" not in request.POST
    )
    return JsonResponse(checked.document())


def _vocabulary(request: HttpRequest, user: User) -> Vocabulary | None:
    for name, drafts in (("questionnaire", questionnaires_for(user)), ("aid", aids_for(user))):
        number = request.POST.get(name, "")
        if number.isdecimal() and len(number) <= MOST_DIGITS:
            draft = drafts.filter(pk=number).first()
            if draft is not None:
                is_aid = name == "aid"
                return Vocabulary.of_aid(draft) if is_aid else Vocabulary.of_questionnaire(draft)  # type: ignore[arg-type]
    return None
