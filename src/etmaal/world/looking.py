"""One round after the other: every watched copy gets its next look, until none is left."""

from dataclasses import dataclass

import numpy as np

from etmaal.world.checker import (
    ADDRESS_HIDDEN,
    GONE,
    NO_ADDRESS,
    ONLINE,
    UNKNOWN,
    Gaps,
    Looks,
    Outages,
    Watches,
)
from etmaal.world.civil import DAY, HOUR, MINUTE, NEVER, Bools, Floats, Ints
from etmaal.world.fates import End
from etmaal.world.preset import CheckerPlan
from etmaal.world.stays import Stays

UNREACHABLE = (End.DOMAIN_GONE, End.NETWORK_GONE)


@dataclass(frozen=True, slots=True)
class Scene:
    """The truth as the checker meets it: every copy by its first stay, and the stay after it."""

    stays: Stays
    after: Ints  # per first stay the one that follows, or -1

    def copy(self, stay: Ints) -> Ints:
        """Return the copy that each stay belongs to."""
        return np.where(self.stays.before[stay] >= 0, self.stays.before[stay], stay)

    def online(self, copy: Ints, at: Ints) -> Bools:
        """Say whether each copy is there, at its first place or the next."""
        there = self.stays.online(copy, at)
        next_ = self.after[copy]
        return there | ((next_ >= 0) & self.stays.online(np.maximum(next_, 0), at))

    def address(self, copy: Ints, at: Ints) -> Ints:
        """Return at which address a look finds each copy, or would."""
        next_ = np.maximum(self.after[copy], 0)
        moved = (self.after[copy] >= 0) & (at >= self.stays.from_at[next_])
        return np.where(moved, self.stays.address[next_], self.stays.address[copy])

    def unreachable(self, copy: Ints, at: Ints) -> Bools:
        """Say whose domain or network no longer answers: no look is possible then."""
        return np.isin(self.stays.end[copy], UNREACHABLE) & (at >= self.stays.until[copy])


def draw_looks(
    plan: CheckerPlan,
    scene: Scene,
    watched: Watches,
    gaps: Gaps,
    outages: Outages,
    rng: np.random.Generator,
) -> Looks:
    """Make all looks of all watches."""
    copy, at, before = watched.stay, watched.begins, watched.before
    begins = at
    misses = np.zeros(copy.size, np.int64)
    relooks = np.zeros(copy.size, np.int64)
    found: list[Looks] = []
    while True:
        on = at < before
        copy, at, before, begins = copy[on], at[on], before[on], begins[on]
        misses, relooks = misses[on], relooks[on]
        if not copy.size:
            return _together(found)
        looks = _look(plan, scene, copy, at, outages, rng)
        found.append(looks)
        misses = np.where(
            looks.seen == ONLINE, 0, np.minimum(misses + (looks.seen == GONE), plan.misses)
        )
        closed = misses == plan.misses
        relooks = np.where(misses == 0, 0, relooks)
        gap = gaps.at(scene.stays.provider[copy], at)
        wait = np.where(
            misses > 0, _retries(plan, at.size, rng), _waits(plan, gap, at - begins, rng)
        )
        at = at + np.where(closed, _returns(plan, relooks, rng), wait)
        relooks = relooks + closed


def _look(
    plan: CheckerPlan,
    scene: Scene,
    copy: Ints,
    at: Ints,
    outages: Outages,
    rng: np.random.Generator,
) -> Looks:
    """Make one look at each copy and let it go wrong as looks do."""
    n = copy.size
    others = rng.integers(1, max(len(plan.vantages), 2), n)
    first = (rng.random(n) < plan.first_vantage) | (len(plan.vantages) == 1)
    vantage = np.where(first, 0, others)
    twin = scene.stays.twin[copy]
    hidden = (twin >= 0) & (rng.random(n) < ADDRESS_HIDDEN)
    # A look that cannot say at whose address finds the item wherever it still is.
    there = scene.online(copy, at) | (hidden & scene.online(np.maximum(twin, 0), at))
    seen = np.where(there, ONLINE, GONE)
    chance = rng.random(n)
    seen = np.where(there & (chance < plan.false_gone), GONE, seen)
    lost = scene.unreachable(copy, at)
    seen = np.where((chance > 1 - plan.unknown) | lost, UNKNOWN, seen)
    garbage = np.where(rng.random(n) < plan.gone_in_outage, GONE, UNKNOWN)
    seen = np.where(_masked(outages, vantage, at), garbage, seen)
    address = np.where(hidden | lost, NO_ADDRESS, scene.address(copy, at))
    return Looks(copy, at, seen, vantage, address)


def _masked(outages: Outages, vantage: Ints, at: Ints) -> Bools:
    masked = np.zeros(at.size, np.bool_)
    for where, from_at, before_at in zip(
        outages.vantage, outages.from_at, outages.before_at, strict=True
    ):
        masked |= (vantage == where) & (from_at <= at) & (at < before_at)
    return masked


def _retries(plan: CheckerPlan, n: int, rng: np.random.Generator) -> Ints:
    """Return seconds to the next look after a miss."""
    soonest, latest = plan.retry_minutes
    return rng.integers(soonest * MINUTE, latest * MINUTE, n)


def _returns(plan: CheckerPlan, relooks: Ints, rng: np.random.Generator) -> Ints:
    """Return seconds to the next look at what is closed; after the last there is none."""
    days = np.array(plan.relook_days)[np.minimum(relooks, len(plan.relook_days) - 1)]
    wait = (days * DAY * rng.uniform(0.9, 1.1, relooks.size)).astype(np.int64)
    return np.where(relooks < len(plan.relook_days), wait, NEVER)


def _waits(plan: CheckerPlan, gap: Floats, age: Ints, rng: np.random.Generator) -> Ints:
    """Return seconds to the next look at what is open: the gap in hours, longer for the old."""
    slowness: Floats = np.array([1.0, *(times for _, times in plan.slower)])
    old = np.searchsorted([after * HOUR for after, _ in plan.slower], age, side="right")
    jitter = rng.uniform(0.9, 1.3, age.size)
    return (gap * slowness[old] * jitter * HOUR).astype(np.int64)


def _together(found: list[Looks]) -> Looks:
    names = Looks.__dataclass_fields__
    return Looks(**{name: np.concatenate([getattr(f, name) for f in found]) for name in names})
