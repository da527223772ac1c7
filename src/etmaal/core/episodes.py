"""Episodes: one item at one provider after one first effective notice, and what became of it.

This is the readable rule for one item. `engine/episodes` holds the same rule as set expressions;
a property test feeds both the same invented histories.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from etmaal.core.history import DISAPPEARANCES, Event, EventKind, History, Notice
from etmaal.core.looks import Run, runs, spells
from etmaal.core.outcomes import ZERO, Outcome, RemovalWindow, outcome
from etmaal.core.policy import Basis, ClockPolicy
from etmaal.core.stays import Stay, alone, shared, stays


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
    ``page`` says that looks saw no more than the item's page. ``reassigned`` says that a person
    then put the item at another company, gone by then or not: this provider may never have had it.
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
    page: bool
    reassigned: bool


def episodes(history: History, policy: ClockPolicy, as_of: datetime) -> tuple[Episode, ...]:
    """Return the item's episodes under one clock, as known at ``as_of``, ordered by provider
    and then by time.

    An item without any notice to a hoster or front has none.
    """
    found: list[Episode] = []
    everywhere, page = stays(history, as_of), history.page(as_of)
    for stay in everywhere:
        evidenced = tuple(
            e
            for e in stay.events
            if e.event is not EventKind.OBSTRUCTED or alone(stay, everywhere, e.at)
        )
        found += _episodes_of(
            replace(stay, events=evidenced),
            shared=shared(stay, everywhere),
            page=page,
            policy=policy,
            as_of=as_of,
        )
    return tuple(sorted(found, key=lambda e: (e.provider, e.belongs_at)))


def _episodes_of(
    stay: Stay,
    *,
    shared: bool,
    page: bool,
    policy: ClockPolicy,
    as_of: datetime,
) -> list[Episode]:
    """Split one stay at its returns and judge each spell."""
    found = []
    vanished = tuple(e.at for e in stay.events if e.event in DISAPPEARANCES)
    parts = spells(runs(stay.looks, policy.miss_rule), policy.quiet_spell, vanished)
    returns = [part[0].online_at for part in parts[1:]]
    for part, (begun_at, before_at) in zip(parts, pairwise([None, *returns, None]), strict=True):

        def within(at: datetime, begun: datetime | None, before: datetime | None) -> bool:
            return (begun is None or at >= begun) and (before is None or at < before)

        here = tuple(e for e in stay.events if within(e.at, begun_at, before_at))
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
            reassigned=_put_elsewhere(stay, here, begun_at, last=before_at is None),
            shared=shared,
            page=page,
        )
        found.append(_judged(spell, policy, as_of))
    return found


def _put_elsewhere(
    stay: Stay, events: tuple[Event, ...], begun_at: datetime | None, *, last: bool
) -> bool:
    """Say whether a person put the item at another company after one spell of a stay.

    Either that closed the stay, or a notice still went here afterwards and nobody else is known.
    """
    begun = stay.evidence_at if begun_at is None else begun_at
    later = (e for e in events if e.at > begun and not stay.rivals)
    closing = stay.moved if last else ()
    return any(e.event is EventKind.REASSIGNED for e in (*closing, *later))


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
    reassigned: bool
    shared: bool
    page: bool

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
        online_at, entered_at = spell.runs[-1].online_at, effective.entered_at
        if entered_at is not None and online_at is not None and entered_at <= online_at:
            entry = max(entered_at - started_at, ZERO)
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
        page=spell.page,
        reassigned=spell.reassigned,
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
