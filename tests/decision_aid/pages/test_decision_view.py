"""The decision view of every golden case: fair in order, count and room, and no number but the report's."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve

from decision_aid.models import Consultation
from decision_aid.packs import Pack
from decision_aid.pages.options import compared_context, options_context
from decision_aid.pages.patients import VisitedConsultation
from decision_aid.summaries import PatientDocument, SummaryInputs, patient_document
from decision_aid.templatetags.pictures import AXIS, MARGIN
from questionnaires.models import Clinic
from tests.decision_aid.pages.reading_pages import DecisionPage, SeenCell
from tests.decision_aid.summaries import spine
from tests.decision_aid.summaries.test_every_number import leaves, numbers_in, writings

Row = Mapping[str, Any]
NUMBERS = ("value", "low", "high")


def a_request(address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    request.resolver_match = resolve(address)
    return request


def context_of(document: PatientDocument) -> dict[str, Any]:
    clinic = Clinic(name="Northfield Spine Clinic", phone="01632 960 100", emergency_phone="01632 960 999")
    return options_context(VisitedConsultation(Consultation(clinic=clinic)), document) | {"documents": []}


def page_of(document: PatientDocument) -> str:
    return render_to_string(
        "decision_aid/my_options.html", context_of(document), a_request("/visit/options/")
    )


def compared_page_of(document: PatientDocument, one: str, other: str) -> str:
    context = context_of(document) | compared_context(document, (one, other))
    return render_to_string(
        "decision_aid/compare_options.html", context, a_request("/visit/options/compare/")
    )


def cases(pack: Pack) -> Iterator[tuple[str, SummaryInputs, PatientDocument]]:
    aid: Mapping[str, Any] = pack.aid
    for case in aid["golden_cases"]:
        inputs = spine.inputs(case["facts"])
        yield case["id"], inputs, patient_document(inputs)


def estimates_of(options: list[Row]) -> dict[tuple[str, str], Row]:
    return {
        (option["id"], estimate["outcome"]): estimate
        for option in options
        for estimate in option["estimates"]
    }


def every_number(*values: object) -> set[str]:
    """Each way to write a number of these documents, and each number in their texts."""
    distinct = {repr(leaf): leaf for value in values for leaf in leaves(value)}
    return set().union(*(writings({"leaf": leaf}) for leaf in distinct.values()))


def test_every_golden_case_is_shown_fairly_and_with_the_reports_numbers_alone(spine_pack: Pack) -> None:
    seen = figures = pictures = withheld = emergencies = 0
    in_the_release: set[str] = set()
    for case, inputs, document in cases(spine_pack):
        page = DecisionPage(page_of(document))
        if document.emergency:
            emergencies += 1
            assert (page.outcomes, page.table, page.cards) == ([], [], []), case
            continue
        seen += 1
        reported: Any = inputs.report
        released: Any = inputs.release
        report, release = estimates_of(reported["options"]), estimates_of(released["options"])
        titles = [option.title for option in document.options]
        outcomes = [outcome["id"] for outcome in released["outcomes"]]

        assert document.options[0].approach == "No operation", case
        assert page.cards == [option.id for option in document.options], case
        assert [outcome.id for outcome in page.outcomes] == outcomes, case
        assert page.table[0][1:] == titles, case
        assert [row[0] for row in page.table[1:]] == [outcome.name.strip() for outcome in page.outcomes], case
        assert page.recoveries == [page.recoveries[0]] * len(titles), case
        assert len(page.recoveries[0]) == 4, case

        for outcome, row in zip(page.outcomes, page.table[1:], strict=True):
            assert [cell.title for cell in outcome.cells] == titles, (case, outcome.id)
            for cell, short, option in zip(outcome.cells, row[1:], document.options, strict=True):
                key = (option.id, outcome.id)
                place = (case, *key)
                assert set(cell.classes.split()) <= {"cell", "cell-unknown"}, place
                known = writings(report[key])
                assert numbers_in(short) <= known, place
                shown = f"{cell.words.get('figure', '')} {cell.words.get('hundred', '')}"
                assert numbers_in(shown) <= known, place
                assert numbers_in(short) <= numbers_in(shown), place
                assert numbers_in(cell.words["prose"]) <= known | writings(release[key]), place
                if report[key]["status"] != "shown":
                    withheld += 1
                    assert (numbers_in(shown), cell.hundreds, cell.interval) == (set(), [], None), place
                    assert "cell-unknown" in cell.classes, place
                figures += bool(numbers_in(shown))
                pictures += pictures_agree(cell, report[key])
        elsewhere = " ".join(page.rest)
        in_the_release = in_the_release or every_number(released)
        known = in_the_release | every_number(reported, inputs.facts) | interface_numbers(document)
        assert numbers_in(elsewhere) <= known, case
    assert (seen > 100, figures > 200, pictures > 200, withheld > 1000, emergencies > 5) == (True,) * 5


def interface_numbers(document: PatientDocument) -> set[str]:
    """Numbers that are not about a treatment: who, when, where, and how long a list is."""
    said = [*leaves([row.words for row in document.identity.rows]), document.identity.line]
    said += [document.footer.line, document.identity.appointment, document.identity.birth_date]
    said += [
        document.identity.clinic_phone,
        "01632 960 100",
        "01632 960 999",
        *(value.words for value in document.values),
    ]
    said += [words for item in document.about for words in (item.label, item.words)]
    said += [text for source in document.sources for text in (source.label, source.reference, source.title)]
    counts = {str(len(document.set_aside)), str(len(document.sources))}
    return set().union(counts, *(numbers_in(str(words)) for words in said))


def pictures_agree(cell: SeenCell, estimate: Row) -> int:
    """How many pictures the cell has; each shows the report's own figure."""
    per_hundred = Decimal(100) / Decimal(str(estimate.get("denominator") or 100))
    for icons, name in zip(cell.hundreds, ("with_option", "with_comparator"), strict=False):
        figure = estimate.get(name)
        if figure is None:
            figure = estimate["value"]
        people = Decimal(str(figure)) * per_hundred
        expected = min(max(round(people), 1), 99) if 0 < people < 100 else round(people)
        assert abs(icons - expected) <= (abs(people % 1 - Decimal("0.5")) < Decimal("0.01")), estimate
    if cell.interval is not None:
        value, low, high = (float(estimate[name]) for name in NUMBERS)
        reach = max(map(abs, (value, low, high))) * 1.15
        drawn = (*cell.interval, cell.value)
        for end, at in zip((low, high, value), drawn, strict=True):
            assert at is not None
            assert abs(MARGIN + AXIS * (end + reach) / (2 * reach) - at) <= 1, estimate
        assert cell.zero == MARGIN + AXIS // 2
    return len(cell.hundreds) + (cell.interval is not None)


