"""Which file holds which table, and is it whole? Nothing but the folder's own tables is opened."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase
from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.engine.intake.room import is_full
from etmaal.engine.intake.tables import TABLES

ATTRIBUTIONS = "attributions"
_BLOCK = 1 << 20
_OTHER_FORMS = (
    "csv.bz2", "csv.xz", "csv.zip", "csv.zst", "gz", "json", "jsonl", "ods", "parq", "parquet.gz",
    "tab", "tsv", "txt", "xls", "xlsx", "zip",
)  # fmt: skip


class Form(StrEnum):
    """The forms a table may have; the value is how the file's name ends."""

    CSV = "csv"
    CSV_GZ = "csv.gz"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Source:
    """One table's file."""

    table: str
    path: Path
    form: Form

    def stamp(self) -> tuple[int, int]:
        """Return what changes when somebody writes to the file."""
        with reading(self.path):
            stat = self.path.stat()
        return stat.st_size, stat.st_mtime_ns

    def open(self) -> BufferedIOBase:
        """Open a CSV for reading; what is packed is unpacked on the way."""
        return gzip.open(self.path) if self.form is Form.CSV_GZ else self.path.open("rb")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read which one it is; a full disk is another matter."""
    try:
        yield
    except OSError as e:
        if is_full(e):
            raise
        why = e.strerror or "it cannot be read"
        raise BadInput(f"{path}: {why}; check the disk and who may read the file") from e


def find(folder: Path) -> dict[str, Source]:
    """Return the files of the tables in a folder; everything else in it is left alone.

    Raises:
        BadInput: if the folder or the notices are missing, a table is there in two forms, in a
            form that is not read, or is empty.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder; give the folder that holds the tables")
    with reading(folder):
        names = sorted(path.name for path in folder.iterdir())
    sources = {}
    for name, forms in [(t.name, tuple(Form)) for t in TABLES] + [(ATTRIBUTIONS, (Form.PARQUET,))]:
        source = _find_one(folder, name, forms, names)
        if source is not None:
            sources[name] = source
    for table in TABLES:
        if table.needed and table.name not in sources:
            raise BadInput(
                f"{folder}: no {table.name}; there must be one of "
                + ", ".join(f"{table.name}.{form}" for form in Form)
            )
    return sources


def _find_one(folder: Path, table: str, forms: tuple[Form, ...], names: list[str]) -> Source | None:
    there = [form for form in forms if f"{table}.{form}" in names]
    if len(there) > 1:
        both = " and ".join(f"{table}.{form}" for form in there)
        raise BadInput(f"{folder}: {both} hold the same table; keep one of them")
    if not there:
        _refuse_other_forms(folder, table, names)
        return None
    source = Source(table, folder / f"{table}.{there[0]}", there[0])
    _check_file(source)
    return source


def _refuse_other_forms(folder: Path, table: str, names: list[str]) -> None:
    """Leave no table unread because of how its file is called."""
    ours = {f"{table}.{form}" for form in Form}
    for name in names:
        lower = name.lower()
        if lower in ours or lower.removeprefix(f"{table}.") in _OTHER_FORMS:
            raise BadInput(
                f"{folder / name}: this form of {table} is not read; "
                f"save it as {table}.csv, {table}.csv.gz or {table}.parquet"
            )


def _check_file(source: Source) -> None:
    path = source.path
    if not path.is_file():
        raise BadInput(f"{path}: not a file; put the table itself in its place, or take it away")
    with reading(path):
        size = path.stat().st_size
    if size == 0:
        raise BadInput(f"{path}: empty; remove it, or give at least its header")
    if source.form is Form.CSV_GZ:
        _check_gzip(path)


def _check_gzip(path: Path) -> None:
    """Unpack a file once to see that it is whole: its check sums stand at its end."""
    with reading(path), path.open("rb") as raw, gzip.open(raw) as stream:
        try:
            while stream.read(_BLOCK):
                pass
        except EOFError as e:
            raise BadInput(f"{path}: the file ends too early; copy it again in full") from e
        except (gzip.BadGzipFile, zlib.error) as e:
            raise BadInput(
                f"{path}: not a whole gzip file; pack it again, or name it .csv if it is not packed"
            ) from e


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with reading(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
