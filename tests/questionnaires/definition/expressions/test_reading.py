import pytest

from questionnaires.definition.expressions import OPERATIONS, ExpressionProblem, parse, parse_condition
from questionnaires.definition.expressions.operations import Form
from questionnaires.definition.facts import FactKind, FactType
from questionnaires.definition.problems import Problem, ProblemsFound
from tests.questionnaires.definition.generated import TYPES
from tests.sentences import well_said


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsFound) as found:
        parse_condition(text, TYPES)
    return well_said(found.value.problems)


def codes_and_places(text: str) -> list[tuple[str, int]]:
    return [(problem.code, int(problem.place.removeprefix("character "))) for problem in problems_of(text)]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  %pain>=4and %age<5 ", "%pain >= 4 and %age < 5"),
        ("((%diabetes))", "%diabetes"),
        ("%diabetes and (%numb or true)", "%diabetes and (%numb or true)"),
        ("(%diabetes and %numb) or true", "%diabetes and %numb or true"),
        ("%diabetes implies (%numb implies true)", "%diabetes implies (%numb implies true)"),
        ("(%diabetes implies %numb) implies true", "%diabetes implies %numb implies true"),
        ("%side in 'left'|'right'", "%side in ('left' | 'right')"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("(-1).abs()", "(-1).abs()"),
        ("-(1.abs())", "-1.abs()"),
        ("(1+2).abs()", "(1 + 2).abs()"),
        ("- - 1", "--1"),
        ("1.50", "1.50"),
        ("007", "7"),
        ("{ }.exists()", "{}.exists()"),
        ("iif( true,1 , 2)", "iif(true, 1, 2)"),
        ("1.5.round( 1 )", "1.5.round(1)"),
        ("%`pain`", "%pain"),
        ("%`day`", "%`day`"),
        ("'\\u0041\\/\\t\\u0001é'", "'A/\\t\\u0001é'"),
        ("@2026-01-31", "@2026-01-31"),
        ("%diabetes\n\tand\r\n%numb", "%diabetes and %numb"),
    ],
)
def test_the_canonical_text_reads_back_as_the_same(text: str, canonical: str) -> None:
    expression = parse(text, TYPES)
    assert expression.text == canonical
    again = parse(canonical, TYPES)
    assert again == expression
    assert again.root == expression.root
    assert hash(again) == hash(expression)


@pytest.mark.parametrize(
    ("text", "as_read"),
    [
        ("true or false implies false", "(true or false) implies false"),
        ("true or false and false", "true or (false and false)"),
        ("true xor false or true", "(true xor false) or true"),
        ("true and 1 in 1 | 2", "true and (1 in (1 | 2))"),
        ("1 = 2 in true", "(1 = 2) in true"),
        ("1 < 2 = true", "(1 < 2) = true"),
        ("1 + 2 < 3 * 4", "(1 + 2) < (3 * 4)"),
        ("1 | 2 + 3", "1 | (2 + 3)"),
        ("1 + 2 * 3 div 4", "1 + ((2 * 3) div 4)"),
        ("-1 * 2", "(-1) * 2"),
        ("2 * -1.abs()", "2 * (-(1.abs()))"),
    ],
)
def test_it_binds_as_fhirpath_does(text: str, as_read: str) -> None:
    assert parse(f"({text}).exists()", TYPES).root == parse(f"({as_read}).exists()", TYPES).root


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("%diabetes", FactKind.BOOLEAN),
        ("%pain + 1", FactKind.INTEGER),
        ("%pain + 1.0", FactKind.DECIMAL),
        ("%pain / 2", FactKind.DECIMAL),
        ("%weight div 2", FactKind.INTEGER),
        ("%areas.count()", FactKind.INTEGER),
        ("%side", FactKind.CODE),
        ("iif(%diabetes, %side, 'left')", FactKind.CODE),
        ("%areas", FactKind.CODES),
        ("'a' | 'b'", FactKind.CODES),
        ("iif(%diabetes, %side, %words)", FactKind.TEXT),
        ("iif(%diabetes, %side, %smoking)", FactKind.CODE),
        ("'a'", FactKind.TEXT),
        ("%words", FactKind.TEXT),
        ("@2026-01-31", FactKind.DATE),
        ("(%pain | 3).max()", FactKind.INTEGER),
        ("(%pain | 3.5).max()", FactKind.DECIMAL),
    ],
)
def test_it_knows_the_kind_of_the_result(text: str, kind: FactKind) -> None:
    assert parse(text, TYPES).kind is kind


