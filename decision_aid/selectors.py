"""Reads of deciding: what a clinician or a patient may see, and what a document is made from."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from decision_aid.models import (
    Alert,
    Assessment,
    Consultation,
    DecisionAid,
    DecisionAidVersion,
    GateReport,
    GoldenCase,
    Rescoring,
    Review,
    SheetReading,
    Summary,
    Sure,
    Wishes,
)
from decision_aid.summaries import (
    Addendum,
    AnsweredQuestion,
    AnsweredSection,
    Cleared,
    Override,
    Released,
    SummaryInputs,
    asked_questions,
    wording,
)
from questionnaires.definition.answers import answer_words, read_answers
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import Clinic, Membership, Patient, QuestionnaireResponse, Role, Scope, User
from questionnaires.models.people import folded
from questionnaires.selectors import CLINICAL_ROLES, clinics_of, reachable_clinics

# What was published is parsed once a process and kept by its hash: no row needs to bring its text along.
PUBLISHED_DOCUMENTS = ("release__document", "response__version__document", "findings__version__document")
ASSESSED_DOCUMENTS = (
    *("release__document", "release__intake__document", "release__findings__document"),
    "findings__version__document",
)


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


class Access(Progress):
    """The same, with whether the user is a surgeon of its clinic."""

    may_review: bool


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    FollowedConsultation = WithAnnotations[Consultation, Progress]
    OpenedConsultation = WithAnnotations[Consultation, Access]


def followed_consultations(user: User) -> "QuerySet[OpenedConsultation]":
    """The consultations with `open_alerts` and `open_emergencies`, and whether the user `may_review` them."""
    surgeons = Membership.objects.filter(user=user, clinic=OuterRef("clinic"), role=Role.SURGEON)
    return _with_alerts(consultations_for(user)).annotate(may_review=Exists(surgeons))


def _with_alerts(consultations: QuerySet[Consultation]) -> "QuerySet[FollowedConsultation]":
    of_this = Alert.objects.filter(consultation=OuterRef("pk"), acknowledged_at__isnull=True)
    return consultations.annotate(
        open_alerts=_count_of(of_this), open_emergencies=_count_of(of_this.filter(urgency="emergency"))
    )


def worklist(clinics: Sequence[Clinic]) -> "QuerySet[FollowedConsultation]":
    """The consultations of these clinics as a list names them: with patient and surgeon, without answers.

    The clinics come one by one rather than as a subquery, and are not joined, so that one clinic's index
    gives the order: SQLite begins with the smallest table it is given, and would sort every consultation.
    """
    return _as_listed(Consultation.objects.filter(clinic__in=[clinic.pk for clinic in clinics]))


def _as_listed(consultations: QuerySet[Consultation]) -> "QuerySet[FollowedConsultation]":
    return _with_alerts(consultations.select_related("patient", "surgeon"))


def with_open_alert(
    consultations: "QuerySet[FollowedConsultation]", clinics: Sequence[Clinic], urgency: str = ""
) -> "QuerySet[FollowedConsultation]":
    """Those that have an open alert (of this urgency)."""
    return consultations.filter(pk__in=_open_alerts(clinics, urgency).values("consultation"))


def most_urgent(
    consultations: "QuerySet[FollowedConsultation]", clinics: Sequence[Clinic], limit: int
) -> "QuerySet[FollowedConsultation]":
    """Those of the first `limit` open alerts that they have, emergencies first.

    Ids, and by them alone: the alerts are few, and the databases shall begin with them both times.
    """
    of_these = Exists(consultations.filter(pk=OuterRef("consultation")))
    alerts = _open_alerts(clinics).filter(of_these).order_by("urgency", "raised_at", "id")
    found = list(alerts.values_list("consultation", flat=True)[:limit])
    ordered = ("-open_emergencies", "-open_alerts", "scheduled_at", "id")
    return _as_listed(Consultation.objects.filter(pk__in=found)).order_by(*ordered)


def _open_alerts(clinics: Sequence[Clinic], urgency: str = "") -> QuerySet[Alert]:
    alerts = Alert.objects.filter(clinic__in=[clinic.pk for clinic in clinics], acknowledged_at__isnull=True)
    return (alerts.filter(urgency=urgency) if urgency else alerts).order_by()


def without_open_alert(consultations: "QuerySet[FollowedConsultation]") -> "QuerySet[FollowedConsultation]":
    """Those that have no open alert."""
    alerts = Alert.objects.filter(consultation=OuterRef("pk"), acknowledged_at__isnull=True)
    return consultations.filter(~Exists(alerts))


def found_by_words(clinics: Sequence[Clinic], words: str, limit: int) -> list[UUID]:
    """The ids of consultations of at most `limit` patients in whose number or name each word occurs.

    Ids rather than a subquery, so that the few found decide how the database goes on from there.
    """
    patients = Patient.objects.filter(clinic__in=[clinic.pk for clinic in clinics])
    for word in folded(words).split():
        patients = patients.filter(search__contains=word)
    found = list(patients.order_by("clinic", "search").values_list("pk", flat=True)[:limit])
    return list(Consultation.objects.filter(patient__in=found).order_by().values_list("pk", flat=True))


def _count_of(alerts: QuerySet[Alert]) -> Coalesce:
    counted = alerts.order_by().values("consultation").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def option_titles(clinics: Sequence[Clinic]) -> dict[str, str]:
    """The options of the newest releases of these clinics: title by id, in the releases' order."""
    newest = DecisionAidVersion.objects.filter(aid=OuterRef("aid")).order_by("-number").values("pk")[:1]
    releases = DecisionAidVersion.objects.filter(aid__clinic__in=clinics, pk=Subquery(newest))
    rulesets = [release.ruleset for release in releases.defer("document").order_by("-pk")]
    return {option.id: option.title for ruleset in rulesets for option in ruleset.options}


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


