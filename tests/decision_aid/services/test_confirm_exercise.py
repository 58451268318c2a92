"""What an option says about exercise afterwards reaches the patient once a surgeon has confirmed it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, Review
from decision_aid.selectors import summary_inputs
from decision_aid.services.reviewing import confirm_exercise, release_assessment, sign_assessment
from decision_aid.summaries import patient_document
from questionnaires.models import User
from questionnaires.services.refusals import Refused
from tests.cast import Visit, assess, assess_again, signed_in, visiting


@pytest.fixture
def assessment(consultation: Consultation, golden: Callable[[str], dict[str, Any]]) -> Assessment:
    """A patient with a typical disc herniation, examined."""
    assess(consultation, golden("typical_disc"))
    return assess_again(consultation, golden("typical_disc"))


def in_play(assessment: Assessment) -> list[str]:
    options = assessment.report["options"]
    return [option["id"] for option in options if option["candidacy"] in ("likely", "possible")]


def told(assessment: Assessment) -> set[str]:
    """The options about which the patient's document says something of exercise."""
    options = patient_document(summary_inputs(assessment)).options
    for option in options:
        assert bool(option.exercise) == any(item.label == "Exercise afterwards" for item in option.living)
    return {option.id for option in options if option.exercise}


def test_nothing_of_it_is_told_before_and_only_the_confirmed_after(
    assessment: Assessment, surgeon: User
) -> None:
    first, *others = in_play(assessment)
    assert others
    assert told(assessment) == set()
    confirm_exercise(assessment, [first, first], surgeon)
    assert confirm_exercise(assessment, [first], surgeon) == []
    assert told(assessment) == {first}
    assert Review.objects.get(act="exercise_confirmed").subject == first


@pytest.mark.parametrize(
    ("chosen", "code", "status"), [([], "nothing_chosen", 422), (["magnets"], "unknown_option", 404)]
)
def test_nothing_and_a_stranger_are_refused(
    assessment: Assessment, surgeon: User, chosen: list[str], code: str, status: int
) -> None:
    with pytest.raises(Refused) as refused:
        confirm_exercise(assessment, chosen, surgeon)
    assert (refused.value.code, refused.value.status) == (code, status)


def test_only_a_surgeon_may_and_only_before_signing(
    assessment: Assessment, surgeon: User, cast: Cast
) -> None:
    chosen = in_play(assessment)[:1]
    with pytest.raises(Refused) as refused:
        confirm_exercise(assessment, chosen, cast.coordinator)
    assert refused.value.code == "not_permitted"
    sign_assessment(assessment, surgeon)
    with pytest.raises(Refused) as refused:
        confirm_exercise(assessment, chosen, surgeon)
    assert refused.value.code == "already_signed"


def test_it_is_confirmed_on_the_sheet_and_read_after_the_release(
    assessment: Assessment, surgeon: User, visit: Visit
) -> None:
    client, chosen = signed_in(surgeon), in_play(assessment)[0]
    sheet = reverse("sheet", args=[assessment.consultation_id])
    assert client.get(sheet).content.decode().count('name="option" value="') >= len(in_play(assessment))
    address = reverse("confirm_exercise", args=[assessment.pk])
    refused = client.post(address, {})
    assert refused.status_code == 422
    assert "Tick at least one treatment" in refused.content.decode()
    assert client.post(address, {"option": [chosen]})["Location"] == f"{sheet}#exercise"
    assert '<span class="done small">confirmed' in client.get(sheet).content.decode()
    sign_assessment(assessment, surgeon)
    release_assessment(assessment, surgeon)
    page = visiting(visit).get(reverse("my_options")).content.decode()
    assert page.count("<dt>Exercise afterwards</dt>") == 1
