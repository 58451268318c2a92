"""What deciding does, inside the transaction, when asking says that answers came."""

from typing import Any

from decision_aid.models import Consultation
from decision_aid.selectors import PUBLISHED_DOCUMENTS
from decision_aid.services.alerting import raise_alerts
from decision_aid.services.assessing import assess_consultation, facts_of_response
from questionnaires.models import QuestionnaireResponse
from questionnaires.services.answering import Notice


def consultation_of(response: QuestionnaireResponse) -> Consultation | None:
    """The consultation whose patient's answers or clinician's findings this response is."""
    consultations = Consultation.objects.select_related(
        "clinic", "release", "response__version", "findings__version"
    ).defer(*PUBLISHED_DOCUMENTS)
    return consultations.filter(response=response).first() or consultations.filter(findings=response).first()


def raise_alerts_of_response(response: QuestionnaireResponse, **_: Any) -> tuple[Notice, ...]:
    """Receiver of answer_saved: the warning signs that the answers given so far fire."""
    consultation = consultation_of(response)
    if consultation is None:
        return ()
    facts = facts_of_response(consultation.response)
    if consultation.response_id != response.pk:
        facts |= facts_of_response(response)
    return raise_alerts(consultation, facts)


def assess_response(response: QuestionnaireResponse, **_: Any) -> None:
    """Receiver of response_submitted: the consultation is assessed with the submission, or neither is."""
    consultation = consultation_of(response)
    if consultation is not None:
        assess_consultation(consultation)
