"""The truth: which copy of an item was at which provider, from when until when, and why it ended.

A stay is one item at one provider. Most items have one; a second begins when the item comes
back or moves, or when the host behind a front becomes known. A shared item has two at once.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from etmaal.world.civil import HOUR, MINUTE, NEVER, Bools, Floats, Ints
from etmaal.world.fates import End

GROUPING_S = HOUR  # notices are collected for an hour before they leave
BOUNCED_S = 5 * HOUR  # by then somebody has put the desk's address right
MAILER_S = 540  # a batch leaves within this many seconds of its slot


class Outside(IntEnum):
    """Why a stay is not in ``n``, by the truth."""

    IN_N = 0
    NOT_NOTICED = 1
    UNDELIVERABLE = 2
    START_UNKNOWN = 3
    GONE_BEFORE_START = 4
    WITHDRAWN = 5
    WRONG_ADDRESSEE = 6
    FRONT = 7  # a front hosts nothing, so no norm holds for it


@dataclass(frozen=True, slots=True)
class Stays:
    """All stays, one a row: first stays in the items' order, then the shared, then second ones.

    Moments are whole seconds in UTC, NEVER where there was none. The item was there in
    ``[from_at, until)`` save for the flap in ``[flap_from, flap_until)``. ``slot`` is the hour
    its first notice left in; ``started_at`` is the moment of the first effective one.
    ``found_at`` is when the hotline learned how it ended, or that the notice was a mistake.
    """

    item: Ints
    site: Ints
    provider: Ints  # place in the preset, or networks.ABROAD
    address: Ints
    before: Ints  # the stay this one follows, or -1
    twin: Ints  # the other stay of a shared item, or -1
    from_at: Ints
    verdict_at: Ints
    slot: Ints
    started_at: Ints
    until: Ints
    flap_from: Ints
    flap_until: Ints
    end: Ints
    outside: Ints
    bounced: Bools
    found_at: Ints

    @property
    def size(self) -> int:
        return int(self.item.size)

    @property
    def noticed(self) -> Bools:
        """Whether any notice was sent, effective or not."""
        return self.slot < NEVER

    def online(self, stay: Ints, at: Ints) -> Bools:
        """Say whether each stay's copy is there at each moment (the same shape)."""
        there = (self.from_at[stay] <= at) & (at < self.until[stay])
        return there & ~((self.flap_from[stay] <= at) & (at < self.flap_until[stay]))


def sent_at(slot: Ints, provider: Ints) -> Ints:
    """Return when a provider's batch of a slot leaves the mailer; NEVER stays NEVER.

    A scramble of slot and provider, so that all notices of one batch leave at one moment.
    """
    late = (slot // HOUR * 7919 + provider * 104729) % MAILER_S + 20
    return np.where(slot < NEVER, slot + late, NEVER)


def batch_key(slot: Ints, provider: Ints, providers: int) -> Ints:
    """Return one number for each provider and slot."""
    return slot // HOUR * providers + provider


def joined(parts: list[Stays]) -> Stays:
    """Put stays one after the other."""
    return Stays(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Stays.__dataclass_fields__
        }
    )


def flaps(
    share: Floats, started_at: Ints, until: Ints, end: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw for some of the removed a spell of absence before their final removal."""
    n = started_at.size
    span = np.where(until < NEVER, until - started_at, 0)
    flapping = (rng.random(n) < share) & (end == End.REMOVED) & (span > 2 * HOUR)
    from_at = started_at + (span * rng.uniform(0.05, 0.6, n)).astype(np.int64)
    # Absent for at most three days, so never as long as the quiet spell.
    longest = np.minimum((until - from_at) * rng.uniform(0.1, 0.6, n), 72 * HOUR)
    until_at = from_at + np.maximum(longest, 10 * MINUTE).astype(np.int64)
    return np.where(flapping, from_at, NEVER), np.where(flapping, until_at, NEVER)
