"""Whether a set of answers is complete, and answers only what was asked."""

from enum import StrEnum

from questionnaires.definition.answers import AnswerProblem, Answers, unanswered, unknown_question
from questionnaires.definition.problems import Problem
from questionnaires.definition.schema import Definition
from questionnaires.definition.visibility import shown_questions


class SubmissionProblem(StrEnum):
    """What can keep answers from being submitted."""

    UNANSWERED = AnswerProblem.UNANSWERED.value
    HIDDEN_ANSWERED = "hidden_answered"
    UNFINISHED_ANSWER = "unfinished_answer"
    UNKNOWN_QUESTION = AnswerProblem.UNKNOWN_QUESTION.value


def check_submission(definition: Definition, answers: Answers) -> tuple[Problem, ...]:
    """Everything that keeps the answers from being submitted, in the order of asking; () when nothing does.

    Required questions that are shown must be answered, questions that are not shown must not be, and there
    are no answers to questions that the questionnaire does not have.
    """
    shown = frozenset(shown_questions(definition, answers))
    problems: list[Problem] = []
    for question in definition.questions:
        answered = question.code in answers
        if question.required and question.code in shown and not answered:
            problems.append(unanswered(question))
        if answered and question.code not in shown:
            sentence = f"Your other answers mean that “{question.text}” is not asked. Take this answer out."
            problems.append(Problem(SubmissionProblem.HIDDEN_ANSWERED, question.code, sentence))
    unknown = [unknown_question(code) for code in answers if not definition.asks(code)]
    return (*problems, *unknown)
