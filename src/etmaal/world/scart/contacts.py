"""Whom SCART writes to: one contact a provider, and those that are nobody's host.

SCART knows companies only as contacts it found in registers, by mail address, owner or alias.
It has no word for resellers, fronts or groups.
"""

import json
from dataclasses import dataclass, replace

import numpy as np

from etmaal.world.civil import NEVER, Bools, Ints, seconds
from etmaal.world.networks import ABROAD
from etmaal.world.preset import HOSTER, Preset, ProviderPlan

HOTLINE_COUNTRY = "NL"
REGISTRARS, SITE_OWNERS = 3, 5


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of `abusecontact`; its id is its place, counted from 1."""

    owner: str
    mailbox: str
    country: str = HOTLINE_COUNTRY
    aliases: tuple[str, ...] = ()
    approved: bool = True
    police: bool = False
    api: bool = False
    only_url: bool = False  # its mail template lists nothing but URLs
    note: str = ""
    merged_at: int = NEVER  # since when it is part of another contact, and thrown away


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts: first the providers in the preset's order, then the others.

    ``doubled`` had two contacts until they were merged: the provider's own, or None.
    """

    rows: tuple[Contact, ...]
    providers: int
    doubled: int | None

    @property
    def abroad(self) -> int:
        return self.providers

    @property
    def unknown(self) -> int:
        """Where an analyst points a case of which nobody knows the host."""
        return self.providers + 1

    @property
    def police(self) -> int:
        return self.providers + 2

    @property
    def double(self) -> int:
        """The second contact of the provider that had two; the last of all."""
        return len(self.rows) - 1

    def of(self, provider: Ints) -> Ints:
        """Return the contact of each provider, ABROAD included."""
        return np.where(provider == ABROAD, self.abroad, provider)

    def registrar(self, site: Ints) -> Ints:
        return self.providers + 3 + site % REGISTRARS

    def site_owner(self, site: Ints) -> Ints:
        return self.providers + 3 + REGISTRARS + site % SITE_OWNERS

    @property
    def by_api(self) -> Bools:
        """Shape (contacts,): who is told by API and not by mail."""
        return np.array([c.api for c in self.rows], np.bool_)


def contacts_of(preset: Preset) -> Contacts:
    """Make up the contacts.

    The largest host but one that is willing takes its notices by API, the next wants lists of
    nothing but addresses, and another had two contacts, under two names, for half the time.
    """
    hosts = [i for i, p in enumerate(preset.providers) if p.role == HOSTER]
    by_size = sorted(hosts, key=lambda i: (-preset.providers[i].items, i))
    # What is told by API neither bounces nor refuses; the largest of all stays with mail.
    willing = [i for i in by_size[1:] if _willing(preset.providers[i])]
    rows = [
        Contact(
            owner=plan.name,
            mailbox=f"abuse@{plan.id}.example",
            aliases=tuple(name for name, of in preset.alias_names if of == plan.id),
            api=place in willing[:1],
            only_url=place in willing[1:2],
            note="telephone before noon; ask for the desk" if place % 4 == 3 else "",
        )
        for place, plan in enumerate(preset.providers)
    ]
    rows += [
        Contact("Example Hosting Abroad; second office", "abuse@abroad.example", country="XC"),
        Contact("(unknown)", "", approved=False),
        Contact("Example Police Desk", "desk@police.example", police=True),
    ]
    # An owner that begins with a sign of a formula, which one of the exports takes care of.
    rows += [
        Contact(f"{sign}Example Names {k}", f"abuse@names{k}.example")
        for k, sign in enumerate(("", "@", "+ "), start=1)
    ]
    rows += [
        Contact(f'Owner "{k}", Example Sites', f"owner{k}@sites.example")
        for k in range(1, SITE_OWNERS + 1)
    ]
    doubled = next((i for i in by_size[3:] if preset.providers[i].id != preset.moves_to), None)
    half = (seconds(preset.begins) + seconds(preset.ends)) // 2
    if doubled is not None:
        one = rows[doubled]
        rows.append(
            replace(one, owner=f"{one.owner} Trading", mailbox="", aliases=(), merged_at=half)
        )
        rows[doubled] = replace(one, aliases=(*one.aliases, rows[-1].owner))
    return Contacts(tuple(rows), len(preset.providers), doubled)


def _willing(plan: ProviderPlan) -> bool:
    return plan.refuses == 0 and plan.bounces < 0.05


def json_list(names: tuple[str, ...]) -> str | None:
    """Return names as SCART keeps lists in a column."""
    return json.dumps(list(names), separators=(",", ":")) if names else None
