"""Each number that a document gives for an outcome is in the report, or in the release behind it."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from decision_aid.summaries import EstimateView, patient_document, surgeon_document
from decision_aid.summaries.numbers import exact, rounded, written
from tests.decision_aid.summaries import samples, spine

NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?")
DENOMINATOR = "100"


def numbers_in(words: str) -> set[str]:
    return set(NUMBER.findall(words))


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def writings(estimate: Mapping[str, object]) -> set[str]:
    """Every way in which a number of an estimate may be written, and the numbers in its own texts."""
    known = {DENOMINATOR}
    for leaf in leaves(estimate):
        if isinstance(leaf, str):
            known |= numbers_in(leaf)
        elif isinstance(leaf, int | float) and not isinstance(leaf, bool):
            size = abs(Decimal(str(leaf)))
            known |= {exact(size)} | {written(rounded(size, places)) for places in (0, 1, 2)}
    return known


def said(view: EstimateView) -> str:
    pictures = f"{view.bar.words if view.bar else ''} {view.hundred.words if view.hundred else ''}"
    return f"{view.figure} {view.interval} {view.short} {view.counts} {view.horizon} {pictures}"


CASES = {"samples": None} | dict(spine.PATIENTS)


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_every_number_for_the_patient_is_in_the_report(facts: Mapping[str, object] | None) -> None:
    inputs = samples.inputs() if facts is None else spine.inputs(facts)
    report = {
        (option["id"], estimate["outcome"]): estimate
        for option in inputs.report["options"]  # type: ignore[attr-defined]  # the schema says it is a list
        for estimate in option["estimates"]
    }
    for option in patient_document(inputs).options:
        for view in option.estimates:
            found = numbers_in(said(view))
            assert found <= writings(report[option.id, view.outcome]), (option.id, view.outcome, found)


def test_there_are_numbers_to_check() -> None:
    for inputs in (samples.inputs(), spine.inputs(spine.DISC)):
        assert any(view.figure for option in patient_document(inputs).options for view in option.estimates)


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_every_number_for_the_surgeon_is_in_the_report_or_its_release(
    facts: Mapping[str, object] | None,
) -> None:
    inputs = samples.inputs() if facts is None else spine.inputs(facts)
    known: dict[tuple[str, str], set[str]] = {}
    for document in (inputs.report, inputs.release):
        for option in document["options"]:  # type: ignore[attr-defined]  # the schema says it is a list
            for estimate in option["estimates"]:
                known.setdefault((option["id"], estimate["outcome"]), set()).update(writings(estimate))
    sheet = surgeon_document(inputs)
    for option in (*sheet.options, *sheet.not_indicated):
        for view in option.estimates:
            assert numbers_in(said(view)) <= known[option.id, view.outcome]


def test_the_check_sees_a_wrong_number() -> None:
    assert numbers_in("13 points less, likely between 1,200 and 2.5") == {"13", "1,200", "2.5"}
    assert not numbers_in("13 points") <= writings({"value": -12.1, "low": None})
    assert numbers_in("12 points") <= writings({"value": -12.1, "low": None})


@pytest.mark.parametrize("facts", spine.PATIENTS.values(), ids=spine.PATIENTS)
def test_no_patient_reads_a_ratio_or_one_in_so_many(facts: Mapping[str, object]) -> None:
    for option in patient_document(spine.inputs(facts)).options:
        for view in option.estimates:
            words = f"{said(view)} {view.headline} {view.caveat} {view.contrary} {view.withheld}"
            assert not re.search(r"\b(1|one) in \d|\bRR\b|\bOR \d|\bHR\b|times as|relative risk", words)
