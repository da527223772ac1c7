"""What may be said of a provider with few items? Its share, drawn towards that of all providers.

An empirical-Bayes estimate is right more often over many providers, and is nobody's own figure: it
stands beside the raw share and never in its place.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from etmaal.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Shrunken shares: ``value``, ``low``, ``high`` of shape (groups,), nan where n is 0.

    ``mean`` and ``strength`` are those of the beta distribution over groups; its strength is the
    number of items that a group's own must outweigh.
    """

    value: Floats
    low: Floats
    high: Floats
    mean: float
    strength: float


def shrink(hits: npt.ArrayLike, n: npt.ArrayLike, *, tail: float = 0.025) -> Shrunken:
    """Estimate the beta distribution of the shares over groups, and each group's share under it.

    The strength has a weak prior (the weight of the common mean in a typical group is uniform), so
    that a few groups, or groups no more different than chance makes them, do not all get one value.

    Args:
        hits: shape (groups,), items that count, ``0 <= hits <= n``; effective numbers will do.
        n: shape (groups,), all items.
        tail: the probability left in each tail of a group's interval.

    Raises:
        ValueError: if hits are negative or more than n.

    Source: Daniels (1999), Canad. J. Statist. 27, 567-578 (uniform shrinkage prior); Morris (1983),
    J. Am. Stat. Assoc. 78, 47-55.
    """
    hit, size = np.asarray(hits, np.float64), np.asarray(n, np.float64)
    if not np.all((hit >= 0) & (hit <= size)):
        raise ValueError("a group needs 0 <= hits <= n")
    some = size > 0
    if not some.any():
        nothing = np.full(size.shape, np.nan)
        return Shrunken(nothing, nothing, nothing, float("nan"), float("nan"))
    mean, strength = _distribution(hit[some], size[some])
    a, b = mean * strength + hit, (1 - mean) * strength + size - hit
    value = a / (a + b)
    low = np.asarray(special.betaincinv(a, b, tail), np.float64)
    high = np.asarray(special.betainccinv(a, b, tail), np.float64)
    for x in (value, low, high):
        x[~some] = np.nan
    return Shrunken(value, low, high, mean, strength)


def _distribution(hit: Floats, size: Floats) -> tuple[float, float]:
    """Find the likeliest mean and strength, on the scales on which the likelihood is even."""
    typical = float(size.size / np.sum(1 / size))

    def cost(at: Floats) -> tuple[float, Floats]:
        mean, strength = special.expit(at[0]), np.exp(at[1])
        a, b = mean * strength, (1 - mean) * strength
        fit = np.sum(special.betaln(a + hit, b + size - hit) - special.betaln(a, b))
        even = 0.5 * (special.log_expit(at[0]) + special.log_expit(-at[0]))
        weak = at[1] - 2 * np.log(strength + typical)
        both = special.digamma(strength) - special.digamma(strength + size)
        by_a = np.sum(special.digamma(a + hit) - special.digamma(a) + both)
        by_b = np.sum(special.digamma(b + size - hit) - special.digamma(b) + both)
        by_mean = (by_a - by_b) * a * (1 - mean) + 0.5 - mean
        by_strength = by_a * a + by_b * b + 1 - 2 * strength / (strength + typical)
        return -float(fit + even + weak), -np.array([by_mean, by_strength])

    pooled = float((np.sum(hit) + 0.5) / (np.sum(size) + 1))
    start = np.array([special.logit(pooled), np.log(typical)])
    limits = [(-15.0, 15.0), (np.log(1e-2), np.log(1e6))]
    found = optimize.minimize(
        cost,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    return float(special.expit(found.x[0])), float(np.exp(found.x[1]))
