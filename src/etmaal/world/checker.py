"""The checker: when each item is looked at, and what the look reports.

Looks are served longest-waiting first. In the long run that gives every open item at a provider
the same gap, namely open items over capacity; so the gap is taken from the true backlog, hour
by hour, instead of keeping a queue (which makes the same looks a hundred times slower).
"""

from dataclasses import dataclass

import numpy as np

from etmaal.core.history import Seen
from etmaal.world.civil import DAY, HOUR, NEVER, Floats, Ints, hours, seconds
from etmaal.world.fates import End
from etmaal.world.preset import Preset
from etmaal.world.stays import Outside, Stays

SEENS = tuple(Seen)
ONLINE, GONE, UNKNOWN = (SEENS.index(s) for s in (Seen.ONLINE, Seen.GONE, Seen.UNKNOWN))
NO_ADDRESS = -1
ADDRESS_HIDDEN = 0.5  # of the looks at a shared item, those that cannot say at whose address


@dataclass(frozen=True, slots=True)
class Outages:
    """When each vantage was ill, ordered by vantage and time; half-open."""

    vantage: Ints
    from_at: Ints
    before_at: Ints


@dataclass(frozen=True, slots=True)
class Looks:
    """The checker's looks, in no order. ``stay`` is the first stay of the watched copy."""

    stay: Ints
    at: Ints
    seen: Ints
    vantage: Ints
    address: Ints


@dataclass(frozen=True, slots=True)
class Watches:
    """Which copies are watched (by first stay), in ``[begins, before)``."""

    stay: Ints
    begins: Ints
    before: Ints


def draw_outages(preset: Preset, rng: np.random.Generator) -> Outages:
    """Draw the same number of outages for every vantage, none overlapping at one vantage."""
    plan = preset.checker
    begins, ends = seconds(preset.begins), seconds(preset.ends)
    n, count = plan.outages_per_vantage, len(plan.vantages)
    span = (ends - begins) // max(n, 1)
    length = hours(rng.uniform(*plan.outage_hours, n * count))
    at = begins + np.tile(np.arange(n), count) * span
    from_at = at + (rng.random(n * count) * (span - length)).astype(np.int64)
    return Outages(np.repeat(np.arange(count), n), from_at, from_at + length)


def watches(preset: Preset, first: Stays, second: Stays, rng: np.random.Generator) -> Watches:
    """Say what is watched: from the first verdict, and again from the verdict after a return.

    A watch stops when the hotline learns that the item left, and when it is taken up again.
    """
    longest = preset.checker.watch_days * DAY
    begins = first.verdict_at + hours(rng.uniform(0.1, 1.0, first.size))
    before = begins + longest
    mistaken = first.outside == Outside.WITHDRAWN
    left = np.isin(first.end, (End.MOVED_ABROAD, End.DOMAIN_GONE, End.NETWORK_GONE))
    before = np.where(mistaken | left, np.minimum(before, first.found_at), before)
    again = np.flatnonzero(second.verdict_at < NEVER)
    moved = first.end[second.before[again]] == End.MOVED_HOST
    paused_at = np.where(moved, first.found_at[second.before[again]], second.verdict_at[again])
    before[second.before[again]] = np.minimum(before[second.before[again]], paused_at)
    begins_again = second.verdict_at[again] + hours(rng.uniform(0.1, 1.0, again.size))
    last = np.full(first.size + again.size, seconds(preset.followed))
    return Watches(
        stay=np.concatenate([np.arange(first.size), second.before[again]]),
        begins=np.concatenate([begins, begins_again]),
        before=np.minimum(np.concatenate([before, begins_again + longest]), last),
    )


@dataclass(frozen=True, slots=True)
class Gaps:
    """Hours between looks by provider and hour, as the backlog allows."""

    first_hour: int
    hours: Floats  # shape (providers, hours)

    def at(self, provider: Ints, at: Ints) -> Floats:
        place = np.clip(at // HOUR - self.first_hour, 0, self.hours.shape[1] - 1)
        return self.hours[provider, place]


def gaps(preset: Preset, first: Stays, watched: Watches) -> Gaps:
    """Count what is open in each hour and divide by what the checker can do."""
    plan = preset.checker
    first_hour = seconds(preset.begins) // HOUR
    shape = (len(preset.providers), seconds(preset.followed) // HOUR - first_hour + 1)
    change = np.zeros(shape[0] * shape[1])
    provider = first.provider[watched.stay]
    until = np.minimum(first.until[watched.stay] + HOUR, watched.before)
    until = np.where(until > watched.begins, until, watched.before)
    edges = [0.0, *(after for after, _ in plan.slower), np.inf]
    slowness = [1.0, *(times for _, times in plan.slower)]
    for begins, ends, times in zip(edges[:-1], edges[1:], slowness, strict=True):
        opened = np.minimum(watched.begins + int(begins * HOUR), until)
        closed = np.minimum(watched.begins + int(min(ends, 1e6) * HOUR), until)
        for at, weight in ((opened, 1 / times), (closed, -1 / times)):
            cell = provider * shape[1] + np.clip(at // HOUR - first_hour, 0, shape[1] - 1)
            change += np.bincount(cell, minlength=change.size) * weight
    backlog = change.reshape(shape).cumsum(axis=1)
    wait = np.maximum(
        backlog / plan.looks_per_hour_and_provider, backlog.sum(axis=0) / plan.looks_per_hour
    )
    return Gaps(first_hour, np.maximum(wait, plan.smallest_gap_hours))