def test_it_knows_what_it_reads_and_compares_with() -> None:
    expression = parse_condition(
        "%pain >= 4 and 6 < %pain and %side in ('left' | 'both') and %areas contains 'neck' "
        "and %diabetes and %weight > 2 * 50 and iif(%numb, %age, 5) = 30",
        TYPES,
    )
    assert expression.facts == {"pain", "side", "areas", "diabetes", "weight", "numb", "age"}
    assert dict(expression.literals) == {
        "age": {30},
        "areas": {"neck"},
        "pain": {4, 6},
        "side": {"left", "both"},
        "weight": {100},
    }


@pytest.mark.parametrize(
    "text", ["%side.exists()", "%side.empty()", "%words ~ 'a'", "%pain > 1 or %age.exists()"]
)
def test_it_knows_what_makes_something_of_absence(text: str) -> None:
    assert not parse(text, TYPES).waits_for_answers
    assert parse("%pain > 1", TYPES).waits_for_answers


@pytest.mark.parametrize(
    ("text", "problem", "character"),
    [
        ("", "syntax_error", 1),
        ("   ", "syntax_error", 4),
        ("%pain >", "syntax_error", 8),
        ("%pain > > 3", "syntax_error", 9),
        ("(%diabetes", "syntax_error", 11),
        ("%diabetes)", "syntax_error", 10),
        ("%diabetes %numb", "syntax_error", 11),
        ("diabetes", "syntax_error", 1),
        ("not %diabetes", "syntax_error", 1),
        ("%diabetes AND %numb", "syntax_error", 11),
        ("%pain == 3", "syntax_error", 7),
        ("%diabetes && %numb", "syntax_error", 11),
        ("%pain ≥ 3", "syntax_error", 7),
        ("%side = “left”", "syntax_error", 9),
        ('%side = "left"', "syntax_error", 9),
        ("%side = 'left", "syntax_error", 9),
        ("%side = 'le\nft'", "syntax_error", 12),
        ("%side = 'le\\qft'", "syntax_error", 12),
        ("%side = '\\ud800'", "syntax_error", 15),
        ("%side in ['left']", "syntax_error", 10),
        ("% pain > 3", "syntax_error", 1),
        ("%day > 3", "syntax_error", 1),
        ("%div > 3", "syntax_error", 1),
        ("%`day > 3", "syntax_error", 2),
        ("%pain.", "syntax_error", 7),
        ("%pain.exists", "syntax_error", 13),
        ("{1}", "syntax_error", 2),
        ("@2026-02-30 = %seen_on", "syntax_error", 1),
        ("@2026-01 = %seen_on", "syntax_error", 1),
        ("@2026-01-31T10:00 = %seen_on", "syntax_error", 1),
        ("%pain > ٣", "syntax_error", 9),
        ("%pain > 3 #", "syntax_error", 11),
        ("\0", "syntax_error", 1),
        ("\ud800", "syntax_error", 1),
        ("%pian > 3", "unknown_fact", 1),
        ("%`no such` > 3", "unknown_fact", 1),
        ("%pain > 'a'", "type_mismatch", 9),
        ("%pain = true", "type_mismatch", 9),
        ("%seen_on = '2026-01-31'", "type_mismatch", 12),
        ("%diabetes and 1", "type_mismatch", 15),
        ("%side or true", "type_mismatch", 1),
        ("%pain.not()", "type_mismatch", 1),
        ("%side > 'left'", "type_mismatch", 1),
        ("%diabetes > false", "type_mismatch", 1),
        ("%areas = 'neck'", "type_mismatch", 1),
        ("%areas > 'neck'", "type_mismatch", 1),
        ("%areas in ('neck' | 'left_leg')", "type_mismatch", 1),
        ("%areas + 1 = 2", "type_mismatch", 1),
        ("'a' + 'b' = 'ab'", "type_mismatch", 1),
        ("%side = %smoking", "type_mismatch", 9),
        ("('a' | 1).exists()", "type_mismatch", 8),
        ("(%pain | %age).sum() > 3", "type_mismatch", 1),
        ("(%pain | %age).avg() > 3", "type_mismatch", 1),
        ("%words.sum() > 3", "type_mismatch", 1),
        ("%words.max() = 'a'", "type_mismatch", 1),
        ("1.5.round(0.5) = 1", "type_mismatch", 11),
        ("iif(1, true, false)", "type_mismatch", 5),
        ("iif(%diabetes, 'a', 1) = 1", "type_mismatch", 21),
        ("iif(%diabetes, %areas, 'neck') contains 'neck'", "type_mismatch", 24),
        ("{}", "type_mismatch", 1),
        ("1 | 2", "type_mismatch", 1),
        ("%side = 'leg'", "unknown_value", 9),
        ("'leg' = %side", "unknown_value", 1),
        ("%side != 'leg'", "unknown_value", 10),
        ("%side ~ 'Left'", "unknown_value", 9),
        ("%side in ('left' | 'leg')", "unknown_value", 20),
        ("%areas contains 'knee'", "unknown_value", 17),
        ("iif(%diabetes, 'left', 'leg') = %side", "unknown_value", 24),
        ("%pain.foo()", "unknown_function", 7),
        ("not(%diabetes)", "unknown_function", 1),
        ("exists(%pain)", "unknown_function", 1),
        ("%diabetes.iif(1, 2) = 1", "unknown_function", 11),
        ("%pain.exists(1)", "wrong_arity", 16),
        ("1.5.round(1, 2) = 1", "wrong_arity", 17),
        ("1.combine().exists()", "wrong_arity", 12),
        ("iif(true) = 1", "wrong_arity", 1),
        ("iif(true, 1, 2, 3) = 1", "wrong_arity", 1),
        ("%pain + 1", "not_boolean", 1),
        ("'true'", "not_boolean", 1),
    ],
)
def test_it_refuses_what_is_wrong_and_says_where(text: str, problem: str, character: int) -> None:
    assert codes_and_places(text) == [(problem, character)]


