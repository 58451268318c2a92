"""Codes of LOINC and SNOMED CT, told from mistyped ones by their check digits."""

from typing import Any

import pytest

from questionnaires.definition.digest import canonical_json
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.definition.standard_codes import LOINC, SNOMED, mistake_in
from tests.questionnaires.definition.documents import broken

# Body height, body weight, pain severity; the answers Never, Yes, No, None, Unknown.
LOINC_CODES = ("8302-2", "29463-7", "72514-3", "LA6270-8", "LA33-6", "LA32-8", "LA137-2", "LA4489-6")
# Backache, myocardial infarction, diabetes, male, clinical finding.
SNOMED_CODES = ("161891005", "22298006", "73211009", "248153007", "404684003")


@pytest.mark.parametrize("code", LOINC_CODES)
def test_a_code_of_loinc_is_right(code: str) -> None:
    assert mistake_in(LOINC, code) == ""


@pytest.mark.parametrize("code", SNOMED_CODES)
def test_a_code_of_snomed_is_right(code: str) -> None:
    assert mistake_in(SNOMED, code) == ""


@pytest.mark.parametrize(("system", "codes"), [(LOINC, LOINC_CODES), (SNOMED, SNOMED_CODES)])
def test_any_one_digit_mistyped_is_told(system: str, codes: tuple[str, ...]) -> None:
    for code in codes:
        for place, digit in enumerate(code):
            if digit.isdigit():
                for other in set("0123456789") - {digit}:
                    mistyped = code[:place] + other + code[place + 1 :]
                    assert mistake_in(system, mistyped), mistyped


@pytest.mark.parametrize("code", ["", "72514", "72514-", "-3", "٧٢٥١٤-٣", "72514-3 ", "LB33-6"])
def test_what_is_no_code_of_loinc_is_told(code: str) -> None:
    assert "A LOINC code is" in mistake_in(LOINC, code)


@pytest.mark.parametrize("code", ["", "12345", "061891005", "1618910051618910051", "16189100x", "١٦١٨٩١٠٠٥"])
def test_what_is_no_code_of_snomed_is_told(code: str) -> None:
    assert "A SNOMED CT code is" in mistake_in(SNOMED, code)


def test_codes_of_questions_and_options_are_kept_and_read_back() -> None:
    document: Any = broken("sections/0/questions/0/codes", {"snomed": " 161891005 ", "loinc": "72514-3"})
    document["sections"][1]["questions"][1]["options"][0]["codes"] = {"snomed": "248153007"}
    definition = read_definition(document)
    assert definition.questions[0].codes == {"loinc": "72514-3", "snomed": "161891005"}
    assert definition.sections[1].questions[1].options[0].codes == {"snomed": "248153007"}
    written = definition_document(definition)
    assert read_definition(written) == definition
    assert '"codes":{}' not in canonical_json(written)


@pytest.mark.parametrize(
    ("codes", "problem", "place"),
    [
        ({"loinc": "72514-4"}, "bad_standard_code", "sections/0/questions/0/codes/loinc"),
        ({"snomed": "161891006"}, "bad_standard_code", "sections/0/questions/0/codes/snomed"),
        ({"icd10": "M54.5"}, "unknown_key", "sections/0/questions/0/codes/icd10"),
        ({"loinc": 725143}, "wrong_type", "sections/0/questions/0/codes/loinc"),
        ("72514-3", "not_an_object", "sections/0/questions/0/codes"),
    ],
)
def test_a_wrong_code_is_a_problem_with_its_place(codes: object, problem: str, place: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_definition(broken("sections/0/questions/0/codes", codes))
    assert [(each.code, each.place) for each in found.value.problems] == [(problem, place)]
