"""Instruments that belong to others are used under a licence, or not at all."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from decision_aid.models import InstrumentLicence
from decision_aid.scoring import RuleSet
from questionnaires.definition.problems import Problem
from questionnaires.models import Clinic


class LicenceProblem(StrEnum):
    """Why a scale may not be published in a clinic."""

    MISSING = "licence_missing"
    LAPSED = "licence_lapsed"
    NOT_YET_VALID = "licence_not_yet_valid"


def licence_problems(ruleset: RuleSet, clinic: Clinic, on: date) -> Iterator[Problem]:
    """Each scale of a licensed instrument for which the clinic has no licence that is valid on that day."""
    held: dict[str, list[InstrumentLicence]] = {}
    instruments = {scale.instrument for scale in ruleset.scales if scale.instrument}
    for licence in InstrumentLicence.objects.filter(clinic=clinic, instrument__in=instruments):
        held.setdefault(licence.instrument, []).append(licence)
    scales = {scale.id: scale for scale in ruleset.scales}
    for position, name in enumerate(ruleset.scale_order):
        instrument = scales[name].instrument
        if not instrument:
            continue
        problem = _problem(held.get(instrument, []), on)
        if problem is not None:
            code, words = problem
            sentence = f"The scale “{name}” uses the instrument “{instrument}”, {words}."
            hint = "An administrator records the clinic's licence under “Instrument licences”."
            yield Problem(code, f"scales/{position}/instrument", sentence, hint)


def _problem(licences: list[InstrumentLicence], on: date) -> tuple[LicenceProblem, str] | None:
    if not licences:
        return LicenceProblem.MISSING, "for which the clinic has recorded no licence"
    begun = [licence for licence in licences if licence.valid_from <= on]
    if not begun:
        first = min(licence.valid_from for licence in licences)
        return LicenceProblem.NOT_YET_VALID, f"for which the clinic's licence starts on {first.isoformat()}"
    ends = [licence.valid_until for licence in begun]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends) or max(known) >= on:
        return None
    return LicenceProblem.LAPSED, f"for which the clinic's licence ended on {max(known).isoformat()}"
