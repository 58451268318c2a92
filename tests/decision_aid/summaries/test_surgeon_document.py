import pytest

from decision_aid.summaries import (
    AnsweredQuestion,
    AnsweredSection,
    SurgeonDocument,
    SurgeonOption,
    surgeon_document,
)
from decision_aid.summaries.shapes import MissingFact
from tests.decision_aid.summaries import samples, spine


@pytest.fixture
def document() -> SurgeonDocument:
    return surgeon_document(samples.inputs())


def option(document: SurgeonDocument, option_id: str) -> SurgeonOption:
    return next(option for option in (*document.options, *document.not_indicated) if option.id == option_id)


def test_the_patients_own_words_are_there_as_written(document: SurgeonDocument) -> None:
    assert [(words.label, words.words) for words in document.own_words] == [
        ("What brings you here?", "My left leg burns when I sit. I want to lift my grandson again.")
    ]


def test_long_words_are_cut_at_a_word_and_marked() -> None:
    answer = AnsweredQuestion("reason_for_visit", "What brings you here?", "word " * 2000)
    section = AnsweredSection("Your problem", (answer,))
    document = surgeon_document(samples.inputs(intake=(section,)))

    assert document.own_words[0].words.endswith("word … (more in the answers)")
    assert len(document.own_words[0].words) < 460


def test_not_indicated_options_are_one_line_and_stay_complete(document: SurgeonDocument) -> None:
    assert document.not_indicated_words == "MIS TLIF, Open fusion"
    assert [shown.id for shown in document.not_indicated] == ["mis_tlif", "open_fusion"]
    assert document.not_indicated[0].reasons_against[0].text == (
        "Not met: imaging shows a disc herniation on the side of the symptoms"
    )


def test_points_are_an_interval_on_one_axis_for_all_options(document: SurgeonDocument) -> None:
    unsure, sure = option(document, "endoscopic_discectomy"), option(document, "tubular_microdiscectomy")

    assert unsure.points == "−1 to +3 points"
    assert sure.points == "+1 point"
    assert 0 < unsure.bar.low < sure.bar.low == sure.bar.high < unsure.bar.high < 1
    assert unsure.bar.bands == sure.bar.bands
    assert (unsure.bar.bands[0].start, unsure.bar.bands[-1].end) == (0.0, 1.0)
    assert all(
        left.end == right.start for left, right in zip(unsure.bar.bands, unsure.bar.bands[1:], strict=False)
    )


def test_the_strongest_reasons_come_first(document: SurgeonDocument) -> None:
    shown = option(document, "tubular_microdiscectomy")

    assert [(reason.text, reason.points) for reason in shown.reasons_for] == [
        ("Leg pain dominates", "+2"),
        ("Imaging shows a disc herniation on the side of the symptoms", "required"),
    ]
    assert [(reason.text, reason.points) for reason in shown.reasons_against] == [("Current smoker", "−1")]


def test_the_ledger_shows_what_each_rule_read_and_held(document: SurgeonDocument) -> None:
    row = option(document, "endoscopic_discectomy").ledger[0]

    assert (row.kind, row.holds, row.holds_words) == ("Required", None, "unknown")
    assert row.answers == ("What does the imaging show? not known",)
    assert row.sources == ("A guideline on red flags",)


def test_what_is_missing_names_the_question_and_whom_to_ask(document: SurgeonDocument) -> None:
    assert document.missing == (
        MissingFact("imaging_findings", "What does the imaging show?", "Your findings"),
        MissingFact("previous_spine_surgery", "Have you had an operation on your spine?", "Ask the patient"),
    )


def test_a_change_is_told_in_the_words_of_the_answers(document: SurgeonDocument) -> None:
    assert option(document, "tubular_microdiscectomy").changes == (
        "Do you smoke? No, never instead of yes, I do → likely candidate",
    )


def test_an_unchecked_figure_is_shown_and_marked(document: SurgeonDocument) -> None:
    views = {view.outcome: view for view in option(document, "tubular_microdiscectomy").estimates}

    assert views["infection"].short == "1.1 vs 3.7 per 100 (no interval published)"
    assert views["infection"].status_words == "Unchecked: read in a secondary copy"
    assert views["infection"].sources[0].unchecked


