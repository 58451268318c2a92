import io
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_aid.summaries import (
    AnsweredQuestion,
    AnsweredSection,
    AnswersDocument,
    RenderingError,
    SummaryInputs,
    answers_document,
    attachments_of,
    patient_document,
    render_pdf,
    surgeon_document,
    wording,
)
from decision_aid.summaries.glyphs import SUBSTITUTE, drawable, drawn, kept_apart
from decision_aid.summaries.rendering import TEMPLATES
from decision_aid.summaries.shapes import SummaryDocument
from decision_aid.summaries.wording import LABELS
from tests.decision_aid.summaries import samples, spine
from tests.decision_aid.summaries.fullest import fullest
from tests.decision_aid.summaries.pdfs import (
    bookmarks,
    part,
    read,
    structure,
    tags,
    words_of,
)

Builder = Callable[[SummaryInputs], SummaryDocument]
BUILDERS = [surgeon_document, patient_document, answers_document]


@pytest.mark.parametrize("build", BUILDERS)
def test_it_is_tagged_and_has_a_language_and_a_title(build: Builder) -> None:
    document = build(samples.inputs())
    reader = read(render_pdf(document))
    root = reader.root_object

    assert str(root["/Lang"]) == "en"
    assert bool(part(root, "/MarkInfo")["/Marked"])
    assert part(root, "/ViewerPreferences")["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    assert "/H1" in tags(reader)
    assert b"pdfuaid:part" in part(root, "/Metadata").get_data()


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("facts", [spine.DISC, spine.EMERGENCY], ids=["options", "emergency"])
def test_every_page_names_clinic_patient_birth_date_number_and_its_place(
    build: Builder, facts: dict[str, object]
) -> None:
    reader = read(render_pdf(build(spine.inputs(facts))))
    count = len(reader.pages)

    for place, page in enumerate(reader.pages, start=1):
        words = " ".join(page.extract_text().split())
        for expected in (
            "Harbour Spine Clinic · Ada Zoë Byström · 4 March 1972 · No. HSC-000417",
            f"Page {place} of {count}",
            "Spine aid, release 1",
            "23 November 2026, 16:25 UTC",
            "template 2 · report",
        ):
            assert expected in words


@pytest.mark.parametrize("build", BUILDERS)
def test_the_hash_of_the_report_can_be_read(build: Builder) -> None:
    inputs = spine.inputs(spine.DISC)

    assert str(inputs.report["report_sha256"]) in words_of(render_pdf(build(inputs)))


@pytest.mark.parametrize("facts", spine.PATIENTS.values(), ids=spine.PATIENTS)
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_surgeons_sheet_is_one_page(facts: dict[str, object], paper: str) -> None:
    assert len(read(render_pdf(surgeon_document(spine.inputs(facts, paper=paper)))).pages) == 1


def test_the_fullest_sheets_are_one_page_of_the_clinics_paper() -> None:
    sizes = {"a4": (595, 842), "us-letter": (612, 792)}
    for inputs in fullest(40):
        (page,) = read(render_pdf(surgeon_document(inputs), attachments_of(inputs))).pages
        assert (round(page.mediabox.width), round(page.mediabox.height)) == sizes[inputs.paper]


@pytest.mark.parametrize("build", BUILDERS)
def test_an_emergency_is_one_page(build: Builder) -> None:
    pdf = render_pdf(build(spine.inputs(spine.EMERGENCY)))

    assert len(read(pdf).pages) == 1
    assert "+44 20 7946 0999" in words_of(pdf)
    assert "out of 100" not in words_of(pdf)


@pytest.mark.parametrize("build", BUILDERS)
def test_every_figure_has_words(build: Builder) -> None:
    elements = structure(read(render_pdf(build(spine.inputs(spine.STENOSIS)))))
    figures = [element for element in elements if str(element["/S"]) == "/Figure"]

    assert figures or build is answers_document
    assert all(str(figure["/Alt"]).strip() for figure in figures)


@pytest.mark.parametrize(
    ("build", "headers"),
    [
        (surgeon_document, ["option", "candidacy", "for", "against"]),
        (answers_document, ["question", "answer"]),
    ],
)
def test_every_table_has_its_headers(build: Builder, headers: list[str]) -> None:
    pdf = render_pdf(build(spine.inputs(spine.DISC)))
    found = tags(read(pdf))

    assert found.count("/Table") >= 1
    assert found.count("/TH") == found.count("/Table") * len(headers)
    for header in headers:
        assert LABELS[header] in words_of(pdf)


def test_every_outcome_of_the_patients_comparison_is_a_heading_in_the_order_of_the_view() -> None:
    document = patient_document(spine.inputs(spine.DISC))
    titles = [str(item.title) for item in bookmarks(read(render_pdf(document)).outline)]
    outcomes = [row.name for row in document.outcomes]

    first = titles.index(outcomes[0])
    assert titles[first : first + len(outcomes)] == outcomes


@pytest.mark.parametrize("build", BUILDERS)
def test_fonts_are_embedded_and_only_from_the_packages(build: Builder) -> None:
    reader = read(render_pdf(build(samples.inputs(patient_name="Ада مرحبا"))))
    names = set()
    for page in reader.pages:
        fonts = part(part(page, "/Resources"), "/Font")
        for name in fonts:
            descendants = part(fonts, name)["/DescendantFonts"].get_object()
            assert isinstance(descendants, list)
            descendant = descendants[0].get_object()
            names.add(str(descendant["/BaseFont"]).split("+")[1])
            descriptor = part(descendant, "/FontDescriptor")
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)

    assert names
    assert all(name.startswith(("Inter", "NotoSans")) for name in names)


