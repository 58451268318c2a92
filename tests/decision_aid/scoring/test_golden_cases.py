import pytest

from decision_aid.scoring import read_ruleset, run_golden_cases
from decision_aid.scoring.problems import GoldenProblem
from tests.decision_aid.scoring.rulesets import Document, small_document

FACTS = {
    "imaging": ["hernia"],
    "infection": False,
    "pain": 8,
    "symptom_weeks": 20,
    "weight_kg": 70,
    "height_cm": 180,
}
RIGHT: Document = {
    "pathway": "routine",
    "candidacies": {"keyhole": "needs_information", "exercise": "possible"},
    "scales": {"bmi": 21.6, "ability": {"missing": ["sit", "walk", "lift"]}},
    "decisive": {"keyhole": ["smoking"]},
    "warning_signs": [],
}


def problems_with(expected: Document) -> list[tuple[str, str]]:
    document = small_document()
    document["golden_cases"] = [{"id": "a_case", "story": "Someone.", "facts": FACTS, "expected": expected}]
    return [(problem.code, problem.place) for problem in run_golden_cases(read_ruleset(document))]


def test_a_ruleset_that_answers_as_expected_has_no_problems() -> None:
    assert problems_with(RIGHT) == []


def test_what_a_case_does_not_expect_is_not_looked_at() -> None:
    assert problems_with({}) == []


@pytest.mark.parametrize(
    ("expected", "code", "place"),
    [
        ({"pathway": "urgent"}, "golden_pathway_differs", "pathway"),
        ({"candidacies": {"keyhole": "likely"}}, "golden_candidacy_differs", "candidacies/keyhole"),
        ({"scales": {"bmi": 21.7}}, "golden_scale_differs", "scales/bmi"),
        ({"scales": {"ability": 0}}, "golden_scale_differs", "scales/ability"),
        ({"scales": {"ability": {"missing": ["sit"]}}}, "golden_scale_differs", "scales/ability"),
        ({"scales": {"bmi": {"value": 21.6, "band": "over"}}}, "golden_scale_differs", "scales/bmi"),
        ({"decisive": {"keyhole": []}}, "golden_decisive_differs", "decisive/keyhole"),
        ({"warning_signs": ["cauda"]}, "golden_warning_signs_differ", "warning_signs"),
    ],
)
def test_it_names_where_the_answer_differs(expected: Document, code: str, place: str) -> None:
    assert problems_with({**RIGHT, **expected}) == [(code, f"golden_cases/0/expected/{place}")]
    assert code in set(GoldenProblem)


def test_it_says_what_was_expected_and_what_came_out() -> None:
    document = small_document()
    document["golden_cases"] = [
        {
            "id": "a_case",
            "story": "Someone.",
            "facts": {},
            "expected": {"candidacies": {"exercise": "likely"}},
        }
    ]
    (problem,) = run_golden_cases(read_ruleset(document))
    assert problem.sentence == 'The case “a_case” expects "likely"; this ruleset gives "needs_information".'
