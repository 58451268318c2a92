"""What matters to me: shown after the release, kept as said, ranked without a script, read by the surgeon."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decision_aid.models import Alert, Consultation, Wishes
from questionnaires.models import User
from tests.cast import Visit, signed_in, visiting
from tests.decision_aid.pages.conftest import AtStage, Golden, text_of

ADDRESS = "/visit/options/what-matters/"
OWN_QUESTIONS = "When can I drive?\n\nWill it come back?"


@pytest.fixture
def released(at_stage: AtStage, golden: Golden) -> Consultation:
    own = {"value_pain_relief": 9, "value_avoid_surgery": 0, "questions_for_surgeon": OWN_QUESTIONS}
    return at_stage(golden("typical_disc") | own, "released")


def typed(response: Any, name: str) -> Any:
    return response.context["form"][name].value()


def said_by(client: Client, **sent: object) -> Any:
    return client.post(ADDRESS, {"seen": "0"} | sent)


def test_it_starts_with_what_the_form_said_and_asks_all_six_values_and_whether_one_is_sure(
    visit: Visit, released: Consultation
) -> None:
    response = visiting(visit).get(ADDRESS)
    form = response.context["form"]

    assert [field.label for field in form.rated()] == [
        "Less pain", "A quick recovery", "A result that lasts", "Avoiding an operation",
        "Not needing another operation", "Fewer medicines",
    ]  # fmt: skip
    assert (typed(response, "value_pain_relief"), typed(response, "value_avoid_surgery")) == (9, 0)
    assert typed(response, "value_fewer_medicines") is None
    assert len(form.asked_if_sure()) == 4
    assert [field.value() for field in form.ranked()] == [
        "When can I drive?", "Will it come back?", None, None, None,
    ]  # fmt: skip
    assert response.content.decode().count(" checked") == 2
    assert "no-store" in response["Cache-Control"]


def test_what_is_said_comes_back_and_is_on_the_surgeons_sheet_at_once(
    visit: Visit, released: Consultation, surgeon: User
) -> None:
    patient = visiting(visit)
    answer = said_by(
        patient,
        value_pain_relief="10",
        value_avoid_surgery="3",
        sure_choice="no",
        sure_support="yes",
        question_1="",
        question_2="Which <b>operation</b> would you have?",
        question_3="Will it come back?",
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{ADDRESS}#saved")

    again = patient.get(ADDRESS)
    assert "Your surgeon can read this now" in text_of(again)
    assert (typed(again, "value_pain_relief"), typed(again, "value_lasting_result")) == (10, None)
    assert (typed(again, "sure_choice"), typed(again, "sure_weighing")) == ("no", None)
    assert typed(again, "question_1") == "Which <b>operation</b> would you have?"

    sheet = text_of(signed_in(surgeon).get(reverse("sheet", args=[released.pk])))
    assert "Said no to: Do you feel sure which way is best for you?" in sheet
    assert sheet.index("would you have?") < sheet.rindex("Will it come back?")
    assert "Less pain 10 out of 10" in sheet


def test_a_question_moves_up_or_down_by_a_button_and_everything_else_is_kept(
    visit: Visit, released: Consultation
) -> None:
    patient = visiting(visit)
    sent = {"question_1": "First?", "question_2": "Second?", "question_3": "Third?", "value_pain_relief": "4"}
    for number, (move, ranked) in enumerate(
        [
            ("up-3", ["First?", "Third?", "Second?"]),
            ("down-1", ["Second?", "First?", "Third?"]),
            ("up-1", ["First?", "Second?", "Third?"]),
            ("down-99", ["First?", "Second?", "Third?"]),
            ("sideways-2", ["First?", "Second?", "Third?"]),
            ("up-²", ["First?", "Second?", "Third?"]),
        ]
    ):
        answer = said_by(patient, **sent, seen=str(number), move=move)
        assert answer["Location"] == f"{ADDRESS}#questions"
        newest = Wishes.objects.latest("number")
        assert (newest.questions, newest.values) == (ranked, {"value_pain_relief": 4})


def test_a_window_that_saw_less_keeps_what_was_typed_and_shows_what_was_saved(
    visit: Visit, released: Consultation
) -> None:
    patient = visiting(visit)
    said_by(patient, question_1="From the first window?")
    answer = said_by(patient, question_1="From the second window?")

    assert answer.status_code == 409
    assert "From the first window?" in text_of(answer)
    assert typed(answer, "question_1") == "From the second window?"
    assert said_by(patient, seen=typed(answer, "seen"), question_1="Both?").status_code == 302
    assert Wishes.objects.latest("number").questions == ["Both?"]


def test_what_cannot_be_kept_is_said_beside_it_and_stays_typed(visit: Visit, released: Consultation) -> None:
    patient = visiting(visit)
    for sent, words in (
        ({"value_pain_relief": "11"}, "11 is not one of the available choices"),
        ({"sure_choice": "perhaps"}, "perhaps is not one of the available choices"),
        ({"question_1": "é" * 501}, "at most 500 characters (it has 501)"),
        ({"seen": ""}, "This field is required"),
        ({"seen": "NaN"}, "Enter a whole number"),
    ):
        answer = said_by(patient, question_2="Kept?", **sent)
        assert answer.status_code == 422, sent
        assert words in text_of(answer)
        assert typed(answer, "question_2") == "Kept?"
    assert not Wishes.objects.exists()


def test_with_an_emergency_open_there_is_only_the_emergency(visit: Visit, released: Consultation) -> None:
    Alert.objects.create(
        clinic=released.clinic, consultation=released, sign="cauda_equina", title="A sign",
        urgency="emergency", raised_at=timezone.now(),
    )  # fmt: skip
    patient = visiting(visit)

    for answer in (patient.get(ADDRESS), said_by(patient), patient.get("/visit/options/compare/")):
        assert (answer.status_code, answer["Location"]) == (302, "/visit/options/")
    assert not Wishes.objects.exists()
