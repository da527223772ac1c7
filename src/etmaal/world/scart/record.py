"""All that SCART holds of a made-up world, as rows: what the dumps and the exports are made of."""

from dataclasses import dataclass

import numpy as np

from etmaal.world.civil import NEVER, Bools, Ints
from etmaal.world.make import World
from etmaal.world.scart.cases import Cases, Kind, draw_cases
from etmaal.world.scart.comments import STATUSES, TAGS, Status, Tag
from etmaal.world.scart.contacts import Contacts, contacts_of
from etmaal.world.scart.course import write_course
from etmaal.world.scart.history import GRADES, History
from etmaal.world.scart.looked import looked_at
from etmaal.world.scart.messages import Mentions, Messages, draw_messages
from etmaal.world.scart.names import Names, names_of
from etmaal.world.scart.places import Places, places_of
from etmaal.world.scart.sending import POLICE, SENT
from etmaal.world.scart.spells import Spells, Why, last_of_each
from etmaal.world.scart.watching import draw_spells

UNSET, ILLEGAL, IGNORED, NOT_ILLEGAL = range(len(GRADES))
GRADE_OF = {
    Kind.NOT_ILLEGAL: NOT_ILLEGAL,
    Kind.IGNORED: IGNORED,
    Kind.DELETED: NOT_ILLEGAL,
    Kind.DOUBLE: UNSET,
    Kind.UNJUDGED: UNSET,
    Kind.NOT_SCRAPED: UNSET,
}


@dataclass(frozen=True, slots=True)
class State:
    """Per case what stands in its row at the end; moments are NEVER where there is nothing."""

    status: Ints  # places in STATUSES
    grade: Ints  # places in GRADES
    first_seen_at: Ints
    last_seen_at: Ints
    first_notice_at: Ints
    host_notice_at: Ints  # the first that arrived by mail at the present host
    times_seen: Ints
    misses: Ints
    unresolved: Ints  # look-ups in registers that failed
    police: Bools
    updated_at: Ints


@dataclass(frozen=True, slots=True)
class Record:
    """The whole database, as far as a monitor may see it."""

    world: World
    contacts: Contacts
    cases: Cases
    names: Names
    places: Places
    spells: Spells
    history: History
    messages: Messages
    mentions: Mentions
    state: State


def record_of(world: World, rng: np.random.Generator) -> Record:
    """Let SCART live through a world."""
    contacts = contacts_of(world.preset)
    cases = draw_cases(world, rng)
    items = slice(0, world.items.size)
    looks = looked_at(world.looks, world.stays, world.items.size)
    spells = draw_spells(world, looks, page=cases.page[items], manual=cases.manual[items], rng=rng)
    places = places_of(world, contacts, cases, spells)
    history = write_course(world, contacts, cases, places, spells, rng)
    messages, mentions = draw_messages(world, looks, contacts, cases, places, spells)
    return Record(
        world=world,
        contacts=contacts,
        cases=cases,
        names=names_of(cases),
        places=places,
        spells=spells,
        history=history,
        messages=messages,
        mentions=mentions,
        state=_state(cases, places, spells, history, messages, mentions),
    )


def _state(
    cases: Cases,
    places: Places,
    spells: Spells,
    history: History,
    messages: Messages,
    mentions: Mentions,
) -> State:
    n = cases.size
    items = int((cases.kind == Kind.ITEM).sum())
    last = last_of_each(spells, items)
    seen, times, misses, lost = (np.zeros(n, np.int64) for _ in range(4))
    seen[:] = NEVER
    seen[:items] = _last_seen(spells, items)
    times[:items] = spells.times_seen[last]
    misses[:items] = np.where(spells.why[last] == Why.OFFLINE, 3, 0)
    lost[:items] = np.where(spells.why[last] == Why.NO_WHOIS, 3, 0)
    waits = (cases.kind == Kind.POLICE) & (cases.police_at < NEVER)
    seen = np.where(waits, cases.police_at, seen)
    graded = cases.graded_at.copy()
    again = np.flatnonzero(spells.again)
    graded[spells.case[again]] = spells.opened_at[again]
    first, to_host, police = _told(n, places, messages, mentions)
    updated = np.maximum(cases.created_at, np.where(seen < NEVER, seen, 0))
    np.maximum.at(updated, history.case, history.at)
    return State(
        status=_last_status(n, history),
        grade=_grades(cases, history),
        first_seen_at=graded,
        last_seen_at=seen,
        first_notice_at=first,
        host_notice_at=to_host,
        times_seen=times,
        misses=misses,
        unresolved=lost,
        police=police,
        updated_at=updated,
    )


def _last_seen(spells: Spells, items: int) -> Ints:
    """Return the last look online of all spells: SCART writes each over the one before."""
    seen = np.full(items, -1)
    np.maximum.at(seen, spells.case, np.where(spells.last_seen_at < NEVER, spells.last_seen_at, -1))
    return np.where(seen < 0, NEVER, seen)


def _last_status(n: int, history: History) -> Ints:
    rows = history.tag == TAGS.index(Tag.STATUS)
    status = np.full(n, STATUSES.index(Status.SCRAPE))
    status[history.case[rows]] = history.new[rows]  # the last assignment is the latest row
    return status


def _grades(cases: Cases, history: History) -> Ints:
    grade = np.array([GRADE_OF.get(kind, ILLEGAL) for kind in Kind], np.int64)[cases.kind]
    grade[history.case[history.tag == TAGS.index(Tag.CLASSIFY)]] = NOT_ILLEGAL
    return grade


def _told(
    n: int, places: Places, messages: Messages, mentions: Mentions
) -> tuple[Ints, Ints, Bools]:
    """Return when each case's first message arrived, its first to the present host, and police."""
    arrived = messages.state[mentions.message] == SENT
    at = np.where(arrived, messages.state_at[mentions.message], NEVER)
    first, to_host = np.full(n, NEVER), np.full(n, NEVER)
    np.minimum.at(first, mentions.case, at)
    host = messages.contact[mentions.message] == places.contact[mentions.case]
    np.minimum.at(to_host, mentions.case, np.where(host, at, NEVER))
    police = np.zeros(n, np.bool_)
    police[mentions.case[messages.to[mentions.message] == POLICE]] = True
    return first, to_host, police
