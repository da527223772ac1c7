"""What is a sealed value? Bytes that say which key opens them, and that nothing shows by accident.

version (1 byte) | number of the data key (4) | nonce (12) | ciphertext, with its tag (16)
"""

import struct
from typing import NoReturn

VERSION = 1
NONCE, TAG = 12, 16  # bytes, as AES-GCM has them
_HEAD = struct.Struct(">BI")
HEAD = _HEAD.size


def head(number: int) -> bytes:
    """Return what every value under a key begins with."""
    return _HEAD.pack(VERSION, number)


def key_number(begin: bytes) -> int | None:
    """Return the number of the key that a value with this beginning is under; None: no value."""
    if len(begin) < HEAD or begin[0] != VERSION:
        return None
    number: int = _HEAD.unpack_from(begin)[1]
    return number


class Ciphertext:
    """A sealed value as it lies in the database. Equal bytes are equal.

    It is no `bytes`: whatever writes, joins or encodes bytes refuses it, and the few places that
    store it ask for ``raw``.
    """

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @property
    def raw(self) -> bytes:
        """Return the bytes to be stored."""
        return self._raw

    @property
    def key_number(self) -> int | None:
        """Return the number of the key that opens it; None if it is no sealed value at all."""
        return key_number(self._raw) if len(self._raw) >= HEAD + NONCE + TAG else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ciphertext) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __repr__(self) -> str:
        return "<sealed>"

    def __format__(self, format_spec: str) -> str:
        return "<sealed>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed value is kept in its field and nowhere else")
