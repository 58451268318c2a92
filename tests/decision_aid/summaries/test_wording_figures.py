import pytest

from decision_aid.summaries.figures import Measure, patient_figure, surgeon_figure, unit_of

POINTS = "points on a pain scale from 0 to 100"


def difference(value: object, low: object, high: object, unit: str = POINTS) -> dict[str, object]:
    return {"kind": "mean_difference", "value": value, "low": low, "high": high, "unit": unit}


@pytest.mark.parametrize(
    ("row", "figure", "interval"),
    [
        (
            difference(-12.1, -23.6, -0.5),
            "12 points less on a pain scale from 0 to 100",
            "likely between 1 and 24 less",
        ),
        (
            difference(3.3, 0.2, 6.2),
            "3.3 points more on a pain scale from 0 to 100",
            "likely between 0.2 and 6.2 more",
        ),
        (difference(1.1, -3.6, 5.9, "days"), "1.1 days more", "likely between 3.6 less and 5.9 more"),
        (difference(1, 0, 2, "days"), "1 day more", "likely between no difference and 2 more"),
        (difference(-1, -2, 0, "days"), "1 day less", "likely between 2 less and no difference"),
        (difference(0, -1, 1, "days"), "no difference", "likely between 1 less and 1 more"),
        (difference(0, 0, 0, "days"), "no difference", "likely between no difference and no difference"),
        (difference(-33.4, -52.2, -14.6, "mL of blood"), "33 mL less blood", "likely between 15 and 52 less"),
        (
            difference(-5.2, -9, -0.3, "percentage points"),
            "5.2 fewer out of 100",
            "likely between 0.3 and 9 fewer",
        ),
        (
            difference(4, None, None, "weeks until half of the people felt recovered"),
            "4 weeks more until half of the people felt recovered",
            "a best estimate, without a range",
        ),
        (difference(2, 1, 3, "µSv"), "2 µSv more", "likely between 1 and 3 more"),
        (difference(1e12, 1e11, 1e13, "mL"), "1,000,000,000,000 mL more", None),
    ],
)
def test_a_difference_has_its_unit_and_its_interval_in_words(
    row: dict[str, object], figure: str, interval: str | None
) -> None:
    words = patient_figure(row, "open surgery")

    assert words is not None
    assert words.figure == figure
    assert interval is None or words.interval == interval


def test_two_risks_have_one_denominator_and_name_who_is_counted() -> None:
    words = patient_figure(
        {
            "kind": "risks",
            "with_option": 30,
            "with_comparator": 19,
            "denominator": 200,
            "unit": "people who felt recovered",
        },
        "open surgery",
    )

    assert words is not None
    assert words.figure == (
        "People who felt recovered: 15 out of 100 with this option, 10 out of 100 with open surgery"
    )
    assert words.interval == "a best estimate, without a range"
    assert words.hundred is not None
    assert (words.hundred.with_option, words.hundred.with_comparator) == (15, 10)


def test_two_risks_show_the_interval_of_their_difference() -> None:
    words = patient_figure(
        {
            "kind": "risks",
            "with_option": 15,
            "with_comparator": 10,
            "value": 5,
            "low": -2.4,
            "high": 12.1,
            "unit": "%",
        },
        "open surgery",
    )

    assert words is not None
    assert words.interval == "5 more out of 100, likely between 2 fewer and 12 more"
    assert words.short == "15 against 10 out of 100 (2 fewer to 12 more)"


@pytest.mark.parametrize(
    ("share", "words", "icons"),
    [
        (0, "0 out of 100 with this option", 0),
        (0.04, "0.04 out of 100 with this option", 1),
        (99.97, "99.97 out of 100 with this option", 99),
        (100, "100 out of 100 with this option", 100),
    ],
)
def test_few_is_never_none_and_nearly_all_is_never_all(share: float, words: str, icons: int) -> None:
    figure = patient_figure({"kind": "risks", "with_option": share, "unit": "%"}, "")

    assert figure is not None
    assert figure.figure == words
    assert figure.hundred is not None
    assert figure.hundred.with_option == icons


@pytest.mark.parametrize(
    "row",
    [
        difference(0.04, -0.11, 0.2, "SD of function"),
        difference(1.95, 1.19, 3.19, "ratio (MIS/open)"),
        difference(1.95, 1.19, 3.19, "RR"),
        difference(None, -0.11, 0.2, "days"),
        {"kind": "direction_only", "favours": "option"},
        {"kind": "direction_only", "value": 5, "unit": "days"},
        {},
    ],
)
def test_a_patient_gets_no_number_that_means_nothing_alone(row: dict[str, object]) -> None:
    assert patient_figure(row, "open surgery") is None


def test_a_ratio_beside_two_risks_does_not_pass_as_their_difference() -> None:
    row = {"kind": "risks", "with_option": 4, "with_comparator": 2, "value": 2, "low": 1.2, "high": 3.1}
    words = patient_figure(row | {"unit": "ratio"}, "open surgery")

    assert words is not None
    assert words.interval == "a best estimate, without a range"


@pytest.mark.parametrize(
    ("row", "short"),
    [
        (difference(-12.1, -23.6, -0.5, "points 0-100"), "−12.1 points 0–100 (−23.6 to −0.5)"),
        (difference(0.04, -0.11, 0.2, "SD"), "0.04 SD (−0.11 to 0.2)"),
        (difference(1.95, 1.19, 3.19, "RR"), "1.95 RR (1.19 to 3.19)"),
        (difference(2, None, None, "days"), "2 days (no interval published)"),
        (difference(0, 0, 0, "days"), "0 days (0 to 0)"),
        (
            {"kind": "risks", "with_option": 8, "with_comparator": 11, "unit": "%"},
            "8 vs 11 per 100 (no interval published)",
        ),
        (
            {"kind": "absolute", "value": 0.7, "unit": "in 100 people"},
            "0.7 in 100 people (no interval published)",
        ),
    ],
)
def test_a_clinician_gets_the_figure_as_its_source_gives_it(row: dict[str, object], short: str) -> None:
    words = surgeon_figure(row, "open surgery")

    assert words is not None
    assert words.short == short


def test_a_bar_stands_where_its_numbers_do() -> None:
    words = patient_figure(difference(-12.1, -23.6, -0.5), "open surgery")

    assert words is not None
    assert words.bar is not None
    assert 0 <= words.bar.low < words.bar.value < words.bar.high < words.bar.zero == 0.5


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("%", Measure.PEOPLE),
        ("in 100 people", Measure.PEOPLE),
        ("people with an unwanted event", Measure.PEOPLE),
        ("SD (positive = more pain)", Measure.STANDARD_DEVIATIONS),
        ("ratio (MIS/open)", Measure.RATIO),
        ("days", Measure.QUANTITY),
        ("", Measure.QUANTITY),
    ],
)
def test_a_unit_says_what_it_counts(name: str, measure: Measure) -> None:
    assert unit_of(name).measure is measure
