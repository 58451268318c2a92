"""What a condition of a draft may read, and how it is said; broken drafts have as much as can be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from decision_aid.models import DecisionAid
from decision_aid.services.drafting import questionnaires_of
from decision_aid.summaries.conditions import Speaker
from decision_aid.summaries.inputs import AskedQuestion
from questionnaires.definition.expressions import parse, parse_condition
from questionnaires.definition.facts import CODED, FactKind, FactType
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import DefinitionProblem, readable_types
from questionnaires.models import Questionnaire
from questionnaires.services.drafting import questionnaire_document

Document = Mapping[str, Any]
PLACE = "character "


@dataclass(frozen=True)
class Checked:
    """What came of reading a condition: its problems, each with where it is, or what it says in words."""

    text: str
    problems: tuple[Problem, ...]
    words: str

    @property
    def positions(self) -> tuple[int, ...]:
        """For each problem the character it is at, counted from 1."""
        return tuple(_position(problem.place) for problem in self.problems)

    @property
    def marked(self) -> tuple[str, str, str]:
        """The text before, at and after the first problem."""
        if not self.problems:
            return self.text, "", ""
        start = min(self.positions) - 1
        end = start + 1
        while end < len(self.text) and (self.text[end].isalnum() or self.text[end] in "_'%"):
            end += 1
        return self.text[:start], self.text[start:end] or " ", self.text[end:]

    def document(self) -> dict[str, Any]:
        """JSON-ready."""
        before, here, after = self.marked
        return {
            "problems": [
                {
                    "code": problem.code,
                    "position": position,
                    "sentence": problem.sentence,
                    "hint": problem.hint,
                }
                for problem, position in zip(self.problems, self.positions, strict=True)
            ],
            "words": self.words,
            "marked": [before, here, after],
        }


def _position(place: str) -> int:
    digits = place.removeprefix(PLACE)
    return int(digits) if digits.isdigit() else 1


class Vocabulary:
    """The facts of some drafts of questionnaires, and the scales of an aid."""

    def __init__(self, documents: Iterable[Document], scales: Mapping[str, str] | None = None) -> None:
        self.documents = tuple(documents)
        self.scales = dict(scales or {})

    @classmethod
    def of_questionnaire(cls, questionnaire: Questionnaire) -> "Vocabulary":
        """What decides whether a question is shown: the answers to the others."""
        return cls([questionnaire_document(questionnaire)])

    @classmethod
    def of_aid(cls, aid: DecisionAid) -> "Vocabulary":
        """What rules read: what patient and clinician answer, and the scores made of it."""
        documents = [questionnaire_document(each) for each in questionnaires_of(aid).values()]
        return cls(documents, dict(aid.scales.values_list("code", "title")))

    @cached_property
    def types(self) -> dict[str, FactType]:
        facts = {code: fact for document in self.documents for code, fact in readable_types(document).items()}
        return facts | {scale: FactType(scale, FactKind.DECIMAL) for scale in self.scales}

    @cached_property
    def asked(self) -> dict[str, AskedQuestion]:
        """How each fact is asked."""
        asked = {}
        for question in self._questions():
            options = {str(one.get("code")): str(one.get("label")) for one in question.get("options", ())}
            code, each = str(question.get("code")), bool(question.get("each_a_fact"))
            facts = options if each else {code: str(question.get("text"))}
            for fact, words in facts.items():
                labels = {} if each else options
                asked[fact] = AskedQuestion(fact, words, str(question.get("unit", "")), labels)
        return asked

    @cached_property
    def speaker(self) -> Speaker:
        return Speaker(self.asked, self.scales)

    def said(self, text: str) -> str:
        """A condition in words; one that cannot be read as it is written."""
        try:
            expression = parse(text, self.types)
        except ProblemsFound:
            return f"“{text}”"
        return self.speaker.sentence(expression.root).removesuffix(".")

    def check(self, text: str, before: str = "", *, is_condition: bool = True) -> Checked:
        """Read a condition; one that decides about the question `before` reads only those before it."""
        text = text.strip()
        try:
            expression = (parse_condition if is_condition else parse)(text, self.types)
        except ProblemsFound as found:
            return Checked(text, found.problems, "")
        late = sorted(expression.facts - self._asked_before(before)) if before else []
        problems = tuple(
            Problem(
                DefinitionProblem.ASKED_LATER,
                f"{PLACE}{text.find(f'%{fact}') + 1 or 1}",
                f"The condition reads %{fact}, which is not asked before this question.",
                "Move that question up, or this one down.",
            )
            for fact in late
        )
        return Checked(text, problems, "" if problems else self.speaker.sentence(expression.root))

    def completions(self) -> list[dict[str, Any]]:
        """The names and values that an author may write, each with its words."""
        return [
            {
                "code": code,
                "words": self.scales.get(code) or (self.asked[code].question if code in self.asked else ""),
                "kind": fact.kind.value,
                "values": [
                    {
                        "code": value,
                        "words": self.asked[code].labels.get(value, "") if code in self.asked else "",
                    }
                    for value in fact.values
                    if fact.kind in CODED
                ],
            }
            for code, fact in self.types.items()
        ]

    def _questions(self) -> list[Document]:
        return [
            question
            for document in self.documents
            for section in document["sections"]
            for question in section["questions"]
        ]

    def _asked_before(self, code: str) -> set[str]:
        """The facts that are asked before this question; all of them where the draft has no such question."""
        before: set[str] = set()
        for question in self._questions():
            if question.get("code") == code:
                return before
            each = bool(question.get("each_a_fact"))
            options = {str(option.get("code")) for option in question.get("options", ())}
            before |= options if each else {str(question.get("code"))}
        return before
