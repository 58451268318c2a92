"""Somebody's answers as a golden case of the draft: what rules read, and nothing that says who it was."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from decision_aid.models import Assessment, DecisionAidVersion, GoldenCase
from decision_aid.scoring import score
from decision_aid.services.gate import newest_release
from decision_aid.services.permissions import MAKE_CASES
from decision_aid.services.rescoring import facts_known_to
from questionnaires.definition.facts import FactKind, FactValue, facts_document, read_facts
from questionnaires.models import User
from questionnaires.services import audit
from questionnaires.services.drafting import remember_editor
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused

TELLING = frozenset({FactKind.TEXT, FactKind.DATE})
"""The kinds of facts that may say who somebody is: their own words, and exact days."""
STORY = "Made from somebody's answers, without their words and dates."


@transaction.atomic
def make_golden_case(assessment: Assessment, by: User) -> GoldenCase:
    """Add a case with these facts, and with what the release that is used now says of them, to the draft.

    Ages and measures stay, because rules read them; free words and dates go; nothing leads back to the
    person, and the audit says that somebody's answers were taken, not which case they became.
    Refused: not_permitted, already_a_case.
    """
    aid = assessment.release.aid
    require(by, aid.clinic, MAKE_CASES)
    release = newest_release(aid) or assessment.release
    facts = facts_without_person(assessment, release)
    document = facts_document(facts)
    if any(case.facts == document for case in aid.golden_cases.all()):
        raise Refused("already_a_case", "There is a golden case with exactly these answers.")
    last = aid.golden_cases.order_by("-position").first()
    case = GoldenCase.objects.create(
        aid=aid,
        position=last.position + 1 if last else 0,
        code=_free_code({case.code for case in aid.golden_cases.all()}),
        story=STORY,
        facts=document,
        expected=_expected(release, facts),
    )
    remember_editor(aid, by)
    audit.record(aid.clinic, "golden_case_taken", assessment, user=by)
    return case


def facts_without_person(assessment: Assessment, release: DecisionAidVersion) -> dict[str, FactValue]:
    """The facts of an assessment that a release knows, without free words and dates."""
    facts = read_facts(assessment.facts, assessment.release.ruleset.types)
    types = release.ruleset.types
    known = facts_known_to(types, facts)
    return {code: value for code, value in known.items() if types[code].kind not in TELLING}


def _expected(release: DecisionAidVersion, facts: dict[str, FactValue]) -> dict[str, Any]:
    report: dict[str, Any] = dict(score(release.ruleset, facts, timezone.localdate()).document)
    return {
        "pathway": report["pathway"],
        "warning_signs": [sign["id"] for sign in report["warning_signs"] if sign["holds"] is True],
        "candidacies": {option["id"]: option["candidacy"] for option in report["options"]},
    }


def _free_code(taken: set[str]) -> str:
    number = 1
    while f"from_answers_{number}" in taken:
        number += 1
    return f"from_answers_{number}"