@pytest.mark.parametrize("build", BUILDERS)
def test_two_renders_give_equal_bytes(build: Builder) -> None:
    assert render_pdf(build(samples.inputs())) == render_pdf(build(samples.inputs()))


def test_another_process_gives_equal_bytes() -> None:
    script = (
        "import sys\n"
        "from tests.decision_aid.summaries import samples\n"
        "from decision_aid.summaries import patient_document, render_pdf\n"
        "sys.stdout.buffer.write(render_pdf(patient_document(samples.inputs())))\n"
    )
    root = Path(__file__).resolve().parents[3]
    other = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True)

    assert other.stdout == render_pdf(patient_document(samples.inputs()))


FORKED = """
import os, sys
from tests.decision_aid.summaries import samples
from decision_aid.summaries import RenderingError, answers_document, render_pdf
document = answers_document(samples.inputs())
if sys.argv[1] == "render first":
    render_pdf(document)
child = os.fork()
if child == 0:
    try:
        os._exit(0 if render_pdf(document) else 1)
    except RenderingError:
        os._exit(7)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize(("order", "code"), [("fork first", 0), ("render first", 7)])
def test_a_worker_that_forks_first_renders_and_one_that_forks_later_is_refused(order: str, code: int) -> None:
    root = Path(__file__).resolve().parents[3]
    finished = subprocess.run([sys.executable, "-c", FORKED, order], cwd=root, timeout=60, check=False)

    assert finished.returncode == code


def test_another_moment_gives_other_bytes() -> None:
    later = samples.inputs(made_at=samples.RELEASED_AT)

    assert render_pdf(surgeon_document(later)) != render_pdf(surgeon_document(samples.inputs()))


HOSTILE = (
    '#import "base.typ": *',
    "#panic(1)",
    "$ x^2 $ ] } ) *bold* _it_ `raw` @cite <label> \\ // /* */",
    '#read("/etc/passwd")',
    "https://example.invalid/#a",
    "-- --- ... ~ 'q' \"q\"",
)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("build", BUILDERS)
def test_a_patients_words_are_printed_and_never_run(build: Builder, words: str) -> None:
    pdf = render_pdf(build(with_words(words)))

    assert "".join(words.split()) in "".join(words_of(pdf).split())


def with_words(words: str) -> SummaryInputs:
    answer = AnsweredQuestion("reason_for_visit", "What brings you here?", words)
    return samples.inputs(
        patient_name=f"Ada {words[:8]}",
        intake=(AnsweredSection("Your problem", (answer,)),),
        facts={"questions_for_surgeon": words},
    )


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("🙂", "□"),
        ("👨‍👩‍👧", "□‍□‍□"),
        ("腰が痛い", "腰が痛い"),
        ("王小明 臺灣 김민준", "王小明 臺灣 김민준"),
        ("שלום", "שלום"),
        ("สมชาย ใจดี", "สมชาย ใจดี"),
        ("ລາວ ខ្មែរ မြန်မာ", "ລາວ ខ្មែរ မြန်မာ"),
        ("বাংলা தமிழ் తెలుగు", "বাংলা தமிழ் తెలుగు"),
        ("አበበ", "አበበ"),
        ("ગુજરાતી", "□□□□□□"),
        ("ظهري يؤلمني", "ظهري يؤلمني"),
        ("Ω боль हिन्दी", "Ω боль हिन्दी"),
        ("a\x00\x07\x1b[31mb", "a[31mb"),
        ("e\u0301", "é"),
        ("\u202eevil\u202c", "evil"),
        ("\ue000\ufdd0\ud800", "□"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("≥ ≤ ± × − – — ° • … “ ”", "≥ ≤ ± × − – — ° • … “ ”"),
        ("", ""),
    ],
)
def test_what_cannot_be_drawn_is_marked_and_never_blocks(words: str, printed: str) -> None:
    assert drawn(words) == printed
    pdf = render_pdf(surgeon_document(with_words(words)))
    assert (SUBSTITUTE in printed) == ("stands for a sign" in words_of(pdf))


@pytest.mark.parametrize(
    ("words", "set_as"),
    [
        ("שרה כהן · 4 March 1972", "שרה כהן\u200e · 4 March 1972"),
        ("Signed by د. ليلى, 25 November", "Signed by د. ليلى\u200e, 25 November"),
        ("ظهري يؤلمني 5 مرات", "ظهري يؤلمني 5 مرات"),
        ("שרה", "שרה"),
        ("Ada · 4 March", "Ada · 4 March"),
        ("", ""),
    ],
)
def test_a_number_after_a_hebrew_or_arabic_name_stays_with_the_words_after_it(
    words: str, set_as: str
) -> None:
    assert kept_apart(words) == set_as


def test_the_birth_date_stands_together_after_a_hebrew_name() -> None:
    pdf = render_pdf(answers_document(samples.inputs(patient_name="שרה כהן־לוי")))

    assert "4 March 1972 · No. HSC-000417" in words_of(pdf)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_can_stop_a_document(words: str) -> None:
    assert render_pdf(answers_document(with_words(words))).startswith(b"%PDF-")


@pytest.mark.parametrize("words", ["word " * 20_000, "x" * 100_000], ids=["many words", "one long word"])
@pytest.mark.parametrize("build", BUILDERS)
def test_huge_words_keep_within_the_page(build: Builder, words: str) -> None:
    reader = read(render_pdf(build(with_words(words))))

    assert len(reader.pages) < 120
    if build is surgeon_document:
        assert len(reader.pages) == 1


def test_every_sign_of_our_own_texts_has_a_glyph() -> None:
    sources = [Path(wording.__file__), *TEMPLATES.glob("*.typ"), *TEMPLATES.parent.glob("*.py")]
    signs = {sign for path in sources for sign in path.read_text(encoding="utf-8")} - set("\n")
    signs |= set("≥≤±×−–—°•…“”‘’→µ²éüß")

    assert {sign for sign in signs if ord(sign) not in drawable()} == set()


def test_every_sign_of_the_spine_aid_has_a_glyph() -> None:
    words = repr(spine.inputs(spine.DISC).release).replace("\\n", " ")

    assert {sign for sign in words if ord(sign) not in drawable()} == set()


def test_every_sign_called_drawable_can_be_drawn() -> None:
    east_asian = range(0x2E80, 0xFFF0)  # too many to draw each time: every hundredth
    points = sorted(point for point in drawable() if point > 32)
    asked = [point for place, point in enumerate(points) if point not in east_asian or place % 100 == 0]
    words = "".join(chr(point) for point in asked if drawn(chr(point)) == chr(point))

    assert len(points) > 40_000
    assert len(words) > 4000
    assert render_pdf(answers_document(with_words(words))).startswith(b"%PDF-")


def test_a_template_reads_nothing_but_its_neighbour() -> None:
    for template in TEMPLATES.glob("*.typ"):
        loads = re.findall(r"(?:#import|#include|read\(|json\(|image\(|plugin\()[^\n]*", template.read_text())
        assert all('"base.typ"' in load or "sys.inputs" in load for load in loads), loads


def test_a_failure_names_nobody() -> None:
    with pytest.raises(RenderingError) as refused:
        render_pdf(surgeon_document(samples.inputs(language="no language")))

    assert str(refused.value) == "The surgeon document could not be rendered"
    assert refused.value.__cause__ is None


def test_a_language_may_name_its_region() -> None:
    reader = read(render_pdf(answers_document(samples.inputs(language="en-GB"))))

    assert str(reader.root_object["/Lang"]) == "en-GB"


@pytest.mark.parametrize("build", BUILDERS)
def test_qpdf_finds_nothing_wrong(build: Builder) -> None:
    inputs = spine.inputs(spine.DISC)
    attachments = attachments_of(inputs) if build is surgeon_document else ()
    with pikepdf.open(io.BytesIO(render_pdf(build(inputs), attachments))) as pdf:
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("build", BUILDERS)
def test_it_has_bookmarks_and_its_headings_step_down_one_at_a_time(build: Builder) -> None:
    reader = read(render_pdf(build(spine.inputs(spine.DISC))))
    levels = [int(tag[2]) for tag in tags(reader) if re.fullmatch("/H[1-6]", tag)]

    assert reader.outline
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_tags_read_in_the_order_in_which_a_person_reads() -> None:
    document = patient_document(spine.inputs(spine.DISC))
    titles = [str(item.title) for item in bookmarks(read(render_pdf(document)).outline)]
    asked = [
        "decision",
        "your_options",
        "from_your_answers",
        "set_aside",
        "side_by_side",
        "who_was_studied",
        "what_it_is_like",
        "your_values",
        "your_questions",
        "space",
        "about",
        "sources",
    ]
    places = [titles.index(LABELS[name]) for name in asked]

    assert places == sorted(places)
    first = titles.index(LABELS["your_options"]) + 1
    cards = [f"{option.letter} {option.title}" for option in document.options]
    assert titles[first : first + len(cards)] == cards


@pytest.mark.parametrize(
    ("build", "asked"),
    [
        (
            surgeon_document,
            ["own_words", "scales", "candidacy_by_option", "still_missing", "modifiable", "patient_values"],
        ),
        (answers_document, ["your_answers"]),
    ],
)
def test_the_other_documents_read_in_their_order_too(build: Builder, asked: list[str]) -> None:
    document = build(spine.inputs(spine.DISC))
    reader = read(render_pdf(document))
    titles = [str(item.title) for item in bookmarks(reader.outline)]
    found = tags(reader)

    places = [titles.index(LABELS[name]) for name in asked]
    assert places == sorted(places)
    if isinstance(document, AnswersDocument):
        assert titles[1:] == [section.title for section in document.sections]
    assert found.index("/H1") < found.index("/H2")
    assert "/Table" in found[found.index("/H2") :]
