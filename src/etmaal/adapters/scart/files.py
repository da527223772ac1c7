"""What does a file begin with? It is opened, unpacked if need be, and its header read as text."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from etmaal.adapters.scart.lines import LONGEST, lines
from etmaal.core.errors import BadInput

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_PACKED = {
    _GZIP: "packed by gzip",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ": "packed by xz",
    b"PK\x03\x04": "a zip file or a spreadsheet",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"\xff\xfe": "in UTF-16",
    b"\xfe\xff": "in UTF-16",
}


@contextmanager
def opened(file: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Open a file, plain or gzipped; a stream is taken as it is, and stays open.

    Raises:
        BadInput: if it cannot be opened, or turns out to be cut off while it is unpacked.
    """
    if not isinstance(file, Path):
        yield file
        return
    try:
        stream = _open(file)
    except OSError as e:
        raise BadInput(f"{name}: cannot be opened: {e.strerror}") from e
    try:
        with stream:
            yield stream
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        raise BadInput(f"{name}: cut off or damaged as a gzip file; copy it again") from e


def _open(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stream.peek(2)[:2] != _GZIP:
        return stream
    stream.close()
    return cast(BinaryIO, gzip.open(path))


def header_of(stream: BinaryIO, name: str) -> str:
    """Read the first line.

    Raises:
        BadInput: if it is no text in UTF-8.
    """
    line = next(lines(stream), b"")
    for magic, what in _PACKED.items():
        if line.startswith(magic):
            raise BadInput(f"{name}: {what}; give it as plain text in UTF-8")
    line = line.removeprefix(_BOM)
    if not line.strip():
        raise BadInput(f"{name}: empty, or its first line is; export it again with the header")
    if b"\0" in line or len(line) > LONGEST:
        raise BadInput(f"{name}: no text; export it again as text in UTF-8")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise BadInput(f"{name}: not in UTF-8; save it as UTF-8") from None