def test_it_lists_every_problem() -> None:
    text = "%pian > 3 and %side = 'leg' and %pain = 'a' and %areas contains 'knee'"
    assert codes_and_places(text) == [
        ("unknown_fact", 1),
        ("unknown_value", 23),
        ("type_mismatch", 41),
        ("unknown_value", 65),
    ]


def test_it_lists_what_it_found_before_a_slip_of_syntax() -> None:
    assert codes_and_places("%pian > 3 and )") == [("unknown_fact", 1), ("syntax_error", 15)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("%pian > 3", "Did you mean %pain?"),
        ("pain > 3", "Write %pain."),
        ("%side = 'lefft'", "Did you mean 'left'?"),
        ("%day > 3", "Write %`day`."),
        ("%pain == 3", "Write = to compare."),
        ("%diabetes && %numb", "Write and."),
        ("%diabetes || %numb", "Write or between conditions, | between values."),
        ("%pain <> 3", "Write != for “is not”."),
        ("!%diabetes", "Write .not() after a condition, or != between values."),
        ('%side = "left"', "Write text between single quotation marks: 'limb'."),
        ("%side = “left”", "Write text between straight single quotation marks: 'limb'."),
        ("%side = ‘left’", "Write text between straight single quotation marks: 'limb'."),
        ("%side = ’left’", "Write text between straight single quotation marks: 'limb'."),
        ("%pain ≥ 3", "Write >=."),
        ("%pain ≤ 3", "Write <=."),
        ("%pain ≠ 3", "Write !=."),
        ("%side in ['left']", "Write several values as ('a' | 'b')."),
        ("not(%diabetes)", "Write it after a value: a.not()."),
        ("%pain.exist()", "Did you mean exists()?"),
        ("%diabetes OR %numb", "Write or in small letters."),
        ("(%pain | %age).sum() > 3", "Write %a.combine(%b) instead of (%a | %b)."),
    ],
)
def test_it_hints_at_what_was_meant(text: str, hint: str) -> None:
    assert problems_of(text)[0].hint == hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("%areas = 'neck'", "%areas is several codes, which = and != cannot compare."),
        (
            "('a' | 'b') = 'a'",
            "('a' | 'b') is a collection of several values, which = and != cannot compare.",
        ),
        ("%side > 'left'", "%side is a code, which is neither more nor less than another."),
        ("%pain + 1 = 'a'", "%pain + 1 is a whole number and 'a' is text: they are of different sorts."),
        ("%diabetes and (%pain + 1)", "(%pain + 1) is a whole number, but a condition is needed here."),
        ("%areas > 'neck'", "%areas is several codes, which has no place in an order."),
        ("'a' + 1 = 2", "'a' is text, but a number is needed here."),
        ("%words.sum() > 3", "%words is text, but numbers are needed here."),
        ("%words.max() = 'a'", "%words is text, which has no least and no greatest."),
        ("%areas in ('neck' | 'low_back')", "%areas is several codes, but only one value can be looked for."),
        ("%side = %smoking", "%side and %smoking have no value in common, so they are never equal."),
        ("%side = 'leg'", "'leg' is no value of %side, which can be left, right, both or none."),
        ("%pain >", "The condition ends where a value is still missing."),
        ("%pain > > 3", "A value belongs here, not “>”."),
        ("%pain > \0", "“U+0000” is not part of the language."),
        ("%pain.exists", "A function's parentheses are missing."),
        ("%pain.exists(1)", "exists() takes 0 values in its parentheses, not 1."),
        ("1.5.round(1, 2) = 1", "round() takes 0 or 1 value in its parentheses, not 2."),
        ("iif(true) = 1", "iif() takes 2 or 3 values in its parentheses, not 1."),
        ("%pain < 0." + "9" * 200, "The number has more than 78 digits."),
    ],
)
def test_it_says_what_is_wrong_in_the_words_of_the_condition(text: str, sentence: str) -> None:
    assert problems_of(text)[0].sentence == sentence


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("%pain in (3 | 4)", {"pain": {3, 4}}),
        ("3 + 4 > %pain", {"pain": {7}}),
        ("(%pain | %age) contains 3", {"pain": {3}, "age": {3}}),
        ("%pain + 1 > 3", {}),
        ("%pain = {}", {"pain": set()}),
        ("iif(%numb, %pain, %age) > 5", {"pain": {5}, "age": {5}}),
        ("iif(%pain > 2, 1, 2) = 1", {"pain": {2}}),
        ("%side ~ 'left'", {"side": {"left"}}),
        ("%pain.combine(%age).max() > 3", {}),
    ],
)
def test_it_knows_the_values_at_which_it_turns(text: str, literals: dict[str, set[object]]) -> None:
    assert dict(parse_condition(text, TYPES).literals) == literals


