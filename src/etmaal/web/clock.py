"""What time is it? The one place where pages read the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the moment of the request."""
    return datetime.now(UTC)  # noqa: TID251 - here pages read the clock
