"""Which lines carry an odd moment? No proof of anything, but a question to put to somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(
    hours=1
)  # a long import writes its line at the end; its clock is read at the start
SKEW = timedelta(minutes=5)  # by which the clocks of two machines may differ


@dataclass(slots=True)
class Odd:
    """Lines dated before others that were written ahead of them, and lines dated after linking."""

    late: int = 0
    first_late: int | None = None
    early: int = 0
    first_early: int | None = None
    _newest: datetime | None = None

    def look_at(self, place: int, at: datetime, linked_at: datetime) -> None:
        """Look at the next line; one that is early does not make those after it late."""
        if at > linked_at + SKEW:
            self.early += 1
            if self.first_early is None:
                self.first_early = place
        elif self._newest is None or at > self._newest:
            self._newest = at
        elif at < self._newest - LATE:
            self.late += 1
            if self.first_late is None:
                self.first_late = place
