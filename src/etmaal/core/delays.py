"""Whose time it was: the hotline's, the transport's and the provider's delay, kept apart.

The hotline's sending windows are policy too: time a verdict waits for Monday noon is the
hotline's, and never counts on a provider's clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Delays:
    """The three delays of one item; None where a moment is not known."""

    hotline: timedelta | None  # verdict to sending
    transport: timedelta | None  # sending to acceptance
    provider: timedelta | None  # clock start to gone


def delays(
    *,
    verdict_at: datetime | None,
    sent_at: datetime | None,
    accepted_at: datetime | None,
    started_at: datetime | None,
    gone_at: datetime | None,
) -> Delays:
    """Return the three delays, each only where both of its ends are known."""

    def between(first: datetime | None, last: datetime | None) -> timedelta | None:
        return None if first is None or last is None else last - first

    return Delays(
        hotline=between(verdict_at, sent_at),
        transport=between(sent_at, accepted_at),
        provider=between(started_at, gone_at),
    )


@dataclass(frozen=True, slots=True)
class SendingWindows:
    """When the hotline sends: civil times in its zone, on days that are not blocked.

    Nothing leaves on Saturday, Sunday or a day in ``blocked``. On an ordinary workday notices
    leave from ``opens``; after a day without sending from ``opens_after_rest``; on the eve of
    one until and including ``closes_before_rest``.

    Source: the hotline's own tool as described in public; `domain.md` 1.4 and T7.
    """

    zone: ZoneInfo
    opens: time = time(11)
    opens_after_rest: time = time(12)
    closes_before_rest: time = time(17)
    blocked: frozenset[date] = frozenset()

    def _rests(self, day: date) -> bool:
        return day.weekday() > FRIDAY or day in self.blocked

    def earliest_sending(self, ready_at: datetime) -> datetime:
        """Return the first moment, in UTC, at or after ``ready_at`` at which a notice may leave.

        A verdict given at the closing minute of the last day before a rest finds the window
        closed: sending takes the tool at least one round more.
        """
        local = ready_at.astimezone(self.zone)
        day = local.date()
        while True:
            if not self._rests(day):
                opens = self._opening(day)
                moment = max(ready_at, opens)
                if moment < self._closing(day):
                    return moment.astimezone(UTC)
            day += timedelta(days=1)

    def _opening(self, day: date) -> datetime:
        rested = self._rests(day - timedelta(days=1))
        return datetime.combine(day, self.opens_after_rest if rested else self.opens, self.zone)

    def _closing(self, day: date) -> datetime:
        tomorrow = day + timedelta(days=1)
        if self._rests(tomorrow):
            return datetime.combine(day, self.closes_before_rest, self.zone)
        return datetime.combine(tomorrow, time(0), self.zone)
