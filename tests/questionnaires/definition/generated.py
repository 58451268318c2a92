"""Facts, and conditions over them, made up by hypothesis."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from questionnaires.definition.facts import FactKind, FactType, FactValue

AREAS = ("neck", "low_back", "left_leg")
TYPES = {
    fact_type.code: fact_type
    for fact_type in (
        FactType("age", FactKind.INTEGER, Decimal(18), Decimal(110), "a"),
        FactType("pain", FactKind.INTEGER, Decimal(0), Decimal(10)),
        FactType("weight", FactKind.DECIMAL, Decimal(25), Decimal(350), "kg"),
        FactType("free_number", FactKind.DECIMAL),
        FactType("diabetes", FactKind.BOOLEAN),
        FactType("numb", FactKind.BOOLEAN),
        FactType("side", FactKind.CODE, values=("left", "right", "both", "none")),
        FactType("smoking", FactKind.CODE, values=("never", "former", "current")),
        FactType("areas", FactKind.CODES, values=AREAS),
        FactType("words", FactKind.TEXT),
        FactType("seen_on", FactKind.DATE),
        FactType("day", FactKind.INTEGER),
    )
}

VALUES: dict[str, st.SearchStrategy[FactValue]] = {
    "age": st.integers(18, 110),
    "pain": st.integers(0, 10),
    "weight": st.decimals(25, 350, places=1),
    "free_number": st.decimals(-1000, 1000, places=3),
    "diabetes": st.booleans(),
    "numb": st.booleans(),
    "side": st.sampled_from(TYPES["side"].values),
    "smoking": st.sampled_from(TYPES["smoking"].values),
    "areas": st.sets(st.sampled_from(AREAS)).map(lambda chosen: tuple(a for a in AREAS if a in chosen)),
    "words": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5),
    "seen_on": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "day": st.integers(-3, 3),
}

all_facts = st.fixed_dictionaries(VALUES)
some_facts = st.fixed_dictionaries({}, optional=VALUES)


def _joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


_number_leaves = st.sampled_from(
    ["%age", "%pain", "%weight", "%free_number", "%`day`", "0", "1", "4", "0.5", "10.0", "2.25", "{}"]
)
_code_leaves = st.sampled_from(["%side", "'left'", "'none'", "{}"])
_sides = st.lists(st.sampled_from(["'left'", "'right'", "%side"]), min_size=1, max_size=3).map(
    lambda items: f"({' | '.join(items)})"
)
_condition_leaves = st.one_of(
    st.sampled_from(["%diabetes", "%numb", "true", "false", "({} = 1)"]),
    st.sampled_from(
        ["(%smoking = 'current')", "(%side != 'none')", "(%seen_on < @2026-01-31)", "(%words = 'a')"]
    ),
    _joined("(%areas contains ", st.sampled_from(["'neck'", "'left_leg'"]), ")"),
    _joined("(", _code_leaves, " in ", _sides, ")"),
)


def _numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _joined("(", inner, st.sampled_from([" + ", " - ", " * ", " / ", " div ", " mod "]), inner, ")"),
        _joined("-", inner),
        _joined("(", inner, ").abs()"),
        _joined("(", inner, ").round(1)"),
        _joined(
            "(", inner, ").combine(", inner, ")", st.sampled_from([".sum()", ".avg()", ".min()", ".max()"])
        ),
        _joined("(", inner, ").combine(", inner, ").count()"),
        st.just("%areas.count()"),
    )


numbers = st.recursive(_number_leaves, _numbers, max_leaves=4)


def _conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _joined(
            "(", inner, st.sampled_from([" and ", " or ", " xor ", " implies ", " = ", " != "]), inner, ")"
        ),
        _joined("(", inner, ").not()"),
        _joined("iif(", inner, ", ", inner, ", ", inner, ")"),
        _joined("iif(", inner, ", ", inner, ")"),
        _joined("(iif(", inner, ", ", numbers, ", ", numbers, ") > 2)"),
    )


comparisons = _joined(
    "(", numbers, st.sampled_from([" = ", " != ", " < ", " <= ", " > ", " >= "]), numbers, ")"
)
conditions_that_wait = st.recursive(st.one_of(_condition_leaves, comparisons), _conditions, max_leaves=5)
"""Conditions without exists(), empty() and ~, which make something of an answer's absence."""

conditions = st.recursive(
    st.one_of(
        conditions_that_wait,
        st.sampled_from(
            ["%side.exists()", "%areas.empty()", "(%areas ~ ('neck' | 'low_back'))", "(%words ~ ' A ')"]
        ),
    ),
    _conditions,
    max_leaves=3,
)
