"""The bulletin's sections on all providers together: averages, concentration, funnel, spread."""

import numpy as np

from etmaal.charts.funnel import Limit
from etmaal.charts.lorenz import LorenzPoint
from etmaal.charts.polarisation import ShareBin
from etmaal.engine.averages import Average
from etmaal.engine.chosen import anything_told
from etmaal.engine.comparison import Floats, compared, limits
from etmaal.engine.comparison import funnel as centre_of
from etmaal.engine.findings import Findings
from etmaal.engine.writing import rounded
from etmaal.letters import values
from etmaal.stats.concentration import gini, herfindahl, lorenz, top_k_share
from etmaal.stats.funnel import FunnelLimits, funnel_limits

FUNNEL_POINTS = 60
TENTHS = 10


def averages(found: Findings) -> tuple[values.AverageRow, ...]:
    """Return the pooled share beside the mean, with and without what could not be measured."""
    held = found.averages

    def share(average: Average, n: int) -> values.Share | None:
        if average.value is None or average.low is None or average.high is None:
            return None
        if not anything_told(found):
            return None
        value = float(rounded(average.value))
        low, high = float(rounded(average.low)), float(rounded(average.high))
        return values.Share(value, min(low, value), max(high, value), n)

    return tuple(
        values.AverageRow(only, share(pooled, pooled.n), share(mean, mean.providers))
        for only, pooled, mean in (
            (False, held.pooled, held.mean),
            (True, held.pooled_measured, held.mean_measured),
        )
    )


def concentration(found: Findings) -> values.Concentration:
    """Return how the volume is spread over the providers."""
    volumes = found.whole["episodes"][found.provider_numbers()].astype(np.float64)
    some = bool(volumes.sum() > 0)
    points = [
        LorenzPoint(float(rounded(p)), float(rounded(v)))
        for p, v in zip(*lorenz(volumes), strict=True)
    ]
    return values.Concentration(
        providers=volumes.size,
        episodes=int(volumes.sum()),
        points=tuple(points) if some else (),
        top=tuple(
            values.TopShare(k, float(rounded(top_k_share(volumes, k))))
            for k in (1, 4, 10)
            if some and (k == 1 or k < volumes.size)
        ),
        herfindahl=float(rounded(herfindahl(volumes))) if some else None,
        gini=float(rounded(gini(volumes))) if some else None,
    )


def funnel(found: Findings) -> values.Funnel | None:
    """Return the funnel around the pooled share, None where nobody can be compared."""
    which, middle = compared(found), centre_of(found)
    if middle is None:
        return None
    centre, phi = middle
    n = found.whole["n"][which].astype(np.float64)
    # Also the providers that are too small to be compared are drawn: the limits begin with them.
    drawn = found.whole["n"][found.provider_numbers()]
    ends = drawn[drawn > 0].min(), drawn.max()
    sizes = np.unique(np.round(np.geomspace(*ends, FUNNEL_POINTS))).astype(np.float64)
    lines, mine = limits(found, sizes), limits(found, n)
    if lines is None or mine is None:
        return None
    shares = found.estimates.in_time.value[which]
    known = np.array([anything_told(found, k) for k in which])
    return values.Funnel(
        centre=float(rounded(centre)),
        limits=_limits(sizes, lines),
        overdispersion=float(rounded(phi)),
        below_998=int((known & (shares < mine.low_998)).sum()),
        above_998=int((known & (shares > mine.high_998)).sum()),
        by_chance=_limits(sizes, funnel_limits(sizes, centre)) if phi > 1 else (),
    )


def _limits(sizes: Floats, lines: FunnelLimits) -> tuple[Limit, ...]:
    columns = (sizes, lines.low_95, lines.high_95, lines.low_998, lines.high_998)
    return tuple(Limit(*(float(rounded(x)) for x in row)) for row in zip(*columns, strict=True))


def polarisation(found: Findings) -> values.Polarisation | None:
    """Return how many providers have which share, None where nobody can be compared."""
    # Whoever was never looked at has no share, and is neither quick nor slow.
    which = [k for k in compared(found) if anything_told(found, k)]
    if not which:
        return None
    shares = found.estimates.in_time.value[which]
    place = np.minimum((shares * TENTHS).astype(int), TENTHS - 1)
    counts = np.bincount(place, minlength=TENTHS)
    return values.Polarisation(
        providers=len(which),
        smallest_n=found.question.floors.smallest_n,
        at_least_90=int((shares >= 0.9).sum()),
        at_most_20=int((shares <= 0.2).sum()),
        bins=tuple(ShareBin(k / TENTHS, (k + 1) / TENTHS, int(counts[k])) for k in range(TENTHS)),
    )