def with_superseded(summaries: QuerySet[Summary]) -> QuerySet[Summary]:
    """Documents with `superseded`: a later edition was asked for, or what it says was assessed again.

    The copy of the answers outlives later assessments, which leave the patient's answers as they are.
    """
    later = Summary.objects.filter(
        assessment__consultation=OuterRef("assessment__consultation"), audience=OuterRef("audience")
    ).filter(
        Q(assessment__number__gt=OuterRef("assessment__number"))
        | Q(assessment=OuterRef("assessment"), requested_at__gt=OuterRef("requested_at"))
    )
    return summaries.annotate(
        superseded=Exists(later)
        | (~Q(audience=Summary.Audience.ANSWERS) & Exists(_later_assessments("assessment__")))
    )


def _later_assessments(path: str) -> QuerySet[Assessment]:
    return Assessment.objects.filter(
        consultation=OuterRef(f"{path}consultation"), number__gt=OuterRef(f"{path}number")
    )


@dataclass(frozen=True)
class Verified:
    """What may be said to anybody about a document or report of ours: nothing of the person it is about."""

    is_document: bool
    clinic_name: str
    aid: str
    release: int
    superseded: bool


def verified(sha256: str) -> Verified | None:
    """The document whose file, or the assessment whose report, has this hash; None where it is not ours."""
    ready = Summary.objects.filter(sha256=sha256, status=Summary.Status.READY)
    summary = (
        with_superseded(ready)
        .select_related("clinic", "assessment__release__aid")
        .defer("assessment__release__document", "assessment__report", "assessment__facts")
        .first()
    )
    if summary is not None:
        release, superseded = summary.assessment.release, bool(summary.__dict__["superseded"])
        return Verified(True, summary.clinic.name, release.aid.title, release.number, superseded)
    assessment = (
        Assessment.objects.filter(report_sha256=sha256)
        .annotate(superseded=Exists(_later_assessments("")))
        .select_related("clinic", "release__aid")
        .defer("release__document", "report", "facts")
        .order_by("superseded")
        .first()
    )
    if assessment is None:
        return None
    release = assessment.release
    return Verified(False, assessment.clinic.name, release.aid.title, release.number, assessment.superseded)


def releases_for(user: User) -> QuerySet[DecisionAidVersion]:
    """The releases of the user's clinics."""
    releases = DecisionAidVersion.objects.filter(aid__clinic__in=clinics_of(user))
    return releases.select_related("aid").defer("document")


def current_assessment(consultation: Consultation) -> Assessment | None:
    """The newest assessment, which alone can be reviewed."""
    return newest_assessments(consultation).first()


