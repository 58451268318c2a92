"""What is alike of several treatments said once, with a letter for each: the paper has room for no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from string import ascii_uppercase

from decision_aid.summaries import wording
from decision_aid.summaries.estimates import NO_NUMBER
from decision_aid.summaries.shapes import (
    EstimateView,
    Finding,
    FindingRow,
    Labelled,
    LivingRow,
    OutcomeRow,
    PatientOption,
    SharedWords,
)

Options = tuple[PatientOption, ...]


def letter_of(place: int) -> str:
    """The letter of a place: A to Z, then A2, B2 and so on."""
    turn, letter = divmod(place, len(ascii_uppercase))
    return f"{ascii_uppercase[letter]}{turn + 1 if turn else ''}"


def shared_words(options: Options, said: Callable[[PatientOption], Iterable[str]]) -> tuple[SharedWords, ...]:
    """Each thing said of at least one option, in the order in which it is first said."""
    letters: dict[str, list[str]] = {}
    for option in options:
        for words in said(option):
            letters.setdefault(words, []).append(option.letter)
    return tuple(SharedWords(tuple(those), words) for words, those in letters.items())


def findings_of(options: Options, outcomes: tuple[OutcomeRow, ...]) -> tuple[FindingRow, ...]:
    """Every cell of the table, those that say the same of several options together."""
    letters = {option.id: option.letter for option in options}
    studied = {option.letter: _usual_population(option) for option in options}
    rows = []
    for row in outcomes:
        alike: dict[Finding, list[str]] = {}
        for option, cell in zip(options, row.cells, strict=True):
            finding = _finding(cell, letters, studied[option.letter])
            alike.setdefault(finding, []).append(option.letter)
        findings = tuple(replace(finding, letters=tuple(those)) for finding, those in alike.items())
        rows.append(FindingRow(row.outcome, row.name, findings))
    return tuple(rows)


def studied_in(options: Options) -> tuple[SharedWords, ...]:
    """Who was studied for most findings of an option; a finding from others says so itself."""
    return shared_words(options, lambda option: filter(None, (_usual_population(option),)))


def cited_in(options: Options) -> tuple[Labelled, ...]:
    """The sources of everything that is shown, by their numbers, each with one way to find it."""
    found = {
        source.number: source
        for option in options
        for cell in option.estimates
        if cell.status == "shown"
        for source in cell.sources
    }
    return tuple(
        Labelled(
            str(number), ", ".join(filter(None, (source.label, source.reference.split(" · ", maxsplit=1)[0])))
        )
        for number, source in sorted(found.items())
    )


def part_by_part(options: Options) -> tuple[LivingRow, ...]:
    """What each option is like, part by part, in the order in which the parts are first named."""
    parts: dict[str, dict[str, list[str]]] = {}
    for option in options:
        told = (
            (wording.WHAT_HAPPENS, option.what_happens),
            *((part.label, part.words) for part in option.living),
        )
        for label, words in told:
            if words:
                parts.setdefault(label, {}).setdefault(words, []).append(option.letter)
    return tuple(
        LivingRow(label, tuple(SharedWords(tuple(those), words) for words, those in said.items()))
        for label, said in parts.items()
    )


def _finding(cell: EstimateView, letters: dict[str, str], usual: str) -> Finding:
    """One cell without its letter."""
    is_shown = cell.status == "shown"
    caveat = cell.caveat.removesuffix(NO_NUMBER).strip()
    like_unknown = caveat.startswith(wording.PERHAPS_UNLIKE)
    caveat = caveat.removeprefix(wording.PERHAPS_UNLIKE).strip()
    others = f"{cell.population}." if cell.population and cell.population != usual else ""
    return Finding(
        letters=(),
        status=cell.status,
        words=_words(cell, letters) if is_shown else cell.status_words,
        figure=cell.figure,
        interval=cell.interval if cell.figure else "",
        certainty_level=cell.certainty_level,
        certainty=cell.certainty_short,
        horizon=wording.inside_sentence(cell.horizon),
        like_unknown=like_unknown,
        caveat=f"{caveat} {others}".strip() if is_shown else "",
        contrary=cell.contrary,
        counts=cell.counts if is_shown else "",
        cited=tuple(dict.fromkeys(source.number for source in cell.sources)) if is_shown else (),
        bar=cell.bar,
    )


def _words(cell: EstimateView, letters: dict[str, str]) -> str:
    """A direction with the comparator's letter; nothing where a figure of one treatment speaks for itself."""
    if cell.verdict == wording.SEEN:
        return ""
    letter = letters.get(cell.comparator_id)
    if letter is None:
        return cell.headline
    return {
        "option": f"Better than with {letter}",
        "comparator": f"Worse than with {letter}",
        "neither": f"No clear difference from {letter}",
    }.get(cell.favours, f"Compared with {letter}")


def _usual_population(option: PatientOption) -> str:
    populations = Counter(
        cell.population for cell in option.estimates if cell.status == "shown" and cell.population
    )
    return populations.most_common(1)[0][0] if populations else ""
