"""What is sure and what is possible: shares of counted outcomes, with clustered intervals.

Also the variants of these counts that a verdict has to withstand.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from etmaal.engine.database import Database
from etmaal.stats.arrays import totals
from etmaal.stats.shares import ShareIntervals, clustered_shares, squared_residuals, wider


class Variant(StrEnum):
    """Which rows, and which clock, the counts rest on."""

    ALL = "all"  # every row in n: what is published
    SURE = "sure"  # only surely attributed rows: what a verdict rests on
    CLOCK_BASIS = "clock_basis"  # the clock starts at acceptance where that is known
    ATTRIBUTION = "attribution"  # without shared rows and rows our own look-up contradicts
    DISPUTED = "disputed"  # without rows the provider disputes
    DOMINANT_SITE = "dominant_site"  # without the provider's largest site
    LATE_ENTRY = "late_entry"  # without rows that exist only because it was still online
    PAGES = "pages"  # without items of which a look sees only the page
    REASSIGNED = "reassigned"  # without rows that a person then put at another company
    DOUBTFUL = "doubtful"  # without any row that one of the doubts above concerns
    SITES_UNKNOWN = "sites_unknown"  # rows without site or batch may all be one site's
    FIRST_REMOVAL = "first_removal"  # a flap counts as removed at its first removal


SENSITIVITY = (
    Variant.CLOCK_BASIS, Variant.ATTRIBUTION, Variant.DISPUTED, Variant.LATE_ENTRY,
    Variant.PAGES, Variant.REASSIGNED, Variant.DOUBTFUL, Variant.SITES_UNKNOWN,
    Variant.DOMINANT_SITE, Variant.FIRST_REMOVAL,
)  # fmt: skip
OVERTURNING = (
    Variant.CLOCK_BASIS, Variant.ATTRIBUTION, Variant.DISPUTED, Variant.LATE_ENTRY,
    Variant.PAGES, Variant.REASSIGNED, Variant.DOUBTFUL, Variant.SITES_UNKNOWN,
)  # fmt: skip

# The rows that a variant leaves out. Where there is none, it counts what verdicts rest on.
DOUBTS = {
    Variant.ATTRIBUTION: "shared OR disagrees",
    Variant.DISPUTED: "disputed",
    Variant.LATE_ENTRY: "entry_us > 0",
    Variant.PAGES: "page",
    Variant.REASSIGNED: "reassigned",
}
_LEFT_OUT = {
    **DOUBTS,
    Variant.DOUBTFUL: " OR ".join(DOUBTS.values()),
    Variant.DOMINANT_SITE: "dominant",
}

# The largest site of each provider; of equals the first in the order of names.
_DOMINANT = """
    CREATE TEMP TABLE dominant_sites AS
    SELECT provider, site_no FROM (
        SELECT provider, site_no,
               row_number() OVER (PARTITION BY provider ORDER BY count(*) DESC, site_no) AS place
        FROM judged WHERE state = 'counted' GROUP BY provider, site_no
    ) WHERE place = 1
"""

_LATER = "greatest(coalesce(accepted_at - started_at, 0), 0)"

_COUNTED = """
    WITH shifted AS (
        SELECT {provider} AS provider, {site} AS site, {batch} AS batch,
               unsure, shared, disagrees, disputed, entry_us, page, reassigned,
               d.site_no IS NOT NULL AS dominant,
               {after} AS after_us, {by} AS by_us, {ended} AS ended
        FROM judged j
        JOIN numbered_providers p USING (provider)
        LEFT JOIN dominant_sites d ON d.provider = j.provider AND d.site_no = j.site_no
        WHERE state = 'counted'
    ), counted AS (
        SELECT provider, {cluster},
               count(*) FILTER (after_us < $norm AND ended IS NULL AND by_us <= $norm) AS in_time,
               count(*) FILTER (after_us >= $norm) AS late,
               count(*) AS n
        FROM shifted
        WHERE {rows} AND (by_us IS NULL OR by_us > 0)
        GROUP BY ALL
    )
    {asked}
