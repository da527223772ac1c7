"""Which bytes of a file belong to one record? Memory stays constant, whatever the file holds."""

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from etmaal.adapters.scart.reasons import NOT_UTF8, NUL, TOO_LONG

LONGEST = 1 << 20  # bytes of a line, and of a record that runs over several


Raw = tuple[str, bool, str]
"""The text of a record, whether it ran over several lines, and why it cannot be used.

What is no UTF-8 stands in the text as surrogates, so that its bytes can be had again.
"""


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield each line without its end; of a line that is too long one byte more than `LONGEST`."""
    for line in iter(partial(stream.readline, LONGEST + 1), b""):
        if len(line) > LONGEST:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(LONGEST)
            yield line
        else:
            yield line.rstrip(b"\r\n")


def single(stream: BinaryIO) -> Iterator[Raw]:
    """Yield each line as a record; empty lines are none."""
    return (_raw(line, joined=False) for line in lines(stream) if line)


def several(stream: BinaryIO, first: str) -> Iterator[Raw]:
    """Yield records that run on until the next line begins as records do.

    Args:
        stream: what stands behind the header.
        first: the pattern of a record's first field, quotes included.
    """
    begins = re.compile(rf"(?:{first})(?:;|\Z)".encode()).match
    record: list[bytes] = []
    size = 0
    for line in lines(stream):
        if record and not begins(line):
            size += len(line) + 1
            if size <= LONGEST:
                record.append(line)
        else:
            if record:
                yield _joined(record, size)
            record, size = [line] if line else [], len(line)
    if record:
        yield _joined(record, size)


def _joined(record: list[bytes], size: int) -> Raw:
    if size > LONGEST:
        return "", True, TOO_LONG
    if len(record) == 1:
        return _raw(record[0], joined=False)
    while not record[-1]:  # empty lines at the end of the file
        record.pop()
    return _raw(b"\n".join(record), joined=len(record) > 1)


def _raw(record: bytes, joined: bool) -> Raw:
    if len(record) > LONGEST:
        return "", joined, TOO_LONG
    try:
        text = record.decode()
    except UnicodeDecodeError:
        # A text with other letters in it could be another item's: it is only kept to be mended.
        return record.decode("utf-8", "surrogateescape"), joined, NOT_UTF8
    return text, joined, NUL if "\0" in text else ""
