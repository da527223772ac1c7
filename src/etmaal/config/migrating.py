"""Is the database as this program needs it? It is brought there by one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from etmaal.core.errors import Refused

_LOCK = 7_305_218  # any number, the same for all who migrate
_NEWER = "the record was made by a newer Etmaal: install that one, or restore a backup"


class NewerRecord(Refused):
    """The database was made by a newer program."""


class NotMigrated(Refused):
    """The database lacks tables or columns that this program needs."""


def missing() -> list[str]:
    """Return the migrations that are still to be applied, as ``app.name``."""
    loader = MigrationLoader(connection)
    return sorted(
        ".".join(key) for key in loader.disk_migrations.keys() - loader.applied_migrations
    )


def unknown() -> list[str]:
    """Return the migrations that were applied and that this program does not have."""
    loader = MigrationLoader(connection)
    gone = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    return sorted(".".join(key) for key in gone if key[0] in loader.migrated_apps)


def migrate() -> int:
    """Apply what is missing, and return how many migrations that were.

    Raises:
        NewerRecord: if the database knows migrations that this program does not.
    """
    with _alone():
        if unknown():
            raise NewerRecord(_NEWER)
        applied = len(missing())
        if applied:
            call_command("migrate", verbosity=0, interactive=False)
    return applied


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process migrates this database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    with (settings.HOME / ".migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, or the process killed
        yield


def refuse_unless_current() -> None:
    """Do nothing if the database fits this program.

    Raises:
        NewerRecord: if it was made by a newer one.
        NotMigrated: if it is still to be brought up to date.
    """
    if unknown():
        raise NewerRecord(_NEWER)
    if missing():
        raise NotMigrated("the record is not up to date: etmaal up --no-serve")
