"""Do the intervals hold the truth as often as they say? Invented worlds in which it is known.

Sites of uneven size, each with a share in time of its own (``alike``: how much the items of one
site are), hourly looks with outages that leave windows undecided at the norm, some items never seen
to go. For each kind of world, in per cent of worlds:

- how often the 95 % interval of the share in time holds it, and how often it lies too high or low;
- how often the one-sided 99.5 % bounds fail: that of what is surely in time lies above it (a
  provider would wrongly be said to meet a floor), that of what is possibly in time below it (it
  would wrongly be called lax); once for what is in the product, once for the plain method: the
  cluster error with its usual correction, and t on the number of effective clusters less one.
"""

import argparse
import json
import math

import numpy as np
import numpy.typing as npt
from scipy import special

from etmaal.stats.grid import grid, outward
from etmaal.stats.intervals import incidence_intervals
from etmaal.stats.shares import clopper_pearson, clustered_shares

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SHARES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)
CLUSTERS = (20, 50, 200)
ALIKE = (0.02, 0.1, 0.3)
NORM, TAIL, FAR_TAIL = 24.0, 0.025, 0.005
SEED = 20_261_123


def worlds(
    rng: np.random.Generator, many: int, clusters: int, share: float, alike: float
) -> tuple[Integers, Floats]:
    """Return the site of each item, numbered through all worlds, and when it left."""
    size = np.maximum(1, rng.lognormal(2, 0.8, many * clusters)).astype(np.int64)
    spread = 1 / alike - 1
    own = rng.beta(share * spread, (1 - share) * spread, size.size)
    site = np.repeat(np.arange(size.size), size)
    in_time = rng.random(site.size) < own[site]
    early, late = NORM * rng.beta(1, 2, site.size), NORM + rng.exponential(60, site.size)
    return site, np.where(in_time, early, late)


def looks(rng: np.random.Generator, gone: Floats) -> tuple[Floats, Floats]:
    """Look every hour, one item in seven only after an outage; stop early at two in a hundred."""
    n = gone.size
    gap = np.where(rng.random(n) < 1 / 7, rng.uniform(2, 12, n), 1.0)
    after = np.maximum(gone - gap * rng.random(n), 0.0)
    stop = np.where(rng.random(n) < 0.02, rng.uniform(0, 200, n), math.inf)
    cut = stop < after + gap
    return np.where(cut, np.minimum(after, stop), after), np.where(cut, math.inf, after + gap)


def plain_bounds(group: Integers, hits: Floats, size: Floats, many: int) -> tuple[Floats, Floats]:
    """Compute one-sided bounds the plain way: what the method was before this study."""
    n = np.bincount(group, size, many)
    share = np.bincount(group, hits, many) / n
    clusters = np.bincount(group, minlength=many)
    squares = np.bincount(group, (hits - share[group] * size) ** 2, many)
    error = np.sqrt(squares * clusters / (clusters - 1)) / n
    effective = n**2 / np.bincount(group, size**2, many)
    edge = (share <= 0) | (share >= 1)
    inner = np.where(edge, 0.5, share)
    reach = special.stdtrit(effective - 1, 1 - FAR_TAIL) * error / (inner * (1 - inner))
    low, high = (special.expit(special.logit(inner) + sign * reach) for sign in (-1, 1))
    exact = clopper_pearson(share * effective, effective, confidence=1 - 2 * FAR_TAIL)
    return np.where(edge, exact[0], low), np.where(edge, exact[1], high)


def study(
    rng: np.random.Generator, many: int, clusters: int, share: float, alike: float
) -> dict[str, float]:
    """Invent many worlds of one kind; return in how many per cent of them each thing happened."""
    site, gone = worlds(rng, many, clusters, share, alike)
    after, by = looks(rng, gone)
    # What is surely and possibly in time is a matter of the looks; its truth is that of very many.
    _, often = worlds(rng, 200, 1000, share, 0.5)
    late_looks, last_looks = looks(rng, often)
    sure, possible = np.mean(last_looks <= NORM), np.mean(late_looks < NORM)
    count = many * clusters
    group, size = np.arange(count) // clusters, np.bincount(site, minlength=count)
    sets = {
        "surely": np.bincount(site, by <= NORM, count),
        "possibly": np.bincount(site, after < NORM, count),
    }
    bounds = {
        name: clustered_shares(group, hits, size, groups=many, tail=FAR_TAIL)
        for name, hits in sets.items()
    }
    plain = {name: plain_bounds(group, hits, size, many) for name, hits in sets.items()}
    rounded = outward(after, by, grid([NORM]))
    found = incidence_intervals(
        *rounded, group=site // clusters, groups=many, hours=NORM, tail=TAIL, clusters=[site]
    )
    low, high = found.low[:, 0], found.high[:, 0]
    rates = {
        "holds": np.mean((low <= share) & (share <= high)),
        "too_high": np.mean(low > share),
        "too_low": np.mean(high < share),
        "surely_fails": np.mean(bounds["surely"].low > sure),
        "surely_fails_plain": np.mean(plain["surely"][0] > sure),
        "possibly_fails": np.mean(bounds["possibly"].high < possible),
        "possibly_fails_plain": np.mean(plain["possibly"][1] < possible),
    }
    return {name: round(100 * float(rate), 2) for name, rate in rates.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=2_000, help="worlds of each kind")
    many = parser.parse_args().worlds
    print("in per cent of worlds        95 % interval         99.5 % bound of   surely    possibly")
    print("share clusters alike    holds too high too low          fails (plain):")
    rows = []
    for number, (alike, clusters, share) in enumerate(
        (a, c, s) for a in ALIKE for c in CLUSTERS for s in SHARES
    ):
        rng = np.random.default_rng([SEED, number])
        r = study(rng, many, clusters, share, alike)
        rows.append({"share": share, "clusters": clusters, "alike": alike, **r})
        bounds = " ".join(
            f"{r[name]:9.2f} ({r[name + '_plain']:.2f})"
            for name in ("surely_fails", "possibly_fails")
        )
        print(
            f"{share:5.2f} {clusters:8d} {alike:5.2f}    {r['holds']:5.1f} {r['too_high']:8.1f} "
            f"{r['too_low']:7.1f}         {bounds}",
            flush=True,
        )
    print(json.dumps({"study": "coverage of intervals", "worlds": many, "rows": rows}))


if __name__ == "__main__":
    main()
