"""What becomes of a noticed item at a provider: how it ends, and how long after the clock starts.

Items of one site, and items noticed in one batch, share part of their fate; a customer moves with
most of what it has. Whatever they share,
the probability of removal within 24 hours over a long time is the plan's ``share_in_time``.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.special import ndtr, ndtri

from etmaal.world.civil import Bools, Floats, Ints
from etmaal.world.planned import ranked
from etmaal.world.preset import Preset

NORM_HOURS = 24.0
PROMPT_SD_LOG = 0.9
SLOW_SD_LOG = 1.1
ENDED_P50_HOURS, ENDED_SD_LOG = 10.0, 1.0
CUSTOMER_PART_OF_LEAVING = 0.5  # a customer moves with all it has
BATCH_PART_OF_PACE = 0.6  # how far a batch is worked through at one go


class End(IntEnum):
    """How a stay at a provider ends; the names in lower case are the words of the truth."""

    REMOVED = 0
    MOVED_HOST = 1
    MOVED_ABROAD = 2
    DOMAIN_GONE = 3
    NETWORK_GONE = 4
    STILL_ONLINE = 5
    HOST_FOUND = 6  # behind a front: the notice could go on to the host


@dataclass(frozen=True, slots=True)
class Fates:
    """How each item ends, and hours from the clock's start to then (inf: never)."""

    end: Ints
    hours: Floats

    @property
    def late_hours(self) -> Floats:
        """Hours where only removal is possible: what would have ended otherwise is late.

        So the long-run share holds there too.
        """
        return np.where(self.end == End.REMOVED, self.hours, NORM_HOURS + 5 * self.hours)


def draw_fates(
    preset: Preset,
    *,
    provider: Ints,
    customer_effect: Floats,
    site_effect: Floats,
    batch: Ints,
    friday: Bools,
    counted: Bools,
    rng: np.random.Generator,
) -> Fates:
    """Draw one fate per item; in a planned world as many of each as a provider's plan says.

    Args:
        preset: whose plans and weights hold.
        provider: shape (n,), places in the preset.
        customer_effect: shape (n,), standard normal, one value per customer of a provider.
        site_effect: shape (n,), standard normal, one value per site.
        batch: shape (n,), the same number for items noticed together.
        friday: shape (n,), whether the clock starts on a Friday.
        counted: shape (n,), whether it will be in n; plans are kept among these.
        rng: where all chance comes from.
    """
    n = provider.size
    _, nth = np.unique(batch, return_inverse=True)
    shared = rng.standard_normal((2, int(nth.max()) + 1 if n else 0))[:, nth]
    own = rng.standard_normal((4, n))

    leaving = _mixed(own[0], (customer_effect, CUSTOMER_PART_OF_LEAVING))
    group = 2 * provider + counted
    end = _competing_end(preset, provider, _chance(preset, leaving, group))
    luck = _mixed(own[1], (site_effect, preset.site_weight), (shared[0], preset.batch_weight))
    group = 2 * group + (end == End.REMOVED)
    prompt = _prompt(preset, luck, provider, friday, group)
    pace = _mixed(own[2], (shared[1], BATCH_PART_OF_PACE))
    late = _late(preset, provider, own[3], 2 * group + prompt, rng)
    removed = np.where(prompt, _within_norm(preset, provider, pace), late)
    ended = ENDED_P50_HOURS * np.exp(ENDED_SD_LOG * own[3])
    return Fates(end, np.where(end == End.REMOVED, removed, ended))


def _mixed(own: Floats, *shared: tuple[Floats, float]) -> Floats:
    """Add standard normals by their parts of the variance; the sum is standard normal again."""
    rest = 1.0 - sum(part for _, part in shared)
    mixed: Floats = np.sqrt(rest) * own
    for effect, part in shared:
        mixed = mixed + np.sqrt(part) * effect
    return mixed


def _chance(preset: Preset, normal: Floats, group: Ints) -> Floats:
    """Turn standard normals into chances between 0 and 1."""
    chance: Floats = ndtr(normal)
    return ranked(chance, group) if preset.planned else chance


def _competing_end(preset: Preset, provider: Ints, uniform: Floats) -> Ints:
    limits = np.cumsum(
        [
            [p.ends.moved_host, p.ends.moved_abroad, p.ends.domain_gone, p.ends.network_gone]
            for p in preset.providers
        ],
        axis=1,
    )[provider]
    kind = (uniform[:, None] >= limits).sum(axis=1) + End.MOVED_HOST
    return np.where(kind > End.NETWORK_GONE, int(End.REMOVED), kind)


def _prompt(preset: Preset, luck: Floats, provider: Ints, friday: Bools, group: Ints) -> Bools:
    """Say which items are removed in time, if they are removed."""
    share = _share(preset, provider, friday)
    prompt: Bools = ndtr(luck) < share
    if preset.planned:
        # Whatever the share of Fridays, so many of the whole group.
        relative = ndtr(luck) / np.maximum(share, 1e-9)
        prompt = ranked(relative, group) < _removed_in_time(preset)[provider]
    return prompt


def _removed_in_time(preset: Preset) -> Floats:
    """Return per provider the probability of removal in time, given that it ends by removal."""
    return np.array([p.share_in_time / (1 - p.ends.total) for p in preset.providers])


def _share(preset: Preset, provider: Ints, friday: Bools) -> Floats:
    """Return the probability of removal in time, given that the item ends by removal.

    Fridays have less, the other days so much more that the long-run share holds.
    """
    share = _removed_in_time(preset)[provider]
    on_friday = share * (1 - preset.of("weekend", provider))
    fridays = float(friday.mean()) if friday.size else 0.0
    if fridays == 1.0:
        return share
    other = (share - fridays * on_friday) / (1 - fridays)
    return np.where(friday, on_friday, np.minimum(other, 1.0))


def _late(
    preset: Preset, provider: Ints, own: Floats, group: Ints, rng: np.random.Generator
) -> Floats:
    """Return hours beyond the norm, infinite for what is never removed; ``own`` is normal."""
    chance = rng.random(own.size)
    never = (ranked(chance, group) if preset.planned else chance) < preset.of("never", provider)
    spread = ndtri(ranked(own, 2 * group + never)) if preset.planned else own
    slow = preset.of("slow_p50_hours", provider) * np.exp(SLOW_SD_LOG * spread)
    return np.where(never, np.inf, NORM_HOURS + slow + 1 / 3600)


def _within_norm(preset: Preset, provider: Ints, pace: Floats) -> Floats:
    """Return lognormal hours, cut off at the plan's longest; ``pace`` is standard normal."""
    middle = np.log(preset.of("prompt_p50_hours", provider))
    longest = preset.of("prompt_within_hours", provider)
    last = ndtr((np.log(longest) - middle) / PROMPT_SD_LOG)
    quantile = np.clip(ndtr(pace) * last, 1e-12, 1 - 1e-12)
    prompt: Floats = np.exp(middle + PROMPT_SD_LOG * ndtri(quantile))
    return np.minimum(prompt, longest)
