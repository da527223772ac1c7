"""Do the intervals hold the truth as often as they say, in worlds where the truth is known?"""

import numpy as np
import pytest

from etmaal.stats.grid import grid, outward
from etmaal.stats.incidence import incidence_intervals
from etmaal.stats.shares import clustered_shares

pytestmark = pytest.mark.slow

WORLDS, TRIES = 1_000, (25, 60)
EDGES = grid([24])


def worlds(rng: np.random.Generator, share: float, clusters: int, alike: float):
    """Invent sites of uneven size, each with a share of its own, and when their items leave."""
    sizes = np.maximum(1, rng.lognormal(2, 0.8, WORLDS * clusters)).astype(int)
    own = rng.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), sizes.size)
    site = np.repeat(np.arange(sizes.size), sizes)
    in_time = rng.random(site.size) < own[site]
    gone = np.where(in_time, 24 * rng.beta(1, 2, site.size), 24 + rng.exponential(60, site.size))
    return site, gone


def looks(rng: np.random.Generator, gone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Look every hour, but for one item in seven only after an outage; the last are never seen."""
    gap = np.where(rng.random(gone.size) < 1 / 7, rng.uniform(2, 12, gone.size), 1.0)
    after = np.maximum(gone - gap * rng.random(gone.size), 0)
    stop = np.where(rng.random(gone.size) < 0.02, rng.uniform(0, 200, gone.size), np.inf)
    cut = stop < after + gap
    return np.where(cut, np.minimum(after, stop), after), np.where(cut, np.inf, after + gap)


@pytest.mark.parametrize("clusters", TRIES)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.85])
def test_the_interval_of_the_estimate_holds_the_truth(share, clusters) -> None:
    rng = np.random.default_rng([clusters, int(100 * share)])
    site, gone = worlds(rng, share, clusters, alike=0.1)
    after, by = outward(*looks(rng, gone), EDGES)

    found = incidence_intervals(
        after, by, group=site // clusters, groups=WORLDS, hours=24, tail=0.025, clusters=[site]
    )

    held = np.mean((found.low[:, 0] <= share) & (share <= found.high[:, 0]))
    assert 0.935 <= held <= 0.985  # windows that straddle the hour make it hold a little more
    assert abs(np.mean(found.value) - share) < 0.01


@pytest.mark.parametrize("clusters", TRIES)
@pytest.mark.parametrize(("share", "alike"), [(0.5, 0.1), (0.9, 0.1), (0.9, 0.3)])
def test_one_sided_bounds_fail_as_seldom_as_they_should(share, alike, clusters) -> None:
    rng = np.random.default_rng([clusters, int(100 * share), int(10 * alike)])
    site, gone = worlds(rng, share, clusters, alike)
    count = WORLDS * clusters

    found = clustered_shares(
        np.arange(count) // clusters,
        np.bincount(site, gone <= 24, count),
        np.bincount(site, minlength=count),
        groups=WORLDS,
        tail=0.005,
    )

    assert np.mean(found.low > share) <= 0.02
    assert np.mean(found.high < share) <= 0.012  # the bound that a verdict against one rests on
