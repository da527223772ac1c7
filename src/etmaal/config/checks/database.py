"""Is the database as it must be: reachable, up to date, whole, and with the time that we have?"""

from datetime import datetime
from pathlib import Path
from time import monotonic

from django.db import Error, connection

from etmaal.accounts.models import AuditLine
from etmaal.config import migrating
from etmaal.config.checks.findings import Finding, good, trouble

_MOST_SKEW_S = 2.0  # leases and clocks of notices are told in seconds
_OLDEST_POSTGRESQL = 140_000  # what Django 5.2 asks for
_MOST_FAULTS = 5


def reachable(at: datetime) -> Finding:
    """Tell whether a statement gets an answer, and from which kind of database."""
    del at
    file = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and not file.startswith("file:")
    if is_file and not Path(file).exists():  # to connect would make it
        remedy = "etmaal up --no-serve, or set DATABASE_URL"
        return trouble("database", f"{file} is not there", remedy)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as e:
        connection.close()
        says = f"no answer from {connection.vendor} ({type(e).__name__})"
        return trouble("database", says, "start it, and see that DATABASE_URL is right")
    return good("database", f"{connection.display_name} {_version()}")


def _version() -> str:
    return ".".join(str(part) for part in connection.get_database_version())


def migrations(at: datetime) -> Finding:
    """Tell whether the tables are those of this program."""
    del at
    if unknown := migrating.unknown():
        says = f"made by a newer Etmaal: {', '.join(unknown)}"
        return trouble("migrations", says, "install that one, or restore a backup")
    if missing := migrating.missing():
        return trouble("migrations", f"{len(missing)} to be applied", "etmaal up --no-serve")
    return good("migrations", "all applied")


def kind(at: datetime) -> Finding:
    """Tell whether the database runs in the mode that the record rests on, and is whole."""
    del at
    return _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> Finding:
    with connection.cursor() as cursor:
        wanted = {"journal_mode": "wal", "foreign_keys": 1}
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
        if found != wanted:
            says = f"{found} where {wanted} is needed"
            return trouble("sqlite", says, "the disk must be a local one, not one on the network")
        cursor.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")
        faults = [row[0] for row in cursor.fetchall()]
        if faults != ["ok"]:
            says = f"the file is damaged in {len(faults)} places or more"
            return trouble("sqlite", says, "stop everything, keep the file, restore a backup")
        orphans = len(cursor.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS))
        if orphans:
            says = f"{orphans} rows or more point at nothing"
            return trouble("sqlite", says, "stop everything, keep the file, restore a backup")
    return good("sqlite", "WAL, whole")


def _postgresql() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if number < _OLDEST_POSTGRESQL:
        return trouble("postgresql", f"version {number // 10_000}", "upgrade to 14 or newer")
    if encoding != "UTF8":
        says = f"the database's encoding is {encoding}"
        return trouble("postgresql", says, "make the database anew with ENCODING 'UTF8'")
    return good("postgresql", f"version {number // 10_000}, {encoding}")


def clock(at: datetime) -> Finding:
    """Tell whether this machine and the record agree on the time."""
    newest = AuditLine.objects.order_by("-id").values_list("at", flat=True).first()
    ahead = (newest - at).total_seconds() if newest else 0.0
    remedy = "set both clocks by NTP; look at what was written meanwhile"
    if ahead > _MOST_SKEW_S:
        says = f"the newest audit line lies {ahead:.0f} s in the future: a clock was set back"
        return trouble("clock", says, remedy)
    if connection.vendor != "postgresql":
        return good("clock", "no audit line lies in the future")
    begun = monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - %s", [at])
        skew = cursor.fetchone()[0].total_seconds()
    if abs(skew) > _MOST_SKEW_S + (monotonic() - begun):
        return trouble("clock", f"the database's clock is {skew:+.1f} s off ours", remedy)
    return good("clock", f"{skew:+.1f} s between the database and this machine")
