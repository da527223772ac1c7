"""What does the course of a case show, beyond the single rows of its history?

Times are microseconds since 1970, UTC. A closing and what follows it are only told apart from a
mere note by what was seen or sent afterwards.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from etmaal.core.dossiers import MERGED, Posted, Turn
from etmaal.engine.reading.words import CLOSED

# Putting a case in a message to the police renews when it was last seen, without a look. The jobs
# that do it and that mail it run every minute, and no case is looked at twice in a quarter of an
# hour: so near to such a message a "last seen" is rarely a look, and little is lost if it is.
BESIDE_POLICE = 15 * 60_000_000


def renewed(at: int, posted: Iterable[Posted]) -> bool:
    """Say whether a "last seen" is no look but a message to the police, or may be.

    It is renewed when the case is put in the message, and the message itself tells that moment.
    Its mail may leave days later; that counts as such a moment, too.
    """
    moments = (m for p in posted if p.role == "police" for m in (p.seen_at, p.queued_at))
    return any(m is not None and abs(at - m) < BESIDE_POLICE for m in moments)


def next_closing(states: Sequence[Turn], after: int) -> int | None:
    """Return when a case was closed next, after the turn at that place; None if it was not."""
    return next((turn.at for turn in states[after + 1 :] if turn.new in CLOSED), None)


def back_at(
    opened_at: int, before: int | None, looks: Iterable[int], told: Iterable[int]
) -> int | None:
    """Return when a case that was opened again was first shown to be there; None if never.

    That a case is on the list again says only that somebody put it there. Where it was seen
    online before it was closed again, it was back by that look, or by a notice before it: the
    tool begins a notice when it sees a case online.

    Args:
        opened_at: when it was opened again.
        before: when it was closed the next time, None if it was not.
        looks: the looks online.
        told: the notices to hosts.
    """

    def here(moments: Iterable[int]) -> list[int]:
        return [at for at in moments if opened_at <= at and (before is None or at < before)]

    seen = here(looks)
    return min([*seen, *here(told)]) if seen else None


def moved_since(at: int, turns: Iterable[Turn]) -> bool:
    """Say whether a case got another host or address at a moment or later."""
    return any(
        turn.at >= at and turn.tag in ("HOSTER", "IP") and turn.said != MERGED for turn in turns
    )


class Move(NamedTuple):
    """One change of host in a case's history, by companies."""

    at: int
    old: str
    new: str
    abroad: bool  # the new one is surely abroad
    by_hand: bool  # a person said so, not the machine's look-up


def undone(moves: Sequence[Move], told: Iterable[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return which changes of host came to nothing: places of the first and the last of each run.

    The machine's look-up named another host, perhaps several, and then it was the first one again,
    and in between none of the others was noticed. That is a fault of the look-up as likely as a
    move, and the item is held to have stayed. Where a person named the other, it is no such fault.

    Args:
        moves: in the order of their time.
        told: the notices to hosts, each with its moment and its company.
    """
    messages, found, place = tuple(told), [], 0
    while place < len(moves):
        first = moves[place]
        back = place
        for last in range(place + 1, len(moves)):
            if moves[last - 1].by_hand:
                break
            others = {move.new for move in moves[place:last]} - {first.old}
            between = (who for at, who in messages if first.at <= at <= moves[last].at)
            if moves[last].new == first.old and others.isdisjoint(between):
                back = last
        if back > place:
            found.append((place, back))
        place = back + 1
    return found
