"""Which cells does each row allow? Sums over a row's cells, and over a cell's rows, in linear time.

All groups of a batch are handled at once, padded to the same number of cells.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from etmaal.stats.arrays import Floats, Integers, totals


class PerKind(NamedTuple):
    """One number for each closed, each open kind and each entry of a batch."""

    closed: Floats
    open: Floats
    entry: Floats


def curvature(weight: PerKind, inside: PerKind) -> PerKind:
    """Return for each kind its weight over the square of its probability; 0 for one without."""
    return PerKind(
        *(
            np.divide(w, p**2, out=np.zeros_like(w), where=(w > 0) & (p > 0))
            for w, p in zip(weight, inside, strict=True)
        )
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """The cells allowed by the kinds of ``size`` groups of at most ``width`` cells.

    A start or stop is a position in a (size, width + 1) table, flattened: the cells of a closed
    kind are ``start <= position < stop``, those of an open kind or an entry are all from ``start``
    on in order of time. ``by_time`` and ``by_curve`` (size, width) translate between the two
    orders.
    """

    size: int
    width: int
    closed_start: Integers
    closed_stop: Integers
    open_start: Integers
    entry_start: Integers
    by_time: Integers | None
    by_curve: Integers | None

    def inside(self, mass: Floats) -> PerKind:
        """Sum a (size, width) table over the cells that each kind allows."""
        curve = _suffix_sums(mass)
        time = curve if self.by_time is None else _suffix_sums(self.in_time(mass))
        return PerKind(
            curve[self.closed_start] - curve[self.closed_stop],
            time[self.open_start],
            time[self.entry_start],
        )

    def spread(self, of: PerKind) -> tuple[Floats, Floats]:
        """Sum numbers per kind over the kinds that allow each cell.

        Returns:
            Two (size, width) tables: over closed and open kinds; and over entries.
        """
        slots = self.size * (self.width + 1)
        closed = totals(self.closed_start, of.closed, slots)
        closed -= totals(self.closed_stop, of.closed, slots)
        still = totals(self.open_start, of.open, slots)
        entry = totals(self.entry_start, of.entry, slots)
        if self.by_time is None:
            return self._running(closed + still), self._running(entry)
        return (
            self._running(closed) + self.in_curve(self._running(still)),
            self.in_curve(self._running(entry)),
        )

    def in_time(self, table: Floats) -> Floats:
        """Put a (size, width) table in order of time."""
        return table if self.by_time is None else np.take_along_axis(table, self.by_time, 1)

    def in_curve(self, table: Floats) -> Floats:
        """Put a (size, width) table in order of time back in order of curves."""
        return table if self.by_curve is None else np.take_along_axis(table, self.by_curve, 1)

    def _running(self, ends: Floats) -> Floats:
        return np.cumsum(ends.reshape(self.size, self.width + 1), axis=1)[:, :-1]


def _suffix_sums(table: Floats) -> Floats:
    """Sum from each cell to the last, and a 0 behind it; from the end, to keep late sums exact."""
    sums = np.zeros((table.shape[0], table.shape[1] + 1))
    np.cumsum(table[:, ::-1], axis=1, out=sums[:, -2::-1])
    return sums.ravel()
