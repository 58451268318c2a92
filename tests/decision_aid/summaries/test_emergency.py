from collections.abc import Callable

import pytest

from decision_aid.summaries import (
    AnswersDocument,
    PatientDocument,
    Released,
    SummaryInputs,
    SurgeonDocument,
    answers_document,
    patient_document,
    surgeon_document,
)
from decision_aid.summaries.shapes import SummaryDocument
from tests.decision_aid.summaries import samples, spine

Builder = Callable[[SummaryInputs], SummaryDocument]
BUILDERS = [surgeon_document, patient_document, answers_document]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("released", [None, Released("Dr Ines Okafor", samples.RELEASED_AT)])
def test_an_open_emergency_hides_everything_else(build: Builder, released: Released | None) -> None:
    inputs = spine.inputs(spine.EMERGENCY, released=released, overrides=(samples.override(),))
    document = build(inputs)

    assert document.emergency is not None
    kept = {"kind", "title", "language", "identity", "emergency", "warning_signs", "answered_by", "footer"}
    for name in document.__dataclass_fields__:
        assert name in kept or not getattr(document, name), f"{name} is not empty"
    words = repr(document).lower()
    for option in samples.OPTIONS.values():
        assert option[1].lower() not in words
    for word in ("candidate", "points", "out of 100", "certainty", "discectomy", "suit you"):
        assert word not in words


def test_the_patient_reads_the_sign_what_to_do_and_whom_to_call() -> None:
    document = patient_document(samples.inputs(report=samples.emergency_report()))

    assert document.emergency is not None
    assert document.emergency.title == "You need medical care today"
    assert [sign.title for sign in document.emergency.signs] == ["Possible cauda equina syndrome"]
    assert [number.number for number in document.emergency.numbers] == [
        "+44 20 7946 0999",
        "+44 20 7946 0000",
    ]
    assert document.emergency.to_do


def test_the_surgeon_reads_the_answers_that_made_it_hold() -> None:
    document = surgeon_document(spine.inputs(spine.EMERGENCY))

    assert document.emergency is not None
    assert "Do you have numbness between your legs? Yes" in document.emergency.signs[0].answers


@pytest.mark.parametrize("phone", ["", "  "])
def test_a_clinic_without_numbers_still_says_what_to_do(phone: str) -> None:
    document = patient_document(
        samples.inputs(report=samples.emergency_report(), clinic_phone=phone, clinic_emergency_phone=phone)
    )

    assert document.emergency is not None
    assert document.emergency.numbers == ()
    assert any("nearest emergency department" in step for step in document.emergency.to_do)


def test_clearing_another_sign_does_not_clear_this_one() -> None:
    inputs = samples.inputs(report=samples.emergency_report(), cleared=(samples.cleared("weakness"),))

    assert patient_document(inputs).emergency is not None


def test_one_cleared_sign_of_two_is_not_enough() -> None:
    report = samples.emergency_report()
    report["warning_signs"][1] |= {"holds": True, "urgency": "emergency"}
    document = patient_document(samples.inputs(report=report, cleared=(samples.cleared(),)))

    assert document.emergency is not None
    assert [sign.id for sign in document.emergency.signs] == ["weakness"]


def test_an_emergency_pathway_without_a_named_sign_is_still_an_emergency() -> None:
    report = samples.report() | {"pathway": "emergency", "warning_signs": []}

    assert patient_document(samples.inputs(report=report)).emergency is not None


def test_an_emergency_sign_counts_whatever_the_pathway_says() -> None:
    report = samples.emergency_report() | {"pathway": "routine"}

    assert surgeon_document(samples.inputs(report=report)).emergency is not None


def test_a_sign_that_is_unknown_is_not_an_emergency() -> None:
    report = samples.report()
    report["warning_signs"][0]["holds"] = None
    document = surgeon_document(samples.inputs(report=report))

    assert document.emergency is None
    assert "Possible cauda equina syndrome" in document.unanswered_warning_signs


@pytest.mark.parametrize("build", BUILDERS)
def test_a_cleared_emergency_brings_everything_back(build: Builder) -> None:
    inputs = samples.inputs(report=samples.emergency_report(), cleared=(samples.cleared(),))
    document = build(inputs)

    assert document.emergency is None
    match document:
        case AnswersDocument():
            assert document.sections
        case PatientDocument() | SurgeonDocument():
            assert document.options
