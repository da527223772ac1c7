"""What does a XARF v4 report say? One JSON document a file, or one a line.

Only reports of type ``content/csam`` are read, and only the fields named here become values:
evidence, screenshots, hashes and descriptions are left at the door, whatever they hold. A report
does not say when it was sent: its ``timestamp`` is when the abuse was seen. That moment is taken
for a first observation, unless the field ``notice_sent_at`` says when the report left.

Source: XARF v4.2.0, `xarf-core` and `content-csam`. What the published schema lets pass and is
no use (an address that is none, a ``domain`` it refuses for punycode) is judged here instead.
"""

import json
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from etmaal.core.errors import BadInput
from etmaal.core.hotline import Case, Header, Message, Place, Record, Rejected
from etmaal.core.sealed import Sealed

KIND = "xarf"
LONGEST = 16 << 20  # bytes; the standard allows a report 15 MB, evidence included
READ = (
    "xarf_version", "report_id", "timestamp", "category", "type", "url", "source_identifier",
    "verified_at", "hosting_provider", "notice_sent_at",
)  # fmt: skip
# What the standard knows beside them; anything else is dropped too, but not by name.
DROPPED = (
    "reporter", "sender", "evidence", "evidence_source", "screenshot_url", "hash_values",
    "description", "tags", "domain", "asn", "country_code", "registrar", "nameservers",
    "dns_records", "classification", "detection_method", "media_type", "ncmec_report_id",
    "content_removed", "confidence", "verification_method", "_internal",
)  # fmt: skip

NO_JSON = "not a JSON document: one report a file, or one a line"
TOO_LONG = "longer than 16 MB: send reports without evidence"
NO_OBJECT = "not a report: a JSON object with the fields of XARF v4"
OTHER_VERSION = "not XARF version 4"
OTHER_TYPE = "not of category content and type csam: no other type is read"
NO_UUID = "not a UUID"
NO_TIME = "not a time with its zone, such as 2026-03-29T12:00:00Z"
NO_URL = "not an address on the web that begins with http:// or https://"
NO_TEXT = "not a text"

_VERSION = re.compile(r"4\.\d+\.\d+")
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII
)
_URL = re.compile(r"https?://[^\s/]", re.IGNORECASE)


class _Wrong(Exception):
    """A field of a report is not what it must be; only its name and the reason are told."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def read_xarf(file: Path, *, name: str) -> tuple[Header, Iterator[Record]]:
    """Read one document, or one a line; records are counted from 1.

    Raises:
        BadInput: from the records: if the file is empty, or not text in UTF-8.
    """
    return Header(file=name, kind=KIND, columns=READ, dropped=DROPPED), _records(file, name)


def raw_records(file: Path, rows: AbstractSet[int]) -> Iterator[tuple[range, bytes]]:
    """Yield the documents with these numbers as they stand, each on lines of its own."""
    with file.open("rb") as stream:
        for number, document in enumerate(_documents(stream, file.name), 1):
            if number in rows and document is not None:
                yield range(number, number + 1), document.rstrip(b"\r\n") + b"\n"


def _documents(file: IO[bytes], name: str) -> Iterator[bytes | None]:
    """Yield each document's bytes, None for one that is too long."""
    first = file.readline(LONGEST + 1).removeprefix(b"\xef\xbb\xbf")
    while first and not first.strip():
        first = file.readline(LONGEST + 1)
    if not first:
        raise BadInput(f"{name}: empty; there must be a XARF report in it")
    if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in first:
        raise BadInput(f"{name}: UTF-16, or no text at all; save it as UTF-8")
    if len(first) > LONGEST:
        yield None
        return
    if _is_whole(first):
        yield first
        for line in iter(lambda: file.readline(LONGEST + 1), b""):
            if len(line) > LONGEST:
                raise BadInput(f"{name}: a line is {TOO_LONG}")
            if line.strip():
                yield line
        return
    rest = file.read(LONGEST)
    yield None if len(first) + len(rest) > LONGEST else first + rest


def _is_whole(line: bytes) -> bool:
    """Say whether the first line is a document by itself, and the file so one of lines."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # A first line that is broken, but is meant as a whole document, ends as one.
        return line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}")
    return True


def _records(file: Path, name: str) -> Iterator[Record]:
    with file.open("rb") as stream:
        for number, document in enumerate(_documents(stream, name), 1):
            place = Place(name, number)
            try:
                yield _case(_parsed(document), place)
            except _Wrong as e:
                yield Rejected(place, e.column, e.reason)


def _parsed(document: bytes | None) -> dict[str, Any]:
    if document is None:
        raise _Wrong("", TOO_LONG)
    try:
        report = json.loads(document.decode())
    except (ValueError, RecursionError) as e:
        raise _Wrong("", NO_JSON) from e
    if not isinstance(report, dict):
        raise _Wrong("", NO_OBJECT)
    return report


def _case(report: dict[str, Any], place: Place) -> Case:
    if not _VERSION.fullmatch(_text(report, "xarf_version", needed=True) or ""):
        raise _Wrong("xarf_version", OTHER_VERSION)
    if report.get("category") != "content" or report.get("type") != "csam":
        raise _Wrong("type", OTHER_TYPE)
    number = _uuid(_text(report, "report_id", needed=True) or "")
    url = _text(report, "url", needed=True) or ""
    if not _URL.match(url):
        raise _Wrong("url", NO_URL)
    seen_at = _time(report, "timestamp", needed=True)
    sent_at = _time(report, "notice_sent_at")
    owner = _text(report, "hosting_provider")
    return Case(
        place=place,
        filenumber=number,
        url=Sealed(url),
        ip=_ip(_text(report, "source_identifier", needed=True) or ""),
        first_seen_at=_time(report, "verified_at"),
        owner=owner,
        message=Message(
            number=number,
            role="hoster",
            route="unknown",
            status="observed" if sent_at is None else "sent",
            at=seen_at if sent_at is None else sent_at,
            owner=owner,
        ),
    )


def _text(report: dict[str, Any], field: str, *, needed: bool = False) -> str | None:
    value = report.get(field)
    if value is None and not needed:
        return None
    if not isinstance(value, str):
        raise _Wrong(field, NO_TEXT)
    return value.strip()


def _time(report: dict[str, Any], field: str, *, needed: bool = False) -> datetime | None:
    text = _text(report, field, needed=needed)
    if text is None:
        return None
    try:
        if not _TIME.fullmatch(text):
            raise _Wrong(field, NO_TIME)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as e:
        raise _Wrong(field, NO_TIME) from e


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as e:
        raise _Wrong("report_id", NO_UUID) from e


def _ip(text: str) -> str | None:
    """Return the source as an address; a host name is one too in the standard, and no address."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
