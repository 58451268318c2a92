"""The patient's view of the options: nothing before release, and after it the same as the document."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

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
from tests.test_role_matrix import every_route

ADDRESS = "/visit/options/"
MOST_BYTES = 60_000


def seen(visit: Visit) -> Any:
    response = visiting(visit).get(ADDRESS)
    assert response.status_code == 200
    return response


def document_of(consultation: Consultation) -> PatientDocument:
    return patient_document(summary_inputs(assessment_of(consultation)))


def every_answer_to(client: Client, **values: str) -> Iterator[tuple[str, Any]]:
    """What each address that is not for signing in answers to this browser, asked by GET and by POST."""
    for route in every_route():
        if route.startswith(("/accounts/", "/administration/")) or "<token>" in route:
            continue
        address = reduce(lambda built, item: built.replace(*item), values.items(), route)
        yield f"GET {address}", client.get(address)
        if route.startswith("/visit/options/"):
            yield f"POST {address}", client.post(address, {"seen": "0"})


def test_before_release_nothing_of_it_exists_on_any_page_in_any_data_or_cache(
    visit: Visit, at_stage: AtStage, golden: Golden
) -> None:
    consultation = at_stage(golden("typical_disc"), "signed")
    patient, assessment, document = visiting(visit), assessment_of(consultation), document_of(consultation)
    secret = {option.title for option in document.options} | {row.name for row in document.outcomes}
    secret |= {cell.figure for row in document.outcomes for cell in row.cells if cell.figure}
    secret |= {option.candidacy_words for option in document.options} | {str(assessment.pk)}
    summary = assessment.summaries.earliest("requested_at")
    ids = {"<consultation_id>": str(consultation.pk), "<assessment_id>": str(assessment.pk)}
    ids |= {"<summary_id>": str(summary.pk), "<pk>": str(assessment.pk), "<code>": "age_years"}
    asked = 0
    for address, answer in every_answer_to(patient, **ids):
        said = b"".join(answer) if answer.streaming else answer.content
        assert not [words for words in secret if words.encode() in said], address
        if "/visit/" in address:
            assert "no-store" in answer["Cache-Control"], address
        if "/visit/options/" in address:
            assert answer.status_code in {404, 405}, address
        asked += 1
    assert asked > 30


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
