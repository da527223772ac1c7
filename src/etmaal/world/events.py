"""What else is on record: how items left, what was a mistake, and what providers answered."""

from dataclasses import dataclass

import numpy as np

from etmaal.core.history import EventKind
from etmaal.world.civil import NEVER, Bools, Ints, hours, seconds
from etmaal.world.fates import End
from etmaal.world.preset import Preset
from etmaal.world.stays import Outside, Stays
from etmaal.world.truth import clock_episodes

EVENTS = tuple(EventKind)
# What stands in `detail` with each kind of event; an invented country for what went abroad.
DETAILS = {
    EventKind.MOVED_ABROAD: "XC",
    EventKind.DOMAIN_GONE: "name no longer resolves",
    EventKind.NETWORK_GONE: "prefix no longer announced",
    EventKind.WITHDRAWN: "sent by mistake",
    EventKind.WRONG_ADDRESSEE: "not our customer",
    EventKind.DISPUTED: "finding contested",
    EventKind.OBSTRUCTED: "notice refused by the mailbox",
    EventKind.PROVIDER_SAYS_GONE: "closed by the host",
}
ON_RECORD = {
    End.MOVED_HOST: EventKind.MOVED_HOST,
    End.MOVED_ABROAD: EventKind.MOVED_ABROAD,
    End.DOMAIN_GONE: EventKind.DOMAIN_GONE,
    End.NETWORK_GONE: EventKind.NETWORK_GONE,
}


@dataclass(frozen=True, slots=True)
class Events:
    """Events, in no order; codes are places in `EVENTS`."""

    stay: Ints
    at: Ints
    event: Ints


@dataclass(frozen=True, slots=True)
class Claims:
    """A provider's statements that an item is gone: which stay's, and when."""

    stay: Ints
    at: Ints


def draw_events(preset: Preset, stays: Stays, claims: Claims, rng: np.random.Generator) -> Events:
    """Put everything on record that somebody told the hotline, or that it found out."""
    n = stays.size
    asked = clock_episodes(stays)
    dispute = (rng.random(n) < preset.hotline.disputed) & (stays.twin < 0)
    answer = rng.random(n) < preset.of("acknowledges", stays.provider)
    soon, later = hours(np.exp(rng.standard_normal(n))), hours(rng.uniform(2, 48, n))
    refused = stays.outside == Outside.UNDELIVERABLE
    withdrawn = stays.outside == Outside.WITHDRAWN
    mistaken = stays.outside == Outside.WRONG_ADDRESSEE
    parts = [
        (asked & dispute, stays.started_at + later, EventKind.DISPUTED),
        (asked & answer, stays.started_at + soon, EventKind.ACKNOWLEDGED),
        (refused, stays.slot + soon, EventKind.OBSTRUCTED),
        (withdrawn, stays.found_at, EventKind.WITHDRAWN),
        (mistaken, stays.found_at, EventKind.WRONG_ADDRESSEE),
    ]
    for end, event in ON_RECORD.items():
        parts.append(((stays.end == end) & ~withdrawn & ~mistaken, stays.found_at, event))
    rows = [_rows(preset, *part) for part in parts]
    said = np.full(claims.stay.size, EVENTS.index(EventKind.PROVIDER_SAYS_GONE))
    rows.append((claims.stay, claims.at, said))
    return Events(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _rows(preset: Preset, pick: Bools, at: Ints, event: EventKind) -> tuple[Ints, Ints, Ints]:
    stay = np.flatnonzero(pick & (at < seconds(preset.followed)))
    return stay, at[stay], np.full(stay.size, EVENTS.index(event))


def draw_claims(preset: Preset, stays: Stays, rng: np.random.Generator) -> Claims:
    """Let providers say that items are gone: mostly when they are, sometimes when not."""
    n = stays.size
    asked = clock_episodes(stays)
    true = asked & (stays.end == End.REMOVED)
    true &= rng.random(n) < preset.of("says_gone", stays.provider)
    at = np.where(stays.until < NEVER, stays.until, 0) + hours(rng.uniform(0.05, 2, n))
    early = np.where(asked, stays.started_at, 0) + hours(rng.uniform(2, 20, n))
    untrue = asked & (rng.random(n) < preset.of("says_gone_untrue", stays.provider))
    untrue &= stays.online(np.arange(n), early)
    at = np.where(untrue, early, at)
    stay = np.flatnonzero((true | untrue) & (at < seconds(preset.followed)))
    return Claims(stay, at[stay])
