"""From a hotline's files to a tables folder: read, put together, judged for quality, written.

Nothing here opens the hotline's files: what is in them comes as values from the adapters.
"""

import csv
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.core.errors import BadInput, Refused
from etmaal.core.hotline import Case, Place, Rejected
from etmaal.core.periods import microseconds
from etmaal.engine.database import Database, database
from etmaal.engine.intake.tables import TABLES
from etmaal.engine.reading import addressing, dossiers, exports
from etmaal.engine.reading.account import REJECTS, Account, Moments, count_cases, write_rejects
from etmaal.engine.reading.merging import NAMES, Ranked, gather, merge
from etmaal.engine.reading.quality import measure, readings_in, together
from etmaal.engine.reading.rows import Rows, Spool
from etmaal.engine.reading.sources import Asked, DumpSource, ExportSource, FolderSource, Source
from etmaal.engine.reading.writing import write_tables
from etmaal.engine.tables import Staged, stage
from etmaal.letters.values.quality import Quality, ReadFile, Reading

MERGE, WRITE = "putting together", "writing"


class ToldOtherwise(Refused):
    """One file is to be read in a second way: each of its moments would be there twice."""


class OtherKey(Refused):
    """What is there was made under another key: every item would be there twice."""


@dataclass(slots=True)
class Report:
    """What came of it: the quality of the tables, and the records that could not be used."""

    quality: Quality
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def reading(self) -> Reading:
        return self.quality.readings[-1]


