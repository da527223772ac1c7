"""Civil days and months as moments: a period is half-open and belongs to a zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return an aware moment as whole microseconds since 1970, UTC."""
    return (at - EPOCH) // MICROSECOND


def moment(us: int) -> datetime:
    """Return the moment that lies so many microseconds after 1970, UTC."""
    return EPOCH + us * MICROSECOND


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``[from_date, before_date)`` in a civil zone."""

    from_date: date
    before_date: date
    zone: str

    def __post_init__(self) -> None:
        if self.before_date <= self.from_date:
            raise ValueError(f"a period must end after it begins: {self}")

    def midnight(self, day: date) -> datetime:
        """Return when a civil day begins."""
        return datetime.combine(day, time(0), ZoneInfo(self.zone))

    @property
    def from_at(self) -> datetime:
        return self.midnight(self.from_date)

    @property
    def before_at(self) -> datetime:
        return self.midnight(self.before_date)

    def months(self) -> tuple[date, ...]:
        """Return the first day of every month that the period touches, in order."""
        first = self.from_date.replace(day=1)
        months = []
        while first < self.before_date:
            months.append(first)
            first = next_month(first)
        return tuple(months)


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
