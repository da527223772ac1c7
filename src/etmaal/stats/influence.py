"""What does each row add to the error of an estimate? The influence function of a fitted curve.

An estimate is a weighted sum of the masses. Its influence is the score of a row carried through
the observed information (Huber's sandwich), so that it also knows what a wide window leaves
unsaid. It takes the cells that carry mass as given.

Source: Huber (1967), Proc. Fifth Berkeley Symp. 1, 221-233; Turnbull (1976), J. R. Stat. Soc. B
38, 290-295 (the information of the masses).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from etmaal.stats.arrays import Floats, Integers
from etmaal.stats.batches import Batch, batches
from etmaal.stats.cover import PerKind
from etmaal.stats.information import direction
from etmaal.stats.turnbull import Fit

SOME = 1e-3  # of one item: a cell that holds less is not counted as a free parameter


@dataclass(frozen=True, slots=True)
class Influence:
    """The influence of one item of each row on k estimates of its group.

    ``full`` by the observed information; ``shared`` by the expected counts alone, as if windows
    were shared out for certain: too little where windows are wide, but always to be had. Kept by
    kinds of rows, each table of shape (kinds, k): there are far fewer of those than of rows.
    """

    of: Fit
    full: PerKind
    shared: PerKind

    def on(self, estimate: int) -> tuple[Floats, Floats]:
        """Return the influence of each row on one of the estimates, full and shared: (n,) each."""
        return _of_rows(self.of, self.full, estimate), _of_rows(self.of, self.shared, estimate)


def influence(of: Fit, estimates: Floats) -> Influence:
    """Compute the influence of rows on estimates.

    Args:
        of: the fitted curves.
        estimates: shape (m, k), the weight of each cell's mass in each of k estimates of its group.
    """
    full, shared = (
        PerKind(*(np.zeros((x.size, estimates.shape[1])) for x in of.weight)) for _ in range(2)
    )
    for each, mass, used in batches_with_mass(of):
        valid = each.valid[:, :, None]
        weights = np.where(valid, estimates[used][each.cell], 0.0)
        value = np.sum(mass[:, :, None] * weights, axis=1, keepdims=True)
        gradient = np.where(valid, weights - value, 0.0)
        n = of.n[each.members][:, None, None]
        _put(full, each, mass, direction(each, each.of(of.weight), mass, gradient))
        _put(shared, each, mass, mass[:, :, None] * gradient / n)
    return Influence(of, full, shared)


def batches_with_mass(of: Fit) -> Iterator[tuple[Batch, Floats, Integers]]:
    """Yield batches of only the cells with mass; their masses (size, width), which sum to 1; and
    the number in ``of.cells`` of each cell that the batches number.
    """
    used = np.flatnonzero(of.mass * of.n[of.cells.curve // of.kinds.slots] > SOME)
    for each in batches(of.kinds, of.cells.only(used, of.kinds), square=True):
        table = np.where(each.valid, of.mass[used][each.cell], 0.0)
        yield each, table / table.sum(axis=1, keepdims=True), used


def _put(into: PerKind, each: Batch, mass: Floats, along: Floats) -> None:
    """Write the score of each kind, along the direction of each estimate."""
    inside = each.cover.inside(mass)
    for k in range(along.shape[2]):
        moved = each.cover.inside(along[:, :, k])
        for table, kind, up, p in zip(into, each.kinds, moved, inside, strict=True):
            table[kind, k] = np.divide(up, p, out=np.zeros_like(up), where=p > 0)


def _of_rows(of: Fit, kind: PerKind, estimate: int) -> Floats:
    """Give each row the score of what it showed, less that of having been there to show it."""
    result = np.zeros(of.rows.by.size)
    rows = (of.kinds.row_closed, of.kinds.row_open, of.kinds.row_entry)
    for row, table, sign in zip(rows, kind, (1.0, 1.0, -1.0), strict=True):
        if table.size:
            result += sign * np.append(table[:, estimate], 0.0)[row]  # -1, none, is the last
    return result