def newest_assessments(consultation: Consultation) -> QuerySet[Assessment]:
    """The assessments, the newest first, with all that a page or a document says of one."""
    return (
        consultation.assessments.select_related(
            "clinic", "release__intake", "release__findings", "findings__version"
        )
        .defer(*ASSESSED_DOCUMENTS)
        .order_by("-number")
    )


def last_assessment_before(assessment: Assessment) -> Assessment | None:
    """The newest assessment of the patient's consultation before this one, by the same decision aid.

    A patient belongs to one clinic; naming it would let SQLite begin with all that the clinic has.
    """
    consultation = assessment.consultation
    return (
        Assessment.objects.filter(
            consultation__patient=consultation.patient_id,
            release__aid=assessment.release.aid_id,
            assessed_at__lt=assessment.assessed_at,
        )
        .exclude(consultation=consultation)
        .order_by("-assessed_at")
        .first()
    )


def released_assessment(consultation: Consultation) -> Assessment | None:
    """The newest assessment that was released to the patient."""
    return (
        _released(consultation)
        .select_related("release", "clinic")
        .defer("release__document")
        .order_by("-number")
        .first()
    )


def _released(consultation: Consultation) -> QuerySet[Assessment]:
    return consultation.assessments.filter(reviews__act=Review.Act.RELEASED)


def summaries_of(consultation: Consultation) -> QuerySet[Summary]:
    """The documents of a consultation, newest assessment first."""
    return (
        with_superseded(Summary.objects.filter(assessment__consultation=consultation))
        .select_related("assessment")
        .defer("assessment__facts", "assessment__report")
        .order_by("-assessment__number", "requested_at")
    )


def patient_summaries_of(consultation: Consultation) -> QuerySet[Summary]:
    """The documents that are the patient's own: the copy of the answers, and what was released."""
    return summaries_of(consultation).filter(
        audience__in=[Summary.Audience.ANSWERS, Summary.Audience.PATIENT]
    )


def newest_wishes(consultation: Consultation) -> Wishes | None:
    """What the patient said last after seeing the options."""
    return _wishes(consultation).first()


def _wishes(consultation: Consultation) -> QuerySet[Wishes]:
    return Wishes.objects.filter(consultation=consultation).order_by("-number")


def value_labels(release: DecisionAidVersion) -> dict[str, str]:
    """What a patient may find important, in the release's order: label by code of the fact."""
    document: Mapping[str, Any] = release.ruleset.document
    codes = (str(fact["code"]) for fact in document["facts"])
    return {code: wording.VALUES.get(code, code) for code in codes if code.startswith("value_")}


@dataclass(frozen=True)
class ToldValue:
    """How much something matters to the patient, 0 to 10."""

    label: str
    value: int

    @property
    def position(self) -> float:
        """Its share of the line from 0 to 10."""
        return self.value / 10


@dataclass(frozen=True)
class ToldWishes:
    """What a clinician reads of a patient's wishes; `unsure` are the questions answered no.

    `values` come with the highest first, `questions` in the patient's own order.
    """

    said_at: datetime
    values: tuple[ToldValue, ...]
    sure: tuple[str, ...]
    unsure: tuple[str, ...]
    questions: tuple[str, ...]
    of_other_release: bool


def told_wishes(consultation: Consultation) -> ToldWishes | None:
    """What the patient said last after seeing the options, in words; None before that."""
    released = _released(consultation).order_by("-number").values("pk")[:1]
    wishes = _wishes(consultation).annotate(released=Subquery(released)).first()
    if wishes is None:
        return None
    labels = value_labels(consultation.release)
    told = (ToldValue(labels[code], value) for code, value in wishes.values.items() if code in labels)
    return ToldWishes(
        said_at=wishes.said_at,
        values=tuple(sorted(told, key=lambda one: -one.value)),
        sure=tuple(str(sure.label) for sure in Sure if wishes.sure.get(sure.value) is True),
        unsure=tuple(str(sure.label) for sure in Sure if wishes.sure.get(sure.value) is False),
        questions=tuple(wishes.questions),
        of_other_release=wishes.released not in (None, wishes.assessment_id),
    )


