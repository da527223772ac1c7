"""When does a job run again: after it failed, or because its period is over? No database in it."""

import math
from datetime import UTC, datetime, timedelta
from zlib import crc32

from etmaal.core.errors import BadInput, EtmaalError, OutsideError, Refused

MOST_ATTEMPTS = 12  # with the pauses below about four hours: most outages are over by then
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_TROUBLE = 300  # the width of the column


def pause_after(job: int, attempts: int) -> timedelta:
    """Return how long a job rests after so many attempts: double each time, between 50 and 150 %.

    The part by chance keeps jobs that failed together from coming back together. It is derived from
    the job, so that it can be foretold.
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 30)
    chance = crc32(f"{job}:{attempts}".encode()) / 2**32
    return min(doubled, LONGEST_PAUSE) * (0.5 + chance)


def next_on_grid(after: datetime, every_s: int) -> datetime:
    """Return the first multiple of a period since 1970 after a moment: for a day, midnight UTC."""
    periods = math.floor(after.timestamp() / every_s) + 1
    return datetime.fromtimestamp(periods * every_s, UTC)


def may_pass(error: Exception) -> bool:
    """Tell whether trying again can help. A fault of our own may be mended meanwhile."""
    if isinstance(error, OutsideError):
        return error.passing
    return not isinstance(error, Refused | BadInput)


def trouble_of(error: Exception) -> str:
    """Return what may be written down of an error: any message but our own may quote a value."""
    name = type(error).__name__
    return (f"{name}: {error}" if isinstance(error, EtmaalError) else name)[:LONGEST_TROUBLE]
