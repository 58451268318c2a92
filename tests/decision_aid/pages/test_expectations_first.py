from collections.abc import Callable
from typing import Any

import pytest

from questionnaires.definition.problems import ProblemsFound
from questionnaires.services.answering import submit_response
from tests.cast import Visit, fill, visiting

EXPECTED = ("expected_limb_pain_12m", "expected_return_weeks")


def test_no_figure_is_shown_before_the_patient_said_what_they_expect(
    visit: Visit, golden: Callable[[str], dict[str, Any]]
) -> None:
    response = visit.consultation.response
    asked = {code for code in EXPECTED if response.version.definition.question(code).required}
    assert asked
    facts = {code: value for code, value in golden("typical_disc").items() if code not in EXPECTED}
    fill(response, facts)
    response.answers = {code: answer for code, answer in response.answers.items() if code not in EXPECTED}
    response.save(update_fields=["answers"])
    with pytest.raises(ProblemsFound) as found:
        submit_response(response)
    assert {problem.place for problem in found.value.problems} == asked
    assert not visit.consultation.assessments.exists()
    patient = visiting(visit)
    assert patient.get("/visit/options/").status_code == 404
    assert patient.get("/visit/questions/expected_limb_pain_12m/").status_code == 200
