"""Where can the mass lie? The kinds of rows there are, and the innermost windows they leave.

Only a window in which a left end is followed at once by a right end can carry mass in the most
likely curve (Peto). What is still online has an end of unknown cause: a left end for every cause.
An entry is a right end for every cause (Frydman). So neither ever falls inside a cell, and "all
that lies beyond it" is a suffix of a group's cells in order of time.

Source: Peto (1973), Appl. Statist. 22, 86-91; Turnbull (1976), J. R. Stat. Soc. B 38, 290-295;
Frydman (1994), J. R. Stat. Soc. B 56, 71-74; Hudgens, Satten and Longini (2001), Biometrics 57,
74-80.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from etmaal.stats.arrays import Booleans, Floats, Integers, distinct, offsets
from etmaal.stats.windows import Windows

TAIL = -1  # the cause of the mass beyond the last look at what was still online: nobody knows it


@dataclass(frozen=True, slots=True)
class Kinds:
    """The distinct kinds of rows. Moments are numbers in ``moments``, the sorted distinct hours.

    A curve is one cause in one group, numbered ``group * slots + cause``; the last slot is the
    tail's. A ``closed`` kind left in a known window for a known cause; an ``open`` kind was still
    online. ``row_closed``, ``row_open`` and ``row_entry`` give each row its kind, or -1 (rows
    without weight).
    """

    groups: int
    slots: int
    moments: Floats
    closed_curve: Integers
    closed_left: Integers
    closed_by: Integers
    open_group: Integers
    open_left: Integers
    entry_group: Integers
    entry_at: Integers
    row_closed: Integers
    row_open: Integers
    row_entry: Integers


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells ``(left, by]`` of every group, sorted by curve and time, the tail of a group last.

    ``curve``, ``left`` and ``by`` (moments, as in `Kinds`) have shape (m,); ``offsets`` (groups +
    1,) says where a group's cells start; ``order`` (m,) lists the cells by group and time.
    """

    curve: Integers
    left: Integers
    by: Integers
    offsets: Integers
    order: Integers

    @classmethod
    def sorted(cls, curve: Integers, left: Integers, by: Integers, of: Kinds) -> Self:
        """Put cells in their order."""
        at = np.lexsort((by, curve))
        curve, left, by = curve[at], left[at], by[at]
        group = curve // of.slots
        return cls(curve, left, by, offsets(group, of.groups), np.lexsort((by, group)))

    def only(self, some: Integers, of: Kinds) -> Self:
        """Keep some cells, given by their numbers in ascending order."""
        return self.sorted(self.curve[some], self.left[some], self.by[some], of)


def kinds(rows: Windows) -> Kinds:
    """Find the distinct kinds among rows of windows. Rows without weight are left out."""
    used = rows.weight > 0
    moments = np.unique(np.concatenate([rows.left[used], rows.by[used], rows.entry[used]]))
    left, by, entry = (np.searchsorted(moments, x) for x in (rows.left, rows.by, rows.entry))
    slots = int(rows.cause.max(initial=0)) + 2
    curve = rows.group * slots + rows.cause
    closed, row_closed = _distinct_among(used & ~rows.open, curve, left, by)
    still, row_open = _distinct_among(used & rows.open, rows.group, left)
    enter, row_entry = _distinct_among(used, rows.group, entry)
    return Kinds(
        groups=rows.groups,
        slots=slots,
        moments=moments,
        closed_curve=closed[0],
        closed_left=closed[1],
        closed_by=closed[2],
        open_group=still[0],
        open_left=still[1],
        entry_group=enter[0],
        entry_at=enter[1],
        row_closed=row_closed,
        row_open=row_open,
        row_entry=row_entry,
    )


def _distinct_among(mask: Booleans, *keys: Integers) -> tuple[list[Integers], Integers]:
    """Find the distinct keys of the rows in a mask; and each row's number among them, or -1."""
    chosen = [key[mask] for key in keys]
    first, kind = distinct(*chosen)
    of_row = np.full(mask.size, -1, dtype=np.int64)
    of_row[mask] = kind
    return [key[first] for key in chosen], of_row


def cells(of: Kinds) -> Cells:
    """Find the cells that can carry mass in the most likely curves."""
    curve, left, by = _innermost(of)
    last_open = np.full(of.groups, -1, dtype=np.int64)
    np.maximum.at(last_open, of.open_group, of.open_left)
    # A cell that starts no earlier than the last open end explains every open row and one more, so
    # the tail is needed only where there is no such cell.
    explained = np.full(of.groups, -1, dtype=np.int64)
    np.maximum.at(explained, curve // of.slots, left)
    tail = np.flatnonzero((last_open >= 0) & (explained < last_open))
    curve = np.concatenate([curve, tail * of.slots + of.slots - 1])
    left = np.concatenate([left, last_open[tail]])
    by = np.concatenate([by, np.full(tail.size, of.moments.size - 1)])
    return Cells.sorted(curve, left, by, of)


def _innermost(of: Kinds) -> tuple[Integers, Integers, Integers]:
    """Return curve, left and by of each window with no end inside that some closed kind allows."""
    curves = np.unique(of.closed_curve)
    open_curve, open_left = _for_every_cause(of, curves, of.open_group, of.open_left)
    late = np.isfinite(of.moments[of.entry_at])
    entry_curve, entry_at = _for_every_cause(of, curves, of.entry_group[late], of.entry_at[late])
    curve = np.concatenate([of.closed_curve, open_curve, of.closed_curve, entry_curve])
    at = np.concatenate([of.closed_left, open_left, of.closed_by, entry_at])
    begins = np.arange(at.size) < of.closed_left.size + open_left.size
    covering = np.concatenate(
        [
            np.ones(of.closed_left.size),
            np.zeros(open_left.size),
            -np.ones(of.closed_by.size),
            np.zeros(entry_at.size),
        ]
    )
    # Ends sort before beginnings at the same moment, since a window holds its end and not its
    # start.
    order = np.lexsort((begins, at, curve))
    curve, at, begins = curve[order], at[order], begins[order]
    here = begins[:-1] & ~begins[1:] & (np.cumsum(covering[order])[:-1] > 0)
    return curve[:-1][here], at[:-1][here], at[1:][here]


def _for_every_cause(
    of: Kinds, curves: Integers, group: Integers, at: Integers
) -> tuple[Integers, Integers]:
    """Repeat a moment of a group for each curve of that group."""
    start = np.searchsorted(curves, group * of.slots)
    count = np.searchsorted(curves, (group + 1) * of.slots) - start
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return curves[np.repeat(start, count) + nth], np.repeat(at, count)
