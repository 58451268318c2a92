"""The arithmetic of scores: decimal, always the same, whatever the caller's context is."""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, localcontext

CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)


def score_arithmetic() -> AbstractContextManager[Context]:
    """Within it, decimals have 28 digits and round half to even."""
    return localcontext(CONTEXT)
