"""The letter that invites a patient to the form, with the words of every line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from decision_aid.summaries.frame import one_line
from decision_aid.summaries.numbers import appointment_words, day_words, time_words
from decision_aid.summaries.shapes import (
    Identity,
    Labelled,
    LetterDocument,
    LetterFooter,
    Paper,
    PhoneNumber,
)

LANGUAGE = "en"  # of the words below


@dataclass(frozen=True, slots=True)
class LetterInputs:
    """Everything that a letter says; times are aware and in the clinic's time zone.

    `address` is the link, whose last part is the secret.
    """

    clinic_name: str
    clinic_address: str
    clinic_phone: str
    clinic_emergency_phone: str
    patient_name: str
    birth_date: date
    patient_number: str
    surgeon_name: str
    appointment: datetime
    place: str
    address: str
    made_at: datetime
    expires_at: datetime
    paper: Paper = "a4"


def letter_document(inputs: LetterInputs) -> LetterDocument:
    """The letter in its words; none of them names a condition."""
    patient, surgeon = one_line(inputs.patient_name), one_line(inputs.surgeon_name)
    clinic = one_line(inputs.clinic_name)
    born = day_words(inputs.birth_date)
    number = f"No. {inputs.patient_number}"
    until = day_words(inputs.expires_at.date())
    shown, _, code = inputs.address.removesuffix("/").rpartition("/")
    phone = one_line(inputs.clinic_phone)
    call = f"Call us on {phone}" if phone else "Call us"
    return LetterDocument(
        kind="letter",
        title=f"Before your appointment: {patient}",
        language=LANGUAGE,
        paper=inputs.paper,
        identity=Identity(
            clinic_name=clinic,
            clinic_phone=phone,
            patient_name=patient,
            birth_date=born,
            patient_number=inputs.patient_number,
            surgeon_name=surgeon,
            appointment=appointment_words(inputs.appointment),
            line=f"{clinic} · {patient} · {born} · {number}",
            rows=(
                Labelled("For", patient),
                Labelled("Born", born),
                Labelled("Number", inputs.patient_number),
            ),
        ),
        clinic_address=one_line(inputs.clinic_address),
        heading="Before your appointment",
        greeting=f"Dear {patient},",
        opening=(
            "Please answer some questions before we see you, on a phone, a tablet or a computer.",
            "You do it at home, in your own time, and can stop and go on later.",
            "Your answers help you and your surgeon to make good use of the time that you have together.",
        ),
        appointment=tuple(
            Labelled(label, words)
            for label, words in (
                ("With", surgeon),
                ("When", appointment_words(inputs.appointment)),
                ("Where", one_line(inputs.place) or clinic),
            )
        ),
        qr_words="A QR code that opens the address printed below it",
        steps=(
            "Point your phone’s camera at the square, or type the address below it.",
            "Give your date of birth. It shows us that the letter reached the right person.",
            "Answer what you can. “I’m not sure” is an answer too.",
        ),
        address=f"{shown.removeprefix('https://')}/",
        code=f"{code}/",
        typing=f"All of it on one line, without a space. It works until {until}.",
        help=(
            Labelled(
                "Someone may help you.",
                "A relative or a friend may read the questions to you, or fill in the form for you.",
            ),
            Labelled(
                "No phone or computer, or something does not work?",
                f"{call}. You can answer on a tablet at the clinic, and we help you with it.",
            ),
            Labelled(
                "Keep this letter to yourself.",
                "Who has it and knows your date of birth can answer in your name. If you lose it, call us: "
                "we stop the link and send you a new one.",
            ),
        ),
        numbers=tuple(
            PhoneNumber(label, one_line(words))
            for label, words in (
                ("Questions? Call us", inputs.clinic_phone),
                ("Suddenly much worse? Do not wait, call", inputs.clinic_emergency_phone),
            )
            if words.strip()
        ),
        closing="Thank you. We look forward to seeing you.",
        footer=LetterFooter(
            line=f"{clinic} · made {time_words(inputs.made_at)}",
            hash_line="No copy of this letter is kept. A new one brings a new link, and then this one stops.",
            moment=inputs.made_at,
        ),
    )
