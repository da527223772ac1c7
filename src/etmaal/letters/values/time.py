"""What is said about time: curves, months, what is open, delays, gaps between checks."""

from dataclasses import dataclass

from etmaal.charts.curves import Mass
from etmaal.letters.values.shares import HoursBin, HourShare, Share


@dataclass(frozen=True, slots=True)
class CurveLine:
    """One curve of removal; ``name`` and id ``provider`` are None for all providers together.

    ``masses`` are in order and do not overlap; those without an end may be left out.
    ``readings`` are those at the norm, 24 and 48 hours. Quantiles are None when not reached.
    """

    name: str | None
    n: int
    masses: tuple[Mass, ...]
    readings: tuple[HourShare, ...]
    p50_hours: float | None
    p90_hours: float | None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One calendar month (1 to 12) in the clock's civil zone; ``share`` None if none can be."""

    year: int
    month: int
    n: int
    share: Share | None


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What is not gone and not ended at ``as_of``: ``count`` of ``n``, and its age in hours.

    Of these ``unlooked`` were never looked at after the clock started: nobody knows whether they
    are open. ``ages`` may be empty: then only the quantiles are shown.
    """

    count: int
    n: int
    p50_hours: float | None
    p90_hours: float | None
    ages: tuple[HoursBin, ...] = ()
    unlooked: int = 0


@dataclass(frozen=True, slots=True)
class DelayRow:
    """One of the three delays; ``which`` is hotline, transport or provider.

    ``n`` have both moments known, ``unknown`` have not (None: not counted). Quantiles are None
    when there is nothing to take them from, or when they are not reached.
    """

    which: str
    n: int
    unknown: int | None
    p50_hours: float | None
    p90_hours: float | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Hours from a look to the next usable one; ``n`` gaps, ``over_norm`` longer than the norm."""

    n: int
    over_norm: int
    p50_hours: float | None
    p90_hours: float | None
    bins: tuple[HoursBin, ...]
