"""An assessment as a FHIR R4 Bundle: who it is about, what was answered, and what was computed of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from decision_aid.summaries import wording
from decision_aid.summaries.fields import Row, number, row_of, rows, text, texts, whole
from decision_aid.summaries.frame import needs_care_today, one_line
from decision_aid.summaries.inputs import AnsweredSection, SummaryInputs
from decision_aid.summaries.judgements import candidacy_of, override_of
from decision_aid.summaries.knowledge import Knowledge
from questionnaires.definition.digest import json_number, sha256_of

# FHIR R4 (4.0.1): https://hl7.org/fhir/R4/bundle.html and the pages of each resource. The codes are this
# service's own: no terminology has words for a candidacy. A candidacy is a judgement in words, never a
# probability, so `probabilityDecimal` stays empty.

CANDIDACY = "urn:candor:candidacy"
OPTION = "urn:candor:option"
SCALE = "urn:candor:scale"

Resource = dict[str, Any]


def bundle_of(inputs: SummaryInputs) -> Resource | None:
    """The Bundle, the same for the same inputs; None while an emergency sign is open, as on every page."""
    knowledge = Knowledge(inputs)
    if needs_care_today(knowledge):
        return None
    resources = (
        _patient(inputs),
        _response(knowledge),
        *_observations(knowledge),
        *_risk_assessments(knowledge),
    )
    return {
        "resourceType": "Bundle",
        "id": _id(knowledge, "bundle"),
        "type": "collection",
        "timestamp": inputs.made_at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


def _id(knowledge: Knowledge, name: str) -> str:
    """A UUID of version 8 (RFC 9562) that follows from the report: two Bundles of one report are equal."""
    digits = sha256_of([text(knowledge.report, "report_sha256"), name])
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _reference(knowledge: Knowledge, name: str) -> Resource:
    return {"reference": f"urn:uuid:{_id(knowledge, name)}"}


def _patient(inputs: SummaryInputs) -> Resource:
    resource: Resource = {
        "resourceType": "Patient",
        "id": _id(Knowledge(inputs), "patient"),
        "name": [{"text": one_line(inputs.patient_name)}],
    }
    if inputs.patient_number:
        resource["identifier"] = [
            {"value": inputs.patient_number, "assigner": {"display": one_line(inputs.clinic_name)}}
        ]
    if inputs.birth_date:
        resource["birthDate"] = inputs.birth_date.isoformat()
    return resource


def _response(knowledge: Knowledge) -> Resource:
    inputs = knowledge.inputs
    resource: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": _id(knowledge, "response"),
        "status": "completed",
        "subject": _reference(knowledge, "patient"),
        "authored": inputs.made_at.isoformat(),
    }
    items = [
        {"linkId": f"section-{place}", "text": section.title, "item": list(_items(section))}
        for place, section in enumerate((*inputs.intake, *inputs.findings), 1)
        if section.answers
    ]
    return resource | ({"item": items} if items else {})


def _items(section: AnsweredSection) -> Iterator[Resource]:
    for answer in section.answers:
        said = {"valueString": answer.answer} if answer.answer.strip() else None
        yield {"linkId": answer.code, "text": answer.question} | ({"answer": [said]} if said else {})


def _observations(knowledge: Knowledge) -> Iterator[Resource]:
    """One for each scale: its value, or that it could not be scored."""
    for scale, row in row_of(knowledge.report, "scales").items():
        if not isinstance(row, dict):
            continue
        described = knowledge.scales.get(scale, {})
        resource: Resource = {
            "resourceType": "Observation",
            "id": _id(knowledge, f"scale {scale}"),
            "status": "final",
            "code": _concept(SCALE, scale, text(described, "title") or wording.humanised(scale)),
            "subject": _reference(knowledge, "patient"),
            "effectiveDateTime": knowledge.inputs.made_at.isoformat(),
            "derivedFrom": [_reference(knowledge, "response")],
        }
        value = number(row, "value")
        if value is None:
            resource["dataAbsentReason"] = {"text": "Answers are missing"}
        else:
            unit = text(described, "unit")
            resource["valueQuantity"] = {"value": json_number(value)} | ({"unit": unit} if unit else {})
        yield resource


def _risk_assessments(knowledge: Knowledge) -> Iterator[Resource]:
    """One for each option: the candidacy that stands, and what was computed where a clinician changed it."""
    release = row_of(knowledge.report, "release")
    made_by = (
        f"{text(release, 'aid')} release {whole(release, 'version')}, sha256 {text(release, 'sha256')}, "
        f"engine {text(knowledge.report, 'engine_version')}"
    )
    for row in rows(knowledge.report, "options"):
        option = text(row, "id")
        yield {
            "resourceType": "RiskAssessment",
            "id": _id(knowledge, f"option {option}"),
            "status": "final",
            "method": {"text": made_by},
            "code": _concept(OPTION, option, knowledge.title(option)),
            "subject": _reference(knowledge, "patient"),
            "occurrenceDateTime": knowledge.inputs.made_at.isoformat(),
            "basis": [_reference(knowledge, "response")],
            "prediction": [
                {
                    "outcome": {"text": f"Candidate for {knowledge.title(option)}"},
                    "qualitativeRisk": _candidacy(candidacy_of(knowledge, option)),
                }
            ],
            "note": [{"text": words} for words in _notes(knowledge, row)],
        }


def _notes(knowledge: Knowledge, row: Row) -> Iterator[str]:
    low, high = texts(row, "points")
    computed = text(row, "candidacy")
    yield f"Computed: {_words(computed)}, {low} to {high} points; an expert draft, not a measured risk."
    override = override_of(knowledge, text(row, "id"))
    if override:
        changed = f"Changed to {_words(override.candidacy)} by {one_line(override.by)}"
        yield f"{changed}: {one_line(override.words)}"


def _candidacy(code: str) -> Resource:
    return _concept(CANDIDACY, code, _words(code))


def _words(candidacy: str) -> str:
    return wording.SURGEON_CANDIDACY.get(candidacy, wording.humanised(candidacy))


def _concept(system: str, code: str, words: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": words}], "text": words}
