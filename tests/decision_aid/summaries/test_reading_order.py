"""The tag tree of each document, walked as a screen reader walks it: in the order in which a person reads."""

from collections.abc import Iterable, Iterator

import pytest

from decision_aid.summaries import (
    PatientDocument,
    SurgeonDocument,
    letter_document,
    patient_document,
    render_letter,
    render_pdf,
    surgeon_document,
)
from decision_aid.summaries.shapes import Finding, Labelled, SurgeonOption
from decision_aid.summaries.wording import LABELS
from questionnaires.services.qr import qr_svg
from tests.decision_aid.summaries import spine
from tests.decision_aid.summaries.pdfs import Spoken, read_aloud, together
from tests.decision_aid.summaries.test_golden_papers import CASES, SHAPES, SIGNED
from tests.decision_aid.summaries.test_letter import LETTER

EMERGENCIES = [case for case in CASES if surgeon_document(spine.inputs(CASES[case])).emergency][:3]
TOLD = {
    "reason_for_visit": "My left leg burns when I sit. I want to lift my grandson again.",
    "questions_for_surgeon": "When can I drive again?\nWill it come back?",
    "value_pain_relief": 9,
    "value_avoid_surgery": 0,
    "expected_return_weeks": 6,
}


def assert_read_in_order(spoken: Iterable[Spoken], phrases: Iterable[str]) -> None:
    """Each phrase is spoken after the one before it."""
    words = together("".join(one.words for one in spoken))
    place = 0
    for phrase in filter(None, map(together, phrases)):
        found = words.find(phrase, place)
        assert found >= 0, (phrase, words[max(0, place - 80) : place + 200])
        place = found + len(phrase)


def labelled(rows: Iterable[Labelled]) -> Iterator[str]:
    return (part for row in rows for part in (row.label, row.words))


def opening(words: str) -> str:
    """The part of a text that no density of the page cuts off."""
    return words[:20]


# ── The surgeon's summary ───────────────────────────────────────────────────────────────────────────────


def surgeons_order(document: SurgeonDocument) -> Iterator[str]:
    yield document.identity.patient_name
    yield from labelled(row for row in document.identity.rows if row.label not in ("Patient", "Clinic"))
    yield from (sign.title for sign in document.warning_signs if not sign.cleared)
    yield from (sign.title for sign in document.warning_signs if sign.cleared)
    yield document.unanswered_warning_signs
    yield LABELS["own_words"]
    yield from (part for row in document.own_words for part in (row.label, opening(row.words)))
    yield from labelled(document.glance)
    yield LABELS["scales"]
    yield from (part for scale in document.scales for part in (scale.title, scale.value))
    yield LABELS["candidacy_by_option"]
    yield from (LABELS[name] for name in ("option", "candidacy", "for", "against"))
    for option in document.options:
        yield from surgeons_row(option)
    yield document.not_indicated_words
    yield LABELS["still_missing"]
    yield from (opening(fact.question) for fact in document.missing[:2])
    yield LABELS["modifiable"]
    yield from (opening(risk.advice) for risk in document.modifiable)
    if document.expectations:
        yield LABELS["patient_expects"]
        yield from labelled(document.expectations)
    yield LABELS["patient_values"]
    yield from (rating.label for rating in document.values)
    if document.questions:
        yield LABELS["patient_asks"]
        yield from (opening(question) for question in document.questions)
    yield document.draft_note


def surgeons_row(option: SurgeonOption) -> Iterator[str]:
    yield option.title
    yield option.approach
    yield f"{option.candidacy_words} {option.points}"
    yield option.bar.words  # the figure's alternative text
    yield from (opening(reason.text) for reason in option.reasons_for[:1])
    yield from (opening(reason.text) for reason in option.reasons_against[:1])
    yield from (opening(fact.question) for fact in option.missing[:1])


@pytest.mark.parametrize("case", SHAPES.values(), ids=SHAPES)
def test_the_surgeons_summary_is_read_as_a_surgeon_reads(case: str) -> None:
    document = surgeon_document(spine.inputs({**CASES[case], **TOLD}, released=SIGNED))
    spoken = read_aloud(render_pdf(document))

    assert_read_in_order(spoken, surgeons_order(document))
    assert (spoken[0].role, spoken[0].words) == ("/H1", document.identity.patient_name)
    headers = [one for one in spoken if "/THead" in one.roles]
    assert {one.role for one in headers} == {"/TH"}
    assert [one.words for one in headers] == [
        LABELS[name] for name in ("option", "candidacy", "for", "against")
    ]
    alternatives = [one.words for one in spoken if one.role == "/Figure"]
    assert alternatives == [
        *(option.bar.words for option in document.options),
        *(f"{rating.label}: {rating.words}" for rating in document.values),
    ]


