"""What stands in one table of a dump: typed columns, and which rows cannot be used and why.

Only the columns of the allow-list are turned into values; of all others not one is looked at.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from etmaal.adapters.dumps.columns import Column, Kind, Table
from etmaal.adapters.dumps.files import File
from etmaal.adapters.dumps.times import NONE, Flags, Moments, Times, read_times
from etmaal.core.errors import BadInput
from etmaal.core.hotline import Place, Rejected

NO_ID = -1
FIELDS = "not as many values as the header: put values with commas or quotes in double quotes"
NOT_UTF8 = "not UTF-8: dump the table in UTF-8"
EMPTY = "empty, but needed in every row"
NO_NUMBER = "not a row's number"
NO_TIME = "not a time such as 2026-03-29 12:00:00"
FUTURE = "in the future: check the zone"
OLD = "before 1990: check the year"

_NULLS = ["", "NULL", "\\N", "0000-00-00 00:00:00"]
_BLOCK = 16 << 20  # bytes; the longest record there may be
_OLDEST = 631_152_000_000_000  # 1990 in microseconds
_NUMBER = re.compile(r"[0-9]{1,18}")

Numbers = npt.NDArray[np.int64]


@dataclass(slots=True)
class Read:
    """The rows of one table's files together.

    ``file`` and ``row`` say where each row stands, ``bad`` which cannot be used. Numbers are
    `NO_ID` where there are none, times `NONE`.
    """

    table: Table
    texts: dict[str, Any]
    numbers: dict[str, Numbers]
    times: dict[str, Times]
    bad: Flags
    deleted: Flags
    row: Numbers
    rejected: list[Rejected] = field(default_factory=list)
    records: int = 0

    def text(self, name: str, part: slice = slice(None)) -> list[str | None]:
        """Return some rows of a column of texts, None where there is none."""
        if name not in self.texts:
            return [None] * len(self.row[part])
        column = self.texts[name][part]
        if not isinstance(column, pa.DictionaryArray):
            return list(column.to_pylist())
        values: list[str | None] = [*column.dictionary.to_pylist(), None]
        places: list[int] = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).tolist()
        return [values[place] for place in places]

    def moments(self, name: str, *, late: bool = False) -> Moments:
        """Return a column of moments, none where the file does not have it."""
        if name not in self.times:
            return np.full(len(self.row), NONE)
        return self.times[name].late if late else self.times[name].early


def read(file: File, zone: ZoneInfo, now: int) -> Read:
    """Read one file.

    Args:
        file: of which table, and where.
        zone: the civil zone of its times.
        now: microseconds since 1970; what is recorded as later cannot be used.

    Raises:
        BadInput: if the file as a whole cannot be read.
    """
    skipped: list[int] = []

    def skip(row: Any) -> str:
        skipped.append(row.number)
        return "skip"

    table = _parse(file, skip)
    rows = _numbers_of(table.num_rows, skipped)
    found = Read(
        file.table, {}, {}, {},
        np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_), rows,
        records=len(rows) + len(skipped),
    )  # fmt: skip
    reasons: dict[int, tuple[str, str]] = {}
    for column in file.table.columns:
        if column.name in table.column_names:
            _type(column, table.column(column.name), found, reasons, zone, now)
    found.rejected = [Rejected(Place(file.name, number), "", FIELDS) for number in skipped]
    found.rejected += [
        Rejected(Place(file.name, int(rows[place])), column, reason)
        for place, (column, reason) in sorted(reasons.items())
        if not found.deleted[place]
    ]
    found.rejected.sort(key=lambda r: r.place.row)
    return found


def _parse(file: File, on_invalid: Callable[[Any], Any]) -> pa.Table:
    folded = {name.casefold(): name for name in file.columns}
    wanted = [folded[name] for name in file.table.names if name in folded]
    try:
        with file.open() as stream:
            given = pa_csv.read_csv(
                stream,
                read_options=pa_csv.ReadOptions(
                    use_threads=False,  # only then does a broken record know its number
                    block_size=_BLOCK,
                    column_names=list(file.columns),
                    skip_rows=0,
                    skip_rows_after_names=1,
                ),
                parse_options=pa_csv.ParseOptions(
                    newlines_in_values=True, invalid_row_handler=on_invalid
                ),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types={name: _raw_type(file.table, name) for name in wanted},
                    null_values=_NULLS,
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
    except (pa.ArrowInvalid, UnicodeDecodeError) as e:
        # Its message may hold what stands in the file, and goes nowhere.
        raise BadInput(
            f"{file.path}: cannot be read as CSV; a record is longer than 16 MB, or not text in "
            "UTF-8 with commas"
        ) from e
    return given.rename_columns([name.casefold() for name in wanted])


def _raw_type(table: Table, name: str) -> pa.DataType:
    kinds = {column.name: column.kind for column in table.columns}
    few = kinds[name.casefold()] is Kind.WORD
    return pa.dictionary(pa.int32(), pa.binary()) if few else pa.binary()


def _numbers_of(rows: int, skipped: list[int]) -> Numbers:
    """Return the record's number of every row that was read; the header is 1."""
    everything = np.arange(2, rows + len(skipped) + 2)
    return np.setdiff1d(everything, np.array(skipped, np.int64), assume_unique=True)


