"""Which numbers a column of written addresses stands for, a million of them at a time.

Texts are read in step, one character of every text in a pass, some thousands of texts at once so
that they stay in the processor's cache. What is no address that way is read once more by the
standard library: the fast readers may be strict, and every answer is that library's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etmaal.stats.arrays import Booleans

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Keys4 = npt.NDArray[np.uint32]
Keys6 = npt.NDArray[np.bytes_]  # dtype S16: network order, so that they compare as numbers do

IN_STEP = 16_384  # texts; measured: half or double is slower by a tenth
LONGEST_4, LONGEST_6 = len("255.255.255.255"), len("ffff:" * 7 + "ffff")
_MAPPED = b"::ffff:"
_MAPPED_OCTETS = np.frombuffer(bytes(10) + b"\xff\xff", np.uint8)
_MARGIN = LONGEST_6 + len(_MAPPED)  # bytes behind all texts: reading past an end is harmless
_HEX = np.full(256, 255, np.uint8)
for _digit in "0123456789abcdefABCDEF":
    _HEX[ord(_digit)] = int(_digit, 16)


@dataclass(frozen=True, slots=True)
class Addresses:
    """A column of n addresses as numbers.

    Args:
        version: shape (n,), 4, 6, or 0 for what is no address. IPv4-mapped IPv6 is 4.
        v4: those of version 4, in order.
        v6: those of version 6, in order, as 16 bytes each.
    """

    version: Bytes
    v4: Keys4
    v6: Keys6

    def keys(self, version: int) -> Keys4 | Keys6:
        """Return those of one version, in order."""
        return self.v4 if version == 4 else self.v6


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts as one run of bytes; text i is the ``lengths[i]`` bytes from ``begins[i]``."""

    flat: Bytes
    begins: Places
    lengths: Places

    def pick(self, chosen: Booleans, skip: int = 0) -> "_Texts":
        """Return some of the texts, without their first ``skip`` bytes."""
        return _Texts(self.flat, self.begins[chosen] + skip, self.lengths[chosen] - skip)

    def characters(self, most: int) -> Iterator[tuple[Bytes, Booleans, Booleans]]:
        """Yield the nth byte of every text, which texts are that long, and which end before it.

        The last n is one more than the longest text has bytes, or than ``most``.
        """
        width = min(most, int(self.lengths.max(initial=0))) + 1
        windows = np.lib.stride_tricks.sliding_window_view(self.flat, width)
        columns = np.ascontiguousarray(windows[self.begins].T)
        for place in range(width):
            yield columns[place], self.lengths > place, self.lengths == place


def parse(texts: pa.StringArray) -> Addresses:
    """Read a column of addresses; a null is no address."""
    parts = [_parse(texts.slice(start, IN_STEP)) for start in range(0, max(len(texts), 1), IN_STEP)]
    version = np.concatenate([p[0] for p in parts])
    v4, v6 = np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts])
    return Addresses(version, v4[version == 4], v6[version == 6])


def _parse(texts: pa.StringArray) -> tuple[Bytes, Keys4, Keys6]:
    column = _texts(texts)
    good, v4 = _dotted(column)
    version = np.where(good, 4, 0).astype(np.uint8)
    v6 = np.zeros(version.size, "S16")
    mapped = ~good & _begins_mapped(column)
    if mapped.any():
        good, number = _dotted(column.pick(mapped, len(_MAPPED)))
        version[mapped], v4[mapped] = np.where(good, 4, 0), number
    rest = version == 0
    if rest.any():
        good, address = _grouped(column.pick(rest))
        version[rest], v6[rest] = np.where(good, 6, 0), address
        _read_slowly(texts, version, v4, v6)
        _unmap(version, v4, v6)
    return version, v4, v6


def _texts(texts: pa.StringArray) -> _Texts:
    n = len(texts)
    _, places, content = texts.buffers()
    if not n or content is None:
        return _Texts(np.zeros(_MARGIN, np.uint8), np.zeros(n, np.int32), np.zeros(n, np.int32))
    offsets = np.frombuffer(memoryview(cast(pa.Buffer, places)), np.int32, n + 1, texts.offset * 4)
    within = np.frombuffer(memoryview(content), np.uint8)[offsets[0] : offsets[-1]]
    flat = np.concatenate([within, np.zeros(_MARGIN, np.uint8)])
    return _Texts(flat, offsets[:-1] - offsets[0], np.diff(offsets))


def _begins_mapped(column: _Texts) -> Booleans:
    same = np.ones(column.begins.size, np.bool_)
    for place, letter in enumerate(_MAPPED):
        byte = column.flat[column.begins + place]
        same &= (byte | 0x20 if chr(letter).isalpha() else byte) == letter
    return same


