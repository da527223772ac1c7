"""Files with the same bytes each time: numbers to nine digits, keys and rows in order."""

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.engine.columns import Column

DIGITS = 9
_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
}

Row = Sequence[Any]


def rounded(value: Any) -> Any:
    """Return a cell as it is written: nine digits, and nothing for what is not a number."""
    if value is None or isinstance(value, str | int):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return round(number, DIGITS) + 0.0  # no minus zero


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write rows as RFC 4180 would, but with a bare line feed; an unknown value is empty."""
    with path.open("w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for row in rows:
            writer.writerow(["" if (cell := rounded(v)) is None else _plain(cell) for v in row])


def _plain(cell: Any) -> Any:
    """Whole floats without a tail, small ones without an exponent."""
    if isinstance(cell, float):
        text = f"{cell:.{DIGITS}f}".rstrip("0").rstrip(".")
        return text or "0"
    return cell


def write_parquet(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write rows as Parquet; the columns' types are those of the data package."""
    cells = [[rounded(v) for v in row] for row in rows]
    arrays = [
        pa.array([row[place] for row in cells], type=_TYPES[column.type])
        for place, column in enumerate(columns)
    ]
    table = pa.Table.from_arrays(arrays, names=[c.name for c in columns])
    pq.write_table(table, path, compression="zstd")


def write_json(path: Path, content: Any) -> None:
    """Write JSON with its keys in order."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Return a file's digest in hex."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
