"""The same removals under other clocks: other norms, and clocks that other bodies start elsewhere.

Nobody is judged here. A shorter norm than the one the notices were sent under is a what-if. A
clock that starts at another moment reads the same windows from another zero.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from etmaal.core.periods import MICROSECOND, microseconds
from etmaal.definitions import loader
from etmaal.definitions.values import Body, Group, Start
from etmaal.engine.bounds import Variant, bounds, find_dominant_sites
from etmaal.engine.cells import window_cells
from etmaal.engine.counts import Counts, provider_names, whole_counts
from etmaal.engine.database import Database
from etmaal.engine.estimates import TAIL, Estimates, Intervals, estimate, heap, pooled
from etmaal.engine.findings import profiles
from etmaal.engine.inputs import prepare
from etmaal.engine.period import choose_period
from etmaal.engine.portions import batches_known, judge_all
from etmaal.engine.question import Question
from etmaal.letters.values.clocks import BodyReading, Clocks, OfEdition, WithinShare
from etmaal.stats.grid import grid

WHAT_IF_HOURS = (24.0, 12.0, 1.0)
FIXED_HOURS = (24.0, 48.0)  # the bands, which every estimate holds
HOUR = timedelta(hours=1)

# A report is of an item as it was first found: what came back, or turned up elsewhere, has none.
_STARTS = {
    Start.NOTICE: "started_at",
    Start.REPORTED: "CASE WHEN begun_at = first_at THEN reported_at END",
}

# The window of the final removal, read from another moment. What was gone before that moment, and
# was not online after it, says nothing under this clock.
_READ_ANEW = """
    CREATE OR REPLACE TEMP TABLE read_anew AS
    WITH moved AS (
        SELECT provider, month, site_no, batch_no, {start} AS starts_at, online_at, by_at,
               end_kind AS ended,
               CASE WHEN entered_at <= online_at THEN entered_at END AS entered_at
        FROM judged
        WHERE state IN ('counted', 'gone_before_start')
    )
    SELECT * EXCLUDE (starts_at, online_at, by_at, entered_at),
           CASE WHEN starts_at IS NULL THEN 'start_unknown'
                WHEN by_at <= starts_at AND coalesce(online_at < starts_at, TRUE)
                    THEN 'gone_before_start'
                ELSE 'counted' END AS state,
           greatest(coalesce(online_at, starts_at) - starts_at, 0) AS after_us,
           by_at - starts_at AS by_us,
           greatest(coalesce(entered_at, starts_at) - starts_at, 0) AS entry_us
    FROM moved
"""

_STATES = "SELECT state, count(*) FROM read_anew GROUP BY state"
_BOUNDS = """
    SELECT count(*) FILTER (after_us < $limit AND ended IS NULL AND by_us <= $limit),
           count(*) FILTER (after_us >= $limit), count(*)
    FROM read_anew WHERE state = 'counted'