# ── The patient's summary ───────────────────────────────────────────────────────────────────────────────


def patients_order(document: PatientDocument) -> Iterator[str]:
    yield LABELS["patient_summary"]
    yield from labelled(document.identity.rows)
    yield from (notice.title for notice in document.notices)
    yield from (sign.advice for sign in document.warning_signs if not sign.cleared)
    yield LABELS["decision"]
    yield document.decision
    yield LABELS["your_options"]
    for option in document.options:
        yield from (f"{option.letter} {option.title}", option.approach, option.candidacy_words)
    if document.reasons_for or document.reasons_against or document.missing:
        yield LABELS["from_your_answers"]
        for said in (*document.reasons_for, *document.reasons_against):
            yield said.words
    if document.set_aside:
        yield LABELS["set_aside"]
    yield LABELS["side_by_side"]
    for row in document.findings:
        yield row.name
        # What is known comes before what is not, however full the page.
        for finding in sorted(row.findings, key=lambda finding: finding.status != "shown"):
            yield from patients_finding(finding)
    if document.studied:
        yield LABELS["who_was_studied"]
    if document.modifiable:
        yield LABELS["you_can_do"]
        yield from (risk.advice for risk in document.modifiable)
    yield LABELS["your_values"]
    yield from (rating.label for rating in document.values)
    yield LABELS["your_questions"]
    yield from document.questions
    yield LABELS["space"]
    yield from document.writing_prompts
    yield LABELS["about"]
    yield document.draft_note


def patients_finding(finding: Finding) -> Iterator[str]:
    if finding.status != "shown":
        return
    yield finding.words
    yield f"{finding.figure}, {finding.interval}" if finding.figure else ""
    yield ", ".join(filter(None, (finding.certainty, finding.horizon)))


@pytest.mark.parametrize("case", SHAPES.values(), ids=SHAPES)
def test_the_patients_summary_is_read_as_a_patient_reads(case: str) -> None:
    document = patient_document(spine.inputs({**CASES[case], **TOLD}, released=SIGNED))
    spoken = read_aloud(render_pdf(document))

    assert_read_in_order(spoken, patients_order(document))
    assert (spoken[0].role, spoken[0].words) == ("/H1", LABELS["patient_summary"])
    alternatives = [one.words for one in spoken if one.role == "/Figure"]
    assert alternatives == [f"{rating.label}: {rating.words}" for rating in document.values]
    assert not any("/Table" in one.roles for one in spoken)


# ── An emergency, and the letter ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", EMERGENCIES)
@pytest.mark.parametrize("build", [surgeon_document, patient_document])
def test_an_emergency_says_what_to_do_and_whom_to_call_before_all_else(case: str, build: object) -> None:
    document = (surgeon_document if build is surgeon_document else patient_document)(
        spine.inputs(CASES[case])
    )
    emergency = document.emergency
    assert emergency is not None

    assert_read_in_order(
        read_aloud(render_pdf(document)),
        [
            emergency.title,
            document.identity.patient_name,
            emergency.lead,
            *(part for number in emergency.numbers for part in (number.label, number.number)),
            *(part for sign in emergency.signs for part in (sign.title, sign.advice)),
            *emergency.to_do,
            emergency.withheld,
        ],
    )


def test_the_letter_is_read_as_it_is_followed() -> None:
    letter = letter_document(LETTER)
    spoken = read_aloud(render_letter(letter, qr_svg(LETTER.address)))

    assert_read_in_order(
        spoken,
        [
            *labelled(letter.identity.rows),
            letter.identity.clinic_name,
            letter.heading,
            letter.greeting,
            *letter.opening,
            LABELS["your_appointment"],
            *labelled(letter.appointment),
            LABELS["open_the_form"],
            letter.qr_words,
            *(f"{place}. {step}" for place, step in enumerate(letter.steps, 1)),
            letter.address,
            letter.code,
            letter.typing,
            LABELS["help_with_it"],
            *labelled(letter.help),
            *(part for number in letter.numbers for part in (number.label, number.number)),
            letter.closing,
        ],
    )
    assert [one.words for one in spoken if one.role == "/Figure"] == [letter.qr_words]