@dataclass(frozen=True)
class Acts:
    """What was raised and what clinicians did in one consultation, the earliest first."""

    alerts: Sequence[Alert]
    reviews: Sequence[Review]

    def until(self, moment: datetime | None) -> "Acts":
        """The same as it was at that moment (None: now), with what was closed later still open."""
        if moment is None:
            return self
        alerts = [copy(alert) for alert in self.alerts if alert.raised_at <= moment]
        for alert in alerts:
            if alert.acknowledged_at is not None and alert.acknowledged_at > moment:
                alert.acknowledged_at = None
        return Acts(alerts, [review for review in self.reviews if review.at <= moment])


def acts_of(consultation: Consultation) -> Acts:
    """Every alert and every review; a review's assessment comes without its report."""
    alerts = consultation.alerts.select_related("acknowledged_by").order_by("urgency", "raised_at")
    reviews = Review.objects.filter(assessment__consultation=consultation).order_by("at", "id")
    reviews = reviews.select_related("by", "assessment__release")
    reviews = reviews.defer("assessment__facts", "assessment__report", "assessment__release__document")
    return Acts(list(alerts), list(reviews))


def summary_inputs(
    assessment: Assessment, *, until: datetime | None = None, acts: Acts | None = None
) -> SummaryInputs:
    """Everything a document says about an assessment, with what clinicians did up to `until` (None: now).

    `acts` are those of its consultation, where they have been read already.
    """
    consultation = assessment.consultation
    clinic, patient, response = consultation.clinic, consultation.patient, consultation.response
    zone = ZoneInfo(clinic.time_zone)
    done = (acts or acts_of(consultation)).until(until)
    reviews = [review for review in done.reviews if review.assessment_id == assessment.pk]
    open_signs = tuple(alert.sign for alert in done.alerts if alert.acknowledged_at is None)
    last = {review.act: review for review in reviews}
    last_act = last.get(Review.Act.RELEASED) or last.get(Review.Act.SIGNED)
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
        release={**assessment.release.readable, "sha256": assessment.release.sha256},
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
                sign=alert.sign, action=alert.action, by=str(alert.acknowledged_by), at=at.astimezone(zone)
            )
            for at, alert in _closed(done.alerts)
            # A sign that was raised anew is not cleared by what was done about it before.
            if alert.sign not in open_signs
        ),
        hidden=_words_by_subject(reviews, Review.Act.OPTION_HIDDEN),
        hidden_outcomes=_words_by_subject(reviews, Review.Act.FIGURES_HIDDEN),
        addenda=tuple(
            Addendum(words=review.words, by=str(review.by), at=review.at.astimezone(zone))
            for review in reviews
            if review.act == Review.Act.ADDENDUM
        ),
        released=Released(by=str(last_act.by), at=last_act.at.astimezone(zone)) if last_act else None,
        language=str(assessment.release.ruleset.document["language"]),
        paper="us-letter" if clinic.paper == clinic.Paper.LETTER else "a4",
        questions=asked_questions(
            assessment.release.intake.definition, assessment.release.findings.definition
        ),
        confirmed_exercise=tuple(
            review.subject for review in reviews if review.act == Review.Act.EXERCISE_CONFIRMED
        ),
        open_signs=open_signs,
    )


def _closed(alerts: Iterable[Alert]) -> list[tuple[datetime, Alert]]:
    """The alerts that were closed, with when, the earliest first."""
    closed = [(alert.acknowledged_at, alert) for alert in alerts if alert.acknowledged_at is not None]
    return sorted(closed, key=lambda one: one[0])


def _words_by_subject(reviews: Iterable[Review], act: Review.Act) -> dict[str, str]:
    return {review.subject: review.words for review in reviews if review.act == act}


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


@dataclass(frozen=True)
class ClinicMeasures:
    """How the sheet is used in a clinic over some days; of nobody by name.

    `seen` are the consultations whose time came with a form that was sent, `opened` those whose sheet a
    surgeon had in sight before, `reviewed` those that were signed before. Seconds are None without a reading.
    """

    clinic: Clinic
    days: int
    seen: int
    opened: int
    reviewed: int
    readings: int
    median_seconds: int | None
    most_seconds: int | None


