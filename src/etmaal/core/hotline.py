"""What a hotline's own file says, one record a value, before it becomes rows of tables.

Readers of files make these; the writer of tables turns them into rows. Every field is None where
the file does not say. Nothing is guessed here: what a record means is decided by the writer.
"""

from dataclasses import dataclass, field
from datetime import datetime

from etmaal.core.sealed import Sealed

NO_DOUBTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the file's name, and the record's number in it (the header is 1)."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be used; ``column`` is empty where it concerns the whole record.

    ``reason`` is a fixed sentence: it never repeats a value of the record.
    """

    place: Place
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """One notice to one addressee as a file tells of it.

    ``status`` is the file's own word (``sent_succes``, ``sent_api_failed``, ...); ``role`` is its
    word for the addressee (hoster, registrar, site_owner, police, unknown); ``route`` is email,
    api or unknown. ``at`` is the moment of ``status``; in a list of notices it is when the notice
    was handed to the mail server. ``count`` is the number of URLs in it.
    """

    number: str | None = None
    role: str | None = None
    route: str | None = None
    status: str | None = None
    at: datetime | None = None
    owner: str | None = None
    country: str | None = None
    contact: str | None = None
    grouping_start: datetime | None = None
    grouping_hours: int | None = None
    threshold_hours: int | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One record of a hotline's file: an item as it stood when the file was made.

    Times are UTC. ``doubts`` names the fields whose local time occurs twice or not at all on the
    night the clocks change. The field then holds None; that of a notice (``first_notice_at``,
    ``first_notice_to_anyone_at``, ``last_notice_at``, ``message.at``) the later moment it may be.
    ``filenumber`` may be None only where the format has none. ``repaired`` says that the record's
    columns had to be put in place again, ``url_cut`` that its URL may have been cut short and is
    left out: a cut URL is another item's.
    """

    place: Place
    filenumber: str | None = None
    url: Sealed | None = None
    reference: Sealed | None = None
    host: Sealed | None = None
    ip: str | None = None
    url_type: str | None = None
    received_at: datetime | None = None
    first_seen_at: datetime | None = None  # the moment grading was finished
    last_seen_at: datetime | None = None
    type_code: str | None = None
    source_code: str | None = None
    status_code: str | None = None
    grade_code: str | None = None
    police: bool | None = None
    hotline_country: str | None = None
    owner: str | None = None
    country: str | None = None
    contact: str | None = None
    first_notice_at: datetime | None = None  # to the present hoster, mailed
    notices: int | None = None
    online_counter: int | None = None
    message: Message | None = None
    doubts: frozenset[str] = field(default=NO_DOUBTS)
    repaired: bool = False
    first_notice_to_anyone_at: datetime | None = None  # mailed, the police included
    last_notice_at: datetime | None = None  # to whom is not said
    noticed: bool | None = None
    url_cut: bool = False


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One record of a list of notices without URLs."""

    place: Place
    message: Message
    doubts: frozenset[str] = field(default=NO_DOUBTS)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file's first record says: its kind, its columns, and which are left at the door.

    ``kind`` is one of the kinds of the reader, ``form`` which of its forms; ``dropped`` are the
    columns never read.
    """

    file: str
    kind: str
    columns: tuple[str, ...]
    dropped: tuple[str, ...]
    form: str = ""


Record = Case | MessageRow | Rejected
