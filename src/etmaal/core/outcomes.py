"""The removal window of an episode, and what it allows to be said against a norm.

Nothing is guessed: a window that straddles the norm is undecided, whatever lies more likely.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

ZERO = timedelta(0)


class Outcome(StrEnum):
    """The five outcomes that together are ``n``."""

    IN_TIME = "in_time"
    LATE = "late"
    ENDED = "ended"
    UNDECIDED = "undecided"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class RemovalWindow:
    """The item left after ``after`` and no later than ``by``, both since the clock's start.

    ``by`` is None while it was not seen gone. ``ended`` is true where it left otherwise than by
    removal: moved, abroad, domain or network gone. ``looked`` is false where no usable look was
    made after the start, ``seen_online`` where none of them saw the item online.
    """

    after: timedelta
    by: timedelta | None
    ended: bool = False
    looked: bool = True
    seen_online: bool = True

    def __post_init__(self) -> None:
        if self.after < ZERO or (self.by is not None and self.by <= self.after):
            raise ValueError(f"a window runs from at least zero to something later: {self}")


def outcome(window: RemovalWindow, norm: timedelta) -> Outcome:
    """Judge a window ``(after, by]`` against the norm, giving no word the looks do not support."""
    if window.after >= norm:
        return Outcome.LATE
    if window.ended:
        return Outcome.ENDED
    if window.by is not None:
        return Outcome.IN_TIME if window.by <= norm else Outcome.UNDECIDED
    return Outcome.PENDING if window.looked else Outcome.UNDECIDED
