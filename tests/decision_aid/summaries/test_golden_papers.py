"""The papers of every golden case: how long, how large, and no number but the report's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from decision_aid.packs import read_pack
from decision_aid.summaries import (
    PatientDocument,
    SummaryInputs,
    SurgeonDocument,
    patient_document,
    render_pdf,
    surgeon_document,
)
from decision_aid.summaries.inputs import Released
from decision_aid.summaries.note import note_text
from decision_aid.summaries.shapes import Finding
from tests.decision_aid.summaries import samples, spine
from tests.decision_aid.summaries.pdfs import read_aloud, together
from tests.decision_aid.summaries.test_every_number import leaves, numbers_in, writings

Row = Mapping[str, Any]
SIGNED = Released("Dr Ines Okafor", samples.RELEASED_AT)
SMALLEST_BODY, SMALLEST_NOTE, FOOTER = 11.0, 9.0, 7.0  # in points; the footer has versions and hash


def golden_cases() -> dict[str, Mapping[str, object]]:
    aid: Mapping[str, Any] = read_pack("spine").aid
    return {case["id"]: case["facts"] for case in aid["golden_cases"]}


CASES = golden_cases()
PAPERS = dict(zip(CASES, ["a4", "us-letter"] * len(CASES), strict=False))


@dataclass(frozen=True)
class Papers:
    """The two documents of a case."""

    inputs: SummaryInputs
    patient: PatientDocument
    surgeon: SurgeonDocument

    @property
    def report(self) -> Row:
        return self.inputs.report


@cache
def papers_of(case: str) -> Papers:
    inputs = spine.inputs(CASES[case], paper=PAPERS[case], released=SIGNED)
    return Papers(inputs, patient_document(inputs), surgeon_document(inputs))


def printed(pdf: bytes) -> tuple[int, str]:
    pages = PdfReader(BytesIO(pdf)).pages
    return len(pages), " ".join(page.extract_text() for page in pages)


@cache
def in_the_release() -> frozenset[str]:
    return frozenset(every_number(spine.inputs({}).release))


def every_number(*values: object) -> set[str]:
    distinct = {repr(leaf): leaf for value in values for leaf in leaves(value)}
    return set().union(*(writings({"leaf": leaf}) for leaf in distinct.values()))


def numbers_of_the_frame(papers: Papers) -> set[str]:
    """Numbers about no treatment: who, when, versions, hashes, pages, sources and the dots of a rating."""
    document = papers.patient
    texts = [*(row.words for row in document.identity.rows), document.identity.line]
    texts += [document.footer.line, document.footer.hash_line, papers.inputs.clinic_emergency_phone]
    texts += [papers.inputs.clinic_phone, papers.surgeon.footer.line, papers.surgeon.footer.hash_line]
    texts += [f"{one.label} {one.words}" for one in document.cited]
    texts += [row.words for row in document.about]
    texts += [one.words for one in document.values]
    texts += [one.words for one in (*document.expectations, *papers.surgeon.glance)]
    pages = {str(page) for page in range(1, 5)}
    counts = {str(count) for count in range(30)}  # “and 12 more”
    return set().union(pages, counts, *(numbers_in(str(words)) for words in texts))


def estimates_of(document: Row) -> dict[tuple[str, str], Row]:
    return {
        (option["id"], estimate["outcome"]): estimate
        for option in document["options"]
        for estimate in option["estimates"]
    }


def said(finding: Finding) -> Iterator[str]:
    """What the paper prints of a finding whatever its fullness, part by part."""
    yield finding.words
    yield finding.figure
    yield finding.interval
    yield ", ".join(filter(None, (finding.certainty, finding.horizon)))


@pytest.mark.parametrize("case", CASES)
def test_every_finding_and_every_judgement_has_the_reports_numbers(case: str) -> None:
    papers = papers_of(case)
    report, release = estimates_of(papers.report), estimates_of(papers.inputs.release)
    options = {option.letter: option.id for option in papers.patient.options}

    for row in papers.patient.findings:
        assert sorted(letter for one in row.findings for letter in one.letters) == sorted(options)
        for finding in row.findings:
            for letter in finding.letters:
                key = (options[letter], row.outcome)
                shown = report[key]["status"] == "shown"
                assert (finding.status == "shown") == shown, (case, key)
                assert bool(finding.certainty) == shown, (case, key)
                numbers = numbers_in(f"{finding.figure} {finding.interval} {finding.horizon}")
                assert numbers <= writings(report[key]), (case, key)
                noted = numbers_in(f"{finding.caveat} {finding.contrary} {finding.counts}")
                assert noted <= writings(report[key]) | writings(release[key]), (case, key)
    reported = {option["id"]: option for option in papers.report["options"]}
    for option in papers.surgeon.options:
        assert numbers_in(option.points) <= writings({"points": reported[option.id]["points"]}), case
        reasons = {number for row in reported[option.id]["ledger"] for number in numbers_in(row["reason"])}
        for reason in (*option.reasons_for, *option.reasons_against):
            assert numbers_in(reason.text) <= reasons, (case, option.id)
    for scale in papers.surgeon.scales:
        assert numbers_in(scale.value) <= writings(papers.report["scales"][scale.id]), (case, scale.id)


@pytest.mark.parametrize("case", CASES)
def test_both_files_print_what_the_documents_say_and_no_other_number(case: str) -> None:
    papers = papers_of(case)
    pages, patient = printed(render_pdf(papers.patient))
    sheets, surgeon = printed(render_pdf(papers.surgeon))

    assert sheets == 1
    assert pages == 1 if papers.patient.emergency else 2 <= pages <= 4
    words = together(patient)
    for row in papers.patient.findings:
        for finding in row.findings:
            for part in said(finding):
                assert together(part) in words, (case, row.outcome, part)
    words = together(surgeon)
    for option in papers.surgeon.options:
        assert together(f"{option.candidacy_words} {option.points}") in words, (case, option.id)
    for scale in papers.surgeon.scales:
        assert together(scale.value) in words, (case, scale.id)
    known = every_number(papers.report, papers.inputs.facts) | in_the_release() | numbers_of_the_frame(papers)
    for name, read in (("patient", patient), ("surgeon", surgeon)):
        assert numbers_in(read) <= known, (case, name, numbers_in(read) - known)


@pytest.mark.parametrize("case", CASES)
def test_the_paper_says_of_every_treatment_what_the_view_says(case: str) -> None:
    document = papers_of(case).patient
    places = {option.letter: place for place, option in enumerate(document.options)}

    assert [row.outcome for row in document.findings] == [row.outcome for row in document.outcomes]
    for row, viewed in zip(document.findings, document.outcomes, strict=True):
        for finding in row.findings:
            for letter in finding.letters:
                cell = viewed.cells[places[letter]]
                assert (finding.figure, finding.certainty) == (cell.figure, cell.certainty_short)
                assert finding.interval == (cell.interval if cell.figure else "")
                assert finding.horizon.lower() == cell.horizon.lower()
                assert finding.caveat.split(".")[0] in cell.caveat + cell.population
                assert finding.contrary == cell.contrary
                assert finding.status == cell.status
                if cell.status != "shown":
                    assert finding.words == cell.headline


@pytest.mark.parametrize("case", CASES)
def test_the_note_has_the_words_and_numbers_of_the_sheet(case: str) -> None:
    papers = papers_of(case)
    sheet, note = papers.surgeon, note_text(papers.surgeon)

    for option in sheet.options:
        assert f"- {option.title}: {option.candidacy_words} ({option.points})\n" in note
        for sign, reasons in (("+", option.reasons_for), ("−", option.reasons_against)):
            for reason in reasons:
                assert f"  {sign} {reason.text}\n" in note
    for scale in sheet.scales:
        assert f"- {scale.words}\n" in note or (scale.missing and f"- {scale.title}: needs “" in note)
    assert numbers_in(note) <= numbers_in(" ".join(map(str, leaves(asdict(sheet))))), case


def parts_of(line: str) -> list[str]:
    """The parts of a line of the note that the paper sets apart: a label from its words, reasons whole."""
    if reason := re.fullmatch(r"  [+−] (.*)", line):
        return [reason[1]]
    if missing := re.fullmatch(r"  \? (.*)", line):
        return missing[1].split(" · ")
    if option := re.fullmatch(r"- (.*): (.*) \((.*points?)\)", line):
        return [f"{option[2]} {option[3]}", option[1]]
    if waiting := re.fullmatch(r"- (.*?): (needs “.*)", line):
        return [waiting[1], waiting[2]]
    return re.split(r": | \(|\)$|“|”$", line.removeprefix("- ").strip())


def is_printed(part: str, paper: str) -> bool:
    """Whether the paper has these words, or their beginning up to where it says that it cut them."""
    words = together(part)
    return words in paper or any(f"{words[:end]}…" in paper for end in range(len(words), 11, -1))


def not_printed(lines: list[str], paper: str) -> Iterator[str]:
    """The lines of a note that the paper has neither whole nor in parts.

    A dense page leaves out the weaker reasons and the later questions of a treatment.
    """
    before = ""
    for line in lines:
        parts = [part for part in parts_of(line) if part]
        mark = re.match(r"  [+−?] ", line)
        if mark and mark[0] == before:
            continue
        before = mark[0] if mark else ""
        wanted = parts[:1] if mark else parts
        if not is_printed(line.removeprefix("- "), paper):
            yield from (part for part in wanted if not is_printed(part, paper))


@pytest.mark.parametrize("case", CASES)
def test_every_word_of_the_note_is_on_the_paper(case: str) -> None:
    papers = papers_of(case)
    pdf = render_pdf(papers.surgeon)
    figures = " ".join(one.words for one in read_aloud(pdf) if one.role == "/Figure")
    paper = together(f"{printed(pdf)[1]} {figures}")

    assert list(not_printed(note_text(papers.surgeon).splitlines(), paper)) == []


# ── How large it is, in each shape of case ─────────────────────────────────────────────────────────────


def one_case_of_each_shape() -> dict[str, str]:
    shapes: dict[int, str] = {}
    for case, facts in CASES.items():
        shapes.setdefault(len(patient_document(spine.inputs(facts)).options), case)
    return {f"{count} treatments": case for count, case in sorted(shapes.items()) if count}


SHAPES = one_case_of_each_shape()


def sizes_of(pdf: bytes) -> dict[float, int]:
    """How many letters are set in each size in points, without the lines that frame each page."""
    found: dict[float, int] = {}

    def see(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        letters = len(text.strip())
        set_in = round(size * abs(matrix[3] or 1), 2)
        if letters:
            found[set_in] = found.get(set_in, 0) + letters

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize("case", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_it_is_set_in_large_type_on_either_paper(case: str, paper: str) -> None:
    document = patient_document(spine.inputs(CASES[case], paper=paper, released=SIGNED))
    pdf = render_pdf(document)
    sizes = sizes_of(pdf)
    content = {size: letters for size, letters in sizes.items() if size != FOOTER}

    assert 2 <= len(PdfReader(BytesIO(pdf)).pages) <= 4
    assert min(content) >= SMALLEST_NOTE
    large = sum(letters for size, letters in content.items() if size >= SMALLEST_BODY)
    assert large > 0.4 * sum(content.values())