def _type(
    column: Column,
    given: Any,
    found: Read,
    reasons: dict[int, tuple[str, str]],
    zone: ZoneInfo,
    now: int,
) -> None:
    """Add one column to what was found, and what is wrong in it to the reasons."""

    def blame(wrong: Flags, reason: str) -> None:
        found.bad |= wrong
        for place in np.flatnonzero(wrong).tolist():
            reasons.setdefault(place, (column.name, reason))

    texts, broken = _words(given) if column.kind is Kind.WORD else _texts(given)
    blame(broken, NOT_UTF8)
    nothing = np.asarray(texts.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    if column.name == "deleted_at":
        found.deleted = ~nothing
        return
    if column.required:
        blame(nothing & ~broken, EMPTY)
    match column.kind:
        case Kind.TEXT | Kind.WORD:
            found.texts[column.name] = texts
        case Kind.NUMBER:
            numbers = _read_numbers(texts)
            blame((numbers == NO_ID) & ~nothing, NO_NUMBER)
            found.numbers[column.name] = numbers
        case Kind.TIME:
            times = read_times(texts, zone)
            blame(times.wrong, NO_TIME)
            blame((times.early != NONE) & (times.early < _OLDEST), OLD)
            blame(times.early > now, FUTURE)
            found.times[column.name] = times


def _words(given: Any) -> tuple[Any, Flags]:
    """Return a column of few different words, and which rows are not text."""
    whole: Any = given.unify_dictionaries().combine_chunks()
    decoded = [_decode(value) for value in whole.dictionary.to_pylist()]
    codes = whole.indices.fill_null(len(decoded)).to_numpy(zero_copy_only=False)
    broken = np.array([*(text is False for text in decoded), False], np.bool_)[codes]
    texts = pa.array([text or None for text in decoded], pa.string())
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=codes == len(decoded)), texts
    ), broken


def _texts(given: Any) -> tuple[pa.StringArray, Flags]:
    whole: Any = given.combine_chunks()
    none = np.zeros(len(whole), np.bool_)
    try:
        return whole.cast(pa.string()), none
    except pa.ArrowInvalid:
        decoded = [_decode(value) for value in whole.to_pylist()]
        broken = np.array([text is False for text in decoded], np.bool_)
        return pa.array([text or None for text in decoded], pa.string()), broken


def _decode(value: bytes | None) -> str | bool | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return False


def _read_numbers(texts: pa.StringArray) -> Numbers:
    try:
        numbers: Any = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        read = [
            None if t is None or not _NUMBER.fullmatch(t) else int(t) for t in texts.to_pylist()
        ]
        numbers = pa.array(read, pa.int64())
    filled = numbers.fill_null(NO_ID).to_numpy(zero_copy_only=False)
    return np.where(filled < 0, NO_ID, filled).astype(np.int64)