def clinic_measures(clinic: Clinic, now: datetime, days: int = 90) -> ClinicMeasures:
    """The measures of the last `days`; `most_seconds` is what nine in ten readings stay below."""
    since = now - timedelta(days=days)
    past = Consultation.objects.filter(
        clinic=clinic,
        scheduled_at__gte=since,
        scheduled_at__lt=now,
        response__submitted_at__lt=F("scheduled_at"),
    )
    readings = SheetReading.objects.filter(consultation=OuterRef("pk"), ended_at__lt=OuterRef("scheduled_at"))
    signed = Review.objects.filter(
        assessment__consultation=OuterRef("pk"), act=Review.Act.SIGNED, at__lt=OuterRef("scheduled_at")
    )
    counts = past.aggregate(
        seen=Count("pk"),
        opened=Count("pk", filter=Exists(readings)),
        reviewed=Count("pk", filter=Exists(signed)),
    )
    rows = SheetReading.objects.filter(clinic=clinic, ended_at__gte=since)
    seconds = sorted(rows.values_list("seconds", flat=True))
    return ClinicMeasures(
        clinic=clinic,
        days=days,
        **counts,
        readings=len(seconds),
        median_seconds=round(statistics.median(seconds)) if seconds else None,
        most_seconds=seconds[min(len(seconds) - 1, len(seconds) * 9 // 10)] if seconds else None,
    )


OVERRIDE_COLUMNS = (
    "month",
    "aid",
    "release",
    "option",
    "computed",
    "points_low",
    "points_high",
    "judged",
    "reason",
    "rules_that_held",
)


def overrides_without_identity(clinics: Sequence[Clinic]) -> Iterator[dict[str, str]]:
    """What surgeons judged otherwise than the rules, for those who maintain them: codes and figures only.

    No patient, no surgeon, no day and no free words, in which somebody might be named.
    """
    reviews = Review.objects.filter(
        clinic__in=[clinic.pk for clinic in clinics], act=Review.Act.OVERRIDDEN
    ).select_related("assessment__release__aid")
    for review in (
        reviews.defer("assessment__release__document").order_by("at", "id").iterator(chunk_size=200)
    ):
        options = {option["id"]: option for option in review.assessment.report["options"]}
        option = options.get(review.subject)
        if option is None:
            continue
        low, high = option["points"]
        yield {
            "month": f"{review.at:%Y-%m}",
            "aid": review.assessment.release.aid.code,
            "release": str(review.assessment.release.number),
            "option": review.subject,
            "computed": option["candidacy"],
            "points_low": str(low),
            "points_high": str(high),
            "judged": review.candidacy,
            "reason": review.reason,
            "rules_that_held": " ".join(row["rule"] for row in option["ledger"] if row["holds"] is True),
        }


def reviews_for(user: User) -> QuerySet[Review]:
    """What clinicians did, in the clinics where this one sees patients."""
    return Review.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES)).select_related("clinic")


def wishes_for(user: User) -> QuerySet[Wishes]:
    """What patients said after seeing their options, for the clinicians of their clinic."""
    return Wishes.objects.filter(clinic__in=clinics_of(user, *CLINICAL_ROLES)).select_related("clinic")


def aid_drafts_for(user: User) -> QuerySet[DecisionAid]:
    """The decision aids whose drafts the user may read."""
    clinics = reachable_clinics(user, Scope.DRAFTS_READ)
    return DecisionAid.objects.filter(clinic__in=clinics).select_related("clinic", "intake", "findings")


def golden_cases_for(user: User) -> QuerySet[GoldenCase]:
    """The golden cases of those drafts."""
    return GoldenCase.objects.filter(aid__in=aid_drafts_for(user)).select_related("aid__clinic")


def rescorings_for(user: User) -> QuerySet[Rescoring]:
    """The rescorings of the clinics whose rules the user looks after."""
    clinics = reachable_clinics(user, Scope.RESCORE)
    rescorings = Rescoring.objects.filter(clinic__in=clinics).select_related("clinic", "release", "against")
    return rescorings.defer("release__document", "against__document").prefetch_related("parts")


def gate_reports_for(user: User) -> QuerySet[GateReport]:
    """What was found of the drafts of the clinics whose rules the user looks after."""
    reports = GateReport.objects.filter(clinic__in=reachable_clinics(user, Scope.DRAFTS_READ))
    return reports.select_related("clinic", "aid__clinic", "against", "release").defer(
        "document", "against__document", "release__document"
    )
