"""What a routing table says, as values: who announced which addresses.

Addresses are whole numbers here, both ends of a range belong to it, and IPv4 and IPv6 never mix.
"""

from ipaddress import IPv4Address, IPv6Address
from typing import Literal, NamedTuple

Version = Literal[4, 6]
BITS: dict[int, int] = {4: 32, 6: 128}
LARGEST_ASN = 2**32 - 1
NOT_ROUTED = 0  # AS 0 announces nothing, RFC 7607


# Plain tuples: a table holds a million of them.
class Announcement(NamedTuple):
    """One prefix or range and the networks that announce it.

    Args:
        version: 4 or 6.
        first: its first address.
        last: its last address, ``last >= first``.
        origins: AS numbers, ascending; empty where the table says that nobody does.
    """

    version: Version
    first: int
    last: int
    origins: tuple[int, ...]


class Delegation(NamedTuple):
    """One range and the country it is registered in: never where its servers stand."""

    version: Version
    first: int
    last: int
    country: str


def prefix_length(version: Version, first: int, last: int) -> int | None:
    """Return the length of the one prefix that is this range, or None where none is."""
    size = last - first + 1
    if size & (size - 1) or first % size:
        return None
    return BITS[version] - (size.bit_length() - 1)


def range_text(version: Version, first: int, last: int) -> str:
    """Write a range as people do: as a prefix where it is one, otherwise as first-last."""
    address = IPv4Address if version == 4 else IPv6Address
    length = prefix_length(version, first, last)
    return f"{address(first)}-{address(last)}" if length is None else f"{address(first)}/{length}"


def origins_text(origins: tuple[int, ...]) -> str:
    """Write several origins with a space between them."""
    return " ".join(map(str, origins))