WITHIN = {
    "nodes": " and ".join(["true"] * 250),
    "depth": "(" * 31 + "true" + ")" * 31,
    "signs": "-" * 31 + "1 = 1",
    "number": f"%pain < {2**256 - 1} and %pain > 0.{'9' * 76}",
    "length": "%words = '" + "é" * 2042 + "e'",
    "chain": "1" + ".abs()" * 497 + " = 1",
}
BEYOND = {
    "too_many_nodes": " and ".join(["true"] * 251),
    "too_deep": "(" * 32 + "true" + ")" * 32,
    "too_long": "%words = '" + "é" * 2043 + "'",
    "number_too_large": f"%pain < {2**256}",
}


@pytest.mark.parametrize("text", WITHIN.values(), ids=WITHIN.keys())
def test_the_largest_conditions_are_read_and_evaluated(text: str) -> None:
    expression = parse_condition(text, TYPES)
    expression.evaluate({})
    assert parse(expression.text, TYPES) == expression


@pytest.mark.parametrize(("problem", "text"), BEYOND.items(), ids=BEYOND.keys())
def test_larger_ones_are_refused(problem: str, text: str) -> None:
    assert [p.code for p in problems_of(text)] == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(" * 4000, "too_deep"),
        ("-" * 4000, "too_deep"),
        ("iif(" * 1000, "too_deep"),
        ("1" + "+1" * 2000, "too_many_nodes"),
        ("1" + ".abs()" * 600, "too_many_nodes"),
        ("%pain < " + "9" * 4000, "number_too_large"),
        ("%pain < 0." + "9" * 4000, "number_too_large"),
        ("(" * 1_000_000, "too_long"),
        # within the length as written, beyond it once it is spaced out
        ("%words='" + "a" * 4080 + "'or{}", "too_long"),
        # within the depth as written, beyond it once the union stands in parentheses
        ("(" * 30 + "1 in 1|2" + ")" * 30, "too_deep"),
    ],
)
def test_hostile_texts_are_refused_without_a_crash(text: str, problem: str) -> None:
    assert [p.code for p in problems_of(text)] == [problem]


