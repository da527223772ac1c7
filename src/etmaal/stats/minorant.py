"""How far can one go at once? A long stride uphill, for all curves together.

A Newton step with a diagonal Hessian on the cumulated masses, made monotone by isotonic regression
(the convex minorant of Groeneboom), is kept as far as the likelihood rises. Alone it may stall;
between self-consistency steps it needs tens of rounds where those alone need thousands.

Source: Groeneboom and Wellner (1992), Information Bounds and Nonparametric Maximum Likelihood
Estimation; Jongbloed (1998), J. Comput. Graph. Statist. 7, 310-321 (its line search); Wellner and
Zhan (1997), J. Am. Stat. Assoc. 92, 945-959 (the hybrid with self-consistency).
"""

import numpy as np
from scipy.optimize import isotonic_regression

from etmaal.stats.arrays import Booleans, Floats, totals
from etmaal.stats.ascent import EMPTY, LEAST, Slope, log_likelihood, scaled
from etmaal.stats.batches import Batch
from etmaal.stats.cover import PerKind, curvature

APART = 4.0  # every target lies in [-1, 2], so curves this far apart never pool
HALVINGS = 12  # a stride under 1/4000 of the proposal is not worth its line search


def stride(of: Batch, weight: PerKind, mass: Floats, at: Slope) -> Floats:
    """Go as far towards the proposal as the likelihood of each group clearly rises.

    Returns:
        Masses (size, width) that sum to 1, as likely as those given or more.
    """
    towards = _proposal(of, weight, mass, at) - mass
    gain = np.sum((at.rise - at.fall) * towards, axis=1)
    base = log_likelihood(of, weight, mass)
    share = np.where(gain > 0, 1.0, 0.0)
    for _ in range(HALVINGS):
        trial = scaled(mass + share[:, None] * towards)
        short = log_likelihood(of, weight, trial) < base + 0.1 * share * gain
        short |= _emptied(of, weight, trial)
        if not short.any():
            return trial
        share = np.where(short, share / 2, share)
    return np.where(short[:, None], mass, trial)


def _proposal(of: Batch, weight: PerKind, mass: Floats, at: Slope) -> Floats:
    """Take a Newton step for each cumulated mass alone, then make each curve rise again."""
    rise = at.rise - at.fall
    pull = rise - np.where(of.continues, np.roll(rise, -1, axis=1), 0.0)
    # No cumulated mass can move by more than 1, which without late entry none would.
    bent = np.maximum(_curvature(of, weight, at), np.abs(pull))
    step = pull / bent
    cumulated = np.cumsum(mass, axis=1)
    base = np.take_along_axis(cumulated - mass, of.first, 1)
    ends = ~of.continues[of.valid]
    apart = APART * np.concatenate([[0], np.cumsum(ends)[:-1]])
    target = (cumulated - base + step)[of.valid] + apart
    level = np.zeros_like(mass)
    monotone = isotonic_regression(target, weights=bent[of.valid]).x
    level[of.valid] = np.maximum(monotone - apart, 0.0)
    before = np.where(np.roll(of.continues, 1, axis=1), np.roll(level, 1, axis=1), 0.0)
    return np.maximum(level - before, 0.0)


def _emptied(of: Batch, weight: PerKind, mass: Floats) -> Booleans:
    """Say which groups would leave next to nothing for a row, or nobody at risk at an entry."""
    bare = np.zeros(of.cover.size, dtype=np.bool_)
    starts = (of.cover.closed_start, of.cover.open_start, of.cover.entry_start)
    for start, total, inside in zip(starts, weight, of.cover.inside(mass), strict=True):
        bare[start[(inside < LEAST) & (total > 0)] // (of.cover.width + 1)] = True
    return bare


def _curvature(of: Batch, weight: PerKind, at: Slope) -> Floats:
    """Compute the second derivative, sign turned, in each cumulated mass: shape (size, width)."""
    cover, slots = of.cover, of.cover.size * (of.cover.width + 1)
    shape = (cover.size, cover.width + 1)
    bent = curvature(weight, at.inside)
    stops = totals(cover.closed_stop, bent.closed, slots).reshape(shape)[:, 1:]
    starts = totals(cover.closed_start, bent.closed, slots).reshape(shape)[:, 1:]
    still = totals(cover.open_start, bent.open, slots).reshape(shape)
    beyond = cover.in_curve(np.cumsum(still, axis=1)[:, :-1])
    following = np.where(of.continues, np.roll(beyond, -1, axis=1) - beyond, beyond)
    # A row that is still online rests on the end of every curve; the number of curves bounds what
    # leaving out the mixed derivatives could cost.
    curves = np.sum(of.valid & ~of.continues, axis=1, keepdims=True)
    second: Floats = stops + np.where(of.continues, starts, 0.0) + curves * following
    return np.maximum(second, EMPTY)
