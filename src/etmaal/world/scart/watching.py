"""What SCART goes on checking, and what it takes up again.

Another spell begins after a move that an analyst has looked at, and when a picture closed as
offline is found once more on a page that is analysed anew. A page is never taken up again: SCART
refuses a URL that it has. So what comes back there is lost to it.
"""

import numpy as np

from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Ints, civil_time, hours, seconds
from etmaal.world.fates import End
from etmaal.world.make import World
from etmaal.world.scart.looked import LookedAt
from etmaal.world.scart.spells import (
    CLOSED_OFFLINE,
    LOOK_GAP_HOURS,
    Desk,
    Spells,
    Watch,
    Why,
    check,
    found_gone,
    joined,
    last_of_each,
)
from etmaal.world.stays import Outside

STOPS = {
    End.MOVED_HOST: Why.CHANGED,
    End.HOST_FOUND: Why.CHANGED,
    End.DOMAIN_GONE: Why.NO_WHOIS,
    End.MOVED_ABROAD: Why.ABROAD,
}
APPROVAL_S = 5 * MINUTE


def draw_spells(
    world: World, looks: LookedAt, *, page: Bools, manual: Bools, rng: np.random.Generator
) -> Spells:
    """Let SCART check all cases: the items of the world, in their order.

    Args:
        world: the truth.
        looks: the checker's looks at the cases.
        page: shape (items,), which cases are pages and not pictures on one.
        manual: shape (items,), which stand at sites where no machine can look.
        rng: where all chance comes from.

    Returns:
        The spells of all cases, in the order of (kind of spell, case).
    """
    plan = world.preset.hotline
    desk = Desk(
        stays=world.stays,
        looks=looks,
        civil=civil_time(plan.zone, world.preset.begins, world.preset.followed),
        opens_hour=plan.opens_hour,
        closes_hour=plan.closes_hour,
        watch_days=world.preset.checker.watch_days,
        end=seconds(world.preset.followed),
    )
    first = check(desk, _first(world, manual), rng)
    flapped = _after_flaps(desk, first, page, rng)
    both = joined([first, flapped])
    again = check(desk, _taken_up(world, both, page, manual), rng)
    return joined([both, again])


def _first(world: World, manual: Bools) -> Watch:
    """Return what is checked from the first verdict on."""
    stays, n = world.stays, world.items.size
    case = np.arange(n)
    stop, why = np.full(n, NEVER), np.full(n, int(Why.OPEN))
    for end, reason in STOPS.items():
        here = stays.end[:n] == end
        stop, why = np.where(here, stays.found_at[:n], stop), np.where(here, int(reason), why)
    for outside, reason in (
        (Outside.WITHDRAWN, Why.MISTAKE),
        (Outside.WRONG_ADDRESSEE, Why.CHANGED),
    ):
        here = stays.outside[:n] == outside
        stop, why = np.where(here, stays.found_at[:n], stop), np.where(here, int(reason), why)
    limit = np.full(n, NEVER)
    rows = follows(world)
    parent = stays.before[rows]
    found = stays.end[parent] == End.HOST_FOUND
    stop[parent[found]] = stays.verdict_at[rows[found]]
    back = stays.end[parent] == End.REMOVED
    limit[parent[back]] = stays.verdict_at[rows[back]]
    return Watch(case, case, stays.verdict_at[:n], stop, why, limit, manual, np.zeros(n, np.bool_))


def follows(world: World) -> Ints:
    """Return the second stays that the hotline took up: those it judged and noticed again."""
    stays = world.stays
    return np.flatnonzero((stays.before >= 0) & (stays.verdict_at < NEVER))


def _after_flaps(desk: Desk, first: Spells, page: Bools, rng: np.random.Generator) -> Spells:
    """Take up again the pictures that were found closed while they were away for a while."""
    stays, case = desk.stays, first.case
    closed, until = first.closed_at, stays.until[case]
    back = np.where(until < NEVER, (stays.flap_until[case] + until) // 2, NEVER)
    hit = (stays.flap_from[case] < closed) & (closed - MINUTE < stays.flap_until[case])
    hit &= (stays.end[case] == End.REMOVED) & ~page & (closed + HOUR < back) & (back < desk.end)
    rows = np.flatnonzero(hit & np.isin(first.why, (Why.OFFLINE, Why.ANALYST, Why.MAILED)))
    case, back, until = case[rows], back[rows], until[rows]
    found = found_gone(until, rng)
    gone = found < desk.end
    last = np.minimum(until, desk.end) - hours(rng.uniform(0, LOOK_GAP_HOURS, rows.size))
    last = np.maximum(last, back)
    return Spells(
        case=case,
        stay=case,
        opened_at=back,
        closed_at=np.where(gone, found, NEVER),
        why=np.where(gone, int(Why.OFFLINE), int(Why.OPEN)),
        last_seen_at=last,
        times_seen=(last - back) // (2 * HOUR) + 1,
        again=np.ones(rows.size, np.bool_),
    )


def _taken_up(world: World, spells: Spells, page: Bools, manual: Bools) -> Watch:
    """Return what is checked once more, at the old place or the new."""
    stays, rows = world.stays, follows(world)
    case = stays.item[rows]
    opened = stays.verdict_at[rows]
    last = last_of_each(spells, world.items.size)[case]
    closed, why = spells.closed_at[last], spells.why[last]
    before = stays.before[rows]
    end = stays.end[before]
    back = (end == End.REMOVED) & ~page[case] & np.isin(why, CLOSED_OFFLINE) & (closed < opened)
    moved = np.isin(end, (End.MOVED_HOST, End.HOST_FOUND)) & (why == Why.CHANGED)
    moved &= (closed <= opened) & (stays.outside[before] != Outside.WRONG_ADDRESSEE)
    opened = opened + APPROVAL_S * (end == End.HOST_FOUND)
    taken = np.flatnonzero(back | moved)
    n = taken.size
    return Watch(
        case=case[taken],
        stay=rows[taken],
        opened_at=opened[taken],
        stop_at=np.full(n, NEVER),
        stop_why=np.full(n, int(Why.OPEN)),
        limit_at=np.full(n, NEVER),
        manual=manual[case[taken]],
        again=back[taken],
    )
