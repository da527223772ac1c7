"""Is the home as it must be: closed, with its keys, and with room to write?"""

import os
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings

from etmaal.accounts.key_files import from_hex, read_key
from etmaal.config import preparing
from etmaal.config.checks.findings import Finding, State, good, trouble
from etmaal.core.errors import BadInput

_GB = 2**30
_LEAST_FREE_GB, _LEAST_FREE_SHARE = 1, 0.02
_MAKE = "etmaal up --no-serve"


def home(at: datetime) -> Finding:
    """Tell whether the home is there, is ours, and is closed to others."""
    del at
    folder: Path = settings.HOME
    if not folder.is_dir():
        return trouble("home", f"{folder} is not there", f"{_MAKE}, or set ETMAAL_HOME")
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        says = f"{folder}: others may look into it (mode {mode:03o})"
        return trouble("home", says, f"chmod 700 {folder}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return trouble("home", f"{folder} cannot be written to", f"chown it to {os.getuid()}")
    return good("home", f"{folder}, closed to others")


def keys(at: datetime) -> Finding:
    """Tell whether each key is there and readable by us alone."""
    del at
    there = (*settings.KEYS.values(), settings.SESSION_KEY)
    for given, name, file in there:
        try:
            if given is not None:
                from_hex(given, name)
            elif not file.exists():
                remedy = f"put it back from your copy; where there never was one: {_MAKE}"
                return trouble("keys", f"{file.name} is not there", remedy)
            else:
                read_key(file)
        except BadInput as e:
            return trouble("keys", str(e), "mend it as said, or put it back from your copy")
        except OSError as e:
            says = f"{file.name} cannot be read: {e.strerror}"
            return trouble("keys", says, f"chown it to {os.getuid()} and chmod 600 {file}")
    return good("keys", f"{len(there)} are there, closed to others")


def keys_in_use(at: datetime) -> Finding:
    """Tell whether the keys are there under which the record holds values."""
    del at
    if gone := preparing.gone():
        says = f"{', '.join(gone)} is not there, and the record holds values under it"
        return trouble("keys in use", says, "put it back from your copy; never make another")
    return good("keys in use", "none is missing")


def disk(at: datetime) -> Finding:
    """Tell whether there is room on the disk of the home."""
    del at
    if not settings.HOME.is_dir():
        return Finding("disk", State.UNKNOWN, "not looked at: there is no home")
    usage = shutil.disk_usage(settings.HOME)
    says = f"{usage.free / _GB:.1f} GB free of {usage.total / _GB:.0f}"
    if usage.free < max(_LEAST_FREE_GB * _GB, _LEAST_FREE_SHARE * usage.total):
        return trouble("disk", says, "make room: the record stops when nothing can be written")
    return good("disk", says)
