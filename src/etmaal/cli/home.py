"""The key under which ids are made: that of the installation, or one for a trial."""

import secrets
from pathlib import Path

from etmaal.accounts.key_files import BYTES, key_from
from etmaal.config.environment import given, home

KEY = "ETMAAL_KEY"
FILE = "sealing.key"


def sealing_key() -> tuple[bytes, Path | None]:
    """Return the key, made on first use, and its file if it was made just now.

    Raises:
        BadInput: if what is given is no key, or others may read its file.
    """
    file = home() / FILE
    key, made = key_from(given(KEY), KEY, file)
    return key, file if made else None


def sealing_key_for_a_trial() -> bytes:
    """Return the key if there is one, else one that is kept nowhere."""
    if given(KEY) is None and not (home() / FILE).exists():
        return secrets.token_bytes(BYTES)
    return sealing_key()[0]
