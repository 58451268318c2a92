"""What every document has: who it is about, what it was made from, and the warning that comes first."""

from __future__ import annotations

from typing import Literal

from decision_aid.summaries import wording
from decision_aid.summaries.fields import Row, row_of, rows, text, texts, whole
from decision_aid.summaries.inputs import Cleared, SummaryInputs
from decision_aid.summaries.knowledge import NOT_EVALUATED, Knowledge
from decision_aid.summaries.numbers import appointment_words, day_words, time_words
from decision_aid.summaries.shapes import (
    Emergency,
    Footer,
    Identity,
    Labelled,
    Notice,
    PhoneNumber,
    WarningSignView,
)

TEMPLATE_VERSION = "2"
Reader = Literal["patient", "clinician"]


def identity_of(inputs: SummaryInputs) -> Identity:
    """Clinic, patient and appointment, as rows and as the one line that each page carries."""
    born = day_words(inputs.birth_date) if inputs.birth_date else "birth date not known"
    appointment = appointment_words(inputs.appointment) if inputs.appointment else ""
    number = f"No. {inputs.patient_number}" if inputs.patient_number else ""
    clinic, patient = one_line(inputs.clinic_name), one_line(inputs.patient_name)
    labelled = (
        ("Patient", patient),
        ("Born", born),
        ("Number", inputs.patient_number),
        ("Surgeon", one_line(inputs.surgeon_name)),
        ("Appointment", appointment),
        ("Clinic", clinic),
    )
    return Identity(
        clinic_name=clinic,
        clinic_phone=inputs.clinic_phone,
        patient_name=patient,
        birth_date=born,
        patient_number=inputs.patient_number,
        surgeon_name=one_line(inputs.surgeon_name),
        appointment=appointment,
        line=" · ".join(filter(None, (clinic, patient, born, number))),
        rows=tuple(Labelled(label, words) for label, words in labelled if words),
    )


def footer_of(knowledge: Knowledge) -> Footer:
    """Release, versions, time, signature and hashes."""
    inputs = knowledge.inputs
    release = row_of(inputs.report, "release")
    release_words = f"{wording.humanised(text(release, 'aid'))} aid, release {whole(release, 'version')}"
    made_at = time_words(inputs.made_at)
    signed = (
        f"Signed by {one_line(inputs.released.by)}, {time_words(inputs.released.at)}"
        if inputs.released
        else "Not signed"
    )
    report_sha256 = text(inputs.report, "report_sha256")
    return Footer(
        release=release_words,
        versions=f"{knowledge.versions}, template {TEMPLATE_VERSION}",
        made_at=made_at,
        report_sha256=report_sha256,
        release_sha256=text(release, "sha256"),
        signed=signed,
        line=f"{release_words} · made {made_at} · {signed}",
        hash_line=f"{knowledge.versions}, template {TEMPLATE_VERSION} · report {report_sha256}",
        moment=inputs.made_at,
    )


def warning_signs_of(knowledge: Knowledge, reader: Reader) -> tuple[WarningSignView, ...]:
    """The signs that hold, emergencies first, in the words of their reader."""
    cleared = {clearing.sign: clearing for clearing in knowledge.inputs.cleared}
    raised = knowledge.is_unevaluated or wording.NOT_EVALUATED in cleared
    views = [
        _sign_view(knowledge, row, reader, cleared.get(text(row, "id")))
        for row in (*rows(knowledge.report, "warning_signs"), *((NOT_EVALUATED,) if raised else ()))
        if row.get("holds") is True
    ]
    return tuple(sorted(views, key=lambda view: view.urgency != "emergency"))


def unanswered_signs(knowledge: Knowledge) -> str:
    """The signs that nobody can rule out yet, by title; "" where all are answered."""
    return ", ".join(
        knowledge.sign_title(text(row, "id"))
        for row in rows(knowledge.report, "warning_signs")
        if row.get("holds") is None
    )


def needs_care_today(knowledge: Knowledge) -> bool:
    """Whether an emergency sign holds, or its alert is open, that no clinician has cleared.

    A report whose pathway is emergency without naming a sign that holds counts as one: the doubt is the
    patient's gain.
    """
    cleared = {clearing.sign for clearing in knowledge.inputs.cleared}
    emergencies = [
        text(row, "id")
        for row in rows(knowledge.report, "warning_signs")
        if row.get("holds") is True and text(row, "urgency") == "emergency"
    ]
    if _open_signs(knowledge):
        return True
    if not emergencies:
        return text(knowledge.report, "pathway") == "emergency"
    return any(sign not in cleared for sign in emergencies)


def emergency_for_patient(knowledge: Knowledge) -> Emergency | None:
    """The page that stands in place of the patient's documents; None where no emergency is open."""
    if not needs_care_today(knowledge):
        return None
    signs = _open_emergencies(knowledge, "patient")
    unknown = _is_only_unevaluated(signs)
    return Emergency(
        title=wording.UNKNOWN_EMERGENCY_TITLE if unknown else wording.EMERGENCY_TITLE,
        lead=wording.UNKNOWN_EMERGENCY_LEAD if unknown else wording.EMERGENCY_LEAD,
        signs=signs,
        to_do=wording.NOT_EVALUATED_TO_DO if unknown else wording.EMERGENCY_TO_DO,
        numbers_title="Numbers to call",
        numbers=_numbers(knowledge.inputs),
        withheld=wording.EMERGENCY_WITHHELD,
    )


