"""What is wrong with this installation, and what helps? Checks come after those they rest on."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import Error

from etmaal.config.checks import database, files, work
from etmaal.config.checks.findings import Finding, State

Check = Callable[[datetime], Finding]

BY_ITSELF: tuple[Check, ...] = (files.home, files.keys, files.disk)
WITH_DATABASE: tuple[Check, ...] = (database.kind,)
WITH_TABLES: tuple[Check, ...] = (
    files.keys_in_use,
    database.clock,
    work.queue,
    work.set_aside,
    work.chain,
)


def examine(clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Yield a finding of each check; those that rest on one that failed are not made."""
    for check in BY_ITSELF:
        yield check(clock())
    reached = database.reachable(clock())
    yield reached
    if reached.state is State.TROUBLE:
        return
    yield from (_guarded(check, clock()) for check in WITH_DATABASE)
    migrated = _guarded(database.migrations, clock())
    yield migrated
    if migrated.state is not State.GOOD:
        return
    yield from (_guarded(check, clock()) for check in WITH_TABLES)


def _guarded(check: Check, at: datetime) -> Finding:
    """Return the finding of a check; a database that fails in it is a finding too."""
    try:
        return check(at)
    except Error as e:
        says = f"the database failed in it ({type(e).__name__})"
        remedy = "stop everything, keep a copy of the database, restore a backup"
        return Finding(check.__name__, State.TROUBLE, says, remedy)
