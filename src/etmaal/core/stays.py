"""Stays: which provider had an item between which moves, and which looks say something of it.

A recorded move cuts an item's history; a move that only looks saw is found by them. Looks at an
address belong to whoever had that address then.
"""

from dataclasses import dataclass
from datetime import datetime

from etmaal.core.history import MOVES, Event, EventKind, History, Look, Notice, Seen
from etmaal.core.looks import in_order, usable


@dataclass(frozen=True, slots=True)
class Stay:
    """One item at one provider between two recorded moves."""

    provider: str
    segment: int
    evidence_at: datetime  # the first notice to it, or the first look online at its address
    notices: tuple[Notice, ...]
    looks: tuple[Look, ...]
    events: tuple[Event, ...]
    rivals: tuple[tuple[str, datetime], ...]  # who else was shown to have it, and from when
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the item at one moment."""

    notices: tuple[Notice, ...]  # to hosts and fronts, oldest first
    looks: tuple[Look, ...]  # usable ones, oldest first
    events: tuple[Event, ...]

    @property
    def shown(self) -> list[tuple[datetime, str]]:
        """When whom was shown to have the item: by a notice, or by a look online at an address."""
        return sorted(
            [
                *((n.noticed_at, n.host) for n in self.notices if n.host is not None),
                *(
                    (k.at, k.provider)
                    for k in self.looks
                    if k.provider is not None and k.seen is Seen.ONLINE
                ),
            ]
        )


def stays(history: History, as_of: datetime) -> tuple[Stay, ...]:
    """Cut what is known of the item at ``as_of`` into stays, ordered by provider and segment.

    Without any notice to a hoster or front there is none.
    """
    known = _known(history, as_of)
    if not known.notices:
        return ()
    cuts = _cuts(known)
    evidence: dict[tuple[str, int], datetime] = {}
    for at, provider in known.shown:
        evidence.setdefault((provider, _segment(at, cuts)), at)
    return tuple(
        _stay(known, cuts, provider, segment, evidence)
        for provider, segment in sorted(evidence)
        # Found by looks alone, before anybody was noticed: not a move, only our attribution.
        if evidence[provider, segment] >= known.notices[0].noticed_at
        or any(
            n.host == provider and _segment(n.noticed_at, cuts) == segment for n in known.notices
        )
    )


def _known(history: History, as_of: datetime) -> _Known:
    notices = tuple(
        sorted(
            (n for n in history.notices if n.noticed_at <= as_of and n.host is not None),
            key=lambda n: (n.noticed_at, n.notice),
        )
    )
    entries = [
        Look(n.entered_at, Seen.ONLINE, provider=n.host)
        for n in notices
        if n.entered_at is not None
    ]
    return _Known(
        notices=notices,
        # The hotline's own knowledge at entry is no look of the checker: no outage masks it.
        looks=in_order(
            [*usable(history.looks, history.outages, as_of), *usable(entries, (), as_of)]
        ),
        events=tuple(e for e in history.events if e.at <= as_of),
    )


def _cuts(known: _Known) -> tuple[datetime, ...]:
    """Return when the recorded moves cut the item's history.

    A record of a move that finds the same provider before and after it cuts nothing: either
    notices or looks had already shown the move, or the item stayed with its provider.
    """
    recorded = sorted({e.at for e in known.events if e.event in MOVES})
    shown, cuts = known.shown, []
    for number, at in enumerate(recorded):
        since = [s for s in shown if s[0] < at and (number == 0 or s[0] >= recorded[number - 1])]
        after = [s for s in shown if s[0] >= at]
        abroad = any(e.at == at and e.event is EventKind.MOVED_ABROAD for e in known.events)
        stayed = since and after and since[-1][1] == after[0][1]
        if abroad or not stayed:
            cuts.append(at)
    return tuple(cuts)


def _segment(at: datetime, cuts: tuple[datetime, ...]) -> int:
    """Count the cuts up to and including a moment."""
    return sum(cut <= at for cut in cuts)


def _stay(
    known: _Known,
    cuts: tuple[datetime, ...],
    provider: str,
    segment: int,
    evidence: dict[tuple[str, int], datetime],
) -> Stay:
    at = evidence[provider, segment]
    rivals = {p: e for (p, s), e in evidence.items() if s == segment and p != provider}
    here = tuple(k for k in known.looks if _segment(k.at, cuts) == segment)
    own = tuple(k for k in here if _belongs(k, provider, at, rivals))
    left_at = _found_elsewhere(here, own, at, rivals)
    closing = cuts[segment] if segment < len(cuts) else None
    return Stay(
        provider=provider,
        segment=segment,
        evidence_at=at,
        notices=tuple(
            n
            for n in known.notices
            if n.host == provider and _segment(n.noticed_at, cuts) == segment
        ),
        looks=own,
        # What is recorded after the item was found elsewhere is no longer about this provider.
        events=tuple(
            e
            for e in known.events
            if _segment(e.at, cuts) == segment and (left_at is None or e.at < left_at)
        ),
        rivals=tuple(sorted(rivals.items())),
        found_elsewhere_at=left_at,
        moved=tuple(e for e in known.events if e.event in MOVES and e.at == closing),
    )


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


def shared(stay: Stay, all_stays: tuple[Stay, ...]) -> bool:
    """Say whether another provider was noticed for the item while this one still had it."""
    for other in all_stays:
        rival = other.segment == stay.segment and other.provider != stay.provider
        if not rival or not stay.notices or not other.notices:
            continue
        came, left = other.found_elsewhere_at, stay.found_elsewhere_at
        after_us = left is not None and left <= other.notices[0].noticed_at
        before_us = came is not None and came <= stay.notices[0].noticed_at
        if not after_us and not before_us:
            return True
    return False


def alone(stay: Stay, all_stays: tuple[Stay, ...], at: datetime) -> bool:
    """Say whether no other provider was known to have the item at a moment.

    Conduct is recorded of an item, not of a provider: where several are known, it is nobody's.
    """
    left = {s.provider: s.found_elsewhere_at for s in all_stays if s.segment == stay.segment}
    return not any(
        since <= at and ((gone := left.get(rival)) is None or gone > at)
        for rival, since in stay.rivals
    )
