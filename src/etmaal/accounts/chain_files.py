"""How does the chain travel? As lines of JSON, checked without a record by whoever gets the file.

The first says what the chain was before them, then comes a line for each link, and last a signed
head. `docs/audit.md` describes it. This file knows no Django.
"""

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from etmaal.accounts import head_files
from etmaal.accounts.chain_findings import Checked, Finding, Wrong
from etmaal.accounts.chain_lines import FORMAT, Line, NotALine, is_digest, linked, moment
from etmaal.accounts.chain_walk import Link, Walk, walk_past
from etmaal.accounts.head_files import Head, is_signed_by, read_head
from etmaal.core.errors import BadInput

EXPORT = "etmaal-audit-export-1"
PAGE = 1_000
_LONGEST = 200_000  # characters: many times the longest line that `Line` allows
_LINE = {
    "format", "place", "linked_at", "line", "at", "who", "verb", "subject", "why", "details",
    "rows", "root", "digest",
}  # fmt: skip


class CannotRead(BadInput):
    """The file is no export of an audit chain."""


@contextmanager
def writing(file: Path, *, packed: bool) -> Iterator[IO[str]]:
    """Open a new file for an export; the same lines give the same bytes, packed or not."""
    with file.open("xb") as raw:
        whole = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if packed else raw
        text = io.TextIOWrapper(whole, encoding="utf-8", newline="\n")
        yield text
        text.flush()
        text.detach()
        if packed:
            whole.close()
        raw.flush()
        os.fsync(raw.fileno())


def first_line(place: int, digest: str) -> str:
    """Return the line that opens an export: where the chain stood before it."""
    return _json({"format": EXPORT, "after_place": place, "after_digest": digest})


def line_of(link: Link) -> str:
    """Return the line of one link, which must have its line."""
    assert link.line is not None  # noqa: S101 - the caller stops where one is missing
    whole = linked(link.line, place=link.place, linked_at=link.linked_at, previous="")
    del whole["previous"]  # it is the digest of the line above
    return _json({**whole, "digest": link.digest})


def last_line(head: Head) -> str:
    """Return the line that closes an export."""
    return _json(head.as_json())


def verify_file(
    file: Path,
    *,
    keys: Sequence[Ed25519PublicKey],
    heads: Sequence[Head] = (),
    progress: Callable[[int], object] = lambda links: None,
) -> Checked:
    """Walk an export from end to end.

    Args:
        file: the export, packed or not.
        keys: those by one of which its head must be signed.
        heads: further heads that it must pass through, signed likewise.
        progress: called now and then with the number of bytes read since.

    Raises:
        CannotRead: if the file is none, or breaks off within a line.
    """
    with _reading(file) as (text, position):
        rows = _rows(text, file.name)
        walk = _opened(next(rows, {}), heads, keys, file.name)
        closing, told = None, 0
        for number, row in enumerate(rows, start=2):
            if closing is not None:
                raise CannotRead(f"{file.name}: line {number} stands after the signed head")
            if row.get("format") == head_files.FORMAT:
                closing = read_head(json.dumps(row), f"line {number}")
                continue
            walk.take(_link(row, f"{file.name}: line {number}"))
            if number % PAGE == 0:
                progress(position() - told)
                told = position()
        progress(position() - told)
    _close(walk, closing, keys)
    return walk.checked()


def _close(walk: Walk, head: Head | None, keys: Sequence[Ed25519PublicKey]) -> None:
    """See that the export is closed by a head, and that we know who signed it."""
    if head is None:
        walk.findings.add(Finding(Wrong.NO_HEAD))
    elif not is_signed_by(head, keys):
        walk.findings.add(Finding(Wrong.HEAD_NOT_SIGNED, note=head.note))
    else:
        walk.expect(head)
        if head.place < walk.place:
            walk.findings.add(Finding(Wrong.NO_HEAD, head.place + 1, walk.place))
    walk.end()


@contextmanager
def _reading(file: Path) -> Iterator[tuple[IO[str], Callable[[], int]]]:
    """Open an export, and give what says how many bytes of the file were read."""
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        whole = gzip.GzipFile(fileobj=raw) if packed else raw
        try:
            yield io.TextIOWrapper(whole, encoding="utf-8", newline="\n"), raw.tell
        except (EOFError, zlib.error, gzip.BadGzipFile) as e:
            raise CannotRead(f"{file.name}: the packed file is damaged or breaks off") from e
        except UnicodeDecodeError:
            raise CannotRead(f"{file.name}: not UTF-8") from None


def _rows(text: IO[str], name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines as objects; a line may not be of any length, nor break off."""
    number = 0
    while line := text.readline(_LONGEST):
        number += 1
        try:
            row = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) or not line.endswith("\n"):
            raise CannotRead(f"{name}: line {number} is not a whole line of an export")
        yield row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _opened(
    row: dict[str, Any], heads: Sequence[Head], keys: Sequence[Ed25519PublicKey], name: str
) -> Walk:
    """Return a walk that begins where the export says."""
    place, digest = row.get("after_place"), row.get("after_digest")
    if row.get("format") != EXPORT or type(place) is not int or not is_digest(digest):
        raise CannotRead(f"{name}: not an export of an audit chain")
    return walk_past(heads, keys, place=place, previous=str(digest))


def _link(row: dict[str, Any], where: str) -> Link:
    """Return the link that a line holds; one with impossible values lacks its line."""
    place, number, digest = row.get("place"), row.get("line"), row.get("digest")
    if set(row) != _LINE or type(place) is not int or type(number) is not int:
        raise CannotRead(f"{where} is not a line of an export")
    linked_at, at = _moment(row["linked_at"]), _moment(row["at"])
    line = None
    if row["format"] == FORMAT and isinstance(row["details"], dict) and linked_at and at:
        told = {n: row[n] for n in ("who", "verb", "subject", "why", "details", "rows", "root")}
        try:
            line = Line(id=number, at=at, **told)
        except NotALine:
            line = None
    return Link(place, linked_at or _NEVER, str(digest), number, line)


def _moment(text: object) -> datetime | None:
    """Return a moment that is written the one way it is written."""
    try:
        at = datetime.fromisoformat(str(text))
        return at if moment(at) == text else None
    except (ValueError, OverflowError):
        return None


_NEVER = datetime.fromisoformat("0001-01-01T00:00:00Z")


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
