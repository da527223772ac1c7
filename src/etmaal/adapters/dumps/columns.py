"""Which tables and columns of a dump are read? Nothing that is not named here becomes a value.

Source: the tool's public data model. Left at the door on purpose: referers, hashes, sizes of
pictures, notes, mail texts, and the address of the item a second time and cut short.
"""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "abuseio_scart_"


class Kind(StrEnum):
    """How a column's text is read."""

    NUMBER = "number"  # a row's id
    TEXT = "text"
    WORD = "word"  # text of which there are few different ones
    TIME = "time"  # local, in the zone of the installation


@dataclass(frozen=True, slots=True)
class Column:
    """One column; without a ``needed`` one the table is refused, without a value the row is."""

    name: str
    kind: Kind = Kind.TEXT
    needed: bool = False
    required: bool = False  # in every row


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the database. Rows with a value in ``deleted_at`` are outside."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


_ID = Column("id", Kind.NUMBER, needed=True, required=True)
_DELETED = Column("deleted_at")

INPUT = Table(
    "input",
    (
        _ID,
        Column("filenumber", needed=True, required=True),
        Column("url", needed=True),
        Column("url_ip", Kind.WORD),
        Column("url_type", Kind.WORD),
        Column("received_at", Kind.TIME, needed=True),
        Column("firstseen_at", Kind.TIME, needed=True),
        Column("lastseen_at", Kind.TIME, needed=True),
        Column("source_code", Kind.WORD),
        Column("status_code", Kind.WORD, needed=True, required=True),
        Column("grade_code", Kind.WORD, needed=True),
        Column("host_abusecontact_id", Kind.NUMBER, needed=True),
        _DELETED,
    ),
)
HISTORY = Table(
    "input_history",
    (
        _ID,
        Column("input_id", Kind.NUMBER, needed=True, required=True),
        Column("tag", Kind.WORD, needed=True, required=True),
        Column("old", Kind.WORD, needed=True),
        Column("new", Kind.WORD, needed=True),
        Column("comment", Kind.WORD, needed=True),  # told by three fixed words, never kept
        Column("created_at", Kind.TIME, needed=True, required=True),
        _DELETED,
    ),
)
NTD = Table(
    "ntd",
    (
        _ID,
        Column("filenumber", Kind.WORD, needed=True, required=True),
        Column("abusecontact_id", Kind.NUMBER, needed=True),
        Column("abusecontact_type", Kind.WORD, needed=True),
        Column("status_code", Kind.WORD, needed=True, required=True),
        Column("status_time", Kind.TIME, needed=True),
        Column("msg_queued", Kind.TIME, needed=True),
        _DELETED,
    ),
)
NTD_URL = Table(
    "ntd_url",
    (
        _ID,
        Column("ntd_id", Kind.NUMBER, needed=True, required=True),
        Column("record_type", Kind.WORD),
        Column("record_id", Kind.NUMBER, needed=True, required=True),
        Column("lastseen_at", Kind.TIME),
        Column("ip", Kind.WORD),
        _DELETED,
    ),
)
CONTACT = Table(
    "abusecontact",
    (
        _ID,
        Column("filenumber"),
        Column("owner", needed=True),
        Column("abusecountry", needed=True),
        _DELETED,
    ),
)
TABLES = (INPUT, HISTORY, NTD, NTD_URL, CONTACT)
