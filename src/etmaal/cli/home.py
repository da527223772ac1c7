"""Where the installation keeps what is its own: the key under which ids are made."""

import os
import secrets
from pathlib import Path

from etmaal.core.errors import BadInput

HOME = "ETMAAL_HOME"
KEY = "ETMAAL_KEY"
FILE = "sealing.key"
_BYTES = 32


def home() -> Path:
    """Return the installation's own folder; it need not be there."""
    return Path(os.environ.get(HOME) or "var")


def sealing_key() -> tuple[bytes, Path | None]:
    """Return the key, made on first use, and its file if it was made just now.

    Raises:
        BadInput: if what is given is no key, or others may read its file.
    """
    given = os.environ.get(KEY)
    if given is not None:
        return _from_hex(given, KEY), None
    file = home() / FILE
    made = None if file.exists() else _make(file)
    if file.stat().st_mode & 0o077:
        raise BadInput(f"{file}: others may read the key; close it: chmod 600 {file}")
    return _from_hex(file.read_text(encoding="ascii", errors="replace"), str(file)), made


def sealing_key_for_a_trial() -> bytes:
    """Return the key if there is one, else one that is kept nowhere."""
    if os.environ.get(KEY) is None and not (home() / FILE).exists():
        return secrets.token_bytes(_BYTES)
    return sealing_key()[0]


def _make(file: Path) -> Path | None:
    """Make the key; return None if another run was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{FILE}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(secrets.token_hex(_BYTES) + "\n")
            f.flush()
            os.fsync(f.fileno())
        os.link(beside, file)  # fails where a key is already: that one counts
    except FileExistsError:
        return None
    finally:
        beside.unlink(missing_ok=True)
    return file


def _from_hex(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as e:
        raise BadInput(f"{where}: not a key: it is written as hex digits") from e
    if not 32 <= len(key) <= 64:
        raise BadInput(f"{where}: a key has 64 to 128 hex digits, this one {2 * len(key)}")
    return key
