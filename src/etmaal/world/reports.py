"""Which items the hotline hears of, at which sites, when, and when an analyst judges them.

Items come in finds: a report, or a partner's file, names several items at one site at once.
"""

from dataclasses import dataclass

import numpy as np

from etmaal.world.civil import DAY, HOUR, MINUTE, Civil, Floats, Ints, hours, seconds
from etmaal.world.networks import Networks
from etmaal.world.planned import apportioned
from etmaal.world.preset import HotlinePlan, Preset
from etmaal.world.stays import BOUNCED_S, GROUPING_S

SOURCES = ("public", "partner", "crawler")
SOURCE_WEIGHTS = (0.45, 0.35, 0.20)
COUNTRIES = ("NL", "DE", "")  # the server's; the last: not known
COUNTRY_WEIGHTS = (0.95, 0.02, 0.03)
KNOWN = ("yes", "no", "unknown")
YES, NO, UNKNOWN = range(3)
# Reports by civil hour: evenings are busiest, nights quiet.
BY_HOUR = np.array([3, 2, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 7, 8, 8, 7, 5])
NO_REF = -1
SITES_A_CUSTOMER = 2.5
WEEK = 7 * DAY
VERDICT_MEAN_HOURS = 8.0


@dataclass(frozen=True, slots=True)
class Sites:
    """All sites: at which customer's server each is, and what its items' fates have in common.

    Effects are standard normal, one draw a site and one a customer.
    """

    address: Ints
    effect: Floats
    customer_effect: Floats


@dataclass(frozen=True, slots=True)
class Items:
    """All items, oldest report first; codes are places in the word lists above."""

    site: Ints
    reported_at: Ints
    verdict_at: Ints
    source: Ints
    country: Ints
    content_ref: Ints  # NO_REF where the source gives none
    known_before: Ints

    @property
    def size(self) -> int:
        return int(self.site.size)


def draw_sites(preset: Preset, networks: Networks, rng: np.random.Generator) -> Sites:
    """Give every provider customers with a server each, and those their sites.

    Sites are numbered provider by provider.
    """
    blocks: list[Ints] = []
    customers: list[Ints] = []
    for place, plan in enumerate(preset.providers):
        count = max(1, round(plan.sites / SITES_A_CUSTOMER))
        first = sum(b.size for b in blocks)
        blocks.append(rng.choice(networks.held(place), count))
        customers.append(first + rng.integers(0, count, plan.sites))
    servers = networks.pick(np.concatenate(blocks), rng)
    effects = rng.standard_normal(servers.size)
    customer = np.concatenate(customers)
    return Sites(servers[customer], rng.standard_normal(customer.size), effects[customer])


def draw_items(preset: Preset, civil: Civil, rng: np.random.Generator) -> Items:
    """Draw all finds and what is in them."""
    hotline = preset.hotline
    site, reported, find = _finds(preset, civil, rng)
    verdict = _verdicts(reported, find, hotline, civil, rng)
    if preset.planned:
        early = _weeks_early(verdict, find, civil, last_notice(preset, civil)) * WEEK
        reported, verdict = reported - early, verdict - early
        order = np.lexsort((find, reported))
        site, reported, verdict = site[order], reported[order], verdict[order]
    ref = _content_refs(site.size, hotline.recirculation, rng)
    return Items(
        site=site,
        reported_at=reported,
        verdict_at=verdict,
        source=_sources(preset, site.size, rng),
        country=rng.choice(len(COUNTRIES), site.size, p=COUNTRY_WEIGHTS),
        content_ref=ref,
        known_before=_known_before(ref, rng),
    )


