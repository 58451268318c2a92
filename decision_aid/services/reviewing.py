"""Reviewing: a named clinician corrects, signs and releases; the assessment itself is untouched."""

from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from decision_aid.models import Assessment, Review
from decision_aid.services import summarising
from decision_aid.services.alerting import open_emergencies
from questionnaires.models import Role, User
from questionnaires.services import audit
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused, StaleState

# What a clinician may set a candidacy to. “needs information” is the engine's word: a clinician decides.
OVERRIDES = ("likely", "possible", "unlikely", "not_indicated", "excluded")


@transaction.atomic
def override_candidacy(
    assessment: Assessment, option: str, candidacy: str, reason: str, words: str, by: User
) -> Review:
    """Set an option's candidacy to what the clinician judges, with a coded reason and words.

    Refused: not_permitted, assessment_superseded, already_signed, emergency_open, unknown_option,
    unknown_candidacy, unknown_reason, words_missing.
    """
    _check_open(assessment, by)
    if option not in {entry["id"] for entry in assessment.report["options"]}:
        raise Refused("unknown_option", f"This decision aid has no option “{option}”.", HTTPStatus.NOT_FOUND)
    if candidacy not in OVERRIDES:
        raise _unprocessable("unknown_candidacy", f"Choose one of {', '.join(OVERRIDES)}.")
    if reason not in Review.Reason.values:
        raise _unprocessable("unknown_reason", "Choose a reason from the list.")
    if not words.strip():
        raise _unprocessable(
            "words_missing", "Say in a sentence why; it is kept and shown with the override."
        )
    return _act(
        assessment,
        Review.Act.OVERRIDDEN,
        by,
        subject=option,
        candidacy=candidacy,
        reason=reason,
        words=words.strip(),
    )


@transaction.atomic
def sign_assessment(assessment: Assessment, by: User) -> Review:
    """Sign the current assessment with its overrides; nothing can be overridden after.

    Refused: not_permitted, assessment_superseded, already_signed, emergency_open.
    """
    _check_open(assessment, by)
    review = _act(assessment, Review.Act.SIGNED, by)
    summarising.request_signed(assessment)
    return review


@transaction.atomic
def release_assessment(assessment: Assessment, by: User) -> Review:
    """Let the patient see the options of a signed assessment.

    Refused: not_permitted, assessment_superseded, not_signed, already_released, emergency_open.
    """
    require_role(by, assessment.clinic, Role.SURGEON)
    _check_current(assessment)
    acts = _acts(assessment)
    if Review.Act.SIGNED not in acts:
        raise Refused("not_signed", "Sign this assessment first; then it can be released to the patient.")
    if Review.Act.RELEASED in acts:
        raise Refused("already_released", "This assessment was already released to the patient.")
    _check_emergencies(assessment)
    review = _act(assessment, Review.Act.RELEASED, by)
    summarising.request_released(assessment)
    return review


def _acts(assessment: Assessment) -> set[str]:
    return set(assessment.reviews.values_list("act", flat=True))


def _check_open(assessment: Assessment, by: User) -> None:
    require_role(by, assessment.clinic, Role.SURGEON)
    _check_current(assessment)
    if Review.Act.SIGNED in _acts(assessment):
        raise Refused("already_signed", "This assessment is signed. New findings make a new assessment.")
    _check_emergencies(assessment)


def _check_current(assessment: Assessment) -> None:
    newest = Assessment.objects.filter(consultation=assessment.consultation_id).order_by("-number").first()
    if newest is None or newest.pk != assessment.pk:
        raise Refused(
            "assessment_superseded", "There is a newer assessment of this consultation. Review that one."
        )


def _check_emergencies(assessment: Assessment) -> None:
    if signs := open_emergencies(assessment):
        raise Refused(
            "emergency_open",
            f"Close the emergency warning first ({', '.join(signs)}): say what was done about it.",
        )


def _unprocessable(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, HTTPStatus.UNPROCESSABLE_ENTITY)


def _act(
    assessment: Assessment,
    act: Review.Act,
    by: User,
    *,
    subject: str = "",
    candidacy: str = "",
    reason: str = "",
    words: str = "",
) -> Review:
    try:
        with transaction.atomic():
            review = Review.objects.create(
                clinic=assessment.clinic,
                assessment=assessment,
                act=act,
                by=by,
                at=timezone.now(),
                subject=subject,
                candidacy=candidacy,
                reason=reason,
                words=words,
            )
    except IntegrityError as error:
        # Two people signed or released at once: the constraint let one through.
        raise StaleState("assessment") from error
    audit.record(
        assessment.clinic,
        f"assessment_{act}",
        assessment,
        user=by,
        detail={"subject": subject, "candidacy": candidacy, "reason": reason},
    )
    return review
