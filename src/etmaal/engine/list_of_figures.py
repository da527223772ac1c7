"""Every figure of an edition, each under its indicator's id in the definitions."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from etmaal.core.figures import OVERALL, WHOLE, Figure
from etmaal.engine.averages import Average
from etmaal.engine.bounds import Bounds
from etmaal.engine.comparison import compared, comparison_figures
from etmaal.engine.counts import OUTCOMES, OUTSIDE, Counts
from etmaal.engine.estimates import Estimates, Intervals
from etmaal.engine.findings import Findings
from etmaal.engine.writing import rounded
from etmaal.stats.concentration import gini, herfindahl, top_k_share

Floats = npt.NDArray[np.float64]

COUNTED = (
    "episodes", "n", *(f"{o}_n" for o in OUTCOMES), *OUTSIDE, "still_open", "returned",
    "unlooked", "never_seen_online", "disputed", "obstructed", "shared", "pages", "reassigned",
)  # fmt: skip
MONTHLY = ("episodes", "n", *(f"{o}_n" for o in OUTCOMES))


def all_figures(found: Findings) -> Iterator[Figure]:
    """Yield every figure, whole and by month, of every provider and of all together."""
    for k, name in enumerate(found.names):
        yield from _counts(found.whole, name, WHOLE, k, COUNTED)
        yield from _plain_counts(found.whole, name, k)
        yield from _shares(found.bounds, found.estimates, name, WHOLE, k)
        yield from _more(found, found.whole, found.estimates, found.first_removal, name, k)
        yield _share_of_volume(found, name, int(found.whole["episodes"][k]))
        yield from _verdict_bounds(found, name, k)
    yield from _counts(found.total, OVERALL, WHOLE, 0, COUNTED)
    yield from _plain_counts(found.total, OVERALL, 0)
    yield from _shares(found.bounds_overall, found.overall, OVERALL, WHOLE, 0)
    yield from _more(found, found.total, found.overall, None, OVERALL, 0)
    yield from _monthly(found)
    yield from _averages(found)
    yield from _concentration(found)
    yield from _check_gaps(found)
    yield from comparison_figures(found)
    for m in found.measured:
        yield _plain(m.indicator, m.provider, WHOLE, m.value, m.n, m.unit)


def _plain(
    indicator: str, provider: str, period: str, value: float | None, n: int, unit: str
) -> Figure:
    return Figure(indicator, provider, period, rounded(value), None, None, n, None, unit)


def _counts(
    counts: Counts, provider: str, period: str, k: int, which: tuple[str, ...]
) -> Iterator[Figure]:
    n = int(counts["episodes"][k])
    for indicator in which:
        value = int(counts[indicator.removesuffix("_n") if indicator != "n" else "n"][k])
        yield _plain(indicator, provider, period, value, n, "episodes")


def _plain_counts(counts: Counts, provider: str, k: int) -> Iterator[Figure]:
    n = int(counts["episodes"][k])
    yield _plain("items", provider, WHOLE, int(counts["items"][k]), n, "items")
    yield _plain("sites", provider, WHOLE, int(counts["sites"][k]), n, "sites")
    yield _plain("unsure_attribution", provider, WHOLE, int(counts["unsure"][k]), n, "episodes")
    returned = int(counts["returned"][k]) / n if n else None
    yield _plain("returned_share", provider, WHOLE, returned, n, "share")


def interval(indicator: str, provider: str, period: str, part: Intervals, k: int, n: int) -> Figure:
    """Return one estimated share as a figure; without rows it has no value."""
    if n == 0 or not np.isfinite(part.value[k]):
        return Figure(indicator, provider, period, None, None, None, n, None, "share")
    value, low, high = (float(part.value[k]), float(part.low[k]), float(part.high[k]))
    return Figure(
        indicator, provider, period, rounded(value), rounded(min(low, value)),
        rounded(max(high, value)), n, rounded(part.effective_n[k]), "share",
    )  # fmt: skip


def _held(held: Bounds, indicator: str) -> Intervals:
    part = held.surely if indicator == "surely_in_time" else held.possibly
    return Intervals(part.value, part.low, part.high, part.effective_n)


def _shares(held: Bounds, made: Estimates, provider: str, period: str, k: int) -> Iterator[Figure]:
    n = int(held.n[k])
    for indicator in ("surely_in_time", "possibly_in_time"):
        yield interval(indicator, provider, period, _held(held, indicator), k, n)
    yield interval("in_time", provider, period, made.in_time, k, n)
    yield interval("within_24h", provider, period, made.within[24.0], k, n)
    yield interval("within_48h", provider, period, made.within[48.0], k, n)
    yield interval("over_48h", provider, period, made.over_48h, k, n)
    yield interval("between_24_and_48h", provider, period, made.between_24_and_48h, k, n)


def _more(
    found: Findings, counts: Counts, made: Estimates, first: Bounds | None, provider: str, k: int
) -> Iterator[Figure]:
    n = int(counts["n"][k])
    for end, part in made.ended.items():
        yield interval(f"ended_{end}", provider, WHOLE, part, k, n)
    for indicator, values in (
        ("p50_hours", made.p50_hours),
        ("p90_hours", made.p90_hours),
        ("restricted_mean_hours", made.restricted_mean_hours),
    ):
        yield _plain(indicator, provider, WHOLE, float(values[k]) if n else None, n, "hours")
    if first is not None:
        held = _held(first, "surely_in_time")
        yield interval("first_gone_in_time", provider, WHOLE, held, k, int(first.n[k]))


def _share_of_volume(found: Findings, provider: str, episodes: int) -> Figure:
    total = int(found.total["episodes"][0])
    return _plain("share_of_volume", provider, WHOLE, episodes / total, total, "share")


def _verdict_bounds(found: Findings, provider: str, k: int) -> Iterator[Figure]:
    """The one-sided bounds that the verdict rests on, and the clusters behind them."""
    held = found.verdicts.sure
    n = int(held.n[k])
    low = float(held.surely.low[k]) if n else None
    high = float(held.possibly.high[k]) if n else None
    worth = float(held.surely.effective_n[k]) if n else None
    yield Figure(
        "surely_low", provider, WHOLE, rounded(low), None, None, n, rounded(worth), "share"
    )
    yield Figure(
        "possibly_high", provider, WHOLE, rounded(high), None, None, n, rounded(worth), "share"
    )
    rows = int(found.whole["n"][k])
    clusters = float(found.bounds.surely.effective_n[k]) if rows else None
    yield _plain("effective_n", provider, WHOLE, clusters, rows, "clusters")


def _monthly(found: Findings) -> Iterator[Figure]:
    months = len(found.months)
    for k, name in [*enumerate(found.names), (-1, OVERALL)]:
        for m, month in enumerate(found.months):
            period = f"{month:%Y-%m}"
            counts = {
                key: (table[k, m] if k >= 0 else table[:, m].sum())
                for key, table in found.monthly.of.items()
            }
            n, episodes = int(counts["n"]), int(counts["episodes"])
            if k >= 0 and episodes == 0:
                continue
            for indicator in MONTHLY:
                key = indicator if indicator == "n" else indicator.removesuffix("_n")
                yield _plain(indicator, name, period, int(counts[key]), episodes, "episodes")
            made = found.by_month if k >= 0 else found.by_month_overall
            group = k * months + m if k >= 0 else m
            yield interval("in_time", name, period, made.in_time, group, n)
            yield interval("within_24h", name, period, made.within[24.0], group, n)
            yield interval("within_48h", name, period, made.within[48.0], group, n)
            yield _plain(
                "p50_hours", name, period, float(made.p50_hours[group]) if n else None, n, "hours"
            )
            for indicator, hits in (
                ("surely_in_time", counts["in_time"]),
                ("possibly_in_time", n - counts["late"]),
            ):
                value = int(hits) / n if n else None
                yield _plain(indicator, name, period, value, n, "share")


def _averages(found: Findings) -> Iterator[Figure]:
    held = found.averages
    named: list[tuple[str, Average, bool]] = [
        ("pooled_share", held.pooled, False),
        ("pooled_share_measured", held.pooled_measured, False),
        ("mean_over_providers", held.mean, True),
        ("mean_over_providers_measured", held.mean_measured, True),
    ]
    for indicator, average, over_providers in named:
        n = average.providers if over_providers else average.n
        yield Figure(
            indicator, OVERALL, WHOLE, rounded(average.value), rounded(average.low),
            rounded(average.high), n, float(average.providers), "share",
        )  # fmt: skip


def _concentration(found: Findings) -> Iterator[Figure]:
    mine = found.provider_numbers()
    volumes = found.whole["episodes"][mine].astype(np.float64)
    n = int(volumes.sum())

    def index(indicator: str, value: float | None, unit: str = "share") -> Figure:
        return _plain(indicator, OVERALL, WHOLE, value, n, unit)

    yield _plain("providers", OVERALL, WHOLE, len(mine), n, "providers")
    for k in (1, 4, 10):
        yield index(f"top_{k}_share", float(top_k_share(volumes, k)) if n else None)
    yield index("herfindahl", float(herfindahl(volumes)) if n else None, "index")
    yield index("gini", float(gini(volumes)) if n else None, "index")
    big = compared(found)
    shares = found.estimates.in_time.value[big]
    yield _plain(
        "providers_at_90", OVERALL, WHOLE, int((shares >= 0.9).sum()), len(big), "providers"
    )
    yield _plain(
        "providers_at_20", OVERALL, WHOLE, int((shares <= 0.2).sum()), len(big), "providers"
    )
    if found.question.policy.verdicts:
        judged = found.verdicts
        yield _plain(
            "expected_false_lax", OVERALL, WHOLE, judged.expected_false_lax, judged.judged,
            "providers",
        )  # fmt: skip


def _check_gaps(found: Findings) -> Iterator[Figure]:
    for number, name in [(-1, OVERALL), *enumerate(found.names)]:
        n = int(found.gaps.looks[found.gaps.of(number)].sum())
        for q, indicator in ((0.5, "check_gap_p50_hours"), (0.9, "check_gap_p90_hours")):
            yield _plain(indicator, name, WHOLE, found.gaps.quantile(q, number), n, "hours")
