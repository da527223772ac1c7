"""What does the product say of these worlds? By the estimators and rules it uses itself.

Every world stands for one provider: the estimate goes through `engine.estimates`, the bounds
through `stats.shares`, the word through `core.verdicts` under the floors that ship.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from looks import Seen
from worlds import NORM, Booleans, Floats, Integers, Kind, Worlds

from etmaal.core.verdicts import Evidence, Floors, Verdict, finding
from etmaal.definitions import loader
from etmaal.engine.cells import Cells
from etmaal.engine.estimates import TAIL, estimate
from etmaal.stats.grid import grid, outward
from etmaal.stats.incidence import incidence_intervals, quantile
from etmaal.stats.shares import ShareIntervals, clustered_shares, squared_residuals, wider
from etmaal.stats.turnbull import turnbull

Found: TypeAlias = dict[str, Floats]  # each of shape (worlds,)

FLOORS: Floors = loader.floors("nl-covenant-2018")
EDGES = grid([1.0, 12.0, NORM, 48.0])


def clusters(kind: Kind, worlds: Worlds) -> list[Integers]:
    """Return the ways to cluster items that the source tells of."""
    site = worlds.site if kind.sites_known else np.arange(worlds.site.size)
    return [site, worlds.batch] if kind.in_batch and kind.batches_known else [site]


def counted(worlds: Worlds, seen: Seen) -> Found:
    """Count what is surely and possibly in time, what is in doubt, and what really was in time."""
    n = _sums(worlds, seen.there)
    in_time, late = _outcomes(worlds, seen)
    ended = worlds.moved & seen.there & np.isfinite(seen.by) & ~late
    surely, possibly = _sums(worlds, in_time) / n, 1 - _sums(worlds, late) / n
    realised = _sums(worlds, worlds.in_time & seen.there) / n
    return {
        "n": n,
        "surely": surely,
        "possibly": possibly,
        "doubt": np.maximum(possibly - surely - _sums(worlds, ended) / n, 0.0),
        "realised": realised,
        "outside": ((realised < surely - 1e-12) | (realised > possibly + 1e-12)).astype(np.float64),
    }


def estimated(kind: Kind, worlds: Worlds, seen: Seen) -> Found:
    """Estimate the share in time and its 95 % interval."""
    cells = _cells(worlds, seen, clusters(kind, worlds))
    batches = len(clusters(kind, worlds)) > 1
    hours = (NORM, 24.0, 48.0)
    found = estimate(cells, cells.provider, worlds.many, hours, batches=batches).in_time
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "effective": found.effective_n,
    }


def ungridded(kind: Kind, worlds: Worlds, seen: Seen) -> Found:
    """Estimate the same from the windows as they are, and count what the grid changes at the norm.

    ``changed``: items whose outcome at the norm is another on the grid; ``p50``, ``raw_p50``: the
    median in hours, with and without the grid.
    """
    after, by, there = seen.after[seen.there], seen.by[seen.there], seen.there
    world, cause = worlds.world[there], worlds.moved[there].astype(np.int64)
    [way] = clusters(kind, worlds)
    raw = incidence_intervals(
        after, by, hours=NORM, tail=TAIL, clusters=[way[there]], cause=cause, group=world,
        groups=worlds.many,
    )  # fmt: skip
    down, up = outward(after, by, EDGES)
    rounded = turnbull(down, up, cause=cause, group=world, groups=worlds.many)
    changed = ((by <= NORM) != (up <= NORM)) | ((after >= NORM) != (down >= NORM))
    return {
        "raw_value": raw.value[:, 0],
        "raw_low": raw.low[:, 0],
        "raw_high": raw.high[:, 0],
        "raw_p50": quantile(raw.masses, 0.5)[:, 0],
        "p50": quantile(rounded, 0.5)[:, 0],
        "changed": np.bincount(world, changed, worlds.many),
    }


def judged(kind: Kind, worlds: Worlds, seen: Seen) -> Found:
    """Compute the bounds and the verdict of each world, what can overturn it taken in."""
    surely, possibly = bounds(worlds, seen, clusters(kind, worlds), seen.there)
    variants: list[tuple[ShareIntervals, ShareIntervals]] = []
    if kind.looks.entered and kind.looks.entry_known:
        early = seen.there & (seen.entry == 0)
        variants.append(bounds(worlds, seen, clusters(kind, worlds), early))
    if not kind.sites_known:
        variants.append(bounds(worlds, seen, [worlds.world], seen.there))
    words = [
        _word(surely, possibly, k, [_word(*v, k, []) for v in variants]) for k in range(worlds.many)
    ]
    return {
        "lax": np.array([w is Verdict.LAX for w in words], np.float64),
        "meets": np.array([w is Verdict.MEETS for w in words], np.float64),
        "told": (surely.effective_n >= FLOORS.smallest_effective_n)
        & (surely.n >= FLOORS.smallest_n),
    }


def bounds(
    worlds: Worlds, seen: Seen, ways: list[Integers], which: Booleans
) -> tuple[ShareIntervals, ShareIntervals]:
    """Compute the shares surely and possibly in time of some items, with one-sided bounds."""
    in_time, late = _outcomes(worlds, seen)
    counts = [_counts(worlds, way, which, in_time, late) for way in ways]
    found = [
        [
            clustered_shares(owner, some, n, groups=worlds.many, tail=FLOORS.tail)
            for some in (hits, n - misses)
        ]
        for owner, hits, misses, n in counts
    ]
    if len(found) == 1:
        return found[0][0], found[0][1]
    pair = np.unique(np.stack(ways), axis=1, return_inverse=True)[1].ravel()
    owner, hits, misses, n = _counts(worlds, pair, which, in_time, late)
    surely, possibly = (
        wider(one, other, pairs=squared_residuals(one.value, *_squares(owner, some, n, worlds)))
        for one, other, some in zip(*found, (hits, n - misses), strict=True)
    )
    return surely, possibly


def _counts(
    worlds: Worlds, way: Integers, which: Booleans, in_time: Booleans, late: Booleans
) -> tuple[Integers, Floats, Floats, Floats]:
    """Count hits, misses and items of each cluster; and say of which world it is."""
    count = int(way.max()) + 1
    owner = np.zeros(count, np.int64)
    owner[way] = worlds.world
    n, hits, misses = (np.bincount(way, which & x, count) for x in (which, in_time, late))
    return owner, hits, misses, n


def _squares(owner: Integers, hits: Floats, n: Floats, worlds: Worlds) -> Iterator[Floats]:
    for product in (hits**2, hits * n, n**2):
        yield np.bincount(owner, product, worlds.many)


def _word(
    surely: ShareIntervals, possibly: ShareIntervals, k: int, variants: list[Verdict]
) -> Verdict:
    n = int(surely.n[k])
    evidence = Evidence(
        episodes=n,
        n=n,
        n_all=n,
        effective_n=float(surely.effective_n[k]) if n else 0.0,
        surely_low=float(surely.low[k]) if n else 0.0,
        possibly_high=float(possibly.high[k]) if n else 1.0,
        overturned_by=("variant",) if any(v is not Verdict.LAX for v in variants) else (),
    )
    return finding(evidence, FLOORS).verdict


def _outcomes(worlds: Worlds, seen: Seen) -> tuple[Booleans, Booleans]:
    return seen.there & (seen.by <= NORM) & ~worlds.moved, seen.there & (seen.after >= NORM)


def _sums(worlds: Worlds, which: Booleans) -> Floats:
    return np.bincount(worlds.world, which, worlds.many)


def _cells(worlds: Worlds, seen: Seen, ways: list[Integers]) -> Cells:
    """Reduce items to counts of windows on the grid, as the engine's first half does in SQL."""
    after, by = outward(seen.after[seen.there], seen.by[seen.there], EDGES)
    entry = seen.entry[seen.there]
    columns = [
        worlds.world[seen.there],
        ways[0][seen.there],
        ways[-1][seen.there],
        np.searchsorted(EDGES, after),
        np.searchsorted(EDGES, by),
        np.where(np.isfinite(by), worlds.moved[seen.there], 0).astype(np.int64),
        np.searchsorted(EDGES, entry, side="right") - 1,
    ]
    order = np.lexsort(columns[::-1])
    ordered = np.stack([column[order] for column in columns])
    fresh = np.flatnonzero(np.concatenate([[True], np.any(np.diff(ordered, axis=1), axis=0)]))
    kinds = ordered[:, fresh]
    return Cells(
        edges=EDGES,
        provider=kinds[0],
        month=np.zeros(fresh.size, np.int64),
        site=kinds[1],
        batch=kinds[2],
        after=kinds[3],
        by=kinds[4],
        cause=kinds[5],
        entry=kinds[6],
        weight=np.diff(np.append(fresh, order.size)),
    )
