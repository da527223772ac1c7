"""How sure is a place in a list? Intervals for ranks, by drawing the shares again and again.

Ranks of providers with few items mean little; these intervals are there to show that, and no list
in this product is ordered by a rank.

Source: Goldstein and Spiegelhalter (1996), J. R. Stat. Soc. A 159, 385-443.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from etmaal.stats.arrays import Floats

LEAST = 1e-9  # a bound at 0 or 1 is drawn from as if it were this far inside


def rank_intervals(
    value: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 2_000,
    tail: float = 0.025,
) -> tuple[Floats, Floats]:
    """Compute an interval for the rank of each share among all.

    Args:
        value: shape (groups,), shares in [0, 1]; nan for a group that has none.
        low: shape (groups,), the lower bound of the share, with a probability ``tail`` below it.
        high: shape (groups,), the upper bound likewise.
        rng: the source of chance.
        draws: how often to draw.
        tail: the part of the draws left out at each end.

    Returns:
        The best and the worst rank, each of shape (groups,): 1 for the highest share; nan for a
        group without one.
    """
    drawn = draw_between(value, low, high, rng=rng, draws=draws, tail=tail)
    return rank_range(drawn, tail=tail)


def draw_between(
    value: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int,
    tail: float,
) -> Floats:
    """Draw shares on the logit scale, normal on each side of the value and as wide as its bounds.

    Args:
        value: as in `rank_intervals`, like all that follow.
        low: the lower bound.
        high: the upper bound.
        rng: the source of chance.
        draws: how often to draw.
        tail: the probability beyond each bound.

    Returns:
        Shape (draws, groups); nan for a group without a share.
    """
    columns = (np.asarray(x, np.float64) for x in (low, value, high))
    under, middle, over = (special.logit(np.clip(x, LEAST, 1 - LEAST)) for x in columns)
    z = rng.standard_normal((draws, middle.size)) / -special.ndtri(tail)
    drawn: Floats = middle + z * np.where(z < 0, middle - under, over - middle)
    return special.expit(drawn)


def draw_beta(
    a: npt.ArrayLike, b: npt.ArrayLike, *, rng: np.random.Generator, draws: int
) -> Floats:
    """Draw shares from beta distributions: shape (draws, groups).

    Args:
        a: shape (groups,), above 0: hits and what a prior adds to them.
        b: shape (groups,), above 0: the other items likewise.
        rng: the source of chance.
        draws: how often to draw.
    """
    hit, rest = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return rng.beta(hit, rest, (draws, hit.size))


def rank_range(drawn: Floats, *, tail: float = 0.025) -> tuple[Floats, Floats]:
    """Compute the range of ranks that shares take in draws.

    Args:
        drawn: shape (draws, groups); nan for a group without a share.
        tail: the part of the draws left out at each end.

    Returns:
        The best and the worst rank, as in `rank_intervals`; tied shares get their mean rank.
    """
    known = ~np.isnan(drawn).any(axis=0)
    negative = -drawn[:, known]
    ranks = np.empty(negative.shape)
    for row, each in zip(ranks, negative, strict=True):
        ordered = np.sort(each)
        first = np.searchsorted(ordered, each, side="left")
        row[:] = (first + 1 + np.searchsorted(ordered, each, side="right")) / 2
    result = np.full((2, drawn.shape[1]), np.nan)
    # A rank that was drawn, not one between two: an interval of ranks has ranks for its ends.
    result[0, known] = np.quantile(ranks, tail, axis=0, method="lower")
    result[1, known] = np.quantile(ranks, 1 - tail, axis=0, method="higher")
    return result[0], result[1]