def read(
    sources: Sequence[Source],
    asked: Asked,
    out: Path | None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Read sources into a folder.

    Args:
        sources: those of one kind, the later counting where two differ.
        asked: how.
        out: an empty folder for the tables and ``rejects.csv``; None writes nothing.
        progress: told of each step as it begins.

    Raises:
        BadInput: if a file as a whole, or no record at all, can be used.
        OtherKey: if the folder to add to was made under another key.
        ToldOtherwise: if a file in it was read in another zone, or as another kind.
        exports.NoMoment: if an export's moment is needed and not known.
    """
    key, earlier = _earlier(asked)
    _check_told_alike(sources, asked, earlier)
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=out) as name:
        work = Path(name)
        told = Account()
        readings = _before(asked, work)
        readings += [_one(source, rank, asked, work, told, progress)
                     for rank, source in enumerate(sources, 1)]  # fmt: skip
        told.check()
        progress(MERGE)
        with database(work, asked.memory) as db:
            gather(db, readings)
            told.counts += count_cases(db, work)
            contradictions = Counter(merge(db, put_in_by_hand=asked.kind == "tables"))
            reading = told.reading(asked, contradictions)
            progress(WRITE)
            rows = _rows(db) if out is None else write_tables(db, out)
            quality = measure(db, key, together(earlier, reading), rows)
    if out is not None:
        write_rejects(told, asked.before, out / REJECTS)
    return Report(quality, told.rejected)


def _earlier(asked: Asked) -> tuple[str, tuple[Reading, ...]]:
    sealed = "" if asked.kind == "tables" else asked.seal.fingerprint
    if asked.before is None:
        return sealed, ()
    key, readings = readings_in(asked.before)
    if key and sealed and key != sealed:
        raise OtherKey(
            f"{asked.before} was read under another key (ETMAAL_HOME or ETMAAL_KEY): with this one "
            "every item would be in it twice; give that key, or another --out"
        )
    return sealed or key, readings


def _check_told_alike(sources: Sequence[Source], asked: Asked, earlier: Sequence[Reading]) -> None:
    """Stop where the same bytes were read before in another zone or as another kind."""
    now: dict[str, str] = {}
    for source in sources:
        match source:
            case DumpSource():
                now |= {
                    sha256: door.file
                    for door, sha256 in zip(source.dump.doors, source.sha256, strict=True)
                }
            case ExportSource():
                now[source.sha256] = source.header.file
    for one in earlier:
        for file in one.files:
            if file.sha256 not in now or not file.records:
                continue
            if (one.kind, file.zone) != (asked.kind, asked.zone):
                was, is_now = (
                    (f"in the zone {file.zone}", asked.zone)
                    if one.kind == asked.kind
                    else (f"as {one.kind}", asked.kind)
                )
                raise ToldOtherwise(
                    f"{now[file.sha256]} was read before {was} and is now to be read as {is_now}: "
                    "its records would be there twice, told differently; read all files anew with "
                    "--replace"
                )


def _rows(db: Database) -> dict[str, int]:
    return {
        name: int(db.rows(f"SELECT count(*) FROM {name}")[0][0])  # noqa: S608 - names from the schema
        for name in NAMES
    }


def _before(asked: Asked, work: Path) -> list[Ranked]:
    if asked.before is None:
        return []
    files, staged = _staged(asked.before, work / "before", asked)
    if staged.rejected:
        table = next(one for one in staged.tables if one.rejected)
        raise BadInput(
            f"{asked.before / (table.file or table.table)}: {table.rejected:,} rows cannot be "
            "read, and would be lost; `etmaal monitor` says why; mend them first"
        )
    return [(files, 0)]


def _staged(folder: Path, work: Path, asked: Asked) -> tuple[dict[str, Path], Staged]:
    """Check a tables folder; return its tables typed, and our own two as they are."""
    work.mkdir()
    staged = stage(folder, work, now=asked.at, memory=asked.memory)
    files = {table.name: work / f"{table.name}.parquet" for table in TABLES}
    for name in ("items", "messages"):
        if (folder / f"{name}.parquet").is_file():
            files[name] = _own(folder, name, work)
    return files, staged


def _own(folder: Path, name: str, work: Path) -> Path:
    """Return one of our own two tables with its moments as numbers, as in the staged ones."""
    try:
        table = pq.read_table(folder / f"{name}.parquet")
    except (pa.ArrowException, OSError) as e:
        raise BadInput(f"{folder / name}.parquet: not whole; read all files again") from e
    plain = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    file = work / f"{name}.own.parquet"
    pq.write_table(pa.table(plain, names=table.column_names), file)
    return file


def _one(
    source: Source,
    rank: int,
    asked: Asked,
    work: Path,
    told: Account,
    progress: Callable[[str], None],
) -> Ranked:
    """Read one source; return the files of its rows."""
    match source:
        case FolderSource():
            progress(f"reading {source.folder.name}")
            return _read_folder(source, rank, asked, work, told), rank
        case DumpSource():
            place = work / str(rank)
            place.mkdir()
            return _read_dump(source, rank, asked, place, told), None
        case ExportSource():
            progress(f"reading {source.header.file}")
            place = work / str(rank)
            place.mkdir()
            return _read_export(source, rank, asked, place, told), None


def _read_folder(
    source: FolderSource, rank: int, asked: Asked, work: Path, told: Account
) -> dict[str, Path]:
    place = work / f"folder-{rank}"
    files, staged = _staged(source.folder, place, asked)
    names = {one.table: f"{source.folder.name}/{one.file}" for one in staged.tables}
    with (place / REJECTS).open(newline="", encoding="utf-8") as f:
        told.rejected += [
            Rejected(Place(names[row["table"]], int(row["row"])), row["column"], row["reason"])
            for row in csv.DictReader(f)
        ]
    for one in staged.tables:
        if one.sha256 is not None:
            told.file(
                ReadFile(names[one.table], one.sha256, one.read, one.rejected, 0, one.ignored), None
            )
    return files


def _read_dump(
    source: DumpSource, rank: int, asked: Asked, place: Path, told: Account
) -> dict[str, Path]:
    dump, rows, spool = source.dump, Rows(), Spool(place)
    told.rejected += dump.rejected
    wrong = Counter(r.place.file for r in dump.rejected)
    for door, sha256 in zip(dump.doors, source.sha256, strict=True):
        told.file(
            ReadFile(
                door.file,
                sha256,
                door.records,
                wrong[door.file],
                door.deleted,
                door.dropped,
                asked.zone,
            ),
            source.made_at,
        )
    ground = addressing.Ground(
        addressing.addressees(dump.contacts, asked.country, rows), asked.country, source.made_at
    )
    moments = Moments("the dump", source.made_at)
    for number, case in enumerate(dump.dossiers):
        moments.seen(case.seen_at)
        dossiers.tell(case, asked.seal, ground, rows)
        if number % 10_000 == 0:
            spool.take(rows, rank)
    moments.check()
    if rows.counts["closing_untimed"] and source.made_at is None:
        raise exports.NoMoment(
            f"{rows.counts['closing_untimed']:,} cases are closed without a row that says when; "
            "say when the dump was made: --exported-at"
        )
    spool.take(rows, rank, all_of_it=True)
    told.counts += rows.counts
    told.counts["set_aside"] += dump.set_aside
    told.counts["deleted"] += dump.deleted
    told.counts["doubtful"] += dump.doubtful
    return spool.close()


def _read_export(
    source: ExportSource, rank: int, asked: Asked, place: Path, told: Account
) -> dict[str, Path]:
    rows, spool, records, before = Rows(), Spool(place), 0, len(told.rejected)
    export = exports.Export(source.header.file, asked.country, source.made_at)
    moments = Moments(source.header.file, source.made_at)
    for records, record in enumerate(source.records, 1):
        wrong = record if isinstance(record, Rejected) else exports.fault(record, asked.at)
        if wrong is not None:
            told.rejected.append(wrong)
        else:
            if isinstance(record, Case) and record.last_seen_at is not None:
                moments.seen(microseconds(record.last_seen_at))
            exports.tell(record, asked.seal, export, rows)
        if records % 10_000 == 0:
            spool.take(rows, rank)
    moments.check()
    spool.take(rows, rank, all_of_it=True)
    told.counts += rows.counts
    header, rejected = source.header, len(told.rejected) - before
    told.file(
        ReadFile(header.file, source.sha256, records, rejected, 0, header.dropped, asked.zone),
        source.made_at,
    )
    return spool.close()
