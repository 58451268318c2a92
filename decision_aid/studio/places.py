"""Where in the studio each problem of a draft is mended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from decision_aid.models import DecisionAid
from questionnaires.definition.problems import Problem
from questionnaires.models import Questionnaire


@dataclass(frozen=True)
class Mend:
    """A problem, what it is about in words, and the address of the page and field on which it is mended."""

    problem: Problem
    about: str
    address: str


FIELD_NAMES = {"type": "kind", "range": "minimum", "options": "options", "codes": "loinc", "id": "code"}
"""The fields of a document that go by another name in the studio's forms."""


def mends_of_questionnaire(questionnaire: Questionnaire, problems: Iterable[Problem]) -> list[Mend]:
    """The problems of a draft questionnaire, with their fields."""
    sections = list(questionnaire.sections.prefetch_related("questions"))
    outline = reverse("studio_outline", args=[questionnaire.pk])
    mends = []
    for problem in problems:
        match problem.place.split("/"):
            case ["sections", place, "questions", number, *field] if _is_in(number, place, sections):
                question = list(sections[int(place)].questions.all())[int(number)]
                address = reverse("studio_question", args=[question.pk]) + _field(field)
                mends.append(Mend(problem, question.text or question.code, address))
            case ["sections", place, *field] if place.isdigit() and int(place) < len(sections):
                section = sections[int(place)]
                address = reverse("studio_section", args=[section.pk]) + _field(field)
                mends.append(Mend(problem, section.title or section.code, address))
            case [*_field_of_the_whole]:
                mends.append(Mend(problem, problem.place, outline))
    return mends


def _is_in(number: str, place: str, sections: Sequence[object]) -> bool:
    return number.isdigit() and place.isdigit() and int(place) < len(sections)


def _field(steps: Sequence[str]) -> str:
    return f"#field-{FIELD_NAMES.get(steps[0], steps[0])}" if steps else ""


PARTS = {
    "scales": ("scales", "title", "decision_aid_scale"),
    "outcomes": ("outcomes", "code", "decision_aid_outcome"),
    "modifiers": ("modifiers", "fact", "decision_aid_modifier"),
    "sources": ("sources", "code", "decision_aid_source"),
    "golden_cases": ("golden_cases", "code", "decision_aid_goldencase"),
}


def mends_of_aid(aid: DecisionAid, problems: Iterable[Problem]) -> list[Mend]:
    """The problems of a draft decision aid, with their fields."""
    mends: list[Mend] = []
    for problem in problems:
        mends.extend(_mend_of_aid(aid, problem))
    return mends


def _mend_of_aid(aid: DecisionAid, problem: Problem) -> list[Mend]:
    match problem.place.split("/"):
        case ["intake" | "findings" as name, *rest]:
            within = Problem(problem.code, "/".join(rest), problem.sentence, problem.hint)
            return [
                Mend(problem, mend.about, mend.address)
                for mend in mends_of_questionnaire(getattr(aid, name), [within])
            ]
        case ["warning_signs", number, *field] if number.isdigit():
            sign = aid.warning_signs.all()[int(number)]
            return [Mend(problem, sign.title, reverse("studio_sign", args=[sign.pk]) + _field(field))]
        case ["options", place, "rules", number, *field] if place.isdigit() and number.isdigit():
            rule = aid.options.all()[int(place)].rules.all()[int(number)]
            return [Mend(problem, rule.reason, reverse("studio_rule", args=[rule.pk]) + _field(field))]
        case ["options", place, "estimates", number, *_field_of_it] if place.isdigit() and number.isdigit():
            estimate = aid.options.all()[int(place)].estimates.all()[int(number)]
            address = reverse("admin:decision_aid_estimate_change", args=[estimate.pk])
            return [Mend(problem, estimate.outcome, address)]
        case ["options", place, *_field_of_it] if place.isdigit():
            option = aid.options.all()[int(place)]
            address = reverse("admin:decision_aid_treatmentoption_change", args=[option.pk])
            return [Mend(problem, option.title, address)]
        case [str() as part, number, *_field_of_it] if part in PARTS and number.isdigit():
            related, title, admin = PARTS[part]
            row = getattr(aid, related).all()[int(number)]
            return [Mend(problem, getattr(row, title), reverse(f"admin:{admin}_change", args=[row.pk]))]
        case _:
            return [
                Mend(problem, problem.place, reverse("admin:decision_aid_decisionaid_change", args=[aid.pk]))
            ]
