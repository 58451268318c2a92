"""A one-time code: six digits to the contact on file, ten minutes, one use, few tries, stored hashed."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from questionnaires.models import Clinic, Message, OneTimeCode, Patient, QuestionnaireResponse, User
from questionnaires.services.codes import ask_for_code, check_code, tell_code
from questionnaires.services.mailing import send_message
from questionnaires.services.refusals import Refused
from tests.cast import Visit

START = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def response(visit: Visit) -> QuestionnaireResponse:
    return visit.consultation.response


def asked(response: QuestionnaireResponse, visit: str = "a", now: datetime = START) -> str:
    """Ask for a code and read it in the mail."""
    assert send_message(ask_for_code(response, visit, now).pk, now) == "sent"
    found = re.match(r"(\d{6}) ", str(mail.outbox[-1].body))
    assert found
    return found[1]


def tried(response: QuestionnaireResponse, digits: str, visit: str = "a", now: datetime = START) -> str:
    try:
        check_code(response, visit, digits, now)
    except Refused as refused:
        return refused.code
    return "matched"


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06}"


def test_it_goes_to_the_address_on_file_and_names_nobody(
    response: QuestionnaireResponse, patient: Patient
) -> None:
    asked(response)
    (one,) = mail.outbox
    assert one.to == [patient.email]
    for secret in (patient.given_name, patient.family_name, patient.number, "spine pain"):
        assert secret not in one.subject + str(one.body)


def test_it_works_once(response: QuestionnaireResponse) -> None:
    digits = asked(response)
    assert [tried(response, digits), tried(response, digits)] == ["matched", "code_wrong"]


def test_spaces_in_it_are_no_mistake(response: QuestionnaireResponse) -> None:
    digits = asked(response)
    assert tried(response, f" {digits[:3]} {digits[3:]} ") == "matched"


@pytest.mark.parametrize("given", ["", "x", "12345", "١٢٣٤٥٦", "0" * 10_000, "🙂"])
def test_what_is_no_code_is_refused_in_the_same_words(response: QuestionnaireResponse, given: str) -> None:
    asked(response)
    assert tried(response, given) == "code_wrong"


def test_it_works_for_ten_minutes_and_not_a_second_longer(response: QuestionnaireResponse) -> None:
    digits = asked(response)
    assert tried(response, digits, now=START + 10 * MINUTE) == "code_wrong"
    assert tried(response, digits, now=START + 10 * MINUTE - timedelta(seconds=1)) == "matched"


def test_after_five_wrong_ones_the_right_one_is_refused(response: QuestionnaireResponse) -> None:
    digits = asked(response)
    assert {tried(response, wrong(digits)) for _ in range(5)} == {"code_wrong"}
    assert tried(response, digits) == "code_wrong"


def test_it_is_bound_to_the_visit_that_asked(response: QuestionnaireResponse) -> None:
    digits = asked(response, "a")
    assert tried(response, digits, "b") == "code_wrong"
    assert tried(response, digits, "a") == "matched"


def test_a_newer_one_ends_the_older(response: QuestionnaireResponse) -> None:
    older = asked(response)
    newer = asked(response, now=START + MINUTE)
    if older != newer:
        assert tried(response, older, now=START + MINUTE) == "code_wrong"
    assert tried(response, newer, now=START + MINUTE) == "matched"


def test_three_in_a_quarter_of_an_hour_and_ten_a_day_are_sent(response: QuestionnaireResponse) -> None:
    for minute in (0, 1, 2, 20, 21, 22, 40, 41, 42):
        ask_for_code(response, "a", START + minute * MINUTE)
        if minute % 20 == 2:
            with pytest.raises(Refused) as refused:
                ask_for_code(response, "a", START + (minute + 1) * MINUTE)
            assert (refused.value.code, refused.value.status) == ("codes_throttled", 429)
    ask_for_code(response, "b", START + timedelta(hours=2))
    with pytest.raises(Refused, match="codes_throttled"):
        ask_for_code(response, "b", START + timedelta(hours=3))
    ask_for_code(response, "b", START + timedelta(hours=25))


def test_no_row_holds_it_and_its_hash_is_keyed(response: QuestionnaireResponse) -> None:
    digits = asked(response)
    row = OneTimeCode.objects.get()
    assert digits not in "".join(str(value) for value in OneTimeCode.objects.values_list()[0])
    assert len(row.code_mac) == 64
    assert not Message.objects.filter(body__contains=digits).exists()


def test_without_an_address_the_person_is_told_to_call(
    response: QuestionnaireResponse, clinic: Clinic
) -> None:
    Patient.objects.update(email="")
    response.refresh_from_db()
    with pytest.raises(Refused) as refused:
        ask_for_code(response, "a", START)
    assert refused.value.code == "no_contact"
    assert clinic.phone in refused.value.sentence


def test_mail_that_comes_too_late_is_not_sent(response: QuestionnaireResponse) -> None:
    message = ask_for_code(response, "a", START)
    assert send_message(message.pk, START + 10 * MINUTE) == "dropped"
    assert mail.outbox == []


def test_staff_can_tell_one_by_telephone(
    response: QuestionnaireResponse, coordinator: User, author: User, stranger: User
) -> None:
    assert tried(response, tell_code(response, coordinator, START), "any") == "matched"
    for nobody in (author, stranger):
        with pytest.raises(Refused, match="not_permitted"):
            tell_code(response, nobody, START)
