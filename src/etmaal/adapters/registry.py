"""What the register file says: which rows ``registry.csv`` holds, each with its line."""

import csv
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from etmaal.adapters.text_lines import read_lines
from etmaal.core.errors import BadInput
from etmaal.core.register_rows import COLUMNS, read_entries
from etmaal.core.registry import Registry


def fetch_registry(path: Path) -> Registry:
    """Read a register file and check its rows against each other.

    Raises:
        BadInput: as `read_registry`, or if the file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return read_registry(stream, path.name)
    except OSError as e:
        raise BadInput(f"{path.name}: {e.strerror or e}; give a readable registry.csv") from e


def read_registry(stream: BufferedReader, name: str) -> Registry:
    """Make the register from CSV with the columns of `register_rows.COLUMNS`, in any order.

    Raises:
        BadInput: for a column that is unknown, double or missing (`provider` must be there), a
            row that does not fit, or rows that contradict each other.
    """
    return Registry(read_entries(_rows(stream, name), name))


def _rows(stream: BufferedReader, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader((line + "\n" for _, line in read_lines(stream, name)), strict=True)
    try:
        header = _header(next(reader, []), name)
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise BadInput(
                    f"{name}, line {reader.line_num}: {len(cells)} cells under {len(header)} "
                    "columns; mend the row (a text with a comma needs quotes)"
                )
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as e:
        raise BadInput(f"{name}, line {reader.line_num}: {e}; mend the quotes") from e


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    if "provider" not in header:
        raise BadInput(
            f"{name}: no column provider in line 1; the columns are {', '.join(COLUMNS)}, "
            "with commas between them"
        )
    for column in header:
        if column not in COLUMNS:
            raise BadInput(f"{name}: unknown column {column!r}; known are {', '.join(COLUMNS)}")
        if header.count(column) > 1:
            raise BadInput(f"{name}: column {column!r} stands there twice; keep one")
    return header
