"""What a hotline's own database says of one case: its history, and the messages it was in.

Readers of database dumps make these; the rule that turns them into rows stands in the engine.
There are a million of them, so they are tuples, and moments are whole microseconds since 1970,
UTC. Nothing is guessed: None is what the dump does not say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from etmaal.core.hotline import Rejected
from etmaal.core.sealed import Sealed

FOUND_OFFLINE = "found_offline"  # the machine's own check closed the case
NOT_LOCAL = "not_local"  # the machine closed it because the host is abroad
MERGED = "merged"  # two records of one contact were joined: nobody moved
LOOKED_UP = "looked_up"  # the machine's own look-up found the host; without it a person did
SAID = (FOUND_OFFLINE, NOT_LOCAL, MERGED, LOOKED_UP)


class Turn(NamedTuple):
    """One row of a case's history. Of its comment only the fixed words `SAID` are told.

    ``at`` is the later moment where the local time occurs twice or not at all.
    """

    at: int
    tag: str  # STATUS, HOSTER or IP
    old: str | None
    new: str | None
    said: str = ""


class Posted(NamedTuple):
    """One message about the case. ``contact`` is the addressee's id in the dump.

    ``queued_at`` is when it was handed to the mail server (the later moment where the local time
    is ``doubtful``), ``status_at`` when its status was found, ``seen_at`` the last look online
    when the case was put in it, ``ip`` where the case was then.
    """

    number: str
    contact: str | None
    role: str | None
    status: str | None
    queued_at: int | None
    status_at: int | None
    doubtful: bool = False
    seen_at: int | None = None
    ip: str | None = None


class Dossier(NamedTuple):
    """One case with all that belongs to it, turns and messages in the order of their time.

    ``graded_at`` is when grading was finished, ``seen_at`` the last look online (the earlier
    moment where the local time occurs twice), ``contact`` the present host's id, ``url_type`` the
    tool's word for what it looks at.
    """

    number: str
    url: Sealed | None
    ip: str | None
    received_at: int | None
    graded_at: int | None
    seen_at: int | None
    source: str | None
    status: str | None
    grade: str | None
    contact: str | None
    turns: tuple[Turn, ...] = ()
    posted: tuple[Posted, ...] = ()
    url_type: str | None = None


class Contact(NamedTuple):
    """One addressee as it stands in the dump. ``number`` is the hotline's own, A and ten digits."""

    number: str
    owner: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Door:
    """What became of one file at the door; ``records`` counts what was read beside the header."""

    file: str
    records: int
    columns: tuple[str, ...]
    dropped: tuple[str, ...]
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Dump:
    """A whole dump. ``set_aside`` counts cases of which one row could not be read, ``deleted``
    those that were deleted in the tool: they are not among the dossiers.

    ``dossiers`` may be gone through once; ``doubtful`` counts local times that occur twice or
    not at all.
    """

    doors: tuple[Door, ...]
    contacts: dict[str, Contact]
    cases: int
    dossiers: Iterator[Dossier]
    rejected: tuple[Rejected, ...] = ()
    set_aside: int = 0
    doubtful: int = 0
    deleted: int = 0
    last_at: int | None = field(default=None)  # the latest moment on record in it
