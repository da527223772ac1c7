"""Which records of a broken CSV can be read? Those are written clean, the others named.

Slow and patient, for files that the fast reader refuses; memory does not grow with the file.
"""

from collections.abc import Sequence
from io import BufferedIOBase
from typing import IO

from etmaal.engine.intake.header import Header
from etmaal.engine.intake.records import (
    LONGEST_RECORD,
    Broken,
    Lines,
    continued,
    fits,
    split,
    without_end,
)

LONG = "longer than 1 MB: look for a line end that is missing"
NOT_UTF8 = "not UTF-8: save the file as CSV in UTF-8"
UNCLOSED = "a quote is never closed: close it, or double the quotes inside a value"
MISQUOTED = "text outside the quotes of a value: double the quotes inside it"
FIELDS = "not as many fields as the header: put a value with a comma in quotes"
REASONS = (LONG, NOT_UTF8, UNCLOSED, MISQUOTED, FIELDS)


class Mender:
    """Reads one broken CSV, record by record."""

    def __init__(self, stream: BufferedIOBase, header: Header, free: frozenset[str]) -> None:
        """Begin a file of which ``header`` is the header; only ``free`` columns hold line breaks.

        What is left unread may hold line breaks too: notes are what people add to tables.
        """
        self._lines = Lines(stream)
        self._width = header.width
        self._kept = sorted(header.places.values())
        strict = {place for name, place in header.places.items() if name not in free}
        self._free = frozenset(range(header.width)) - strict

    def mend(self, clean: IO[bytes], rejects: IO[bytes]) -> int:
        """Write what can be read.

        Args:
            clean: gets ``row`` and the kept columns in the file's own order, without a header.
            rejects: gets ``row`` and the place of the reason in `REASONS`.

        Returns:
            How many records there are beside the header; empty lines are none.
        """
        self._lines.take()
        row = 1
        commas, whole = self._width - 1, len(self._kept) == self._width
        while (line := self._lines.take()) != b"":
            if line is not None and not without_end(line):
                continue
            row += 1
            if line is not None and whole and _is_plain(line, commas):
                clean.write(b"%d,%b\n" % (row, without_end(line)))
                continue
            fields = LONG if line is None else self._fields(line)
            if isinstance(fields, str):
                rejects.write(b"%d,%d\n" % (row, REASONS.index(fields)))
            else:
                clean.write(_written(row, [fields[place] for place in self._kept]))
        return row - 1

    def _fields(self, line: bytes) -> list[str] | str:
        """Return the fields of the record that begins with a line, or why it has none."""
        try:
            fields = split(without_end(line).decode())
        except UnicodeDecodeError:
            return NOT_UTF8
        if isinstance(fields, Broken):
            if not fields.is_open:
                return MISQUOTED
            rest = fields.place in self._free
            going_on = continued(line, self._lines, self._width, self._free) if rest else None
            return UNCLOSED if going_on is None else going_on
        return fields if fits(fields, self._width) else FIELDS


def _is_plain(line: bytes, commas: int) -> bool:
    return (
        line.count(b",") == commas
        and b'"' not in line
        and line.isascii()
        and b"\r" not in without_end(line)
        and len(line) <= LONGEST_RECORD
    )


def _written(row: int, fields: Sequence[str]) -> bytes:
    quoted = ",".join('"' + field.replace('"', '""') + '"' for field in fields)
    return f"{row},{quoted}\n".encode()
