"""The clock policy: what starts the takedown clock, its norm, when it pauses, when a return is new.

A policy is a value read from reviewed data (`definitions/clocks/`); no rule below knows a number
of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Basis(StrEnum):
    """What the moment in a notice's row is the moment of."""

    SENT = "sent"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    READ = "read"
    SERVED = "served"
    OBSERVED = "observed"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What sort of message a notice's row stands for."""

    NOTICE = "notice"
    REPEAT = "repeat"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class MissRule:
    """A bare look counts as gone only after ``misses`` in a row, each ``apart`` from the last."""

    misses: int
    apart: timedelta

    def __post_init__(self) -> None:
        if self.misses < 1 or self.apart <= timedelta(0):
            raise ValueError(f"a miss rule needs at least one miss, and time between: {self}")


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """How a clock starts, how long the norm is, and when a return is a new episode.

    ``stand_ins`` are the moments of a row that may stand in for the start because they lie
    later, never earlier. ``verdicts`` is false for a clock under which nobody is judged.
    ``zone`` is the civil zone by which moments fall into months and periods.
    """

    id: str
    version: int
    start: Basis
    norm: timedelta
    quiet_spell: timedelta
    miss_rule: MissRule
    kinds: frozenset[Kind]
    stand_ins: frozenset[Basis]
    zone: str
    verdicts: bool
    pauses: bool

    def __post_init__(self) -> None:
        if self.norm <= timedelta(0) or self.quiet_spell <= timedelta(0):
            raise ValueError(f"norm and quiet spell of {self.id} must be above zero")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still in ``[from_at, before_at)``."""

    from_at: datetime
    before_at: datetime

    def __post_init__(self) -> None:
        if self.before_at <= self.from_at:
            raise ValueError("a pause must end after it begins")


def elapsed(started_at: datetime, at: datetime, pauses: tuple[Pause, ...] = ()) -> timedelta:
    """Return the time on the clock at ``at``: UTC seconds since the start less the pauses.

    Overlapping pauses count once. Before the start the answer is negative and unpaused.

    Args:
        started_at: aware moment the clock started.
        at: aware moment to read the clock.
        pauses: half-open spans in which it stood still, in any order.
    """
    standing = timedelta(0)
    counted_to = started_at
    for pause in sorted(pauses, key=lambda p: p.from_at):
        begins = max(pause.from_at, counted_to)
        ends = min(pause.before_at, at)
        if ends > begins:
            standing += ends - begins
            counted_to = ends
    return at - started_at - standing
