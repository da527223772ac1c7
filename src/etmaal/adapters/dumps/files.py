"""Which file of a dump holds which table, is it whole, and which of its columns are read?"""

import csv
import gzip
import zlib
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from etmaal.adapters.dumps.columns import PREFIX, TABLES, Table
from etmaal.core.errors import BadInput

_BLOCK = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class File:
    """One table's file; ``columns`` as they stand in it, ``dropped`` those never read.

    ``name`` is how it is shown: with its folder, where a dump lies in several.
    """

    table: Table
    path: Path
    columns: tuple[str, ...]
    dropped: tuple[str, ...]
    name: str

    def open(self) -> IO[bytes]:
        return _open(self.path)


def find(folders: tuple[Path, ...]) -> tuple[File, ...]:
    """Return the files of one dump, which may lie in several folders: the later mend the earlier.

    Raises:
        BadInput: if a folder or a table is missing, a table is there twice in one folder, or a
            file as a whole cannot be read.
    """
    labels = _labels(folders)
    found = [
        f for folder, label in zip(folders, labels, strict=True) for f in _find_in(folder, label)
    ]
    for table in TABLES:
        if all(file.table is not table for file in found):
            places = ", ".join(str(folder) for folder in folders)
            raise BadInput(f"{places}: no {table.name}.csv; a dump is not whole without it")
    return tuple(found)


def _labels(folders: tuple[Path, ...]) -> list[str]:
    """Return what goes before the files of each folder: its name, and its place if two share it."""
    if len(folders) == 1:
        return [""]
    names = [folder.resolve().name for folder in folders]
    return [
        f"{name} ({place})/" if names.count(name) > 1 else f"{name}/"
        for place, name in enumerate(names, 1)
    ]


def _find_in(folder: Path, label: str) -> list[File]:
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder; give the folder that holds input.csv")
    found = []
    for table in TABLES:
        names = [
            f"{prefix}{table.name}.{end}" for prefix in ("", PREFIX) for end in ("csv", "csv.gz")
        ]
        there = [folder / name for name in names if (folder / name).is_file()]
        if len(there) > 1:
            both = " and ".join(path.name for path in there)
            raise BadInput(f"{folder}: {both} hold the same table; keep one of them")
        found += [_checked(table, path, label) for path in there]
    return found


def _checked(table: Table, path: Path, label: str) -> File:
    _check_whole(path)
    columns = tuple(name.strip() for name in _header(path))
    known = [name.casefold() for name in columns]
    for column in table.columns:
        if known.count(column.name) > 1:
            raise BadInput(f"{path}: column {column.name} is there twice; keep one of them")
        if column.needed and column.name not in known:
            raise BadInput(f"{path}: column {column.name} is missing; dump it too")
    dropped = tuple(
        name for name, folded in zip(columns, known, strict=True) if folded not in table.names
    )
    return File(table, path, columns, dropped, f"{label}{path.name}")


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _check_whole(path: Path) -> None:
    """Read a file once: is it text in UTF-8 at all, and does every quote close?"""
    quotes, first = 0, True
    try:
        with _open(path) as stream:
            while block := stream.read(_BLOCK):
                if first and (block.startswith(_UTF16) or b"\0" in block):
                    raise BadInput(f"{path}: UTF-16, or no text at all; dump it as CSV in UTF-8")
                first = False
                quotes += block.count(b'"')
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        raise BadInput(f"{path}: not a whole gzip file; copy it again in full") from e
    if first:
        raise BadInput(f"{path}: empty; there must be at least its header")
    if quotes % 2:
        raise BadInput(
            f"{path}: a quote is never closed, or quotes inside a value are not doubled; "
            "dump it with values in double quotes and quotes inside them doubled"
        )


def _header(path: Path) -> list[str]:
    with _open(path) as stream, TextIOWrapper(stream, "utf-8-sig", "replace", newline="") as text:
        names = next(csv.reader(text), [])
    if len(names) < 2:
        raise BadInput(
            f"{path}: the first line is no header of columns with commas between; dump it as CSV "
            "with commas and a header"
        )
    return names