def _dotted(texts: _Texts) -> tuple[Booleans, Keys4]:
    """Read four decimal numbers up to 255, without leading zeros, with dots between them."""
    n = texts.begins.size
    bad = texts.lengths > LONGEST_4
    number, octet = np.zeros(n, np.uint32), np.zeros(n, np.uint32)
    digits, octets = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    for byte, there, end in texts.characters(LONGEST_4):
        digit = byte - np.uint8(ord("0"))
        is_digit = (digit <= 9) & there
        stop = ((byte == ord(".")) & there) | end
        bad |= there & ~(is_digit | stop)
        bad |= is_digit & (digits == 1) & (octet == 0)
        bad |= stop & ((digits == 0) | (digits > 3) | (octet > 255))
        # Multiplied by what is true: NumPy does that many times faster than it chooses.
        number = (number << (np.uint32(8) * stop)) | (octet * stop)
        octets += stop
        octet = (octet * np.uint32(10) + digit) * is_digit
        digits = (digits + is_digit) * is_digit
    return ~bad & (octets == 4), number


def _grouped(texts: _Texts) -> tuple[Booleans, Keys6]:
    """Read eight groups of one to four hex digits with colons between them, or fewer and `::`."""
    n = texts.begins.size
    bad = texts.lengths > LONGEST_6
    groups = np.zeros((n, 9), np.uint16)  # the ninth takes what is too many
    flat = groups.ravel()
    target = np.arange(n) * 9  # where in flat each text's next group goes
    group, digits = np.zeros(n, np.uint16), np.zeros(n, np.uint8)
    count, gap = np.zeros(n, np.int8), np.full(n, -1, np.int8)
    after_colon = np.zeros(n, np.bool_)
    for place, (byte, there, end) in enumerate(texts.characters(LONGEST_6)):
        digit = _HEX.take(byte)
        is_digit, is_colon = (digit <= 15) & there, (byte == ord(":")) & there
        bad |= there & ~(is_digit | is_colon)
        bad |= (after_colon & ~is_colon) & (place == 1)  # a single colon at the start
        double = is_colon & after_colon
        bad |= double & (gap >= 0)
        np.copyto(gap, count, where=double)
        bad |= end & (digits == 0) & (gap != count)  # a single colon at the end
        filled = np.flatnonzero((is_colon | end) & (digits > 0))
        flat[target[filled] + count[filled]] = group[filled]
        count[filled] = np.minimum(count[filled] + 1, 8 + end[filled])
        group = ((group << np.uint16(4)) | digit) * is_digit
        digits = (digits + is_digit) * is_digit
        bad |= digits > 4
        after_colon = is_colon
    bad |= np.where(gap < 0, count != 8, count > 7)
    return ~bad, _spread(groups[:, :8], count, gap)


def _spread(
    groups: npt.NDArray[np.uint16], count: npt.NDArray[np.int8], gap: npt.NDArray[np.int8]
) -> Keys6:
    """Put zeros where each address has its `::`, and return all as 16 bytes."""
    place = np.arange(8, dtype=np.int8)
    begins = np.where(gap < 0, 8, gap)[:, None]
    missing = (8 - count)[:, None]
    source = np.where(place < begins, place, place - missing)
    filled = np.take_along_axis(groups, np.clip(source, 0, 7), axis=1)
    filled[(place >= begins) & (source < begins)] = 0
    return filled.astype(">u2").view("S16").ravel()


def _read_slowly(texts: pa.StringArray, version: Bytes, v4: Keys4, v6: Keys6) -> None:
    """Fill in what the fast readers passed over: rare spellings, and what is no address."""
    for place in np.flatnonzero(version == 0).tolist():
        text = texts[place].as_py()
        try:
            address = ip_address(text or "")
        except ValueError:
            continue
        if isinstance(address, IPv4Address):
            version[place], v4[place] = 4, int(address)
        elif address.scope_id is None:  # with a zone it means something to one machine only
            version[place], v6[place] = 6, address.packed


def _unmap(version: Bytes, v4: Keys4, v6: Keys6) -> None:
    """Turn IPv4-mapped addresses that were written in colons only into IPv4."""
    octets = v6.view(np.uint8).reshape(-1, 16)
    mapped = (version == 6) & (octets[:, :12] == _MAPPED_OCTETS).all(axis=1)
    v4[mapped] = np.ascontiguousarray(octets[mapped, 12:]).view(">u4").ravel()
    version[mapped] = 4
