"""What the sheet rests on: loaded when somebody asks, on a page of its own without scripts."""

import re

import pytest

from decision_aid.models import Consultation
from decision_aid.selectors import summary_inputs
from decision_aid.services.summarising import render_summary
from decision_aid.summaries import surgeon_document
from questionnaires.models import AuditEvent, User
from tests.cast import signed_in
from tests.decision_aid.pages.conftest import assessment_of, pdf_text_of, text_of

PARTS = ("answers/", "sources/", "note/", "options/tubular_microdiscectomy/")


def test_a_treatment_shows_its_whole_ledger_and_every_figure(examined: Consultation, surgeon: User) -> None:
    document = surgeon_document(summary_inputs(assessment_of(examined)))
    browser = signed_in(surgeon)
    for option in (*document.options, *document.not_indicated):
        said = text_of(browser.get(f"/consultations/{examined.pk}/options/{option.id}/"))
        assert option.title in said
        for line in option.ledger:
            assert line.reason in said
        for change in option.changes:
            assert change in said
        for estimate in option.estimates:
            for words in (
                estimate.name,
                estimate.figure,
                estimate.interval,
                estimate.withheld,
                estimate.studied,
            ):
                assert " ".join(words.split()) in said


def test_a_treatment_that_there_is_not_is_not_found(examined: Consultation, surgeon: User) -> None:
    assert signed_in(surgeon).get(f"/consultations/{examined.pk}/options/leeches/").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_each_part_comes_alone_for_a_page_that_has_room_and_is_audited(
    examined: Consultation, surgeon: User, coordinator: User, stranger: User, part: str
) -> None:
    address = f"/consultations/{examined.pk}/{part}"
    whole = signed_in(coordinator).get(address)
    alone = signed_in(surgeon).get(address, headers={"HX-Request": "true"})

    assert "Back to the sheet" in text_of(whole)
    assert "<html" not in alone.content.decode()
    assert "no-store" in alone["Cache-Control"]
    assert AuditEvent.objects.filter(
        action="viewed", user=surgeon, record_id=assessment_of(examined).pk
    ).exists()
    assert signed_in(stranger).get(address).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_while_an_emergency_is_open_each_leads_to_the_sheet(
    emergency: Consultation, surgeon: User, part: str
) -> None:
    response = signed_in(surgeon).get(f"/consultations/{emergency.pk}/{part}")
    assert (response.status_code, response["Location"]) == (302, f"/consultations/{emergency.pk}/")


def test_the_note_the_sheet_and_the_document_agree(signed: Consultation, surgeon: User) -> None:
    browser, assessment = signed_in(surgeon), assessment_of(signed)
    note = browser.get(f"/consultations/{signed.pk}/note/").context["note"]
    sheet = text_of(browser.get(f"/consultations/{signed.pk}/"))
    summary = assessment.summaries.get(audience="surgeon", template_version__startswith="signed")
    assert render_summary(summary.pk).status == "ready"
    summary.refresh_from_db()
    document = surgeon_document(summary_inputs(assessment))
    printed = pdf_text_of(summary)

    for option in document.options:
        assert f"{option.title}: {option.candidacy_words} ({option.points})" in note
        for words in (option.title, option.candidacy_words, option.points):
            assert words in sheet
            assert words in printed
    for scale in document.scales:
        assert (scale.title if scale.missing else scale.words) in note
        assert scale.title in sheet
    figures = set(re.findall(r"[+−]?\d+(?:\.\d+)?", " ".join(option.points for option in document.options)))
    assert figures
    assert [figure for figure in figures if figure not in sheet or figure not in printed] == []
    assert document.footer.report_sha256 in note
