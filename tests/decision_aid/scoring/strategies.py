"""Generated people: any facts that a release knows, each answered or not."""

import os
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from questionnaires.definition.facts import FactKind, FactType, FactTypes, FactValue


def tried(times: int) -> settings:
    """So many examples; CANDOR_EXAMPLES=2000 asks for as many of each property instead."""
    return settings(
        max_examples=int(os.environ.get("CANDOR_EXAMPLES") or times),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def values_of(fact: FactType) -> st.SearchStrategy[FactValue]:
    """Any value that the fact may take."""
    match fact.kind:
        case FactKind.BOOLEAN:
            return st.booleans()
        case FactKind.INTEGER:
            return st.integers(int(fact.minimum or 0), int(fact.maximum or 1000))
        case FactKind.DECIMAL:
            return st.decimals(fact.minimum or 0, fact.maximum or 1000, places=1).map(_plain)
        case FactKind.CODE:
            return st.sampled_from(fact.values)
        case FactKind.CODES:
            chosen = st.sets(st.sampled_from(fact.values), max_size=len(fact.values))
            return chosen.map(lambda codes: tuple(code for code in fact.values if code in codes))
        case FactKind.TEXT:
            return st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
        case FactKind.DATE:
            return st.dates()


def possible_values(fact: FactType) -> list[FactValue]:
    """Every value of a fact that has only a few."""
    match fact.kind:
        case FactKind.BOOLEAN:
            return [False, True]
        case FactKind.CODE:
            return [*fact.values]
        case FactKind.CODES:
            sizes = range(len(fact.values) + 1)
            return [chosen for size in sizes for chosen in combinations(fact.values, size)]
        case _:
            raise ValueError(f"{fact.code} has too many values")


def facts_of(types: FactTypes) -> st.SearchStrategy[dict[str, FactValue]]:
    """Some of the facts, none to all."""
    return st.fixed_dictionaries({}, optional={code: values_of(fact) for code, fact in types.items()})


def all_facts_of(types: FactTypes) -> st.SearchStrategy[dict[str, FactValue]]:
    """Every fact answered."""
    return st.fixed_dictionaries({code: values_of(fact) for code, fact in types.items()})


@st.composite
def partly_answered(draw: st.DrawFn, types: FactTypes) -> tuple[dict[str, FactValue], dict[str, FactValue]]:
    """A person with every answer, and the same person with only some of them."""
    everything = draw(all_facts_of(types))
    known = draw(st.sets(st.sampled_from(sorted(types)))) if types else set()
    return everything, {code: value for code, value in everything.items() if code in known}


@st.composite
def person_and_answer(draw: st.DrawFn, types: FactTypes) -> tuple[dict[str, FactValue], str]:
    """A person, and the code of one of their answers; any code where there is none."""
    facts = draw(facts_of(types))
    return facts, draw(st.sampled_from(sorted(facts) or sorted(types)))


def without(facts: Mapping[str, FactValue], code: str) -> dict[str, FactValue]:
    return {name: value for name, value in facts.items() if name != code}


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"))
