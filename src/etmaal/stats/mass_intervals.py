"""How sure is each single mass of a curve? Bounds for the masses of one group."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Floats, Integers
from etmaal.stats.batches import Batch
from etmaal.stats.bounds import Scatter, share_bounds
from etmaal.stats.clusters import Clustering, effective_clusters
from etmaal.stats.cover import Cover, PerKind, curvature
from etmaal.stats.influence import batches_with_mass
from etmaal.stats.information import MOST, direction
from etmaal.stats.intervals import seen_by, ways
from etmaal.stats.turnbull import Fit

TABLE = 4_000_000  # numbers in a table of clusters by cells: 32 MB


def mass_intervals(
    fitted: Fit, *, tail: float, clusters: Sequence[npt.ArrayLike | None] = ()
) -> tuple[Floats, Floats]:
    """Compute bounds for each mass of one group's curve, in the order of ``fitted.masses``.

    The error of independent items comes from the observed information; clusters widen it by the
    factor by which they widen the error of the expected counts. Beyond some thousands of masses,
    which only moments known almost exactly can give, the expected counts must do.

    Args:
        fitted: the curve of one group.
        tail: the probability left in each tail.
        clusters: ways to cluster the rows, as in `intervals.incidence_intervals`.

    Raises:
        ValueError: if there are several groups.
    """
    if fitted.rows.groups != 1:
        raise ValueError("bounds for masses are computed for one group at a time")
    value = fitted.mass[fitted.listed]
    low, high = np.full(value.size, np.nan), np.full(value.size, np.nan)
    for way in ways(fitted, clusters):
        error = np.zeros(fitted.mass.size)
        for each, mass, used in batches_with_mass(fitted):
            error[used[each.cell[0]]] = _errors(fitted, each, mass, way)
        by = Scatter(error[fitted.listed], np.full(value.size, np.inf))
        many = np.full(value.size, effective_clusters(way, seen_by(fitted, np.inf))[0])
        lower, upper = share_bounds(value, by, n=fitted.n, effective=many, tail=tail)
        low, high = np.fmin(low, lower), np.fmax(high, upper)
    return low, high


def _errors(fitted: Fit, each: Batch, mass: Floats, way: Clustering) -> Floats:
    """Compute the standard error of each mass: shape (width,)."""
    n, weight = float(fitted.n[0]), each.of(fitted.weight)
    rise, _ = each.cover.spread(curvature(weight, each.cover.inside(mass)))
    # The scatter of a / F about 1, over items: the error of each mass in the expected counts.
    shared = np.maximum(mass[0] ** 2 * (rise[0] - n) / n**2, 0.0)
    alone = shared
    if each.cover.width <= MOST:
        unit = np.eye(each.cover.width)[None] - mass[:, None, :]
        alone = np.maximum(np.diagonal(direction(each, weight, mass, unit)[0]), shared)
    wider = np.full(shared.size, n / max(n - 1, 1.0))
    if not way.alone:
        together = _between(fitted, each, mass, way) * (mass[0] / n) ** 2
        ratio = np.divide(together, shared, out=np.ones(shared.size), where=shared > 0)
        wider = np.maximum(wider, ratio)
    error: Floats = np.sqrt(alone * wider)
    return error


def _between(fitted: Fit, each: Batch, mass: Floats, way: Clustering) -> Floats:
    """Sum the squares of clusters' scores for each mass, some clusters at a time: (width,)."""
    order = np.argsort(way.row, kind="stable")
    step = max(1, TABLE // (each.cover.width + 1))
    squares = np.zeros(each.cover.width)
    for first in range(0, way.size.size, step):
        start, stop = np.searchsorted(way.row[order], [first, first + step])
        rows, size = order[start:stop], min(step, way.size.size - first)
        scores = _scores(fitted, each, mass, rows, way.row[rows] - first, size)
        part = np.minimum(way.size[first : first + size] / fitted.n[0], 1 - 1e-9)
        squares += np.sum((scores / (1 - part[:, None])) ** 2, axis=0)
    return squares


def _scores(
    fitted: Fit, each: Batch, mass: Floats, rows: Integers, cluster: Integers, size: int
) -> Floats:
    """Compute the score of each mass in each of some clusters, given by their rows."""
    inside, places = each.cover.inside(mass), each.cover.width + 1
    kinds = (fitted.kinds.row_closed, fitted.kinds.row_open, fitted.kinds.row_entry)
    starts = (each.cover.closed_start, each.cover.open_start, each.cover.entry_start)
    shift, share, own = [], [], []
    for of_row, p in zip(kinds, inside, strict=True):
        kind = of_row[rows]
        has = kind >= 0
        own.append(kind[has])
        shift.append(cluster[has] * places)
        share.append(fitted.rows.weight[rows][has] / np.maximum(p[kind[has]], 1e-150))
    begin = [start[kind] + move for start, kind, move in zip(starts, own, shift, strict=True)]
    clusters = Cover(
        size=size,
        width=each.cover.width,
        closed_start=begin[0],
        closed_stop=each.cover.closed_stop[own[0]] + shift[0],
        open_start=begin[1],
        entry_start=begin[2],
        by_time=_repeat(each.cover.by_time, size),
        by_curve=_repeat(each.cover.by_curve, size),
    )
    rise, fall = clusters.spread(PerKind(*share))
    return rise - fall


def _repeat(order: Integers | None, size: int) -> Integers | None:
    return None if order is None else np.repeat(order, size, axis=0)
