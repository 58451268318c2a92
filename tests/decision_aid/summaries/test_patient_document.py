import dataclasses

import pytest

from decision_aid.summaries import PatientDocument, PatientOption, patient_document, surgeon_document
from decision_aid.summaries.shapes import EstimateView
from tests.decision_aid.summaries import samples, spine


@pytest.fixture
def document() -> PatientDocument:
    return patient_document(samples.inputs())


def option(document: PatientDocument, option_id: str) -> PatientOption:
    return next(option for option in document.options if option.id == option_id)


def cell(document: PatientDocument, option_id: str, outcome: str) -> EstimateView:
    return next(view for view in option(document, option_id).estimates if view.outcome == outcome)


def test_no_surgery_comes_first(document: PatientDocument) -> None:
    assert document.options[0].id == "nonoperative_care"


def test_the_other_options_keep_the_order_of_the_release(document: PatientDocument) -> None:
    assert [shown.id for shown in document.options[1:]] == [
        "tubular_microdiscectomy",
        "endoscopic_discectomy",
        "open_microdiscectomy",
    ]


@pytest.mark.parametrize("facts", spine.PATIENTS.values(), ids=spine.PATIENTS)
def test_every_option_has_the_same_seventeen_outcomes_in_the_same_order(facts: dict[str, object]) -> None:
    document = patient_document(spine.inputs(facts))

    for shown in document.options:
        assert [view.outcome for view in shown.estimates] == list(samples.OUTCOMES)
    for place, row in enumerate(document.outcomes):
        assert row.cells == tuple(shown.estimates[place] for shown in document.options)


def test_every_estimate_has_a_headline_and_either_a_figure_or_a_reason() -> None:
    for facts in spine.PATIENTS.values():
        for shown in patient_document(spine.inputs(facts)).options:
            for view in shown.estimates:
                assert view.headline
                assert view.short
                assert bool(view.withheld) == (view.status != "shown")


def test_a_figure_never_stands_without_its_interval_or_the_words_best_estimate() -> None:
    for facts in spine.PATIENTS.values():
        for shown in patient_document(spine.inputs(facts)).options:
            for view in shown.estimates:
                if view.figure:
                    assert "likely between" in view.interval or "best estimate" in view.interval


def test_an_unchecked_source_shows_no_number(document: PatientDocument) -> None:
    view = cell(document, "tubular_microdiscectomy", "infection")

    assert view.headline == "Source not yet checked by a clinician"
    assert (view.figure, view.interval, view.bar, view.hundred, view.favours) == ("", "", None, None, "")
    assert view.withheld == "There is a figure. We show it once it has been checked."
    assert "3.7" not in repr(document)


def test_a_figure_from_other_people_shows_the_reason_and_no_number(document: PatientDocument) -> None:
    view = cell(document, "endoscopic_discectomy", "early_pain")

    assert view.headline == "Not studied in people like you"
    assert view.withheld == "The people studied were not like you: adults without an earlier operation."
    assert view.figure == ""
    assert "4.4" not in repr(document)


def test_missing_evidence_has_its_reason(document: PatientDocument) -> None:
    view = cell(document, "open_microdiscectomy", "transfusion")

    assert view.headline == "Not enough evidence"
    assert view.withheld == "No comparative study of this outcome was found."


def test_standard_deviations_become_words(document: PatientDocument) -> None:
    view = cell(document, "tubular_microdiscectomy", "long_term_function")

    assert view.headline == "No clear difference from open disc surgery"
    assert view.verdict == "No clear difference"
    assert view.figure == ""
    assert view.caveat == "No number can be shown fairly."


def test_an_evidence_against_the_option_is_said_as_plainly(document: PatientDocument) -> None:
    view = cell(document, "tubular_microdiscectomy", "long_term_pain")

    assert view.headline == "Better with open disc surgery"
    assert view.verdict == "Worse"
    assert view.certainty.startswith("Low certainty: ")
    assert view.certainty_level == 2
    assert view.studied == "7 studies, 982 people: adults with a slipped disc"


def test_it_says_where_it_is_unknown_whether_the_patient_is_like_those_studied(
    document: PatientDocument,
) -> None:
    view = cell(document, "endoscopic_discectomy", "long_term_pain")

    assert view.figure == "7 points less 0-100"
    assert view.caveat.startswith("We do not know yet whether you are like the people studied.")


def test_candidacies_are_in_plain_words(document: PatientDocument) -> None:
    assert {shown.id: shown.candidacy_words for shown in document.options} == {
        "nonoperative_care": "Likely to suit you",
        "tubular_microdiscectomy": "May suit you",
        "endoscopic_discectomy": "We need to know more",
        "open_microdiscectomy": "Likely to suit you",
    }


def test_what_must_be_known_first_is_asked_in_the_words_of_its_question(document: PatientDocument) -> None:
    assert option(document, "endoscopic_discectomy").missing == (
        "Have you had an operation on your spine?",
        "What your surgeon finds when examining you and reading your scans",
    )
    assert option(document, "open_microdiscectomy").missing == ()


def test_an_option_that_is_not_indicated_gets_one_line(document: PatientDocument) -> None:
    aside = document.set_aside[0]

    assert [one.id for one in document.set_aside] == ["mis_tlif", "open_fusion"]
    assert aside.words == "Not for your problem"


def test_a_requirement_that_is_not_met_is_not_told_as_if_it_were(document: PatientDocument) -> None:
    assert document.set_aside[0].reason == (
        "Needed for this, but not so for you: your scan shows a problem that this operation treats."
    )


