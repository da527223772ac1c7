"""Which of the rows that can be read are kept, and in what order are they written?

Kept are different rows, in the order of all their columns, so that the same rows give the same
bytes in whatever order they came.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etmaal.engine.database import Database
from etmaal.engine.intake.checks import literal, quoted
from etmaal.engine.intake.schema import Table
from etmaal.engine.intake.tables import TABLES

# Rows. DuckDB ends its row groups where its threads happen to meet, so that the same rows come
# out as different bytes; ours are cut again, by count.
_ROW_GROUP = 100_000
_ARROW: dict[str, pa.DataType] = {"VARCHAR": pa.string(), "BIGINT": pa.int64()}


def keep(db: Database, table: Table, file: Path, work: Path) -> int:
    """Write the rows of ``loaded`` that are kept; return how many.

    Where a key may not be shared, the first row of each key is kept; later ones with other
    content go to ``broken``.

    Args:
        db: holds ``loaded`` and ``broken``.
        table: what they are rows of.
        file: where the rows go.
        work: a folder for a file in between.
    """
    names = ", ".join(quoted(name) for name in table.names)
    if table.key is not None:
        _keep_first_of_each(db, table.key, names)
    loose = work / "sorted.parquet"
    db.run(
        f"COPY (SELECT {names} FROM loaded ORDER BY {names}) TO {literal(str(loose))} "  # noqa: S608
        "(FORMAT parquet, COMPRESSION uncompressed)"
    )
    kept = _write_same_bytes(table, loose, file)
    loose.unlink()
    return kept


def _write_same_bytes(table: Table, loose: Path, file: Path) -> int:
    """Write sorted rows, each once, in row groups of one size; return how many."""
    schema = pa.schema([(c.name, _ARROW[c.stored_as]) for c in table.columns])
    texts = [c.name for c in table.columns if c.stored_as == "VARCHAR"]
    times = {c.name: "DELTA_BINARY_PACKED" for c in table.columns if c.name not in texts}
    kept = 0
    with (
        pq.ParquetFile(loose) as given,
        pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=texts,  # type: ignore[arg-type]  # the stubs know of bool only
            column_encoding=times,
        ) as writer,
    ):
        for group in _cut(_each_once(given.iter_batches(batch_size=_ROW_GROUP)), schema):
            writer.write_table(group, row_group_size=_ROW_GROUP)
            kept += group.num_rows
    return kept


def _each_once(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Leave out of sorted rows what says the same as the row before it."""
    last: pa.RecordBatch | None = None
    for batch in batches:
        before = batch.slice(0, 1) if last is None else last
        again = _same(batch.slice(0, 1), before) if last is not None else [False]
        again = [*again, *_same(batch.slice(1), batch.slice(0, batch.num_rows - 1))]
        last = batch.slice(batch.num_rows - 1)
        yield batch.filter(pa.array(np.logical_not(again))) if any(again) else batch


def _same(rows: pa.RecordBatch, others: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Say which rows have all cells in common with the row at their place among others."""
    same = np.ones(rows.num_rows, np.bool_)
    for one, other in zip(rows.columns, others.columns, strict=True):
        if not same.any():  # mostly after the first column
            break
        found: Any = pc.equal(one, other)
        alike: Any = pc.fill_null(found, False)
        equal = alike.to_numpy(zero_copy_only=False)
        neither = pc.and_(one.is_null(), other.is_null()).to_numpy(zero_copy_only=False)
        same &= equal | neither
    return same


def _cut(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in tables of `_ROW_GROUP` rows, the last one shorter."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch.cast(schema))
        rows += batch.num_rows
        while rows >= _ROW_GROUP:
            whole = pa.Table.from_batches(held, schema)
            yield whole.slice(0, _ROW_GROUP)
            held, rows = whole.slice(_ROW_GROUP).to_batches(), rows - _ROW_GROUP
    if rows:
        yield pa.Table.from_batches(held, schema)


def _keep_first_of_each(db: Database, key: str, names: str) -> None:
    """Leave one row of each key in ``loaded``; what says something else is broken."""
    shared = f"SELECT {quoted(key)} FROM loaded GROUP BY 1 HAVING count(*) > 1"  # noqa: S608
    db.run(
        "CREATE OR REPLACE TEMP TABLE different AS "  # noqa: S608 - names from the schema
        f"SELECT {names}, min(row) AS row, "
        f"min(min(row)) OVER (PARTITION BY {quoted(key)}) AS first_row "
        f"FROM loaded WHERE {quoted(key)} IN ({shared}) GROUP BY {names}"
    )
    db.run(
        "INSERT INTO broken SELECT row, $key, $reason FROM different WHERE row > first_row",
        key=key,
        reason=f"another row with this {key} stands before it and says something else; keep one",
    )
    [(some,)] = db.rows("SELECT count(*) FROM different")
    if some:
        db.run(
            f"DELETE FROM loaded WHERE {quoted(key)} IN (SELECT {quoted(key)} FROM different) "  # noqa: S608
            "AND row NOT IN (SELECT first_row FROM different)"
        )


def start_rejects(db: Database) -> None:
    """Begin the list of rejected rows."""
    db.run(
        'CREATE TEMP TABLE rejects (place INTEGER, "table" TEXT, row BIGINT, "column" TEXT, '
        "reason TEXT)"
    )


def reject(db: Database, table: Table) -> int:
    """Add what is in ``broken`` to the list of rejected rows; return how many."""
    [(rejected,)] = db.rows(
        "INSERT INTO rejects SELECT $place, $name, * FROM broken",
        place=TABLES.index(table),
        name=table.name,
    )
    return int(rejected)


def write_rejects(db: Database, file: Path) -> None:
    """Write the list: table, row, column (empty where the row as such is broken), reason."""
    db.run(
        'COPY (SELECT "table", row, "column", reason FROM rejects '  # noqa: S608 - a path of ours
        'ORDER BY place, row, "column") '
        f"TO {literal(str(file))} (FORMAT csv, HEADER)"
    )
