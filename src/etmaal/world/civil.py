"""Civil time in one zone, over arrays: when it is office time, and when notices leave.

Moments are whole seconds since 1970 in UTC, in int64 arrays; civil moments are the same number
read off the wall clock. The windows are those of `core.delays.SendingWindows` without blocked
days; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MINUTE, HOUR, DAY = 60, 3600, 86400
# Later than any moment of a world, and far from overflow when something is added.
NEVER = 1 << 60
FRIDAY = 4
# By weekday, Monday first: the civil hours between which notices leave; the end is open.
OPENS = np.array([12, 11, 11, 11, 11, 0, 0]) * HOUR
CLOSES = np.array([24, 24, 24, 24, 17, 0, 0]) * HOUR
TO_NEXT_WORKDAY = np.array([1, 1, 1, 1, 3, 2, 1])


def seconds(day: date) -> int:
    """Return the first moment of a UTC day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def hours(durations: Floats) -> Ints:
    """Turn hours into whole seconds, at least one; infinity becomes NEVER."""
    whole = np.where(np.isfinite(durations), np.maximum(durations * HOUR, 1.0), 0.0)
    return np.where(np.isfinite(durations), whole.astype(np.int64), NEVER)


def weekdays(civil: Ints) -> Ints:
    """Return the weekday of each civil moment, Monday being 0."""
    return (civil // DAY + 3) % 7


@dataclass(frozen=True, slots=True)
class Civil:
    """The zone's offset from UTC in each hour of a span (moments outside take the nearest)."""

    first_hour: int
    offsets: Ints

    def of(self, at: Ints) -> Ints:
        """Return the civil moments."""
        return at + self._offset(at)

    def utc(self, civil: Ints) -> Ints:
        """Return the moments behind civil ones.

        In the hour that occurs twice or not at all any answer will do: nobody works then.
        """
        return civil - self._offset(civil - self._offset(civil))

    def _offset(self, at: Ints) -> Ints:
        place = np.clip(at // HOUR - self.first_hour, 0, self.offsets.size - 1)
        return self.offsets[place]

    def sending(self, ready_at: Ints) -> Ints:
        """Return the first whole hour at or after each moment at which notices may leave."""
        civil = -(-self.of(ready_at) // HOUR) * HOUR
        closed = civil % DAY >= CLOSES[weekdays(civil)]
        day = civil // DAY + np.where(closed, TO_NEXT_WORKDAY[weekdays(civil)], 0)
        opens = OPENS[(day + 3) % 7]
        return self.utc(day * DAY + np.where(closed, opens, np.maximum(civil % DAY, opens)))

    def office(
        self, at: Ints, *, opens_hour: int, closes_hour: int, rng: np.random.Generator
    ) -> Ints:
        """Return each moment, or if it falls outside office hours one in the next morning."""
        civil = self.of(at)
        early = civil % DAY < opens_hour * HOUR
        closed = (civil % DAY >= closes_hour * HOUR) | (weekdays(civil) > FRIDAY)
        day = civil // DAY + np.where(closed, TO_NEXT_WORKDAY[weekdays(civil)], 0)
        morning = opens_hour * HOUR + rng.integers(0, 3 * HOUR, size=at.size)
        return np.where(closed | early, self.utc(day * DAY + morning), at)


def civil_time(zone: str, begins: date, ends: date) -> Civil:
    """Read the zone's offsets from the time zone database."""
    first, last = seconds(begins) // HOUR, seconds(ends) // HOUR
    info = ZoneInfo(zone)
    offsets = [
        datetime.fromtimestamp(hour * HOUR, info).utcoffset() for hour in range(first, last + 1)
    ]
    return Civil(first, np.array([o.total_seconds() for o in offsets if o is not None], np.int64))