def emergency_for_surgeon(knowledge: Knowledge) -> Emergency | None:
    """The page that stands in place of the surgeon's sheet; None where no emergency is open."""
    if not needs_care_today(knowledge):
        return None
    signs = _open_emergencies(knowledge, "clinician")
    unknown = _is_only_unevaluated(signs)
    return Emergency(
        title=wording.SURGEON_UNKNOWN_EMERGENCY_TITLE if unknown else wording.SURGEON_EMERGENCY_TITLE,
        lead=wording.SURGEON_UNKNOWN_EMERGENCY_LEAD if unknown else wording.SURGEON_EMERGENCY_LEAD,
        signs=signs,
        to_do=wording.SURGEON_EMERGENCY_TO_DO,
        numbers_title="Numbers the patient was given",
        numbers=_numbers(knowledge.inputs),
        withheld=wording.SURGEON_EMERGENCY_WITHHELD,
    )


def patient_notices(knowledge: Knowledge) -> tuple[Notice, ...]:
    """What the patient reads above all else: urgent signs, then that nobody has released this yet."""
    notices = []
    if any(sign.urgency == "urgent" and not sign.cleared for sign in warning_signs_of(knowledge, "patient")):
        phone = knowledge.inputs.clinic_phone
        call = f"Call your clinic on {phone} if nobody has called you yet." if phone else "Call your clinic."
        notices.append(Notice("urgent", wording.URGENT_TITLE, call))
    if knowledge.inputs.released is None:
        notices.append(Notice("draft", wording.DRAFT_TITLE, wording.DRAFT_TEXT))
    return tuple(notices)


def answered_by_words(answered_by: str) -> str:
    """Who filled in the form, where that is worth a line."""
    named = one_line(answered_by)
    return f"Answered by {named[:1].lower()}{named[1:]}" if named else ""


def draft_note_of(knowledge: Knowledge) -> str:
    """That the weights are experts’ weights: the release's own words, or ours."""
    return text(row_of(knowledge.release, "about"), "weights_note") or wording.DRAFT_NOTE


def one_line(words: str) -> str:
    """A text on one line, its spaces single."""
    return " ".join(words.split())


def paragraphs(words: str) -> tuple[str, ...]:
    """Free text as its lines, empty ones left out."""
    return tuple(filter(None, (one_line(line) for line in words.splitlines())))


def excerpt(words: str, limit: int) -> str:
    """Free text that fits: cut at a word's end, and marked where it was cut."""
    line = one_line(words)
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0] if " " in line[:limit] else line[:limit]
    return f"{cut} … (more in the answers)"


def _open_emergencies(knowledge: Knowledge, reader: Reader) -> tuple[WarningSignView, ...]:
    holding = tuple(
        sign
        for sign in warning_signs_of(knowledge, reader)
        if sign.urgency == "emergency" and not sign.cleared
    )
    shown = {sign.id for sign in holding}
    raised_apart = (row for row in _open_signs(knowledge) if text(row, "id") not in shown)
    return (*holding, *(_sign_view(knowledge, row, reader, None) for row in raised_apart))


def _is_only_unevaluated(signs: tuple[WarningSignView, ...]) -> bool:
    """Whether the only reason for care today is that nobody could look for one."""
    return bool(signs) and all(sign.id == wording.NOT_EVALUATED for sign in signs)


def _open_signs(knowledge: Knowledge) -> tuple[Row, ...]:
    """The release's emergency signs whose alert is open, in the release's order."""
    return tuple(
        row
        for sign, row in knowledge.signs.items()
        if sign in knowledge.inputs.open_signs and text(row, "urgency") == "emergency"
    )


def _numbers(inputs: SummaryInputs) -> tuple[PhoneNumber, ...]:
    known = (
        ("Emergency, day and night", inputs.clinic_emergency_phone),
        (f"{one_line(inputs.clinic_name)}, in opening hours", inputs.clinic_phone),
    )
    return tuple(PhoneNumber(label, number) for label, number in known if number.strip())


def _sign_view(knowledge: Knowledge, row: Row, reader: Reader, cleared: Cleared | None) -> WarningSignView:
    described = knowledge.signs.get(text(row, "id"), {})
    urgency: Literal["emergency", "urgent"] = "emergency" if text(row, "urgency") == "emergency" else "urgent"
    # A sign's title is a suspicion in a clinician's words; the patient reads what is asked of them instead.
    title = wording.PATIENT_SIGN[urgency] if reader == "patient" else knowledge.sign_title(text(row, "id"))
    if reader == "patient" and text(row, "id") == wording.NOT_EVALUATED:
        title = wording.NOT_EVALUATED_FOR_PATIENTS
    return WarningSignView(
        id=text(row, "id"),
        urgency=urgency,
        urgency_words=wording.URGENCY[urgency],
        title=title,
        advice=text(described, reader),
        answers=tuple(knowledge.answer_line(fact) for fact in texts(row, "facts")),
        cleared=_cleared_words(cleared, reader) if cleared else "",
        sources=knowledge.sources().labels(texts(described, "sources")),
    )


def _cleared_words(cleared: Cleared, reader: Reader) -> str:
    by, at = one_line(cleared.by), time_words(cleared.at)
    if reader == "patient":
        return f"{by} has dealt with this, {at}."
    return f"Cleared by {by}, {at}: {one_line(cleared.action)}"
