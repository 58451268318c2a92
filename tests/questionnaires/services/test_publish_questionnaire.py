"""A draft questionnaire is published whole, by two people, and never changes after."""

from copy import deepcopy
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from decision_aid.packs import Pack
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import AuditEvent, Question, Questionnaire, QuestionnaireVersion, User
from questionnaires.services.drafting import load_questionnaire, questionnaire_document
from questionnaires.services.publishing import problems_of_questionnaire, publish_questionnaire
from questionnaires.services.refusals import Refused

Document = dict[str, Any]


@pytest.fixture
def draft(release: DecisionAidVersion) -> Questionnaire:
    return release.aid.intake


def reword(draft: Questionnaire, code: str = "age_years", **values: object) -> None:
    Question.objects.filter(section__questionnaire=draft, code=code).update(**values)


def refusal(draft: Questionnaire, author: User, approver: User) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        publish_questionnaire(draft, author, approver)
    return refused.value.code, refused.value.status


def test_the_next_version_says_what_the_draft_says(draft: Questionnaire, cast: Cast) -> None:
    reword(draft, text="Quel âge avez-vous — 0, 18 ou 110 ?")
    version = publish_questionnaire(draft, cast.author, cast.approver)
    assert (version.number, version.author, version.approver) == (2, cast.author, cast.approver)
    assert version.definition.question("age_years").text == "Quel âge avez-vous — 0, 18 ou 110 ?"
    assert version.sha256 == sha256_of(version.document)


def test_it_is_recorded_with_its_hash(draft: Questionnaire, cast: Cast) -> None:
    reword(draft, text="How many years old are you?")
    version = publish_questionnaire(draft, cast.author, cast.approver)
    event = AuditEvent.objects.get(action="questionnaire_published", record_id=str(version.pk))
    assert (event.user, event.detail) == (cast.approver, {"sha256": version.sha256})


def test_the_version_before_stays_as_it_was(draft: Questionnaire, cast: Cast) -> None:
    before = QuestionnaireVersion.objects.values().get(questionnaire=draft, number=1)
    reword(draft, text="How many years old are you?")
    publish_questionnaire(draft, cast.author, cast.approver)
    assert QuestionnaireVersion.objects.values().get(questionnaire=draft, number=1) == before


def test_nobody_approves_their_own(draft: Questionnaire, cast: Cast) -> None:
    cast.author.memberships.create(clinic=cast.clinic, role="approver")
    reword(draft, text="How many years old are you?")
    assert refusal(draft, cast.author, cast.author) == ("author_is_approver", 403)


@pytest.mark.parametrize(
    ("author", "approver"),
    [
        ("approver", "author"),
        ("surgeon", "approver"),
        ("author", "surgeon"),
        ("author", "administrator"),
        ("coordinator", "approver"),
    ],
)
def test_both_need_their_role(draft: Questionnaire, cast: Cast, author: str, approver: str) -> None:
    reword(draft, text="How many years old are you?")
    assert refusal(draft, getattr(cast, author), getattr(cast, approver)) == ("not_permitted", 403)
    assert draft.versions.count() == 1


def test_both_need_it_in_this_clinic(draft: Questionnaire, cast: Cast, other_cast: Cast) -> None:
    reword(draft, text="How many years old are you?")
    assert refusal(draft, other_cast.author, cast.approver) == ("not_permitted", 403)
    assert refusal(draft, cast.author, other_cast.approver) == ("not_permitted", 403)


def test_a_draft_that_says_the_same_is_no_version(draft: Questionnaire, cast: Cast) -> None:
    assert refusal(draft, cast.author, cast.approver) == ("nothing_changed", 409)


def test_a_broken_draft_lists_every_problem(draft: Questionnaire, cast: Cast) -> None:
    reword(draft, "age_years", shown_when="%shoe_size > 40", text="")
    reword(draft, "smoking", shown_when="%age_years >")
    reword(draft, "limb_pain_nrs", minimum=10, maximum=0)
    with pytest.raises(ProblemsFound) as found:
        publish_questionnaire(draft, cast.author, cast.approver)
    codes = {problem.code for problem in found.value.problems}
    assert {"unknown_fact", "syntax_error"} <= codes
    assert len(found.value.problems) >= 4
    assert all(problem.place and problem.sentence for problem in found.value.problems)
    assert problems_of_questionnaire(draft) == found.value.problems
    assert draft.versions.count() == 1


@pytest.mark.parametrize("name", ["intake", "findings"])
def test_a_draft_gives_back_the_document_it_was_made_from(cast: Cast, spine_pack: Pack, name: str) -> None:
    document = deepcopy(dict(spine_pack.questionnaires[name]))
    draft = load_questionnaire(cast.clinic, document, cast.author)
    assert questionnaire_document(draft) == document


def test_loading_again_replaces_the_draft_and_remembers_who_did(draft: Questionnaire, cast: Cast) -> None:
    document: Document = questionnaire_document(draft)
    document["sections"] = document["sections"][:1]
    again = load_questionnaire(draft.clinic, document, cast.administrator)
    assert again.pk == draft.pk
    assert again.sections.count() == 1
    assert again.edited_by == cast.administrator
    assert draft.versions.count() == 1


def test_another_clinics_draft_of_the_same_code_is_its_own(
    draft: Questionnaire, other_release: DecisionAidVersion, cast: Cast
) -> None:
    reword(draft, text="How many years old are you?")
    publish_questionnaire(draft, cast.author, cast.approver)
    assert other_release.aid.intake.code == draft.code
    assert other_release.aid.intake.versions.count() == 1
