"""Which network announced an address: the longest match in a routing table of a known day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etmaal.core.routes import BITS, Announcement, Version, range_text
from etmaal.core.special import NEVER, UNLESS_ANNOUNCED
from etmaal.engine.addresses import parse
from etmaal.engine.intervals import NOBODY, Intervals, Keys, as_keys, flatten, number
from etmaal.stats.arrays import Booleans, Integers

VERSIONS: tuple[Version, ...] = (4, 6)


_Gathered: TypeAlias = tuple[list[int], list[int], list[int]]  # first, last, number of origins


@dataclass(frozen=True, slots=True)
class Ranges:
    """What one table announces for one version of addresses.

    Args:
        intervals: to find the place of the longest match; ranges without origins are NOBODY's.
        first: lowest key of each range.
        last: its highest key.
        origin_set: for each range, the place of its origins among the table's ``origin_sets``.
    """

    intervals: Intervals
    first: Keys
    last: Keys
    origin_set: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class RouteTable:
    """One routing table, ready to be asked. Its day belongs to every answer."""

    name: str
    day: date
    origin_sets: tuple[tuple[int, ...], ...]
    ranges: Mapping[Version, Ranges]

    @classmethod
    def build(cls, announcements: Iterable[Announcement], *, name: str, day: date) -> "RouteTable":
        """Gather announcements; a range announced twice has the origins of both.

        A default route (all addresses there are) is left out: it says nothing about whose an
        address is.

        Raises:
            ValueError: if two ranges overlap without one lying in the other.
        """
        sets: dict[tuple[int, ...], int] = {(): 0}
        gathered: dict[Version, _Gathered] = {4: ([], [], []), 6: ([], [], [])}
        for version, first, last, origins in announcements:
            if last - first + 1 < 1 << BITS[version]:
                firsts, lasts, numbers = gathered[version]
                firsts.append(first)
                lasts.append(last)
                numbers.append(sets.setdefault(origins, len(sets)))
        ranges = {v: _ranges(v, *gathered[v], sets) for v in VERSIONS if gathered[v][0]}
        return cls(name, day, tuple(sets), ranges)

    def match(self, version: Version, keys: Keys) -> Integers:
        """Return the place of each address's longest match, or NOBODY: shape as ``keys``."""
        if version not in self.ranges:
            return np.full(keys.size, NOBODY, np.int64)
        return self.ranges[version].intervals.find(keys)

    def origin_set(self, version: Version, match: Integers) -> Integers:
        """Return the place in ``origin_sets`` for each match; that of NOBODY is 0: no origins."""
        if version not in self.ranges:
            return np.zeros(match.size, np.int64)
        return np.where(match == NOBODY, 0, self.ranges[version].origin_set[match])

    def prefix(self, version: Version, match: int) -> str:
        """Return a matched range as text: a prefix where it is one, otherwise first-last."""
        found = self.ranges[version]
        return range_text(version, number(found.first[match]), number(found.last[match]))

    def look_up(self, texts: pa.StringArray) -> Integers:
        """Return for each written address the place of its origins in ``origin_sets``."""
        addresses = parse(texts)
        found = np.zeros(addresses.version.size, np.int64)
        for version in VERSIONS:
            match = self.match(version, addresses.keys(version))
            found[addresses.version == version] = self.origin_set(version, match)
        return found


def nearest(tables: Iterable[RouteTable], version: Version, day: date) -> RouteTable | None:
    """Return the table nearest to a day that has addresses of a version; of two the earlier."""
    fitting = [t for t in tables if version in t.ranges]
    return min(fitting, key=lambda t: (abs((t.day - day).days), t.day), default=None)


def special(version: Version, keys: Keys, *, announced: Booleans) -> Booleans:
    """Say of each address whether it is none that a host on the internet can have.

    The same rule as `core.special.is_special`, for arrays of one shape.
    """
    never: Booleans = _special(version, announced=True).find(keys) != NOBODY
    elsewhere: Booleans = _special(version, announced=False).find(keys) != NOBODY
    return never | (elsewhere & ~announced)


@cache
def _special(version: Version, *, announced: bool) -> Intervals:
    ranges = NEVER[version] if announced else UNLESS_ANNOUNCED[version]
    first, last = (as_keys(version, [ends[side] for ends in ranges]) for side in (0, 1))
    return flatten(version, first, last)


def _ranges(
    version: Version,
    first: list[int],
    last: list[int],
    numbers: list[int],
    sets: dict[tuple[int, ...], int],
) -> Ranges:
    low, high, origin_set = as_keys(version, first), as_keys(version, last), np.array(numbers)
    order = np.lexsort((high, low))
    low, high, origin_set = low[order], high[order], origin_set[order]
    fresh = np.ones(order.size, np.bool_)
    fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    if not fresh.all():
        _unite(origin_set, fresh, sets)
        low, high, origin_set = low[fresh], high[fresh], origin_set[fresh]
    found = flatten(version, low, high)
    silent = (found.owner != NOBODY) & (origin_set[found.owner] == 0)
    owner = np.where(silent, np.int32(NOBODY), found.owner)
    return Ranges(Intervals(found.starts, owner), low, high, origin_set.astype(np.int32))


def _unite(origin_set: Integers, fresh: Booleans, sets: dict[tuple[int, ...], int]) -> None:
    """Give the first of equal ranges the origins of all; ``sets`` grows by what is new."""
    known = list(sets)
    firsts = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]  # of each range, the first of its equals
    for place in np.flatnonzero(~fresh).tolist():
        first = firsts[place]
        both = tuple(sorted({*known[origin_set[first]], *known[origin_set[place]]}))
        if both not in sets:
            sets[both] = len(sets)
            known.append(both)
        origin_set[first] = sets[both]
