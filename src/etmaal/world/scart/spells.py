"""The spells in which SCART checks a case: when each begins, how it ends, what it last saw.

SCART sees what the world's looks saw, and concludes in its own way: three misses in a row close
a case, be they of the item, of the line or of the checker itself.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from etmaal.world.civil import DAY, HOUR, MINUTE, NEVER, Bools, Civil, Floats, Ints, hours
from etmaal.world.fates import End
from etmaal.world.scart.looked import LookedAt
from etmaal.world.stays import Stays

ANALYST_SHARE, MAILED_SHARE = 0.03, 0.01
LOOK_GAP_HOURS = 1.5
ANALYST_HOURS = (2.0, 72.0)  # until somebody looks again at what no machine can look at


class Why(IntEnum):
    """How a spell ended."""

    OPEN = 0
    OFFLINE = 1  # three misses in a row
    ANALYST = 2  # somebody of the hotline closed it as offline
    MAILED = 3  # a mail from an approved sender did
    MANUAL = 4  # somebody did, where no machine can look
    CHANGED = 5  # another host: waits for an analyst
    NO_WHOIS = 6  # nothing found in the registers: waits for an analyst
    ABROAD = 7
    MISTAKE = 8  # not illegal after all


CLOSED_OFFLINE = (Why.OFFLINE, Why.ANALYST, Why.MAILED, Why.MANUAL)


@dataclass(frozen=True, slots=True)
class Spells:
    """One row a spell. ``stay`` is where the case was held to be.

    Checks were made in ``[opened_at, closed_at)``; what is still open has NEVER there. ``again``
    says that the case was found once more and judged anew.
    """

    case: Ints
    stay: Ints
    opened_at: Ints
    closed_at: Ints
    why: Ints
    last_seen_at: Ints
    times_seen: Ints
    again: Bools

    @property
    def size(self) -> int:
        return int(self.case.size)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is to be checked from ``opened_at`` on, and what stops it if nothing else does.

    At ``stop_at`` the spell ends as ``stop_why`` says. By ``limit_at`` it has ended somehow: the
    item is known to have been gone, and is back.
    """

    case: Ints
    stay: Ints
    opened_at: Ints
    stop_at: Ints
    stop_why: Ints
    limit_at: Ints
    manual: Bools
    again: Bools

    @property
    def size(self) -> int:
        return int(self.case.size)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who checks, and until when: the looks, the office hours, and the world's last moment."""

    stays: Stays
    looks: LookedAt
    civil: Civil
    opens_hour: int
    closes_hour: int
    watch_days: int
    end: int


