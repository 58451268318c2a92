"""The arithmetic of scores: decimal, always the same, whatever the caller's context is."""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)  # holds every number of the language with all its places


def score_arithmetic() -> AbstractContextManager[Context]:
    """Within it, decimals have 28 digits and round half to even."""
    return localcontext(CONTEXT)


def to_step(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The number rounded to a multiple of the step, 1, 0.1, 0.01 and so on, however large it is."""
    return number.quantize(step, rounding, EXACT)


def halfway(one: Decimal, other: Decimal, step: Decimal) -> Decimal:
    """The multiple of the step nearest to the middle of the two."""
    return to_step(EXACT.divide(EXACT.add(one, other), Decimal(2)), step, ROUND_HALF_EVEN)
