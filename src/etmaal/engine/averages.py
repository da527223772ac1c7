"""Two averages that may differ grossly: pooled over items, and the mean over providers.

Each is made with and without what could not be measured, and they are shown side by side.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.core.verdicts import Verdict
from etmaal.engine.counts import Counts
from etmaal.engine.estimates import Estimates, combined
from etmaal.engine.verdicts import NOT_PROVIDERS, Verdicts

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Average:
    """One average share, its 95 % interval, and what it is over; None where nothing is."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    providers: int


@dataclass(frozen=True, slots=True)
class Averages:
    """The four averages of the share removed within the norm.

    ``pooled`` weighs every row of ``providers.csv`` by its n, unresolved ones included, because
    it is about items; a mean over providers can only be over providers.
    """

    pooled: Average
    pooled_measured: Average
    mean: Average
    mean_measured: Average


def averages(
    names: tuple[str, ...], whole: Counts, estimates: Estimates, verdicts: Verdicts
) -> Averages:
    """Return the averages; each provider's interval enters by the method of variance recovery."""
    n = whole["n"].astype(np.float64)
    some = (n > 0) & np.isfinite(estimates.in_time.value)
    real = np.array([name not in NOT_PROVIDERS for name in names])
    measured = np.array(
        [
            (found := verdicts.findings.get(name)) is None
            or found.verdict is not Verdict.UNMEASURABLE
            for name in names
        ]
    )

    def average(which: Booleans, weights: npt.NDArray[np.float64]) -> Average:
        chosen = which & some
        if not chosen.any():
            return Average(None, None, None, 0, 0)
        weight = np.where(chosen, weights, 0.0)
        weight = weight / weight.sum()
        value, low, high = combined(estimates.in_time, weight[:, None])
        return Average(
            float(value[0]), float(low[0]), float(high[0]), int(n[chosen].sum()),
            int((chosen & real).sum()),
        )  # fmt: skip

    return Averages(
        pooled=average(np.ones_like(real), n),
        pooled_measured=average(real & measured, n),
        mean=average(real, np.ones_like(n)),
        mean_measured=average(real & measured, np.ones_like(n)),
    )