def _finds(preset: Preset, civil: Civil, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return each item's site, the moment of its report and its find, oldest first."""
    plan = preset.hotline
    first_site = 0
    sites: list[Ints] = []
    reports: list[Ints] = []
    finds: list[Ints] = []
    for provider in preset.providers:
        n, site_count = provider.items, provider.sites
        # More items than finds, so as many finds as items are always enough.
        others = np.exp(rng.normal(plan.find_mean_log, plan.find_sd_log, n)).astype(np.int64)
        find = np.repeat(np.arange(n), others + 1)[:n]
        weights = 1.0 / (np.arange(site_count) + 5.0) ** 0.8  # a few sites hold much
        site = rng.choice(site_count, n, p=weights / weights.sum())
        sites.append(first_site + site[find])
        reports.append(_report_moments(preset, civil, n, rng)[find])
        finds.append(sum(f.size for f in finds) + find)
        first_site += site_count
    site, reported, find = map(np.concatenate, (sites, reports, finds))
    reported = reported + rng.integers(0, 5 * MINUTE, reported.size)
    order = np.lexsort((find, reported))
    return site[order], reported[order], find[order]


def last_notice(preset: Preset, civil: Civil) -> int:
    """Return the moment before which every first notice of a planned world leaves."""
    return int(civil.utc(np.array([seconds(preset.ends)]))[0])


def _weeks_early(verdict: Ints, find: Ints, civil: Civil, before: int) -> Ints:
    """Return by how many weeks each find must come earlier for its notices to leave in time.

    Whole weeks, so that weekdays and hours stay as they are.
    """
    weeks = np.zeros(verdict.size, np.int64)
    while True:
        slot = civil.sending(verdict - weeks * WEEK + GROUPING_S)
        late = civil.sending(slot + BOUNCED_S) >= before
        if not late.any():
            return weeks
        weeks += np.isin(find, find[late])


def _sources(preset: Preset, n: int, rng: np.random.Generator) -> Ints:
    """Draw who reported each item."""
    if not preset.planned:
        return rng.choice(len(SOURCES), n, p=SOURCE_WEIGHTS)
    counts = apportioned(np.array(SOURCE_WEIGHTS), n)
    return rng.permutation(np.repeat(np.arange(len(SOURCES)), counts))


def _report_moments(preset: Preset, civil: Civil, n: int, rng: np.random.Generator) -> Ints:
    begins, ends = seconds(preset.begins), seconds(preset.ends)
    day = begins + rng.integers(0, (ends - begins) // DAY, n) * DAY
    hour = rng.choice(24, n, p=BY_HOUR / BY_HOUR.sum())
    at: Ints = civil.utc(day + hour * HOUR + rng.integers(0, HOUR, n))
    return np.clip(at, begins, ends - HOUR)


def _verdicts(
    reported: Ints, find: Ints, plan: HotlinePlan, civil: Civil, rng: np.random.Generator
) -> Ints:
    """Judge the items of one find one after the other, half a minute each."""
    _, first, number, count = np.unique(
        find, return_index=True, return_inverse=True, return_counts=True
    )
    ready = reported[first] + hours(rng.exponential(VERDICT_MEAN_HOURS, first.size))
    begun = civil.office(ready, opens_hour=plan.opens_hour, closes_hour=plan.closes_hour, rng=rng)
    by_find = np.argsort(number, kind="stable")
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    nth = np.empty_like(number)
    nth[by_find] = np.arange(number.size) - np.repeat(starts, count)
    judged: Ints = np.maximum(begun[number] + nth * 30, reported + MINUTE)
    return judged


def _content_refs(n: int, recirculation: float, rng: np.random.Generator) -> Ints:
    """Number the contents; some are those of an earlier item."""
    own = np.arange(n)
    earlier = np.floor(rng.random(n) * own).astype(np.int64)
    ref = np.where(rng.random(n) < recirculation, earlier, own)
    while not np.array_equal(ref, ref[ref]):  # follow the chain to the first of its kind
        ref = ref[ref]
    return np.where(rng.random(n) < 0.1, NO_REF, ref)


def _known_before(ref: Ints, rng: np.random.Generator) -> Ints:
    seen = (ref != np.arange(ref.size)) & (ref != NO_REF)
    yes = rng.random(ref.size) < np.where(seen, 0.8, 0.2)
    return np.where(rng.random(ref.size) < 0.15, UNKNOWN, np.where(yes, YES, NO))
