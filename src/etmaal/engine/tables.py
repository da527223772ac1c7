"""Reads a folder of tables, checks every row, and writes it typed, sorted and without repeats.

What is written depends on the rows alone: not on their order, the files' form, the machine or
the hour. A row that cannot be used is named with its reason; its values are not repeated.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.core.periods import microseconds
from etmaal.engine.database import NoRoom, database
from etmaal.engine.intake.attributions import copy_checked
from etmaal.engine.intake.folder import ATTRIBUTIONS, Source, digest, find
from etmaal.engine.intake.loading import Loader
from etmaal.engine.intake.room import is_full, no_room
from etmaal.engine.intake.schema import Table
from etmaal.engine.intake.sorting import keep, reject, start_rejects, write_rejects
from etmaal.engine.intake.tables import TABLES

REJECTS = "rejects.csv"


@dataclass(frozen=True, slots=True)
class StagedTable:
    """What became of one table: ``read`` is ``kept`` and ``rejected`` and ``duplicates``.

    ``file`` and ``sha256`` are of what was given, None if it was not there; ``columns`` are those
    it gave, in the order of the schema, ``ignored`` what it held beside them.
    """

    table: str
    file: str | None
    sha256: str | None
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    read: int
    kept: int
    rejected: int
    duplicates: int
    written_sha256: str


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a folder: the six tables, and the attributions if there are any."""

    tables: tuple[StagedTable, ...]

    def __getitem__(self, table: str) -> StagedTable:
        return next(t for t in self.tables if t.table == table)

    @property
    def rejected(self) -> int:
        """Return how many rows are in the reject file."""
        return sum(t.rejected for t in self.tables)


def stage(
    folder: Path,
    out: Path,
    *,
    now: datetime,
    ignore_extra: bool = False,
    memory: str = "1GB",
    progress: Callable[[str], None] = lambda step: None,
) -> Staged:
    """Read and check the tables of a folder, and write them for the engine.

    Args:
        folder: holds the tables, see `docs/data.md`; it is not changed.
        out: an empty folder. Gets the six tables as Parquet (without rows where not given, with
            every column of the schema), ``rejects.csv``, and ``attributions.parquet`` if given.
            Times are whole microseconds since 1970, UTC.
        now: aware; what is recorded as later than this is rejected.
        ignore_extra: leave columns unread that are not in the schema, instead of refusing them.
        memory: the most that the database may use; more goes to disk, inside ``out``.
        progress: told of each step as it begins.

    Raises:
        BadInput: if a file as a whole cannot be used; the message names it and the remedy.
        NoRoom: if the disk is full. After any error ``out`` is as empty as before.
    """
    found = find(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=out) as name:
            work = Path(name)
            whole = work / "whole"
            whole.mkdir()
            with database(work, memory) as db:
                db.run("SET TimeZone = 'UTC'")  # as which moments are written before they are read
                loader = Loader(db, work, microseconds(now), ignore_extra, progress)
                staged = _stage_all(loader, found, whole)
            _hand_over(whole, out)
    except (OSError, NoRoom) as e:
        if is_full(e):
            raise no_room(out, (source.path for source in found.values())) from e
        raise
    return staged


def _stage_all(loader: Loader, found: dict[str, Source], whole: Path) -> Staged:
    start_rejects(loader.db)
    tables = [_stage_one(loader, table, found.get(table.name), whole) for table in TABLES]
    if ATTRIBUTIONS in found:
        tables.append(_stage_attributions(loader, found[ATTRIBUTIONS], whole))
    write_rejects(loader.db, whole / REJECTS)
    return Staged(tuple(tables))


def _stage_one(loader: Loader, table: Table, source: Source | None, whole: Path) -> StagedTable:
    before = None if source is None else source.stamp()
    loaded = loader.load_nothing(table) if source is None else loader.load(source, table)
    written = whole / f"{table.name}.parquet"
    kept = keep(loader.db, table, written, loader.work)
    rejected = reject(loader.db, table)
    given = None if source is None else digest(source.path)
    if source is not None and source.stamp() != before:
        raise BadInput(f"{source.path}: changed while it was read; run it again")
    return StagedTable(
        table=table.name,
        file=None if source is None else source.path.name,
        sha256=given,
        columns=loaded.columns,
        ignored=loaded.ignored,
        read=loaded.read,
        kept=kept,
        rejected=rejected,
        duplicates=loaded.read - kept - rejected,
        written_sha256=digest(written),
    )


def _stage_attributions(loader: Loader, source: Source, whole: Path) -> StagedTable:
    loader.progress(f"reading {source.path.name}")
    rows = copy_checked(loader.db, source, whole)
    written = digest(whole / source.path.name)
    return StagedTable(
        ATTRIBUTIONS, source.path.name, written, (), (), rows, rows, 0, 0, written_sha256=written
    )


def _hand_over(whole: Path, out: Path) -> None:
    """Move what is whole into its place; if that is cut short, take it back."""
    moved = []
    try:
        for file in sorted(whole.iterdir()):
            moved.append(out / file.name)
            file.replace(moved[-1])
    except BaseException:
        for file in moved:
            file.unlink(missing_ok=True)
        raise
