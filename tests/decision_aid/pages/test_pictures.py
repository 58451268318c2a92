"""Pictures say what their numbers say."""

import re

import pytest
from django.template.loader import render_to_string

from decision_aid.summaries import CandidacyBar, HundredPeople, IntervalBar
from decision_aid.templatetags import pictures


@pytest.mark.parametrize("people", range(101))
def test_an_icon_array_fills_exactly_as_many_icons(people: int) -> None:
    area = 0
    for rectangle in pictures.filled_path(people).split("M")[1:]:
        found = re.fullmatch(r"0 (\d+)h(\d+)v(\d+)H0z", rectangle)
        assert found
        top, width, height = (int(number) for number in found.groups())
        assert 0 <= top < top + height <= 100
        area += width * height
    assert area == people * 100


@pytest.mark.parametrize(("people", "kept"), [(-1, ""), (101, pictures.filled_path(100))])
def test_an_icon_array_stays_within_its_hundred(people: int, kept: str) -> None:
    assert pictures.filled_path(people) == kept


def test_both_arrays_have_one_denominator_and_their_words() -> None:
    hundred = HundredPeople(7, 9, "7 of 100 with it", "9 of 100 without it", "7 against 9 of 100")
    shown = render_to_string("decision_aid/pictures/hundred.html", pictures.hundred_people(hundred))

    assert shown.count('viewBox="0 0 100 100"') == 2
    assert "7 of 100 with it" in shown
    assert "9 of 100 without it" in shown


def test_an_array_without_a_comparator_stands_alone() -> None:
    hundred = HundredPeople(0, None, "0 of 100", "", "0 of 100")
    shown = render_to_string("decision_aid/pictures/hundred.html", pictures.hundred_people(hundred))

    assert shown.count("<figure>") == 1
    assert "<path" not in shown


@pytest.mark.parametrize(
    ("share", "place"), [(0.0, 6), (0.5, 106), (1.0, 206), (-3.0, 6), (7.5, 206), (0.333, 73)]
)
def test_a_share_of_an_axis_has_its_place_and_never_leaves_it(share: float, place: int) -> None:
    assert pictures.place(share) == place


def test_an_interval_is_drawn_from_its_low_to_its_high_end() -> None:
    bar = IntervalBar(0.2, 0.4, 0.7, 0.5, "better with it", "better without it", "words")
    context = pictures.interval_bar(bar)

    assert (context["interval"].start, context["value"], context["interval"].end) == (46, 86, 146)
    shown = render_to_string("decision_aid/pictures/interval.html", context)
    assert "better with it" in shown
    assert "better without it" in shown


def test_a_certain_candidacy_is_one_point_and_an_uncertain_one_a_line() -> None:
    certain, uncertain = (
        CandidacyBar(0.5, 0.5, (), "+2 points"),
        CandidacyBar(0.1, 0.9, (), "−6 to +6 points"),
    )

    for bar, ends in ((certain, 1), (uncertain, 2)):
        shown = render_to_string("decision_aid/pictures/candidacy.html", pictures.candidacy_bar(bar))
        assert shown.count("<circle") == ends
        assert f'role="img" aria-label="{bar.words}"' in shown
