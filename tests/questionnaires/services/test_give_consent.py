"""Agreeing to how answers are used, before anything is asked."""

import pytest

from decision_aid.models import Consultation
from questionnaires.definition.answers import Given
from questionnaires.definition.digest import sha256_of
from questionnaires.models import AuditEvent, QuestionnaireResponse, User
from questionnaires.services.answering import give_consent, save_answer, start_response, submit_response
from questionnaires.services.refusals import Refused


def test_nothing_is_saved_or_sent_before_it(new_response: QuestionnaireResponse) -> None:
    with pytest.raises(Refused) as refused:
        save_answer(new_response, "age_years", Given(50), revision=0)
    assert (refused.value.code, refused.value.status) == ("consent_missing", 409)
    with pytest.raises(Refused) as refused:
        submit_response(new_response)
    assert refused.value.code == "consent_missing"
    new_response.refresh_from_db()
    assert (new_response.answers, new_response.revision) == ({}, 0)


def test_it_keeps_the_hash_of_exactly_the_words_agreed_to(new_response: QuestionnaireResponse) -> None:
    agreed = give_consent(new_response)
    consent = new_response.version.document["consent"]
    assert agreed.consented_at is not None
    assert agreed.consent_sha256 == sha256_of({"title": consent["title"], "text": consent["text"]})


def test_a_second_time_changes_nothing(new_response: QuestionnaireResponse) -> None:
    first = give_consent(new_response).consented_at
    assert give_consent(QuestionnaireResponse.objects.get(pk=new_response.pk)).consented_at == first
    assert AuditEvent.objects.filter(action="consented", record_id=str(new_response.pk)).count() == 1


def test_who_took_it_down_is_recorded(new_response: QuestionnaireResponse, coordinator: User) -> None:
    give_consent(new_response, user=coordinator)
    event = AuditEvent.objects.get(action="consented", record_id=str(new_response.pk))
    assert (event.actor, event.user) == ("staff", coordinator)


def test_a_form_without_such_a_text_needs_none(consultation: Consultation, surgeon: User) -> None:
    findings = start_response(
        consultation.clinic, consultation.patient, consultation.release.findings, filled_by=surgeon
    )
    assert give_consent(findings).consented_at is None
    saved = save_answer(findings, "mrc_grade", Given(4), revision=0, user=surgeon)
    assert saved.response.revision == 1
