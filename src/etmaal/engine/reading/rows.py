"""What a reading gives, row by row, on its way to the tables; memory does not grow with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

AT_ONCE = 30_000  # rows before they go to disk

_TEXT, _TIME = pa.string(), pa.int64()

# What a rule gives; times are microseconds since 1970, UTC. A row's place in the order of
# readings (`rank`) is added when it is written down: the later one counts where two differ.
ITEMS = ("item", "number", "site", "reported_at", "verdict_at", "source", "looked_at")
NOTICES = ("item", "batch", "provider", "desk", "ip", "noticed_at", "clock_basis", "accepted_at",
           "delivery", "addressee_role")  # fmt: skip
SIGHTINGS = ("item", "at", "seen", "by", "basis")
EVENTS = ("item", "at", "event")
PROVIDERS = ("provider", "name", "seat_country")
MESSAGES = ("batch", "sent_at")
TOLD = ("reason", "number", "item")  # what is counted once a case, however many records tell it
COLUMNS = {
    "items": ITEMS,
    "notices": NOTICES,
    "sightings": SIGHTINGS,
    "events": EVENTS,
    "providers": PROVIDERS,
    "messages": MESSAGES,
    "told": TOLD,
}


def is_time(column: str) -> bool:
    """Say whether a column of `COLUMNS` holds moments; ``looked_at`` is a word."""
    return column == "at" or (column.endswith("_at") and column != "looked_at")


@dataclass(slots=True)
class Rows:
    """Rows as the rules make them, each a tuple in the order of `COLUMNS`, and what was counted.

    ``case`` is the case now told of: its file number and its item, as ids.
    """

    items: list[tuple[Any, ...]] = field(default_factory=list)
    notices: list[tuple[Any, ...]] = field(default_factory=list)
    sightings: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    providers: list[tuple[Any, ...]] = field(default_factory=list)
    messages: list[tuple[Any, ...]] = field(default_factory=list)
    told: list[tuple[Any, ...]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    case: tuple[str | None, str | None] = (None, None)

    def tell_of_case(self, reason: str) -> None:
        """Say something of the case now told of: counted once, though other files say it too."""
        self.told.append((reason, *self.case))

    def looked(self, item: str, at: int, seen: str, by: str) -> None:
        """Add a look that concluded by the hotline's own rule."""
        self.sightings.append((item, at, seen, by, "concluded"))


class Spool:
    """Writes rows to Parquet files in a folder, one file a table, some thousands at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}

    def take(self, rows: Rows, rank: int, *, all_of_it: bool = False) -> None:
        """Write down and empty the lists that have grown long, or all of them."""
        for name, columns in COLUMNS.items():
            given: list[tuple[Any, ...]] = getattr(rows, name)
            if len(given) >= AT_ONCE or (all_of_it and given):
                self._write(name, columns, given, rank)
                given.clear()

    def close(self) -> dict[str, Path]:
        """Finish; return the file of each table that has any row."""
        for writer in self._writers.values():
            writer.close()
        return {name: self._file(name) for name in self._writers}

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.spool.parquet"

    def _write(
        self, name: str, columns: Sequence[str], given: list[tuple[Any, ...]], rank: int
    ) -> None:
        types = [_TIME if is_time(c) else _TEXT for c in columns]
        arrays = [
            pa.array(values, type_)
            for values, type_ in zip(zip(*given, strict=True), types, strict=True)
        ]
        arrays.append(pa.repeat(pa.scalar(rank, pa.int64()), len(given)))
        batch = pa.table(arrays, names=[*columns, "rank"])
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self._file(name), batch.schema, compression="zstd"
            )
        self._writers[name].write_table(batch)
