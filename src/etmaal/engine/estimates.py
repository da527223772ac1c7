"""The second half of the figures: from counts of windows to shares, quantiles and curves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from etmaal.engine.cells import ENDS, Cells, Integers
from etmaal.stats.incidence import quantile, restricted_mean
from etmaal.stats.intervals import effective_n, intervals_of_all
from etmaal.stats.turnbull import Fit, Masses, NotConverged, fit, joined
from etmaal.stats.windows import windows

Floats = npt.NDArray[np.float64]

TAIL = 0.025  # in each tail of a 95 % interval
LATEST_BAND = 48.0
HORIZON = 720.0  # hours: 30 days
AT_ONCE = 500_000  # cells whose curves are fitted together


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values with 95 % intervals; each array has shape (groups,), NaN where a group is empty."""

    value: Floats
    low: Floats
    high: Floats
    effective_n: Floats


@dataclass(frozen=True, slots=True)
class Estimates:
    """What is estimated of each group of windows."""

    in_time: Intervals
    within: dict[float, Intervals]
    between_24_and_48h: Intervals
    over_48h: Intervals
    ended: dict[str, Intervals]  # by competing end, at 48 hours
    p50_hours: Floats
    p90_hours: Floats
    restricted_mean_hours: Floats
    masses: Masses


@dataclass(frozen=True, slots=True)
class Heap:
    """What is said of all rows of a group at once, whoever's they are; arrays as in `Estimates`."""

    effective_n: Floats
    p50_hours: Floats
    p90_hours: Floats
    restricted_mean_hours: Floats
    masses: Masses


def heap(
    cells: Cells, group: Integers, groups: int, hours: tuple[float, ...], *, batches: bool
) -> Heap:
    """Fit one curve through all rows of each group, without intervals; args as `estimate`."""
    if cells.entry.any():
        fitted = _fitted(cells, group, groups)
        clusters = [cells.site, cells.batch] if batches else [cells.site]
        many = effective_n(fitted, np.array(hours), clusters=clusters)
    else:
        # Without late entry every row tells of the whole curve: counts by window are enough.
        fitted = _fitted(*cells.windows_alone(group), groups)
        ways = (cells.site, cells.batch) if batches else (cells.site,)
        many = np.min([_effective(way, cells.weight, group, groups) for way in ways], axis=0)
    return Heap(
        effective_n=many,
        p50_hours=quantile(fitted.masses, 0.5)[:, 0],
        p90_hours=quantile(fitted.masses, 0.9)[:, 0],
        restricted_mean_hours=restricted_mean(fitted.masses, HORIZON),
        masses=fitted.masses,
    )


def _effective(cluster: Integers, weight: Integers, group: Integers, groups: int) -> Floats:
    """Return the effective number of clusters of each group: shape (groups,), 0 if empty."""
    clusters = int(cluster.max(initial=0)) + 1
    keys, kind = np.unique(np.asarray(group, np.int64) * clusters + cluster, return_inverse=True)
    size = np.bincount(kind, weight, keys.size)
    of = keys // clusters
    total, squares = np.bincount(of, size, groups), np.bincount(of, size**2, groups)
    return np.divide(total**2, squares, out=np.zeros(groups), where=squares > 0)


def _fitted(cells: Cells, group: Integers, groups: int) -> Fit:
    """Fit the curves; a group whose curve cannot be reached is without one, as if it were empty."""
    weight = cells.weight.astype(np.float64)
    while True:
        rows = windows(
            cells.hours(cells.after),
            cells.hours(cells.by),
            weight=weight,
            entry=cells.hours(cells.entry),
            cause=cells.cause,
            group=group,
            groups=groups,
        )
        try:
            return fit(rows)
        except NotConverged as stuck:
            weight = np.where(np.isin(group, stuck.groups), 0.0, weight)


def estimate(
    cells: Cells, group: Integers, groups: int, hours: tuple[float, ...], *, batches: bool
) -> Estimates:
    """Estimate removal over time in each group, competing ends and late entry taken in.

    Groups are taken some at a time: what is held of a row while its curve is fitted is many times
    the row.

    Args:
        cells: counts of windows on the grid, in the order of their groups.
        group: shape (cells,), the group of each cell, ascending.
        groups: how many groups there are; one without cells gives NaN.
        hours: the norm, and the hours beside it.
        batches: whether batches are known; then sites and batches are reckoned with together.

    Returns:
        NaN also for a group with rows whose curve could not be reached.
    """
    parts = [
        _estimate(cells.some(rows), group[rows] - some.start, len(some), hours, batches=batches)
        for rows, some in _portions(group, groups)
    ]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _portions(group: Integers, groups: int) -> Iterator[tuple[slice, range]]:
    """Cut groups into runs of at most `AT_ONCE` rows, or of one group."""
    begins = np.searchsorted(group, np.arange(groups + 1))
    first = 0
    while first < groups:
        most = int(np.searchsorted(begins, begins[first] + AT_ONCE, side="right")) - 1
        last = min(max(most, first + 1), groups)
        yield slice(int(begins[first]), int(begins[last])), range(first, last)
        first = last


