"""What became of the records of a reading: counted, contradicting themselves, or rejected."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.core.hotline import Rejected
from etmaal.core.periods import moment
from etmaal.engine.database import Database
from etmaal.engine.reading.sources import Asked
from etmaal.letters.values.quality import ReadFile, Reading

REJECTS = "rejects.csv"
_CONTRADICTIONS = (
    "accepted_before_sent", "open_after_closing", "seen_after_closing", "seen_after_export",
    "taken_up_again",
)  # fmt: skip


@dataclass(slots=True)
class Moments:
    """Whether a file can have been made when it is said to: what it holds was seen before that."""

    file: str
    made_at: int | None
    known: int = 0
    later: int = 0

    def seen(self, at: int | None) -> None:
        """Take in when a case was last seen, in microseconds since 1970."""
        if at is not None and self.made_at is not None:
            self.known += 1
            self.later += at > self.made_at

    def check(self) -> None:
        """Stop where most of it was seen later; a few are counted, and warned of.

        Raises:
            BadInput: if the moment cannot be right.
        """
        if 2 * self.later > self.known:
            raise BadInput(
                f"{self.file}: {self.later:,} of its {self.known:,} cases were last seen after it "
                "is said to have been made, or before its name says: check --exported-at and --zone"
            )


@dataclass(slots=True)
class Account:
    """What has been read so far, for the report."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    files: list[ReadFile] = field(default_factory=list)
    made_at: list[str] = field(default_factory=list)

    def file(self, file: ReadFile, made_at: int | None) -> None:
        self.files.append(file)
        self.made_at.append("" if made_at is None else f"{moment(made_at):%Y-%m-%dT%H:%M:%SZ}")

    def check(self) -> None:
        """Stop where nothing can be used: the zone or the kind is wrong, not the records."""
        records = sum(file.records for file in self.files)
        if self.rejected and len(self.rejected) >= records:
            one = self.rejected[0]
            place = f"{one.place.file}, record {one.place.row}"
            raise BadInput(
                f"not one of {records:,} records can be used; the first: {place}"
                f"{f', column {one.column}' if one.column else ''}: {one.reason}"
            )

    def reading(self, asked: Asked, contradictions: Counter[str]) -> Reading:
        counts = {reason: count for reason, count in sorted(self.counts.items()) if count}
        for reason in _CONTRADICTIONS:
            contradictions[reason] += counts.pop(reason, 0)
        return Reading(
            kind=asked.kind,
            zone=asked.zone,
            files=tuple(self.files),
            made_at=tuple(self.made_at),
            counts=tuple(counts.items()),
            contradictions=tuple(sorted((r, c) for r, c in contradictions.items() if c)),
        )


def count_cases(db: Database, work: Path) -> Counter[str]:
    """Count what was told of cases once for each case, in however many files it stands.

    A case goes by its file number; where a file has none, by the one that another gives its item.
    """
    files = [str(path) for path in sorted(work.glob("*/told.spool.parquet"))]
    if not files:
        return Counter()
    found = db.rows(
        "WITH told AS (FROM read_parquet($files)), named AS (SELECT item, min(number) AS number "
        "FROM told WHERE number IS NOT NULL GROUP BY item) "
        "SELECT reason, count(DISTINCT coalesce(told.number, named.number, item)) "
        "FROM told LEFT JOIN named USING (item) GROUP BY reason",
        files=files,
    )
    return Counter({str(reason): int(count) for reason, count in found})


def write_rejects(told: Account, before: Path | None, path: Path) -> None:
    """Write the ledger: what was rejected now, and earlier in files of other names."""
    now = {file.file for file in told.files}
    rows = {(r.place.file, r.place.row, r.column, r.reason) for r in told.rejected}
    if before is not None and (before / REJECTS).is_file():
        with (before / REJECTS).open(newline="", encoding="utf-8") as f:
            rows |= {
                (row["file"], int(row["row"]), row["column"], row["reason"])
                for row in csv.DictReader(f)
                if row["file"] not in now
            }
    with path.open("w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(("file", "row", "column", "reason"))
        writer.writerows(sorted(rows))
