"""The clinician's findings: a response of their own, copied when something is to be corrected."""

from http import HTTPStatus

from django.db import transaction

from decision_aid.models import Consultation
from decision_aid.services.permissions import ENTER_FINDINGS
from questionnaires.models import QuestionnaireResponse, User
from questionnaires.services.answering import start_response
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused


@transaction.atomic
def open_findings(consultation: Consultation, by: User) -> QuestionnaireResponse:
    """Return the open findings of a consultation; submitted ones are copied, so that nothing is typed twice.

    Refused: not_permitted, not_submitted (the patient has not sent the form yet).
    """
    require(by, consultation.clinic, ENTER_FINDINGS)
    if consultation.response.status != QuestionnaireResponse.Status.SUBMITTED:
        raise Refused(
            "not_submitted",
            "The patient has not sent the form yet. Findings are added to what the patient answered.",
            HTTPStatus.CONFLICT,
        )
    earlier = consultation.findings
    if earlier is not None and earlier.status == QuestionnaireResponse.Status.OPEN:
        return earlier
    findings = start_response(
        consultation.clinic,
        consultation.patient,
        consultation.release.findings,
        answered_by=QuestionnaireResponse.AnsweredBy.CLINICIAN,
        filled_by=by,
    )
    if earlier is not None:
        findings.answers, findings.set_aside = earlier.answers, earlier.set_aside
        findings.save(update_fields=["answers", "set_aside"])
    Consultation.objects.filter(pk=consultation.pk).update(findings=findings)
    consultation.findings = findings
    return findings
