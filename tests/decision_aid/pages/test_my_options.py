"""The patient's view of the options: nothing before release, and after it the same as the document."""

import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decision_aid.models import Alert, Consultation
from decision_aid.selectors import summary_inputs
from decision_aid.services.reviewing import override_candidacy, release_assessment, sign_assessment
from decision_aid.summaries import PatientDocument, patient_document
from questionnaires.models import AuditEvent, Invitation, User
from questionnaires.services.inviting import revoke
from tests.cast import Visit, visiting
from tests.decision_aid.pages.conftest import AtStage, Golden, assessment_of, text_of

ADDRESS = "/visit/options/"
MOST_BYTES = 60_000


def seen(visit: Visit) -> Any:
    response = visiting(visit).get(ADDRESS)
    assert response.status_code == 200
    return response


def document_of(consultation: Consultation) -> PatientDocument:
    return patient_document(summary_inputs(assessment_of(consultation)))


@pytest.mark.parametrize("stage", ["answering", "submitted", "findings", "signed"])
def test_before_release_there_is_nothing(visit: Visit, at_stage: AtStage, golden: Golden, stage: str) -> None:
    at_stage(golden("typical_disc"), stage)

    assert visiting(visit).get(ADDRESS).status_code == 404


def test_after_release_it_says_what_the_document_says(visit: Visit, released: Consultation) -> None:
    said, document = text_of(seen(visit)), document_of(released)

    assert document.options
    for words in (document.decision, document.condition, document.draft_note, *document.gaps):
        assert " ".join(words.split()) in said
    for option in document.options:
        for words in (option.title, option.summary, option.candidacy_words, *option.reasons_for):
            assert " ".join(words.split()) in said
        for cell in option.estimates:
            for words in (cell.headline, cell.figure, cell.interval, cell.withheld, cell.caveat, cell.short):
                assert " ".join(words.split()) in said
            assert cell.certainty in said
            assert cell.studied in said
    for value in document.values:
        assert f"{value.label} {value.words}" in said
    for question in document.questions:
        assert question in said
    for source in document.sources:
        assert source.label in said
    event = AuditEvent.objects.get(action="options_viewed")
    assert (event.actor, event.user) == ("patient", None)


class Cells(HTMLParser):
    """The outcomes of the page with the option of each of their cells, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: list[tuple[str, list[str]]] = []
        self.in_title = self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "section" and found.get("class") == "outcome":
            self.outcomes.append((str(found["id"]), []))
        self.in_cell = self.in_cell or (tag == "article" and found.get("class") == "cell")
        self.in_title = self.in_cell and tag == "h4"

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag != "article"
        self.in_title = self.in_title and tag != "h4"

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.outcomes[-1][1].append(data)


def test_every_option_has_every_outcome_in_the_same_order_no_operation_first(
    visit: Visit, released: Consultation
) -> None:
    cells, document = Cells(), document_of(released)
    cells.feed(seen(visit).content.decode())

    titles = [option.title for option in document.options]
    assert document.options[0].approach == "No operation"
    assert [outcome for outcome, _ in cells.outcomes] == [
        f"outcome-{outcome['id']}" for outcome in released.release.document["outcomes"]
    ]
    assert len(cells.outcomes) == 17
    for _, options in cells.outcomes:
        assert options == titles


def numbers_in(words: str) -> set[Decimal]:
    return {Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", words)}


@pytest.mark.parametrize("case", ["typical_disc", "typical_stenosis"])
def test_every_number_of_a_figure_is_in_the_report(
    visit: Visit, at_stage: AtStage, golden: Golden, case: str
) -> None:
    consultation = at_stage(golden(case), "released")
    response = seen(visit)
    report = {option["id"]: option for option in assessment_of(consultation).report["options"]}

    figures = 0
    for option in response.context["document"].options:
        estimates = {estimate["outcome"]: estimate for estimate in report[option.id]["estimates"]}
        for cell in option.estimates:
            estimate = estimates[cell.outcome]
            if estimate["status"] != "shown":
                assert (cell.figure, cell.interval, cell.bar, cell.hundred) == ("", "", None, None)
                continue
            known = {
                Decimal(str(number))
                for name in ("value", "low", "high", "with_option", "with_comparator")
                if (number := estimate.get(name)) is not None
            }
            written = numbers_in(cell.figure) | numbers_in(cell.interval)
            denominators = {Decimal(100), Decimal(1000), Decimal(0)}
            for number in written - denominators:
                assert any(near(number, abs(reported)) for reported in known | differences(known)), (
                    cell.outcome,
                    number,
                )
            figures += bool(written)
    assert figures


def near(written: Decimal, reported: Decimal) -> bool:
    """Equal once the reported number is rounded as it is written."""
    return abs(written - reported) <= Decimal(1).scaleb(written.as_tuple().exponent) / 2  # type: ignore[arg-type] # finite


def differences(known: set[Decimal]) -> set[Decimal]:
    return {abs(one - other) for one in known for other in known}


def test_a_hundred_people_are_as_many_as_the_figure_says(visit: Visit, released: Consultation) -> None:
    page = seen(visit).content.decode()

    hundreds = [
        cell.hundred for option in document_of(released).options for cell in option.estimates if cell.hundred
    ]
    assert hundreds
    assert page.count('viewBox="0 0 100 100"') == sum(
        1 if hundred.with_comparator is None else 2 for hundred in hundreds
    )


def test_what_a_surgeon_changed_is_said_as_changed(
    visit: Visit, examined: Consultation, surgeon: User
) -> None:
    assessment = assessment_of(examined)
    override_candidacy(
        assessment, "endoscopic_discectomy", "unlikely", "expertise", "Not offered here.", surgeon
    )
    sign_assessment(assessment, surgeon)
    release_assessment(assessment, surgeon)
    said = text_of(seen(visit))

    assert "Not offered here." in said
    assert "Probably not for your problem" in said


def test_an_emergency_after_release_stands_in_place_of_everything(
    visit: Visit, released: Consultation
) -> None:
    titles = [option.title for option in document_of(released).options]
    Alert.objects.create(
        clinic=released.clinic,
        consultation=released,
        sign="cauda_equina",
        title="Possible cauda equina syndrome",
        urgency="emergency",
        raised_at=timezone.now(),
    )
    said = text_of(seen(visit))

    assert "You need medical care today" in said
    assert released.clinic.emergency_phone in said
    for title in titles:
        assert title not in said


def test_it_is_light_and_kept_out_of_caches(visit: Visit, released: Consultation) -> None:
    browser = visiting(visit)
    response = browser.get(ADDRESS, headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < MOST_BYTES / 2
    assert "no-store" in response["Cache-Control"]


def test_without_a_visit_there_is_nobody_to_show_it_to(released: Consultation) -> None:
    response = Client().get(ADDRESS)

    assert response.status_code == 403
    assert "T-1" not in text_of(response)


def test_before_the_birth_date_nothing_is_shown(visit: Visit, released: Consultation) -> None:
    browser = Client()
    browser.post(f"/l/{visit.token}/")
    response = browser.get(ADDRESS)

    assert (response.status_code, response["Location"]) == (302, reverse("birth_date"))


def test_a_link_that_was_revoked_shows_nothing_any_more(
    visit: Visit, released: Consultation, surgeon: User
) -> None:
    browser = visiting(visit)
    assert browser.get(ADDRESS).status_code == 200
    revoke(Invitation.objects.get(response=released.response), surgeon)

    assert browser.get(ADDRESS).status_code == 403
