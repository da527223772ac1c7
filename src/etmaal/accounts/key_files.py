"""Where does a key lie? In the environment, else in a file of its owner's alone, made on first use.

This file knows no Django: the command line seals what it reads without a record.
"""

import os
import secrets
from pathlib import Path

from etmaal.core.errors import BadInput

BYTES = 32


def key_from(given: str | None, name: str, file: Path) -> tuple[bytes, bool]:
    """Return a key, and whether it was made just now.

    Args:
        given: what the environment says, as hex digits; None if it says nothing.
        name: the variable of the environment, for the message.
        file: where the key lies otherwise; made if it is not there.

    Raises:
        BadInput: if what is given is no key, or others may read its file.
    """
    if given is not None:
        return from_hex(given, name), False
    made = not file.exists() and _make(file)
    return read_key(file), made


def read_key(file: Path) -> bytes:
    """Return the key in a file.

    Raises:
        BadInput: if it holds no key, or others may read it.
    """
    if file.stat().st_mode & 0o077:
        raise BadInput(f"{file}: others may read the key; close it: chmod 600 {file}")
    return from_hex(file.read_text(encoding="ascii", errors="replace"), str(file))


def _make(file: Path) -> bool:
    """Make the key; return False if another process was first."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(secrets.token_hex(BYTES) + "\n")
            f.flush()
            os.fsync(f.fileno())
        os.link(beside, file)  # fails where a key is already: that one counts
        to_disk(file.parent)  # what is sealed under it must not outlast it
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def to_disk(folder: Path) -> None:
    """See to it that the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def from_hex(text: str, where: str) -> bytes:
    """Return the key that stands as hex digits.

    Raises:
        BadInput: if it does not.
    """
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as e:
        raise BadInput(f"{where}: not a key: it is written as hex digits") from e
    if not 32 <= len(key) <= 64:
        raise BadInput(f"{where}: a key has 64 to 128 hex digits, this one {2 * len(key)}")
    return key
