"""Episodes: one item at one provider after one first effective notice, and what became of it.

This is the readable rule for one item. `engine/episodes` holds the same rule as set expressions;
a property test feeds both the same invented histories.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from etmaal.core.history import (
    DISAPPEARANCES,
    MOVES,
    Event,
    EventKind,
    History,
    Look,
    Notice,
    Seen,
)
from etmaal.core.looks import Run, in_order, runs, spells, usable
from etmaal.core.outcomes import ZERO, Outcome, RemovalWindow, outcome
from etmaal.core.policy import Basis, ClockPolicy


class State(StrEnum):
    """Whether an episode is in ``n``, or why not. Tested in this order."""

    WITHDRAWN = "withdrawn"
    WRONG_ADDRESSEE = "wrong_addressee"
    NOT_NOTICED = "not_noticed"
    UNDELIVERABLE = "undeliverable"
    START_UNKNOWN = "start_unknown"
    GONE_BEFORE_START = "gone_before_start"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Episode:
    """One item at one provider, from a first notice (or a return or move seen) to what ended it.

    ``window`` and ``outcome`` are there only where ``state`` is `counted`. ``first_window`` is
    the window that ends at the first removal instead of the final one, for the sensitivity to
    flaps. ``entry`` is how long after the start the row came to exist (zero: no truncation).
    """

    provider: str
    belongs_at: datetime  # the period it belongs to: clock start, else notice, else seen back
    state: State
    notice: str | None  # the first effective one
    started_at: datetime | None
    window: RemovalWindow | None
    first_window: RemovalWindow | None
    outcome: Outcome | None
    end: EventKind | None  # which competing end, if the item left otherwise than by removal
    entry: timedelta
    returned: bool  # it came back to this provider after the quiet spell
    shared: bool
    disputed: bool
    obstructed: bool


@dataclass(frozen=True, slots=True)
class _Stay:
    """One item at one provider between two recorded moves."""

    provider: str
    segment: int
    evidence_at: datetime  # the first notice to it, or the first look online at its address
    notices: tuple[Notice, ...]
    looks: tuple[Look, ...]
    found_elsewhere_at: datetime | None  # the first look that found the item at somebody else
    moved: tuple[Event, ...]  # the recorded moves that close the segment

    @property
    def ends(self) -> tuple[tuple[datetime, EventKind], ...]:
        """The competing ends of the stay: moved by record, or found elsewhere."""
        found = self.found_elsewhere_at
        return (
            *((e.at, e.event) for e in self.moved),
            *(() if found is None else ((found, EventKind.MOVED_HOST),)),
        )


def episodes(history: History, policy: ClockPolicy, as_of: datetime) -> tuple[Episode, ...]:
    """Return the item's episodes under one clock, as known at ``as_of``, ordered by provider
    and then by time.

    An item without any notice to a hoster or front has none.
    """
    stays = _stays(history, as_of)
    events = tuple(e for e in history.events if e.at <= as_of)
    moves = _moves(events)
    found: list[Episode] = []
    for stay in stays:
        here = tuple(e for e in events if _segment(e.at, moves) == stay.segment)
        found += _episodes_of(stay, here, shared=_shared(stay, stays), policy=policy, as_of=as_of)
    return tuple(sorted(found, key=lambda e: (e.provider, e.belongs_at)))


def _moves(events: tuple[Event, ...]) -> tuple[datetime, ...]:
    return tuple(sorted({e.at for e in events if e.event in MOVES}))


def _segment(at: datetime, moves: tuple[datetime, ...]) -> int:
    """Count the recorded moves up to and including a moment."""
    return sum(move <= at for move in moves)


def _stays(history: History, as_of: datetime) -> tuple[_Stay, ...]:
    """Cut the item's history into stays: who had it, between which recorded moves."""
    notices = sorted(
        (n for n in history.notices if n.noticed_at <= as_of and n.host is not None),
        key=lambda n: (n.noticed_at, n.notice),
    )
    if not notices:
        return ()
    events = tuple(e for e in history.events if e.at <= as_of)
    moves = _moves(events)
    entries = [
        Look(n.entered_at, Seen.ONLINE, provider=n.host)
        for n in notices
        if n.entered_at is not None
    ]
    # The hotline's own knowledge at entry is no look of the checker: no outage masks it.
    looks = in_order([*usable(history.looks, history.outages, as_of), *usable(entries, (), as_of)])
    evidence: dict[tuple[str, int], datetime] = {}
    for provider, at in [
        *((n.host, n.noticed_at) for n in notices),
        *((k.provider, k.at) for k in looks if k.seen is Seen.ONLINE),
    ]:
        if provider is not None:
            key = (provider, _segment(at, moves))
            evidence[key] = min(at, evidence.get(key, at))
    stays = []
    for (provider, segment), at in sorted(evidence.items()):
        own_notices = tuple(
            n for n in notices if n.host == provider and _segment(n.noticed_at, moves) == segment
        )
        # Found by looks alone, before anybody was noticed: not a move, only our attribution.
        if not own_notices and at < notices[0].noticed_at:
            continue
        rivals = {p: e for (p, s), e in evidence.items() if s == segment and p != provider}
        here = tuple(k for k in looks if _segment(k.at, moves) == segment)
        own = tuple(k for k in here if _belongs(k, provider, at, rivals))
        closing = moves[segment] if segment < len(moves) else None
        stays.append(
            _Stay(
                provider=provider,
                segment=segment,
                evidence_at=at,
                notices=own_notices,
                looks=own,
                found_elsewhere_at=_found_elsewhere(here, own, at, rivals),
                moved=tuple(e for e in events if e.event in MOVES and e.at == closing),
            )
        )
    return tuple(stays)


