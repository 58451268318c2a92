"""Which questions are shown, given what has been answered so far."""

from questionnaires.definition.answers import Answers, Given
from questionnaires.definition.expressions import Expression
from questionnaires.definition.facts import Facts, FactValue
from questionnaires.definition.schema import Definition


def shown_questions(definition: Definition, answers: Answers) -> tuple[str, ...]:
    """The codes of the questions that are shown, in order.

    A condition shows its question or section only when it is true, not when it is unknown. The answer to a
    question that is not shown counts as absent, and so can hide what depends on it.
    """
    return _walk(definition, answers)[0]


def facts_of(definition: Definition, answers: Answers) -> dict[str, FactValue]:
    """The facts that the answers make: those given, to questions that are shown."""
    return _walk(definition, answers)[1]


def _walk(definition: Definition, answers: Answers) -> tuple[tuple[str, ...], dict[str, FactValue]]:
    # A condition reads only what is asked before it, which the reader sees to: one pass settles everything.
    shown: list[str] = []
    facts: dict[str, FactValue] = {}
    for section in definition.sections:
        if not _holds(section.shown_when, facts):
            continue
        for question in section.questions:
            if _holds(question.shown_when, facts):
                shown.append(question.code)
                answer = answers.get(question.code)
                if isinstance(answer, Given):
                    facts.update(question.facts_from(answer.value))
    return tuple(shown), facts


def _holds(condition: Expression | None, facts: Facts) -> bool:
    return condition is None or condition.holds(facts) is True