def test_every_problem_code_has_been_seen() -> None:
    seen = {p.code for text in ALL_WRONG for p in problems_of(text)}
    assert seen == {problem.value for problem in ExpressionProblem}


ALL_WRONG = (
    *("", "%a", "%pain > 'a'", "%side = 'x'", "%pain.f()", "%pain.exists(1)", "%pain"),
    *BEYOND.values(),
)


def test_each_operation_is_described() -> None:
    for operation in OPERATIONS.values():
        for words in (
            operation.takes,
            operation.gives,
            operation.on_empty,
            operation.help,
            operation.spelling,
        ):
            assert words
        assert operation.help.endswith(".")
        assert "\n" not in operation.help


def test_the_table_holds_the_whole_language() -> None:
    names = {form: {o.name for o in OPERATIONS.values() if o.form is form} for form in Form}
    assert names[Form.BETWEEN] == {
        *("+", "-", "*", "/", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "~"),
        *("and", "or", "xor", "implies", "in", "contains", "|"),
    }
    assert names[Form.SIGN] == {"+", "-"}
    assert names[Form.AFTER] == {
        *("not", "exists", "empty", "count", "sum", "min", "max", "avg", "round", "abs", "combine"),
    }
    assert names[Form.CALL] == {"iif"}


def test_a_function_without_its_point_is_shown_where_it_goes() -> None:
    (problem,) = problems_of("%age exists()")
    assert problem.code == ExpressionProblem.SYNTAX_ERROR
    assert problem.hint == "Write it after a value and a point: a.exists()."


@pytest.mark.parametrize(
    "word",
    [
        *("and", "as", "contains", "div", "false", "implies", "in", "is", "mod", "or", "true", "xor"),
        *("year", "month", "week", "day", "hour", "minute", "second", "millisecond"),
        *("years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"),
    ],
)
def test_a_word_of_the_language_names_a_fact_only_between_backticks(word: str) -> None:
    (problem,) = problems_of(f"%{word} > 1")
    assert (problem.code, problem.hint) == (ExpressionProblem.SYNTAX_ERROR, f"Write %`{word}`.")
    number = {word: FactType(word, FactKind.DECIMAL)}
    assert parse(f"%`{word}` > 1", number).text == f"%`{word}` > 1"
