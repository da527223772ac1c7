"""What is a line of the audit chain, byte for byte? `docs/audit.md` says the same in words.

This file knows no Django: whoever checks an export needs no record.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

FORMAT = "etmaal-audit-1"
NOTHING_BEFORE = "0" * 64  # what the first link takes for the digest before it
LARGEST = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly (RFC 7493)
MOST_DETAILS = 4_000  # characters: facts for a person to read, not a place to keep things

Detail = str | int | bool

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f]*")
_LENGTHS = {"who": 100, "verb": 60, "subject": 100, "why": 300}


class NotALine(ValueError):
    """What stands there cannot be a line; the message says why, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, as `AuditLine` describes it."""

    id: int
    at: datetime
    who: str
    verb: str
    subject: str
    why: str
    details: Mapping[str, Detail]
    rows: int | None
    root: str

    def __post_init__(self) -> None:
        """Refuse what no line may hold: so that each line has one spelling, everywhere."""
        if self.at.tzinfo is None:
            raise NotALine("at: a moment needs a zone")
        for name, most in _LENGTHS.items():
            _check_text(name, getattr(self, name), most, empty=name == "why")
        if not all(map(_ONE_LINE.fullmatch, (self.who, self.verb, self.subject))):
            raise NotALine("who, verb and subject are each one line, without control characters")
        _check_details(self.details)
        _check_number("id", self.id)
        if self.rows is not None:
            _check_number("rows", self.rows)
        if self.root and (self.rows is None or not _DIGEST.fullmatch(self.root)):
            raise NotALine("root: 64 hex digits, beside the number of rows")


def canonical(value: Mapping[str, object]) -> bytes:
    """Return the one spelling of a JSON value: RFC 8785, for the values that stand here."""
    return _encode(value).encode()


def linked(line: Line, *, place: int, linked_at: datetime, previous: str) -> dict[str, object]:
    """Return what the digest of a link is over."""
    return {
        "format": FORMAT,
        "place": place,
        "linked_at": moment(linked_at),
        "previous": previous,
        "line": line.id,
        "at": moment(line.at),
        "who": line.who,
        "verb": line.verb,
        "subject": line.subject,
        "why": line.why,
        "details": line.details,
        "rows": line.rows,
        "root": line.root,
    }


def digest(line: Line, *, place: int, linked_at: datetime, previous: str) -> str:
    """Return the digest of a link, as hex digits."""
    whole = linked(line, place=place, linked_at=linked_at, previous=previous)
    return hashlib.sha256(canonical(whole)).hexdigest()


def moment(at: datetime) -> str:
    """Return how a moment is written: UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def is_digest(text: object) -> bool:
    """Say whether something is written as a digest is."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def details_of(text: str) -> dict[str, Detail]:
    """Read details that stand as JSON.

    Raises:
        NotALine: if it is no JSON object, or a name stands in it twice.
    """
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotALine("details: not readable") from None  # the cause would hold the text
    if not isinstance(found, dict):
        raise NotALine("details: not an object")
    return found


def _once(pairs: list[tuple[str, Detail]]) -> dict[str, Detail]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _check_text(name: str, text: object, most: int, *, empty: bool) -> None:
    if not isinstance(text, str):
        raise NotALine(f"{name}: not a text")
    if not text and not empty:
        raise NotALine(f"{name}: empty")
    if len(text) > most:
        raise NotALine(f"{name}: at most {most} characters")
    if "\0" in text or not _encodable(text):
        raise NotALine(f"{name}: holds what no database keeps")


def _encodable(text: str) -> bool:
    """Say whether it can be written as UTF-8: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_number(name: str, value: object) -> None:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise NotALine(f"{name}: not a whole number from 0 to 2^53 - 1")


def _check_details(details: Mapping[str, object]) -> None:
    """Names are plain, so that every sort puts them in one order; values are plain facts."""
    for name, value in details.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NotALine("details: a name is of small letters, digits and underscores")
        if isinstance(value, str):
            _check_text("details", value, MOST_DETAILS, empty=True)
        elif type(value) is int:
            _check_number("details", abs(value))
        elif type(value) is not bool:
            raise NotALine("details: a value is a text, a whole number, or yes or no")
    if len(_encode(details)) > MOST_DETAILS:
        raise NotALine(f"details: at most {MOST_DETAILS:,} characters in all")
