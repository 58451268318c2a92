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
