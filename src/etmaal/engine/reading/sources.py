"""What a reading is asked to read, and how: values that the command line makes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from etmaal.core.dossiers import Dump
from etmaal.core.hotline import Header, Record
from etmaal.engine.reading.seal import Seal


@dataclass(frozen=True, slots=True)
class DumpSource:
    """A dump; ``sha256`` holds the digest of each of its files, in the order of its doors."""

    dump: Dump
    sha256: tuple[str, ...]
    made_at: int | None


@dataclass(frozen=True, slots=True)
class ExportSource:
    """One file of records; ``made_at`` is its moment in microseconds, None if not known."""

    header: Header
    records: Iterable[Record]
    sha256: str
    made_at: int | None


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder of tables as `docs/data.md` describes them."""

    folder: Path


Source = DumpSource | ExportSource | FolderSource


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run is to do.

    ``country`` is the hotline's own, two letters; ``before`` a folder to add to; ``at`` the
    present moment: nothing can be on record later.
    """

    kind: str
    zone: str
    country: str
    seal: Seal
    at: datetime
    before: Path | None = None
    memory: str = "1GB"
