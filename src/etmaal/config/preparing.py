"""What must be there before the record can be used? Its home, its keys, its tables."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from etmaal.accounts import queue
from etmaal.accounts.key_files import key_from
from etmaal.accounts.models import DataKey
from etmaal.config.migrating import migrate
from etmaal.core.errors import BadInput, Refused
from etmaal.jobs.registry import KINDS


class KeyIsGone(Refused):
    """The record holds what was sealed or signed under a key that is not there."""


def prepare(*, at: datetime) -> list[str]:
    """Make what is not there, and return what was made or done. Doing it again changes nothing.

    Raises:
        BadInput: if others may look into the home, or into a key.
        KeyIsGone: if a key is missing of a record that is in use: another would open nothing.
        NewerRecord: if the database was made by a newer program.
    """
    done = []
    if make_home(settings.HOME):
        done.append(f"home made: {settings.HOME}")
    if applied := migrate():
        done.append(f"tables brought up to date: {applied} migrations")
    done += [f"key made: {name}; keep a copy of it elsewhere" for name in make_keys()]
    periods = {kind.name: kind.every_s for kind in KINDS if kind.every_s}
    if put_right := queue.keep_periodic(periods=periods, at=at):
        done.append(f"periodic work put right: {put_right} jobs")
    return done


def make_home(home: Path) -> bool:
    """Make the home, closed to others; return whether it had to be.

    Raises:
        BadInput: if it is there and others may look into it.
    """
    if home.is_dir():
        if home.stat().st_mode & 0o077:
            raise BadInput(f"{home}: others may look into it; close it: chmod 700 {home}")
        return False
    home.mkdir(mode=0o700, parents=True)
    return True


def gone() -> list[str]:
    """Return the files of keys that are missing though values were sealed or signed under them."""
    in_use = {
        "lookup": DataKey.objects.exists(),
        "master": DataKey.objects.exists(),
        "head": settings.HEADS.is_dir() and any(settings.HEADS.iterdir()),
    }
    return [
        file.name
        for name, (given, _, file) in settings.KEYS.items()
        if given is None and not file.exists() and in_use.get(name)
    ]


def make_keys() -> list[str]:
    """Make the keys that are not there; return their files' names."""
    if missing := gone():
        raise KeyIsGone(
            f"{', '.join(missing)}: not in {settings.HOME}, and the record holds values under it: "
            "put it back from your copy"
        )
    keys = (*settings.KEYS.values(), settings.SESSION_KEY)
    return [file.name for given, name, file in keys if key_from(given, name, file)[1]]
