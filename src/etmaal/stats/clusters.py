"""Which rows of windows stand and fall together, and how far does an estimate scatter by it?"""

from dataclasses import dataclass

import numpy as np

from etmaal.stats.arrays import Booleans, Floats, Integers, distinct, highest, totals
from etmaal.stats.bounds import Scatter, scatter
from etmaal.stats.windows import Windows


@dataclass(frozen=True, slots=True)
class Clustering:
    """A way to cluster rows: ``row`` (n,), each row's cluster; ``group`` (c,), each cluster's
    group.

    ``size`` (c,): its items. Where every item stands alone a row of several items is several
    clusters, all alike: ``alone``; the rows then number the clusters.
    """

    rows: Windows
    row: Integers
    group: Integers
    size: Floats
    alone: bool


def clustering(rows: Windows, cluster: Integers | None) -> Clustering:
    """Number the clusters of rows, each within its group; None lets every item stand alone.

    Raises:
        ValueError: if there is not one cluster for each row.
    """
    if cluster is None:
        return Clustering(rows, np.arange(rows.group.size), rows.group, rows.weight, alone=True)
    if cluster.shape != rows.group.shape:
        raise ValueError("clusters need one number for each row")
    first, kind = distinct(rows.group, cluster)
    size = totals(kind, rows.weight, first.size)
    return Clustering(rows, kind, rows.group[first], size, alone=False)


def error(of: Clustering, influence: Floats) -> Scatter:
    """Compute the error of an estimate per group, at least that of items that stand alone.

    Args:
        of: the rows and their clusters.
        influence: shape (n,), of one item of each row on the estimate of its group.
    """
    rows, groups = of.rows, of.rows.groups
    n = totals(rows.group, rows.weight, groups)
    squares = rows.weight * influence**2
    if of.alone:
        alone = totals(rows.group, squares, groups) * n / np.maximum(n - 1, 1.0)
        return Scatter(np.sqrt(alone), np.full(groups, np.inf))
    clusters, whole = of.size.size, n[of.group]
    moved = totals(of.row, rows.weight * influence, clusters) * whole
    own = totals(of.row, squares, clusters) * whole**2
    return scatter(of.group, moved, own, of.size, groups)


def effective_clusters(of: Clustering, seen: Floats) -> Floats:
    """Count the equally large clusters that would tell as much: shape (groups,); 0 if empty.

    Args:
        of: the rows and their clusters.
        seen: shape (n,), the part of its curve that a row under observation late could tell about.
    """
    rows, groups = of.rows, of.rows.groups
    size = rows.weight * seen
    if of.alone:
        squares = totals(rows.group, size * seen, groups)
    else:
        squares = totals(of.group, totals(of.row, size, of.size.size) ** 2, groups)
    total = totals(rows.group, size, groups)
    return np.divide(total**2, squares, out=np.zeros(groups), where=squares > 0)


def throughout(of: Clustering, holds: Booleans) -> Floats:
    """Compute the share of each group's items in clusters whose rows all fulfil a condition.

    Args:
        of: the rows and their clusters.
        holds: shape (n,).

    Returns:
        Shape (groups,); 0 for an empty group.
    """
    groups = of.rows.groups
    broken = totals(of.row, np.where(holds, 0.0, of.rows.weight), of.size.size) > 0
    n = totals(of.group, of.size, groups)
    kept = totals(of.group, np.where(broken, 0.0, of.size), groups)
    return np.divide(kept, n, out=np.zeros(groups), where=n > 0)


def largest(of: Clustering) -> Floats:
    """Compute what part of each group is its largest cluster: shape (groups,); 1 if empty."""
    groups = of.rows.groups
    n = totals(of.group, of.size, groups)
    size = np.minimum(of.size, 1.0) if of.alone else of.size
    most = highest(of.group, size, groups)
    return np.divide(most, n, out=np.ones(groups), where=n > 0)