"""
_HITS = "SELECT * FROM counted ORDER BY ALL"

# What the residuals of clusters can be computed from, whatever the share.
_SQUARES = """
    SELECT provider,
           CAST(sum(in_time * in_time) AS DOUBLE) AS surely,
           CAST(sum(in_time * n) AS DOUBLE) AS surely_n,
           CAST(sum((n - late) * (n - late)) AS DOUBLE) AS possibly,
           CAST(sum((n - late) * n) AS DOUBLE) AS possibly_n,
           CAST(sum(n * n) AS DOUBLE) AS n
    FROM counted GROUP BY provider ORDER BY provider
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Per provider: how many rows, and what is surely and possibly in time."""

    n: np.ndarray[tuple[int], np.dtype[np.int64]]
    surely: ShareIntervals
    possibly: ShareIntervals


def find_dominant_sites(db: Database) -> None:
    """Make the table of each provider's largest site, which the variants need."""
    db.run(_DOMINANT)


def idle(db: Database) -> frozenset[Variant]:
    """Return the variants that leave out no row: their bounds are those of `Variant.SURE`."""
    asked = {v: rows for v, rows in _LEFT_OUT.items() if v is not Variant.DOMINANT_SITE}
    columns = ", ".join(f"bool_or({rows})" for rows in asked.values())
    [some] = db.rows(f"SELECT {columns} FROM judged WHERE state = 'counted' AND NOT unsure")  # noqa: S608 - from above
    return frozenset(v for v, any_of_them in zip(asked, some, strict=True) if not any_of_them)


def bounds(
    db: Database, variant: Variant, *, providers: int, norm_us: int, tail: float, batches: bool,
    together: bool = False,
) -> Bounds:  # fmt: skip
    """Return the sure and possible shares of all providers under one variant.

    Args:
        db: a database in which the period is judged and the dominant sites are found.
        variant: which rows and which clock.
        providers: how many providers are numbered.
        norm_us: the norm in microseconds.
        tail: the probability left outside each bound.
        batches: whether batches are known; then sites and batches are reckoned with together.
        together: all providers as one.
    """
    after, by, ended, site = "after_us", "by_us", "j.ended", "j.site_no"
    if variant is Variant.CLOCK_BASIS:
        after, by = f"greatest(after_us - {_LATER}, 0)", f"by_us - {_LATER}"
    elif variant is Variant.FIRST_REMOVAL:
        after, by = "first_after_us", "first_by_us"
        ended = "CASE WHEN first_by_us IS NOT DISTINCT FROM by_us THEN j.ended END"
    elif variant is Variant.SITES_UNKNOWN:
        site = "CASE WHEN has_site THEN j.site_no WHEN has_batch THEN -2 - batch_no ELSE -1 END"
    chosen = "TRUE" if variant is Variant.ALL else "NOT unsure"
    if variant in _LEFT_OUT:
        chosen += f" AND NOT ({_LEFT_OUT[variant]})"
    parts = {
        "provider": "0" if together else "p.no", "site": site, "batch": "j.batch_no",
        "after": after, "by": by, "ended": ended, "rows": chosen,
    }  # fmt: skip

    def ask(what: str, cluster: str) -> dict[str, Any]:
        return db.columns(_COUNTED.format(cluster=cluster, asked=what, **parts), norm=norm_us)

    by_site = _clustered(ask(_HITS, "site"), providers, tail)
    if not batches:
        return by_site
    by_batch = _clustered(ask(_HITS, "batch"), providers, tail)
    pairs = ask(_SQUARES, "site, batch")
    return Bounds(
        n=by_site.n,
        surely=_joined(by_site.surely, by_batch.surely, pairs, "surely"),
        possibly=_joined(by_site.possibly, by_batch.possibly, pairs, "possibly"),
    )


def _clustered(rows: dict[str, Any], providers: int, tail: float) -> Bounds:
    """Return the shares of all providers from the counts of their clusters."""
    group, n = np.asarray(rows["provider"], np.int64), np.asarray(rows["n"], np.int64)
    in_time, late = np.asarray(rows["in_time"], np.int64), np.asarray(rows["late"], np.int64)
    return Bounds(
        n=np.bincount(group, n, providers).astype(np.int64),
        surely=clustered_shares(group, in_time, n, groups=providers, tail=tail),
        possibly=clustered_shares(group, n - late, n, groups=providers, tail=tail),
    )


def _joined(
    by_site: ShareIntervals, by_batch: ShareIntervals, pairs: dict[str, Any], which: str
) -> ShareIntervals:
    """Join the two ways of clustering one share."""
    group, providers = np.asarray(pairs["provider"], np.int64), by_site.n.size
    hits, both, total = (
        totals(group, np.asarray(pairs[name], np.float64), providers)
        for name in (which, f"{which}_n", "n")
    )
    residuals = squared_residuals(by_site.value, hits, both, total)
    return wider(by_site, by_batch, pairs=residuals)
