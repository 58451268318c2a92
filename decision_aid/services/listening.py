"""What deciding does, inside the transaction, when asking says that answers came."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from decision_aid.models import Consultation
from decision_aid.selectors import PUBLISHED_DOCUMENTS
from decision_aid.services.alerting import raise_alerts, standing_notices, understand_signs
from decision_aid.services.assessing import assess_consultation, facts_of_response
from decision_aid.services.following import follow_consultations
from questionnaires.models import QuestionnaireResponse
from questionnaires.services.appointments import Appointment
from questionnaires.services.notices import Notice


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
    if consultation.stage == Consultation.Stage.INVITED:
        follow_consultations(Consultation.objects.filter(pk=consultation.pk))
    facts = facts_of_response(consultation.response)
    if consultation.response_id != response.pk:
        facts |= facts_of_response(response)
    return raise_alerts(consultation, facts)


def notices_of_response(response: QuestionnaireResponse, **_: Any) -> tuple[Notice, ...]:
    """Receiver of notices_asked: what the patient should know of the signs that their answers show now."""
    return standing_notices(response)


def note_understood(response: QuestionnaireResponse, codes: Collection[str], **_: Any) -> None:
    """Receiver of notices_understood: the patient read what to do about these signs."""
    understand_signs(response, codes)


def assess_response(response: QuestionnaireResponse, **_: Any) -> None:
    """Receiver of response_submitted: the consultation is assessed with the submission, or neither is."""
    consultation = consultation_of(response)
    if consultation is not None:
        assess_consultation(consultation)


def appointment_of_response(response: QuestionnaireResponse, **_: Any) -> Appointment | None:
    """Receiver of appointment_asked: whom, when and where the patient of this response sees."""
    consultation = Consultation.objects.select_related("surgeon", "clinic").filter(response=response).first()
    if consultation is None:
        return None
    at = consultation.scheduled_at.astimezone(ZoneInfo(consultation.clinic.time_zone))
    return Appointment(str(consultation.surgeon), at, consultation.place)
