"""Reads of deciding: what a clinician or a patient may see, and what a document is made from."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion, Review, Summary
from decision_aid.summaries import (
    AnsweredQuestion,
    AnsweredSection,
    Cleared,
    Override,
    Released,
    SummaryInputs,
    asked_questions,
)
from questionnaires.definition.answers import answer_words, read_answers
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse, User
from questionnaires.selectors import CLINICAL_ROLES, clinics_of

# What was published is parsed once a process and kept by its hash: no row needs to bring its text along.
PUBLISHED_DOCUMENTS = ("release__document", "response__version__document", "findings__version__document")


def consultations_for(user: User) -> QuerySet[Consultation]:
    """The consultations that a clinician may reach, in the order of their appointments."""
    return (
        Consultation.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES))
        .select_related(
            "clinic", "patient", "surgeon", "release__aid", "response__version", "findings__version"
        )
        .defer(*PUBLISHED_DOCUMENTS)
    )


def consultation_for(user: User, consultation_id: UUID) -> Consultation:
    """One of them; Consultation.DoesNotExist where there is none, or it is another clinic's."""
    return consultations_for(user).get(pk=consultation_id)


class Progress(TypedDict):
    """What the worklist knows of a consultation besides its fields."""

    open_alerts: int
    open_emergencies: int
    stage: str


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    FollowedConsultation = WithAnnotations[Consultation, Progress]


def worklist(user: User) -> "QuerySet[FollowedConsultation]":
    """The consultations with `open_alerts`, `open_emergencies` and `stage`, open alerts first.

    `stage` is invited, answering, submitted, signed or released.
    """
    acts = Review.objects.filter(assessment__consultation=OuterRef("pk"))
    newest = Assessment.objects.filter(consultation=OuterRef(OuterRef("pk"))).order_by("-number")
    signed = acts.filter(act=Review.Act.SIGNED, assessment=newest.values("pk")[:1])
    open_alert = Q(alerts__acknowledged_at__isnull=True, alerts__id__isnull=False)
    return (
        consultations_for(user)
        .annotate(
            open_alerts=Count("alerts", filter=open_alert, distinct=True),
            open_emergencies=Count(
                "alerts", filter=open_alert & Q(alerts__urgency="emergency"), distinct=True
            ),
            stage=Case(
                When(response__status="open", response__revision=0, then=Value("invited")),
                When(response__status="open", then=Value("answering")),
                When(Exists(acts.filter(act=Review.Act.RELEASED)), then=Value("released")),
                When(Exists(signed), then=Value("signed")),
                default=Value("submitted"),
                output_field=CharField(),
            ),
        )
        .order_by("-open_emergencies", "-open_alerts", "scheduled_at", "id")
    )


def consultation_of_response(response: QuestionnaireResponse) -> Consultation | None:
    """The consultation that a patient's response belongs to."""
    return (
        Consultation.objects.select_related(
            "clinic", "patient", "surgeon", "release__aid", "response__version"
        )
        .defer("release__document", "response__version__document")
        .filter(response=response)
        .first()
    )


def alerts_for(user: User) -> QuerySet[Alert]:
    """The alerts that a clinician may reach."""
    return Alert.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES)).select_related(
        "clinic", "consultation", "acknowledged_by"
    )


def assessments_for(user: User) -> QuerySet[Assessment]:
    """The assessments that a clinician may reach."""
    assessments = Assessment.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES))
    return assessments.select_related("clinic", "consultation", "release").defer("release__document")


def summaries_for(user: User) -> QuerySet[Summary]:
    """The documents that a clinician may reach."""
    return Summary.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES)).select_related(
        "clinic", "assessment__consultation"
    )


def releases_for(user: User) -> QuerySet[DecisionAidVersion]:
    """The releases of the user's clinics."""
    releases = DecisionAidVersion.objects.filter(aid__clinic__in=clinics_of(user))
    return releases.select_related("aid").defer("document")


def current_assessment(consultation: Consultation) -> Assessment | None:
    """The newest assessment, which alone can be reviewed."""
    return (
        consultation.assessments.select_related("release", "clinic")
        .defer("release__document")
        .order_by("-number")
        .first()
    )


