"""Which of several routing tables answers for a day, and what it says, for many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etmaal.core.errors import BadInput
from etmaal.core.routes import Version
from etmaal.engine.intervals import NOBODY, Keys
from etmaal.engine.routes import VERSIONS, RouteTable, nearest
from etmaal.stats.arrays import Integers

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return a day as days since 1970."""
    return (day - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables say about n addresses of one version.

    Args:
        source: shape (n,), place of the table that answers, or NOBODY where none has the version.
        match: shape (n,), place of the longest match in that table, or NOBODY.
        origins: shape (n,), place of its origins in the atlas's ``origin_sets``; 0 are none.
    """

    source: Integers
    match: Integers
    origins: Integers


class Atlas:
    """Routing tables of several days. ``origin_sets`` are those of all, without repeats."""

    def __init__(self, tables: Sequence[RouteTable]) -> None:
        """Take tables in any order.

        Raises:
            BadInput: if two of one day hold addresses of one version: which one is to be believed?
        """
        self.tables = tuple(sorted(tables, key=lambda t: t.day))
        for one, other in zip(self.tables, self.tables[1:], strict=False):
            _refuse_same_day(one, other)
        self.table_days = np.array([day_number(t.day) for t in self.tables], np.int64)
        sets: dict[tuple[int, ...], int] = {(): 0}
        self._numbers = [
            np.array([sets.setdefault(s, len(sets)) for s in table.origin_sets], np.int64)
            for table in self.tables
        ]
        self.origin_sets = tuple(sets)
        self._nearest: dict[tuple[Version, int], int] = {}

    def find(self, version: Version, keys: Keys, days: Integers) -> Found:
        """Look each address up in the table nearest to its day (since 1970)."""
        distinct, which = np.unique(days, return_inverse=True)
        sources = np.array([self._source(version, int(day)) for day in distinct], np.int64)
        source = sources[which]
        match = np.full(keys.size, NOBODY, np.int64)
        origins = np.zeros(keys.size, np.int64)
        for place in np.unique(source[source != NOBODY]).tolist():
            here = np.flatnonzero(source == place)
            match[here] = self.tables[place].match(version, keys[here])
            local = self.tables[place].origin_set(version, match[here])
            origins[here] = self._numbers[place][local]
        return Found(source, match, origins)

    def prefixes(self, version: Version, found: Found) -> list[str | None]:
        """Return the matched range of each address as text, None where nothing matched."""
        pairs = np.stack([found.source, found.match], axis=1)
        distinct, which = np.unique(pairs, axis=0, return_inverse=True)
        texts = [
            None if match == NOBODY else self.tables[source].prefix(version, match)
            for source, match in distinct.tolist()
        ]
        return [texts[place] for place in which.tolist()]

    def _source(self, version: Version, day: int) -> int:
        key = (version, day)
        if key not in self._nearest:
            table = nearest(self.tables, version, _EPOCH + timedelta(days=day))
            self._nearest[key] = NOBODY if table is None else self.tables.index(table)
        return self._nearest[key]


def _refuse_same_day(one: RouteTable, other: RouteTable) -> None:
    for version in VERSIONS:
        if one.day == other.day and version in one.ranges and version in other.ranges:
            raise BadInput(
                f"{one.name} and {other.name} both hold IPv{version} of {one.day}; "
                "give one of them, or say of which day each is: FILE@2019-06-01"
            )
