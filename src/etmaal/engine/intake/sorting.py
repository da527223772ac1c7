"""Which of the rows that can be read are kept, and in what order are they written?

Kept are different rows, in the order of all their columns, so that the same rows give the same
bytes in whatever order they came.
"""

from pathlib import Path

import pyarrow as pa
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
    rows = f"SELECT DISTINCT {names} FROM loaded"  # noqa: S608 - names from the schema
    if table.key is not None:
        rows = _first_of_each(db, table.key, names)
    loose = work / "sorted.parquet"
    [(kept,)] = db.rows(
        f"COPY ({rows} ORDER BY {names}) TO {literal(str(loose))} "
        "(FORMAT parquet, COMPRESSION uncompressed)"
    )
    _write_same_bytes(table, loose, file)
    loose.unlink()
    return int(kept)


def _write_same_bytes(table: Table, loose: Path, file: Path) -> None:
    schema = pa.schema([(c.name, _ARROW[c.stored_as]) for c in table.columns])
    texts = [c.name for c in table.columns if c.stored_as == "VARCHAR"]
    times = {c.name: "DELTA_BINARY_PACKED" for c in table.columns if c.name not in texts}
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
        for batch in given.iter_batches(batch_size=_ROW_GROUP):
            writer.write_batch(batch.cast(schema), row_group_size=_ROW_GROUP)


def _first_of_each(db: Database, key: str, names: str) -> str:
    db.run(
        "CREATE OR REPLACE TEMP TABLE different AS "  # noqa: S608 - names from the schema
        f"SELECT {names}, min(row) AS row, "
        f"min(min(row)) OVER (PARTITION BY {quoted(key)}) AS first_row "
        f"FROM loaded GROUP BY {names}"
    )
    db.run(
        "INSERT INTO broken SELECT row, $key, $reason FROM different WHERE row > first_row",
        key=key,
        reason=f"another row with this {key} stands before it and says something else; keep one",
    )
    return f"SELECT {names} FROM different WHERE row = first_row"  # noqa: S608 - likewise


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
