"""The files of a tables folder, with the same bytes for the same rows."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.engine.database import Database
from etmaal.engine.intake.checks import literal, quoted
from etmaal.engine.reading.merging import NAMES, types_of

_ROW_GROUP = 100_000  # rows
_MOMENT = pa.timestamp("us", tz="UTC")
_BY_HAND = "providers"  # text, so that AS numbers and roles can be filled in
_ALWAYS = ("notices", "sightings", _BY_HAND, "items")


def write_tables(db: Database, out: Path) -> dict[str, int]:
    """Write the tables of a merged reading; return how many rows each has.

    The large ones are Parquet; ``providers.csv`` is text, to be completed by hand. Beside the
    tables stand ``items.parquet`` (which file number is which item, all digests) and
    ``messages.parquet``, so that more can be added later. Others without rows are not written.
    """
    counts = {}
    for name in NAMES:
        [(rows,)] = db.rows(f"SELECT count(*) FROM {name}")  # noqa: S608 - names from the schema
        counts[name] = int(rows)
        if rows or name in _ALWAYS:
            write = _write_text if name == _BY_HAND else _write
            write(db, name, out)
    return counts


def _write(db: Database, name: str, out: Path) -> None:
    types = types_of(name)
    schema = pa.schema(
        [pa.field(c, _MOMENT if t == "BIGINT" else pa.string()) for c, t in types.items()]
    )
    columns = ", ".join(quoted(column) for column in types)
    loose = out / f".{name}.loose"
    db.run(
        f"COPY (SELECT {columns} FROM {name} ORDER BY ALL NULLS LAST) TO {literal(str(loose))} "  # noqa: S608 - names from the schema
        "(FORMAT parquet, COMPRESSION uncompressed)"
    )
    with (
        pq.ParquetFile(loose) as given,
        pq.ParquetWriter(out / f"{name}.parquet", schema, compression="zstd") as writer,
    ):
        for table in _groups(given.iter_batches(_ROW_GROUP), schema):
            writer.write_table(table, row_group_size=_ROW_GROUP)
    loose.unlink()


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in groups of one size, however they come: else the bytes would differ."""
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.num_rows
        while size >= _ROW_GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, _ROW_GROUP).combine_chunks().cast(schema)
            rest = table.slice(_ROW_GROUP)
            held, size = rest.to_batches(), rest.num_rows
    if size:
        yield pa.Table.from_batches(held).combine_chunks().cast(schema)


def _write_text(db: Database, name: str, out: Path) -> None:
    names = list(types_of(name))
    columns = ", ".join(quoted(column) for column in names)
    rows = db.rows(f"SELECT {columns} FROM {name} ORDER BY ALL NULLS LAST")  # noqa: S608 - names from the schema
    with (out / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
