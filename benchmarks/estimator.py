"""How much faster is the estimator than lifelines, on what lifelines can finish?

Invented rows: 300,000 windows at 500 providers of Zipf sizes, looked at every hour for two days and
every four hours after that, 1.6 % still online at their last look. Ours takes all of them, with
and without intervals; lifelines takes the first rows of the largest provider, as many as it can
finish. Ratios are of rows a second; on the same rows, of time. The curves must agree.
"""

import json
import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from etmaal.stats.grid import grid, outward
from etmaal.stats.incidence import incidence
from etmaal.stats.intervals import incidence_intervals
from etmaal.stats.turnbull import turnbull

Floats = npt.NDArray[np.float64]

ROWS, PROVIDERS, SITES = 300_000, 500, 3_000
PEER_ROWS = (1_000, 3_000)  # the next step up takes it minutes
ROUNDS = 3  # of which the best counts; one for the peer, whose time is long
SEED = 20_261_123


def invent(rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Return the provider of each row, and its window, in order of providers."""
    sizes = 1 / np.arange(1, PROVIDERS + 1)
    provider = np.sort(rng.choice(PROVIDERS, ROWS, p=sizes / sizes.sum()))
    speed = rng.lognormal(np.log(20), 0.8, PROVIDERS)[provider]
    gone = speed * rng.lognormal(0, 1, ROWS)
    gap = np.where(gone < 48, 1.0, 4.0) * rng.uniform(0.9, 1.1, ROWS)
    after = np.maximum(gone - gap * rng.random(ROWS), 0.0)
    by = np.where(rng.random(ROWS) < 0.016, math.inf, after + gap)
    return provider, after, by


def best_of(rounds: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest time in seconds, and the last result."""
    times, result = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def peer(after: Floats, by: Floats) -> tuple[float, tuple[float, float]]:
    """Time lifelines; return also the bounds of its share removed by 24 hours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifelines

        fitter = lifelines.KaplanMeierFitter()
        seconds, _ = best_of(1, lambda: fitter.fit_interval_censoring(after, by))
    curve = fitter.survival_function_
    row = curve.iloc[curve.index.searchsorted(24.0, side="right") - 1]
    return seconds, (float(1 - row.max()), float(1 - row.min()))


def main() -> None:
    rng = np.random.default_rng(SEED)
    provider, after, by = invent(rng)
    site = rng.integers(0, SITES, ROWS)

    def on_the_grid() -> Any:
        low, high = outward(after, by, grid([24]))
        return turnbull(low, high, group=provider, groups=PROVIDERS)

    def with_intervals() -> Any:
        low, high = outward(after, by, grid([24]))
        return incidence_intervals(
            low, high, group=provider, groups=PROVIDERS,
            hours=[24, 48], tail=0.025, clusters=[site],
        )  # fmt: skip

    lines, found = [], {}
    for name, work in (("curves", on_the_grid), ("curves with intervals", with_intervals)):
        seconds, _ = best_of(ROUNDS, work)
        found[name] = ROWS / seconds
        lines.append((f"{name}, {PROVIDERS} providers", ROWS, seconds, found[name], ""))
    same_rows = {}
    for rows in PEER_ROWS:
        few = after[:rows], by[:rows]
        theirs, (low, high) = peer(*few)
        ours, masses = best_of(ROUNDS, lambda few=few: turnbull(*few))
        late, in_time = (
            float(incidence(masses, 24, straddling=way)[0, 0]) for way in ("late", "in_time")
        )
        if late > high + 0.02 or low > in_time + 0.02:
            raise SystemExit(f"the curves differ at 24 hours: {late, in_time} and {low, high}")
        same_rows[rows] = theirs / ours
        lines.append((f"curve, the same {rows} rows", rows, ours, rows / ours, ""))
        rate = rows / theirs
        ratio = f"{found['curves'] / rate:,.0f}x, {found['curves with intervals'] / rate:,.0f}x"
        lines.append((f"lifelines, {rows} rows", rows, theirs, rate, ratio))
        found[f"lifelines {rows}"] = rate
    print(f"{'what':<40}{'rows':>9}{'seconds':>10}{'rows/s':>12}  ours: curves, with intervals")
    for what, rows, seconds, rate, ratio in lines:
        print(f"{what:<40}{rows:>9,}{seconds:>10.3f}{rate:>12,.0f}  {ratio}")
    peers = [found[f"lifelines {rows}"] for rows in PEER_ROWS]
    print(
        json.dumps(
            {
                "benchmark": "estimator",
                "rows_per_second": {name: round(rate) for name, rate in found.items()},
                "ratio": round(found["curves"] / max(peers)),
                "ratio_with_intervals": round(found["curves with intervals"] / max(peers)),
                "ratio_on_the_same_rows": {rows: round(x) for rows, x in same_rows.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
