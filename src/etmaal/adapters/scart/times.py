"""Which moment does a local time without a zone stand for, and does it stand for one only?"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from etmaal.adapters.scart.reasons import NO_TIME, NO_YEAR, Unfit

NOTHING = frozenset({"", "0", "0000-00-00 00:00:00", "(unknown)", "(not set)", "(not set))"})
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")

_HOUR = len("2020-03-29 12:")
_INTO_HOUR = {
    f"{minute:02}:{second:02}": timedelta(minutes=minute, seconds=second)
    for minute in range(60)
    for second in range(60)
}
_YEARS = range(1990, 2200)
_MOST_HOURS = 100_000  # remembered: eleven years of them
_LAST = timedelta(hours=23, minutes=59, seconds=59)


class LocalTimes:
    """The times of one file, all in one zone.

    ``doubted`` becomes true when a local time occurs twice or not at all on the night the clocks
    change; whoever reads sets it back.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        # A zone's offset is asked once a day: asking for each time takes ten times as long.
        self._hours: dict[str, datetime] = {}
        self.doubted = False

    def read(self, text: str) -> datetime | None:
        """Return the moment, UTC; None for no time or a doubtful one.

        Raises:
            Unfit: if it is no time.
        """
        if not text:
            return None
        try:
            return self._hours[text[:_HOUR]] + _INTO_HOUR[text[_HOUR:]]
        except KeyError:
            return self._read_slowly(text)

    def is_doubtful(self, text: str) -> bool:
        """Say whether a time that can be read occurs twice or not at all."""
        return text not in NOTHING and self._moment(datetime.fromisoformat(text)) is None

    def later(self, text: str) -> datetime:
        """Return the later of the two moments that a doubtful time may be, UTC."""
        local = datetime.fromisoformat(text)
        either = (local.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        return max(moment.astimezone(UTC) for moment in either)

    def _read_slowly(self, text: str) -> datetime | None:
        if text in NOTHING:
            return None
        if not TIME.fullmatch(text):
            raise Unfit(NO_TIME)
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            raise Unfit(NO_TIME) from None
        if local.year not in _YEARS:
            raise Unfit(NO_YEAR)
        self._remember(local.replace(hour=0, minute=0, second=0))
        moment = self._moment(local)
        self.doubted |= moment is None
        return moment

    def _remember(self, day: datetime) -> None:
        """Keep the moments at which the day's hours begin, unless the clocks change on it."""
        first, last = self._moment(day), self._moment(day + _LAST)
        if first is None or last is None or last - first != _LAST:
            return
        if len(self._hours) >= _MOST_HOURS:
            self._hours.clear()
        for hour in range(24):
            self._hours[f"{day:%Y-%m-%d} {hour:02}:"] = first + timedelta(hours=hour)

    def _moment(self, local: datetime) -> datetime | None:
        earlier = local.replace(tzinfo=self._zone, fold=0)
        if earlier.utcoffset() != earlier.replace(fold=1).utcoffset():
            return None
        return earlier.astimezone(UTC)
