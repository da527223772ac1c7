"""Between which bounds does a share lie, given how its clusters scatter?

The method of every interval for a share in this product. The plain one (cluster error, t on G - 1
degrees of freedom) is too sure where few clusters hold all the failures. Chosen by a study of 106
kinds of invented worlds, 1,000 of each, and 52 kinds at the floor, 4,000 of each (`make proof`):
the 95 % interval of the share in time held the truth in 93.7 to 100 % of worlds; a provider at the
floor was wrongly lax in at most 0.6 %, one below it wrongly meets in at most 0.5 %. Where large
sites are worse than small ones lax was wrong in 1.9 %.
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


def scatter(group: Integers, residual: Floats, own: Floats, size: Floats, groups: int) -> Scatter:
    """Compute the error of a share from how its clusters scatter, and what luck may have hidden.

    Three errors are looked at. That *between* clusters leaves out each in turn (the jackknife of a
    ratio). That of clusters as *alike* inside as all of them are on average makes up for a few
    large ones that happened to come out alike; halfway between the two is believed if it is more
    than the first. And no error is believed to be smaller than that of items that stand *alone*.

    Args:
        group: shape (c,), the group of each cluster.
        residual: shape (c,), the cluster's hits less those expected at the group's share.
        own: shape (c,), the sum over the cluster's items of each one's residual squared.
        size: shape (c,), items in the cluster; 0 for one that does not count.
        groups: how many groups there are.

    Returns:
        The error; and Welch-Satterthwaite degrees of freedom from the fourth moment of the
        clusters' residuals.

    Source: Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Kish (1965), Survey Sampling,
    5.4 (the likeness within clusters); Box (1953), Biometrika 40, 318-335 (the spread of a
    variance by its fourth moment).
    """
    n = totals(group, size, groups)
    rest = n[group] - size
    moved = np.divide(residual, rest, out=np.zeros_like(size), where=rest > 1e-12 * n[group])
    square = moved**2
    between, fourth = totals(group, square, groups), totals(group, square**2, groups)
    alone = totals(group, own, groups) / np.maximum(n * (n - 1), np.maximum(n, 1.0))
    alike = alone * _design_effect(group, square * n[group] ** 2, own, size, groups)
    variance = np.maximum(np.maximum(between, (between + alike) / 2), alone)
    # 1 for residuals all alike, 3 for normal ones, the number of clusters for a single outlier.
    count = totals(group, np.where(size > 0, 1.0, 0.0), groups)
    peaked = np.divide(count * fourth, between**2, out=np.ones(groups), where=between > NOISE**2)
    return Scatter(np.sqrt(variance), 2 * count / np.maximum(peaked - 1, 1e-9))


def _design_effect(
    group: Integers, square: Floats, own: Floats, size: Floats, groups: int
) -> Floats:
    """Compute by how much clusters of these sizes widen a variance, at their average likeness.

    The likeness of items of one cluster, the correlation of two of them, is taken to be the same in
    clusters of every size. Each cluster tells of it in proportion to its items less one.
    """
    pairs = np.maximum(size - 1, 0.0)
    excess = np.divide(square - own, size, out=np.zeros_like(size), where=pairs > 0)
    n, spread = totals(group, size, groups), totals(group, own, groups)
    most = np.divide(spread, n, out=np.zeros(groups), where=n > 0) * totals(group, pairs, groups)
    likeness = totals(group, excess, groups)
    likeness = np.divide(likeness, most, out=np.zeros(groups), where=most > 0)
    further = totals(group, size * pairs, groups)
    further = np.divide(further, n, out=np.zeros(groups), where=n > 0)
    return 1 + np.clip(likeness, 0.0, 1.0) * further


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
    largest: Floats,
    tail: float,
) -> tuple[Floats, Floats]:
    """Draw in bounds that are wider than counting whole clusters allows.

    A share is no less than the share of clusters that hit throughout, and no more than that of
    clusters that hit at all; each cluster is one draw, so these have exact bounds. They matter
    where one or two clusters hold all the misses: one miss can then not cost more than a missed
    cluster. Where one large cluster has pulled the share towards the middle, counting clusters as
    equally large is too sure of the way back: the bound on the side of the nearer end is drawn in
    only as far as clusters no smaller than the largest would allow.

    Args:
        bounds: low and high, as from `share_bounds`.
        value: the share.
        whole: the share of items in clusters in which every item counts.
        none: the share of items in clusters in which no item counts.
        effective: equally large clusters that would tell as much.
        largest: the share of items in the largest cluster.
        tail: the probability left in each tail.
    """
    known = ~np.isnan(value) & (effective > ONE)
    size = np.where(known, effective, 0.0)
    fewer = np.minimum(size, 1 / np.where(known, largest, 1.0))
    below, above = np.where(value < 0.5, fewer, size), np.where(value > 0.5, fewer, size)
    floor, _ = exact_bounds(np.where(known, whole, 0.0) * below, below, tail)
    _, ceiling = exact_bounds(np.where(known, 1 - none, 1.0) * above, above, tail)
    low = np.maximum(bounds[0], np.minimum(floor, value))
    high = np.minimum(bounds[1], np.maximum(ceiling, value))
    return low, high


def crossed(
    bounds: tuple[Floats, Floats], value: Floats, *, one: Floats, other: Floats, both: Floats
) -> tuple[Floats, Floats]:
    """Widen the wider of two intervals where items have something in common in two ways at once.

    What items of one site have in common, and what items of one batch have, add up, but for what
    those of the same site and batch have. Where either is nothing the bounds stay.

    Args:
        bounds: low and high, the wider of the two ways to cluster.
        value: the share.
        one: its error, clustered one way.
        other: clustered the other way.
        both: clustered by the pairs of both.

    Source: Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat. 29, 238-249.
    """
    widest = np.maximum(one, other) ** 2
    total = np.maximum(one**2 + other**2 - both**2, widest)
    inner = (value > 0) & (value < 1) & (widest > NOISE**2)
    factor = np.sqrt(np.divide(total, widest, out=np.ones_like(value), where=inner))
    middle = special.logit(np.where(inner, value, 0.5))
    low, high = (
        special.expit(middle + factor * (special.logit(np.where(inner, end, 0.5)) - middle))
        for end in bounds
    )
    return (
        np.where(inner, np.minimum(low, bounds[0]), bounds[0]),
        np.where(inner, np.maximum(high, bounds[1]), bounds[1]),
    )
