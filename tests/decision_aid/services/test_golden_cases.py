"""Anybody's answers become a golden case that says nothing of who they are."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, GoldenCase
from decision_aid.scoring import run_golden_cases
from decision_aid.services.checking import read_draft
from decision_aid.services.golden_cases import make_golden_case
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import AuditEvent
from questionnaires.services.refusals import Refused
from tests.cast import assess, signed_in


@pytest.fixture
def assessment(consultation: Consultation, golden: Callable[[str], dict[str, Any]]) -> Assessment:
    words = {"reason_for_visit": "ZZPHI-words", "questions_for_surgeon": "ZZPHI-question", "age_years": 43}
    return assess(consultation, golden("typical_disc") | words)


def test_words_and_dates_go_and_what_rules_read_stays(assessment: Assessment, cast: Cast) -> None:
    assert "ZZPHI" in json.dumps(assessment.facts)
    case = make_golden_case(assessment, cast.author)
    assert (case.code, case.facts["age_years"]) == ("from_answers_1", 43)
    assert "ZZPHI" not in json.dumps([case.facts, case.expected, case.story])
    types = assessment.release.ruleset.types
    assert {types[code].kind.value for code in case.facts} <= {
        "boolean",
        "integer",
        "decimal",
        "code",
        "codes",
    }
    patient = assessment.consultation.patient
    for canary in (patient.given_name, patient.family_name, patient.number, str(patient.pk), "1970",
                   str(assessment.pk), str(assessment.consultation_id)):  # fmt: skip
        assert canary not in json.dumps([case.facts, case.expected, case.story, case.because])
    event = AuditEvent.objects.filter(action="golden_case_taken").get()
    assert (event.record_id, event.detail) == (str(assessment.pk), {})


def test_it_is_a_case_that_the_draft_gets_right(assessment: Assessment, cast: Cast) -> None:
    case = make_golden_case(assessment, cast.surgeon)
    assert case.expected["pathway"] == assessment.pathway
    assert case.expected["candidacies"]["tubular_microdiscectomy"] in {"likely", "needs_information"}
    try:
        ruleset = read_draft(case.aid).ruleset
    except ProblemsFound as found:
        pytest.fail(str(found))
    assert ruleset.golden_cases[-1].id == case.code
    assert run_golden_cases(ruleset) == ()
    assert case.aid.edited_by == cast.surgeon


def test_the_same_answers_make_one_case(assessment: Assessment, cast: Cast) -> None:
    make_golden_case(assessment, cast.author)
    with pytest.raises(Refused) as refused:
        make_golden_case(assessment, cast.author)
    assert refused.value.code == "already_a_case"


@pytest.mark.parametrize("who", ["approver", "administrator", "coordinator"])
def test_only_an_author_or_a_surgeon_makes_one(assessment: Assessment, cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        make_golden_case(assessment, getattr(cast, who))
    assert refused.value.code == "not_permitted"


def test_nobody_makes_one_of_another_clinics_patient(assessment: Assessment, other_cast: Cast) -> None:
    with pytest.raises(Refused):
        make_golden_case(assessment, other_cast.surgeon)
    assert not GoldenCase.objects.filter(code__startswith="from_answers").exists()


def test_a_surgeon_makes_one_with_a_click(assessment: Assessment, cast: Cast, other_cast: Cast) -> None:
    page = f"/assessments/{assessment.pk}/golden-case/"
    assert signed_in(other_cast.surgeon).post(page).status_code == 404
    assert signed_in(cast.coordinator).post(page).status_code == 403
    assert not GoldenCase.objects.filter(code="from_answers_1").exists()
    assert signed_in(cast.surgeon).post(page).status_code == 302
    assert GoldenCase.objects.filter(code="from_answers_1").exists()
