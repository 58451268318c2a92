"""Bands on a line: half-open, in order, without gap or overlap."""

from collections.abc import Iterable
from decimal import Decimal

from decision_aid.scoring.fields import Fields
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.ruleset import Band

Reach = tuple[Decimal | None, Decimal | None]
"""The least and the greatest value that can occur; None where there is no limit or it is not known."""


def read_bands(owner: Fields, key: str, name: str) -> tuple[Band, ...]:
    """The bands under `key`, each named by its field `name`, gaps and overlaps noted."""
    bands: list[Band] = []
    for fields in owner.entries(key):
        low, high = fields.number_if_any("from"), fields.number_if_any("below")
        band = Band(fields.code(name), fields.text_if_any("title"), low, high)
        fields.close()
        if low is not None and high is not None and low >= high:
            fields.note(RulesetProblem.BAND_EMPTY, "", f"No number is from {low} and below {high}.")
        if any(earlier.id == band.id for earlier in bands if band.id):
            fields.note(RulesetProblem.DUPLICATE_ID, name, f"“{band.id}” is the name of an earlier band.")
        if bands:
            _note_seam(fields, bands[-1], band)
        bands.append(band)
    return tuple(bands)


def note_ends(owner: Fields, key: str, bands: tuple[Band, ...], reach: Reach) -> None:
    """Note where values that can occur lie before the first band or after the last."""
    if not bands:
        return
    least, greatest = reach
    first, last = bands[0], bands[-1]
    if first.low is not None and (least is None or least < first.low):
        start = "without limit" if least is None else f"at {least}"
        owner.note(RulesetProblem.BANDS_GAP, key, f"Values start {start}, and the first band at {first.low}.")
    if last.high is not None and (greatest is None or greatest >= last.high):
        end = "go on without limit" if greatest is None else f"reach {greatest}"
        sentence = f"Values {end}, and the last band ends below {last.high}."
        owner.note(RulesetProblem.BANDS_GAP, key, sentence)


def edges_of(bands: Iterable[Band]) -> frozenset[Decimal]:
    return frozenset(edge for band in bands for edge in (band.low, band.high) if edge is not None)


def _note_seam(fields: Fields, before: Band, band: Band) -> None:
    if before.high is None or band.low is None or band.low < before.high:
        sentence = f"“{band.id}” starts before “{before.id}” has ended; each number belongs to one band."
        fields.note(RulesetProblem.BANDS_OVERLAP, "from", sentence)
    elif band.low > before.high:
        sentence = f"Between {before.high}, where “{before.id}” ends, and {band.low} there is no band."
        fields.note(RulesetProblem.BANDS_GAP, "from", sentence)
