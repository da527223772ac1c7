"""Which files are read, how each kind is opened, and when each file was made."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from etmaal.core.errors import BadInput

if TYPE_CHECKING:
    from etmaal.engine.reading.sources import Source

EXPORTS = ("scart-report", "scart-list", "scart-console", "scart-mail-csv")
SCART = (*EXPORTS, "scart-db")
KINDS = (*SCART, "xarf", "tables")
_NAMED = re.compile(r"(?:^|[^0-9])(\d{14})(?:[^0-9]|$)")
Begin = Callable[[str], None]
Kept = tuple[range, bytes]
"""The numbers that a record has in its file, and the record as it stands there."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """Files of one kind, ready to be opened. ``exported_at`` is what the user said, if anything."""

    kind: str
    files: tuple[Path, ...]
    zone: ZoneInfo
    exported_at: datetime | None

    @property
    def steps(self) -> list[str]:
        """Return the steps that `open` and the reading begin, for the progress bar."""
        if self.kind == "scart-db":
            return ["reading the dumps"]
        return [f"reading {file.name}" for file in self.files]

    def made_at(self, file: Path) -> int | None:
        """Return when a file was made, in microseconds since 1970, UTC; None if nobody says."""
        from etmaal.core.periods import microseconds

        at = self.exported_at or moment_in(file.name, self.zone)
        return None if at is None else microseconds(at)

    def open(self, at: datetime, begin: Begin) -> "Sequence[Source]":
        """Return what the files say, as sources for the engine: oldest first."""
        if self.kind == "scart-db":
            begin(self.steps[0])
            return [_dump(self, at)]
        if self.kind == "tables":
            from etmaal.engine.reading.sources import FolderSource

            return [FolderSource(folder) for folder in self.files]
        ordered = sorted(self.files, key=lambda file: self.made_at(file) or 0)
        return [_export(self, file) for file in ordered]

    def check(self, at: datetime) -> None:
        """See that no file was made in the future.

        Raises:
            BadInput: if the user says so, or a file's name does.
        """
        if self.exported_at is not None and self.exported_at > at:
            raise BadInput(
                f"--exported-at {self.exported_at:%Y-%m-%d %H:%M} UTC lies in the future: no file "
                "was made then"
            )
        if self.exported_at is not None or self.kind not in EXPORTS:
            return
        for file in self.files:
            named = moment_in(file.name, self.zone)
            if named is not None and named > at:
                raise BadInput(
                    f"{file.name}: by its name it was made in the future; check --zone, or "
                    "say when it was made: --exported-at"
                )

    def rejected(self, rows: Mapping[str, AbstractSet[int]]) -> Iterator[tuple[str, list[Kept]]]:
        """Yield the files that hold some records, each with its header and just those records."""
        if self.kind == "scart-db":
            yield from _rejected_of_dumps(self, rows)
            return
        for file in self.files:
            if file.name in rows:
                yield file.name, list(_raw_records(self.kind, file, rows[file.name]))


def kind_of(
    kind: str, files: tuple[Path, ...], zone: ZoneInfo, exported_at: str | None
) -> FileKind:
    """Check what was asked for.

    Raises:
        BadInput: if a file is not there, or two have one name.
        click.UsageError: if the moment cannot be read.
    """
    folders = kind in ("scart-db", "tables")
    for file in files:
        if not file.exists():
            raise BadInput(f"{file}: not there")
        if file.is_dir() != folders:
            raise BadInput(
                f"{file}: {'not a folder' if folders else 'a folder'}; {kind} is read from "
                f"{'folders' if folders else 'files'}"
            )
    names = [file.name for file in files]
    if not folders and len({file.resolve() for file in files}) > len(set(names)):
        raise BadInput("two files of one name: the reject list could not tell them apart")
    return FileKind(kind, tuple(dict.fromkeys(files)), zone, said(exported_at, zone))


def check_zone(name: str) -> ZoneInfo:
    """Return a civil zone.

    Raises:
        click.UsageError: if there is none of that name.
    """
    try:
        if name.startswith(("/", ".")) or not name:
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise click.UsageError(
            f"--zone: {name!r} is no civil zone; give one such as Europe/Amsterdam or UTC"
        ) from e


def said(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the moment the user gave: with a zone of its own, or local in ``zone``."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as e:
        raise click.UsageError(
            f"--exported-at: {text!r} is not a time such as 2026-04-01T09:30"
        ) from e
    return _placed(at, zone) if at.tzinfo is None else at.astimezone(UTC)


def moment_in(name: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment in a name such as ``export-20260401093000.csv``, if there is one."""
    found = _NAMED.search(name)
    if found is None:
        return None
    try:
        local = datetime.strptime(found[1], "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone comes next
    except ValueError:
        return None
    return _placed(local, zone)


def _placed(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time as a moment; of one that occurs twice the later: it is an upper bound."""
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _dump(how: FileKind, at: datetime) -> "Source":
    from etmaal.adapters.dumps.dossiers import fetch_dump
    from etmaal.adapters.dumps.files import find
    from etmaal.core.periods import microseconds
    from etmaal.engine.intake.folder import digest
    from etmaal.engine.reading.sources import DumpSource

    dump = fetch_dump(how.files, how.zone, microseconds(at))
    digests = tuple(digest(file.path) for file in find(how.files))
    made_at = None if how.exported_at is None else microseconds(how.exported_at)
    return DumpSource(dump, digests, made_at)


def _export(how: FileKind, file: Path) -> "Source":
    from etmaal.engine.intake.folder import digest
    from etmaal.engine.reading.sources import ExportSource

    if how.kind == "xarf":
        from etmaal.adapters.xarf import read_xarf

        header, records = read_xarf(file, name=file.name)
    else:
        from etmaal.adapters.scart import read_scart

        header, records = read_scart(how.kind, file, name=file.name, zone=how.zone)
    return ExportSource(header, records, digest(file), how.made_at(file))


def _rejected_of_dumps(
    how: FileKind, rows: Mapping[str, AbstractSet[int]]
) -> Iterator[tuple[str, list[Kept]]]:
    from etmaal.adapters.dumps.files import find
    from etmaal.adapters.dumps.kept import rejected_records

    for file in find(how.files):
        if file.name in rows:
            yield file.name, list(rejected_records(file, rows[file.name]))


def _raw_records(kind: str, file: Path, rows: AbstractSet[int]) -> Iterator[Kept]:
    if kind == "xarf":
        from etmaal.adapters.xarf import raw_records as of_xarf

        return of_xarf(file, rows)
    from etmaal.adapters.scart.kept import raw_records

    return raw_records(kind, file, rows)
