"""What was measured and what was found: the values of a bulletin's first page."""

from dataclasses import dataclass
from datetime import date, datetime

from etmaal.definitions.values import Text
from etmaal.letters.values.shares import Share


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock policy by name. ``start`` is a word of `core.policy.Basis`.

    ``what_if`` is true where the notices were sent under another norm; ``verdicts`` is false
    then, as under a clock that judges nobody.
    """

    id: str
    version: int
    title: Text
    start: str
    norm_hours: float
    verdicts: bool
    what_if: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: days ``[period_from, period_before)``, known up to ``as_of`` (UTC).

    ``final_from`` is the moment from which the edition would no longer be provisional, None when
    not known. ``sites`` is None when the source names no sites. ``providers`` leaves out the
    classes of the unknown (unresolved, fronts).
    """

    period_from: date
    period_before: date
    as_of: datetime
    provisional: bool
    final_from: datetime | None
    clock: Clock
    n: int
    episodes: int
    items: int
    sites: int | None
    providers: int


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How many providers were given each word."""

    meets: int
    cannot_be_told: int
    lax: int
    unmeasurable: int
    too_few: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The main finding over all: bounds, estimate within the norm, and the verdicts.

    The bounds and estimates are None when n is 0. ``counts``, ``judged`` and
    ``expected_false_lax`` are None under a clock without verdicts.
    """

    surely: float | None
    possibly: float | None
    in_time: Share | None
    within_48h: Share | None
    counts: VerdictCounts | None
    judged: int | None
    expected_false_lax: float | None
