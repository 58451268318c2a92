from decision_aid.summaries import AnsweredQuestion, AnsweredSection, answers_document
from tests.decision_aid.summaries import samples


def test_it_holds_the_patients_answers_in_their_order() -> None:
    document = answers_document(samples.inputs())

    assert [row.words for row in document.sections[0].answers] == [answer for _, _, answer in samples.ANSWERS]
    assert document.answered_by == "Answered by the patient"


def test_it_leaves_out_empty_sections_and_the_clinicians_findings() -> None:
    findings = (AnsweredSection("Imaging", (AnsweredQuestion("level", "Which level?", "L4/5"),)),)
    document = answers_document(samples.inputs(intake=(AnsweredSection("Empty", ()),), findings=findings))

    assert document.sections == ()


def test_it_shows_no_option_and_no_figure() -> None:
    words = repr(answers_document(samples.inputs()))

    for _, title, patient_title, _ in samples.OPTIONS.values():
        assert title not in words
        assert patient_title not in words


def test_it_does_not_speak_of_a_release() -> None:
    assert answers_document(samples.inputs(released=None)).notices == ()


def test_an_urgent_sign_stands_above_the_answers() -> None:
    document = answers_document(samples.inputs(report=samples.urgent_report()))

    assert [notice.tone for notice in document.notices] == ["urgent"]
    assert [sign.id for sign in document.warning_signs] == ["weakness"]
