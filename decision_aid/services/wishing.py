"""What a patient says after seeing the released options: kept as a new row, read by the surgeon at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decision_aid.models import Consultation, Sure, Wishes
from decision_aid.selectors import newest_wishes, released_assessment, value_labels
from questionnaires.models import AuditEvent
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

MOST_QUESTIONS = 10
LONGEST_QUESTION = 500


@dataclass(frozen=True)
class Said:
    """What was said: 0 to 10 by value, true or false by `Sure`, questions with the most important first."""

    values: Mapping[str, int]
    sure: Mapping[str, bool]
    questions: Sequence[str]


@transaction.atomic
def say_wishes(consultation: Consultation, said: Said, *, seen: int) -> Wishes:
    """Keep what the patient said, on top of the number they saw (0: they had said nothing yet).

    Refused: not_released, wishes_changed, unknown_value, unknown_sure, too_many_questions.
    """
    assessment = released_assessment(consultation)
    if assessment is None:
        raise Refused(
            "not_released",
            _("Your surgeon has not released the options yet. You can say this once you have seen them."),
            HTTPStatus.NOT_FOUND,
        )
    _check(consultation, said)
    newest = newest_wishes(consultation)
    number = newest.number if newest else 0
    if seen != number:
        raise _changed()
    try:
        with transaction.atomic():
            wishes = Wishes.objects.create(
                clinic=consultation.clinic,
                consultation=consultation,
                assessment=assessment,
                number=number + 1,
                said_at=timezone.now(),
                values=dict(said.values),
                sure=dict(said.sure),
                questions=[question.strip() for question in said.questions if question.strip()],
            )
    except IntegrityError as error:
        raise _changed() from error
    audit.record(consultation.clinic, "wishes_said", wishes, actor=AuditEvent.Actor.PATIENT)
    return wishes


def _check(consultation: Consultation, said: Said) -> None:
    known = value_labels(consultation.release)
    for code, value in said.values.items():
        if code not in known or isinstance(value, bool) or value not in range(11):
            raise _unprocessable(
                "unknown_value", _("“%(code)s” is not something we ask for from 0 to 10.") % {"code": code}
            )
    for code, answer in said.sure.items():
        if code not in Sure.values or not isinstance(answer, bool):
            raise _unprocessable(
                "unknown_sure", _("“%(code)s” is not something we ask with yes or no.") % {"code": code}
            )
    if len(said.questions) > MOST_QUESTIONS or any(
        len(question) > LONGEST_QUESTION for question in said.questions
    ):
        raise _unprocessable(
            "too_many_questions",
            _("Please keep to %(count)d questions of %(length)d letters each.")
            % {"count": MOST_QUESTIONS, "length": LONGEST_QUESTION},
        )


def _changed() -> Refused:
    return Refused(
        "wishes_changed",
        _("This was changed in another window meanwhile. Look at both, then save what is right."),
    )


def _unprocessable(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
