import pytest

from tests.decision_aid.scoring.rulesets import Document, figure, keyhole, report_on, small_document

LIKE_THEM = {"imaging": ["hernia"], "age_years": 40}
FIGURES = {
    "value", "low", "high", "with_option", "with_comparator", "denominator", "favours", "certainty", "kind",
    "horizon", "unit", "participants", "studies",
}  # fmt: skip


def first_estimate(facts: Document, **more: object) -> Document:
    document = small_document()
    document["options"][0]["estimates"][0] |= more
    found: Document = keyhole(report_on(document, facts))["estimates"][0]
    return found


def test_a_figure_is_shown_whole_with_its_source() -> None:
    shown = first_estimate(LIKE_THEM)
    assert shown["status"] == "shown"
    assert (shown["value"], shown["low"], shown["high"], shown["unit"]) == (-1.5, -2.5, -0.5, "points of 10")
    assert (shown["comparator"], shown["horizon"], shown["favours"]) == ("exercise", "1 year", "option")
    assert (shown["certainty"], shown["participants"], shown["studies"]) == ("moderate", 400, 3)
    assert shown["sources"] == ["trial-a"]
    assert shown["like_those_studied"] is True


def test_a_person_unlike_those_studied_sees_no_figure_and_is_told_who_was() -> None:
    withheld = first_estimate({**LIKE_THEM, "age_years": 70})
    assert withheld["status"] == "not_like_those_studied"
    assert withheld["reason"] == (
        "The figures were measured in other people than this one: Adults under 70 with a hernia."
    )
    assert withheld["patient_reason"] == (
        "The people studied were not like you: Adults under 70 with a hernia."
    )
    assert FIGURES.isdisjoint(withheld)


@pytest.mark.parametrize("facts", [{}, {"imaging": ["hernia"]}, {"age_years": 40}])
def test_where_it_is_unknown_whether_a_person_is_like_them_the_figure_is_shown_and_says_so(
    facts: Document,
) -> None:
    shown = first_estimate(facts)
    assert shown["status"] == "shown"
    assert shown["like_those_studied"] is None


@pytest.mark.parametrize(
    ("sources", "status"),
    [
        (["trial-a"], "shown"),
        (["trial-b"], "source_unchecked"),
        (["trial-c"], "source_unchecked"),
        (["trial-a", "trial-b"], "source_unchecked"),
    ],
)
def test_no_figure_is_shown_before_every_source_of_it_is_checked(sources: list[str], status: str) -> None:
    withheld = first_estimate(LIKE_THEM, sources=sources)
    assert withheld["status"] == status
    if status == "source_unchecked":
        assert FIGURES.isdisjoint(withheld)
        assert withheld["sources"] == sources
        assert "Béla 2021" in withheld["reason"] or "Cho 2022" in withheld["reason"]


@pytest.mark.parametrize("source", [1, 2])
@pytest.mark.parametrize(("checked", "status"), [(True, "shown"), (False, "source_unchecked")])
def test_a_source_that_awaits_a_check_or_cannot_be_cited_is_shown_once_it_was_checked(
    source: int,
    checked: bool,
    status: str,
) -> None:
    document = small_document()
    document["sources"][source]["checked"] = checked
    document["options"][0]["estimates"][0]["sources"] = [document["sources"][source]["id"]]
    assert keyhole(report_on(document, LIKE_THEM))["estimates"][0]["status"] == status


def test_an_unchecked_source_is_the_reason_even_for_a_person_unlike_those_studied() -> None:
    assert first_estimate({"age_years": 90}, sources=["trial-b"])["status"] == "source_unchecked"


def test_where_there_is_no_evidence_it_says_so_and_why() -> None:
    withheld = keyhole(report_on(small_document(), LIKE_THEM))["estimates"][1]
    assert withheld["status"] == "not_enough_evidence"
    assert withheld["reason"] == "Nobody has measured it."
    assert FIGURES.isdisjoint(withheld)


def test_what_cannot_occur_says_so_beside_a_status_that_every_reader_of_reports_knows() -> None:
    document = small_document()
    document["options"][0]["estimates"][1]["status"] = "does_not_apply"
    withheld = keyhole(report_on(document, LIKE_THEM))["estimates"][1]
    assert (withheld["status"], withheld["applies"]) == ("not_enough_evidence", False)
    assert withheld["reason"] == "Nobody has measured it."
    assert "applies" not in keyhole(report_on(small_document(), LIKE_THEM))["estimates"][1]


def test_risks_are_counted_out_of_one_number_of_people_and_zero_is_a_number() -> None:
    risks = figure(
        "pain",
        kind="risks",
        with_option=0,
        with_comparator=2,
        denominator=100,
        value=None,
        low=None,
        high=None,
    )
    shown = first_estimate(LIKE_THEM, **risks)
    assert (shown["with_option"], shown["with_comparator"], shown["denominator"]) == (0, 2, 100)


def test_the_best_evidence_against_it_stands_beside_it() -> None:
    contrary = {"sources": ["trial-b"], "words": "One trial found the opposite."}
    assert first_estimate(LIKE_THEM, contrary=contrary)["contrary"] == contrary


def test_estimates_stand_in_the_order_of_the_outcomes() -> None:
    document = small_document()
    document["options"][0]["estimates"].reverse()
    assert [estimate["outcome"] for estimate in keyhole(report_on(document, {}))["estimates"]] == [
        "pain",
        "walking",
    ]
