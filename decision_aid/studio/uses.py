"""What reads each fact of a draft: rules, scales, warning signs, advice, other questions, documents."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from decision_aid.models import DecisionAid
from decision_aid.services.drafting import questionnaires_of
from decision_aid.studio.vocabulary import Vocabulary
from decision_aid.summaries.voice import facts_shown
from questionnaires.definition.expressions import parse
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import Questionnaire


@dataclass(frozen=True)
class Use:
    """One place where a fact is read: its sort, what it is called, and its address if it has one."""

    kind: str
    title: str
    address: str = ""


def uses_of_facts(aid: DecisionAid) -> dict[str, list[Use]]:
    """By fact everything that reads it; what reads a scale reads what the scale is made of."""
    vocabulary = Vocabulary.of_aid(aid)
    uses: dict[str, list[Use]] = defaultdict(list)
    made_of: dict[str, set[str]] = {}
    for scale in aid.scales.all():
        texts = [scale.expression] if scale.expression else [str(item) for item in scale.items]
        made_of[scale.code] = {fact for text in texts for fact in _facts(text, vocabulary)}
    for use, text in _conditions(aid):
        for fact in sorted(_through_scales(_facts(text, vocabulary), made_of)):
            uses[fact].append(use)
    for scale in aid.scales.all():
        address = reverse("admin:decision_aid_scale_change", args=[scale.pk])
        for fact in sorted(_through_scales(made_of[scale.code], made_of)):
            uses[fact].append(Use("scale", scale.title, address))
    for fact in facts_shown(vocabulary.types):
        uses[fact].append(Use("page and summary", "at a glance"))
    return uses


def _conditions(aid: DecisionAid) -> Iterator[tuple[Use, str]]:
    for questionnaire in questionnaires_of(aid).values():
        yield from _conditions_of_questions(questionnaire)
    for sign in aid.warning_signs.all():
        yield Use("warning sign", sign.title, reverse("studio_sign", args=[sign.pk])), sign.condition
    for option in aid.options.prefetch_related("rules", "estimates"):
        for rule in option.rules.all():
            address = reverse("studio_rule", args=[rule.pk])
            yield Use("rule", f"{option.title}: {rule.reason}", address), rule.condition
        for estimate in option.estimates.all():
            if estimate.population:
                address = reverse("admin:decision_aid_estimate_change", args=[estimate.pk])
                yield Use("figure", f"{option.title}: {estimate.outcome}", address), estimate.population
    for modifier in aid.modifiers.all():
        address = reverse("admin:decision_aid_modifier_change", args=[modifier.pk])
        yield Use("advice", modifier.advice, address), modifier.condition


def _conditions_of_questions(questionnaire: Questionnaire) -> Iterator[tuple[Use, str]]:
    for section in questionnaire.sections.prefetch_related("questions"):
        if section.shown_when:
            address = reverse("studio_section", args=[section.pk])
            yield Use("section shown", section.title, address), section.shown_when
        for question in section.questions.all():
            if question.shown_when:
                address = reverse("studio_question", args=[question.pk])
                yield Use("question shown", question.text, address), question.shown_when


def _facts(text: str, vocabulary: Vocabulary) -> frozenset[str]:
    try:
        return parse(text, vocabulary.types).facts
    except ProblemsFound:
        return frozenset()


def _through_scales(facts: frozenset[str] | set[str], made_of: dict[str, set[str]]) -> set[str]:
    """These facts, and those that the scales among them are made of, however deep."""
    found: set[str] = set()
    waiting = list(facts)
    while waiting:
        fact = waiting.pop()
        if fact in made_of and fact not in found:
            waiting += made_of[fact]
        found.add(fact)
    return found - made_of.keys()
