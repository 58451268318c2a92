from collections import Counter
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.facts import FactKind, load_json

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-0.0, "0"),
        (5.0, "5"),
        (Decimal("5.00"), "5"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1") + Decimal("0.2"), "0.3"),
        ((1, "a"), '[1,"a"]'),
        ({"b": 1, "a": {}}, '{"a":{},"b":1}'),
        ("Größe ≥ 1", '"Größe ≥ 1"'),
        ("", '""'),
        (2**256, str(2**256)),
        (10**77, str(10**77)),
        (Decimal("1E+77"), str(10**77)),
        (Decimal("1E+78"), "1e+78"),
        (MappingProxyType({"b": 1, "a": (None,)}), '{"a":[null],"b":1}'),
        (Counter(b=1), '{"b":1}'),
        ({FactKind.CODE: FactKind.CODES}, '{"code":"codes"}'),
    ],
)
def test_it_writes_each_value_in_one_way(value: object, text: str) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+999999")]
)
def test_it_refuses_what_is_not_finite(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a finite|too large"):
        canonical_json([value])


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1, 2}}, object(), MappingProxyType({1: "a"})])
def test_it_refuses_what_json_has_no_word_for(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_the_order_of_names_does_not_change_the_fingerprint() -> None:
    assert sha256_of({"a": 1, "b": [2.0]}) == sha256_of({"b": (Decimal(2),), "a": 1})


def test_the_fingerprint_is_that_of_the_text() -> None:
    assert sha256_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(json_values)
def test_what_is_read_back_is_written_the_same(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(load_json(text)) == text
