"""What does a fitted curve say, and what not? Incidence, quantiles, time online, and boxes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Floats, Integers, totals
from etmaal.stats.intervals import IncidenceIntervals, incidence_intervals
from etmaal.stats.reach import Straddling, reach
from etmaal.stats.turnbull import Masses

__all__ = [
    "Boxes",
    "IncidenceIntervals",
    "Straddling",
    "band",
    "incidence",
    "incidence_intervals",
    "quantile",
    "restricted_mean",
]

ROUNDING = 1e-9  # a level missed by less than this is reached


@dataclass(frozen=True, slots=True)
class Boxes:
    """What the data leave open, sorted by group and time; each of shape (m,).

    Somewhere in ``(after, by]`` the incidence rises from ``low`` to ``high``; where, the data do
    not say. Between one box and the next it is flat. In a last box with by = inf it may never rise.
    """

    group: Integers
    after: Floats
    by: Floats
    low: Floats
    high: Floats


def incidence(
    masses: Masses, hours: npt.ArrayLike, *, cause: int = 0, straddling: Straddling = "even"
) -> Floats:
    """Compute the cumulative incidence of one cause: the share that left for it by each hour.

    Args:
        masses: of any number of groups.
        hours: shape (k,).
        cause: 0 for removal, 1, 2, ... for a competing end.
        straddling: how a mass counts whose window straddles the hour; see `reach`.

    Returns:
        Shape (groups, k), in [0, 1]; nan for groups without rows.
    """
    at = np.atleast_1d(np.asarray(hours, np.float64))
    mine = np.flatnonzero(masses.cause == cause)
    # Hour by hour, so that long curves of many groups need no table of every mass at every hour.
    sums = [
        totals(masses.group[mine], masses.mass[mine] * part[:, 0], masses.groups)
        for part in (
            reach(masses.after[mine], masses.by[mine], at[k : k + 1], straddling=straddling)
            for k in range(at.size)
        )
    ]
    table = np.minimum(np.array(sums).reshape(at.size, masses.groups).T, 1.0)
    return np.where(masses.n[:, None] > 0, table, np.nan)


def quantile(masses: Masses, q: npt.ArrayLike) -> Floats:
    """Find the hours at which the incidence of removal reaches each level.

    A mass is taken to be spread evenly over its window.

    Args:
        masses: of any number of groups.
        q: levels in (0, 1], shape (k,).

    Returns:
        Shape (groups, k); inf where the level is never reached, nan for groups without rows.

    Raises:
        ValueError: for a level outside (0, 1].
    """
    levels = np.atleast_1d(np.asarray(q, np.float64))
    if not np.all((levels > 0) & (levels <= 1)):
        raise ValueError("a level must lie in (0, 1]")
    result = np.full((masses.groups, levels.size), np.inf)
    result[masses.n <= 0] = np.nan
    boxes = _removals(masses)
    for k, level in enumerate(levels):
        crossed = np.flatnonzero((boxes.high >= level - ROUNDING) & (boxes.low < level - ROUNDING))
        low, high = boxes.low[crossed], boxes.high[crossed]
        part = np.minimum((level - low) / (high - low), 1.0)
        after, by = boxes.after[crossed], boxes.by[crossed]
        result[boxes.group[crossed], k] = after + part * (by - after)
    return result


def restricted_mean(masses: Masses, horizon_hours: float) -> Floats:
    """Compute the mean time online within a horizon: shape (groups,), in hours.

    The integral from 0 to the horizon of one less the incidence of leaving, for whatever cause. A
    mass is spread evenly over its window; what was still online at its last look stays to the
    horizon.
    """
    after, by = np.minimum(masses.after, horizon_hours), np.minimum(masses.by, horizon_hours)
    whole = masses.by - masses.after
    # Within a window that the horizon cuts, the part beyond it stays to the horizon.
    inside = np.divide(
        by - after, whole, out=np.zeros(whole.size), where=np.isfinite(whole) & (whole > 0)
    )
    exact = masses.by == masses.after
    stay = np.where(exact, by, inside * (after + by) / 2 + (1 - inside) * horizon_hours)
    total = totals(masses.group, masses.mass * stay, masses.groups)
    return np.where(masses.n > 0, total, np.nan)


def band(masses: Masses) -> Boxes:
    """Return the boxes to draw for removals: what the curve rises by, and where it may do so."""
    return _removals(masses, tail=True)


def _removals(masses: Masses, *, tail: bool = False) -> Boxes:
    """Cumulate the masses of removals in each group; with the tail as a last box, if asked for."""
    mine = np.flatnonzero((masses.cause == 0) | (tail & np.isinf(masses.by)))
    order = np.lexsort((masses.by[mine], masses.group[mine]))
    mine = mine[order]
    group, mass = masses.group[mine], masses.mass[mine]
    total = np.cumsum(mass)
    start = np.searchsorted(group, group)
    low = total - mass - (total[start] - mass[start])
    return Boxes(
        group,
        masses.after[mine],
        masses.by[mine],
        np.maximum(low, 0.0),
        np.minimum(low + mass, 1.0),
    )
