from decimal import getcontext, localcontext

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from questionnaires.definition.expressions import evaluate_together, parse, parse_condition
from questionnaires.definition.facts import Facts
from questionnaires.definition.problems import ProblemsFound
from tests.questionnaires.definition.generated import (
    TYPES,
    all_facts,
    conditions,
    conditions_that_wait,
    numbers,
    some_facts,
)

often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(conditions_that_wait, all_facts, st.sets(st.sampled_from(sorted(TYPES))))
def test_one_answer_more_never_changes_what_is_settled(text: str, facts: Facts, unknown: set[str]) -> None:
    expression = parse_condition(text, TYPES)
    assert expression.waits_for_answers
    settled = expression.holds({code: value for code, value in facts.items() if code not in unknown})
    assume(settled is not None)
    assert expression.holds(facts) is settled


@often
@given(numbers, all_facts, st.sets(st.sampled_from(sorted(TYPES))))
def test_the_same_is_true_of_numbers(text: str, facts: Facts, unknown: set[str]) -> None:
    expression = parse(f"({text}) + 0", TYPES) if text != "{}" else parse("1", TYPES)
    settled = expression.evaluate({code: value for code, value in facts.items() if code not in unknown})
    assert settled is None or expression.evaluate(facts) == settled


@often
@given(conditions)
def test_the_canonical_text_reads_back_as_the_same(text: str) -> None:
    expression = parse(f"({text}) or false", TYPES)
    again = parse(expression.text, TYPES)
    assert again == expression
    assert again.root == expression.root
    assert again.text == expression.text


@often
@given(conditions, some_facts)
def test_evaluating_reads_only_its_facts_and_gives_a_truth_value(text: str, facts: Facts) -> None:
    expression = parse(f"({text}) and true", TYPES)
    held = expression.holds(facts)
    assert held in (True, False, None)
    assert expression.holds({code: facts[code] for code in facts.keys() & expression.facts}) is held


@often
@given(numbers, some_facts)
def test_the_threads_decimal_context_changes_nothing(text: str, facts: Facts) -> None:
    assume(text != "{}")
    expression = parse(f"({text}) + 0", TYPES)
    usual = expression.evaluate(facts)
    with localcontext(prec=3):
        assert getcontext().prec == 3
        assert expression.evaluate(facts) == usual


@often
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    _read_or_refuse(text)


fragments = st.sampled_from(
    [
        *(
            "%pain",
            "%side",
            "%areas",
            "%diabetes",
            "%words",
            "%day",
            "'left'",
            "'x'",
            "1",
            "0.5",
            "{}",
            "true",
        ),
        *(
            "(",
            ")",
            ",",
            ".",
            "+",
            "-",
            "*",
            "/",
            "div",
            "mod",
            "=",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "~",
            "|",
            "%",
        ),
        *("and", "or", "xor", "implies", "in", "contains", "exists()", "not()", "count()", "sum()", "round("),
        *("iif(", "@2026-01-31"),
    ]
)


@often
@given(st.lists(fragments, max_size=12).map(" ".join), some_facts)
def test_any_sequence_of_its_words_is_read_or_refused(text: str, facts: Facts) -> None:
    _read_or_refuse(text, facts)


def _read_or_refuse(text: str, facts: Facts | None = None) -> None:
    try:
        expression = parse(text, TYPES)
    except ProblemsFound as found:
        places = [problem.place for problem in found.problems]
    else:
        expression.evaluate(facts or {})
        assert parse(expression.text, TYPES) == expression
        return
    assert places
    assert all(place.startswith("character ") for place in places)


@often
@given(st.lists(conditions, min_size=1, max_size=4), st.lists(numbers, max_size=2), some_facts)
def test_evaluated_together_they_are_as_each_alone(texts: list[str], sums: list[str], facts: Facts) -> None:
    written = [*(f"({text}) or false" for text in texts), *(f"({text}) + 0" for text in sums)]
    expressions = [parse(text, TYPES) for text in written]
    together = evaluate_together(expressions)(facts)
    alone = tuple(expression.evaluate(facts) for expression in expressions)
    assert together == alone
    assert [type(value) for value in together] == [type(value) for value in alone]
