"""What the hotline sent: first notices, repeats while the item was still there, and copies."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from etmaal.core.history import Delivery, Role
from etmaal.core.policy import Basis, Kind
from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Civil, Ints, hours, seconds
from etmaal.world.preset import FRONT, Preset
from etmaal.world.stays import BOUNCED_S, Outside, Stays, batch_key, sent_at

BASES, KINDS, ROLES, DELIVERIES = (tuple(words) for words in (Basis, Kind, Role, Delivery))
DESKS = ("abuse", "legal", "site_owner", "registrar", "upstream", "police")
# The hotline learns of a removal only when the checker closes the item.
CLOSED_AFTER_S = 45 * MINUTE
UPSTREAM_AFTER, POLICE_AFTER = 2, 2
DELIVERY_UNKNOWN = 0.02


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices, oldest first; codes are places in the word lists above."""

    stay: Ints
    batch: Ints
    noticed_at: Ints
    accepted_at: Ints
    basis: Ints
    kind: Ints
    role: Ints
    delivery: Ints
    desk: Ints

    @property
    def size(self) -> int:
        return int(self.stay.size)


def draw_notices(preset: Preset, civil: Civil, stays: Stays, rng: np.random.Generator) -> Notices:
    """Send everything: rounds of notices to the host, and copies to others beside them."""
    rounds = _rounds(preset, civil, stays)
    rows = [*_to_hosts(preset, stays, rounds), *_to_others(preset, stays, rounds, rng)]
    stay, slot, kind, role, desk = (np.concatenate(column) for column in zip(*rows, strict=True))
    noticed = sent_at(slot, stays.provider[stay])
    # The second desk gets its mail when the first batch is through.
    noticed = np.where(desk == DESKS.index("legal"), noticed + 20 * MINUTE, noticed)
    order = np.lexsort((desk, stays.item[stay], noticed))
    stay, slot, kind, role, desk = (a[order] for a in (stay, slot, kind, role, desk))
    delivery = _deliveries(stays, stay, slot, role, rng)
    accepted = noticed[order] + hours(0.05 * np.exp(1.2 * rng.standard_normal(stay.size)))
    arrived = delivery == DELIVERIES.index(Delivery.ACCEPTED)
    unknown = stays.outside[stay] == Outside.START_UNKNOWN
    return Notices(
        stay=stay,
        batch=batch_key(slot, stays.provider[stay], len(preset.providers)),
        noticed_at=noticed[order],
        accepted_at=np.where(arrived & ~unknown, accepted, NEVER),
        basis=np.where(unknown, BASES.index(Basis.UNKNOWN), BASES.index(Basis.SENT)),
        kind=kind,
        role=role,
        delivery=delivery,
        desk=desk,
    )


def _code(words: tuple[str, ...], word: str, like: Ints) -> Ints:
    return np.full(like.size, words.index(word))


def _rounds(preset: Preset, civil: Civil, stays: Stays) -> list[tuple[Ints, Ints]]:
    """Return, round by round, which stays were noticed in which slot."""
    plan = preset.hotline
    known_gone = np.where(stays.until < NEVER, stays.until + CLOSED_AFTER_S, NEVER)
    # What moved is taken up again only after an analyst has looked; a mistake is not repeated.
    known_gone = np.minimum(known_gone, stays.found_at)
    stay = np.flatnonzero(stays.noticed)
    slot = stays.slot[stay]
    found: list[tuple[Ints, Ints]] = []
    while stay.size and len(found) <= plan.most_repeats:
        found.append((stay, slot))
        wait = np.full(stay.size, plan.repeat_hours * HOUR)
        if len(found) == 1:  # a bounced notice goes out again as soon as the desk is put right
            wait = np.where(stays.bounced[stay], BOUNCED_S, wait)
        slot = civil.sending(slot + wait)
        on = (slot < known_gone[stay]) & (slot < seconds(preset.followed))
        # The first effective notice is part of the truth, so it is always sent.
        on |= stays.bounced[stay] & (len(found) == 1)
        stay, slot = stay[on], slot[on]
    return found


def _to_hosts(
    preset: Preset, stays: Stays, rounds: list[tuple[Ints, Ints]]
) -> Iterator[tuple[Ints, Ints, Ints, Ints, Ints]]:
    """Yield stay, slot, kind, role and desk of each round: to the host, or to the front."""
    fronts = np.array([p.role == FRONT for p in preset.providers])
    for nth, (stay, slot) in enumerate(rounds):
        kind = _code(KINDS, Kind.REPEAT if nth else Kind.NOTICE, stay)
        front = fronts[stays.provider[stay]]
        role = np.where(front, ROLES.index(Role.FRONT), ROLES.index(Role.HOSTER))
        yield stay, slot, kind, role, _code(DESKS, "abuse", stay)


def _to_others(
    preset: Preset, stays: Stays, rounds: list[tuple[Ints, Ints]], rng: np.random.Generator
) -> list[tuple[Ints, Ints, Ints, Ints, Ints]]:
    """Copies, which start no clock: a second desk, site owner, registrar, upstream, police."""
    plan = preset.hotline
    rented = np.array([p.upstream is not None for p in preset.providers])
    copies = []

    def copy(nth: int, pick: Bools, role: Role, desk: str) -> None:
        stay, slot = (a[pick] for a in rounds[nth])
        kind = _code(KINDS, Kind.NOTICE, stay)
        copies.append((stay, slot, kind, _code(ROLES, role, stay), _code(DESKS, desk, stay)))

    first = rounds[0][0]
    second_desk = rng.random(first.size) < plan.second_desk
    hosted = ~np.isin(stays.outside[first], (Outside.FRONT, Outside.UNDELIVERABLE))
    plain = ~stays.bounced[first] & (stays.outside[first] != Outside.START_UNKNOWN)
    copy(0, second_desk & hosted & plain, Role.HOSTER, "legal")
    for nth, role in (
        (plan.site_owner_after, Role.SITE_OWNER),
        (plan.registrar_after, Role.REGISTRAR),
    ):
        if nth < len(rounds):
            copy(nth, np.ones(rounds[nth][0].size, np.bool_), role, role.value)
    if len(rounds) > UPSTREAM_AFTER:
        stay = rounds[UPSTREAM_AFTER][0]
        copy(UPSTREAM_AFTER, rented[stays.provider[stay]], Role.UPSTREAM, "upstream")
        refused = stays.outside[stay] == Outside.UNDELIVERABLE
        copy(POLICE_AFTER, refused, Role.POLICE, "police")
    return copies


def _deliveries(stays: Stays, stay: Ints, slot: Ints, role: Ints, rng: np.random.Generator) -> Ints:
    """Most arrive; of some nobody knows. Copies always arrive: only the host's desk refuses."""
    n = stay.size
    unknown = rng.random(n) < DELIVERY_UNKNOWN
    delivery = np.where(
        unknown, DELIVERIES.index(Delivery.UNKNOWN), DELIVERIES.index(Delivery.ACCEPTED)
    )
    to_host = np.isin(role, (ROLES.index(Role.HOSTER), ROLES.index(Role.FRONT)))
    refused = to_host & (stays.outside[stay] == Outside.UNDELIVERABLE)
    mailbox_full = rng.random(n) < 0.3
    how = np.where(
        mailbox_full, DELIVERIES.index(Delivery.BOUNCED), DELIVERIES.index(Delivery.REFUSED)
    )
    delivery = np.where(refused, how, delivery)
    bounced = to_host & stays.bounced[stay] & (slot == stays.slot[stay])
    return np.where(bounced, DELIVERIES.index(Delivery.BOUNCED), delivery)
