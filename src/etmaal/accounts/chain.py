"""Who links the lines? One sequencer, afterwards, in short transactions of its own.

Writers do not take part: they only insert. Whatever commits late, also under a lower number, is
linked when it is seen; its place says when that was, its own moment says when it was done.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from etmaal.accounts.chain_lines import NOTHING_BEFORE, Line, digest
from etmaal.accounts.chain_rows import lines
from etmaal.accounts.models import AuditLine, AuditLink, AuditWaiting

MOST = 1_000  # lines in one step: on SQLite some milliseconds in which no writer gets in
_LOCK = 0x65746D61616C01  # a number of our own among the database's advisory locks
_INSERT = """
    INSERT INTO accounts_auditlink (place, line_id, linked_at, digest) VALUES (%s, %s, %s, %s)
"""


def link_some(*, at: datetime, most: int = MOST) -> int:
    """Link lines that are not linked yet, in the order of their numbers; return how many.

    A transaction of its own. Of two sequencers at once one finds the other at work and links
    nothing; so fewer than ``most`` means that nothing was left, or that somebody else is at it.
    Lines that were removed while they waited, or that nobody could have written, stay in the queue:
    `verify` tells of them.
    """
    queue = AuditWaiting.objects.order_by("line_id").values_list("line_id", flat=True)
    numbers = list(queue[:most])
    if not numbers:
        return 0  # nothing is locked and nothing written once a second for nothing
    last = _last()
    done = set(AuditLink.objects.filter(line_id__in=numbers).values_list("line_id", flat=True))
    links = _chained([line for line in lines(numbers) if line.id not in done], last, at)
    done |= {number for _, number, _, _ in links}  # before: put in the queue once more, by hand
    with transaction.atomic(durable=True):
        # All was read and reckoned before: the lock, on SQLite every writer's, is held to write.
        if not _alone() or _last() != last:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, links)  # a fifth of the time that `bulk_create` takes
        AuditWaiting.objects.filter(line_id__in=done).delete()
    return len(links)


def waiting() -> int:
    """Return how many lines wait for their link."""
    return AuditWaiting.objects.count()


def queue_again() -> int:
    """Let lines wait again that are neither linked nor waiting; return how many there were.

    There are none unless somebody took them out of the queue by hand.
    """
    with transaction.atomic(durable=True):
        lost = AuditLine.objects.filter(link__isnull=True, waiting__isnull=True).order_by("id")
        rows = [AuditWaiting(line_id=number) for number in lost.values_list("id", flat=True)]
        return len(AuditWaiting.objects.bulk_create(rows, ignore_conflicts=True))


def _alone() -> bool:
    """Be the only sequencer until the transaction ends, or say that another one is.

    On SQLite the transaction has begun IMMEDIATE and is the only one that writes.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _last() -> tuple[int, str, datetime | None]:
    """Return the end of the chain: place, digest, and when it was linked."""
    ends = AuditLink.objects.order_by("-place").values_list("place", "digest", "linked_at")
    return ends.first() or (0, NOTHING_BEFORE, None)


def _chained(
    new: Sequence[Line], last: tuple[int, str, datetime | None], at: datetime
) -> list[tuple[int, int, str | None, str]]:
    """Return the rows that link these lines, after the end of the chain."""
    place, previous, before = last
    linked_at = at if before is None else max(at, before)
    as_kept = connection.ops.adapt_datetimefield_value(linked_at)
    rows = []
    for line in new:
        place += 1
        previous = digest(line, place=place, linked_at=linked_at, previous=previous)
        rows.append((place, line.id, as_kept, previous))
    return rows
