"""Reviewing: a named clinician corrects, signs and releases; the assessment itself is untouched."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.utils import timezone

from decision_aid.models import Assessment, Review
from decision_aid.services import summarising
from decision_aid.services.alerting import open_emergencies
from decision_aid.services.following import follow_assessment
from decision_aid.services.permissions import REVIEW
from questionnaires.definition.digest import sha256_of
from questionnaires.models import OutboxEvent, User
from questionnaires.services import audit
from questionnaires.services.outbox import record_event
from questionnaires.services.permissions import require
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
def confirm_exercise(assessment: Assessment, options: Sequence[str], by: User) -> list[Review]:
    """Let the patient read, after the release, what these options say about exercise afterwards.

    What was confirmed before stays as it is.
    Refused: not_permitted, assessment_superseded, already_signed, emergency_open, unknown_option,
    nothing_chosen.
    """
    _check_open(assessment, by)
    if not options:
        raise _unprocessable("nothing_chosen", "Tick at least one treatment, or leave all of it out.")
    known = {entry["id"] for entry in assessment.report["options"]}
    if strangers := [option for option in options if option not in known]:
        raise Refused(
            "unknown_option", f"This decision aid has no option “{strangers[0]}”.", HTTPStatus.NOT_FOUND
        )
    confirmed = set(
        assessment.reviews.filter(act=Review.Act.EXERCISE_CONFIRMED).values_list("subject", flat=True)
    )
    return [
        _act(assessment, Review.Act.EXERCISE_CONFIRMED, by, subject=option)
        for option in dict.fromkeys(options)
        if option not in confirmed
    ]


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
def add_addendum(assessment: Assessment, words: str, by: User) -> Review:
    """Add words to a signed assessment; its documents are made anew, and the older ones are superseded.

    Refused: not_permitted, assessment_superseded, not_signed, emergency_open, words_missing.
    """
    require(by, assessment.clinic, REVIEW)
    _check_current(assessment)
    if Review.Act.SIGNED not in _acts(assessment):
        raise Refused("not_signed", "An addendum is for a signed assessment. Sign this one, or correct it.")
    _check_emergencies(assessment)
    if not words.strip():
        raise _unprocessable("words_missing", "Say what is to be added; it is kept and shown with your name.")
    review = _act(assessment, Review.Act.ADDENDUM, by, words=words.strip())
    number = assessment.reviews.filter(act=Review.Act.ADDENDUM).count()
    summarising.request_amended(assessment, number)
    return review


@transaction.atomic
def release_assessment(
    assessment: Assessment,
    by: User,
    *,
    hidden_options: Mapping[str, str] | None = None,
    hidden_outcomes: Mapping[str, str] | None = None,
) -> Review:
    """Let the patient see a signed assessment, without the options and the outcomes hidden for a reason.

    `hidden_options` gives the reason by the id of an option, `hidden_outcomes` by that of an outcome, whose
    figures are then left out for every option alike.
    Refused: not_permitted, assessment_superseded, not_signed, already_released, emergency_open,
    unknown_option, unknown_outcome, reason_missing, nothing_left.
    """
    require(by, assessment.clinic, REVIEW)
    _check_current(assessment)
    acts = _acts(assessment)
    if Review.Act.SIGNED not in acts:
        raise Refused("not_signed", "Sign this assessment first; then it can be released to the patient.")
    if Review.Act.RELEASED in acts:
        raise Refused("already_released", "This assessment was already released to the patient.")
    _check_emergencies(assessment)
    ruleset = assessment.release.ruleset
    options = {option.id: option.title for option in ruleset.options}
    outcomes = {outcome.id: outcome.patient for outcome in ruleset.outcomes}
    _check_hidden(hidden_options or {}, options, "unknown_option", "treatment")
    _check_hidden(hidden_outcomes or {}, outcomes, "unknown_outcome", "outcome")
    for act, hidden in (
        (Review.Act.OPTION_HIDDEN, hidden_options),
        (Review.Act.FIGURES_HIDDEN, hidden_outcomes),
    ):
        for subject, reason in (hidden or {}).items():
            _act(assessment, act, by, subject=subject, words=reason.strip())
    review = _act(assessment, Review.Act.RELEASED, by)
    record_event(
        assessment.clinic,
        OutboxEvent.Kind.RELEASED,
        assessment,
        detail={"consultation": str(assessment.consultation_id)},
    )
    summarising.request_released(assessment)
    return review


def _check_hidden(hidden: Mapping[str, str], known: Mapping[str, str], code: str, kind: str) -> None:
    if strangers := sorted(hidden.keys() - known.keys()):
        raise Refused(code, f"This decision aid has no {kind} “{strangers[0]}”.", HTTPStatus.NOT_FOUND)
    if len(hidden) == len(known):
        raise _unprocessable("nothing_left", f"Leave at least one {kind} for the patient to see.")
    if silent := [known[subject] for subject, reason in hidden.items() if not reason.strip()]:
        raise _unprocessable(
            "reason_missing", f"Say why the patient should not see “{silent[0]}”; it is kept with your name."
        )


def signature_sha256(review: Review, reviews: Iterable[Review] | None = None) -> str:
    """The hash of what was signed or added: report, release, the overrides until then, by whom and when.

    `reviews` are all of its consultation, the earliest first, where they have been read already.
    """
    assessment = review.assessment
    overrides = [
        (one.subject, one.candidacy, one.reason, one.words)
        for one in (assessment.reviews.order_by("at", "id") if reviews is None else reviews)
        if (one.assessment_id, one.act) == (assessment.pk, Review.Act.OVERRIDDEN) and one.at <= review.at
    ]
    return sha256_of(
        {
            "act": review.act,
            "report": assessment.report_sha256,
            "release": assessment.release.sha256,
            "overrides": [list(row) for row in overrides],
            "words": review.words,
            "by": review.by_id,
            "at": review.at.isoformat(),
        }
    )


def _acts(assessment: Assessment) -> set[str]:
    return set(assessment.reviews.values_list("act", flat=True))


def _check_open(assessment: Assessment, by: User) -> None:
    require(by, assessment.clinic, REVIEW)
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
    follow_assessment(assessment)
    detail = {"subject": subject, "candidacy": candidacy, "reason": reason}
    if act in (Review.Act.SIGNED, Review.Act.ADDENDUM):
        detail["signature_sha256"] = signature_sha256(review)
    audit.record(assessment.clinic, f"assessment_{act}", assessment, user=by, detail=detail)
    return review
