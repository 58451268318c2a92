"""What an option does to each outcome: the figures where they may be shown, else why they are withheld."""

from collections.abc import Mapping
from enum import StrEnum

from decision_aid.scoring.conditions import Truth
from decision_aid.scoring.ruleset import Estimate, Source


class EstimateStatus(StrEnum):
    SHOWN = "shown"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    NOT_LIKE_THOSE_STUDIED = "not_like_those_studied"
    SOURCE_UNCHECKED = "source_unchecked"


def estimate_document(estimate: Estimate, sources: Mapping[str, Source], alike: Truth) -> dict[str, object]:
    """One estimate as a report prints it.

    `alike` is whether the person is like those studied, or unknown. A person of whom it is unknown sees the
    figures with that said (`like_those_studied` is null); a person unlike those studied does not.
    """
    status = _status(estimate, alike)
    document: dict[str, object] = {"outcome": estimate.outcome, "status": status.value}
    match status:
        case EstimateStatus.SHOWN:
            document |= estimate.figures
            document["like_those_studied"] = alike
        case EstimateStatus.NOT_ENOUGH_EVIDENCE:
            document |= _withheld(estimate, estimate.reason, estimate.patient_reason)
            if not estimate.applies:
                document["applies"] = False
        case EstimateStatus.NOT_LIKE_THOSE_STUDIED:
            who = f"The figures were measured in other people than this one: {estimate.population_text}"
            document |= _withheld(
                estimate,
                _sentence(who),
                _sentence(f"The people studied were not like you: {estimate.population_text}"),
            )
        case _:  # its source is unchecked
            names = ", ".join(_cited(sources[source]) for source in estimate.unchecked)
            words = (
                f"There is a figure; it is held back until it has been checked in the original paper: {names}"
            )
            document |= _withheld(estimate, _sentence(words), _sentence(words))
    return document


def _status(estimate: Estimate, alike: Truth) -> EstimateStatus:
    if not estimate.enough:
        return EstimateStatus.NOT_ENOUGH_EVIDENCE
    if estimate.unchecked:
        return EstimateStatus.SOURCE_UNCHECKED
    if alike is False:
        return EstimateStatus.NOT_LIKE_THOSE_STUDIED
    return EstimateStatus.SHOWN


def _withheld(estimate: Estimate, reason: str, patient_reason: str) -> dict[str, object]:
    return {
        "comparator": estimate.comparator,
        "reason": reason,
        "patient_reason": patient_reason,
        "sources": list(estimate.sources),
    }


def _cited(source: Source) -> str:
    who = source.first_author or source.title
    return f"{who} {source.year}" if source.year else who


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