def test_a_figure_from_other_people_is_shown_and_marked(document: SurgeonDocument) -> None:
    views = {view.outcome: view for view in option(document, "endoscopic_discectomy").estimates}

    assert views["early_pain"].short == "−4.4 points 0–100 (−9.9 to 1.1)"
    assert views["early_pain"].status_words == "Patient is not like those studied"


def test_standard_deviations_keep_their_figure_for_a_clinician(document: SurgeonDocument) -> None:
    views = {view.outcome: view for view in option(document, "tubular_microdiscectomy").estimates}

    assert views["long_term_function"].short == "0.04 SD (−0.11 to 0.2)"
    assert views["long_term_function"].headline == "No clear difference from open microdiscectomy"


def test_evidence_that_points_the_other_way_is_shown() -> None:
    views = [
        view
        for shown in surgeon_document(spine.inputs(spine.DISC)).options
        for view in shown.estimates
        if view.contrary
    ]

    assert views
    assert all(view.sources for view in views)


def test_an_override_stands_beside_what_was_computed() -> None:
    shown = option(
        surgeon_document(samples.inputs(overrides=(samples.override(),))), "tubular_microdiscectomy"
    )

    assert (shown.candidacy, shown.computed_candidacy) == ("likely", "possible")
    assert shown.override is not None
    assert shown.override.sentence == (
        "Changed from “Possible candidate” by Dr Ines Okafor, 25 November 2026, 09:00 UTC. "
        "Imaging: Your new scan shows a small slipped disc on the left."
    )


def test_scales_have_unit_and_band_or_what_they_wait_for(document: SurgeonDocument) -> None:
    assert [scale.words for scale in document.scales] == [
        "Body mass index: 27.41 kg/m² (Overweight)",
        "Daily activities: 3.67",
        "Rcri: not scored yet",
    ]
    assert document.scales[2].missing == ("Is the creatinine over 2 mg/dL?",)


def test_a_sign_that_cannot_be_ruled_out_is_named(document: SurgeonDocument) -> None:
    assert document.warning_signs == ()
    assert document.unanswered_warning_signs == "New weakness"


def test_a_cleared_sign_says_by_whom() -> None:
    document = surgeon_document(
        samples.inputs(report=samples.emergency_report(), cleared=(samples.cleared(),))
    )

    assert document.emergency is None
    assert document.warning_signs[0].cleared == (
        "Cleared by Dr Ines Okafor, 24 November 2026, 08:00 UTC: Examined today, MRI normal"
    )
    assert document.options


def test_the_footer_names_release_versions_time_hash_and_signature(document: SurgeonDocument) -> None:
    assert document.footer.line == (
        "Spine aid, release 3 · made 23 November 2026, 16:25 UTC · "
        "Signed by Dr Ines Okafor, 25 November 2026, 09:05 UTC"
    )
    assert document.footer.hash_line == (
        f"engine 1.0, intake form 2, findings form 1, template 2 · report c0ffee{'c' * 58}"
    )


def test_unsigned_is_said() -> None:
    assert surgeon_document(samples.inputs(released=None)).footer.signed == "Not signed"


def test_an_unknown_birth_date_is_said_and_no_appointment_is_left_out() -> None:
    identity = surgeon_document(samples.inputs(birth_date=None, appointment=None)).identity

    assert identity.line == ("Harbour Spine Clinic · Ada Zoë Byström · birth date not known · No. HSC-000417")
    assert identity.appointment == ""


def test_hyphens_before_numbers_become_minus_signs() -> None:
    document = surgeon_document(spine.inputs(spine.DISC))
    reasons = " ".join(row.reason for shown in document.options for row in shown.ledger)

    assert "(ODI −41.1 against −34.6)" in reasons


def test_what_to_plan_for_is_at_a_glance_and_a_no_or_an_unknown_is_not() -> None:
    told = {"blood_thinner": True, "bleeding_disorder": False, "limb_pain_nrs": 0, "pain_side": "both"}
    glance = surgeon_document(spine.inputs(told)).glance
    assert [(item.label, item.words) for item in glance] == [
        ("Arm or leg pain", "0 out of 10"),
        ("Side", "Both sides"),
        ("Takes a blood thinner", "Yes"),
    ]