def check(desk: Desk, watch: Watch, rng: np.random.Generator) -> Spells:
    """Check until three misses, a stop, or the end of the world."""
    before = np.minimum(np.minimum(watch.stop_at, watch.limit_at), desk.end)
    closed, why = _by_machine(desk, watch, before, rng)
    ended = np.minimum(np.minimum(closed, watch.stop_at), desk.end)
    last = desk.looks.last_online(watch.case, watch.opened_at, ended)
    last = _still_seen(desk, watch, closed, last, rng)
    closed, why = _by_people(desk, watch, closed, why, last, rng)
    by_hand, found_by_hand = _by_hand(desk, watch, before, rng)
    stopped = (np.where(watch.manual, by_hand, closed) == NEVER) & (watch.stop_at < desk.end)
    closed = np.where(watch.manual, by_hand, closed)
    why = np.where(watch.manual, found_by_hand, why)
    closed = np.where(stopped, watch.stop_at, closed)
    why = np.where(stopped, watch.stop_why, why)
    seen = desk.looks.times_online(watch.case, watch.opened_at, np.minimum(closed, desk.end))
    # Without a look a manual case counts as seen with every round.
    round_at = np.minimum(closed, desk.end) - rng.integers(MINUTE, HOUR, watch.size)
    last = np.where(watch.manual, np.maximum(round_at, watch.opened_at), last)
    seen = np.where(watch.manual, (last - watch.opened_at) // (2 * HOUR) + 1, seen)
    return Spells(
        watch.case, watch.stay, watch.opened_at, closed, why, last,
        np.where(last < NEVER, np.maximum(seen, 1), 0), watch.again,
    )  # fmt: skip


def _by_machine(
    desk: Desk, watch: Watch, before: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return when three misses closed each case, by the looks or where they no longer reach."""
    third = desk.looks.third_miss(watch.case, watch.opened_at, before)
    closed = np.where(third < NEVER, third + rng.integers(1, 50, watch.size), NEVER)
    until = desk.stays.until[watch.stay]
    # The world looks for so many days only; SCART never stops.
    outlived = until > watch.opened_at + (desk.watch_days - 1) * DAY
    found = found_gone(until, rng)
    missed = (closed == NEVER) & (found < before) & (outlived | (watch.limit_at < NEVER))
    closed = np.where(missed, found, closed)
    lost = (closed == NEVER) & (desk.stays.end[watch.stay] == End.NETWORK_GONE)
    # No look can be made at what no network announces: three look-ups fail one after the other.
    learned = np.maximum(desk.stays.found_at[watch.stay], found)
    closed = np.where(lost & (learned < before), learned, closed)
    return closed, np.where(closed < NEVER, int(Why.OFFLINE), int(Why.OPEN))


def found_gone(until: Ints, rng: np.random.Generator) -> Ints:
    """Return when three misses find out, an hour or two after it is gone."""
    wait = hours(rng.uniform(0, LOOK_GAP_HOURS, until.size)) + 35 * MINUTE
    return np.where(until < NEVER, until + wait, NEVER)


def _still_seen(
    desk: Desk, watch: Watch, closed: Ints, last: Ints, rng: np.random.Generator
) -> Ints:
    """Return the last look online, also beyond the days the world was looking."""
    until = np.minimum(desk.stays.until[watch.stay], desk.end)
    outlived = until > watch.opened_at + (desk.watch_days - 1) * DAY
    recent = until - hours(rng.uniform(0, LOOK_GAP_HOURS, watch.size))
    recent = np.where(outlived & (recent < closed) & (watch.stop_at >= desk.end), recent, 0)
    return np.where(last < NEVER, np.maximum(last, recent), np.where(recent > 0, recent, NEVER))


def _by_people(
    desk: Desk, watch: Watch, closed: Ints, why: Ints, last: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Let people of the hotline, or approved senders of mail, now and then be first to know."""
    until = desk.stays.until[watch.stay]
    chance: Floats = rng.random(watch.size)
    sooner = until + (rng.random(watch.size) * np.where(closed < NEVER, closed - until, 0)).astype(
        np.int64
    )
    people = (closed < NEVER) & (until < closed) & ((last == NEVER) | (last < until))
    people &= (chance < ANALYST_SHARE + MAILED_SHARE) & (sooner > watch.opened_at)
    how = np.where(chance < MAILED_SHARE, int(Why.MAILED), int(Why.ANALYST))
    return np.where(people, sooner, closed), np.where(people, how, why)


def _by_hand(desk: Desk, watch: Watch, before: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return when an analyst found gone what only people look at: in office hours, days later."""
    until = desk.stays.until[watch.stay]
    looked = np.where(until < NEVER, until, 0) + hours(rng.uniform(*ANALYST_HOURS, watch.size))
    office = desk.civil.office(
        looked, opens_hour=desk.opens_hour, closes_hour=desk.closes_hour, rng=rng
    )
    office = np.where(watch.limit_at < NEVER, np.minimum(office, watch.limit_at - HOUR), office)
    done = (until < NEVER) & (office < before) & (office > watch.opened_at)
    return np.where(done, office, NEVER), np.where(done, int(Why.MANUAL), int(Why.OPEN))


def joined(parts: list[Spells]) -> Spells:
    """Put spells one after the other."""
    names = Spells.__dataclass_fields__
    return Spells(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def last_of_each(spells: Spells, cases: int) -> Ints:
    """Return the place of each case's last spell; every case has one."""
    order = np.lexsort((spells.opened_at, spells.case))
    place = np.zeros(cases, np.int64)
    place[spells.case[order]] = order  # the last assignment of a case is its latest spell
    return place
