"""How values are written in a language: shares with their intervals, hours, days, names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from etmaal.charts.names import plain
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.letters.values import Caveat, Code, Measured, ProviderRow, Share
from etmaal.letters.words import Words

# From here on days are easier to grasp than hours.
_IN_DAYS = 120.0
# Hours that one decimal still shows; what is shorter than half of it would be written as none.
_SHORTEST = 0.1


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes values in the language of its words."""

    words: Words

    def count(self, value: int) -> str:
        """Return a whole number."""
        return self.words.locale.count(value)

    def percent(self, value: float | None) -> str:
        """Return a share in percent, or a dash where there is none."""
        return self.words.text("unit.none") if value is None else self.words.locale.percent(value)

    def interval(self, share: Share) -> str:
        """Return "low to high" in percent."""
        return self.words.text(
            "unit.interval", low=self.percent(share.low), high=self.percent(share.high)
        )

    def share(self, share: Share | None) -> str:
        """Return a share with its interval, or a dash."""
        if share is None:
            return self.words.text("unit.none")
        return self.words.text(
            "unit.share",
            value=self.percent(share.value),
            low=self.percent(share.low),
            high=self.percent(share.high),
        )

    def bounds(self, surely: float | None, possibly: float | None) -> str:
        """Return "surely to possibly" in percent, or a dash."""
        if surely is None or possibly is None:
            return self.words.text("unit.none")
        return self.words.text(
            "unit.interval", low=self.percent(surely), high=self.percent(possibly)
        )

    def hours(self, value: float, *, before: float | None = None) -> str:
        """Return a time in words: hours, or days when there are many of them.

        Standing ``before`` another time it leaves out a unit that both have: "6" to 12 hours.
        """
        days = value >= _IN_DAYS
        number = self._number(value / 24 if days else value)
        if before is not None and (before >= _IN_DAYS) == days:
            return number
        if days:
            return self.words.text("unit.days", n=number)
        if value < _SHORTEST / 2:
            number = self._number(_SHORTEST)
        return self._or_less(value, self.words.many("unit.hours", value, number))

    def short_hours(self, value: float | None) -> str:
        """Return a time in hours for a column; None is one that is not reached."""
        if value is None:
            return self.words.text("unit.not_reached")
        written = self.words.text(
            "unit.short_hours", n=self.words.locale.hours(max(value, _SHORTEST))
        )
        return self._or_less(value, written)

    def _or_less(self, hours: float, written: str) -> str:
        if hours >= _SHORTEST / 2:
            return written
        return self.words.text("unit.less_than", n=written)

    def many(self, key: str, n: int) -> str:
        """Return a number with its noun: ``unit.episodes`` gives "12 episodes"."""
        return self.words.many(key, n, self.count(n))

    def date(self, day: date) -> str:
        """Return a day, its month in words."""
        month = self.words.entry("language.months")[day.month - 1]
        return self.words.text("language.date", day=day.day, month=month, year=day.year)

    def moment(self, at: datetime) -> str:
        """Return a moment in UTC."""
        return self.words.text("language.moment", date=self.date(at.date()), time=f"{at:%H:%M}")

    def period(self, measured: Measured) -> str:
        """Return the period with its last day, which lies within it."""
        last = measured.period_before - timedelta(days=1)
        return self.words.text(
            "language.period", first=self.date(measured.period_from), last=self.date(last)
        )

    def name(self, row: ProviderRow) -> str:
        """Return a provider's name on one line; the classes of the unknown have our own."""
        return self.named(self.whose(row.name, row.provider)) or row.provider

    def whose(self, name: str, provider: str | None) -> str:
        """Return a name as it was given; the classes of the unknown have our own."""
        return self.words.text(f"providers.{provider}") if provider in (UNRESOLVED, FRONT) else name

    def named(self, name: str) -> str:
        """Return a provider's name on one line; a code with the language's own word before it."""
        if isinstance(name, Code):
            return self.words.text("unit.coded", code=name)
        return plain(name)

    def isolated(self, name: str) -> Markup:
        """Return a provider's name as HTML that keeps its direction of writing to itself."""
        return isolated(self.named(name))

    def place(self, name: str) -> tuple[int, str]:
        """Return what names are sorted by: the alphabet; of codes the shorter first, A to Z, AA."""
        return (len(name) if isinstance(name, Code) else 0, self.named(name).casefold())

    def caveat(self, caveat: Caveat) -> Markup:
        """Return a caveat as HTML.

        Raises:
            ValueError: if a value that its text needs is not given.
        """
        given: dict[str, object] = {
            "count": None if caveat.count is None else self.count(caveat.count),
            "of": None if caveat.of is None else self.count(caveat.of),
            "share": None if caveat.share is None else self.percent(caveat.share),
            "hours": None if caveat.hours is None else self.hours(caveat.hours),
            "days": None if caveat.days is None else self.words.text("unit.days", n=caveat.days),
            "name": None if caveat.name is None else self.isolated(caveat.name),
        }
        values = {key: value for key, value in given.items() if value is not None}
        try:
            return self.words.rich(f"caveat.{caveat.code}", **values)
        except KeyError as e:
            raise ValueError(f"the caveat {caveat.code} needs {e}") from e

    def _number(self, value: float) -> str:
        digits = 0 if value == round(value) or value >= 100 else 1
        return self.words.locale.number(value, digits)


def isolated(name: str) -> Markup:
    """Return a name as HTML that keeps its own direction of writing to itself."""
    return Markup("<bdi>{}</bdi>").format(escape(plain(name)))
