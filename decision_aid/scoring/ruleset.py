"""What a decision aid's release says: scales, warning signs, options with their rules and estimates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from decision_aid.scoring.conditions import Condition
from decision_aid.scoring.printing import Prints
from questionnaires.definition.facts import FactTypes, FactValue

if TYPE_CHECKING:
    from decision_aid.scoring.weighing import Weighing


class Candidacy(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    NOT_INDICATED = "not_indicated"
    EXCLUDED = "excluded"
    NEEDS_INFORMATION = "needs_information"


class Approach(StrEnum):
    NON_OPERATIVE = "non_operative"
    MINIMALLY_INVASIVE = "minimally_invasive"
    OPEN = "open"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"


class RuleKind(StrEnum):
    REQUIRED = "required"
    EXCLUDES = "excludes"
    POINTS = "points"


class ScaleMethod(StrEnum):
    SUM = "sum"
    MEAN = "mean"
    PERCENT_OF_MAXIMUM = "percent_of_maximum"
    COUNT_TRUE = "count_true"
    EXPRESSION = "expression"


class EstimateKind(StrEnum):
    MEAN_DIFFERENCE = "mean_difference"
    RISKS = "risks"
    ABSOLUTE = "absolute"
    DIRECTION_ONLY = "direction_only"


class Favours(StrEnum):
    OPTION = "option"
    COMPARATOR = "comparator"
    NEITHER = "neither"


class Certainty(StrEnum):
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


@dataclass(frozen=True, slots=True)
class Release:
    """Which published decision aid: its code, its version and the sha256 of its whole document."""

    aid: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """A row of the evidence, or a guideline; `usable` is false until its figure was checked."""

    id: str
    title: str
    first_author: str
    year: int | None
    citable: bool
    check_primary: bool
    checked: bool

    @property
    def usable(self) -> bool:
        return self.checked or (self.citable and not self.check_primary)


@dataclass(frozen=True, slots=True)
class Band:
    """A half-open stretch of the line: `low` belongs to it and `high` does not; None is no limit."""

    id: str
    title: str
    low: Decimal | None
    high: Decimal | None

    def __contains__(self, value: Decimal) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Refuse:
    """A missing item leaves the scale without a value."""


@dataclass(frozen=True, slots=True)
class ProrateFrom:
    """From this many answered items on, the answered ones stand for all."""

    at_least: int


@dataclass(frozen=True, slots=True)
class CountAs:
    """A missing item counts as this value, because this source says so."""

    value: Decimal
    source: str


MissingRule = Refuse | ProrateFrom | CountAs


@dataclass(frozen=True, slots=True)
class Scale:
    """One score. `items` are what it adds, averages or counts; an expression scale has just one item.

    `facts` are the questionnaire facts it stands on, also through other scales, in the release's order.
    `maxima` are the items' largest possible values, where the method needs them. `edges` are the values at
    which a band or a condition changes its mind: a shown value is never rounded across one. `instrument` is
    the licensed instrument that it is, by code: here are its items' codes, and its wording is the clinic's.
    """

    id: str
    title: str
    meaning: str
    method: ScaleMethod
    items: tuple[Condition, ...]
    maxima: tuple[Decimal, ...]
    missing: MissingRule
    decimals: int | None
    bands: tuple[Band, ...]
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    edges: tuple[Decimal, ...]
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class WarningSign:
    id: str
    urgency: Urgency
    title: str
    condition: Condition
    facts: tuple[str, ...]
    patient: str
    clinician: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    asks: str
    patient: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for or against an option. `points` is 0 unless its kind is points."""

    id: str
    kind: RuleKind
    points: Decimal
    condition: Condition
    facts: tuple[str, ...]
    reason: str
    patient_reason: str
    sources: tuple[str, ...]
    modifiable: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one option does to one outcome. `figures` is the part of a report that is shown, JSON-ready.

    `population` is the condition that a person meets who is like those studied; None where nobody is left
    out. `unchecked` names the sources that forbid showing it; `enough` is false where there is no evidence to
    show, and `applies` where there can be none: without an operation no blood is lost in one.
    """

    outcome: str
    enough: bool
    applies: bool
    population: Condition | None
    population_text: str
    reason: str
    patient_reason: str
    comparator: str | None
    sources: tuple[str, ...]
    unchecked: tuple[str, ...]
    figures: Mapping[str, object] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Option:
    """A treatment.

    `positions` gives the rules of each kind by their positions, `reading` for each fact the positions of the
    rules that depend on it, `facts_of` the facts that rules of each kind depend on, `representatives` the
    values of a fact at which those rules can change their minds, and `indirect` the facts that some rule
    reads through a scale or a calculation, so that its turning points are not among the representatives.
    """

    id: str
    approach: Approach
    region: str
    compares_with: str | None
    title: str
    patient_title: str
    rules: tuple[Rule, ...]
    estimates: tuple[Estimate, ...]
    positions: Mapping[RuleKind, tuple[int, ...]] = field(hash=False)
    reading: Mapping[str, tuple[int, ...]] = field(hash=False)
    facts_of: Mapping[RuleKind, frozenset[str]] = field(hash=False)
    representatives: Mapping[str, tuple[FactValue, ...]] = field(hash=False)
    indirect: frozenset[str]


@dataclass(frozen=True, slots=True)
class Modifier:
    """Something a person can change before an operation, and the advice where it applies."""

    fact: str
    condition: Condition
    advice: str
    patient_advice: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A person with a known right answer: what is expected is JSON-ready, as the document writes it."""

    id: str
    story: str
    facts: Mapping[str, FactValue] = field(hash=False)
    pathway: str | None
    candidacies: Mapping[str, str] = field(hash=False)
    scales: Mapping[str, object] = field(hash=False)
    decisive: Mapping[str, tuple[str, ...]] = field(hash=False)
    warning_signs: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RuleSet:
    """One release, read and found without problems.

    `scales` stand in an order in which each one comes after those it reads; `scale_order` is the document's;
    `scales_on` gives for each fact those that depend on it.
    `conditions` are those of the options' rules, each once; `conditions_on` gives for each fact those that
    depend on it.
    `asked_without_rule` gives for facts that no rule reads why they are asked for all the same.
    `bands` are the candidacies by points, from the least to the most. `prints` keeps parts of reports, and
    `weighings` what is found out when points are first weighed.
    """

    release: Release
    types: FactTypes
    bands: tuple[Band, ...]
    scales: tuple[Scale, ...]
    scale_order: tuple[str, ...]
    scales_on: Mapping[str, tuple[Scale, ...]]
    conditions: tuple[Condition, ...]
    conditions_on: Mapping[str, tuple[Condition, ...]]
    warning_signs: tuple[WarningSign, ...]
    outcomes: tuple[Outcome, ...]
    options: tuple[Option, ...]
    modifiers: tuple[Modifier, ...]
    sources: Mapping[str, Source]
    golden_cases: tuple[GoldenCase, ...]
    next_review: date | None
    modifiable_facts: frozenset[str]
    asked_without_rule: Mapping[str, str]
    document: Mapping[str, object]
    prints: Prints = field(default_factory=Prints)
    weighings: "dict[str, Weighing]" = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<RuleSet {self.release.aid} {self.release.version} {self.release.sha256[:12]}>"

    def weighing_of(self, option: Option) -> "Weighing":
        """How the points of one of its options are weighed."""
        if option.id not in self.weighings:
            # A release is read more often than people are scored by it.
            from decision_aid.scoring.weighing import weigh

            self.weighings.update(weigh(self))
        return self.weighings[option.id]

    def option(self, option_id: str) -> Option:
        """The option with this id; KeyError where there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)
