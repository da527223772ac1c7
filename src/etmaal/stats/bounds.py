"""Between which bounds does a share lie, given how its clusters scatter?

The method of every interval for a share in this product. The plain one (cluster error, t on G - 1
degrees of freedom) is too sure where few clusters hold all the failures. Chosen by a study of 54
kinds of invented worlds, 2,000 of each, with 20 to 200 clusters and shares of 0.1 to 0.9
(``benchmarks/coverage_of_intervals.py``): the 95 % interval of the share in time held the truth in
93.6 to 98.1 % of worlds; a 99.5 % bound against a provider failed in at most 1.2 % (plain: 2.0 %)
and at a share of 0.9, where the floors lie, in at most 0.5 % (plain: 0.9 %); one in its favour in
at most 1.6 % (plain: 2.2 %). With sites more alike yet, the plain bounds failed in up to 4.7 %.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from etmaal.stats.arrays import Floats, Integers, totals

ONE = 1 + 1e-9  # an effective number of clusters up to this is one, whatever the rounding
NOISE = 1e-12  # an error below this is rounding: clusters that all say the same


class Scatter(NamedTuple):
    """How the clusters of each group scatter; each of shape (groups,).

    ``se``: the standard error of the share. ``degrees``: how many clusters, less one, that error
    rests on: fewer where a few clusters make up most of it.
    """

    se: Floats
    degrees: Floats


def scatter(group: Integers, residual: Floats, size: Floats, groups: int) -> Scatter:
    """Compute the error of a share between clusters, leaving out each cluster in turn.

    Args:
        group: shape (c,), the group of each cluster.
        residual: shape (c,), the cluster's hits less those expected at the group's share.
        size: shape (c,), items in the cluster; 0 for one that does not count.
        groups: how many groups there are.

    Returns:
        The jackknife error of the ratio estimate; and Welch-Satterthwaite degrees of freedom from
        the fourth moment of the clusters' residuals.

    Source: Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Box (1953), Biometrika 40,
    318-335 (the spread of a variance by its fourth moment).
    """
    n = totals(group, size, groups)[group]
    part = np.divide(size, n, out=np.zeros_like(size), where=n > 0)
    moved = np.divide(residual, n - size, out=np.zeros_like(size), where=part < 1 - 1e-12)
    count = totals(group, np.where(size > 0, 1.0, 0.0), groups)
    square = moved**2
    second, fourth = totals(group, square, groups), totals(group, square**2, groups)
    # 1 for residuals all alike, 3 for normal ones, the number of clusters for a single outlier.
    peaked = np.divide(count * fourth, second**2, out=np.ones(groups), where=second > NOISE**2)
    return Scatter(np.sqrt(second), 2 * count / np.maximum(peaked - 1, 1e-9))


def wider_scatter(a: Scatter, b: Scatter) -> Scatter:
    """Take the larger error and the fewer degrees of freedom of two."""
    return Scatter(np.maximum(a.se, b.se), np.minimum(a.degrees, b.degrees))


def exact_bounds(hits: Floats, n: Floats, tail: float) -> tuple[Floats, Floats]:
    """Compute Clopper-Pearson bounds; hits and n need not be whole; n = 0 gives (0, 1)."""
    some, rest = np.maximum(hits, 1e-300), np.maximum(n - hits, 1e-300)
    low = np.where(hits <= 0, 0.0, special.betaincinv(some, rest + 1, tail))
    high = np.where(hits >= n, 1.0, special.betainccinv(some + 1, rest, tail))
    return low, high


def share_bounds(
    value: Floats, by: Scatter, *, n: Floats, effective: Floats, tail: float
) -> tuple[Floats, Floats]:
    """Compute bounds of a share from its error and effective number of clusters.

    On the logit scale, with t on ``effective - 1`` degrees of freedom, or those of the error if
    they are fewer. Where the share is 0 or 1, or less than one item away from it, no error can be
    estimated: there the exact interval of as many independent items as there are effective
    clusters. A single cluster tells nothing: (0, 1).

    Args:
        value: the share; nan for an empty group.
        by: its error and degrees of freedom, of the same shape.
        n: items.
        effective: equally large clusters that would tell as much.
        tail: the probability left in each tail.

    Returns:
        low and high with ``0 <= low <= value <= high <= 1``; nan for an empty group.

    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    known, single = ~np.isnan(value), effective <= ONE
    edge = n * np.minimum(value, 1 - value) < 1 - 1e-9
    inner = known & ~single & ~edge
    share = np.where(inner, value, 0.5)
    degrees = np.where(inner, np.minimum(effective - 1, by.degrees), 1.0)
    reach = special.stdtrit(degrees, 1 - tail) * np.where(inner, by.se, 0.0)
    reach = reach / (share * (1 - share))
    middle = special.logit(share)
    low, high = special.expit(middle - reach), special.expit(middle + reach)
    size = np.where(known, effective, 0.0)
    exact = exact_bounds(np.where(known, value, 0.0) * size, size, tail)
    low, high = np.where(edge, exact[0], low), np.where(edge, exact[1], high)
    low, high = np.where(single, 0.0, low), np.where(single, 1.0, high)
    low, high = np.minimum(low, value), np.maximum(high, value)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def narrowed(
    bounds: tuple[Floats, Floats],
    value: Floats,
    *,
    whole: Floats,
    none: Floats,
    effective: Floats,
    tail: float,
) -> tuple[Floats, Floats]:
    """Draw in bounds that are wider than counting whole clusters allows.

    A share is no less than the share of clusters that hit throughout, and no more than that of
    clusters that hit at all; each cluster is one draw, so these have exact bounds. They matter
    where one or two clusters hold all the misses: one miss can then not cost more than a missed
    cluster.

    Args:
        bounds: low and high, as from `share_bounds`.
        value: the share.
        whole: the share of items in clusters in which every item counts.
        none: the share of items in clusters in which no item counts.
        effective: equally large clusters that would tell as much.
        tail: the probability left in each tail.
    """
    known = ~np.isnan(value) & (effective > ONE)
    size = np.where(known, effective, 0.0)
    floor, _ = exact_bounds(np.where(known, whole, 0.0) * size, size, tail)
    _, ceiling = exact_bounds(np.where(known, 1 - none, 1.0) * size, size, tail)
    low = np.maximum(bounds[0], np.minimum(floor, value))
    high = np.minimum(bounds[1], np.maximum(ceiling, value))
    return low, high
