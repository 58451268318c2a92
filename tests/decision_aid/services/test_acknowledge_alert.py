"""Only a surgeon of the clinic closes a warning sign, and says what was done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Alert, Assessment, Consultation, Review, Summary
from decision_aid.services.alerting import acknowledge_alert, open_emergencies
from decision_aid.services.reviewing import override_candidacy, release_assessment, sign_assessment
from questionnaires.models import AuditEvent, User
from questionnaires.services.refusals import Refused
from tests.cast import assess, fill

Golden = Callable[[str], dict[str, Any]]
DONE = "Telephoned; sent to the emergency department by ambulance."


@pytest.fixture
def emergency(consultation: Consultation, golden: Golden) -> Assessment:
    """The assessment of a person whose answers are an emergency, with its alerts open."""
    return assess(consultation, golden("disc_cauda_equina"))


@pytest.fixture
def alert(emergency: Assessment) -> Alert:
    return Alert.objects.get(consultation=emergency.consultation, sign="cauda_equina")


def test_it_names_who_when_and_what_was_done(alert: Alert, surgeon: User) -> None:
    acknowledge_alert(alert, surgeon, f"  {DONE}\n")
    alert.refresh_from_db()
    assert alert.acknowledged_by == surgeon
    assert alert.acknowledged_at is not None
    assert alert.action == DONE
    event = AuditEvent.objects.get(action="alert_acknowledged")
    assert (event.user, event.record_id, event.detail) == (surgeon, str(alert.pk), {"sign": "cauda_equina"})


def test_it_is_a_review_of_the_current_assessment(emergency: Assessment, alert: Alert, surgeon: User) -> None:
    acknowledge_alert(alert, surgeon, DONE)
    review = Review.objects.get(assessment=emergency)
    assert (review.act, review.subject, review.words, review.by) == (
        "acknowledged",
        "cauda_equina",
        DONE,
        surgeon,
    )


def test_it_can_be_closed_while_the_patient_still_answers(
    consultation: Consultation, golden: Golden, surgeon: User
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    acknowledge_alert(Alert.objects.get(sign="cauda_equina"), surgeon, DONE)
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", ["author", "approver", "administrator", "coordinator"])
def test_no_other_role_closes_it(alert: Alert, cast: Cast, role: str) -> None:
    with pytest.raises(Refused) as refused:
        acknowledge_alert(alert, getattr(cast, role), DONE)
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)


def test_no_surgeon_of_another_clinic_closes_it(alert: Alert, stranger: User) -> None:
    with pytest.raises(Refused) as refused:
        acknowledge_alert(alert, stranger, DONE)
    assert refused.value.code == "not_permitted"


def test_nobody_whose_account_is_inactive_closes_it(alert: Alert, surgeon: User) -> None:
    surgeon.is_active = False
    with pytest.raises(Refused) as refused:
        acknowledge_alert(alert, surgeon, DONE)
    assert refused.value.code == "not_permitted"


@pytest.mark.parametrize("action", ["", " ", "\n\t "])
def test_it_is_not_closed_without_words(alert: Alert, surgeon: User, action: str) -> None:
    with pytest.raises(Refused) as refused:
        acknowledge_alert(alert, surgeon, action)
    assert (refused.value.code, refused.value.status) == ("action_missing", 422)
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_it_is_closed_once(alert: Alert, surgeon: User) -> None:
    seen_by_another = Alert.objects.get(pk=alert.pk)
    acknowledge_alert(alert, surgeon, DONE)
    with pytest.raises(Refused) as refused:
        acknowledge_alert(alert, surgeon, DONE)
    assert refused.value.code == "already_closed"
    with pytest.raises(Refused) as refused:
        acknowledge_alert(seen_by_another, surgeon, "Something else.")
    assert refused.value.code == "stale_state"
    assert Alert.objects.get(pk=alert.pk).action == DONE


def test_an_open_emergency_keeps_everything_else_closed(emergency: Assessment, surgeon: User) -> None:
    option = emergency.report["options"][0]["id"]
    assert "cauda_equina" in open_emergencies(emergency)
    acts: list[Callable[[], Review]] = [
        lambda: sign_assessment(emergency, surgeon),
        lambda: override_candidacy(emergency, option, "possible", "imaging", "As seen.", surgeon),
    ]
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("emergency_open", 409)
        assert "cauda_equina" in refused.value.sentence


def test_what_was_signed_is_not_released_over_an_open_emergency(emergency: Assessment, surgeon: User) -> None:
    Review.objects.create(
        clinic=emergency.clinic, assessment=emergency, act="signed", by=surgeon, at=timezone.now()
    )
    with pytest.raises(Refused) as refused:
        release_assessment(emergency, surgeon)
    assert refused.value.code == "emergency_open"


def close_all(assessment: Assessment, surgeon: User) -> None:
    for alert in Alert.objects.filter(consultation=assessment.consultation, acknowledged_at__isnull=True):
        acknowledge_alert(alert, surgeon, DONE)


def test_closing_the_last_emergency_asks_for_the_cleared_edition_once(
    emergency: Assessment, surgeon: User
) -> None:
    emergencies = Alert.objects.filter(urgency="emergency").count()
    assert emergencies > 0
    assert not Summary.objects.filter(template_version__startswith="cleared-").exists()
    close_all(emergency, surgeon)
    assert open_emergencies(emergency) == []
    cleared = Summary.objects.filter(template_version__startswith="cleared-").order_by("audience")
    assert [(row.audience, row.status, row.assessment) for row in cleared] == [
        ("answers", "requested", emergency),
        ("surgeon", "requested", emergency),
    ]


def test_after_that_it_can_be_signed_and_released(emergency: Assessment, surgeon: User) -> None:
    close_all(emergency, surgeon)
    sign_assessment(emergency, surgeon)
    assert release_assessment(emergency, surgeon).act == "released"


def test_an_urgent_sign_that_is_open_hinders_nothing(
    consultation: Consultation, golden: Golden, surgeon: User
) -> None:
    assessment = assess(consultation, golden("disc_severe_weakness_early"))
    assert Alert.objects.filter(consultation=consultation, urgency="urgent", action="").exists()
    assert sign_assessment(assessment, surgeon).act == "signed"
    assert not Summary.objects.filter(template_version__startswith="cleared-").exists()
