"""Whose every address in a tables folder was: writes ``attributions.parquet`` and nothing else.

A row of a pair of address and UTC day: provider, the networks that announced it and the prefix
by the routing table nearest to that day, how many days off that table is, and a state. Where the
register's own prefix decides, the provider is the register's; the other columns still say what
the table says.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from etmaal.core.attribution import State
from etmaal.core.errors import BadInput
from etmaal.core.registry import Registry
from etmaal.core.whole import CannotWrite, scratch_folder
from etmaal.engine.asked import NEVER, gather, pairs, registry_in
from etmaal.engine.atlas import Atlas
from etmaal.engine.attributing import SCHEMA, Attributed, Attributor
from etmaal.engine.database import MEMORY, NoRoom, database
from etmaal.engine.intake.folder import ATTRIBUTIONS, Source, find
from etmaal.engine.intake.loading import Loader
from etmaal.engine.intake.room import is_full, no_room
from etmaal.engine.intake.tables import PROVIDERS
from etmaal.engine.routes import RouteTable

FILE = f"{ATTRIBUTIONS}.parquet"
FAR_DAYS = 30
STEPS = ("reading the tables", "attributing")


@dataclass(frozen=True, slots=True)
class TableUse:
    """How far a routing table was used: ``days_off`` are the least and the most, None if unused."""

    name: str
    day: date
    versions: tuple[int, ...]
    rows: int
    days_off: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was written. ``states`` holds every state, ``skipped`` the unreadable rows by table."""

    rows: int
    states: dict[State, int]
    tables: tuple[TableUse, ...]
    skipped: dict[str, int]


def attribute(
    folder: Path,
    tables: Sequence[RouteTable],
    registry: Registry | None,
    *,
    at: date | None = None,
    far_days: int = FAR_DAYS,
    memory: str = MEMORY,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Attribute every pair of address and day in a folder of tables.

    Args:
        folder: holds the tables; ``attributions.parquet`` is added or replaced, all else stays.
        tables: routing tables; each row is answered by the nearest in time.
        registry: who runs which network; None takes the folder's ``providers``, if it has AS
            numbers or addresses, and otherwise every network stands for itself.
        at: attribute all rows as on this day: the nearest table and the register of that day.
            The distance to the table stays the row's own.
        far_days: a table more days off than this bears no verdict.
        memory: what the database may use; more goes to disk, in ``folder``.
        progress: told of each of `STEPS` as it begins.

    Raises:
        BadInput: if there is no table to ask or no address to ask about, two tables are of one
            day, or a file cannot be used.
        CannotWrite: if the folder may not be written.
        NoRoom: if the disk is full. After any error the folder is as before.
    """
    if not tables:
        raise BadInput("no routing table; give at least one with --routes FILE@DATE")
    atlas = Atlas(tables)
    sources = find(folder)
    try:
        with scratch_folder(folder, FILE) as work:
            progress(STEPS[0])
            registry, skipped = _gather(work, sources, registry, memory)
            progress(STEPS[1])
            attributor = Attributor(atlas, registry, at=at, far_days=far_days)
            tally = _Tally(atlas)
            _write(
                work / FILE, (attributor.attribute(*pair) for pair in pairs(work / _ASKED)), tally
            )
            (work / FILE).replace(folder / FILE)
    except (OSError, NoRoom) as e:
        if is_full(e):
            raise no_room(folder, (source.path for source in sources.values())) from e
        if isinstance(e, OSError):
            raise CannotWrite(f"cannot write {FILE} in {folder}: {e.strerror or e}") from e
        raise
    return tally.report(skipped)


_ASKED = "asked.parquet"


def _gather(
    work: Path, sources: dict[str, Source], registry: Registry | None, memory: str
) -> tuple[Registry, dict[str, int]]:
    """Write what is asked into the working folder; return the register to ask."""
    with database(work, memory) as db:
        loader = Loader(db, work, NEVER, ignore_extra=True, progress=lambda step: None)
        skipped = gather(loader, sources, work / _ASKED)
        if registry is None and PROVIDERS.name in sources:
            registry, skipped[PROVIDERS.name] = registry_in(loader, sources[PROVIDERS.name])
    return registry or Registry(), skipped


def _write(file: Path, found: Iterable[Attributed], tally: "_Tally") -> None:
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for part in found:
            writer.write_table(part.rows, row_group_size=max(1, part.rows.num_rows))
            tally.add(part)


class _Tally:
    """Counts what is written, part by part."""

    def __init__(self, atlas: Atlas) -> None:
        self._tables = atlas.tables
        self._states: Counter[object] = Counter()
        self._rows = [0] * len(atlas.tables)
        self._days_off: list[tuple[int, int] | None] = [None] * len(atlas.tables)

    def add(self, part: Attributed) -> None:
        self._states.update(part.rows["state"].to_pylist())
        for place in range(len(self._tables)):
            days_off = part.days_off[part.source == place]
            if days_off.size:
                least, most = self._days_off[place] or (int(days_off[0]), 0)
                self._days_off[place] = (
                    min(least, int(days_off.min())), max(most, int(days_off.max())),
                )  # fmt: skip
                self._rows[place] += days_off.size

    def report(self, skipped: dict[str, int]) -> Report:
        """Return all counts, the tables in the order of their days."""
        uses = (
            TableUse(table.name, table.day, tuple(sorted(table.ranges)), rows, days_off)
            for table, rows, days_off in zip(self._tables, self._rows, self._days_off, strict=True)
        )
        states = {state: self._states[state.value] for state in State}
        return Report(sum(states.values()), states, tuple(uses), skipped)
