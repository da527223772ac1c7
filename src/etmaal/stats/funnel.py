"""Which providers stand outside what chance allows? Control limits around a common share.

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from etmaal.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """The limits between which 95 % and 99.8 % of shares lie, but for chance; each (k,)."""

    low_95: Floats
    high_95: Floats
    low_998: Floats
    high_998: Floats


def funnel_limits(n: npt.ArrayLike, target: float, *, phi: float = 1.0) -> FunnelLimits:
    """Compute control limits for shares of n items around a common share.

    Exact binomial limits, drawn between whole numbers of items as Spiegelhalter does (A.1.1), and
    moved away from the target by the square root of the over-dispersion.

    Args:
        n: shape (k,), numbers of items, at least 1.
        target: the common share; at 0 or 1 all limits are the target itself.
        phi: the over-dispersion, at least 1; see `overdispersion`.

    Returns:
        Limits in [0, 1]; nan where the target is nan.
    """
    size = np.asarray(n, np.float64)
    sides = [_limit(size, target, p) for p in (0.025, 0.975, 0.001, 0.999)]
    moved = [np.clip(target + (x - target) * np.sqrt(phi), 0.0, 1.0) for x in sides]
    return FunnelLimits(*moved)


def _limit(size: Floats, target: float, p: float) -> Floats:
    """Find the share below which lies the probability p, between two whole numbers of items."""
    if not 0 < target < 1:
        return np.full(size.shape, target)
    count = np.clip(np.ceil(special.bdtrik(p, size, target) - 1e-9), 0.0, size)
    up_to = special.bdtr(count, size.astype(np.int64), target)
    before = np.where(count > 0, special.bdtr(count - 1, size.astype(np.int64), target), 0.0)
    limit: Floats = (count - (up_to - p) / (up_to - before)) / size
    return limit


def overdispersion(
    share: npt.ArrayLike, n: npt.ArrayLike, target: float, *, winsor: float = 0.1
) -> float:
    """Estimate how much more shares differ than chance makes them: the factor phi.

    The mean of the squared z-scores, the outermost of which are drawn in to a quantile, so that
    the providers one looks for do not widen the limits that should show them.

    Args:
        share: shape (groups,).
        n: shape (groups,), items; groups without are left out.
        target: the common share.
        winsor: the part drawn in at each end.

    Returns:
        phi, or 1 where it is not clearly above 1 (1 + 2 sqrt(2 / groups)), or cannot be told.
    """
    size = np.asarray(n, np.float64)
    some = size > 0
    if not (0 < target < 1 and some.any()):
        return 1.0
    error = np.sqrt(target * (1 - target) / size[some])
    z = (np.asarray(share, np.float64)[some] - target) / error
    phi = float(np.mean(np.clip(z, *np.quantile(z, [winsor, 1 - winsor])) ** 2))
    return phi if phi > 1 + 2 * np.sqrt(2 / z.size) else 1.0
