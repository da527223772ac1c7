"""Where each reported item was, when its host was first noticed, and how that stay ended."""

from dataclasses import replace

import numpy as np

from etmaal.world.civil import (
    FRIDAY,
    MINUTE,
    NEVER,
    Bools,
    Civil,
    Ints,
    hours,
    seconds,
    weekdays,
)
from etmaal.world.fates import End, draw_fates
from etmaal.world.networks import Networks
from etmaal.world.preset import FRONT, HOSTER, Preset
from etmaal.world.reports import Items, Sites
from etmaal.world.stays import (
    BOUNCED_S,
    GROUPING_S,
    Outside,
    Stays,
    batch_key,
    flaps,
    sent_at,
)

SLOW_P50_HOURS = 200.0  # of what nobody was effectively asked to remove


def first_stays(
    preset: Preset,
    networks: Networks,
    civil: Civil,
    sites: Sites,
    items: Items,
    rng: np.random.Generator,
) -> Stays:
    """Draw one stay per item, and another for each item that two providers hold at once."""
    item, address, twin = _copies(preset, networks, sites, items, rng)
    slot = civil.sending(items.verdict_at[item] + GROUPING_S)
    provider = networks.owner(address, slot)
    outside = _outside(preset, provider, twin >= 0, rng)
    bounced = (rng.random(item.size) < preset.of("bounces", provider)) & (outside == Outside.IN_N)
    effective = np.where(bounced, civil.sending(slot + BOUNCED_S), slot)
    asked = ~np.isin(outside, (Outside.UNDELIVERABLE, Outside.START_UNKNOWN, Outside.FRONT))
    started = np.where(asked, sent_at(effective, provider), NEVER)
    stays = Stays(
        item=item,
        site=items.site[item],
        provider=provider,
        address=address,
        before=np.full(item.size, -1),
        twin=twin,
        from_at=np.zeros(item.size, np.int64),
        verdict_at=items.verdict_at[item],
        slot=slot,
        started_at=started,
        until=np.full(item.size, NEVER),
        flap_from=np.full(item.size, NEVER),
        flap_until=np.full(item.size, NEVER),
        end=np.full(item.size, int(End.REMOVED)),
        outside=outside,
        bounced=bounced,
        found_at=np.full(item.size, NEVER),
    )
    return _with_sales(networks, _with_fates(preset, civil, sites, stays, rng), rng)


