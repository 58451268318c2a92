"""Many people who answered, as the rows that a journey would leave, made at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, DecisionAidVersion
from decision_aid.scoring import ENGINE_VERSION, score
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import facts_document, read_facts
from questionnaires.models import Patient, QuestionnaireResponse

Facts = Mapping[str, Any]


def store_answers(release: DecisionAidVersion, cast: Cast, people: Iterable[Facts]) -> list[Consultation]:
    """A patient, a submitted form, a consultation and an assessment for each, in their order."""
    people, now = list(people), timezone.now()
    patients = Patient.objects.bulk_create(
        Patient(
            clinic=cast.clinic,
            number=f"G-{number:04}",
            given_name="ZZPHI-given",
            family_name="ZZPHI-family",
            birth_date=date(1970, 2, 28),
        )
        for number in range(len(people))
    )
    responses = QuestionnaireResponse.objects.bulk_create(
        QuestionnaireResponse(
            clinic=cast.clinic,
            patient=patient,
            version=release.intake,
            status=QuestionnaireResponse.Status.SUBMITTED,
            submitted_at=now,
            sha256="0" * 64,
        )
        for patient in patients
    )
    consultations = Consultation.objects.bulk_create(
        Consultation(
            clinic=cast.clinic,
            patient=patient,
            release=release,
            surgeon=cast.surgeon,
            scheduled_at=now,
            response=response,
            stage=Consultation.Stage.SUBMITTED,
        )
        for patient, response in zip(patients, responses, strict=True)
    )
    Assessment.objects.bulk_create(
        _assessment(release, consultation, facts)
        for consultation, facts in zip(consultations, people, strict=True)
    )
    return consultations


_reports: dict[tuple[str, str], Mapping[str, Any]] = {}


def _assessment(release: DecisionAidVersion, consultation: Consultation, said: Facts) -> Assessment:
    facts = read_facts(said, release.ruleset.types)
    key = release.sha256, canonical_json(facts_document(facts))
    if key not in _reports:
        _reports[key] = score(release.ruleset, facts, date(2026, 1, 1)).document
    report = _reports[key]
    return Assessment(
        clinic=consultation.clinic,
        consultation=consultation,
        number=1,
        release=release,
        engine_version=ENGINE_VERSION,
        as_of=date(2026, 1, 1),
        facts=facts_document(facts),
        facts_sha256=report["facts_sha256"],
        report=report,
        report_sha256=report["report_sha256"],
        pathway=report["pathway"],
        assessed_at=timezone.now(),
    )
