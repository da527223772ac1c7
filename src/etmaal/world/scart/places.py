"""Where SCART holds each case to be: one IPv4 address and one contact, and where it moved to.

SCART looks up one address of a host, and of these only IPv4. Where the world has IPv6, a case
here has another address of the same network, as a server with both would.
"""

from dataclasses import dataclass, replace

import numpy as np

from etmaal.world.civil import NEVER, Ints
from etmaal.world.make import World
from etmaal.world.networks import V6_HOSTS, Networks
from etmaal.world.scart.cases import Cases, Kind
from etmaal.world.scart.contacts import Contacts
from etmaal.world.scart.spells import Spells, Why
from etmaal.world.stays import Outside

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Per case where it was at first and is at last: contact and address, NOBODY for none.

    ``moved_at`` is when another host was found, or NEVER. ``doubled`` are the cases that were
    first found under the contact that was merged into another later.
    """

    first_contact: Ints
    first_address: Ints
    contact: Ints
    address: Ints
    moved_at: Ints
    doubled: Ints


def places_of(world: World, contacts: Contacts, cases: Cases, spells: Spells) -> Places:
    """Say where each case was held to be, and whether SCART found that it moved."""
    stays, networks = world.stays, world.networks
    contact = contacts.of(stays.provider[cases.like])
    address = v4(networks, stays.address[cases.like])
    foreign = cases.kind == Kind.ABROAD
    contact = np.where(foreign, contacts.abroad, contact)
    away = networks.abroad * networks.hosts + cases.like % (networks.hosts - V6_HOSTS)
    address = np.where(foreign, away, address)
    unknown = cases.kind == Kind.NOT_SCRAPED
    first = Places(
        first_contact=np.where(unknown, NOBODY, contact),
        first_address=np.where(unknown, NOBODY, address),
        contact=np.where(unknown, NOBODY, contact),
        address=np.where(unknown, NOBODY, address),
        moved_at=np.full(cases.size, NEVER),
        doubled=np.zeros(0, np.int64),
    )
    moved = _moved(world, contacts, first, spells)
    return replace(moved, doubled=_doubled(contacts, cases, moved))


def v4(networks: Networks, address: Ints) -> Ints:
    """Return an IPv4 address of the same network for each address."""
    count = networks.hosts - V6_HOSTS
    host = address % networks.hosts
    return np.where(host < count, address, address - host + (host - count) % count)


def _moved(world: World, contacts: Contacts, first: Places, spells: Spells) -> Places:
    """Point cases at their new host where a check found one."""
    stays = world.stays
    after = np.full(stays.size, -1)
    later = np.flatnonzero(stays.before >= 0)
    after[stays.before[later]] = later
    rows = np.flatnonzero(np.isin(spells.why, (Why.CHANGED, Why.ABROAD)))
    case, stay = spells.case[rows], spells.stay[rows]
    to = after[stay]
    mistaken = (stays.outside[stay] == Outside.WRONG_ADDRESSEE) | (to < 0)
    contact = np.where(mistaken, contacts.unknown, contacts.of(stays.provider[to]))
    address = np.where(mistaken, first.address[case], v4(world.networks, stays.address[to]))
    found = replace(
        first,
        contact=first.contact.copy(),
        address=first.address.copy(),
        moved_at=first.moved_at.copy(),
    )
    found.contact[case], found.address[case] = contact, address
    found.moved_at[case] = spells.closed_at[rows]
    # What came back after its host was taken over came back at another.
    again = spells.again
    found.contact[spells.case[again]] = contacts.of(stays.provider[spells.stay[again]])
    return found


def _doubled(contacts: Contacts, cases: Cases, places: Places) -> Ints:
    """Return the cases that were found under a second contact of one provider."""
    if contacts.doubled is None:
        return np.zeros(0, np.int64)
    merged_at = contacts.rows[contacts.double].merged_at
    here = (places.first_contact == contacts.doubled) & (places.moved_at == NEVER)
    return np.flatnonzero(here & (cases.created_at < merged_at))
