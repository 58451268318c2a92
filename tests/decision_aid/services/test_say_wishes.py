"""What a patient says after seeing the options: kept row by row, nothing of it before the release."""

from collections.abc import Callable
from typing import Any

import pytest

from config.demonstration import bring_to_stage
from decision_aid.models import Consultation, Wishes
from decision_aid.selectors import told_wishes
from decision_aid.services.wishing import Said, say_wishes
from questionnaires.models import AuditEvent
from questionnaires.services.refusals import Refused
from tests.frozen import assert_frozen

Golden = Callable[[str], dict[str, Any]]
NOTHING = Said({}, {}, [])


@pytest.fixture
def released(consultation: Consultation, golden: Golden) -> Consultation:
    bring_to_stage(consultation, golden("typical_disc"), "released")
    return consultation


def refusal(consultation: Consultation, said: Said, seen: int = 0) -> str:
    with pytest.raises(Refused) as refused:
        say_wishes(consultation, said, seen=seen)
    return refused.value.code


@pytest.mark.parametrize("stage", ["submitted", "signed"])
def test_nothing_can_be_said_before_the_release(
    consultation: Consultation, golden: Golden, stage: str
) -> None:
    bring_to_stage(consultation, golden("typical_disc"), stage)

    assert refusal(consultation, NOTHING) == "not_released"
    assert told_wishes(consultation) is None


def test_what_is_said_is_told_to_the_surgeon_in_words_and_kept_for_ever(released: Consultation) -> None:
    said = Said(
        {"value_pain_relief": 0, "value_avoid_surgery": 10, "value_lasting_result": 7},
        {"choice": False, "support": True},
        ["Wann darf ich wieder Auto fahren? 😀", "  ", " Will it come back? "],
    )
    first = say_wishes(released, said, seen=0)
    told = told_wishes(released)

    assert told is not None
    assert [(value.label, value.value) for value in told.values] == [
        ("Avoiding an operation", 10),
        ("A result that lasts", 7),
        ("Less pain", 0),
    ]
    assert told.values[0].position == 1.0
    assert told.unsure == ("Do you feel sure which way is best for you?",)
    assert told.sure == ("Do you have the help and the advice that you need to choose?",)
    assert told.questions == ("Wann darf ich wieder Auto fahren? 😀", "Will it come back?")
    assert not told.of_other_release
    event = AuditEvent.objects.get(action="wishes_said")
    assert (event.actor, event.record_id, event.detail) == ("patient", str(first.pk), {})
    assert_frozen(first, "questions", "said")

    second = say_wishes(released, NOTHING, seen=1)
    assert (first.number, second.number) == (1, 2)
    newest = told_wishes(released)
    assert newest is not None
    assert (newest.values, newest.questions) == ((), ())


def test_a_second_window_that_saw_less_is_refused(released: Consultation) -> None:
    say_wishes(released, NOTHING, seen=0)

    assert refusal(released, Said({}, {}, ["Another?"]), seen=0) == "wishes_changed"
    assert refusal(released, NOTHING, seen=2) == "wishes_changed"
    assert Wishes.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said({"value_pain_relief": 11}, {}, []), "unknown_value"),
        (Said({"value_pain_relief": -1}, {}, []), "unknown_value"),
        (Said({"value_pain_relief": True}, {}, []), "unknown_value"),
        (Said({"age_years": 5}, {}, []), "unknown_value"),
        (Said({"": 5}, {}, []), "unknown_value"),
        (Said({}, {"happy": True}, []), "unknown_sure"),
        (Said({}, {"choice": "yes"}, []), "unknown_sure"),  # type: ignore[dict-item] # what a program may send
        (Said({}, {}, ["?"] * 11), "too_many_questions"),
        (Said({}, {}, ["é" * 501]), "too_many_questions"),
    ],
)
def test_what_was_not_asked_is_refused(released: Consultation, said: Said, code: str) -> None:
    assert refusal(released, said) == code
    assert not Wishes.objects.exists()
