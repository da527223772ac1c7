"""What one row of the register says, and which rows cannot be read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, NamedTuple

from etmaal.core.errors import BadInput
from etmaal.core.routes import LARGEST_ASN, Version, range_text

COLUMNS = (
    *("provider", "name", "seat_country", "role", "asns", "addresses"),
    *("from", "before", "alias_of", "successor", "reason"),
)
UNRESOLVED = "unresolved"
FRONT = "front"
_SEPARATOR = re.compile(r"[\s|;]+")
_ASN = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Role(StrEnum):
    """In what way a provider has to do with an item."""

    HOSTER = "hoster"
    RESELLER = "reseller"
    CARRIER = "carrier"
    FRONT = "front"  # hides the host (a CDN, a proxy); never counted as the host


class Network(NamedTuple):
    """A prefix as a range of whole numbers, both ends inside."""

    version: Version
    first: int
    last: int

    def __str__(self) -> str:
        return range_text(*self)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a provider, what it runs, and the days ``[from_date, before_date)`` it holds on.

    ``size`` is a number of addresses, given in place of ``networks``; ``where`` is file and line.
    """

    provider: str
    where: str
    name: str | None = None
    seat_country: str | None = None
    role: Role | None = None
    asns: tuple[int, ...] = ()
    networks: tuple[Network, ...] = ()
    size: int | None = None
    from_date: date | None = None
    before_date: date | None = None
    alias_of: str | None = None
    successor: str | None = None
    reason: str | None = None

    def holds(self, day: date) -> bool:
        """Say whether this row is in force on a day."""
        begun = self.from_date is None or self.from_date <= day
        return begun and (self.before_date is None or day < self.before_date)


def read_entries(rows: Iterable[tuple[int, Mapping[str, Any]]], source: str) -> tuple[Entry, ...]:
    """Read rows, each with its line; columns beyond ours are not looked at.

    Args:
        rows: line number and cells by column name; an empty cell may be "" or None.
        source: the file's name, for messages.

    Raises:
        BadInput: at the first row that cannot be read; the message names file, line and remedy.
    """
    return tuple(_entry(row, f"{source}, line {line}") for line, row in rows)


def _entry(row: Mapping[str, Any], where: str) -> Entry:
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    provider = cells["provider"]
    if not provider:
        raise BadInput(f"{where}: no provider; every row of the register names one")
    if provider in (UNRESOLVED, FRONT):
        raise BadInput(
            f"{where}: {provider!r} has a meaning of its own; name the provider otherwise"
        )
    size, networks = _addresses(cells["addresses"], where)
    entry = Entry(
        provider=provider,
        where=where,
        name=cells["name"] or None,
        seat_country=cells["seat_country"] or None,
        role=_role(cells["role"], where),
        asns=_asns(cells["asns"], where),
        networks=networks,
        size=size,
        from_date=_date(cells["from"], "from", where),
        before_date=_date(cells["before"], "before", where),
        alias_of=cells["alias_of"] or None,
        successor=cells["successor"] or None,
        reason=cells["reason"] or None,
    )
    _check_days(entry)
    return entry


def _check_days(entry: Entry) -> None:
    begins, ends = entry.from_date, entry.before_date
    if begins is not None and ends is not None and begins >= ends:
        raise BadInput(
            f"{entry.where}: from {begins} is not earlier than before {ends}; "
            "`before` is the first day on which the row no longer holds"
        )
    if entry.successor is not None and ends is None:
        raise BadInput(
            f"{entry.where}: {entry.successor} succeeds {entry.provider} on no day; "
            "put the day of the take-over in `before`"
        )


def _role(cell: str, where: str) -> Role | None:
    if not cell:
        return None
    try:
        return Role(cell)
    except ValueError as e:
        known = ", ".join(Role)
        raise BadInput(f"{where}: role {cell!r} is none of {known}") from e


def _asns(cell: str, where: str) -> tuple[int, ...]:
    return tuple(sorted({_asn(word, where) for word in _words(cell)}))


def _asn(word: str, where: str) -> int:
    found = _ASN.fullmatch(word)
    if found is None or not 0 < int(found[1]) <= LARGEST_ASN:
        raise BadInput(
            f"{where}: {word!r} is no AS number; write 64500 or AS64500, several with a space, "
            "| or ; between them"
        )
    return int(found[1])


def _addresses(cell: str, where: str) -> tuple[int | None, tuple[Network, ...]]:
    """Read either a number of addresses or the prefixes themselves."""
    if cell.isascii() and cell.isdigit():
        return int(cell), ()
    return None, tuple(dict.fromkeys(_network(word, where) for word in _words(cell)))


def _network(word: str, where: str) -> Network:
    try:
        network = ip_network(word)
    except ValueError as e:
        raise BadInput(
            f"{where}: {word!r} in addresses is no prefix ({e}); write prefixes with a space, "
            "| or ; between them, or one number of addresses"
        ) from e
    version: Version = 4 if network.version == 4 else 6
    return Network(version, int(network.network_address), int(network.broadcast_address))


def _words(cell: str) -> list[str]:
    return [word for word in _SEPARATOR.split(cell) if word]


def _date(cell: str, column: str, where: str) -> date | None:
    if not cell:
        return None
    try:
        if _DAY.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise BadInput(f"{where}: {column} {cell!r} is no day; write it as 2019-06-01")
