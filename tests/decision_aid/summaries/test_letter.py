import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pikepdf
import pytest

from decision_aid.summaries import LetterInputs, letter_document, render_letter
from decision_aid.summaries.shapes import Paper
from questionnaires.services.qr import qr_svg
from tests.decision_aid.summaries import spine
from tests.decision_aid.summaries.pdfs import part, read, structure, tags, words_of

ADDRESS = "https://candor.northfield.example/l/k7m2q-x9fhr-abcde-wq3zn-7pkt4m/"
LETTER = LetterInputs(
    clinic_name="Northfield Spine Clinic",
    clinic_address="14 Harbour Road, Northfield",
    clinic_phone="01632 960 100",
    clinic_emergency_phone="01632 960 999",
    patient_name="Ada Zoë Byström",
    birth_date=date(1972, 3, 4),
    patient_number="HSC-000417",
    surgeon_name="Dr Ines Okafor",
    appointment=datetime(2026, 12, 1, 10, 30, tzinfo=UTC),
    place="Room 4, second floor",
    address=ADDRESS,
    made_at=datetime(2026, 11, 23, 16, 25, tzinfo=UTC),
    expires_at=datetime(2026, 12, 7, 16, 25, tzinfo=UTC),
)
SIZES: dict[Paper, tuple[int, int]] = {"a4": (595, 842), "us-letter": (612, 792)}


def pdf_of(inputs: LetterInputs) -> bytes:
    return render_letter(letter_document(inputs), qr_svg(inputs.address))


@pytest.mark.parametrize("paper", SIZES)
def test_it_is_one_page_of_the_clinics_paper(paper: Paper) -> None:
    (page,) = read(pdf_of(replace(LETTER, paper=paper))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == SIZES[paper]


def test_it_says_who_when_where_how_and_whom_to_call() -> None:
    words = words_of(pdf_of(LETTER))

    for expected in (
        "Northfield Spine Clinic · Ada Zoë Byström · 4 March 1972 · No. HSC-000417",
        "Dr Ines Okafor",
        "Tuesday 1 December 2026, 10:30",
        "Room 4, second floor",
        "Someone may help you.",
        "01632 960 100",
        "01632 960 999",
        "It works until 7 December 2026.",
        "Page 1 of 1",
    ):
        assert expected in words


def test_the_printed_address_is_the_link() -> None:
    letter = letter_document(LETTER)

    assert f"https://{letter.address}{letter.code}" == ADDRESS
    assert f"{letter.address} {letter.code}" in words_of(pdf_of(LETTER))


def test_a_link_without_encryption_is_printed_as_it_must_be_typed() -> None:
    letter = letter_document(replace(LETTER, address="http://localhost:8000/l/abc/"))

    assert f"{letter.address}{letter.code}" == "http://localhost:8000/l/abc/"


def test_it_names_no_condition_treatment_or_part_of_the_body() -> None:
    words = words_of(pdf_of(replace(LETTER, clinic_name="Northfield Clinic"))).lower()
    release = spine.inputs({}).release
    options = release["options"]
    assert isinstance(options, list | tuple)
    named = {str(option[key]).lower() for option in options for key in ("title", "patient_title")}

    assert not [name for name in named if name in words]
    for word in ("spine", "back", "neck", "disc", "pain", "surgery", "operation", "stenosis", "nerve"):
        assert word not in words.split()


def test_what_a_clinic_left_out_is_left_out() -> None:
    words = words_of(
        pdf_of(replace(LETTER, clinic_phone=" ", clinic_emergency_phone="", clinic_address="", place=""))
    )

    assert "Where Northfield Spine Clinic" in words
    assert "Call us. You can answer on a tablet" in words
    assert "much worse" not in words


def test_it_is_tagged_with_language_title_and_a_picture_in_words() -> None:
    reader = read(pdf_of(LETTER))
    root = reader.root_object
    figures = [element for element in structure(reader) if str(element["/S"]) == "/Figure"]

    assert str(root["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Before your appointment: Ada Zoë Byström"
    assert part(root, "/ViewerPreferences")["/DisplayDocTitle"]
    assert b"pdfuaid:part" in part(root, "/Metadata").get_data()
    assert [str(figure["/Alt"]) for figure in figures] == [letter_document(LETTER).qr_words]
    assert [tag for tag in tags(reader) if tag in ("/H1", "/H2")] == ["/H1", "/H2", "/H2", "/H2"]


def test_qpdf_finds_nothing_wrong_and_two_renders_are_equal() -> None:
    pdf = pdf_of(LETTER)

    assert pdf == pdf_of(LETTER)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.parametrize("words", ["#panic(1)", "\u202eevil 🙂", "x" * 190, "王小明 ظهري"])
def test_no_name_or_place_can_stop_it(words: str) -> None:
    inputs = replace(LETTER, patient_name=words, surgeon_name=words, place=words, clinic_name=words)

    assert 1 <= len(read(pdf_of(inputs)).pages) <= 2
