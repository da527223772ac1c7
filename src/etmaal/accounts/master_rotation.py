"""How does the record come under another master key, without ever being under none?

    1. the next master key is made beside the present one;
    2. one transaction wraps all data keys under it;
    3. the present one is kept under a name with its fingerprint, and the next takes its place.

Whoever needs a master key looks in all three places for the fingerprint that the data key names.
So the record opens after a kill at any moment, and the same command goes on where it was.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from etmaal.accounts import keys, masters
from etmaal.accounts.audit import log
from etmaal.accounts.key_files import key_from, to_disk
from etmaal.accounts.models import DataKey
from etmaal.core.errors import Refused


class NothingSealed(Refused):
    """There is no data key yet, so there is nothing that lies under the master key."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of the master keys; fingerprints as hex digits.

    ``to_be_given`` is set where the environment gives the master key: the file with what it must
    say from now on. ``kept`` is where the one before is kept, where files hold them.
    """

    fingerprint: str
    keys: int
    kept: Path | None
    to_be_given: Path | None


def rotate_master(*, by: str, at: datetime, why: str = "") -> Rotated:
    """Wrap all data keys under a new master key and put it in place; or end what was interrupted.

    Raises:
        NothingSealed: if the record has no data key.
        KeyLost: if the present master key is not there.
    """
    file, beside = masters.files()
    if not DataKey.objects.exists():
        raise NothingSealed("there is no data key yet: nothing lies under the master key")
    with _one_at_a_time(file.parent):
        present = masters.found()
        new = _next(beside, present)
        count = _rewrap(new, by=by, at=at, why=why)
        if masters.is_given():
            return Rotated(new.fingerprint.hex(), count, kept=None, to_be_given=beside)
        kept = None
        if present is not None:
            kept = masters.kept_file(present.fingerprint)
            if not kept.exists():
                os.link(file, kept)
        beside.replace(file)
        to_disk(file.parent)
    return Rotated(new.fingerprint.hex(), count, kept=kept, to_be_given=None)


def _next(beside: Path, present: masters.Master | None) -> masters.Master:
    """Return the next master key, made now or by the run that was interrupted."""
    new = masters.Master(key_from(None, "", beside)[0])
    if present is not None and new.fingerprint == present.fingerprint:
        beside.unlink()  # of the rotation before: the environment gives it by now
        new = masters.Master(key_from(None, "", beside)[0])
    return new


@transaction.atomic
def _rewrap(new: masters.Master, *, by: str, at: datetime, why: str) -> int:
    """Wrap every data key under the new master key; return how many were not under it yet."""
    keys.alone()
    live = DataKey.objects.filter(destroyed_at=None).order_by("pk")
    changed = 0
    for row in live:
        wrapped = bytes(row.wrapped)
        prints = masters.prints(wrapped, number=row.pk)
        if prints.master != new.fingerprint:
            old = masters.find(prints.master)
            row.wrapped = new.wrap(
                old.unwrap(wrapped, number=row.pk), number=row.pk, lookup=prints.lookup
            )
            row.save(update_fields=["wrapped"])
            changed += 1
    if changed:
        log(
            verb="master.rotated", subject="master", by=by, at=at, why=why,
            details={"to": new.fingerprint.hex(), "keys": changed},
        )  # fmt: skip
    return changed


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process at a time exchange key files; the lock ends with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
