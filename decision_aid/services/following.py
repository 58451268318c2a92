"""Following a consultation: its stage and its candidates, kept with the act that moves them."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from decision_aid.models import Assessment, Consultation, Review
from questionnaires.models import QuestionnaireResponse

CANDIDATES = ("likely", "possible")


def follow_consultations(consultations: QuerySet[Consultation]) -> int:
    """Set the stage of each from its rows, by one update; return how many there are."""
    # By a plain condition on the key, because an update cannot be of a query with joins.
    chosen = Consultation.objects.filter(pk__in=consultations.order_by().values("pk"))
    return chosen.update(stage=_stage())


def follow_assessment(assessment: Assessment) -> None:
    """Keep the stage and the candidates of a consultation after its newest assessment or an act on it."""
    Consultation.objects.filter(pk=assessment.consultation_id).update(
        stage=_stage(), candidates=candidates_of(assessment)
    )


def candidates_of(assessment: Assessment) -> str:
    """The ids of the options that stand as likely or possible, overrides included, each between spaces."""
    standing = {str(option["id"]): option["candidacy"] for option in assessment.report["options"]}
    overrides = assessment.reviews.filter(act=Review.Act.OVERRIDDEN).order_by("at", "id")
    standing |= dict(overrides.values_list("subject", "candidacy"))
    found = [option for option, candidacy in standing.items() if candidacy in CANDIDATES]
    return f" {' '.join(found)} " if found else ""


def _stage() -> Case:
    response = QuestionnaireResponse.objects.filter(consultation=OuterRef("pk"))
    acts = Review.objects.filter(assessment__consultation=OuterRef("pk"))
    newest = Assessment.objects.filter(consultation=OuterRef(OuterRef("pk"))).order_by("-number")
    signed = acts.filter(act=Review.Act.SIGNED, assessment=newest.values("pk")[:1])
    is_open = Q(Exists(response.filter(status=QuestionnaireResponse.Status.OPEN)))
    untouched = Q(Exists(response.filter(status=QuestionnaireResponse.Status.OPEN, revision=0)))
    stages = Consultation.Stage
    return Case(
        When(untouched, then=Value(stages.INVITED)),
        When(is_open, then=Value(stages.ANSWERING)),
        When(Exists(acts.filter(act=Review.Act.RELEASED)), then=Value(stages.RELEASED)),
        When(Exists(signed), then=Value(stages.SIGNED)),
        default=Value(stages.SUBMITTED),
    )