def _copies(
    preset: Preset, networks: Networks, sites: Sites, items: Items, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Return item, address and twin of every copy."""
    address = sites.address[items.site]
    owner = networks.owner(address, items.verdict_at)
    hosters = np.flatnonzero([p.role == HOSTER for p in preset.providers])
    volume = np.array([preset.providers[i].items for i in hosters], np.float64)
    sharing = (
        (hosters.size > 1)
        & np.isin(owner, hosters)
        & (rng.random(items.size) < preset.hotline.shared)
    )
    shared = np.flatnonzero(sharing & ~networks.sold(address))
    at = rng.choice(hosters.size, shared.size, p=volume / volume.sum())
    at = np.where(hosters[at] == owner[shared], (at + 1) % hosters.size, at)
    block = np.array([networks.held(int(p))[0] for p in hosters[at]], np.int64)
    elsewhere = networks.pick(block, rng)
    item = np.concatenate([np.arange(items.size), shared])
    twin = np.full(item.size, -1)
    twin[shared] = items.size + np.arange(shared.size)
    twin[items.size :] = shared
    return item, np.concatenate([address, elsewhere]), twin


def _outside(preset: Preset, provider: Ints, shared: Bools, rng: np.random.Generator) -> Ints:
    """Draw for each stay whether its row will stay outside n, and why."""
    plan = preset.hotline
    outside = np.full(provider.size, int(Outside.IN_N))
    for reason, share in (
        (Outside.START_UNKNOWN, plan.start_unknown),
        (Outside.GONE_BEFORE_START, plan.gone_before_start),
        (Outside.WITHDRAWN, plan.withdrawn),
        (Outside.WRONG_ADDRESSEE, plan.wrong_addressee),
    ):
        # What is on record of a shared item holds for both copies, so nothing is.
        outside[(rng.random(provider.size) < share) & ~shared] = reason
    refused = rng.random(provider.size) < preset.of("refuses", provider)
    outside[refused] = Outside.UNDELIVERABLE
    fronts = np.array([p.role == FRONT for p in preset.providers])
    outside[fronts[provider]] = Outside.FRONT
    return outside


def _with_fates(
    preset: Preset, civil: Civil, sites: Sites, stays: Stays, rng: np.random.Generator
) -> Stays:
    """Let each stay end."""
    sent = sent_at(stays.slot, stays.provider)
    clock = np.where(stays.started_at < NEVER, stays.started_at, sent)
    end, after = _ends(preset, civil, sites, stays, clock, rng)
    early = stays.outside == Outside.GONE_BEFORE_START
    before = np.maximum(
        clock - hours(rng.uniform(0.2, 5, stays.size)), stays.verdict_at + 5 * MINUTE
    )
    until = np.where(early, before, np.where(after < NEVER, clock + after, NEVER))
    end = np.where(early, int(End.REMOVED), end)
    # What ends when the world is no longer followed has not ended.
    open_still = until >= seconds(preset.followed)
    until = np.where(open_still, NEVER, until)
    end = np.where(open_still, int(End.STILL_ONLINE), end)
    flap_from, flap_until = flaps(preset.of("flaps", stays.provider), clock, until, end, rng)
    found_at = _found_at(stays.outside, clock, until, end, rng)
    return replace(
        stays, until=until, end=end, flap_from=flap_from, flap_until=flap_until, found_at=found_at
    )


def _ends(
    preset: Preset,
    civil: Civil,
    sites: Sites,
    stays: Stays,
    clock: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Return how each stay ends, and seconds from the clock's start to then."""
    n = stays.size
    fates = draw_fates(
        preset,
        provider=stays.provider,
        customer_effect=sites.customer_effect[stays.site],
        site_effect=sites.effect[stays.site],
        batch=batch_key(stays.slot, stays.provider, len(preset.providers)),
        friday=weekdays(civil.of(clock)) == FRIDAY,
        counted=stays.outside == Outside.IN_N,
        rng=rng,
    )
    # How a shared item left one of two providers is never on record: it is removed, late.
    shared = stays.twin >= 0
    lasted = np.where(shared, fates.late_hours, fates.hours)
    unasked = np.isin(
        stays.outside, (Outside.UNDELIVERABLE, Outside.WRONG_ADDRESSEE, Outside.FRONT)
    )
    lasted = np.where(unasked, SLOW_P50_HOURS * np.exp(rng.standard_normal(n)), lasted)
    end = np.where(shared | unasked, int(End.REMOVED), fates.end)
    found = (stays.outside == Outside.FRONT) & (rng.random(n) < preset.hotline.origin_found)
    lasted = np.where(found, rng.uniform(2, 30, n), lasted)
    return np.where(found, int(End.HOST_FOUND), end), hours(lasted)


def _found_at(outside: Ints, clock: Ints, until: Ints, end: Ints, rng: np.random.Generator) -> Ints:
    """Return when the hotline learned of a mistake of its own, or that the item had left."""
    mistaken = np.isin(outside, (Outside.WITHDRAWN, Outside.WRONG_ADDRESSEE))
    left = (end >= End.MOVED_HOST) & (end <= End.NETWORK_GONE)
    learned = np.where(left, until + hours(rng.uniform(0.3, 6, end.size)), NEVER)
    return np.where(mistaken, clock + hours(rng.uniform(2, 60, end.size)), learned)


def _with_sales(networks: Networks, stays: Stays, rng: np.random.Generator) -> Stays:
    """End the stays of items that were there when their network was sold: they moved with it."""
    until, end, found_at = stays.until, stays.end, stays.found_at
    flap_until = stays.flap_until
    sent = sent_at(stays.slot, stays.provider)
    began = np.where(stays.started_at < NEVER, stays.started_at, sent)
    for change in networks.handovers:
        if change.by_sale:
            sold = np.isin(stays.address // networks.hosts, change.blocks)
            hit = sold & (began < change.at) & (until > change.at)
            until = np.where(hit, change.at, until)
            end = np.where(hit, int(End.MOVED_HOST), end)
            found_at = np.where(hit, change.at + hours(rng.uniform(0.3, 6, until.size)), found_at)
            flap_until = np.where(hit & (flap_until > change.at), NEVER, flap_until)
    flap_from = np.where(flap_until < NEVER, stays.flap_from, NEVER)
    return replace(
        stays, until=until, end=end, found_at=found_at, flap_from=flap_from, flap_until=flap_until
    )
