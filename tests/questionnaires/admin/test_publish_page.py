"""An author edits a draft; a second person reads its problems and publishes it."""

import pytest
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from questionnaires.models import AuditEvent, Question, Questionnaire, QuestionnaireVersion
from tests.admin_forms import address, edit, publish
from tests.cast import signed_in


@pytest.fixture
def draft(release: DecisionAidVersion) -> Questionnaire:
    return release.aid.intake


@pytest.fixture
def question(draft: Questionnaire) -> Question:
    return Question.objects.get(section__questionnaire=draft, code="age_years")


@pytest.fixture
def author_client(cast: Cast) -> Client:
    return signed_in(cast.author)


@pytest.fixture
def approver_client(cast: Cast) -> Client:
    return signed_in(cast.approver)


def test_an_author_edits_a_question_and_is_remembered(
    author_client: Client, cast: Cast, draft: Questionnaire, question: Question
) -> None:
    Questionnaire.objects.filter(pk=draft.pk).update(edited_by=cast.administrator)
    assert edit(author_client, question, text="How many years old are you?").status_code == 302
    question.refresh_from_db()
    draft.refresh_from_db()
    assert question.text == "How many years old are you?"
    assert draft.edited_by == cast.author
    assert AuditEvent.objects.get(action="row_changed").user == cast.author


def test_who_deletes_a_question_is_remembered_too(
    author_client: Client, cast: Cast, draft: Questionnaire, question: Question
) -> None:
    Questionnaire.objects.filter(pk=draft.pk).update(edited_by=cast.administrator)
    assert author_client.post(address(question, "delete"), {"post": "yes"}).status_code == 302
    draft.refresh_from_db()
    assert draft.edited_by == cast.author
    assert not Question.objects.filter(pk=question.pk).exists()
    assert AuditEvent.objects.filter(action="row_deleted", record_id=str(question.pk)).exists()


def test_what_was_published_stays_as_it_was(
    author_client: Client, question: Question, release: DecisionAidVersion
) -> None:
    before = QuestionnaireVersion.objects.values().get(pk=release.intake_id)
    edit(author_client, question, text="How many years old are you?")
    assert QuestionnaireVersion.objects.values().get(pk=release.intake_id) == before


def test_an_approver_publishes_the_change(
    author_client: Client, approver_client: Client, cast: Cast, draft: Questionnaire, question: Question
) -> None:
    edit(author_client, question, text="How many years old are you?")
    assert b"No problem was found" in approver_client.get(address(draft, "publish")).content
    assert publish(approver_client, draft).status_code == 302
    version = draft.versions.latest("number")
    assert (version.number, version.author, version.approver) == (2, cast.author, cast.approver)
    assert version.definition.question("age_years").text == "How many years old are you?"


def test_whoever_edited_last_is_refused_and_told_why(
    author_client: Client, cast: Cast, draft: Questionnaire, question: Question
) -> None:
    cast.author.memberships.create(clinic=cast.clinic, role="approver")
    edit(author_client, question, text="How many years old are you?")
    page = publish(author_client, draft)
    assert page.status_code == 403
    assert "Whoever wrote a change cannot approve it." in page.content.decode()
    assert draft.versions.count() == 1


def test_an_administrator_does_not_publish(
    author_client: Client, cast: Cast, draft: Questionnaire, question: Question
) -> None:
    edit(author_client, question, text="How many years old are you?")
    page = publish(signed_in(cast.administrator), draft)
    assert page.status_code == 403
    assert draft.versions.count() == 1


def test_every_problem_is_listed_with_its_place(
    author_client: Client, approver_client: Client, draft: Questionnaire, question: Question
) -> None:
    edit(author_client, question, shown_when="%shoe_size > 40")
    other = Question.objects.get(section__questionnaire=draft, code="smoking")
    edit(author_client, other, shown_when="%age_years >")
    for page in (approver_client.get(address(draft, "publish")), publish(approver_client, draft)):
        words = page.content.decode()
        for code in ("unknown_fact", "syntax_error"):
            assert f"<code>{code}</code>" in words
        assert "2 problems to mend" in words
    assert page.status_code == 422
    assert draft.versions.count() == 1


def test_without_a_change_there_is_nothing_to_publish(approver_client: Client, draft: Questionnaire) -> None:
    page = publish(approver_client, draft)
    assert page.status_code == 409
    assert "exactly what version 1 says" in page.content.decode()


def test_it_is_not_published_without_a_reason(
    author_client: Client, approver_client: Client, draft: Questionnaire, question: Question
) -> None:
    edit(author_client, question, text="How many years old are you?")
    assert publish(approver_client, draft, reason=" ").status_code == 200
    assert draft.versions.count() == 1


def test_what_was_published_is_shown_and_not_changed(
    author_client: Client, release: DecisionAidVersion
) -> None:
    for row in (release, release.intake):
        page = author_client.get(address(row))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert author_client.post(address(row), {"document": "{}"}).status_code == 403
        assert author_client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
