"""What a ruleset that can be read may still have wrong with it, each with a person who shows it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import cast

from decision_aid.scoring.conditions import Condition, condition_on
from decision_aid.scoring.ruleset import Option, Rule, RuleKind, RuleSet
from decision_aid.scoring.searching import MOST_STEPS, Search, Seeker, Wanted, some_value
from questionnaires.definition.digest import JSON, canonical_json
from questionnaires.definition.expressions import Expression
from questionnaires.definition.facts import FactKind, Facts, facts_document
from questionnaires.definition.problems import Problem
from questionnaires.definition.schema import Audience, Definition


class VerificationProblem(StrEnum):
    """What `verify` can find."""

    NEVER_HOLDS = "never_holds"
    ALWAYS_HOLDS = "always_holds"
    NEVER_ASKED_TOGETHER = "never_asked_together"
    RULES_SAY_THE_SAME = "rules_say_the_same"
    REQUIRED_IS_EXCLUDED = "required_is_excluded"
    NO_CANDIDATES = "no_candidates"
    FACT_NOT_ASKED = "fact_not_asked"
    QUESTION_UNUSED = "question_unused"
    CYCLE_OF_VISIBILITY = "cycle_of_visibility"
    SIGN_ASKED_TOO_LATE = "sign_asked_too_late"
    NOT_DECIDED = "not_decided"


REMARKS = frozenset(
    {
        VerificationProblem.QUESTION_UNUSED,
        VerificationProblem.SIGN_ASKED_TOO_LATE,
        VerificationProblem.NOT_DECIDED,
    }
)
"""What somebody should know and may leave as it is; everything else keeps a release from being published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its code, its place in the document, a sentence, and JSON-ready facts that show it."""

    code: VerificationProblem
    place: str
    sentence: str
    example: Mapping[str, JSON]

    @property
    def blocks(self) -> bool:
        """Whether nothing may be published with it."""
        return self.code not in REMARKS

    @property
    def problem(self) -> Problem:
        """The same for a list of problems, the example as its hint."""
        hint = f"For example: {canonical_json(self.example)}." if self.example else ""
        return Problem(self.code, self.place, self.sentence, hint)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A condition where it stands."""

    condition: Condition
    place: str
    words: str