def test_two_options_side_by_side_say_what_the_whole_view_says_of_them(spine_pack: Pack) -> None:
    for case, _, document in cases(spine_pack):
        if document.emergency or len(document.options) < 3:
            continue
        page = DecisionPage(page_of(document))
        first, last = document.options[0], document.options[-1]
        for one, other in ((first.id, last.id), (last.id, first.id)):
            compared = DecisionPage(compared_page_of(document, one, other))
            assert [outcome.id for outcome in compared.outcomes] == [outcome.id for outcome in page.outcomes]
            for two, all_of_them in zip(compared.outcomes, page.outcomes, strict=True):
                assert two.cells == [all_of_them.cells[0], all_of_them.cells[-1]], case
        return
    pytest.fail("no golden case has three options to compare")


@pytest.mark.parametrize(
    ("one", "other"),
    [("no_such_option", "nonoperative_care"), ("nonoperative_care", "nonoperative_care"), ("<b>", "")],
)
def test_what_cannot_be_compared_is_said_and_two_are_shown_all_the_same(one: str, other: str) -> None:
    document = patient_document(spine.inputs(spine.DISC))
    html = compared_page_of(document, one, other)

    assert "Please choose two different treatments" in html
    assert [cell.title for cell in DecisionPage(html).outcomes[0].cells] == [
        option.title for option in document.options[:2]
    ]
    assert "<b>" not in re.sub(r"<b>(?=[^<]*</b>)", "", html)


def test_the_reader_of_pages_sees_what_is_wrong() -> None:
    html = page_of(patient_document(spine.inputs(spine.DISC)))
    cell = DecisionPage(html).outcomes[0].cells[0]

    assert cell == DecisionPage(html).outcomes[0].cells[0]
    first = html.index('<article class="cell', html.index('class="outcome"'))
    larger = html[:first] + html[first:].replace('class="cell', 'class="large cell', 1)
    assert DecisionPage(larger).outcomes[0].cells[0].classes == f"large {cell.classes}"
