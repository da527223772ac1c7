"""What an edition was asked: the clock, the period and what is known; enough to ask it again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etmaal.core.periods import EPOCH, MICROSECOND, moment
from etmaal.core.policy import Basis, ClockPolicy
from etmaal.core.verdicts import Floors


@dataclass(frozen=True, slots=True)
class Question:
    """One edition's question.

    Args:
        policy: the clock.
        floors: what a verdict needs.
        from_date, before_date: civil days in the clock's zone; None takes the rows' own months.
        as_of: what is later is not known; None takes the last sighting.
        seed: of everything drawn by chance.
        unsaid_basis: what ``noticed_at`` is the moment of where the row does not say.
    """

    policy: ClockPolicy
    floors: Floors
    from_date: date | None
    before_date: date | None
    as_of: datetime | None
    seed: int
    unsaid_basis: Basis = Basis.UNKNOWN


def iso(us: int) -> str:
    """Write a moment as editions do: UTC with a Z, no more digits than needed."""
    text = moment(us).replace(tzinfo=None).isoformat()
    return f"{text}Z"


def from_iso(text: str) -> int:
    """Read such a moment back as microseconds since 1970."""
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def asked(content: dict[str, Any], policy: ClockPolicy, floors: Floors) -> Question:
    """Read the question back from what an edition says of itself."""
    return Question(
        policy=policy,
        floors=floors,
        from_date=date.fromisoformat(content["period"]["from"]),
        before_date=date.fromisoformat(content["period"]["before"]),
        as_of=moment(from_iso(content["as_of"])),
        seed=int(content["seed"]),
        unsaid_basis=Basis(content["unsaid_basis"]),
    )
