"""What followed the first stay: the item came back, moved, or its host behind a front was found."""

from dataclasses import dataclass, replace

import numpy as np

from etmaal.world.civil import (
    DAY,
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
from etmaal.world.networks import ABROAD, Networks
from etmaal.world.preset import HOSTER, Preset
from etmaal.world.reports import Sites, last_notice
from etmaal.world.stays import GROUPING_S, Outside, Stays, batch_key, sent_at

QUIET_DAYS = (9.0, 45.0)  # beyond the quiet spell of 7 days, and back while somebody still looks
UNASKED_P50_HOURS = 300.0


@dataclass(frozen=True, slots=True)
class _Follows:
    """Which stays are followed by another, where, from when, and when the hotline knows."""

    stay: Ints
    address: Ints
    from_at: Ints
    known_at: Ints


def second_stays(
    preset: Preset,
    networks: Networks,
    civil: Civil,
    sites: Sites,
    first: Stays,
    rng: np.random.Generator,
) -> Stays:
    """Draw the stays that follow; their ``before`` is the first stay's place."""
    follows = _follows(preset, networks, first, rng)
    n = follows.stay.size
    abroad = follows.address // networks.hosts == networks.abroad
    renoticed = ~abroad & (
        (first.end[follows.stay] == End.HOST_FOUND) | (rng.random(n) < preset.hotline.renotices)
    )
    verdict = _verdict(preset, civil, first.end[follows.stay], follows.known_at, rng)
    slot = civil.sending(verdict + GROUPING_S)
    renoticed &= slot < seconds(preset.followed) - DAY
    if preset.planned:
        renoticed &= slot < last_notice(preset, civil)
        renoticed = _as_planned(preset, first, follows.stay, renoticed, rng)
    slot = np.where(renoticed, slot, NEVER)
    provider = networks.owner(follows.address, np.where(renoticed, slot, follows.from_at))
    provider = np.where(abroad, ABROAD, provider)
    until, end = _ends(preset, civil, sites, first, follows, slot, provider, rng)
    return replace(
        _empty(first, follows),
        provider=provider,
        verdict_at=np.where(renoticed, verdict, NEVER),
        slot=slot,
        started_at=sent_at(slot, provider),
        until=until,
        end=end,
        outside=np.where(renoticed, int(Outside.IN_N), int(Outside.NOT_NOTICED)),
    )


def _as_planned(
    preset: Preset, first: Stays, stay: Ints, renoticed: Bools, rng: np.random.Generator
) -> Bools:
    """Leave so many returns noticed as a plan says, if there are so many."""
    kept = renoticed.copy()
    returned = first.end[stay] == End.REMOVED
    for place, plan in enumerate(preset.providers):
        if plan.noticed_returns is not None:
            could = np.flatnonzero(returned & renoticed & (first.provider[stay] == place))
            too_many = max(0, could.size - plan.noticed_returns)
            kept[rng.choice(could, too_many, replace=False)] = False
    return kept


def _empty(first: Stays, follows: _Follows) -> Stays:
    n = follows.stay.size
    never = np.full(n, NEVER)
    return Stays(
        item=first.item[follows.stay],
        site=first.site[follows.stay],
        provider=np.zeros(n, np.int64),
        address=follows.address,
        before=follows.stay,
        twin=np.full(n, -1),
        from_at=follows.from_at,
        verdict_at=never,
        slot=never,
        started_at=never,
        until=never,
        flap_from=never,
        flap_until=never,
        end=np.zeros(n, np.int64),
        outside=np.zeros(n, np.int64),
        bounced=np.zeros(n, np.bool_),
        found_at=never,
    )


def _follows(
    preset: Preset, networks: Networks, first: Stays, rng: np.random.Generator
) -> _Follows:
    last = seconds(preset.followed)
    rate = np.array([p.returns for p in preset.providers])[first.provider]
    back_at = np.where(first.until < NEVER, first.until, 0) + hours(
        rng.uniform(*QUIET_DAYS, first.size) * 24
    )
    counted = first.outside == Outside.IN_N
    returns = (first.end == End.REMOVED) & counted & (first.twin < 0)
    returns &= (rng.random(first.size) < rate) & (back_at < last - DAY)
    moves = np.isin(first.end, (End.MOVED_HOST, End.MOVED_ABROAD, End.HOST_FOUND))
    stay = np.flatnonzero(returns | moves)
    from_at = np.where(returns, back_at, first.until)[stay]
    found_at = np.where(first.found_at < NEVER, first.found_at, first.until)
    # Somebody reports a return some days after it.
    reported = back_at + hours(rng.exponential(60.0, first.size))
    known_at = np.where(returns, reported, found_at)[stay]
    return _Follows(stay, _destinations(preset, networks, first, stay, rng), from_at, known_at)


def _destinations(
    preset: Preset, networks: Networks, first: Stays, stay: Ints, rng: np.random.Generator
) -> Ints:
    """Return the address each item is at next."""
    end, address = first.end[stay], first.address[stay]
    block = address // networks.hosts
    if preset.moves_to is not None:
        to = int(networks.held(preset.place(preset.moves_to))[0])
        block = np.where(end == End.MOVED_HOST, to, block)
    block = np.where(end == End.MOVED_ABROAD, networks.abroad, block)
    origins = [int(networks.held(i)[0]) for i, p in enumerate(preset.providers) if p.role == HOSTER]
    block = np.where(end == End.HOST_FOUND, rng.choice(origins, stay.size), block)
    # A return is to the old address, and what is sold keeps its own.
    stays_put = (end == End.REMOVED) | ((end == End.MOVED_HOST) & _sold(networks, first, stay))
    return np.where(stays_put, address, networks.pick(block, rng))


def _sold(networks: Networks, first: Stays, stay: Ints) -> Bools:
    moments = [change.at for change in networks.handovers if change.by_sale]
    return networks.sold(first.address[stay]) & np.isin(first.until[stay], moments)


def _verdict(
    preset: Preset, civil: Civil, end: Ints, known_at: Ints, rng: np.random.Generator
) -> Ints:
    """Return when an analyst has looked at the new place; a front's answer needs none."""
    ready = known_at + hours(rng.exponential(3.0, known_at.size)) + 10 * MINUTE
    plan = preset.hotline
    office = civil.office(ready, opens_hour=plan.opens_hour, closes_hour=plan.closes_hour, rng=rng)
    return np.where(end == End.HOST_FOUND, known_at, office)


def _ends(
    preset: Preset,
    civil: Civil,
    sites: Sites,
    first: Stays,
    follows: _Follows,
    slot: Ints,
    provider: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Let the second stays end: as the provider does where it was noticed, else some day."""
    n = slot.size
    until = follows.from_at + hours(UNASKED_P50_HOURS * np.exp(rng.standard_normal(n)))
    asked = np.flatnonzero(slot < NEVER)
    started = sent_at(slot, provider)[asked]
    fates = draw_fates(
        preset,
        provider=provider[asked],
        customer_effect=sites.customer_effect[first.site[follows.stay[asked]]],
        site_effect=sites.effect[first.site[follows.stay[asked]]],
        batch=batch_key(slot[asked], provider[asked], len(preset.providers)),
        friday=weekdays(civil.of(started)) == FRIDAY,
        counted=np.ones(asked.size, np.bool_),
        rng=rng,
    )
    after = hours(fates.late_hours)  # there is no third stay
    until[asked] = np.where(after < NEVER, started + after, NEVER)
    open_still = until >= seconds(preset.followed)
    end = np.where(open_still, int(End.STILL_ONLINE), int(End.REMOVED))
    return np.where(open_still, NEVER, until), end
