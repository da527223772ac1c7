"""Which addresses of a tables folder were looked at on which days: what there is to attribute.

Rows are read as the monitor reads them, so that neither knows an address the other does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.core.errors import BadInput
from etmaal.core.register_rows import COLUMNS, read_entries
from etmaal.core.registry import Registry
from etmaal.engine.database import Database
from etmaal.engine.inputs import DAY
from etmaal.engine.intake.checks import literal, quoted
from etmaal.engine.intake.folder import Form, Source
from etmaal.engine.intake.loading import Loader
from etmaal.engine.intake.schema import Table
from etmaal.engine.intake.tables import NOTICES, PROVIDERS, SIGHTINGS
from etmaal.stats.arrays import Integers

TIMES = ((NOTICES, "noticed_at"), (SIGHTINGS, "at"))
ROWS_AT_ONCE = 100_000  # also the row groups of what is written: the bytes must not follow memory
NEVER = 2**62  # microseconds; nothing is in the future here, the monitor refuses what is


def gather(loader: Loader, sources: Mapping[str, Source], out: Path) -> dict[str, int]:
    """Write each pair of address and day once, ordered by both, as Parquet (ip, day).

    Args:
        loader: with an open database.
        sources: the folder's files by table.
        out: the file to write; days are UTC days.

    Returns:
        How many rows of each table that has addresses could not be read.

    Raises:
        BadInput: if no table has a column of addresses, or a file cannot be used at all.
    """
    loader.db.run("CREATE TEMP TABLE asked (ip VARCHAR, day DATE)")
    skipped = {}
    for table, time in TIMES:
        if table.name not in sources:
            continue
        source = sources[table.name]
        loaded = loader.load(source, _of_interest(table, source, time))
        if "ip" in loaded.columns:
            loader.db.run(
                f"INSERT INTO asked SELECT DISTINCT ip, {DAY.format(at=quoted(time))} "  # noqa: S608
                "FROM loaded WHERE ip IS NOT NULL"
            )
            skipped[table.name] = _broken(loader.db)
    if not skipped:
        raise BadInput(
            "neither notices nor sightings have a column ip: there is nothing to attribute; "
            "add the address of each item, or name its provider in notices"
        )
    each_once = "SELECT DISTINCT ip, day FROM asked ORDER BY ip, day"
    loader.db.run(f"COPY ({each_once}) TO {literal(str(out))} (FORMAT parquet)")
    return skipped


def pairs(file: Path) -> Iterator[tuple[pa.StringArray, Integers]]:
    """Yield what `gather` wrote: addresses and days since 1970, always so many rows at once."""
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(ROWS_AT_ONCE):
            waiting.append(batch)
            if sum(b.num_rows for b in waiting) >= ROWS_AT_ONCE:
                whole = pa.Table.from_batches(waiting)
                yield _columns(whole[:ROWS_AT_ONCE])
                waiting = whole[ROWS_AT_ONCE:].to_batches()
    if waiting:
        yield _columns(pa.Table.from_batches(waiting))


def registry_in(loader: Loader, source: Source) -> tuple[Registry, int]:
    """Return the folder's own providers as a register, and how many rows could not be read.

    Raises:
        BadInput: if its rows contradict each other.
    """
    loader.load(source, PROVIDERS)
    skipped = _broken(loader.db)
    given = [name for name in COLUMNS if name in PROVIDERS.names]
    found = loader.db.rows(f"SELECT row, {', '.join(given)} FROM loaded ORDER BY row")  # noqa: S608
    rows = ((row[0], dict(zip(given, row[1:], strict=True))) for row in found)
    return Registry(read_entries(rows, source.path.name)), skipped


def _of_interest(table: Table, source: Source, time: str) -> Table:
    """Narrow a Parquet table to its two columns; a CSV is read whole, as the monitor does.

    Where a CSV is broken, which rows can be saved depends on all of its columns.
    """
    if source.form is not Form.PARQUET:
        return table
    return replace(
        table, columns=tuple(c for c in table.columns if c.name in ("ip", time)), orders=()
    )


def _broken(db: Database) -> int:
    [(count,)] = db.rows("SELECT count(*) FROM broken")
    return int(count)


def _columns(table: pa.Table) -> tuple[pa.StringArray, Integers]:
    whole = table.combine_chunks().to_batches()[0]
    days = whole.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
    return cast(pa.StringArray, whole.column("ip")), days
