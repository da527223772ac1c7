"""What the page of clocks shows: one edition's data under other norms and other bodies' clocks."""

from dataclasses import dataclass
from datetime import date, datetime

from etmaal.definitions.values import Body, Text


@dataclass(frozen=True, slots=True)
class WithinShare:
    """The share removed within so many hours: bounds, and the estimate with its 95 % interval.

    ``provider`` is None for all together, where the estimate is the n-weighted sum of the
    providers'. The values are None where ``n`` is 0.
    """

    provider: str | None
    hours: float
    n: int
    surely: float | None
    possibly: float | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class BodyReading:
    """All removals together as one other body would count them.

    ``n`` are the episodes of which this clock's start is known, ``start_unknown`` the others;
    ``gone_before_start`` were gone by then. ``mean_hours`` counts at most 30 days an item.
    """

    body: Body
    n: int
    start_unknown: int
    gone_before_start: int
    within: tuple[WithinShare, ...]
    mean_hours: float | None


@dataclass(frozen=True, slots=True)
class OfEdition:
    """Which edition the figures are of, known up to ``as_of`` (UTC), and by what they were made.

    ``final_from`` is the moment from which it would no longer be provisional, None when not known.
    ``clock`` and ``floors`` are ids with versions. ``code`` made the edition, ``read_by`` these
    figures; ``snapshot`` and ``sha256`` are the digests of its frozen rows and its description.
    """

    as_of: datetime
    provisional: bool
    final_from: datetime | None
    clock: tuple[str, int]
    floors: tuple[str, int]
    code: str
    read_by: str
    snapshot: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """One edition's data under other clocks, side by side.

    ``names`` gives each provider's name; ``clock`` is the edition's own, ``norm_hours`` its norm.
    """

    period_from: date
    period_before: date
    clock: Text
    start: str
    norm_hours: float
    names: dict[str, str]
    what_if: tuple[WithinShare, ...]  # by provider (all together first), then by falling hours
    bodies: tuple[BodyReading, ...]
    of: OfEdition
