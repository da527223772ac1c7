"""Files with the same bytes each time, and folders that appear whole or not at all."""

import csv
import fcntl
import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.core.errors import EtmaalError
from etmaal.engine.columns import Column

DIGITS = 9
_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
}

Row = Sequence[Any]


class CannotWrite(EtmaalError):
    """The disk is full or the place may not be written; nothing half-written is left."""


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


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to fill beside ``out``; it takes that place only when all went well.

    Whatever happens, full disk and interruption included, ``out`` holds the old or the new.

    Raises:
        CannotWrite: if the system refuses a write.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as e:
        raise CannotWrite(f"cannot write {out.name}: {e.strerror}") from e
    held = os.open(partial, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        partial.chmod(0o755)
        yield partial
        _swap(partial, out)
    except OSError as e:
        raise CannotWrite(f"cannot write {out.name}: {e.strerror or e}") from e
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(held)


def _sweep(out: Path) -> None:
    """Remove what a killed run left beside ``out``; a run that still lives holds a lock."""
    for left in sorted(out.parent.glob(f".{out.name}-*")):
        folder = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not out.exists() and (left / out.name).is_dir():
                (left / out.name).replace(out)  # killed between the two halves of a swap
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(folder)


def _swap(partial: Path, out: Path) -> None:
    """Put the finished folder in its place; a folder cannot be replaced in one step."""
    if not out.exists():
        partial.replace(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.replace(old / out.name)
    try:
        partial.replace(out)
    except OSError:
        (old / out.name).replace(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
