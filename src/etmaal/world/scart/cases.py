"""The cases SCART has: one for each item of the world, and others that no monitor should count.

The others are what a hotline's database also holds: what was found not illegal or left alone,
doubles, what waits for the police or for an analyst, what stood abroad from the first, and rows
somebody threw away.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Ints, civil_time, hours
from etmaal.world.make import World
from etmaal.world.reports import SOURCES
from etmaal.world.stays import Outside

PAGES = 0.10  # the share of cases that are pages; the others are pictures and films on one
FILMS = 0.1
MANUAL_SITES = 0.02
RELEASED_LATER = 0.02  # of those with a day between report and verdict: to the police first
POLICE_S = 2 * HOUR  # from the report to the police's notice, if it falls in the sending hours


class Kind(IntEnum):
    """What a case is."""

    ITEM = 0
    NOT_ILLEGAL = 1
    IGNORED = 2
    DOUBLE = 3
    POLICE = 4
    ABROAD = 5
    UNJUDGED = 6
    NOT_SCRAPED = 7
    DELETED = 8


# How many there are of each beside the items, as parts of the number of items.
BESIDE = {
    Kind.NOT_ILLEGAL: 0.07,
    Kind.IGNORED: 0.02,
    Kind.DOUBLE: 0.01,
    Kind.POLICE: 0.004,
    Kind.ABROAD: 0.01,
    Kind.UNJUDGED: 0.003,
    Kind.NOT_SCRAPED: 0.004,
    Kind.DELETED: 0.002,
}
WEBFORM, PARTNER, ANALYST = range(3)
SOURCE_CODES = ("webform", "partner", "analyst")
SOURCE_OF = {"public": WEBFORM, "partner": PARTNER, "crawler": ANALYST}


@dataclass(frozen=True, slots=True)
class Cases:
    """All cases, the items in their order and then the others; row k has the id ``ids[k]``.

    ``like`` is the item whose site and host a case shares; for an item, itself. ``graded_at`` is
    NEVER for what nobody judged. ``police_at`` is when the police was told first, or NEVER.
    """

    kind: Ints
    like: Ints
    site: Ints
    page: Bools
    film: Bools
    manual: Bools
    source: Ints
    received_at: Ints
    created_at: Ints
    graded_at: Ints
    police_at: Ints
    ids: Ints

    @property
    def size(self) -> int:
        return int(self.kind.size)


def draw_cases(world: World, rng: np.random.Generator) -> Cases:
    """Make a case of every item, and others beside them."""
    items = world.items
    kind, like = _kinds(items.size, rng)
    n = kind.size
    page = rng.random(n) < PAGES
    page |= np.isin(kind, (Kind.DOUBLE, Kind.NOT_SCRAPED))
    by_hand = rng.random(int(items.site.max()) + 1) < MANUAL_SITES
    site = items.site[like]
    later = np.where(kind == Kind.ITEM, 0, rng.integers(MINUTE, 20 * MINUTE, n))
    received = items.reported_at[like] + later
    # A picture's row is made when the page it is on has been analysed.
    created = received + np.where(page, 0, rng.integers(2 * MINUTE, 15 * MINUTE, n))
    graded = _graded(world, kind, like, later)
    # Even what was judged within the minute was there before.
    created = np.where(graded < NEVER, np.minimum(created, graded - 20), created)
    received = np.minimum(received, created)
    police = _police_first(world, kind, received, graded, rng)
    # What went to the police first was judged within the hour; the verdict set it free.
    graded = np.where((police < NEVER) & (kind == Kind.ITEM), received + HOUR, graded)
    return Cases(
        kind=kind,
        like=like,
        site=site,
        page=page,
        film=~page & (rng.random(n) < FILMS),
        manual=by_hand[site] & (kind == Kind.ITEM),
        source=np.array([SOURCE_OF[s] for s in SOURCES], np.int64)[items.source[like]],
        received_at=received,
        created_at=created,
        graded_at=graded,
        police_at=police,
        ids=_ranks(created),
    )


def _kinds(items: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    counts = {kind: max(1, round(items * part)) for kind, part in BESIDE.items()}
    beside = np.repeat(list(counts), list(counts.values()))
    like = rng.integers(0, items, beside.size)
    recent = np.flatnonzero(beside == Kind.UNJUDGED)
    like[recent] = items - 1 - np.arange(recent.size) % items  # the last ones in
    kind = np.concatenate([np.full(items, int(Kind.ITEM)), beside])
    return kind, np.concatenate([np.arange(items), like])


def _graded(world: World, kind: Ints, like: Ints, later: Ints) -> Ints:
    judged = ~np.isin(kind, (Kind.UNJUDGED, Kind.NOT_SCRAPED, Kind.DOUBLE))
    return np.where(judged, world.items.verdict_at[like] + later, NEVER)


def _police_first(
    world: World, kind: Ints, received: Ints, graded: Ints, rng: np.random.Generator
) -> Ints:
    """Return when the police was told before anybody else: of some items for a day, of others
    for good.
    """
    plan = world.preset
    civil = civil_time(plan.hotline.zone, plan.begins, plan.followed)
    for_good = kind == Kind.POLICE
    told = civil.sending(np.where(for_good, graded + HOUR, received + POLICE_S))
    first = told + hours(rng.uniform(0.02, 0.1, kind.size))
    released = (kind == Kind.ITEM) & (first + HOUR < graded)
    released &= rng.random(kind.size) < RELEASED_LATER
    plain = np.ones(kind.size, np.bool_)
    plain[: world.items.size] = world.stays.outside[: world.items.size] == Outside.IN_N
    return np.where((released & plain) | for_good, first, NEVER)


def _ranks(created: Ints) -> Ints:
    """Number the rows as they were made, from 1."""
    ids = np.empty(created.size, np.int64)
    ids[np.argsort(created, kind="stable")] = np.arange(1, created.size + 1)
    return ids
