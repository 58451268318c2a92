"""A link lets the right person in for a while, and its secret is stored nowhere."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.db import connection, transaction
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import AuditEvent, Invitation, QuestionnaireResponse, User
from questionnaires.services.inviting import (
    TYPED_GROUPS,
    TYPED_SIGNS,
    confirm_birth_date,
    find_invitation,
    invite,
    revoke,
)
from questionnaires.services.refusals import Refused
from tests.cast import Visit, new_patient, new_visit

RIGHT, WRONG = date(1970, 2, 28), date(1970, 2, 27)


def refusal(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return refused.value.code, refused.value.status


def guess(invitation: Invitation, born: date = WRONG) -> str:
    """What becomes of one guess; its count is kept, as a page keeps it."""
    try:
        confirm_birth_date(Invitation.objects.get(pk=invitation.pk), born)
    except Refused as refused:
        return refused.code
    return "matched"


@pytest.fixture
def invitation(visit: Visit) -> Invitation:
    return find_invitation(visit.token)


# ── The secret ──────────────────────────────────────────────────────────────────────────────────────────


def test_no_row_holds_the_secret(visit: Visit) -> None:
    dump = "".join(serialize("json", model._default_manager.all()) for model in apps.get_models())
    assert len(dump) > 10_000
    assert visit.token not in dump


def test_each_secret_is_long_and_its_own(new_response: QuestionnaireResponse) -> None:
    tokens = {invite(new_response, None)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) == 32  # 24 random bytes in base 64


@pytest.mark.parametrize("token", ["", "x", "ü", "\x00", "a" * 10_000, "' OR 1=1 --"])
def test_what_is_no_secret_opens_nothing(visit: Visit, token: str) -> None:
    assert refusal(lambda: find_invitation(token)) == ("link_unknown", 404)


def test_the_hash_that_is_stored_opens_nothing(invitation: Invitation) -> None:
    assert refusal(lambda: find_invitation(invitation.token_sha256)) == ("link_unknown", 404)


def test_who_invited_is_recorded(new_response: QuestionnaireResponse, coordinator: User) -> None:
    invite(new_response, coordinator)
    invite(new_response, None)
    events = AuditEvent.objects.filter(action="invited", record_id=str(new_response.pk)).order_by("-number")
    assert [(event.actor, event.user) for event in events[:2]] == [("system", None), ("staff", coordinator)]


# ── How long it works ───────────────────────────────────────────────────────────────────────────────────


def test_it_lasts_fourteen_days(invitation: Invitation) -> None:
    assert invitation.expires_at - invitation.created_at == pytest.approx(
        timedelta(days=14), abs=timedelta(seconds=1)
    )


@pytest.mark.parametrize(("seconds", "code"), [(-1, "link_expired"), (0, "link_expired"), (30, "")])
def test_it_works_until_its_last_second(visit: Visit, seconds: int, code: str) -> None:
    found = Invitation.objects.filter(response=visit.consultation.response)
    found.update(expires_at=timezone.now() + timedelta(seconds=seconds))
    if code:
        assert refusal(lambda: find_invitation(visit.token)) == (code, 410)
    else:
        assert find_invitation(visit.token).response == visit.consultation.response


def test_it_stops_at_once_when_revoked(visit: Visit, invitation: Invitation, coordinator: User) -> None:
    revoke(invitation, coordinator)
    assert refusal(lambda: find_invitation(visit.token)) == ("link_revoked", 410)
    assert AuditEvent.objects.get(action="link_revoked").user == coordinator


def test_revoked_twice_it_is_recorded_once(invitation: Invitation, coordinator: User) -> None:
    revoke(invitation, coordinator)
    revoke(invitation, coordinator)
    assert AuditEvent.objects.filter(action="link_revoked").count() == 1


def test_a_newer_one_ends_every_older_one(visit: Visit) -> None:
    response = visit.consultation.response
    _, newer = invite(response, None)
    _, newest = invite(response, None)
    for token in (visit.token, newer):
        assert refusal(partial(find_invitation, token)) == ("link_revoked", 410)
    assert find_invitation(newest).response == response


def test_another_patients_link_goes_on_working(visit: Visit, cast: Cast) -> None:
    other = new_visit(visit.consultation.release, new_patient(cast.clinic, "T-2"), cast)
    invite(visit.consultation.response, None)
    assert find_invitation(other.token).response == other.consultation.response


# ── Whose it is ─────────────────────────────────────────────────────────────────────────────────────────


def test_five_wrong_dates_lock_it(visit: Visit, invitation: Invitation) -> None:
    assert [guess(invitation) for _ in range(6)] == ["birth_date_wrong"] * 4 + ["link_locked"] * 2
    assert guess(invitation, RIGHT) == "link_locked"
    assert refusal(lambda: find_invitation(visit.token)) == ("link_locked", 403)


def test_it_says_how_many_tries_are_left(invitation: Invitation) -> None:
    sentences = []
    for _ in range(4):
        with pytest.raises(Refused) as refused:
            confirm_birth_date(invitation, WRONG)
        sentences.append(refused.value.sentence.rpartition("You can try ")[2])
    assert sentences == ["4 more times.", "3 more times.", "2 more times.", "1 more time."]


def test_the_right_date_gives_the_tries_back(invitation: Invitation) -> None:
    for _ in range(4):
        guess(invitation)
    assert guess(invitation, RIGHT) == "matched"
    invitation.refresh_from_db()
    assert invitation.birth_date_tries == 0


def test_a_new_link_has_its_own_tries(invitation: Invitation, visit: Visit) -> None:
    for _ in range(5):
        guess(invitation)
    newer, _ = invite(visit.consultation.response, None)
    assert guess(newer, RIGHT) == "matched"


def test_no_date_is_tried_on_a_link_that_has_ended(invitation: Invitation, coordinator: User) -> None:
    revoke(invitation, coordinator)
    assert guess(invitation, RIGHT) == "link_revoked"
    invitation.refresh_from_db()
    assert invitation.birth_date_tries == 0


def test_the_chain_says_that_a_date_was_refused_and_never_which(invitation: Invitation) -> None:
    guess(invitation)
    guess(invitation, RIGHT)
    events = AuditEvent.objects.filter(record_id=str(invitation.pk)).order_by("number")
    assert [(event.action, event.actor, event.detail) for event in events] == [
        ("birth_date_refused", "patient", {"tries": 1}),
        ("birth_date_matched", "patient", {}),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_guesses_at_once_five_are_tried(invitation: Invitation) -> None:
    def guess_in_a_thread(_: int) -> str:
        try:
            return guess(invitation)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as browsers:
        outcomes = list(browsers.map(guess_in_a_thread, range(20)))
    assert outcomes.count("birth_date_wrong") <= 4
    assert set(outcomes) <= {"birth_date_wrong", "link_locked"}
    tried = AuditEvent.objects.filter(action="birth_date_refused", record_id=str(invitation.pk))
    assert tried.count() == 5
    assert guess(invitation, RIGHT) == "link_locked"


def test_a_letters_secret_is_typed_without_doubt_and_is_as_hard_to_guess(visit: Visit) -> None:
    tokens = {invite(visit.consultation.response, None, Invitation.Channel.LETTER)[1] for _ in range(20)}

    assert len(tokens) == 20
    for token in tokens:
        assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}-[a-z2-9]{6}", token)
        assert not set(token) & set("ilo01")
    assert len(TYPED_SIGNS) ** sum(TYPED_GROUPS) > 2**128
