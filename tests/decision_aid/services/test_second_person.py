import pytest

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from decision_aid.services.publishing import publish_aid
from questionnaires.models import Clinic, Membership, Question, Questionnaire, Role, User
from questionnaires.services.drafting import remember_editor
from questionnaires.services.refusals import Refused


@pytest.fixture
def second_author(clinic: Clinic) -> User:
    user = User.objects.create_user("second.author@clinic.example", "a password that nobody uses")
    Membership.objects.create(user=user, clinic=clinic, role=Role.AUTHOR)
    return user


def reword(release: DecisionAidVersion, by: User) -> Questionnaire:
    """Change the text of the patient's first question, as the administration does."""
    questionnaire = release.intake.questionnaire
    question = Question.objects.filter(section__questionnaire=questionnaire, code="age_years").get()
    question.text = "How many years old are you?"
    question.save()
    remember(questionnaire, by)
    return questionnaire


def remember(questionnaire: Questionnaire, editor: User) -> None:
    remember_editor(questionnaire, editor)


def test_a_changed_questionnaire_is_published_under_the_name_of_who_changed_it(
    release: DecisionAidVersion, cast: Cast, second_author: User
) -> None:
    questionnaire = reword(release, second_author)
    made = publish_aid(release.aid, cast.author, cast.approver, "Plainer words.")
    assert made.author == cast.author
    assert made.intake == questionnaire.versions.get(number=2)
    assert made.intake.author == second_author
    assert made.findings == release.findings


def test_it_refuses_an_approver_who_changed_a_question(release: DecisionAidVersion, cast: Cast) -> None:
    Membership.objects.create(user=cast.approver, clinic=cast.clinic, role=Role.AUTHOR)
    reword(release, cast.approver)
    with pytest.raises(Refused) as refusal:
        publish_aid(release.aid, cast.author, cast.approver, "Plainer words.")
    assert refusal.value.code == "author_is_approver"
    assert release.aid.releases.count() == 1


def test_it_refuses_an_approver_who_was_not_the_last_to_change_a_question(
    release: DecisionAidVersion, cast: Cast, second_author: User
) -> None:
    Membership.objects.create(user=cast.approver, clinic=cast.clinic, role=Role.AUTHOR)
    reword(release, cast.approver)
    questionnaire = reword(release, second_author)
    with pytest.raises(Refused) as refusal:
        publish_aid(release.aid, cast.author, cast.approver, "Plainer words.")
    assert refusal.value.code == "author_is_approver"
    remember_editor(release.aid, cast.approver)
    remember_editor(release.aid, cast.author)
    with pytest.raises(Refused) as refusal:
        publish_aid(release.aid, cast.author, cast.approver, "Plainer words.")
    assert refusal.value.code == "author_is_approver"
    assert set(questionnaire.editors.all()) == {cast.approver, second_author}


def test_a_publication_forgets_who_edited_before_it(
    release: DecisionAidVersion, cast: Cast, second_author: User
) -> None:
    questionnaire = reword(release, second_author)
    remember_editor(release.aid, cast.author)
    publish_aid(release.aid, cast.author, cast.approver, "Plainer words.")
    assert not questionnaire.editors.exists()
    assert not release.aid.editors.exists()


def test_an_approver_who_wrote_what_others_published_long_ago_may_approve(
    release: DecisionAidVersion, cast: Cast
) -> None:
    remember(release.intake.questionnaire, cast.approver)
    release.aid.title = "Treatment of the back"
    release.aid.save()
    assert publish_aid(release.aid, cast.author, cast.approver, "A shorter title.").intake == release.intake
