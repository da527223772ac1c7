"""How sure is a share? Intervals for counts, and for shares of items that stand and fall together.

Items on one site, or in one notice, are removed together: a thousand items on twenty sites tell
little more than twenty. So the error of a share is computed between clusters, and never believed
to be smaller than if every item stood alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from etmaal.stats.arrays import Floats, highest, totals
from etmaal.stats.bounds import crossed, exact_bounds, narrowed, scatter, share_bounds


@dataclass(frozen=True, slots=True)
class ShareIntervals:
    """A share per group, each of shape (groups,); nan, with ``n`` 0, where a group is empty.

    ``low <= value <= high``, all in [0, 1]; ``se``: the standard error on the scale of the share;
    ``n``: items; ``effective_n``: the number of equally large clusters that would tell as much.
    """

    value: Floats
    low: Floats
    high: Floats
    se: Floats
    n: Floats
    effective_n: Floats


def wilson(
    hits: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Compute the Wilson score interval of a share of independent items.

    Args:
        hits: items that count, whole or not.
        n: all items, of the same shape; 0 gives (0, 1).
        confidence: of the two-sided interval.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    some, all_ = np.broadcast_arrays(np.asarray(hits, np.float64), np.asarray(n, np.float64))
    z2 = special.ndtri((1 + confidence) / 2) ** 2
    share = np.divide(some, all_, out=np.full(all_.shape, 0.5), where=all_ > 0)
    centre = some + z2 / 2
    half = np.sqrt(z2 * (all_ * share * (1 - share) + z2 / 4))
    # At the ends the formula gives 0 and 1 but for rounding, which may also take it beyond them.
    low, high = np.maximum(centre - half, 0.0) / (all_ + z2), (centre + half) / (all_ + z2)
    low = np.where(some <= 0, 0.0, low)
    return low, np.where(some >= all_, 1.0, np.minimum(high, 1.0))


def clopper_pearson(
    hits: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Compute the exact (Clopper-Pearson) interval of a share of independent items.

    Args:
        hits: items that count, whole or not.
        n: all items, of the same shape, whole or not; 0 gives (0, 1).
        confidence: of the two-sided interval; each tail holds half of what is left.

    Source: Clopper and Pearson (1934), Biometrika 26, 404-413; for numbers that are not whole:
    Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    some, all_ = np.broadcast_arrays(np.asarray(hits, np.float64), np.asarray(n, np.float64))
    return exact_bounds(some, all_, (1 - confidence) / 2)


def effective_n(sizes: npt.ArrayLike) -> float:
    """Compute how many equally large clusters would tell as much: (sum)^2 / sum of squares.

    Source: Kish (1965), Survey Sampling, 8.2 and 11.8.
    """
    each = np.asarray(sizes, np.float64)
    squares = float(np.sum(each**2))
    return float(np.sum(each)) ** 2 / squares if squares > 0 else 0.0


def clustered_shares(
    group: npt.ArrayLike,
    hits: npt.ArrayLike,
    total: npt.ArrayLike,
    *,
    groups: int,
    tail: float,
) -> ShareIntervals:
    """Compute the share of hits in each group, with an interval that knows of clusters.

    Args:
        group: shape (n,), the group of each cluster, from 0; one row for each cluster in a group.
        hits: shape (n,), items of the cluster that count, ``0 <= hits <= total``.
        total: shape (n,), items of the cluster; 0 for one that does not count.
        groups: how many groups there are.
        tail: the probability left in each tail: 0.025 for a two-sided 95 % interval, 0.005 for a
            one-sided bound of 99.5 %.

    Returns:
        The ratio estimate of each group; its interval as in `bounds`.

    Raises:
        ValueError: if hits are negative or more than the total.
    """
    which = np.asarray(group, np.int64)
    hit, size = np.asarray(hits, np.float64), np.asarray(total, np.float64)
    if not np.all((hit >= 0) & (hit <= size)):
        raise ValueError("a cluster needs 0 <= hits <= total")
    n = totals(which, size, groups)
    value = _over(totals(which, hit, groups), n, np.nan)
    effective = _over(n**2, totals(which, size**2, groups), 0.0)
    # An empty group's residuals are of no consequence: its bounds are nan.
    share = np.nan_to_num(value)[which]
    own = hit * (1 - share) ** 2 + (size - hit) * share**2
    by = scatter(which, hit - share * size, own, size, groups)
    low, high = narrowed(
        share_bounds(value, by, n=n, effective=effective, tail=tail),
        value,
        whole=_over(totals(which, np.where(hit == size, size, 0.0), groups), n, 0.0),
        none=_over(totals(which, np.where(hit == 0, size, 0.0), groups), n, 0.0),
        effective=effective,
        largest=_over(highest(which, size, groups), n, 1.0),
        tail=tail,
    )
    return ShareIntervals(value, low, high, np.where(n > 0, by.se, np.nan), n, effective)


def _over(above: Floats, below: Floats, otherwise: float) -> Floats:
    out: Floats = np.full(below.shape, otherwise)
    return np.divide(above, below, out=out, where=below > 0)


def wider(a: ShareIntervals, b: ShareIntervals, *, pairs: Floats) -> ShareIntervals:
    """Join two ways of clustering the same shares: the wider bounds, and wider yet if both matter.

    Args:
        a: clustered one way.
        b: clustered the other way.
        pairs: shape (groups,), the sum of squared residuals of the pairs of both, as from
            `squared_residuals`.

    Returns:
        The bounds as in `bounds.crossed`; the smaller number of effective clusters.
    """
    alone = _over(a.value * (1 - a.value), a.n - 1, 0.0)
    both = np.sqrt(np.maximum(_over(pairs, a.n**2, 0.0), alone))
    outer = np.minimum(a.low, b.low), np.maximum(a.high, b.high)
    low, high = crossed(outer, a.value, one=a.se, other=b.se, both=both)
    total = np.sqrt(np.maximum(a.se**2 + b.se**2 - both**2, np.maximum(a.se, b.se) ** 2))
    return ShareIntervals(
        value=a.value,
        low=low,
        high=high,
        se=total,
        n=a.n,
        effective_n=np.minimum(a.effective_n, b.effective_n),
    )


def squared_residuals(value: Floats, hits: Floats, both: Floats, total: Floats) -> Floats:
    """Sum the squares of clusters' residuals from sums over the clusters alone.

    Args:
        value: shape (groups,), the share of each group.
        hits: the sum of each cluster's hits squared.
        both: that of its hits times its items.
        total: that of its items squared.
    """
    return np.maximum(hits - 2 * value * both + value**2 * total, 0.0)
