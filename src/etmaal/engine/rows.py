"""The rows of an edition's files, cell by cell in the order of `columns`."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from etmaal.core.figures import OVERALL, WHOLE, Figure
from etmaal.definitions import loader
from etmaal.engine.cells import ENDS
from etmaal.engine.counts import OUTCOMES, OUTSIDE
from etmaal.engine.estimates import Estimates
from etmaal.engine.findings import Findings
from etmaal.engine.list_of_figures import all_figures
from etmaal.engine.writing import Row
from etmaal.stats.concentration import lorenz as lorenz_points

GAP_EDGES = (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72, 168)


def figures(found: Findings, content: dict[str, Any]) -> list[Row]:
    """Return a row a figure, ordered by indicator, provider and period."""
    clock = f"{content['clock']['id']}/{content['clock']['version']}"
    versions = {indicator.id: str(indicator.version) for indicator in loader.indicators()}
    made = sorted(all_figures(found), key=lambda f: (f.indicator, f.provider, f.period))
    return [(*_cells(f), clock, versions[f.indicator]) for f in made]


def _cells(f: Figure) -> tuple[Any, ...]:
    return (
        f.indicator, f.provider, f.period, f.value, f.low, f.high, f.n, f.effective_n, f.unit,
    )  # fmt: skip


def overall(found: Findings) -> list[Row]:
    """Return the figures over all rows together, each indicator once."""
    made = [f for f in all_figures(found) if f.provider == OVERALL and f.period == WHOLE]
    return [
        (f.indicator, f.value, f.low, f.high, f.n, f.effective_n, f.unit)
        for f in sorted(made, key=lambda f: f.indicator)
    ]


def providers(found: Findings) -> Iterator[Row]:
    """Yield a row a provider, in the order of ids: groups are made of verdicts, not ranks."""
    whole, held, estimates = found.whole, found.bounds, found.estimates
    volume = int(found.total["episodes"][0])
    sure = found.verdicts.sure
    for k, name in enumerate(found.names):
        judged = found.verdicts.findings.get(name)
        profile = found.profiles[name]
        yield (
            name,
            profile.name,
            int(whole["n"][k]),
            int(whole["episodes"][k]),
            int(whole["items"][k]),
            int(whole["sites"][k]),
            held.surely.value[k],
            held.possibly.value[k],
            *(values[k] for values in _in_time(estimates)),
            estimates.within[24.0].value[k],
            estimates.within[48.0].value[k],
            estimates.over_48h.value[k],
            estimates.p50_hours[k],
            estimates.p90_hours[k],
            int(whole["still_open"][k]),
            *(int(whole[outcome][k]) for outcome in OUTCOMES),
            *(int(whole[state][k]) for state in OUTSIDE),
            held.surely.effective_n[k] if whole["n"][k] else None,
            int(whole["episodes"][k]) / volume,
            int(whole["returned"][k]),
            "" if judged is None else judged.verdict.value,
            "" if judged is None else judged.because,
            sure.surely.low[k] if sure.n[k] else None,
            sure.possibly.high[k] if sure.n[k] else None,
            "wrong" if judged is not None and judged.wrong_proposed else "",
            profile.role,
            profile.seat_country,
        )


def _in_time(estimates: Estimates) -> tuple[np.ndarray[Any, Any], ...]:
    return (estimates.in_time.value, estimates.in_time.low, estimates.in_time.high)


def curves(found: Findings) -> Iterator[Row]:
    """Yield the estimated masses of all together and of every provider."""
    yield from _curve(found.overall, [OVERALL])
    yield from _curve(found.estimates, list(found.names))


def _curve(estimates: Estimates, names: list[str]) -> Iterator[Row]:
    words = ("removed", *ENDS)
    masses = estimates.masses
    reached: dict[int, float] = {}
    for group, cause, after, by, mass in zip(
        masses.group, masses.cause, masses.after, masses.by, masses.mass, strict=True
    ):
        gone = bool(np.isfinite(by))
        before = reached.get(int(group), 0.0)
        now = before + float(mass) if gone and cause == 0 else before
        reached[int(group)] = now
        yield (
            names[int(group)], after, by if gone else None,
            words[int(cause)] if gone else "still_there", mass, before, now,
        )  # fmt: skip


def sensitivity(found: Findings) -> Iterator[Row]:
    """Yield what each way of counting alone would say of each provider."""
    for row in found.verdicts.sensitivity:
        judged = row.found
        yield (
            row.provider, row.variant.value, row.n, row.surely, row.surely_low, row.possibly,
            row.possibly_high, row.effective_n,
            "" if judged is None else judged.verdict.value,
            "" if judged is None else judged.because,
        )  # fmt: skip


def transit(found: Findings) -> Iterator[Row]:
    """Yield the roads by which episodes came."""
    for row in found.transit:
        yield (row.server_country, row.seat_country, row.source, row.episodes, row.items)


def gaps(found: Findings) -> Iterator[Row]:
    """Yield the distribution of gaps between checks, for all and for each provider."""
    edges = np.array(GAP_EDGES) * 60
    place = np.searchsorted(edges, found.gaps.minutes, side="right") - 1
    for number, name in [(-1, OVERALL), *enumerate(found.names)]:
        mine = found.gaps.of(number)
        counts = np.bincount(place[mine], found.gaps.looks[mine], len(edges)).astype(int)
        for k, count in enumerate(counts):
            if count:
                before = GAP_EDGES[k + 1] if k + 1 < len(edges) else None
                yield (name, GAP_EDGES[k], before, int(count))


def lorenz(found: Findings) -> Iterator[Row]:
    """Yield the Lorenz curve of volume over providers, from (0, 0) to (1, 1)."""
    volumes = found.whole["episodes"][found.provider_numbers()]
    yield from zip(*lorenz_points(volumes), strict=True)
