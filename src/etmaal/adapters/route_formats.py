"""What one line of each routing format says. A line that says nothing sensible is refused."""

import csv
import socket
from collections.abc import Callable
from functools import lru_cache

from etmaal.core.routes import BITS, LARGEST_ASN, NOT_ROUTED, Announcement, Version

ParseLine = Callable[[str], Announcement]


def pyasn(line: str) -> Announcement:
    """Read ``prefix<TAB>asn``, as pyasn writes it."""
    network, tab, asn = line.partition("\t")
    if not tab:
        raise ValueError("expected prefix and AS number with a tab between them")
    return Announcement(*prefix(network), origins(asn, "_,"))


def pfx2as(line: str) -> Announcement:
    """Read CAIDA's ``network<TAB>length<TAB>asn``: `a_b` are several origins, `a,b` a set."""
    fields = line.split("\t")
    if len(fields) != 3:
        raise ValueError("expected network, length and AS number with tabs between them")
    return Announcement(*prefix(f"{fields[0]}/{fields[1]}"), origins(fields[2], "_,"))


def iptoasn(line: str) -> Announcement:
    """Read ``first<TAB>last<TAB>asn<TAB>...``; what stands behind the number is not used."""
    fields = line.split("\t")
    if len(fields) < 3:
        raise ValueError("expected first address, last address and AS number with tabs between")
    return Announcement(*address_range(fields[0], fields[1]), origins(fields[2], "_,"))


def csv_prefix(line: str) -> Announcement:
    """Read ``prefix,asn``; several origins have a space or `_` between them."""
    fields = cells(line)
    if len(fields) != 2:
        raise ValueError("expected prefix,asn")
    return Announcement(*prefix(fields[0]), origins(fields[1], "_ "))


def csv_range(line: str) -> Announcement:
    """Read ``first,last,asn``; several origins have a space or `_` between them."""
    fields = cells(line)
    if len(fields) != 3:
        raise ValueError("expected first,last,asn")
    return Announcement(*address_range(fields[0], fields[1]), origins(fields[2], "_ "))


def cells(line: str) -> list[str]:
    """Split one line of CSV."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error as e:
        raise ValueError(str(e)) from e


def address(text: str) -> tuple[Version, int]:
    """Read an address as its version and whole number; zones and leading zeros are refused."""
    try:
        if ":" in text:
            return 6, int.from_bytes(socket.inet_pton(socket.AF_INET6, text))
        return 4, int.from_bytes(socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError) as e:  # ValueError: a NUL inside
        raise ValueError(f"{text[:60]!r} is no address") from e


def prefix(text: str) -> tuple[Version, int, int]:
    """Read ``network/length`` as version, first and last address."""
    network, _, length = text.partition("/")
    version, first = address(network)
    bits = BITS[version]
    if not (length.isascii() and length.isdigit() and int(length) <= bits):
        raise ValueError(f"{text[:60]!r} is no prefix")
    span = (1 << (bits - int(length))) - 1
    if first & span:
        raise ValueError(f"{text[:60]!r} has bits set beyond its length")
    return version, first, first | span


def address_range(first: str, last: str) -> tuple[Version, int, int]:
    """Read two addresses of one version, the first not after the last."""
    version, low = address(first)
    other, high = address(last)
    if version != other:
        raise ValueError(f"{first} and {last} are not of one kind")
    if low > high:
        raise ValueError(f"the range {first} to {last} runs backwards")
    return version, low, high


@lru_cache(maxsize=200_000)  # a table repeats some 80,000 origins; shared tuples save memory too
def origins(text: str, separators: str) -> tuple[int, ...]:
    """Read one AS number or several; AS 0 says that nobody announces it."""
    for separator in separators:
        text = text.replace(separator, " ")
    words = text.split()
    numbers = {_asn(word) for word in words}
    if not numbers:
        raise ValueError("no AS number")
    return tuple(sorted(numbers - {NOT_ROUTED}))


def _asn(word: str) -> int:
    digits = word[2:] if word[:2].upper() == "AS" else word
    if not (digits.isascii() and digits.isdigit() and int(digits) <= LARGEST_ASN):
        raise ValueError(f"{word[:60]!r} is no AS number")
    return int(digits)
