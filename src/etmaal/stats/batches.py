"""How are thousands of small groups computed at once? In batches of groups of like size."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from etmaal.stats.arrays import Booleans, Integers
from etmaal.stats.cover import Cover, PerKind
from etmaal.stats.support import Cells, Kinds

LARGEST = 4_000_000  # cells in the tables of one batch: 32 MB each


@dataclass(frozen=True, slots=True)
class Batch:
    """Some groups, padded to one number of cells.

    ``members`` (size,) are the groups; ``kinds`` says which closed, open and entry kinds are
    theirs. Of shape (size, width): ``valid`` and ``cell``, which places hold a cell, and which;
    ``first``, the place at which the cell's curve starts; ``continues``, whether the next place is
    of the same curve.
    """

    members: Integers
    kinds: tuple[Integers, Integers, Integers]
    valid: Booleans
    cell: Integers
    first: Integers
    continues: Booleans
    cover: Cover
    late_entry: bool

    def of(self, per_kind: PerKind) -> PerKind:
        """Choose this batch's numbers from those of all kinds."""
        return PerKind(*(x[i] for x, i in zip(per_kind, self.kinds, strict=True)))


def batches(of: Kinds, cells: Cells, *, square: bool = False) -> Iterator[Batch]:
    """Yield every group with cells once, in batches whose widths differ by less than half.

    Args:
        of: the kinds of rows.
        cells: the cells in use.
        square: keep batches so small that there may be a number for every pair of cells.
    """
    count = np.diff(cells.offsets)
    late = np.zeros(of.groups, dtype=np.bool_)
    late[of.entry_group[np.isfinite(of.moments[of.entry_at])]] = True
    bucket = np.where(count > 0, 2 * np.ceil(2 * np.log2(np.maximum(count, 1))) + late, -1)
    for number in np.unique(bucket[bucket >= 0]):
        members = np.flatnonzero(bucket == number)
        width = int(count[members].max())
        step = max(1, LARGEST // (width**2 if square else width))
        for first in range(0, members.size, step):
            yield batch(of, cells, members[first : first + step])


def batch(of: Kinds, cells: Cells, members: Integers) -> Batch:
    """Put some groups in one batch. ``members`` ascend."""
    start, count = cells.offsets[members], np.diff(cells.offsets)[members]
    size, width = members.size, int(count.max())
    place = np.arange(width)
    valid = place < count[:, None]
    cell = np.where(valid, start[:, None] + place, 0)
    curve = np.where(valid, cells.curve[cell], -1)
    continues = np.zeros_like(valid)
    continues[:, :-1] = (curve[:, :-1] == curve[:, 1:]) & valid[:, 1:]
    starts = np.hstack([np.ones((size, 1), dtype=np.bool_), ~continues[:, :-1]])
    first_ = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    row = np.full(of.groups, -1, dtype=np.int64)
    row[members] = np.arange(size)
    mine = [
        np.flatnonzero(row[group] >= 0)
        for group in (of.closed_curve // of.slots, of.open_group, of.entry_group)
    ]
    closed, still, entry = mine
    scale = of.moments.size
    in_curve = cells.curve * scale + cells.by
    in_time = (cells.curve // of.slots * scale + cells.by)[cells.order]

    def position(sorted_keys: Integers, group: Integers, key: Integers) -> Integers:
        found = np.searchsorted(sorted_keys, key, side="right") - cells.offsets[group]
        return row[group] * (width + 1) + found

    curve = of.closed_curve[closed]
    group = curve // of.slots
    by_time = by_curve = None
    if np.any(cells.order[cell[valid]] != cell[valid]):
        by_time = np.where(valid, cells.order[cell] - start[:, None], place)
        by_curve = np.argsort(by_time, axis=1)
    cover = Cover(
        size=size,
        width=width,
        closed_start=position(in_curve, group, curve * scale + of.closed_left[closed]),
        closed_stop=position(in_curve, group, curve * scale + of.closed_by[closed]),
        open_start=position(
            in_time, of.open_group[still], of.open_group[still] * scale + of.open_left[still]
        ),
        entry_start=position(
            in_time, of.entry_group[entry], of.entry_group[entry] * scale + of.entry_at[entry]
        ),
        by_time=by_time,
        by_curve=by_curve,
    )
    late = bool(np.isfinite(of.moments[of.entry_at[entry]]).any())
    return Batch(members, (closed, still, entry), valid, cell, first_, continues, cover, late)
