"""How does each form of a file look to the database? One relation, the same for CSV and Parquet."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etmaal.core.errors import BadInput
from etmaal.engine.database import Database
from etmaal.engine.intake.checks import Given, literal, quoted
from etmaal.engine.intake.folder import Form, Source
from etmaal.engine.intake.header import Header, match_columns
from etmaal.engine.intake.records import LONGEST_RECORD
from etmaal.engine.intake.schema import Column, Kind, Table

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_WHOLE = frozenset({*_INTEGERS, *(f"U{name}" for name in _INTEGERS)})


def _trimmed(expression: str) -> str:
    """Spaces around a value are not part of it, and nothing but spaces is nothing."""
    return f"nullif(trim({expression}), '')"


def csv(source: Source, header: Header) -> Given:
    """Return the records of a CSV, the first of them as number 2, after the header."""
    packing = "gzip" if source.form is Form.CSV_GZ else "none"
    relation = _read_csv(source.path, range(header.width), header=True, packing=packing)
    text = {name: _trimmed(f"c{place}") for name, place in header.places.items()}
    return Given(relation, "row_number() OVER () + 1", text)


def mended(clean: Path, header: Header) -> Given:
    """Return the records that the mender wrote, each with the number it had."""
    places = sorted(header.places.values())
    relation = _read_csv(clean, ("row", *places), header=False, packing="none")
    text = {name: _trimmed(f"c{place}") for name, place in header.places.items()}
    return Given(relation, "CAST(crow AS BIGINT)", text)


def _read_csv(path: Path, columns: Iterable[object], *, header: bool, packing: str) -> str:
    types = ", ".join(f"'c{column}': 'VARCHAR'" for column in columns)
    # What the mender writes may have doubled in length by its quotes.
    longest = LONGEST_RECORD if header else 3 * LONGEST_RECORD
    return (
        f"read_csv({literal(str(path))}, columns = {{{types}}}, auto_detect = false, "
        f"header = {header}, delim = ',', quote = '\"', escape = '\"', strict_mode = true, "
        f"null_padding = false, max_line_size = {longest}, compression = '{packing}'"
        + (")" if header else ", new_line = '\\n')")
    )


def has_broken_ids(db: Database, given: Given, table: Table) -> bool:
    """Return whether a line break stands where none can: some quote was left open."""
    strict = [given.text[c.name] for c in table.columns if c.name in given.text and not free(c)]
    holds = " OR ".join(
        f"contains({text}, chr(10)) OR contains({text}, chr(13))" for text in strict
    )
    # Asked only after some row was found at fault, so that clean files are read once.
    return bool(db.rows(f"SELECT 1 FROM {given.relation} WHERE {holds} LIMIT 1"))  # noqa: S608


def free(column: Column) -> bool:
    """Return whether a value may run over several lines."""
    return column.kind is Kind.NOTE


def read_parquet_header(source: Source, table: Table, *, ignore_extra: bool) -> Header:
    """Read the columns that a Parquet file names.

    Raises:
        BadInput: if it is no whole Parquet file, or its columns are not those of the table.
    """
    try:
        names = pq.read_schema(source.path).names
    except (pa.ArrowException, OSError) as e:
        raise not_whole(source.path) from e
    return match_columns(names, table, source.path, ignore_extra)


def not_whole(path: Path) -> BadInput:
    """Return the error for a Parquet file that cannot be read to its end."""
    return BadInput(f"{path}: not a whole Parquet file; copy or write it again")


def parquet(db: Database, source: Source, header: Header, table: Table) -> Given:
    """Return the rows of a Parquet file, numbered as in a CSV: the first is number 2.

    Raises:
        BadInput: if a column holds something else than text, whole numbers or moments.
    """
    relation = f"read_parquet({literal(str(source.path))}, file_row_number = true)"
    described = db.rows(f"DESCRIBE FROM {relation}")
    text: dict[str, str] = {}
    moments: set[str] = set()
    for name, place in header.places.items():
        column = next(c for c in table.columns if c.name == name)
        theirs, type_name = described[place][0], described[place][1]
        _check_type(source.path, column, type_name)
        if type_name == "TIMESTAMP WITH TIME ZONE":
            text[name] = quoted(theirs)
            moments.add(name)
        else:
            text[name] = _trimmed(f"CAST({quoted(theirs)} AS VARCHAR)")
    return Given(relation, "file_row_number + 2", text, frozenset(moments))


def _check_type(path: Path, column: Column, type_name: str) -> None:
    allowed = {"VARCHAR", '"NULL"'}
    if column.kind is Kind.TIME:
        if type_name.startswith("TIMESTAMP") and "TZ" not in type_name and "ZONE" not in type_name:
            raise BadInput(f"{path}: column {column.name} has no zone; write it as UTC timestamps")
        allowed |= {"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"}
        remedy = "timestamps with a zone, or text as in a CSV"
    else:
        allowed |= _WHOLE
        remedy = "text"
    if type_name not in allowed and not type_name.startswith("ENUM"):
        raise BadInput(
            f"{path}: column {column.name} holds {type_name.lower()}; write it as {remedy}"
        )
