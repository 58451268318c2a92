"""The appointment letter: made while it is asked for, because the link in it is known only then."""

from zoneinfo import ZoneInfo

from decision_aid.models import Consultation
from decision_aid.summaries import LetterInputs, letter_document, render_letter
from questionnaires.models import Invitation
from questionnaires.services.qr import qr_svg


def letter_pdf(consultation: Consultation, invitation: Invitation, address: str) -> bytes:
    """The letter with a link that was just made, as a PDF that is stored nowhere. Raises RenderingError.

    A worker could only make it if the secret stood in a task or a row; here it stays in this request.
    """
    clinic, patient = consultation.clinic, consultation.patient
    zone = ZoneInfo(clinic.time_zone)
    inputs = LetterInputs(
        clinic_name=clinic.name,
        clinic_address=clinic.address,
        clinic_phone=clinic.phone,
        clinic_emergency_phone=clinic.emergency_phone,
        patient_name=str(patient),
        birth_date=patient.birth_date,
        patient_number=patient.number,
        surgeon_name=str(consultation.surgeon),
        appointment=consultation.scheduled_at.astimezone(zone),
        place=consultation.place,
        address=address,
        made_at=invitation.created_at.astimezone(zone),
        expires_at=invitation.expires_at.astimezone(zone),
        paper="us-letter" if clinic.paper == clinic.Paper.LETTER else "a4",
    )
    return render_letter(letter_document(inputs), qr_svg(address))
