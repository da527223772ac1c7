"""Under which master key does a data key lie, and how is it put in and taken out?

A wrapped data key begins with fingerprints (of the master key it lies under, of itself, and of the
look-up key it was made beside): so a key that is lost or exchanged is named, never guessed at.
"""

import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from etmaal.accounts.ciphertext import NONCE
from etmaal.accounts.key_files import key_from, read_key
from etmaal.core.errors import BadInput

PRINT = 8  # bytes of a fingerprint
_VERSION = b"\x01"
_PRINTS = 1 + 3 * PRINT


class KeyLost(BadInput):
    """A key that the record needs is not where it should be, or another lies there."""


class Master:
    """A master key, ready for use. Nothing of it is ever shown but its fingerprint."""

    __slots__ = ("_cipher", "fingerprint")

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(key, b"etmaal/wrapping", "sha256"))
        self.fingerprint = hmac.digest(key, b"etmaal/master", "sha256")[:PRINT]

    def __repr__(self) -> str:
        return f"<master key {self.fingerprint.hex()}>"

    def wrap(self, key: bytes, *, number: int, lookup: bytes) -> bytes:
        """Return a data key as it may lie in the database, bound to its number."""
        own = hmac.digest(key, b"etmaal/data", "sha256")[:PRINT]
        prints, nonce = _VERSION + self.fingerprint + own + lookup, os.urandom(NONCE)
        return prints + nonce + self._cipher.encrypt(nonce, key, _about(prints, number))

    def unwrap(self, wrapped: bytes, *, number: int) -> bytes:
        """Return the data key.

        Raises:
            KeyLost: if its row was changed.
        """
        prints, nonce = wrapped[:_PRINTS], wrapped[_PRINTS : _PRINTS + NONCE]
        try:
            return self._cipher.decrypt(nonce, wrapped[_PRINTS + NONCE :], _about(prints, number))
        except (InvalidTag, ValueError):
            pass
        raise KeyLost(
            f"data key {number} does not open under its master key: its row in accounts_datakey "
            "was changed; restore the row from a backup"
        )


def _about(prints: bytes, number: int) -> bytes:
    return b"etmaal/data-key\0" + prints + number.to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Prints:
    """The fingerprints that a wrapped key begins with."""

    master: bytes
    own: bytes
    lookup: bytes


def prints(wrapped: bytes, *, number: int) -> Prints:
    """Read the fingerprints.

    Raises:
        KeyLost: if it is no wrapped key.
    """
    if len(wrapped) <= _PRINTS + NONCE or wrapped[:1] != _VERSION:
        raise KeyLost(f"data key {number} is no wrapped key; restore its row from a backup")
    cuts = (1, 1 + PRINT, 1 + 2 * PRINT)
    return Prints(*(wrapped[cut : cut + PRINT] for cut in cuts))


def files() -> tuple[Path, Path]:
    """Return where the master key lies, and where the next one lies during its rotation."""
    file = settings.KEYS["master"][2]
    return file, file.with_name(f"{file.name}.next")


def is_given() -> bool:
    """Say whether the environment gives the master key, and not a file."""
    return settings.KEYS["master"][0] is not None


def kept_file(fingerprint: bytes) -> Path:
    """Return where a master key is kept that has been replaced, for backups made under it."""
    file = files()[0]
    return file.with_name(f"{file.stem}-{fingerprint.hex()}{file.suffix}")


def first() -> Master:
    """Return the master key for a record that has no data key yet; its file is made."""
    return Master(key_from(*settings.KEYS["master"])[0])


def found() -> Master | None:
    """Return the master key as it is now; None if there is none. Never makes one."""
    return first() if is_given() else _in_file(files()[0])


def find(fingerprint: bytes) -> Master:
    """Return the master key that has a fingerprint.

    Raises:
        KeyLost: if it is nowhere.
    """
    for _ in range(2):  # while we look, a rotation may put the next one in its place
        there = (found(), *(_in_file(file) for file in (files()[1], kept_file(fingerprint))))
        for master in there:
            if master is not None and master.fingerprint == fingerprint:
                return master
    name = "ETMAAL_MASTER_KEY" if is_given() else str(files()[0])
    what = "there is none" if there[0] is None else f"it holds {there[0].fingerprint.hex()}"
    raise KeyLost(
        f"{name}: the master key {fingerprint.hex()} is needed and {what}. Without it no sealed "
        "value opens: put it back from where its copy is kept (docs/handling.md, lost keys)"
    )


def _in_file(file: Path) -> Master | None:
    try:
        return Master(read_key(file))
    except FileNotFoundError:
        return None
