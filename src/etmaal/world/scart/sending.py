"""Which case stood in which message, and when: what SCART sent of what the world's hotline did."""

from dataclasses import dataclass

import numpy as np

from etmaal.core.history import Delivery, Role
from etmaal.core.policy import Basis
from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Ints, seconds
from etmaal.world.make import World
from etmaal.world.notices import BASES, DELIVERIES, DESKS, ROLES
from etmaal.world.scart.cases import Cases
from etmaal.world.scart.contacts import Contacts
from etmaal.world.scart.places import Places, v4
from etmaal.world.scart.spells import Spells

STATES = (
    *("grouping", "queued", "sent_succes", "sent_failed"),
    *("sent_api_succes", "sent_api_failed"),
)
GROUPING, QUEUED, SENT, FAILED, SENT_API, FAILED_API = range(len(STATES))
SENDINGS = (QUEUED, SENT, FAILED, SENT_API, FAILED_API)
TO = ("hoster", "site_owner", "registrar", "police")
HOSTER, SITE_OWNER, REGISTRAR, POLICE = range(len(TO))
NOT_ARRIVED = (Delivery.BOUNCED, Delivery.REFUSED)


@dataclass(frozen=True, slots=True)
class Sent:
    """One row for every case in every message, before they are put together."""

    case: Ints
    at: Ints
    contact: Ints
    to: Ints
    state: Ints
    first: Bools
    address: Ints
    spell: Ints  # the spell it was sent in, or -1


def notices(world: World, contacts: Contacts, spells: Spells) -> Sent:
    """Return the world's notices to those SCART knows, of cases it still had open."""
    rows, stays = world.notices, world.stays
    role = np.array([_to(Role(role)) for role in ROLES], np.int64)[rows.role]
    to_one_desk = rows.desk != DESKS.index("legal")  # a company has one contact
    spell = _spell_of(world, spells, rows.stay, rows.noticed_at)
    # A message about a case is begun when it is first seen online; what never was gets none.
    seen = (spell >= 0) & (spells.last_seen_at[np.maximum(spell, 0)] < NEVER)
    kept = np.flatnonzero((role >= 0) & to_one_desk & seen)
    stay, role, spell, at = rows.stay[kept], role[kept], spell[kept], rows.noticed_at[kept]
    site = stays.site[stay]
    contact = np.select(
        [role == SITE_OWNER, role == REGISTRAR, role == POLICE],
        [contacts.site_owner(site), contacts.registrar(site), np.full(at.size, contacts.police)],
        contacts.of(stays.provider[stay]),
    )
    api = contacts.by_api[contact] & (role == HOSTER)
    lost = np.isin(rows.delivery[kept], [DELIVERIES.index(d) for d in NOT_ARRIVED])
    unknown = rows.basis[kept] == BASES.index(Basis.UNKNOWN)
    state = np.select(
        [api & lost, api, lost, unknown & (role == HOSTER)],
        [FAILED_API, SENT_API, FAILED, QUEUED],
        SENT,
    )
    return Sent(
        case=stays.item[stay],
        at=at,
        contact=contact,
        to=role,
        state=state,
        first=(at <= stays.slot[stay] + HOUR) & (role == HOSTER),
        address=v4(world.networks, stays.address[stay]),
        spell=spell,
    )


def _to(role: Role) -> int:
    """Return as whom SCART would write to that addressee; -1 where it has no word for it."""
    known = {
        Role.HOSTER: HOSTER, Role.RESELLER: HOSTER, Role.FRONT: HOSTER,
        Role.SITE_OWNER: SITE_OWNER, Role.REGISTRAR: REGISTRAR, Role.POLICE: POLICE,
    }  # fmt: skip
    return known.get(role, -1)


def _spell_of(world: World, spells: Spells, stay: Ints, at: Ints) -> Ints:
    """Return the spell in which each notice about a stay was sent, or -1.

    A stay may have two spells: the second after it was away for a while.
    """
    found = np.full(stay.size, -1)
    order = np.lexsort((spells.opened_at, spells.stay))
    stays = spells.stay[order]
    for nth in (0, 1):
        place = np.searchsorted(stays, stay) + nth
        there = place < stays.size
        place = np.minimum(place, stays.size - 1)
        row = order[place]
        there &= stays[place] == stay
        there &= (spells.opened_at[row] <= at) & (at < spells.closed_at[row])
        found = np.where(there, row, found)
    return found


def to_police(world: World, contacts: Contacts, cases: Cases, places: Places) -> Sent:
    """Return the messages to the police about what went there first."""
    case = np.flatnonzero(cases.police_at < NEVER)
    n = case.size
    # One message a quarter of an hour, as the sender runs through what is ready.
    at = -(-cases.police_at[case] // (15 * MINUTE)) * 15 * MINUTE
    return Sent(
        case=case,
        at=at,
        contact=np.full(n, contacts.police),
        to=np.full(n, POLICE),
        state=np.full(n, SENT),
        first=np.ones(n, np.bool_),
        address=places.first_address[case],
        spell=np.full(n, -1),
    )


def waiting(world: World, contacts: Contacts, places: Places, spells: Spells) -> Sent:
    """Return what is being collected at the end for whatever is still open; nothing of it left."""
    rows = np.flatnonzero((spells.closed_at == NEVER) & (spells.last_seen_at < NEVER))
    case = spells.case[rows]
    n = case.size
    return Sent(
        case=case,
        at=np.full(n, seconds(world.preset.followed) - 7 * HOUR),
        contact=places.contact[case],
        to=np.full(n, HOSTER),
        state=np.full(n, GROUPING),
        first=np.zeros(n, np.bool_),
        address=places.address[case],
        spell=rows,
    )


def together(parts: list[Sent]) -> Sent:
    names = Sent.__dataclass_fields__
    return Sent(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})
