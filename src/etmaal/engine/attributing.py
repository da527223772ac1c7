"""Whose each of many addresses was, each on its day: the rule of `core.attribution` for columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etmaal.core.attribution import Attribution, State, aged
from etmaal.core.register_rows import UNRESOLVED
from etmaal.core.registry import Registry
from etmaal.core.routes import Version, origins_text
from etmaal.engine.addresses import parse
from etmaal.engine.atlas import Atlas, Found, day_number
from etmaal.engine.holders import Holders
from etmaal.engine.intervals import NOBODY, Keys
from etmaal.engine.routes import VERSIONS, special
from etmaal.stats.arrays import Integers

_TYPES: dict[str, pa.DataType] = {
    "ip": pa.string(),
    "day": pa.date32(),
    "provider": pa.string(),
    "origins": pa.string(),
    "prefix": pa.string(),
    "table_date": pa.date32(),
    "days_off": pa.int32(),
    "state": pa.string(),
}
SCHEMA = pa.schema(list(_TYPES.items()))
_SPECIAL = Attribution(UNRESOLVED, State.SPECIAL)


@dataclass(frozen=True, slots=True)
class Attributed:
    """What was found for n rows.

    Args:
        rows: n rows of `SCHEMA`.
        source: shape (n,), place of the routing table in the atlas, or NOBODY.
        days_off: shape (n,), between row and table; 0 where there is no table.
    """

    rows: pa.Table
    source: Integers
    days_off: Integers


class Attributor:
    """Routing tables and a register, ready to be asked about columns of addresses and days."""

    def __init__(self, atlas: Atlas, registry: Registry, *, at: date | None, far_days: int) -> None:
        """Take what is to be asked.

        Args:
            atlas: the routing tables.
            registry: who runs which network.
            at: the day that tables and register are asked about; None: each row's own.
            far_days: a source more days off than this bears no verdict.
        """
        self._atlas, self._holders = atlas, Holders(registry)
        self._at, self._far_days = at, far_days
        self._numbers: dict[Attribution, int] = {}
        self._answers: list[Attribution] = []

    def attribute(self, ips: pa.StringArray, days: Integers) -> Attributed:
        """Return whose each address was.

        Args:
            ips: n addresses in their one spelling; equal ones side by side.
            days: shape (n,), the day of each row since 1970.
        """
        n = len(ips)
        asked = days if self._at is None else np.full(n, day_number(self._at), np.int64)
        source, days_off = np.full(n, NOBODY, np.int64), np.zeros(n, np.int64)
        origins, answer = np.zeros(n, np.int64), np.zeros(n, np.int64)
        prefixes = np.full(n, None, object)
        for version, here, keys in _by_version(ips):
            found = self._atlas.find(version, keys, asked[here])
            source[here], origins[here] = found.source, found.origins
            days_off[here] = self._days_off(found, days[here])
            prefixes[here] = self._atlas.prefixes(version, found)
            answer[here] = self._by_routes(version, keys, found, asked[here], days_off[here])
            self._by_register(version, here, keys, asked, days, answer)
        rows = self._rows(ips, days, source, days_off, origins, prefixes, answer)
        return Attributed(rows, source, days_off)

    def _days_off(self, found: Found, days: Integers) -> Integers:
        table_days = self._atlas.table_days[found.source]
        return np.where(found.source == NOBODY, 0, np.abs(days - table_days))

    def _by_routes(
        self, version: Version, keys: Keys, found: Found, asked: Integers, days_off: Integers
    ) -> Integers:
        """Return the number of what the tables say of each address."""
        sets = self._atlas.origin_sets
        pairs = self._holders.spell(asked) * len(sets) + found.origins
        distinct, which = np.unique(pairs, return_inverse=True)
        numbers = [
            self._number(self._holders.by_origins(pair // len(sets), sets[pair % len(sets)]))
            for pair in distinct.tolist()
        ]
        answer = np.array(numbers, np.int64)[which]
        no_host = special(version, keys, announced=found.origins > 0)
        return self._aged(np.where(no_host, self._number(_SPECIAL), answer), days_off)

    def _by_register(
        self,
        version: Version,
        here: Integers,
        keys: Keys,
        asked: Integers,
        days: Integers,
        answer: Integers,
    ) -> None:
        """Put the register's own prefixes in the place of what the tables say."""
        spells = self._holders.spell(asked[here])
        for spell in np.unique(spells).tolist():
            own = self._holders.own(spell, version)
            if not own.holders:
                continue
            now = np.flatnonzero(spells == spell)
            place = own.intervals.find(keys[now])
            covered = place != NOBODY
            rows = here[now[covered]]
            numbers = np.array([self._number(h) for h in own.holders], np.int64)
            off = np.abs(days[rows] - asked[rows])
            answer[rows] = self._aged(numbers[place[covered]], off)

    def _number(self, answer: Attribution) -> int:
        if answer not in self._numbers:
            self._numbers[answer] = len(self._answers)
            self._answers.append(answer)
        return self._numbers[answer]

    def _aged(self, answer: Integers, days_off: Integers) -> Integers:
        """Return the answers as they count when their source lies so many days off."""
        far = days_off > self._far_days
        if not far.any():
            return answer
        too_far = [
            self._number(aged(known, self._far_days + 1, self._far_days))
            for known in tuple(self._answers)
        ]
        return np.where(far, np.array(too_far, np.int64)[answer], answer)

    def _rows(
        self,
        ips: pa.StringArray,
        days: Integers,
        source: Integers,
        days_off: Integers,
        origins: Integers,
        prefixes: npt.NDArray[np.object_],
        answer: Integers,
    ) -> pa.Table:
        sets, answers = self._atlas.origin_sets, self._answers
        no_table = source == NOBODY
        table_days = np.where(no_table, 0, self._atlas.table_days[source])
        columns: list[Any] = [
            ips,
            pa.array(days.astype(np.int32), pa.date32()),
            _taken([a.provider for a in answers], answer),
            _taken([origins_text(s) or None for s in sets], origins),
            pa.array(prefixes, pa.string()),
            pa.array(table_days.astype(np.int32), pa.date32(), mask=no_table),
            pa.array(days_off.astype(np.int32), pa.int32(), mask=no_table),
            _taken([a.state.value for a in answers], answer),
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)


def _taken(words: Sequence[str | None], places: Integers) -> pa.StringArray:
    return pa.array(words, pa.string()).take(places)


def _by_version(ips: pa.StringArray) -> Iterator[tuple[Version, Integers, Keys]]:
    """Yield each version, the rows that have it, and their addresses."""
    fresh = np.ones(len(ips), np.bool_)
    fresh[1:] = pc.not_equal(ips[1:], ips[:-1]).to_numpy(zero_copy_only=False)
    which = np.cumsum(fresh) - 1  # the place of each row's address among the distinct ones
    addresses = parse(ips.filter(pa.array(fresh)))
    for version in VERSIONS:
        mine = addresses.version == version
        place = np.cumsum(mine) - 1  # among the addresses of its version
        here = np.flatnonzero(mine[which])
        if here.size:
            yield version, here, addresses.keys(version)[place[which[here]]]
