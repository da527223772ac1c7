"""Which lines a text file holds, plain or gzipped: numbered, decoded, and never half a file."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO, cast

from etmaal.core.errors import BadInput

LONGEST = 1 << 20  # bytes; the formats read here need some hundreds
_BOM = "\ufeff"
_PACKED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PAR1": "Parquet",
}

NumberedLine = tuple[int, str]


def read_lines(stream: BufferedReader, name: str) -> Iterator[NumberedLine]:
    """Yield each line with its number from 1, without line end or byte-order mark.

    Args:
        stream: the raw bytes; gzip is known by its first bytes, not by the name.
        name: of the file, for messages.

    Raises:
        BadInput: empty, cut off, packed otherwise, not UTF-8, or with a line over a megabyte.
    """
    head = stream.peek(6)[:6]
    if not head:
        raise BadInput(f"{name} is empty; copy it again from its source")
    for magic, kind in _PACKED.items():
        if head.startswith(magic):
            raise BadInput(f"{name} is a {kind} file; give it as plain text or gzip")
    zipped = head.startswith(b"\x1f\x8b")
    source = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if zipped else stream
    number = 0
    for block in _whole_lines(source, name):
        texts = _texts(block, number, name)
        yield from enumerate(texts, number + 1)
        number += len(texts)
    if not number:
        raise BadInput(f"{name} is empty; copy it again from its source")


def _whole_lines(source: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield stretches of whole lines, without the end of the last."""
    number = 0
    rest = b""
    try:
        while block := source.read(LONGEST):
            whole, end, rest = (rest + block).rpartition(b"\n")
            if end:
                number += whole.count(b"\n") + 1
                yield whole
            if len(rest) > LONGEST:
                raise BadInput(
                    f"{name}, line {number + 1}: longer than {LONGEST:,} bytes; this is no table "
                    "of the kinds read here"
                )
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        raise BadInput(
            f"{name} is cut off or damaged after line {number} ({e}); copy it again from its source"
        ) from e
    if rest:
        yield rest


def _texts(block: bytes, before: int, name: str) -> list[str]:
    """Decode a stretch of lines that has so many lines before it."""
    try:
        text = block.decode()
    except UnicodeDecodeError as e:
        line = before + block.count(b"\n", 0, e.start) + 1
        raise BadInput(f"{name}, line {line}: not UTF-8; save the file as UTF-8") from e
    lines = (text if before else text.removeprefix(_BOM)).split("\n")
    return [line.rstrip("\r") for line in lines] if "\r" in text else lines
