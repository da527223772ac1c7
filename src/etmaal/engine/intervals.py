"""Which of many nested ranges is the smallest around a number, for a million numbers at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from etmaal.core.routes import Version
from etmaal.stats.arrays import Booleans, Integers

Keys: TypeAlias = npt.NDArray[Any]  # uint32 for IPv4, S16 in network order for IPv6
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Intervals:
    """The whole address space of one version, cut where the smallest range around changes.

    Args:
        starts: first key of each interval, ascending; the first is the lowest address.
        owner: shape as ``starts``: the place of the smallest range around, or NOBODY.
    """

    starts: Keys
    owner: npt.NDArray[np.int32]

    def find(self, keys: Keys) -> Integers:
        """Return the place of the smallest range around each key, or NOBODY."""
        leading = _leading(keys)
        order = np.argsort(leading)  # neighbours in turn: several times faster than at random
        keys, leading = keys[order], leading[order]
        starts = _leading(self.starts)
        place = np.searchsorted(starts, leading, side="right") - 1
        if self.starts.dtype.kind == "S":
            # Where an interval begins within the same half as the key, the other half decides.
            unsure = np.flatnonzero(starts[place] == leading)
            place[unsure] = np.searchsorted(self.starts, keys[unsure], side="right") - 1
        found = np.empty(keys.size, np.int64)
        found[order] = self.owner[place]
        return found


def _leading(keys: Keys) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return IPv4 keys as they are and the first half of IPv6 ones: numbers compare much faster."""
    if keys.dtype.kind != "S":
        return keys
    return keys.view(">u8")[::2].astype(np.uint64)


def as_keys(version: Version, numbers: Sequence[int]) -> Keys:
    """Return whole numbers as keys of their version."""
    if version == 4:
        return np.array(numbers, np.uint32)
    return np.frombuffer(b"".join([n.to_bytes(16) for n in numbers]), "S16")


def number(key: Any) -> int:
    """Return one key as a whole number."""
    if isinstance(key, bytes):
        return int.from_bytes(key.ljust(16, b"\0"))  # NumPy drops the zeros at the end
    return int(key)


def flatten(version: Version, first: Keys, last: Keys) -> Intervals:
    """Cut the address space at the ends of ranges, each inside another or apart from it.

    Args:
        version: 4 or 6.
        first: shape (n,), the lowest key of each range.
        last: shape (n,), its highest key; no range stands there twice.

    Raises:
        ValueError: if two ranges are the same, or overlap without one lying in the other.
    """
    after, beyond = _next(version, last)
    cuts = np.sort(np.concatenate([as_keys(version, [0]), first, after[~beyond]]))
    cuts = cuts[np.concatenate([[True], cuts[1:] != cuts[:-1]])]
    begin, end = np.searchsorted(cuts, first), np.searchsorted(cuts, after)
    owner = _owners(begin, np.where(beyond, cuts.size, end), cuts.size)
    return Intervals(cuts, owner)


def _owners(begin: Integers, end: Integers, cells: int) -> npt.NDArray[np.int32]:
    """Return whose each cell is, of ranges ``[begin, end)`` of cells: the smallest one's."""
    order = np.lexsort((-end, begin))
    b, e = begin[order], end[order]
    if np.any((b[1:] == b[:-1]) & (e[1:] == e[:-1])):
        raise ValueError("the same range stands there twice")
    # Of the ranges that begin before this one, those that have not ended lie around it.
    depth = np.arange(order.size) - np.searchsorted(np.sort(e), b, side="right")
    owner = np.full(cells, NOBODY, np.int32)
    for level in range(int(depth.max(initial=NOBODY)) + 1):
        here = order[depth == level]
        around = owner[begin[here]]
        if np.any((around != NOBODY) & (end[around] < end[here])):
            raise ValueError("two ranges overlap without one lying in the other")
        length = end[here] - begin[here]
        step = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        owner[np.repeat(begin[here], length) + step] = np.repeat(here, length)
    return owner


def _next(version: Version, keys: Keys) -> tuple[Keys, Booleans]:
    """Return the key after each, and which have none because they are the highest of all."""
    if version == 4:
        return keys + np.uint32(1), keys == np.uint32(2**32 - 1)
    halves = keys.view(">u8").reshape(-1, 2).astype(np.uint64)
    low = halves[:, 1] + np.uint64(1)
    high = halves[:, 0] + (low == 0)
    after = np.stack([high, low], axis=1).astype(">u8").view("S16").ravel()
    return after, (high == 0) & (low == 0)