def test_an_override_stands_and_says_who_changed_what_and_why() -> None:
    document = patient_document(samples.inputs(overrides=(samples.override(),)))
    shown = option(document, "tubular_microdiscectomy")

    assert shown.candidacy == "likely"
    assert shown.changed == (
        "Dr Ines Okafor changed this. By your answers alone it was: “May suit you”. "
        "Reason: Your new scan shows a small slipped disc on the left."
    )


def test_the_latest_override_stands() -> None:
    later = samples.override(candidacy="unlikely", words="", at=samples.RELEASED_AT.replace(hour=20))
    document = patient_document(samples.inputs(overrides=(later, samples.override())))
    shown = option(document, "tubular_microdiscectomy")

    assert shown.candidacy_words == "Probably not for your problem"
    assert shown.changed.endswith("“May suit you”.")


def test_an_option_that_an_override_excludes_is_set_aside_with_the_reason() -> None:
    excluded = samples.override(candidacy="excluded")
    document = patient_document(samples.inputs(overrides=(excluded,)))
    aside = next(one for one in document.set_aside if one.id == "tubular_microdiscectomy")

    assert aside.words == "Not advised for you"
    assert "Dr Ines Okafor changed this." in aside.reason


def test_a_hidden_option_is_nowhere() -> None:
    document = patient_document(samples.inputs(hidden={"endoscopic_discectomy": "Not done at this clinic"}))

    assert "camera" not in repr(document)
    assert "Not done at this clinic" not in repr(document)


def test_no_surgery_is_shown_in_full_even_where_it_is_not_indicated() -> None:
    report = samples.report()
    report["options"][0]["candidacy"] = "not_indicated"
    document = patient_document(samples.inputs(report=report))

    assert document.options[0].id == "nonoperative_care"


def test_what_matters_comes_highest_first_and_zero_is_an_answer(document: PatientDocument) -> None:
    assert [(rating.label, rating.words) for rating in document.values] == [
        ("Less pain", "9 out of 10"),
        ("A result that lasts", "8 out of 10"),
        ("Not needing another operation", "7 out of 10"),
        ("A quick recovery", "6 out of 10"),
        ("Avoiding an operation", "4 out of 10"),
        ("Fewer medicines", "0 out of 10"),
    ]


def test_what_is_not_known_is_listed(document: PatientDocument) -> None:
    nothing, some = document.gaps

    assert nothing == (
        "For none of these treatments is enough known about: harm to muscle, donated blood, first walk, "
        "days in hospital, blood clots, strong pain medicine, walking and moving, "
        "back to work and daily life and exercise afterwards."
    )
    assert some == "Other outcomes have a figure for some treatments only. The table says which, and why."


def test_evidence_that_points_the_other_way_is_told_in_plain_words() -> None:
    views = {
        view.outcome: view
        for view in option(patient_document(spine.inputs(spine.DISC)), "tubular_microdiscectomy").estimates
    }

    assert views["reoperation"].contrary.endswith("There, more discs slipped again.")


def test_before_release_it_says_so() -> None:
    draft = patient_document(samples.inputs(released=None))

    assert [notice.tone for notice in draft.notices] == ["draft"]
    assert patient_document(samples.inputs()).notices == ()


def test_an_urgent_sign_stands_above_the_rest() -> None:
    document = patient_document(samples.inputs(report=samples.urgent_report()))

    assert document.notices[0].tone == "urgent"
    assert document.warning_signs[0].advice == "Call the clinic today and tell them about this answer."
    assert document.options


def test_the_weights_are_called_an_expert_draft(document: PatientDocument) -> None:
    assert "expert draft" in document.draft_note


def test_a_publication_has_one_number_however_many_of_its_rows_are_used() -> None:
    document = patient_document(spine.inputs(spine.DISC))
    numbers = [source.number for source in document.sources]

    assert numbers == list(range(1, len(numbers) + 1))
    named = {
        source.number for shown in document.options for view in shown.estimates for source in view.sources
    }
    assert named == set(numbers)


def test_documents_cannot_be_changed(document: PatientDocument) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.title = "Another"  # type: ignore[misc]  # that it is refused is the point


def test_free_words_stay_as_they_were_written() -> None:
    facts = {"questions_for_surgeon": '  Can I … “lift” 5 kg?\r\n\r\n#import "x"  \nΩ مرحبا 🙂 '}
    document = patient_document(samples.inputs(facts=facts))

    assert document.questions == ("Can I … “lift” 5 kg?", '#import "x"', "Ω مرحبا 🙂")


@pytest.mark.parametrize("value", [None, 5, ""])
def test_no_question_is_no_question(value: object) -> None:
    assert patient_document(samples.inputs(facts={"questions_for_surgeon": value})).questions == ()


def test_what_cannot_happen_without_an_operation_does_not_apply_and_is_no_gap() -> None:
    document = patient_document(spine.inputs(spine.DISC))
    care = next(option for option in document.options if option.id == "nonoperative_care")
    cells = {cell.outcome: cell for cell in care.estimates}
    assert (cells["blood_loss"].headline, cells["blood_loss"].short) == ("Does not apply", "Does not apply")
    assert cells["blood_loss"].withheld == "There is no operation, so no blood is lost."
    assert cells["opioid_use"].headline == "Not enough evidence"
    surgeon = surgeon_document(spine.inputs(spine.DISC)).options[0]
    assert surgeon.id == "nonoperative_care"
    assert "7 that cannot apply" in surgeon.evidence
    measured = {row.outcome: [cell.status for cell in row.cells] for row in document.outcomes}
    assert "shown" not in measured["transfusion"]
    assert "donated blood" in document.gaps[0]
