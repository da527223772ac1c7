"""How far two shares lie apart, and how sure that is: differences, sums, and what of it is mix.

Everything here takes shares that were estimated apart, each with its own interval. Where the same
sites stand behind two of them they rise and fall together, and the intervals here are too wide:
the conservative side.

Source: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702 (method of variance recovery);
Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from etmaal.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Held:
    """Values with their intervals, ``low <= value <= high``, all of one shape."""

    value: Floats
    low: Floats
    high: Floats


def held(value: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Held:
    """Return values with their intervals as arrays."""
    return Held(*(np.asarray(x, np.float64) for x in (value, low, high)))


def difference(after: Held, before: Held, *, most: float = 1.0) -> Held:
    """Return ``after - before`` of independent values with their intervals.

    Args:
        after: the one.
        before: the other, of the same shape.
        most: no difference can be larger than this, up or down; 1 for shares.
    """
    value = after.value - before.value
    down = np.hypot(after.value - after.low, before.high - before.value)
    up = np.hypot(after.high - after.value, before.value - before.low)
    return Held(value, np.maximum(value - down, -most), np.minimum(value + up, most))


def weighted_sum(parts: Held, weights: npt.ArrayLike) -> Held:
    """Return the sum of independent parts, each times its weight, which may be negative.

    Args:
        parts: shape (n,).
        weights: shape (n,), taken as known without error.

    Returns:
        One value with its interval, each of shape ().
    """
    weight = np.asarray(weights, np.float64)
    value = np.sum(weight * parts.value)
    below, above = weight * (parts.value - parts.low), weight * (parts.high - parts.value)
    # A negative weight turns an interval around: its upper end then pulls the sum down.
    down = np.sqrt(np.sum(np.where(weight >= 0, below, above) ** 2))
    up = np.sqrt(np.sum(np.where(weight >= 0, above, below) ** 2))
    return held(value, value - down, value + up)


@dataclass(frozen=True, slots=True)
class Split:
    """A change of a pooled share as the sum of three parts.

    ``behaviour`` is what changed at those that are in both, at the average of their two weights;
    ``weights`` what came of their weights shifting among them; ``entry`` of who is new or gone.
    """

    behaviour: Held
    weights: float
    entry: float


def split_change(after: Held, weight_after: Floats, before: Held, weight_before: Floats) -> Split:
    """Split the change of a pooled share into behaviour, shift of weights, and entry and exit.

    Args:
        after: shares after, shape (n,); any number where the weight is 0.
        weight_after: their parts of the whole, adding up to 1; 0 for who is gone.
        before: shares before; any number where the weight is 0.
        weight_before: likewise; 0 for who is new.

    Raises:
        ValueError: if weights do not add up to 1.

    Source: Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194; the parts of the mix are taken
    against the mean of the two pooled shares, so that who enters as good as the others adds none.
    """
    for weight in (weight_after, weight_before):
        if not np.isclose(weight.sum(), 1):
            raise ValueError("weights must add up to 1")
    stayed = (weight_after > 0) & (weight_before > 0)
    mean_weight = np.where(stayed, (weight_after + weight_before) / 2, 0.0)[stayed]
    later, earlier = _of(after, stayed), _of(before, stayed)
    apart = difference(later, earlier)
    new, gone = (weight_after > 0) & ~stayed, (weight_before > 0) & ~stayed
    centre = (_pooled(after, weight_after) + _pooled(before, weight_before)) / 2
    typical = (later.value + earlier.value) / 2 - centre
    return Split(
        behaviour=weighted_sum(apart, mean_weight),
        weights=float(np.sum(typical * (weight_after - weight_before)[stayed])),
        entry=float(
            np.sum(weight_after[new] * (after.value[new] - centre))
            - np.sum(weight_before[gone] * (before.value[gone] - centre))
        ),
    )


def mean_change(changes: Held, *, tail: float = 0.025) -> Held:
    """Return the mean of several changes with the wider of two intervals.

    One interval rests on the changes' own intervals: it is about these groups. The other rests on
    how much the changes differ from one another: it is about groups like these.

    Args:
        changes: shape (n,), n above 0.
        tail: the probability left in each tail.
    """
    n = changes.value.size
    own = weighted_sum(changes, np.full(n, 1 / n))
    if n < 2:
        return own
    spread = (
        float(np.std(changes.value, ddof=1)) / np.sqrt(n) * -float(special.stdtrit(n - 1, tail))
    )
    return Held(
        own.value, np.minimum(own.low, own.value - spread), np.maximum(own.high, own.value + spread)
    )


def _of(parts: Held, which: npt.NDArray[np.bool_]) -> Held:
    return Held(parts.value[which], parts.low[which], parts.high[which])


def _pooled(parts: Held, weight: Floats) -> float:
    some = weight > 0
    return float(np.sum(weight[some] * parts.value[some]))
