"""Which windows does a CSV file hold? Read row by row, refused at the first row that is wrong."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from etmaal.core.errors import BadInput
from etmaal.stats.arrays import Floats, Integers

NEEDED = ("after_hours", "by_hours")
OPTIONAL = ("entry_hours", "cluster")
LONGEST = 1 << 20  # bytes; a row of windows needs some dozens
PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"PAR1": "Parquet"}
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins


@dataclass(frozen=True, slots=True)
class WindowFile:
    """The columns of a file of windows, each of shape (n,).

    ``by`` is inf where the item was still online; ``entry`` 0 where it was there from the start.
    ``cluster`` numbers the clusters; a row that names none is one by itself; None without a column.
    """

    after: Floats
    by: Floats
    entry: Floats
    cluster: Integers | None


def read_windows(path: Path, *, ignore_extra: bool = False) -> WindowFile:
    """Read a CSV file of windows.

    Raises:
        BadInput: if it cannot be read, names no or strange columns, or a row is no window.
    """
    try:
        with path.open("rb") as stream:
            return _read(stream, path.name, ignore_extra)
    except OSError as e:
        raise BadInput(f"{path.name} cannot be read: {e.strerror or e}") from e


def _read(stream: BinaryIO, name: str, ignore_extra: bool) -> WindowFile:
    lines = _lines(stream, name)
    reader = csv.reader(lines, strict=True)
    try:
        columns = _columns(next(reader, []), name, ignore_extra)
        rows = [
            _row(dict(zip(columns, fields, strict=False)), f"{name}, line {reader.line_num}")
            for fields in reader
            if _fits(fields, columns, f"{name}, line {reader.line_num}")
        ]
    except csv.Error as e:
        raise BadInput(
            f"{name}, line {reader.line_num}: {e}; check the quotation marks and line ends there"
        ) from e
    if not rows:
        raise BadInput(f"{name} holds no rows below its header; give it one row for each item")
    after, by, entry, clusters = zip(*rows, strict=True)
    cluster = _numbered(list(clusters)) if "cluster" in columns else None
    return WindowFile(np.array(after), np.array(by), np.array(entry), cluster)


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """Yield decoded lines, without a byte-order mark, never more than `LONGEST` at once."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if number == 1:
            _check_start(line, name)
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) > LONGEST:
            raise BadInput(
                f"{name}, line {number}: over a megabyte long; is this a file of windows?"
            )
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as e:
            raise BadInput(
                f"{name}, line {number}: not UTF-8 text (byte {e.start + 1}); save the file as "
                f"UTF-8"
            ) from e
    if number == 0:
        raise BadInput(f"{name} is empty; it needs a header with {' and '.join(NEEDED)}")


def _check_start(line: bytes, name: str) -> None:
    for magic, kind in PACKED.items():
        if line.startswith(magic):
            raise BadInput(f"{name} is a {kind} file; unpack or export it to CSV first")
    if line.startswith(WIDE):
        raise BadInput(f"{name} is UTF-16 text; save the file as UTF-8")


def _columns(header: list[str], name: str, ignore_extra: bool) -> list[str]:
    columns = [column.strip() for column in header]
    for needed in NEEDED:
        if needed not in columns:
            raise BadInput(f"{name} has no column {needed}; its header has: {', '.join(columns)}")
    known = (*NEEDED, *OPTIONAL)
    for column in columns:
        if column in known and columns.count(column) > 1:
            raise BadInput(f"{name} has the column {column} twice; remove one")
        if column not in known and not ignore_extra:
            raise BadInput(
                f"{name} has a column {column!r} that has no meaning here; the columns are "
                f"{', '.join(known)}; remove it, or give --ignore-extra"
            )
    return columns


def _fits(fields: list[str], columns: list[str], where: str) -> bool:
    """Say whether a row is there at all; refuse one of another length than the header."""
    if fields and len(fields) != len(columns):
        raise BadInput(f"{where}: {len(fields)} fields, but the header has {len(columns)}")
    return bool(fields)


def _row(fields: dict[str, str], where: str) -> tuple[float, float, float, str]:
    after = _hours(fields["after_hours"], "after_hours", where)
    by = math.inf
    if fields["by_hours"].strip():
        by = _hours(fields["by_hours"], "by_hours", where)
    entry = 0.0
    if fields.get("entry_hours", "").strip():
        entry = _hours(fields["entry_hours"], "entry_hours", where)
    if by < after:
        raise BadInput(
            f"{where}: by_hours {by:g} is before after_hours {after:g}; the first look gone comes "
            f"after the last look online"
        )
    if entry > 0 and entry >= by:
        raise BadInput(
            f"{where}: entry_hours {entry:g} is not before by_hours {by:g}; a row that exists only "
            f"because the item was still online cannot have lost it by then"
        )
    return after, by, entry, fields.get("cluster", "").strip()


def _hours(text: str, column: str, where: str) -> float:
    """Turn a field into hours since the clock started."""
    try:
        hours = float(text)
    except ValueError:
        hours = math.nan
    if not math.isfinite(hours):
        shown = text if len(text) <= 40 else text[:40] + "..."
        raise BadInput(
            f"{where}: {column} is {shown!r}, not a number of hours; write it as 23.5"
            + (", or leave it empty for an item still online" if column == "by_hours" else "")
        )
    if hours < 0:
        raise BadInput(
            f"{where}: {column} is {hours:g}, before the clock started; leave out what was gone by "
            f"then, and count looks from 0"
        )
    return hours


def _numbered(names: list[str]) -> Integers:
    """Number clusters by name, in the order of the rows; a row without a name is one by itself."""
    numbers: dict[str, int] = {}
    result = []
    for place, name in enumerate(names):
        key = f"n{name}" if name else f"row {place}"
        result.append(numbers.setdefault(key, len(numbers)))
    return np.array(result, dtype=np.int64)
