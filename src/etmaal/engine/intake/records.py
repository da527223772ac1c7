"""Where does one record of a CSV begin and end, and what are its fields?

RFC 4180 with LF or CRLF, read line by line in bounded memory. A line break inside quotes is taken
for one only in a column of free text: elsewhere it is a quote somebody forgot to close, and the
rows after it must not be lost to it.
"""

import re
from collections import deque
from dataclasses import dataclass
from io import BufferedIOBase

LONGEST_RECORD = 1 << 20  # bytes; a row of ours has some hundred

_OPENING = re.compile(' *"')
_CLOSED = re.compile(' *"((?:[^"]++|"")*+)"')
_QUOTED = re.compile(_CLOSED.pattern + r" *(?=,|\Z)")
_PLAIN = re.compile("[^,]*")
_STILL_OPEN = re.compile(b'(?:[^"]++|"")*+')


@dataclass(frozen=True, slots=True)
class Broken:
    """The quotes of the field at ``place`` do not match; ``is_open``: they never close."""

    place: int
    is_open: bool


def split(text: str) -> list[str] | Broken:
    """Return the fields of one record that is given without its line end."""
    fields: list[str] = []
    at = 0
    while True:
        if _OPENING.match(text, at):
            found = _QUOTED.match(text, at)
            if found is None:
                return Broken(len(fields), is_open=_CLOSED.match(text, at) is None)
            fields.append(found[1].replace('""', '"'))
        else:
            found = _PLAIN.match(text, at)
            assert found is not None  # noqa: S101 - it matches the empty text too
            fields.append(found[0])
        at = found.end() + 1  # past the comma
        if at > len(text):
            return fields


def fits(fields: list[str], width: int) -> bool:
    """Return whether there are as many fields as columns.

    Commas at the line's end, as spreadsheets write them, make no fields and are dropped.
    """
    while len(fields) > width and not fields[-1]:
        fields.pop()
    return len(fields) == width


class Lines:
    """The lines of a stream, each with its end; some may be put back."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self._waiting: deque[bytes | None] = deque()

    def take(self) -> bytes | None:
        """Return the next line, empty at the end of the stream, None for one that is too long."""
        if self._waiting:
            return self._waiting.popleft()
        line = self._stream.readline(LONGEST_RECORD + 1)
        if len(line) <= LONGEST_RECORD or line.endswith(b"\n"):
            return line
        while line and not line.endswith(b"\n"):
            line = self._stream.readline(LONGEST_RECORD)
        return None

    def put_back(self, lines: list[bytes | None]) -> None:
        self._waiting.extendleft(reversed(lines))


def without_end(line: bytes) -> bytes:
    """Return a line without its LF or CRLF."""
    return line.removesuffix(b"\n").removesuffix(b"\r")


def continued(first: bytes, lines: Lines, width: int, free: frozenset[int]) -> list[str] | None:
    """Read on from a line whose last quote is open, as far as a record may be long.

    Args:
        first: the line that opens the quote, in a free column.
        lines: the lines after it. What does not belong to the record is put back.
        width: how many fields a record has.
        free: places of the columns in which a line break may stand.

    Returns:
        The fields, or None if the quote does not close where it could: then ``first`` alone is
        broken, and the lines after it are still to be read.
    """
    taken: list[bytes | None] = []
    record, size = [first], len(first)
    while size <= LONGEST_RECORD and (line := lines.take()) != b"":
        taken.append(line)
        if line is None:
            break
        record.append(line)
        size += len(line)
        if _STILL_OPEN.fullmatch(line):
            continue
        try:
            fields = split(without_end(b"".join(record)).decode())
        except UnicodeDecodeError:
            break
        if isinstance(fields, list) and fits(fields, width):
            return fields
        if isinstance(fields, list) or not fields.is_open or fields.place not in free:
            break
    lines.put_back(taken)
    return None