def _joined(parts: list[Estimates]) -> Estimates:
    """Put the estimates of runs of groups one after the other."""

    def whole(get: Callable[[Estimates], Intervals]) -> Intervals:
        found = [get(part) for part in parts]
        return Intervals(
            *(np.concatenate([getattr(one, f.name) for one in found]) for f in fields(Intervals))
        )

    one = parts[0]
    return Estimates(
        in_time=whole(lambda p: p.in_time),
        within={h: whole(lambda p, h=h: p.within[h]) for h in one.within},  # type: ignore[misc]
        between_24_and_48h=whole(lambda p: p.between_24_and_48h),
        over_48h=whole(lambda p: p.over_48h),
        ended={end: whole(lambda p, e=end: p.ended[e]) for end in one.ended},  # type: ignore[misc]
        p50_hours=np.concatenate([p.p50_hours for p in parts]),
        p90_hours=np.concatenate([p.p90_hours for p in parts]),
        restricted_mean_hours=np.concatenate([p.restricted_mean_hours for p in parts]),
        masses=joined([p.masses for p in parts]),
    )


def _estimate(
    cells: Cells, group: Integers, groups: int, hours: tuple[float, ...], *, batches: bool
) -> Estimates:
    fitted = _fitted(cells, group, groups)
    clusters = [cells.site, cells.batch] if batches else [cells.site]
    moments = tuple(dict.fromkeys(hours))
    band = np.array([LATEST_BAND])
    # Of the ends that nothing came to, one answer is that of all: each asked costs as much again.
    found = set(np.unique(cells.cause).tolist())
    absent = [cause for cause in range(1, len(ENDS) + 1) if cause not in found]
    causes: list[int | None] = [*sorted(found - {0}), *absent[:1], None]
    asked = [(np.array(moments), 0), *((band, cause) for cause in causes)]
    removed, *others = (
        [
            Intervals(part.value[:, k], part.low[:, k], part.high[:, k], part.effective_n)
            for k in range(part.hours.size)
        ]
        for part in intervals_of_all(fitted, asked, tail=TAIL, clusters=clusters)
    )
    within = dict(zip(moments, removed, strict=True))
    answers = {cause: only for cause, [only] in zip(causes, others, strict=True)}
    left = answers[None]
    ended = {
        name: answers[absent[0] if cause in absent else cause]
        for cause, name in enumerate(ENDS, start=1)
    }
    masses = fitted.masses
    return Estimates(
        in_time=within[hours[0]],
        within=within,
        between_24_and_48h=_difference(within[LATEST_BAND], within[24.0]),
        over_48h=Intervals(1 - left.value, 1 - left.high, 1 - left.low, left.effective_n),
        ended=ended,
        p50_hours=quantile(masses, 0.5)[:, 0],
        p90_hours=quantile(masses, 0.9)[:, 0],
        restricted_mean_hours=restricted_mean(masses, HORIZON),
        masses=masses,
    )


def _difference(later: Intervals, earlier: Intervals) -> Intervals:
    """Return what lies between two hours of one curve, by the method of variance recovery.

    The two rise together, so taking them as independent is on the wide side.

    Source: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    value = np.clip(later.value - earlier.value, 0.0, 1.0)
    below = np.hypot(later.value - later.low, earlier.high - earlier.value)
    above = np.hypot(later.high - later.value, earlier.value - earlier.low)
    return Intervals(
        value=value,
        low=np.clip(value - below, 0.0, value),
        high=np.clip(value + above, value, 1.0),
        effective_n=np.minimum(later.effective_n, earlier.effective_n),
    )


def pooled(parts: Estimates, n: Floats, together: Heap) -> Estimates:
    """Return estimates over all providers whose shares are the n-weighted sums of theirs.

    Gaps between checks differ from provider to provider, so that one curve through all rows
    would borrow the well-watched ones' times for the others. Quantiles, curve and effective n
    remain those of all rows ``together``.

    Args:
        parts: of each provider (and month).
        n: shape (parts, groups), the rows of each part in each group of ``together``.
        together: the same rows in one heap for each group.
    """
    total = n.sum(axis=0)
    weight = n / np.where(total > 0, total, 1.0)

    def put(part: Intervals) -> Intervals:
        value, low, high = (np.where(total > 0, x, np.nan) for x in combined(part, weight))
        return Intervals(value, low, high, together.effective_n)

    return Estimates(
        in_time=put(parts.in_time),
        within={hours: put(part) for hours, part in parts.within.items()},
        between_24_and_48h=put(parts.between_24_and_48h),
        over_48h=put(parts.over_48h),
        ended={end: put(part) for end, part in parts.ended.items()},
        p50_hours=together.p50_hours,
        p90_hours=together.p90_hours,
        restricted_mean_hours=together.restricted_mean_hours,
        masses=together.masses,
    )


def combined(parts: Intervals, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return weighted averages over groups with intervals by the method of variance recovery.

    Args:
        parts: shares of independent groups, shape (groups,); one without a value counts for
            nothing.
        weights: shape (groups, averages); each column adds up to 1.

    Returns:
        Values, lower and upper ends, each of shape (averages,).

    Source: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    asked, known = weights.any(axis=1), np.isfinite(parts.value)
    used = asked & known
    weight = weights[used]
    if (asked & ~known).any():
        left = weight.sum(axis=0)
        weight = weight / np.where(left > 0, left, 1.0)
    value = parts.value[used] @ weight
    below = np.sqrt(((parts.value - parts.low)[used] ** 2) @ weight**2)
    above = np.sqrt(((parts.high - parts.value)[used] ** 2) @ weight**2)
    value = np.where(weights.any(axis=0) & ~weight.any(axis=0), np.nan, value)
    return value, np.maximum(value - below, 0.0), np.minimum(value + above, 1.0)