def _found_elsewhere(
    here: tuple[Look, ...],
    own: tuple[Look, ...],
    evidence_at: datetime,
    rivals: dict[str, datetime],
) -> datetime | None:
    """Return when the item was first seen online at a provider that got it after this one.

    A rival known before our last look online has it beside us, which is no move.
    """
    last_online = max((k.at for k in own if k.seen is Seen.ONLINE), default=evidence_at)
    return min(
        (
            k.at
            for k in here
            if k.seen is Seen.ONLINE
            and k.provider is not None
            and rivals.get(k.provider, last_online) > last_online
        ),
        default=None,
    )


def _belongs(look: Look, provider: str, evidence_at: datetime, rivals: dict[str, datetime]) -> bool:
    """Say whether a look says something about this provider.

    A look at an address belongs to whoever had that address. A look without one belongs to
    whoever is known to have the item then; where several are, it proves nothing against any of
    them, but an item that is gone is gone from all.
    """
    if look.provider is not None:
        return look.provider == provider
    first = min([evidence_at, *rivals.values()])
    known = evidence_at <= look.at or evidence_at == first
    others = any(at <= look.at or at == first for at in rivals.values())
    return known and (not others or look.seen is Seen.GONE)


def _episodes_of(
    stay: _Stay,
    events: tuple[Event, ...],
    *,
    shared: bool,
    policy: ClockPolicy,
    as_of: datetime,
) -> list[Episode]:
    """Split one stay at its returns and judge each spell."""
    found = []
    parts = spells(runs(stay.looks, policy.miss_rule), policy.quiet_spell)
    returns = [part[0].online_at for part in parts[1:]]
    for part, (begun_at, before_at) in zip(parts, pairwise([None, *returns, None]), strict=True):

        def within(at: datetime, begun: datetime | None, before: datetime | None) -> bool:
            return (begun is None or at >= begun) and (before is None or at < before)

        here = tuple(e for e in events if within(e.at, begun_at, before_at))
        spell = _Spell(
            provider=stay.provider,
            begun_at=stay.evidence_at if begun_at is None else begun_at,
            runs=part,
            last_look_at=max(
                (k.at for k in stay.looks if within(k.at, begun_at, before_at)), default=None
            ),
            notices=tuple(
                n
                for n in stay.notices
                if within(n.noticed_at, begun_at, before_at) and n.kind in policy.kinds
            ),
            events=here,
            ends=(
                *(stay.ends if before_at is None else ()),
                *((e.at, e.event) for e in here if e.event in DISAPPEARANCES),
            ),
            returned=before_at is not None,
            shared=shared,
        )
        found.append(_judged(spell, policy, as_of))
    return found


