"""What an aid stands on: every source with what it is used for, and every rule in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decision_aid.summaries import wording
from decision_aid.summaries.conditions import Speaker
from decision_aid.summaries.fields import Row, row_of, rows, text, texts
from decision_aid.summaries.knowledge import SourceList
from decision_aid.summaries.numbers import decimal_of, signed

if TYPE_CHECKING:
    from decision_aid.scoring import RuleSet
    from decision_aid.summaries.inputs import AskedQuestion
    from decision_aid.summaries.shapes import SourceView

Use = tuple[str, str]
"""For what a source is used, and of which option; one of them may be empty."""


@dataclass(frozen=True, slots=True)
class UsedSource:
    """One publication; `ids` are its rows, `uses` what they are used for in words."""

    view: SourceView
    ids: tuple[str, ...]
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """One rule: what it is, when it holds, what it adds, why, and its sources."""

    kind: str
    condition: str
    points: str
    reason: str
    change: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesOfOption:
    """The rules of one option, or the warning signs, under their title."""

    id: str
    title: str
    rules: tuple[RuleInWords, ...]


def sources_for_clinicians(release: Row) -> tuple[UsedSource, ...]:
    """Every source of a release, in its order, with the clinicians' names of options and outcomes."""
    return _used(release, _clinical_uses(release))


def sources_for_patients(release: Row) -> tuple[UsedSource, ...]:
    """The same in the patients' names, and without the outcomes."""
    return _used(release, _plain_uses(release))


def rules_in_words(ruleset: RuleSet, asked: tuple[AskedQuestion, ...]) -> tuple[RulesOfOption, ...]:
    """The warning signs, then the rules of each option, in the release's order."""
    release = ruleset.document
    labels = SourceList({text(row, "id"): row for row in rows(release, "sources")}).labels
    scales = {text(row, "id"): text(row, "title") for row in rows(release, "scales")}
    speaker = Speaker({question.code: question for question in asked}, scales)
    signs = RulesOfOption(
        "warning_signs",
        "Warning signs",
        tuple(
            RuleInWords(
                kind=wording.URGENCY[sign.urgency],
                condition=speaker.sentence(sign.condition.expression.root),
                points="",
                reason=text(row, "title"),
                change="",
                sources=labels(texts(row, "sources")),
            )
            for sign, row in zip(ruleset.warning_signs, rows(release, "warning_signs"), strict=True)
        ),
    )
    options = tuple(
        RulesOfOption(
            option.id,
            text(row, "title"),
            tuple(
                RuleInWords(
                    kind=wording.RULE_KIND[rule.kind],
                    condition=speaker.sentence(rule.condition.expression.root),
                    points=_points(said),
                    reason=text(said, "reason"),
                    change=text(said, "change"),
                    sources=labels(texts(said, "sources")),
                )
                for rule, said in zip(option.rules, rows(row, "rules"), strict=True)
            ),
        )
        for option, row in zip(ruleset.options, rows(release, "options"), strict=True)
    )
    return (signs, *options)


def _points(rule: Row) -> str:
    """What it adds where it holds; a rule that is required or excludes adds nothing."""
    points = decimal_of(rule.get("points"))
    return "" if not points else f"{signed(points)} {'point' if abs(points) == 1 else 'points'}"


def _used(release: Row, uses: Iterator[tuple[str, Use]]) -> tuple[UsedSource, ...]:
    """The sources by publication, each with its uses, those of one kind in one sentence."""
    of_source: dict[str, dict[str, dict[str, None]]] = {}
    for source, (use, option) in uses:
        of_source.setdefault(source, {}).setdefault(use, {}).setdefault(option)
    listed = SourceList({text(row, "id"): row for row in rows(release, "sources")})
    together: dict[int, list[SourceView]] = {}
    for row in rows(release, "sources"):
        view = listed.view(text(row, "id"))
        together.setdefault(view.number, []).append(view)
    return tuple(
        UsedSource(views[0], tuple(view.id for view in views), _sentences(views, of_source))
        for views in together.values()
    )


def _sentences(
    views: list[SourceView], of_source: Mapping[str, dict[str, dict[str, None]]]
) -> tuple[str, ...]:
    merged: dict[str, dict[str, None]] = {}
    for view in views:
        for use, options in of_source.get(view.id, {}).items():
            merged.setdefault(use, {}).update(options)
    return tuple(
        wording.sentence(f"{use}: {'; '.join(named)}" if (named := [o for o in options if o]) else use)
        for use, options in merged.items()
    )


def _clinical_uses(release: Row) -> Iterator[tuple[str, Use]]:
    outcomes = {text(row, "id"): text(row, "asks") for row in rows(release, "outcomes")}

    def of_estimate(estimate: Row, title: str) -> Use:
        return (f"Figure for {title}", outcomes.get(text(estimate, "outcome"), ""))

    yield from _option_uses(release, "title", of_estimate)
    for key, use in (("warning_signs", "Warning sign"), ("scales", "Scale")):
        for row in rows(release, key):
            yield from ((source, (use, text(row, "title"))) for source in texts(row, "sources"))
    for row in rows(release, "modifiers"):
        what = wording.humanised(text(row, "fact"))
        yield from ((source, ("Advice on preparing", what)) for source in texts(row, "sources"))


def _plain_uses(release: Row) -> Iterator[tuple[str, Use]]:
    def of_estimate(estimate: Row, title: str) -> Use:
        return ("What is known of", title)

    yield from _option_uses(release, "patient_title", of_estimate)
    for key, use in (
        ("warning_signs", "When to get help fast"),
        ("scales", "Scores from your answers"),
        ("modifiers", "What you can do before"),
    ):
        for row in rows(release, key):
            yield from ((source, (use, "")) for source in texts(row, "sources"))


def _option_uses(
    release: Row, title_key: str, of_estimate: Callable[[Row, str], Use]
) -> Iterator[tuple[str, Use]]:
    """The uses by an option's figures and what stands against them, rules, recovery and exercise."""
    for option in rows(release, "options"):
        title = text(option, title_key)
        for estimate in rows(option, "estimates"):
            cited = (*texts(estimate, "sources"), *texts(row_of(estimate, "contrary"), "sources"))
            yield from ((source, of_estimate(estimate, title)) for source in cited)
        for rule in rows(option, "rules"):
            yield from ((source, ("Whom it may suit", title)) for source in texts(rule, "sources"))
        steps = (*rows(option, "timeline"), row_of(option, "rehabilitation"))
        for step in steps:
            yield from ((source, ("Recovery and exercise", title)) for source in texts(step, "sources"))
