"""Stored answers scored by one release and compared with another: who changes, and by which rule."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from decision_aid.models import (
    Assessment,
    DecisionAid,
    DecisionAidVersion,
    GateReport,
    Rescoring,
    RescoringPart,
)
from decision_aid.scoring import RuleSet
from decision_aid.scoring.comparison import responsible_rules, responsible_signs
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import (
    Facts,
    FactTypes,
    FactValue,
    fact_document,
    read_fact,
    read_facts,
)
from questionnaires.definition.problems import Problem, ProblemsFound

PATHWAY = "pathway"
"""Stands for an option where it is the pathway that differs."""
PEOPLE_IN_A_PART = 2_000
LEASE = timedelta(minutes=3)  # longer than a task may take
PAUSE = timedelta(seconds=5)  # before another attempt
MOST_ATTEMPTS = 3
UNFINISHED = (RescoringPart.Status.WAITING, RescoringPart.Status.RUNNING)


class Read(NamedTuple):
    """One person: their id, or their line's number, and their facts or what is wrong with them."""

    id: str
    facts: Facts
    problems: tuple[Problem, ...] = ()


@dataclass
class Counts:
    """How many people came out how."""

    people: int = 0
    refused: int = 0
    pathways: Counter[str] = field(default_factory=Counter)
    candidacies: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, counted: dict[str, Any]) -> None:
        """Add what another part counted, as JSON keeps it."""
        self.people += counted["people"]
        self.refused += counted["refused"]
        for name in ("pathways", "candidacies", "changes", "rules"):
            getattr(self, name).update(counted[name])


# ── Scoring ─────────────────────────────────────────────────────────────────────────────────────────────


def changes_among(
    after: RuleSet, before: RuleSet | None, people: Sequence[Read], counts: Counts
) -> Iterator[str]:
    """Score and count people; a line of JSON for each person and option whose candidacy is another.

    Its keys are id, option, from, to and rules. For a pathway that is another, `PATHWAY` stands for the
    option, and the rules are warning signs.
    """
    # Polars is loaded only where there are many people.
    import polars as pl

    from decision_aid.scoring.cohort import people_frame, score_frame

    facts_after = [facts_known_to(after.types, person.facts) for person in people]
    now = score_frame(after, people_frame(after.types, facts_after))
    counts.pathways.update(now["pathway"].to_list())
    for option in after.options:
        for candidacy, count in now[f"{option.id}.candidacy"].value_counts().iter_rows():
            counts.candidacies[f"{option.id} {candidacy}"] += count
    if before is None:
        return
    facts_before = [facts_known_to(before.types, person.facts) for person in people]
    then = score_frame(before, people_frame(before.types, facts_before))
    both = [option.id for option in after.options if option.id in {each.id for each in before.options}]
    moved: dict[int, dict[str, tuple[str, str]]] = {}
    columns = {PATHWAY: PATHWAY} | {option_id: f"{option_id}.candidacy" for option_id in both}
    for option_id, column in columns.items():
        was = then[column].cast(pl.String())
        is_now = now[column].cast(pl.String())
        for row in (was != is_now).arg_true():
            moved.setdefault(row, {})[option_id] = (was[row], is_now[row])
    for row in sorted(moved):
        one_person = facts_before[row], facts_after[row]
        options = [option_id for option_id in moved[row] if option_id != PATHWAY]
        rules = responsible_rules(before, after, *one_person, options)
        if PATHWAY in moved[row]:
            rules[PATHWAY] = responsible_signs(before, after, *one_person)
        for option_id, (one, other) in moved[row].items():
            counts.changes[f"{option_id} {one} {other}"] += 1
            for rule in rules[option_id]:
                counts.rules[f"{rule} {option_id} {one} {other}"] += 1
            changed = {"id": people[row].id, "option": option_id, "from": one, "to": other}
            yield canonical_json({**changed, "rules": list(rules[option_id])})


def facts_known_to(types: FactTypes, facts: Facts) -> dict[str, FactValue]:
    """The facts as another release would have read them; what it does not know is left out."""
    known: dict[str, FactValue] = {}
    for code, value in facts.items():
        if code in types:
            try:
                known[code] = read_fact(fact_document(value), types[code])
            except ProblemsFound:
                continue  # another range or other codes: to that release it is no answer
    return known


# ── Whom ────────────────────────────────────────────────────────────────────────────────────────────────


def newest_assessments(aid: DecisionAid, until: datetime) -> QuerySet[Assessment]:
    """The newest assessment of each consultation at that time, always in the same order."""
    made = Assessment.objects.filter(release__aid=aid, assessed_at__lte=until)
    later = made.filter(consultation=OuterRef("consultation"), number__gt=OuterRef("number"))
    return made.filter(~Exists(later)).defer("report").order_by("pk")


