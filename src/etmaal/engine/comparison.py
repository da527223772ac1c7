"""Providers beside one another without a league table: funnel, rank intervals, shrunken shares."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from etmaal.core.figures import OVERALL, WHOLE, Figure
from etmaal.engine.findings import Findings
from etmaal.engine.writing import rounded
from etmaal.stats.funnel import FunnelLimits, funnel_limits, overdispersion
from etmaal.stats.ranks import rank_intervals
from etmaal.stats.shrinkage import shrink

Floats = npt.NDArray[np.float64]
LIMITS = ("low_95", "high_95", "low_998", "high_998")


def compared(found: Findings) -> list[int]:
    """Return the numbers of the providers with a share and enough rows to stand beside others."""
    smallest, shares = found.question.floors.smallest_n, found.estimates.in_time.value
    enough = found.whole["n"] >= smallest
    return [k for k in found.provider_numbers() if enough[k] and np.isfinite(shares[k])]


def funnel(found: Findings) -> tuple[float, float] | None:
    """Return the funnel's centre (the pooled share) and its over-dispersion.

    None where nobody can be compared, or all or nothing was in time: there is no chance then.
    """
    which = compared(found)
    centre = found.averages.pooled.value
    if not which or centre is None or not 0 < centre < 1:
        return None
    n = found.whole["n"][which].astype(np.float64)
    return centre, overdispersion(found.estimates.in_time.value[which], n, centre)


def limits(found: Findings, n: Floats) -> FunnelLimits | None:
    """Return the funnel's limits at these sizes, None where there is no funnel."""
    middle = funnel(found)
    return None if middle is None else funnel_limits(n, middle[0], phi=middle[1])


def comparison_figures(found: Findings) -> Iterator[Figure]:
    """Yield funnel limits, rank intervals and shrunken shares of the providers compared."""
    which = compared(found)
    if not which:
        return
    part = found.estimates.in_time
    n = found.whole["n"][which]
    held = limits(found, n.astype(np.float64))
    rng = np.random.default_rng(found.question.seed)
    best, worst = rank_intervals(part.value[which], part.low[which], part.high[which], rng=rng)
    # What clusters are worth, not rows, decides how far a share is drawn to the others'.
    worth = np.maximum(part.effective_n[which], 1.0)
    shrunken = shrink(part.value[which] * worth, worth)
    for place, k in enumerate(which):
        name, rows = found.names[k], int(n[place])
        for indicator in LIMITS if held is not None else ():
            at = getattr(held, indicator)[place]
            yield _observed(f"funnel_{indicator}", name, at, rows, "share")
        yield _observed("rank_low", name, best[place], len(which), "rank")
        yield _observed("rank_high", name, worst[place], len(which), "rank")
        value = float(shrunken.value[place])
        yield Figure(
            "in_time_shrunken", name, WHOLE, rounded(value),
            rounded(min(shrunken.low[place], value)), rounded(max(shrunken.high[place], value)),
            rows, rounded(worth[place]), "share",
        )  # fmt: skip
    if (middle := funnel(found)) is not None:
        yield _observed("funnel_overdispersion", OVERALL, middle[1], len(which), "factor")


def _observed(indicator: str, provider: str, value: float, n: int, unit: str) -> Figure:
    return Figure(indicator, provider, WHOLE, rounded(value), None, None, n, None, unit)
