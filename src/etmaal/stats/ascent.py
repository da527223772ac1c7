"""How is the most likely curve climbed to? The slope of the likelihood, and the plain step up it.

A self-consistency (EM) step can only raise the likelihood, and needs thousands of rounds where
windows are narrow and many; `minorant` takes the long strides.

Source: Turnbull (1976), J. R. Stat. Soc. B 38, 290-295.
"""

from dataclasses import dataclass

import numpy as np

from etmaal.stats.arrays import Floats, totals
from etmaal.stats.batches import Batch
from etmaal.stats.cover import PerKind

EMPTY = 1e-300  # stands for a probability of nothing, so that its logarithm exists
LEAST = 1e-12  # no row and nobody at risk gets less: smaller differences of sums are noise


@dataclass(frozen=True, slots=True)
class Slope:
    """How the log-likelihood changes with the mass of each cell, at some masses.

    ``inside``: the probability of each kind. ``rise`` and ``fall`` (size, width): what rows that
    allow a cell gain by its mass, and what all rows that could have been there lose by it.
    """

    inside: PerKind
    rise: Floats
    fall: Floats


def slope(of: Batch, weight: PerKind, mass: Floats) -> Slope:
    """Compute the slope of the log-likelihood at some masses, (size, width), that sum to 1."""
    inside = PerKind(*(np.maximum(x, EMPTY) for x in of.cover.inside(mass)))
    rise, fall = of.cover.spread(PerKind(*(w / x for w, x in zip(weight, inside, strict=True))))
    return Slope(inside, np.where(of.valid, rise, 0.0), np.where(of.valid, fall, 0.0))


def log_likelihood(of: Batch, weight: PerKind, mass: Floats) -> Floats:
    """Compute the log-likelihood of each group of a batch: shape (size,)."""
    inside = PerKind(*(np.log(np.maximum(x, EMPTY)) for x in of.cover.inside(mass)))
    places = of.cover.width + 1
    size = of.cover.size
    return (
        totals(of.cover.closed_start // places, weight.closed * inside.closed, size)
        + totals(of.cover.open_start // places, weight.open * inside.open, size)
        - totals(of.cover.entry_start // places, weight.entry * inside.entry, size)
    )


def self_consistent(of: Batch, weight: PerKind, mass: Floats, at: Slope) -> Floats:
    """Give each cell the items expected in it (an EM step).

    With late entry each expected departure is set against those then under observation, as a
    life table does; without, that is a plain division by the number of items.
    """
    expected = mass * at.rise
    if not of.late_entry:
        return scaled(expected)
    left = of.cover.in_time(expected)
    nothing = PerKind(*(np.zeros(x.size) for x in weight))
    entered = of.cover.in_time(of.cover.spread(nothing._replace(entry=weight.entry))[1])
    at_risk = np.maximum(entered - np.cumsum(left, axis=1) + left, left)
    hazard = np.divide(left, at_risk, out=np.zeros_like(left), where=left > 0)
    stays = np.cumprod(np.hstack([np.ones((of.cover.size, 1)), 1 - hazard[:, :-1]]), axis=1)
    return scaled(of.cover.in_curve(hazard * np.maximum(stays, LEAST)))


def scaled(mass: Floats) -> Floats:
    """Make the masses of each group sum to 1."""
    sums: Floats = mass.sum(axis=1, keepdims=True)
    return mass / sums
