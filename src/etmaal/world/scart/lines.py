"""The lines of a file made of columns: each format has its own way with its fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etmaal.world.scart.texts import Texts, plain, where

CHUNK = 100_000  # rows put together at a time


def quoted(column: Texts) -> Texts:
    """Put fields that need it in double quotes, and double the quotes inside (RFC 4180)."""
    return _in_quotes(column, '[",\r\n]')


def slashed(column: Texts) -> Texts:
    """Put backslashes before quotes and backslashes, as PHP's addslashes does."""
    return pc.replace_substring_regex(column, r"""(['"\\])""", r"\\\1")


def as_it_is(column: Texts) -> Texts:
    """Leave the fields alone, whatever they hold."""
    return column


def guarded(column: Texts) -> Texts:
    """Write fields as PHP's own CSV writer does, behind a guard against formulas.

    A tab goes before a sign that a spreadsheet takes for a formula. In quotes is what holds the
    delimiter, a quote, a backslash, a line break, a tab or a space.
    """
    formula = pc.match_substring_regex(column, "^[=+@-]")
    tabbed = pc.if_else(formula, pc.binary_join_element_wise("\t", column, ""), column)
    return _in_quotes(tabbed, '[;"\\\\\n\r\t ]')


def _in_quotes(column: Texts, needy: str) -> Texts:
    doubled = pc.replace_substring(column, '"', '""')
    between = pc.binary_join_element_wise('"', doubled, '"', "")
    return pc.if_else(pc.match_substring_regex(column, needy), between, column)


@dataclass(frozen=True, slots=True)
class Form:
    """How a row is written: what is done to a field, and what stands around and between them.

    ``opened`` stands before each row, and ``closed`` behind it. After every ``forgets`` rows the
    line break in ``opened`` is left out.
    """

    field: Callable[[Texts], Texts]
    between: str
    opened: str = ""
    closed: str = ""
    forgets: int | None = None


CSV = Form(quoted, ",", closed="\n")
MAILED = Form(as_it_is, ";", closed="\n")
LISTED = Form(guarded, ";", closed="\n")
REPORTED = Form(as_it_is, ";", opened="\n")
CONSOLE = Form(slashed, '";"', opened='\n"', closed='";')
CONSOLE_OF_ALL = Form(slashed, '";"', opened='\n"', closed='";', forgets=10_000)


def write_lines(file: Path, head: str, columns: Sequence[Texts], form: Form) -> int:
    """Write a head and one line a row; how many rows there were.

    ``head`` is the whole first line; where the form's rows do not begin with a line break, it
    ends with one.
    """
    size = len(columns[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as f:
        f.write(head.encode())
        for first in range(0, size, CHUNK):
            fields = [_encoded(c.slice(first, CHUNK), form.field) for c in columns]
            f.write(_bytes(_rows(fields, form, first)))
    return size


def _encoded(column: Texts, field: Callable[[Texts], Texts]) -> Texts:
    """Do to each field what the form asks; to words that stand often, once."""
    if pa.types.is_dictionary(column.type):
        done = field(column.dictionary)
        return pa.DictionaryArray.from_arrays(column.indices, done).cast(pa.string())
    return field(plain(column))


def _rows(fields: Sequence[Texts], form: Form, first: int) -> Texts:
    """Put the fields of each row together, the first of which is row ``first`` of the file."""
    number = np.arange(first, first + len(fields[0]))
    forgotten = np.zeros(number.size, np.bool_)
    if form.forgets is not None:
        forgotten = number % form.forgets == 0
    opened = where(forgotten, form.opened.removeprefix("\n"), form.opened)
    row = pc.binary_join_element_wise(
        *fields, form.between, null_handling="replace", null_replacement=""
    )
    return pc.binary_join_element_wise(opened, row, form.closed, "")


def _bytes(rows: Texts) -> memoryview:
    """Return the text of all rows as it lies in memory, one behind the other."""
    _, offsets, text = rows.buffers()
    ends = np.frombuffer(offsets, np.int32)
    return memoryview(text)[ends[rows.offset] : ends[rows.offset + len(rows)]]
