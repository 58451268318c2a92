"""Optional questions left out on purpose: not asked again, in whichever browser the person goes on."""

from questionnaires.models import LeftOutQuestion, QuestionnaireResponse


def leave_out(response: QuestionnaireResponse, code: str) -> None:
    """Remember that the person chose to leave an optional question out."""
    if response.status == QuestionnaireResponse.Status.OPEN:
        LeftOutQuestion.objects.get_or_create(response=response, code=code)


def left_out_of(response: QuestionnaireResponse) -> frozenset[str]:
    """The codes of the questions that were left out."""
    return frozenset(response.left_out.values_list("code", flat=True))