"""


def side_by_side(
    db: Database,
    snapshot: Path,
    question: Question,
    bodies: tuple[Body, ...],
    of: OfEdition,
    hours: tuple[float, ...] = WHAT_IF_HOURS,
) -> Clocks:
    """Read an edition's frozen rows under other norms and other bodies' clocks.

    Args:
        db: an open database; tables are made in it.
        snapshot: the folder of the edition's frozen rows.
        question: what the edition was asked.
        bodies: whose clocks.
        of: which edition it is; its moment is the last that is known.
        hours: the norms of the what-if, each above 0.

    Returns:
        Shares as fractions of 1; nothing in it is a verdict.
    """
    as_of = microseconds(of.as_of)
    prepare(db, snapshot, question.policy, as_of, question.unsaid_basis)
    period = choose_period(db, question.policy, question.from_date, question.before_date)
    judge_all(db, question.policy, period, as_of, moments=True)
    find_dominant_sites(db)
    names = provider_names(db)
    batched = batches_known(db)
    return Clocks(
        period_from=period.from_date,
        period_before=period.before_date,
        clock=loader.definition(Group.CLOCKS, question.policy.id).title,
        start=question.policy.start.value,
        norm_hours=question.policy.norm / HOUR,
        names={name: profile.name for name, profile in profiles(db, names).items()},
        what_if=_what_if(db, names, hours, batched=batched),
        bodies=tuple(_reading(db, body, len(names), batched=batched) for body in bodies),
        of=of,
    )


def _what_if(
    db: Database, names: tuple[str, ...], hours: tuple[float, ...], *, batched: bool
) -> tuple[WithinShare, ...]:
    """Return the share within each of the hours: of all together, then of each provider."""
    falling = tuple(sorted(set(hours), reverse=True))
    whole, total = whole_counts(db, len(names)), whole_counts(db, 1, together=True)
    parts, all_of_it = _estimates(db, "judged", len(names), falling, whole, batched=batched)
    rows: dict[str | None, list[WithinShare]] = {None: [], **{name: [] for name in names}}
    for limit in falling:
        for provider, estimates, counts, together in (
            ((None,), all_of_it, total, True),
            (names, parts, whole, False),
        ):
            held = bounds(
                db, Variant.ALL, providers=1 if together else len(names),
                norm_us=timedelta(hours=limit) // MICROSECOND, tail=TAIL, batches=batched,
                together=together,
            )  # fmt: skip
            for k, name in enumerate(provider):
                n = int(counts["n"][k])
                rows[name].append(
                    _share(
                        name, limit, n, estimates.within[limit], k,
                        float(held.surely.value[k]), float(held.possibly.value[k]),
                    )
                )  # fmt: skip
    return tuple(share for found in rows.values() for share in found)


def _reading(db: Database, body: Body, providers: int, *, batched: bool) -> BodyReading:
    """Return all removals together as one body would count them."""
    if body.start not in _STARTS:
        return BodyReading(body, 0, 0, 0, (), None)
    db.run(_READ_ANEW.format(start=_STARTS[body.start]))
    states = dict(db.rows(_STATES))
    n = int(states.get("counted", 0))
    shares: tuple[WithinShare, ...] = ()
    mean: float | None = None
    if n:
        counted = db.columns(
            "SELECT p.no AS no, count(*) AS n FROM read_anew "
            "JOIN numbered_providers p USING (provider) WHERE state = 'counted' GROUP BY ALL"
        )
        weights = np.bincount(np.asarray(counted["no"]), np.asarray(counted["n"]), providers)
        _, all_of_it = _estimates(
            db, "read_anew", providers, body.within_hours, {"n": weights}, batched=batched
        )
        shares = tuple(_read_share(db, all_of_it, limit, n) for limit in body.within_hours)
        mean = float(all_of_it.restricted_mean_hours[0]) if body.mean else None
    return BodyReading(
        body=body,
        n=n,
        start_unknown=int(states.get("start_unknown", 0)),
        gone_before_start=int(states.get("gone_before_start", 0)),
        within=shares,
        mean_hours=mean,
    )


def _read_share(db: Database, estimates: Estimates, limit: float, n: int) -> WithinShare:
    [(in_time, late, counted)] = db.rows(_BOUNDS, limit=timedelta(hours=limit) // MICROSECOND)
    return _share(None, limit, n, estimates.within[limit], 0, in_time / counted, 1 - late / counted)


def _estimates(
    db: Database,
    judged: str,
    providers: int,
    hours: tuple[float, ...],
    counts: Counts | dict[str, Any],
    *,
    batched: bool,
) -> tuple[Estimates, Estimates]:
    """Return the estimates of each provider, and of all together as their n-weighted sum."""
    asked = tuple(dict.fromkeys([*hours, *FIXED_HOURS]))
    cells = window_cells(db, grid(sorted(asked)), judged=judged)
    parts = estimate(cells, cells.provider, providers, asked, batches=batched)
    together = heap(cells, np.zeros_like(cells.provider), 1, asked, batches=batched)
    n = np.asarray(counts["n"], np.float64)
    means = np.where(n > 0, parts.restricted_mean_hours, 0.0)  # a provider without rows has none
    return parts, replace(
        pooled(parts, n[:, None], together),
        restricted_mean_hours=np.array([means @ n / max(n.sum(), 1.0)]),
    )


def _share(
    provider: str | None,
    hours: float,
    n: int,
    part: Intervals,
    k: int,
    surely: float,
    possibly: float,
) -> WithinShare:
    if n == 0:
        return WithinShare(provider, hours, 0, None, None, None, None, None)
    return WithinShare(
        provider, hours, n, surely, possibly,
        float(part.value[k]), float(part.low[k]), float(part.high[k]),
    )  # fmt: skip
