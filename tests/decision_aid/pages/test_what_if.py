"""What if: other answers are tried, and nothing of it is stored."""

from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core import serializers

from decision_aid.models import Alert, Consultation
from questionnaires.models import AuditEvent, User
from tests.cast import signed_in
from tests.decision_aid.pages.conftest import assessment_of, text_of

TRIED = {"asked": ["limb_pain_nrs", "myelopathy_signs"], "limb_pain_nrs": ["0"]}


def address_of(consultation: Consultation) -> str:
    return f"/consultations/{consultation.pk}/what-if/"


def every_row() -> dict[str, str]:
    """A hash of every row of every table."""
    models = [model for model in apps.get_models() if model._meta.managed]
    return {
        model._meta.label: sha256(
            serializers.serialize("json", model._base_manager.order_by("pk")).encode()
        ).hexdigest()
        for model in models
    }


def test_what_was_tried_changes_what_follows_and_no_row(examined: Consultation, surgeon: User) -> None:
    browser, address = signed_in(surgeon), address_of(examined)
    opened = browser.get(address)
    assert "Sandbox." in text_of(opened)
    assert not any(row.moved for row in opened.context["compared"])
    before = every_row()

    response = browser.post(address, TRIED)

    assert response.status_code == 200
    assert every_row() == before
    assert any(row.changed for row in response.context["compared"])
    assert [question.code for question in response.context["changed"]] == ["limb_pain_nrs"]
    fragment = browser.post(address, TRIED, headers={"HX-Request": "true"})
    assert "What would follow" in text_of(fragment)
    assert "<html" not in fragment.content.decode()
    assert every_row() == before


def test_what_it_would_be_is_what_scoring_says(examined: Consultation, surgeon: User) -> None:
    rows = signed_in(surgeon).post(address_of(examined), {}).context["compared"]
    stored = {option["id"]: option["candidacy"] for option in assessment_of(examined).report["options"]}

    assert {row.id: row.candidacy for row in rows} == stored


def test_a_tried_answer_that_would_be_an_emergency_shows_that_alone_and_raises_nothing(
    examined: Consultation, surgeon: User
) -> None:
    alerts = Alert.objects.count()
    tried = {
        "asked": ["saddle_numbness", "bladder_change"],
        "saddle_numbness": ["yes"],
        "bladder_change": ["yes"],
    }
    response = signed_in(surgeon).post(address_of(examined), tried, headers={"HX-Request": "true"})

    assert Alert.objects.count() == alerts
    if response.context["document"].emergency:
        assert "These answers would be an emergency" in text_of(response)
        assert "microdiscectomy" not in text_of(response)


def test_what_cannot_be_read_is_said_beside_the_question(examined: Consultation, surgeon: User) -> None:
    for sent in ("eleven", "NaN", "11", "-1", "🦴", "9" * 400):
        tried = {"asked": ["limb_pain_nrs", "no_such_question"], "limb_pain_nrs": [sent]}
        response = signed_in(surgeon).post(address_of(examined), tried)
        assert response.status_code == 422
        assert list(response.context["wrong"]) == ["limb_pain_nrs"]


def test_opening_it_is_audited(examined: Consultation, surgeon: User) -> None:
    signed_in(surgeon).get(address_of(examined))

    event = AuditEvent.objects.get(action="what_if_opened")
    assert (event.user, event.record_id) == (surgeon, str(assessment_of(examined).pk))


def test_it_is_for_surgeons_of_the_clinic_while_no_emergency_is_open(
    examined: Consultation, coordinator: User, stranger: User
) -> None:
    refused = signed_in(coordinator).get(address_of(examined))
    assert refused.status_code == 403
    assert "not_permitted" in refused.content.decode()
    assert signed_in(stranger).post(address_of(examined), TRIED).status_code == 404


def test_while_an_emergency_is_open_it_leads_to_the_sheet(emergency: Consultation, surgeon: User) -> None:
    for response in (
        signed_in(surgeon).get(address_of(emergency)),
        signed_in(surgeon).post(address_of(emergency), TRIED),
    ):
        assert (response.status_code, response["Location"]) == (302, f"/consultations/{emergency.pk}/")


def test_before_the_form_is_sent_there_is_nothing_to_try(consultation: Consultation, surgeon: Any) -> None:
    assert signed_in(surgeon).get(address_of(consultation)).status_code == 302
