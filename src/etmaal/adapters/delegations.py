"""In which country addresses are registered, by the five registries' delegated-extended files.

Registration says nothing about where a server stands: the two agree for about half of the
addresses. No figure may use it as a server's place.
"""

from collections.abc import Iterator
from io import BufferedReader

from etmaal.adapters.route_formats import address, prefix
from etmaal.adapters.text_lines import read_lines
from etmaal.core.errors import BadInput
from etmaal.core.routes import BITS, Delegation

_IN_USE = ("allocated", "assigned")
_FREE = ("available", "reserved")
_NOWHERE = ("", "*", "ZZ")


def read_delegations(stream: BufferedReader, name: str) -> Iterator[Delegation]:
    """Yield the address ranges that are in use and have a country, in the file's order.

    Comment banners, the version line, summary lines and AS numbers are passed over. The value of
    an IPv4 line is a count of addresses, which need not be a power of two; that of an IPv6 line
    is a prefix length.

    Raises:
        BadInput: at the first line that cannot be read, with file, line and remedy.
    """
    for number, line in read_lines(stream, name):
        try:
            found = _delegation(line.strip())
        except ValueError as e:
            raise BadInput(
                f"{name}, line {number}: {e}; copy the file again from its registry"
            ) from e
        if found is not None:
            yield found


def _delegation(line: str) -> Delegation | None:
    fields = line.split("|")
    if not line or line.startswith("#") or fields[0][0:1].isdigit() or fields[-1] == "summary":
        return None
    if len(fields) < 7:
        raise ValueError("expected registry|country|type|start|value|date|status")
    country, kind, start, value, status = fields[1], *fields[2:5], fields[6]
    if kind == "asn" or status in _FREE or country in _NOWHERE:
        return None
    if status not in _IN_USE:
        raise ValueError(f"{status[:60]!r} is no status of a delegation")
    if kind == "ipv4":
        return _by_count(start, value, country)
    if kind == "ipv6":
        return Delegation(*prefix(f"{start}/{value}"), country.upper())
    raise ValueError(f"{kind[:60]!r} is none of asn, ipv4, ipv6")


def _by_count(start: str, value: str, country: str) -> Delegation:
    version, first = address(start)
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise ValueError(f"{value[:60]!r} is no count of addresses")
    last = first + int(value) - 1
    if version != 4 or last >= 1 << BITS[4]:
        raise ValueError(f"{value} addresses from {start} on is no range of IPv4")
    return Delegation(version, first, last, country.upper())
