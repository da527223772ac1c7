"""How sure is a fitted curve? Intervals for the incidence of a cause by some hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Booleans, Floats, Integers, distinct, totals
from etmaal.stats.bounds import Scatter, crossed, narrowed, share_bounds, wider_scatter
from etmaal.stats.clusters import (
    Clustering,
    clustering,
    effective_clusters,
    error,
    largest,
    throughout,
)
from etmaal.stats.influence import Influence, influence
from etmaal.stats.reach import Straddling, reach
from etmaal.stats.turnbull import Fit, Masses, fit
from etmaal.stats.windows import windows

WAYS: tuple[Straddling, ...] = ("even", "late", "in_time")


@dataclass(frozen=True, slots=True)
class IncidenceIntervals:
    """The incidence of one cause by some hours; each (groups, k).

    nan for empty groups, and where no row tells anything about the hour: none was ever seen gone,
    and none still online at the hour or later.

    ``value``: with mass that straddles the hour spread evenly over its window. ``low``: the lower
    bound of the estimate with that mass late; ``high``: the upper bound with it in time, and with
    it what was last seen before the hour and never again; so ``low <= value <= high``. ``se``: the
    standard error of ``value``. ``effective_n`` (groups,): the effective number of clusters; with
    late entry that of the hour which fewest could see. ``masses``: the curves themselves.
    """

    hours: Floats
    value: Floats
    low: Floats
    high: Floats
    se: Floats
    effective_n: Floats
    masses: Masses


class Estimated(NamedTuple):
    """What was asked, and the estimates: ``values`` (groups, 3 k), by hour within each way.

    ``first`` is the place of the first of them among all that ``influence`` knows.
    """

    hours: Floats
    cause: int | None
    tail: float
    values: Floats
    influence: Influence
    first: int


def incidence_intervals(
    after: npt.ArrayLike,
    by: npt.ArrayLike,
    *,
    hours: npt.ArrayLike,
    tail: float,
    clusters: Sequence[npt.ArrayLike | None] = (),
    cause_of_interest: int | None = 0,
    weight: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    cause: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    groups: int | None = None,
    tolerance: float = 1e-5,
) -> IncidenceIntervals:
    """Estimate the share that left by each hour, with intervals that know of clusters.

    Args:
        after: hours at the last look online, shape (n,); see `windows` for this and the columns
            by to groups.
        by: hours at the first look gone.
        hours: shape (k,), the hours asked about.
        tail: the probability left in each tail; 0.025 for a two-sided 95 % interval.
        clusters: ways to cluster the rows, each of shape (n,), whole numbers that may recur in
            other groups; None is no way. The wider interval over the ways is given, and of two
            ways wider yet where both matter. With none, every item stands alone.
        cause_of_interest: 0 for removal, 1, 2, ... for a competing end, None for all together.
        weight: items the row stands for.
        entry: hours at which the row came under observation.
        cause: why it left.
        group: the curve the row belongs to.
        groups: how many groups there are.
        tolerance: as in `turnbull.turnbull`.

    Raises:
        ValueError: if a row cannot be a window, or clusters do not fit the rows.
        NotConverged: if the rounds allowed are used up.
    """
    rows = windows(after, by, weight=weight, entry=entry, cause=cause, group=group, groups=groups)
    fitted = fit(rows, tolerance=tolerance)
    at = np.atleast_1d(np.asarray(hours, np.float64))
    return intervals_of(fitted, at, tail=tail, clusters=clusters, cause=cause_of_interest)


def intervals_of(
    fitted: Fit,
    hours: Floats,
    *,
    tail: float,
    clusters: Sequence[npt.ArrayLike | None] = (),
    cause: int | None = 0,
) -> IncidenceIntervals:
    """Compute the intervals of `incidence_intervals` for curves that are fitted already.

    Args:
        fitted: the curves.
        hours: shape (k,), the hours asked about.
        tail: the probability left in each tail.
        clusters: ways to cluster the rows.
        cause: 0 for removal, 1, 2, ... for a competing end, None for leaving whatever the cause.
    """
    [found] = intervals_of_all(fitted, [(hours, cause)], tail=tail, clusters=clusters)
    return found


def intervals_of_all(
    fitted: Fit,
    asked: Sequence[tuple[Floats, int | None]],
    *,
    tail: float,
    clusters: Sequence[npt.ArrayLike | None] = (),
) -> list[IncidenceIntervals]:
    """Compute `intervals_of` for several pairs of hours and cause, solving for all at once.

    The information of a curve is the same whatever is asked of it, and dear; so ask together.
    """
    estimates = [_estimates(fitted, hours, cause) for hours, cause in asked]
    joint = influence(fitted, np.hstack(estimates))
    clusterings = ways(fitted, clusters)
    pairs = _pairs(clusterings)
    found, first = [], 0
    for (hours, cause), own in zip(asked, estimates, strict=True):
        value = _values(fitted, own)
        value[np.tile(_untold(fitted, hours), len(WAYS))] = np.nan
        of = Estimated(hours, cause, tail, value, joint, first)
        found.append(_intervals(fitted, of, clusterings, pairs))
        first += own.shape[1]
    return found


def effective_n(
    fitted: Fit, hours: Floats, *, clusters: Sequence[npt.ArrayLike | None] = ()
) -> Floats:
    """Compute the effective number of clusters alone, as `intervals_of` gives it: (groups,)."""
    many = np.full(fitted.rows.groups, np.inf)
    seen = [seen_by(fitted, float(hour)) for hour in hours]
    for way in ways(fitted, clusters):
        for part in seen:
            many = np.minimum(many, effective_clusters(way, part))
    return many


def _intervals(
    fitted: Fit, of: Estimated, clusterings: list[Clustering], pairs: Clustering | None
) -> IncidenceIntervals:
    """Take the wider interval over the ways to cluster, for each of the hours."""
    hours = of.hours
    low, high = (np.full((fitted.rows.groups, hours.size), np.nan) for _ in range(2))
    se, effective = np.zeros(low.shape), np.full(fitted.rows.groups, np.inf)
    seen = [seen_by(fitted, float(hour)) for hour in hours]
    value = of.values[:, : hours.size]
    for k in range(hours.size):
        errors = []
        for way in clusterings:
            many = effective_clusters(way, seen[k])
            effective = np.minimum(effective, many)
            lower, upper, error_ = _bounds_at(fitted, of, way, many, k)
            low[:, k], high[:, k] = np.fmin(low[:, k], lower), np.fmax(high[:, k], upper)
            se[:, k] = np.maximum(se[:, k], error_)
            errors.append(error_)
        if pairs is not None:
            one, other = errors
            both = _error(of, pairs, k).se
            low[:, k], high[:, k] = crossed(
                (low[:, k], high[:, k]), value[:, k], one=one, other=other, both=both
            )
            se[:, k] = np.maximum(se[:, k], np.sqrt(np.maximum(one**2 + other**2 - both**2, 0)))
    se[np.isnan(value)] = np.nan
    return IncidenceIntervals(hours, value, low, high, se, effective, fitted.masses)


def _pairs(clusterings: list[Clustering]) -> Clustering | None:
    """Return the clusters that two ways to cluster cut each other into; None unless two."""
    if len(clusterings) != 2 or any(way.alone for way in clusterings):
        return None
    one, other = clusterings
    _, pair = distinct(one.row, other.row)
    return clustering(one.rows, pair)


def _error(of: Estimated, way: Clustering, column: int) -> Scatter:
    """Compute the error of one of the estimates for one way to cluster."""
    return wider_scatter(*(error(way, x) for x in of.influence.on(of.first + column)))


def _estimates(fitted: Fit, hours: Floats, cause: int | None) -> Floats:
    """Return the weight of each cell in the estimate by each hour, for each way to straddle it."""
    left, by = (fitted.kinds.moments[x] for x in (fitted.cells.left, fitted.cells.by))
    after = np.where(np.nextafter(left, np.inf) >= by, by, left)
    slot = fitted.cells.curve % fitted.kinds.slots
    finite, tail = np.isfinite(by), slot == fitted.kinds.slots - 1
    mine = finite & ~tail if cause is None else finite & (slot == cause)
    ways = [np.where(mine[:, None], reach(after, by, hours, straddling=way), 0.0) for way in WAYS]
    # What was last seen before the hour, and never again, may have left in time: of that the
    # estimate knows nothing, and the upper bound must.
    ways[-1] += np.where(tail[:, None] & (left[:, None] < hours), 1.0, 0.0)
    return np.hstack(ways)


def _values(fitted: Fit, estimates: Floats) -> Floats:
    """Sum the estimates: shape (groups, number of estimates)."""
    groups, group = fitted.rows.groups, fitted.cells.curve // fitted.kinds.slots
    sums = [totals(group, fitted.mass * column, groups) for column in estimates.T]
    value = np.clip(np.array(sums).reshape(-1, groups).T, 0.0, 1.0)
    value[fitted.n <= 0] = np.nan
    return value


def _untold(fitted: Fit, hours: Floats) -> Booleans:
    """Say of which groups no row tells anything about each hour: shape (groups, k)."""
    rows = fitted.rows
    tells = ((rows.left[:, None] >= hours) | ~rows.open[:, None]) & (rows.weight > 0)[:, None]
    return np.array([totals(rows.group, told, rows.groups) == 0 for told in tells.T]).T


def _bounds_at(
    fitted: Fit, of: Estimated, way: Clustering, effective: Floats, k: int
) -> tuple[Floats, Floats, Floats]:
    """Compute low, high and error by one of the hours for one way to cluster the rows."""
    bounds, errors = [], []
    for column in range(k, of.values.shape[1], of.hours.size):
        by = _error(of, way, column)
        errors.append(by.se)
        bounds.append(
            share_bounds(of.values[:, column], by, n=fitted.n, effective=effective, tail=of.tail)
        )
    (low, high), (late, _), (_, in_time) = bounds
    outer, value = (np.minimum(low, late), np.maximum(high, in_time)), of.values[:, k]
    surely, possibly = counted(fitted, float(of.hours[k]), of.cause)
    inner = narrowed(
        outer,
        value,
        whole=throughout(way, surely),
        none=throughout(way, ~possibly),
        effective=effective,
        largest=largest(way),
        tail=of.tail,
    )
    # What came under observation late counts only beyond its entry: nothing can be counted then.
    late_entry = np.zeros(fitted.rows.groups, dtype=np.bool_)
    late_entry[fitted.rows.group[np.isfinite(fitted.rows.entry)]] = True
    low, high = (np.where(late_entry, x, y) for x, y in zip(outer, inner, strict=True))
    return low, high, errors[0]


def counted(fitted: Fit, hour: float, cause: int | None) -> tuple[Booleans, Booleans]:
    """Say which rows surely, and which possibly, left for a cause by an hour."""
    rows = fitted.rows
    mine = rows.open | (rows.cause == cause) | (cause is None)
    return ~rows.open & mine & (rows.by <= hour), mine & (rows.left < hour)


def ways(fitted: Fit, clusters: Sequence[npt.ArrayLike | None]) -> list[Clustering]:
    """Return the ways to cluster the rows; without any, one in which every item stands alone."""
    given: list[Integers] = [np.asarray(c, np.int64) for c in clusters if c is not None]
    return [clustering(fitted.rows, c) for c in given] or [clustering(fitted.rows, None)]


def seen_by(fitted: Fit, hour: float) -> Floats:
    """Return the part of its curve up to an hour that each row could tell about: shape (n,).

    All of it without late entry. What came under observation when most of those that leave by
    the hour had left says little about their share, and counts for little in the number of
    clusters which that rests on.
    """
    of, cells = fitted.kinds, fitted.cells
    group, width = cells.curve // of.slots, of.moments.size
    early = np.where(of.moments[cells.left] < hour, fitted.mass, 0.0)
    sums = np.concatenate([[0.0], np.cumsum(early[cells.order])])
    keys = (group * width + cells.by)[cells.order]
    found = np.searchsorted(keys, of.entry_group * width + of.entry_at, side="right")
    beyond = sums[cells.offsets[of.entry_group + 1]] - sums[found]
    whole = totals(group, early, of.groups)[of.entry_group]
    entry = of.moments[of.entry_at]
    part = np.divide(beyond, whole, out=np.where(entry < hour, 1.0, 0.0), where=whole > 0)
    part[np.isneginf(entry)] = 1.0  # exactly, or effective sizes would be off
    seen = np.zeros(fitted.rows.by.size)
    has = of.row_entry >= 0
    seen[has] = np.clip(part, 0.0, 1.0)[of.row_entry[has]]
    return seen