def verify(
    ruleset: RuleSet, definitions: Sequence[Definition] = (), used: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Everything found, in the document's order; () where nothing is.

    `definitions` are the questionnaires that ask for the facts; without them nothing is said of questions.
    `used` are facts that pages and documents use beside the rules. Bounded: a question that would need more
    than `MOST_STEPS` tries gives `not_decided`.
    """
    return tuple(_Verification(ruleset, definitions, used).findings())


class _Verification:
    def __init__(self, ruleset: RuleSet, definitions: Sequence[Definition], used: Collection[str]) -> None:
        self.ruleset = ruleset
        self.definitions = definitions
        self.used = used
        self.seeker = Seeker(ruleset)
        self.certain: dict[tuple[Condition, bool], Search] = {}
        self.visible = _visibility(definitions)
        self.undecided: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        for stated in self._stated():
            yield from self._constant(stated)
            yield from self._never_asked_together(stated)
        for position, option in enumerate(self.ruleset.options):
            yield from self._alike(option, f"options/{position}/rules")
            yield from self._required_and_excluded(option, f"options/{position}/rules")
            yield from self._candidates(option, f"options/{position}")
        if self.definitions:
            yield from self._signs_too_late()
            yield from self._facts_and_questions()
            yield from self._cycles()

    # ── One condition ───────────────────────────────────────────────────────────────────────────────────

    def _stated(self) -> Iterator[_Stated]:
        """The conditions of warning signs, rules and modifiers, with their places."""
        for position, sign in enumerate(self.ruleset.warning_signs):
            place = f"warning_signs/{position}/condition"
            yield _Stated(sign.condition, place, f"The warning sign “{sign.id}”")
        for number, option in enumerate(self.ruleset.options):
            for position, rule in enumerate(option.rules):
                place = f"options/{number}/rules/{position}/condition"
                yield _Stated(rule.condition, place, f"The rule “{rule.id}”")
        for position, modifier in enumerate(self.ruleset.modifiers):
            place = f"modifiers/{position}/condition"
            yield _Stated(modifier.condition, place, f"The advice on “{modifier.fact}”")

    def _constant(self, stated: _Stated) -> Iterator[Finding]:
        holds, fails = self._search(stated.condition, True), self._search(stated.condition, False)
        for search, code, words, other in (
            (holds, VerificationProblem.NEVER_HOLDS, "can never hold", fails),
            (fails, VerificationProblem.ALWAYS_HOLDS, "holds for everybody who has answered", holds),
        ):
            if search.person is None and search.is_certain:
                yield _finding(code, stated.place, f"{stated.words} {words}.", other.person or {})
            elif search.person is None:
                yield _not_decided(stated.place, f"{stated.words} {words}", other.person or {})

    def _search(self, condition: Condition, wanted: bool) -> Search:  # noqa: FBT001  what is wanted
        """A person of whom the condition is so; looked for once, however many rules share it."""
        key = (condition, wanted)
        if key not in self.certain:
            self.certain[key] = self.seeker.find([Wanted(condition, wanted)])
        return self.certain[key]

    def _never_asked_together(self, stated: _Stated) -> Iterator[Finding]:
        """Where a condition can hold only of somebody who is not asked for what it reads.

        Whoever is shown the question was shown every other that they answered, and so on to the first.
        """
        person = self._search(stated.condition, True).person
        if person is None:
            return
        shown = self._shown_where_answered(stated.condition.facts)
        for fact in sorted(stated.condition.facts & self.visible.keys()):
            here = [Wanted(each, as_known=True) for each in self.visible[fact]]
            search = self.seeker.find([Wanted(stated.condition), *here, *shown])
            if search.person is None and search.is_certain:
                sentence = f"{stated.words} reads “{fact}” and cannot hold when that question is shown."
                yield _finding(VerificationProblem.NEVER_ASKED_TOGETHER, stated.place, sentence, person)

    def _shown_where_answered(self, facts: frozenset[str]) -> list[Wanted]:
        """For each of these facts, and of those that decide whether they are asked for: shown if answered."""
        wanted: list[Wanted] = []
        found, waiting = set(facts), sorted(facts)
        while waiting:
            fact = waiting.pop()
            for condition in self.visible.get(fact, ()):
                wanted.append(Wanted(condition, as_known=True, where_answered=fact))
                waiting += sorted(condition.facts - found)
                found |= condition.facts
        return wanted

    # ── The rules of an option ──────────────────────────────────────────────────────────────────────────

    def _alike(self, option: Option, place: str) -> Iterator[Finding]:
        """Two rules of one kind that hold for the same people: the second counts the first one twice."""
        for (_, earlier), (position, rule) in combinations(enumerate(option.rules), 2):
            one, other = earlier.condition, rule.condition
            if earlier.kind is not rule.kind or one.facts != other.facts:
                continue
            if one is other or self._are_equal(one, other):
                sentence = f"The rule “{rule.id}” says the same as “{earlier.id}”."
                shown = self._search(one, True).person or {}
                yield _finding(
                    VerificationProblem.RULES_SAY_THE_SAME, f"{place}/{position}/condition", sentence, shown
                )

    def _are_equal(self, one: Condition, other: Condition) -> bool:
        for first in (True, False):
            apart = self.seeker.find([Wanted(one, first), Wanted(other, not first)])
            if apart.person is not None or not apart.is_certain:
                return False
        return True

    def _required_and_excluded(self, option: Option, place: str) -> Iterator[Finding]:
        """A required rule that holds only of people whom another rule excludes."""
        for required in (option.rules[position] for position in option.positions[RuleKind.REQUIRED]):
            for position in option.positions[RuleKind.EXCLUDES]:
                excluding = option.rules[position]
                if not required.condition.facts & excluding.condition.facts:
                    continue
                apart = self.seeker.find(
                    [Wanted(required.condition), Wanted(excluding.condition, holds=False)]
                )
                both = self.seeker.find([Wanted(required.condition), Wanted(excluding.condition)])
                if apart.person is None and apart.is_certain and both.person is not None:
                    sentence = f"Whoever meets “{required.id}” is excluded by “{excluding.id}”."
                    yield _finding(
                        VerificationProblem.REQUIRED_IS_EXCLUDED,
                        f"{place}/{position}/condition",
                        sentence,
                        both.person,
                    )

    def _candidates(self, option: Option, place: str) -> Iterator[Finding]:
        """An option whose required and excluding rules leave nobody."""
        required = [option.rules[position] for position in option.positions[RuleKind.REQUIRED]]
        excluding = [option.rules[position] for position in option.positions[RuleKind.EXCLUDES]]
        meets = [Wanted(rule.condition) for rule in required]
        search = self.seeker.find([*meets, *(Wanted(rule.condition, holds=False) for rule in excluding)])
        if search.person is None and search.is_certain:
            sentence = f"Nobody can be a candidate for “{option.id}”: its rules leave no one."
            yield _finding(VerificationProblem.NO_CANDIDATES, place, sentence, self._nearest(required))
        elif search.person is None:
            words = f"Nobody can be a candidate for “{option.id}”"
            yield _not_decided(place, words, self._nearest(required))

    def _nearest(self, required: Sequence[Rule]) -> Facts:
        """Somebody who meets as many of the first required rules as can be met, or who fails the first."""
        for count in range(len(required), 0, -1):
            person = self.seeker.find([Wanted(rule.condition) for rule in required[:count]]).person
            if person is not None:
                return person
        return self._search(required[0].condition, False).person or {} if required else {}

    # ── Questions ───────────────────────────────────────────────────────────────────────────────────────

    def _signs_too_late(self) -> Iterator[Finding]:
        """Signs that read the patient's answers and cannot fire before a clinician is asked for others."""
        asked = {
            code
            for definition in self.definitions
            if definition.audience is Audience.PATIENT
            for code in definition.types
        }
        for position, sign in enumerate(self.ruleset.warning_signs):
            late = sorted(sign.condition.facts - asked)
            person = self._search(sign.condition, True).person
            if not late or not sign.condition.facts & asked or person is None:
                continue
            if self.seeker.find([Wanted(sign.condition)], asked).person is not None:
                continue
            sentence = (
                f"No answer of the patient sets off the warning sign “{sign.id}”: it waits for "
                f"{' and '.join(late)}, which only a clinician is asked for."
            )
            place = f"warning_signs/{position}/condition"
            yield _finding(VerificationProblem.SIGN_ASKED_TOO_LATE, place, sentence, person)

    def _facts_and_questions(self) -> Iterator[Finding]:
        asked = {code for definition in self.definitions for code in definition.types}
        read = self._facts_read()
        for position, code in enumerate(self.ruleset.types):
            if code not in asked:
                sentence = f"No question asks for “{code}”."
                answered = {code: some_value(self.ruleset.types[code])}
                yield _finding(VerificationProblem.FACT_NOT_ASKED, f"facts/{position}", sentence, answered)
        for definition in self.definitions:
            for section_position, section in enumerate(definition.sections):
                for position, question in enumerate(section.questions):
                    place = f"{definition.code}/sections/{section_position}/questions/{position}"
                    for fact, fact_type in question.types.items():
                        if fact not in read and fact_type.kind is not FactKind.TEXT:
                            sentence = f"No rule, scale, warning sign or page uses the answer to “{fact}”."
                            answered = {fact: some_value(fact_type)}
                            yield _finding(VerificationProblem.QUESTION_UNUSED, place, sentence, answered)

    def _facts_read(self) -> set[str]:
        """The facts that anything reads: conditions, scales, populations, visibility, pages."""
        ruleset = self.ruleset
        conditions = [stated.condition for stated in self._stated()]
        conditions += [
            estimate.population
            for option in ruleset.options
            for estimate in option.estimates
            if estimate.population is not None
        ]
        conditions += [condition for several in self.visible.values() for condition in several]
        return {
            *self.used,
            *ruleset.asked_without_rule,
            *(fact for condition in conditions for fact in condition.facts),
            *(fact for scale in ruleset.scales for fact in scale.facts),
            *(modifier.fact for modifier in ruleset.modifiers),
        }

    def _cycles(self) -> Iterator[Finding]:
        """Questions each of which is shown only by the answer to the next."""
        graph = {
            fact: frozenset[str]().union(*(condition.facts for condition in conditions))
            for fact, conditions in self.visible.items()
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = cast("list[str]", error.args[1])
            sentence = f"Each of these questions is shown only by the next: {' → '.join(circle)}."
            conditions = dict.fromkeys(each for fact in circle for each in self.visible[fact])
            # Whoever had answered all of them would be shown all of them.
            person = self.seeker.find([Wanted(each, as_known=True) for each in conditions]).person or {}
            yield _finding(VerificationProblem.CYCLE_OF_VISIBILITY, circle[0], sentence, person)


def _visibility(definitions: Sequence[Definition]) -> dict[str, tuple[Condition, ...]]:
    """The conditions under which each question is shown, where there are any and it is asked only once."""
    types = {code: fact for definition in definitions for code, fact in definition.types.items()}
    shown: dict[str, tuple[Condition, ...]] = {}
    asked: set[str] = set()
    for definition in definitions:
        for section in definition.sections:
            for question in section.questions:
                expressions: list[Expression] = [
                    each for each in (section.shown_when, question.shown_when) if each is not None
                ]
                conditions = tuple(condition_on(each, types, {}) for each in expressions)
                for fact in question.types:
                    if fact in asked or not conditions:
                        # Asked twice it is shown by either; that is not looked into.
                        shown.pop(fact, None)
                    else:
                        shown[fact] = conditions
                    asked.add(fact)
    return shown


def _not_decided(place: str, words: str, person: Facts) -> Finding:
    sentence = f"{words}: not decided in {MOST_STEPS} tries, or by values that stand for all."
    return _finding(VerificationProblem.NOT_DECIDED, place, sentence, person)


def _finding(code: VerificationProblem, place: str, sentence: str, person: Facts) -> Finding:
    return Finding(code, place, sentence, facts_document(person))