def _shared(stay: _Stay, stays: tuple[_Stay, ...]) -> bool:
    """Say whether another provider was noticed for the item while this one still had it."""
    for other in stays:
        rival = other.segment == stay.segment and other.provider != stay.provider
        if not rival or not stay.notices or not other.notices:
            continue
        came, left = other.found_elsewhere_at, stay.found_elsewhere_at
        after_us = left is not None and left <= other.notices[0].noticed_at
        before_us = came is not None and came <= stay.notices[0].noticed_at
        if not after_us and not before_us:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stay between two returns: what the verdict on one episode rests on."""

    provider: str
    begun_at: datetime
    runs: tuple[Run, ...]
    last_look_at: datetime | None
    notices: tuple[Notice, ...]  # of a kind that can start this clock, oldest first
    events: tuple[Event, ...]
    ends: tuple[tuple[datetime, EventKind], ...]
    returned: bool
    shared: bool

    @property
    def end(self) -> tuple[datetime, EventKind] | None:
        """The first competing end after the last look online, if no removal came before it."""
        online_at, gone_at = self.runs[-1].online_at, self.runs[-1].gone_at
        after = [e for e in self.ends if online_at is None or e[0] > online_at]
        first = min(after, default=None)
        return None if first is None or (gone_at is not None and gone_at <= first[0]) else first


def _judged(spell: _Spell, policy: ClockPolicy, as_of: datetime) -> Episode:
    effective = next((n for n in spell.notices if n.effective), None)
    started_at = None if effective is None else _start(effective, spell, policy, as_of)
    window = None if started_at is None else _window(spell, started_at)
    state = _state(spell, effective, started_at, window)
    if state is not State.COUNTED:
        window = None
    belongs_at = spell.notices[0].noticed_at if spell.notices else spell.begun_at
    entry, first_window, end = ZERO, None, None
    if window is not None and effective is not None and started_at is not None:
        first_window = _first_window(spell, started_at) or window
        end = spell.end[1] if window.ended and spell.end is not None else None
        if effective.entered_at is not None:
            entry = max(effective.entered_at - started_at, ZERO)
    return Episode(
        provider=spell.provider,
        belongs_at=belongs_at if started_at is None else started_at,
        state=state,
        notice=None if effective is None else effective.notice,
        started_at=started_at,
        window=window,
        first_window=first_window,
        outcome=None if window is None else outcome(window, policy.norm),
        end=end,
        entry=entry,
        returned=spell.returned,
        shared=spell.shared,
        disputed=_has(spell, EventKind.DISPUTED),
        obstructed=_has(spell, EventKind.OBSTRUCTED),
    )


def _has(spell: _Spell, kind: EventKind) -> bool:
    return any(e.event is kind and e.at >= spell.begun_at for e in spell.events)


def _state(
    spell: _Spell,
    effective: Notice | None,
    started_at: datetime | None,
    window: RemovalWindow | None,
) -> State:
    if _has(spell, EventKind.WITHDRAWN):
        return State.WITHDRAWN
    if _has(spell, EventKind.WRONG_ADDRESSEE):
        return State.WRONG_ADDRESSEE
    if not spell.notices:
        return State.NOT_NOTICED
    if effective is None:
        return State.UNDELIVERABLE
    if started_at is None:
        return State.START_UNKNOWN
    return State.GONE_BEFORE_START if window is None else State.COUNTED


def _start(notice: Notice, spell: _Spell, policy: ClockPolicy, as_of: datetime) -> datetime | None:
    """Return when the clock started, or None where the rows do not say.

    The policy's own moment, or a later one that may stand in for it; never an earlier one.
    """
    starts: datetime | None = None
    if policy.start in (notice.clock_basis, Basis.OBSERVED):
        starts = notice.noticed_at
    elif policy.start is Basis.ACCEPTED and notice.accepted_at is not None:
        starts = notice.accepted_at
    elif policy.start is Basis.ACKNOWLEDGED:
        starts = min(
            (
                e.at
                for e in spell.events
                if e.event is EventKind.ACKNOWLEDGED and e.at >= notice.noticed_at
            ),
            default=None,
        )
    if starts is None and notice.clock_basis in policy.stand_ins:
        starts = notice.noticed_at
    if starts is None and Basis.ACCEPTED in policy.stand_ins:
        starts = notice.accepted_at
    return None if starts is not None and starts > as_of else starts


def _window(spell: _Spell, started_at: datetime) -> RemovalWindow | None:
    """Return the window of the final removal or end, or None where that came before the start."""
    online_at, gone_at = spell.runs[-1].online_at, spell.runs[-1].gone_at
    end = spell.end
    by_at = gone_at if end is None else end[0]
    if by_at is not None and by_at <= started_at and (online_at is None or online_at < started_at):
        return None
    return RemovalWindow(
        after=ZERO if online_at is None else max(online_at - started_at, ZERO),
        by=None if by_at is None else by_at - started_at,
        ended=end is not None,
        looked=spell.last_look_at is not None and spell.last_look_at >= started_at,
        seen_online=online_at is not None and online_at >= started_at,
    )


def _first_window(spell: _Spell, started_at: datetime) -> RemovalWindow | None:
    """Return the window of the first removal after the start, flaps disregarded, if any."""
    for run in spell.runs:
        if run.gone_at is not None and run.gone_at > started_at:
            after = ZERO if run.online_at is None else max(run.online_at - started_at, ZERO)
            return RemovalWindow(after, run.gone_at - started_at)
    return None
