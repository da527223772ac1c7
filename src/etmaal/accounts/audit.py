"""How is it kept what was done? Every write, and every opening of a sealed value, calls `log`.

The line commits with what it tells of, or not at all. It is linked afterwards (`chain.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction

from etmaal.accounts.batch_root import BatchRoot
from etmaal.accounts.chain_lines import Detail, Line, NotALine
from etmaal.accounts.models import AuditLine
from etmaal.core.errors import BadInput


class NotLoggable(BadInput):
    """What should be kept cannot be a line: a reason that is too long, say."""


def log(
    *,
    verb: str,
    subject: str,
    by: str,
    at: datetime,
    why: str = "",
    details: Mapping[str, Detail] | None = None,
    rows: int | None = None,
    root: str = "",
) -> None:
    """Write one line in the caller's transaction.

    Args:
        verb: what was done, ``item.opened``.
        subject: to what, ``item:12``.
        by: ``person:7``, ``client:3``, ``public``, or the name of a job or command.
        at: when; with a zone.
        why: the reason that was given, at most 300 characters.
        details: facts in short; never a sealed value. Names are of small letters.
        rows: of how many rows a batch was.
        root: what `batch_root` says of them.

    Raises:
        NotLoggable: if no line may hold that; the message repeats nothing of it.
        TransactionManagementError: outside a transaction. What is written there commits by
            itself: a crash between the write and its line would leave a write that nobody did.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "log() belongs in the transaction of what it tells of"
        )
    facts = dict(details or {})
    try:
        Line(0, at, by, verb, subject, why, facts, rows, root)
    except NotALine as e:
        raise NotLoggable(f"cannot be kept in the audit chain: {e}") from e
    AuditLine.objects.create(
        at=at, who=by, verb=verb, subject=subject, why=why, details=facts, rows=rows, root=root
    )


def batch_root(rows: Iterable[bytes]) -> str:
    """Return the digest of a batch's rows in their order; `BatchRoot` takes them one by one."""
    root = BatchRoot()
    for row in rows:
        root.add(row)
    return root.digest()
