from typing import cast

import fhirpathpy
import pytest
from fhirpathpy.models import models

from questionnaires.definition.expressions import parse
from questionnaires.definition.expressions.exporting import LANGUAGE, VARIABLE, fhirpath_variables
from tests.questionnaires.definition.documents import definition

# One answer to each kind of question, nested as a questionnaire's sections nest them.
RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "item": [
        {
            "linkId": "about",
            "item": [
                {"linkId": "age", "answer": [{"valueInteger": 40}]},
                {"linkId": "weight", "answer": [{"valueDecimal": 70.5}]},
                {"linkId": "diabetes", "answer": [{"valueBoolean": False}]},
            ],
        },
    ],
}


def variables() -> dict[str, str]:
    """The variables' expressions, by name."""
    extensions = fhirpath_variables(definition())
    assert {extension["url"] for extension in extensions} == {VARIABLE}
    values = [cast("dict[str, str]", extension["valueExpression"]) for extension in extensions]
    assert {value["language"] for value in values} == {LANGUAGE}
    return {value["name"]: value["expression"] for value in values}


def test_each_question_is_a_variable_with_its_code() -> None:
    assert list(variables()) == [question.code for question in definition().questions]


@pytest.mark.parametrize(
    ("chosen", "text", "expected"),
    [
        (None, "%age >= 40 and %weight > 70.4", True),
        (None, "%diabetes or %age < 18", False),
        (None, "%pain_now > 3 and %diabetes.not()", None),
        (None, "%areas contains 'neck'", None),
        (None, "%areas.exists()", False),
        (None, "%areas.empty() and %pain_now.empty()", True),
        (["none_of_these"], "%areas.empty()", False),
        (["neck"], "iif(%areas contains 'neck', %age, 3) = 40", True),
        (["neck"], "iif(%areas contains 'left_leg', %age, 3) = 3", True),
        (None, "iif(%areas contains 'neck', 3, 3) = 3", True),
        (None, "iif(%areas contains 'neck', 3, 4) = 3", None),
        (None, "iif(%diabetes, 3).exists()", False),
        (None, "(-%age).abs().combine(%weight).max() = 70.5 and %age.combine(1).min() = 1", True),
        (None, "%age.combine(%pain_now).sum() > 3", None),
        (None, "(%weight + 0.1).round() = 71 and %weight.round(1) = 70.5 and -%age < 0 and +%age > 0", True),
        (["neck"], "(%areas | 'left_leg').count() = 2 and (%areas | {}).exists()", True),
        (None, "%age.exists() and %weight.empty().not()", True),
        (None, "%pain_now.exists() or %pain_now.empty().not()", False),
        (["none_of_these"], "%areas contains 'neck'", False),
        (["none_of_these"], "%areas.exists() and %areas.count() = 0", True),
        (["left_leg", "neck"], "%areas contains 'neck' and %areas.count() = 2", True),
        (["left_leg", "neck"], "%areas ~ ('left_leg' | 'neck')", True),
    ],
)
def test_an_exported_condition_reads_a_response_by_its_variables(
    chosen: list[str] | None, text: str, expected: bool | None
) -> None:
    codes = [{"valueCoding": {"code": code}} for code in chosen or []]
    pain = {"linkId": "pain", "item": [{"linkId": "areas", "answer": codes}] if chosen else []}
    response = {**RESPONSE, "item": [*RESPONSE["item"], pain]}
    known: dict[str, object] = {"resource": response}
    for name, expression in variables().items():
        known[name] = fhirpathpy.evaluate(response, expression, known, models["r4"])
    exported = parse(text, definition().types).to_fhirpath()
    result = fhirpathpy.evaluate(response, exported, known, models["r4"])
    assert result == ([] if expected is None else [expected])
