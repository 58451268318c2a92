"""A warning sign that fires opens an alert with the answer that fired it, and no software closes it."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from decision_aid.models import Alert, Consultation
from decision_aid.scoring.ruleset import RuleSet
from decision_aid.services.alerting import acknowledge_alert, raise_alerts
from questionnaires.definition.answers import Given, Unsure
from questionnaires.definition.schema import NOT_SURE
from questionnaires.models import AuditEvent, QuestionnaireResponse, User
from questionnaires.services.answering import Saved, give_consent, save_answer, submit_response
from tests.cast import assess, assess_again, fill

Golden = Callable[[str], dict[str, Any]]


@pytest.fixture
def response(consultation: Consultation) -> QuestionnaireResponse:
    return give_consent(consultation.response)


def say_numb(response: QuestionnaireResponse) -> Saved:
    return save_answer(response, "saddle_numbness", Given(True), revision=None)


def test_it_is_there_when_the_answer_is(consultation: Consultation, response: QuestionnaireResponse) -> None:
    saved = say_numb(response)
    alert = Alert.objects.get(consultation=consultation)
    assert (alert.sign, alert.urgency, alert.acknowledged_at) == ("cauda_equina", "emergency", None)
    assert alert.clinic == consultation.clinic
    assert [(notice.code, notice.urgency, notice.new) for notice in saved.notices] == [
        ("cauda_equina", "emergency", True)
    ]


@pytest.mark.parametrize("ticked", [("cancer_history",), ("cancer_history", NOT_SURE)])
def test_a_line_of_a_list_sets_it_off_as_soon_as_it_is_saved(
    consultation: Consultation, response: QuestionnaireResponse, ticked: tuple[str, ...]
) -> None:
    assert save_answer(response, "night_pain_constant", Given(True), revision=None).notices == ()
    assert save_answer(response, "history", Given(()), revision=None).notices == ()
    saved = save_answer(response, "history", Given(ticked), revision=None)
    assert [(notice.code, notice.new) for notice in saved.notices] == [("cancer_possible", True)]
    assert Alert.objects.get(consultation=consultation).sign == "cancer_possible"


def test_the_person_reads_the_words_of_the_release(
    consultation: Consultation, response: QuestionnaireResponse
) -> None:
    notice = say_numb(response).notices[0]
    sign = next(s for s in consultation.release.document["warning_signs"] if s["id"] == "cauda_equina")
    assert (notice.title, notice.text) == (sign["title"], sign["patient"])


def test_the_chain_says_which_sign_and_not_which_answer(response: QuestionnaireResponse) -> None:
    say_numb(response)
    event = AuditEvent.objects.get(action="alert_raised")
    assert (event.actor, event.detail) == ("system", {"sign": "cauda_equina", "urgency": "emergency"})


def test_a_sign_that_fires_again_opens_no_second_alert(
    consultation: Consultation, response: QuestionnaireResponse
) -> None:
    say_numb(response)
    again = save_answer(response, "bladder_change", Given(True), revision=None)
    assert [(notice.code, notice.new) for notice in again.notices] == [("cauda_equina", False)]
    assert Alert.objects.filter(consultation=consultation).count() == 1
    assert AuditEvent.objects.filter(action="alert_raised").count() == 1


@pytest.mark.parametrize("answer", [Given(False), Unsure(), None])
def test_it_stays_after_the_answer_is_changed_back(
    consultation: Consultation, response: QuestionnaireResponse, answer: Given | Unsure | None
) -> None:
    say_numb(response)
    assert save_answer(response, "saddle_numbness", answer, revision=None).notices == ()
    assert Alert.objects.get(consultation=consultation).acknowledged_at is None


def test_it_is_undone_only_with_the_answer_itself(
    consultation: Consultation, response: QuestionnaireResponse
) -> None:
    with transaction.atomic():
        say_numb(response)
        transaction.set_rollback(True)
    response.refresh_from_db()
    assert response.answers == {}
    assert not Alert.objects.filter(consultation=consultation).exists()


def test_what_is_not_known_fires_nothing(consultation: Consultation, response: QuestionnaireResponse) -> None:
    saved = save_answer(response, "saddle_numbness", Unsure(), revision=None)
    assert saved.notices == ()
    assert not Alert.objects.filter(consultation=consultation).exists()


def test_submitting_closes_none(consultation: Consultation, golden: Golden) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    opened = set(Alert.objects.filter(consultation=consultation).values_list("sign", flat=True))
    submit_response(consultation.response)
    alerts = Alert.objects.filter(consultation=consultation)
    assert opened <= set(alerts.values_list("sign", flat=True))
    assert not alerts.filter(acknowledged_at__isnull=False).exists()


def test_a_closed_one_is_not_opened_again_by_the_same_sign(
    consultation: Consultation, response: QuestionnaireResponse, surgeon: User
) -> None:
    say_numb(response)
    acknowledge_alert(Alert.objects.get(), surgeon, "Sent to the emergency department.")
    assert [
        notice.new for notice in save_answer(response, "age_years", Given(50), revision=None).notices
    ] == [False]
    assert Alert.objects.get(consultation=consultation).acknowledged_at is not None


def close(surgeon: User) -> None:
    acknowledge_alert(Alert.objects.get(acknowledged_at__isnull=True), surgeon, "Telephoned.")


def open_signs() -> list[str]:
    return list(Alert.objects.filter(acknowledged_at__isnull=True).values_list("sign", flat=True))


def test_a_further_answer_behind_a_closed_one_raises_it_anew(
    response: QuestionnaireResponse, surgeon: User
) -> None:
    say_numb(response)
    close(surgeon)
    saved = save_answer(response, "bladder_change", Given(True), revision=None)
    assert [(notice.code, notice.new) for notice in saved.notices] == [("cauda_equina", True)]
    assert open_signs() == ["cauda_equina"]
    assert Alert.objects.count() == 2


def test_a_closed_one_that_stopped_and_came_back_is_raised_anew(
    response: QuestionnaireResponse, surgeon: User
) -> None:
    say_numb(response)
    close(surgeon)
    save_answer(response, "saddle_numbness", Given(False), revision=None)
    assert open_signs() == []
    assert [notice.new for notice in say_numb(response).notices] == [True]
    assert open_signs() == ["cauda_equina"]


def test_what_was_seen_while_it_was_open_does_not_raise_it_anew(
    response: QuestionnaireResponse, surgeon: User
) -> None:
    say_numb(response)
    save_answer(response, "bladder_change", Given(True), revision=None)
    close(surgeon)
    save_answer(response, "age_years", Given(50), revision=None)
    assert open_signs() == []


def hold_rules(consultation: Consultation, ruleset: RuleSet | None) -> None:
    """Give the consultation in memory a release of these rules, which no publication would let pass."""
    consultation._state.fields_cache["release"] = SimpleNamespace(ruleset=ruleset)


class _Broken:
    """A condition that cannot be evaluated."""

    facts = frozenset({"age_years"})

    def alarms(self, values: object) -> bool:
        raise ArithmeticError("age 50")


def test_a_sign_that_cannot_be_evaluated_shows_its_advice_and_says_so(consultation: Consultation) -> None:
    ruleset = consultation.release.ruleset
    sign = replace(ruleset.warning_signs[0], condition=_Broken())  # type: ignore[arg-type]
    hold_rules(consultation, replace(ruleset, warning_signs=(sign,)))
    (notice,) = raise_alerts(consultation, {"age_years": 50})
    assert (notice.text, notice.new) == (sign.patient, True)
    alert = Alert.objects.get()
    assert not alert.is_evaluated
    assert alert.title == f"{sign.title} (could not be checked)"


def test_rules_that_cannot_be_evaluated_at_all_give_advice_and_an_alert_that_says_so(
    consultation: Consultation, surgeon: User, caplog: pytest.LogCaptureFixture
) -> None:
    hold_rules(consultation, None)
    (notice,) = raise_alerts(consultation, {"age_years": 50})
    assert (notice.code, notice.urgency, notice.new) == ("rules_not_evaluated", "emergency", True)
    assert "call the emergency number" in notice.text
    assert open_signs() == ["rules_not_evaluated"]
    assert not Alert.objects.get().is_evaluated
    assert "50" not in caplog.text
    close(surgeon)
    assert [one.new for one in raise_alerts(consultation, {"age_years": 50})] == [False]
    assert [one.new for one in raise_alerts(consultation, {"age_years": 51})] == [True]


def test_findings_fire_it_too(consultation: Consultation, golden: Golden) -> None:
    facts = golden("typical_disc")
    assess(consultation, facts)
    assess_again(consultation, facts | {"imaging_findings": ["tumour_or_infection"]})
    assert Alert.objects.filter(consultation=consultation, sign="tumour_or_infection_on_imaging").exists()
