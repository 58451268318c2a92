from collections.abc import Callable

import pytest

from decision_aid.summaries import (
    AnswersDocument,
    Cleared,
    PatientDocument,
    Released,
    SummaryInputs,
    SurgeonDocument,
    answers_document,
    patient_document,
    render_pdf,
    surgeon_document,
)
from decision_aid.summaries.note import note_text
from decision_aid.summaries.shapes import SummaryDocument
from tests.decision_aid.summaries import samples, spine
from tests.decision_aid.summaries.pdfs import words_of

Builder = Callable[[SummaryInputs], SummaryDocument]
BUILDERS = [surgeon_document, patient_document, answers_document]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("released", [None, Released("Dr Ines Okafor", samples.RELEASED_AT)])
def test_an_open_emergency_hides_everything_else(build: Builder, released: Released | None) -> None:
    inputs = spine.inputs(spine.EMERGENCY, released=released, overrides=(samples.override(),))
    document = build(inputs)

    assert document.emergency is not None
    kept = {
        "kind",
        "title",
        "language",
        "paper",
        "identity",
        "emergency",
        "warning_signs",
        "answered_by",
        "footer",
    }
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
    assert [sign.title for sign in document.emergency.signs] == ["This needs help today"]
    assert [number.number for number in document.emergency.numbers] == [
        "+44 20 7946 0999",
        "+44 20 7946 0000",
    ]
    assert document.emergency.to_do


@pytest.mark.parametrize("build", [patient_document, answers_document])
@pytest.mark.parametrize("cleared", [(), (samples.cleared(), samples.cleared("weakness"))])
@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_a_patient_never_reads_a_suspected_diagnosis(
    build: Builder, cleared: tuple[Cleared, ...], urgency: str
) -> None:
    report = samples.emergency_report()
    report["warning_signs"][1] |= {"holds": True, "urgency": urgency}
    printed = words_of(render_pdf(build(samples.inputs(report=report, cleared=cleared))))

    for words in ("cauda", "equina", "New weakness", "Same-day examination", "Cleared by"):
        assert words not in printed
    assert ("has dealt with this" if cleared else "This needs help today") in printed


def test_the_surgeon_reads_the_title_and_what_was_done() -> None:
    inputs = samples.inputs(report=samples.emergency_report(), cleared=(samples.cleared(),))
    (sign,) = surgeon_document(inputs).warning_signs

    assert sign.title == "Possible cauda equina syndrome"
    assert sign.cleared.startswith("Cleared by")


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


# ── Where the rules could not be evaluated at all ───────────────────────────────────────────────────────

UNCHECKED = ("rules_not_evaluated",)


@pytest.mark.parametrize("build", [patient_document, answers_document])
def test_the_patient_reads_that_nobody_could_check_the_answers_and_whom_to_call(build: Builder) -> None:
    inputs = spine.inputs(spine.DISC, open_signs=UNCHECKED)
    printed = words_of(render_pdf(build(inputs)))

    for words in (
        "It may be that you need medical care today",
        "Your answers could not be checked",
        "nobody has checked your answers for signs that need care at once",
        "call the clinic today, and say that the form could not be checked",
        inputs.clinic_emergency_phone,
        inputs.clinic_phone,
    ):
        assert words in printed
    assert "can be a sign of a problem" not in printed
    assert "candidate" not in printed
    assert "Your treatment options" not in printed


def test_the_surgeon_reads_that_no_sign_is_ruled_out() -> None:
    document = surgeon_document(spine.inputs(spine.DISC, open_signs=UNCHECKED))
    printed = words_of(render_pdf(document))

    assert document.options == ()
    for words in (
        "Warning signs not checked",
        "The answers could not be checked for warning signs",
        "The rules could not be evaluated for this patient, so no sign is ruled out.",
        "Clearing the sign is a clinical decision",
    ):
        assert words in printed


def test_with_a_sign_that_holds_it_is_told_beside_it() -> None:
    document = patient_document(spine.inputs(spine.EMERGENCY, open_signs=("cauda_equina", *UNCHECKED)))

    assert document.emergency is not None
    assert document.emergency.title == "You need medical care today"
    assert [sign.title for sign in document.emergency.signs] == [
        "This needs help today",
        "Your answers could not be checked",
    ]


def test_after_a_clinician_dealt_with_it_the_documents_say_so_and_are_whole() -> None:
    inputs = spine.inputs(spine.DISC, cleared=(samples.cleared("rules_not_evaluated"),))
    patient, surgeon = patient_document(inputs), surgeon_document(inputs)

    assert patient.options
    assert surgeon.options
    (told,) = patient.warning_signs
    assert told.title == "Your answers could not be checked"
    assert told.cleared == "Dr Ines Okafor has dealt with this, 24 November 2026, 08:00 UTC."
    printed = words_of(render_pdf(surgeon))
    assert "The answers could not be checked for warning signs" in printed
    assert "Cleared by Dr Ines Okafor" in printed


@pytest.mark.parametrize("build", [patient_document, answers_document])
def test_what_was_dealt_with_no_longer_asks_for_a_call(build: Builder) -> None:
    report = samples.emergency_report()
    inputs = samples.inputs(
        report=report, cleared=(samples.cleared(), samples.cleared("rules_not_evaluated"))
    )
    printed = words_of(render_pdf(build(inputs)))

    assert "A sign in your answers that needed a clinician Dr Ines Okafor has dealt with this" in printed
    assert "Your answers could not be checked Dr Ines Okafor has dealt with this" in printed
    assert "Call the emergency number on this page now" not in printed
    assert "call the emergency number now" not in printed


def test_the_note_for_the_record_says_it_too() -> None:
    note = note_text(surgeon_document(spine.inputs(spine.DISC, open_signs=UNCHECKED)))

    assert "The answers could not be checked for warning signs" in note
    assert "so no sign is ruled out" in note
