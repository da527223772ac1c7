"""The messages SCART sent: which cases stood in each, when it left, and what became of it."""

from dataclasses import dataclass

import numpy as np

from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Ints
from etmaal.world.make import World
from etmaal.world.scart.cases import Cases
from etmaal.world.scart.contacts import Contacts
from etmaal.world.scart.looked import LookedAt
from etmaal.world.scart.places import Places
from etmaal.world.scart.sending import (
    FAILED,
    HOSTER,
    SENDINGS,
    SENT,
    Sent,
    notices,
    to_police,
    together,
    waiting,
)
from etmaal.world.scart.spells import Spells

# Hours a message is collected for: a first one, and later ones by addressee.
FIRST_HOURS, LATER_HOURS = 1, np.array([24, 72, 144, 1])
CHECKED_AFTER_S = 2 * MINUTE  # when the mail server's log is read


@dataclass(frozen=True, slots=True)
class Messages:
    """All messages, oldest first; row k has the id k + 1. Codes are places in `STATES`, `TO`.

    ``sent_at`` is when it was handed to the mail server, NEVER for what went by API or never
    went. ``state_at`` is when its state was found.
    """

    contact: Ints
    to: Ints
    state: Ints
    api: Bools
    begun_at: Ints
    hours: Ints
    sent_at: Ints
    state_at: Ints
    urls: Ints

    @property
    def size(self) -> int:
        return int(self.contact.size)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Which cases stood in which message (its row), and what was known of them when it left."""

    message: Ints
    case: Ints
    address: Ints
    graded_at: Ints
    last_seen_at: Ints
    times_seen: Ints

    @property
    def size(self) -> int:
        return int(self.case.size)


def draw_messages(
    world: World,
    looks: LookedAt,
    contacts: Contacts,
    cases: Cases,
    places: Places,
    spells: Spells,
) -> tuple[Messages, Mentions]:
    """Send what the world's hotline sent, as far as SCART still had the case open."""
    sent = together(
        [
            notices(world, contacts, spells),
            to_police(world, contacts, cases, places),
            waiting(world, contacts, places, spells),
        ]
    )
    order = np.lexsort((sent.case, sent.first, sent.state, sent.to, sent.contact, sent.at))
    sent = Sent(*(getattr(sent, name)[order] for name in Sent.__dataclass_fields__))
    keys = np.stack([sent.at, sent.contact, sent.to, sent.state, sent.first])
    new = np.ones(sent.case.size, np.bool_)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    message = np.cumsum(new) - 1
    return (
        _messages(contacts, sent, np.flatnonzero(new), np.bincount(message)),
        _mentions(looks, cases, spells, sent, message),
    )


def _messages(contacts: Contacts, sent: Sent, first: Ints, urls: Ints) -> Messages:
    contact, to, state, at = (a[first] for a in (sent.contact, sent.to, sent.state, sent.at))
    api = contacts.by_api[contact] & (to == HOSTER)
    collected = np.where(sent.first[first], FIRST_HOURS, LATER_HOURS[to])
    went = np.isin(state, SENDINGS)
    by_mail = went & ~api
    checked = at + CHECKED_AFTER_S + (at * 31 + contact * 7) % MINUTE
    found = np.where(np.isin(state, (SENT, FAILED)), checked, at)
    return Messages(
        contact=contact,
        to=to,
        state=state,
        api=api,
        begun_at=np.where(went, at - collected * HOUR - (at // 7 % 25) * MINUTE, at),
        hours=collected,
        sent_at=np.where(by_mail, at, NEVER),
        state_at=np.where(went, found, NEVER),
        urls=urls,
    )


def _mentions(looks: LookedAt, cases: Cases, spells: Spells, sent: Sent, message: Ints) -> Mentions:
    spell = np.maximum(sent.spell, 0)
    checked = sent.spell >= 0
    opened = np.where(checked, spells.opened_at[spell], sent.at)
    seen = looks.last_online(sent.case, opened, sent.at)
    times = looks.times_online(sent.case, opened, sent.at)
    # Where no look of the world tells, it had been seen in the hour before.
    recent = np.maximum(sent.at - 5 * MINUTE - sent.at * 13 % HOUR, opened)
    hidden = checked & (spells.again[spell] | cases.manual[sent.case]) & (seen == NEVER)
    seen = np.where(hidden, recent, np.where(checked, seen, sent.at))
    times = np.where(hidden, (sent.at - opened) // (2 * HOUR) + 1, times)
    graded = np.where(checked & spells.again[spell], opened, cases.graded_at[sent.case])
    return Mentions(message, sent.case, sent.address, graded, seen, times)