def released_assessment(consultation: Consultation) -> Assessment | None:
    """The newest assessment that was released to the patient."""
    return (
        consultation.assessments.filter(reviews__act=Review.Act.RELEASED)
        .select_related("release", "clinic")
        .defer("release__document")
        .order_by("-number")
        .first()
    )


def summaries_of(consultation: Consultation) -> QuerySet[Summary]:
    """The documents of a consultation, newest assessment first."""
    return (
        Summary.objects.filter(assessment__consultation=consultation)
        .select_related("assessment")
        .order_by("-assessment__number", "requested_at")
    )


def patient_summaries_of(consultation: Consultation) -> QuerySet[Summary]:
    """The documents that are the patient's own: the copy of the answers, and what was released."""
    return summaries_of(consultation).filter(
        audience__in=[Summary.Audience.ANSWERS, Summary.Audience.PATIENT]
    )


def summary_inputs(assessment: Assessment, *, until: datetime | None = None) -> SummaryInputs:
    """Everything a document says about an assessment, with what clinicians did up to `until` (None: now)."""
    consultation = assessment.consultation
    clinic, patient, response = consultation.clinic, consultation.patient, consultation.response
    zone = ZoneInfo(clinic.time_zone)
    reviews = assessment.reviews.select_related("by").order_by("at", "id")
    alerts = Alert.objects.filter(consultation=consultation).select_related("acknowledged_by")
    closed = Q(acknowledged_at__isnull=False)
    if until is not None:
        reviews, alerts = reviews.filter(at__lte=until), alerts.filter(raised_at__lte=until)
        closed &= Q(acknowledged_at__lte=until)
    acts = {review.act: review for review in reviews}
    last_act = acts.get(Review.Act.RELEASED) or acts.get(Review.Act.SIGNED)
    return SummaryInputs(
        clinic_name=clinic.name,
        clinic_phone=clinic.phone,
        clinic_emergency_phone=clinic.emergency_phone,
        patient_name=str(patient),
        birth_date=patient.birth_date,
        patient_number=patient.number,
        surgeon_name=str(consultation.surgeon),
        appointment=consultation.scheduled_at.astimezone(zone),
        made_at=assessment.assessed_at.astimezone(zone),
        release={**assessment.release.ruleset.document, "sha256": assessment.release.sha256},
        report=assessment.report,
        intake=answered_sections(response),
        findings=answered_sections(assessment.findings) if assessment.findings else (),
        facts=assessment.facts,
        answered_by=response.get_answered_by_display(),
        overrides=tuple(
            Override(
                option=review.subject,
                candidacy=review.candidacy,
                reason_code=review.reason,
                words=review.words,
                by=str(review.by),
                at=review.at.astimezone(zone),
            )
            for review in reviews
            if review.act == Review.Act.OVERRIDDEN
        ),
        cleared=tuple(
            Cleared(
                sign=alert.sign,
                action=alert.action,
                by=str(alert.acknowledged_by),
                at=alert.acknowledged_at.astimezone(zone),
            )
            for alert in alerts.filter(closed)
            if alert.acknowledged_at is not None
        ),
        released=Released(by=str(last_act.by), at=last_act.at.astimezone(zone)) if last_act else None,
        language=str(assessment.release.ruleset.document["language"]),
        questions=asked_questions(
            assessment.release.intake.definition, assessment.release.findings.definition
        ),
        open_signs=tuple(alerts.exclude(closed).values_list("sign", flat=True)),
    )


def answered_sections(response: QuestionnaireResponse) -> tuple[AnsweredSection, ...]:
    """What was asked and answered, in words, by section; sections without an answer are left out."""
    definition = response.version.definition
    answers = read_answers(definition, response.answers)
    shown = set(shown_questions(definition, answers))
    sections = (
        AnsweredSection(
            title=section.title,
            answers=tuple(
                AnsweredQuestion(q.code, q.text, answer_words(q, answers[q.code]))
                for q in section.questions
                if q.code in shown and q.code in answers
            ),
        )
        for section in definition.sections
    )
    return tuple(section for section in sections if section.answers)
