"""How is it written down that somebody did something? One line, in the transaction of the write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from etmaal.accounts.models import AuditLine


def log(
    *,
    verb: str,
    subject: str,
    by: str,
    at: datetime,
    why: str = "",
    details: Mapping[str, Any] | None = None,
    rows: int | None = None,
    root: str = "",
) -> AuditLine:
    """Write a line of the audit chain; it is linked afterwards."""
    return AuditLine.objects.create(
        at=at,
        who=by,
        verb=verb,
        subject=subject,
        why=why,
        details=dict(details or {}),
        rows=rows,
        root=root,
    )
