"""Assessing: one set of facts, one release, one stored report."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from decision_aid.models import Assessment, Consultation
from decision_aid.scoring import ENGINE_VERSION, score
from decision_aid.services import summarising
from decision_aid.services.alerting import raise_alerts
from decision_aid.services.following import follow_assessment
from questionnaires.definition.answers import read_answers
from questionnaires.definition.facts import FactValue, facts_document
from questionnaires.definition.visibility import facts_of
from questionnaires.models import AuditEvent, OutboxEvent, QuestionnaireResponse
from questionnaires.services import audit
from questionnaires.services.outbox import record_event
from questionnaires.services.refusals import Refused


def facts_of_response(response: QuestionnaireResponse) -> dict[str, FactValue]:
    """What a response says that was asked and answered."""
    definition = response.version.definition
    return dict(facts_of(definition, read_answers(definition, response.answers)))


@transaction.atomic
def assess_consultation(consultation: Consultation) -> Assessment:
    """Score the patient's submitted answers, overlaid with the clinician's submitted findings.

    Stores the report beside earlier ones and asks for the documents that are due. Refused: not_submitted.
    """
    response, findings = consultation.response, consultation.findings
    if response.status != QuestionnaireResponse.Status.SUBMITTED:
        raise Refused("not_submitted", "The patient has not sent the form yet.")
    facts = facts_of_response(response)
    if findings is not None and findings.status == QuestionnaireResponse.Status.SUBMITTED:
        facts |= facts_of_response(findings)
    else:
        findings = None
    now = timezone.now()
    as_of = now.astimezone(ZoneInfo(consultation.clinic.time_zone)).date()
    report: Mapping[str, Any] = score(consultation.release.ruleset, facts, as_of).document
    last = consultation.assessments.order_by("-number").first()
    assessment = Assessment.objects.create(
        clinic=consultation.clinic,
        consultation=consultation,
        number=last.number + 1 if last else 1,
        release=consultation.release,
        findings=findings,
        engine_version=ENGINE_VERSION,
        as_of=as_of,
        facts=facts_document(facts),
        facts_sha256=report["facts_sha256"],
        report=report,
        report_sha256=report["report_sha256"],
        pathway=report["pathway"],
        assessed_at=now,
    )
    audit.record(
        consultation.clinic,
        "assessed",
        assessment,
        actor=AuditEvent.Actor.SYSTEM,
        detail={"report_sha256": assessment.report_sha256, "number": assessment.number},
    )
    follow_assessment(assessment)
    record_event(
        consultation.clinic,
        OutboxEvent.Kind.ASSESSED,
        assessment,
        now=now,
        detail={"consultation": str(consultation.pk), "number": assessment.number},
    )
    raise_alerts(consultation, facts)
    summarising.request_assessed(assessment)
    return assessment