def people_assessed(assessments: QuerySet[Assessment]) -> Iterator[Read]:
    """The people of these assessments, by the ids of their consultations, a thousand rows in memory."""
    types: dict[int, FactTypes] = {}
    for assessment in assessments.iterator(chunk_size=1000):
        if assessment.release_id not in types:
            types[assessment.release_id] = assessment.release.ruleset.types
        facts = read_facts(assessment.facts, types[assessment.release_id])
        yield Read(str(assessment.consultation_id), facts)


# ── Parts for workers ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin_rescoring(
    aid: DecisionAid,
    release: DecisionAidVersion,
    against: DecisionAidVersion | None,
    people_in_a_part: int = PEOPLE_IN_A_PART,
) -> Rescoring:
    """The unfinished rescoring by these releases, its failed parts waiting again; else a new one."""
    begun = Rescoring.objects.filter(release=release, against=against, parts__status__in=_not_done())
    found = begun.order_by("until").first()
    now = timezone.now()
    if found is not None:
        failed = found.parts.filter(status=RescoringPart.Status.FAILED)
        failed.update(status=RescoringPart.Status.WAITING, attempts=0, failure="", due_at=now)
        return found
    rescoring = Rescoring.objects.create(clinic=aid.clinic, release=release, against=against, until=now)
    _divide(rescoring, people_in_a_part)
    return rescoring


def begin_replay(
    gate: GateReport, against: DecisionAidVersion, people_in_a_part: int = PEOPLE_IN_A_PART
) -> Rescoring:
    """Everybody by what a draft would publish, compared with the release that is used now; in parts."""
    rescoring = Rescoring.objects.create(
        clinic=gate.clinic, gate=gate, against=against, until=gate.requested_at
    )
    _divide(rescoring, people_in_a_part)
    return rescoring


def _divide(rescoring: Rescoring, people_in_a_part: int) -> None:
    """Give the work out in parts."""
    parts: list[RescoringPart] = []
    ids = newest_assessments(rescoring.aid, rescoring.until).values_list("pk", flat=True)
    for position, assessment_id in enumerate(ids.iterator(chunk_size=10_000)):
        if position % people_in_a_part == 0:
            parts.append(
                RescoringPart(
                    rescoring=rescoring, number=len(parts) + 1, first=assessment_id, due_at=rescoring.until
                )
            )
        parts[-1].last = assessment_id
    RescoringPart.objects.bulk_create(parts, batch_size=500)


def overdue_parts(limit: int = 500) -> list[UUID]:
    """The ids of the parts that nobody finished in time; those out of attempts are failed on the way."""
    overdue = RescoringPart.objects.filter(status__in=UNFINISHED, due_at__lte=timezone.now())
    spent = overdue.filter(attempts__gte=MOST_ATTEMPTS)
    spent.filter(failure="").update(failure="out_of_attempts")
    spent.update(status=RescoringPart.Status.FAILED)
    return list(overdue.order_by("due_at").values_list("pk", flat=True)[:limit])


def rescore_part(part_id: UUID) -> None:
    """Score one part and keep what came of it; done by another, or just being done, it is left alone."""
    part = _claimed(part_id)
    if part is None:
        return
    try:
        counts, changes = _scored(part)
    except Exception as error:
        # It is tried again soon; what stands in its way is seen by whoever waits for it.
        RescoringPart.objects.filter(pk=part.pk, status__in=UNFINISHED).update(
            status=RescoringPart.Status.WAITING,
            due_at=timezone.now() + PAUSE,
            failure=type(error).__name__,
        )
        raise
    # Whoever comes second has found the same, so that it does not matter who writes.
    RescoringPart.objects.filter(pk=part.pk, status__in=UNFINISHED).update(
        status=RescoringPart.Status.DONE, failure="", counts=vars(counts), changes=changes
    )


def _scored(part: RescoringPart) -> tuple[Counts, list[str]]:
    rescoring = part.rescoring
    against = rescoring.against
    rows = newest_assessments(rescoring.aid, rescoring.until).filter(pk__gte=part.first, pk__lte=part.last)
    people = list(people_assessed(rows))
    counts = Counts(people=len(people))
    before = against.ruleset if against else None
    return counts, list(changes_among(rescoring.ruleset, before, people, counts))


def _claimed(part_id: UUID) -> RescoringPart | None:
    """Take a part by one conditional update, counting the attempt before the work; None: not ours."""
    now = timezone.now()
    free = Q(status=RescoringPart.Status.WAITING) | Q(status=RescoringPart.Status.RUNNING, due_at__lte=now)
    claimed = RescoringPart.objects.filter(free, pk=part_id, attempts__lt=MOST_ATTEMPTS).update(
        status=RescoringPart.Status.RUNNING, attempts=F("attempts") + 1, due_at=now + LEASE
    )
    if not claimed:
        return None
    rescoring = ("rescoring__release__aid", "rescoring__gate__aid", "rescoring__against")
    return RescoringPart.objects.select_related(*rescoring).get(pk=part_id)


def _not_done() -> tuple[str, ...]:
    return (*UNFINISHED, RescoringPart.Status.FAILED)
