"""Everything an edition says, as values: counts, estimates, verdicts and what surrounds them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etmaal.core.breaks import Break
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.core.periods import MICROSECOND, Period, microseconds
from etmaal.engine.averages import Averages, averages
from etmaal.engine.bounds import Bounds, Variant, bounds, find_dominant_sites
from etmaal.engine.breaks import within
from etmaal.engine.cells import window_cells
from etmaal.engine.counts import Counts, month_counts, provider_names, whole_counts
from etmaal.engine.database import Database
from etmaal.engine.estimates import Estimates, estimate, heap, pooled
from etmaal.engine.gaps import Gaps, check_gaps
from etmaal.engine.measures import (
    Measured,
    StillOpen,
    TransitRow,
    left_aside,
    measured,
    still_open,
    transit,
)
from etmaal.engine.portions import batches_known
from etmaal.engine.question import Question
from etmaal.engine.verdicts import NOT_PROVIDERS, Verdicts, judge
from etmaal.stats.grid import grid

SETTLED_AFTER = timedelta(hours=48)
TWO_SIDED = 0.025  # in each tail of a 95 % interval
SHOWN_NORMS = (1.0, 12.0, 24.0, 48.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register says of a provider."""

    name: str
    role: str | None
    seat_country: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """One edition's numbers; arrays run over ``names``, or over names and ``months``."""

    question: Question
    period: Period
    as_of: int
    provisional: bool
    settled_at: int
    names: tuple[str, ...]
    profiles: dict[str, Profile]
    months: tuple[date, ...]
    whole: Counts
    monthly: Counts
    total: Counts  # over all providers together, shape (1,)
    bounds: Bounds
    bounds_overall: Bounds
    first_removal: Bounds
    estimates: Estimates
    by_month: Estimates  # group = provider * months + month
    by_month_overall: Estimates
    overall: Estimates
    averages: Averages
    verdicts: Verdicts
    measured: tuple[Measured, ...]
    transit: tuple[TransitRow, ...]
    still_open: StillOpen
    gaps: Gaps
    left_aside: dict[str, int]
    marks: dict[str, int]
    breaks_on_record: tuple[Break, ...]  # also those before and after the period

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Return the breaks in the way of measuring on the days of the period, oldest first."""
        return within(self.breaks_on_record, self.period)

    def provider_numbers(self) -> list[int]:
        """Return the numbers of the rows that are providers, not classes of the unknown."""
        return [k for k, name in enumerate(self.names) if name not in NOT_PROVIDERS]


def find(
    db: Database,
    question: Question,
    period: Period,
    as_of: int,
    progress: Callable[[str], None],
    breaks: tuple[Break, ...] = (),
) -> Findings:
    """Count, estimate and judge the episodes that `portions.judge_all` left in the database."""
    policy = question.policy
    progress("counting")
    names = provider_names(db)
    months = period.months()
    whole, total = whole_counts(db, len(names)), whole_counts(db, 1, together=True)
    monthly = month_counts(db, len(names), len(months))
    find_dominant_sites(db)
    batched = batches_known(db)
    norm_us = policy.norm // MICROSECOND

    def held(variant: Variant, *, together: bool = False) -> Bounds:
        return bounds(
            db, variant, providers=1 if together else len(names), norm_us=norm_us,
            tail=TWO_SIDED, batches=batched, together=together,
        )  # fmt: skip

    progress("estimating")
    norm_hours = policy.norm.total_seconds() / 3600
    cells = window_cells(db, grid(sorted({norm_hours, *SHOWN_NORMS})))
    hours = (norm_hours, 24.0, 48.0)
    everyone = np.zeros_like(cells.provider)
    estimates = estimate(cells, cells.provider, len(names), hours, batches=batched)
    monthwise = cells.provider * len(months) + cells.month
    by_month = estimate(cells, monthwise, len(names) * len(months), hours, batches=batched)
    n = monthly["n"].astype(np.float64)
    in_month = (n[:, :, None] * np.eye(len(months))).reshape(-1, len(months))
    by_month_overall = pooled(
        by_month, in_month, heap(cells, cells.month, len(months), hours, batches=batched)
    )
    overall = pooled(
        estimates, n.sum(axis=1)[:, None], heap(cells, everyone, 1, hours, batches=batched)
    )
    del cells, everyone, monthwise  # as many as there are episodes
    progress("judging")
    verdicts = judge(db, policy, question.floors, names, whole, batches=batched)
    settled_at = period.before_at + max(SETTLED_AFTER, policy.norm)
    return Findings(
        question=question,
        period=period,
        as_of=as_of,
        provisional=as_of < microseconds(settled_at),
        settled_at=microseconds(settled_at),
        names=names,
        profiles=profiles(db, names),
        months=months,
        whole=whole,
        monthly=monthly,
        total=total,
        bounds=held(Variant.ALL),
        bounds_overall=held(Variant.ALL, together=True),
        first_removal=held(Variant.FIRST_REMOVAL),
        estimates=estimates,
        by_month=by_month,
        by_month_overall=by_month_overall,
        overall=overall,
        averages=averages(names, whole, estimates, verdicts),
        verdicts=verdicts,
        measured=tuple(measured(db, period, as_of)),
        transit=tuple(transit(db)),
        still_open=still_open(db, as_of, norm_us),
        gaps=check_gaps(db),
        left_aside=left_aside(db, as_of),
        marks=_marks(db) | _curve_marks(estimates, whole, names),
        breaks_on_record=breaks,
    )


def profiles(db: Database, names: tuple[str, ...]) -> dict[str, Profile]:
    """Return what the register says of each name; the classes of the unknown have their own."""
    found = {
        provider: Profile(name or provider, role, seat)
        for provider, name, role, seat in db.rows(
            "SELECT provider, name, role, seat_country FROM providers ORDER BY ALL DESC"
        )
    }
    classes = {UNRESOLVED: "provider not known", FRONT: "behind a front, origin not known"}
    return {name: found.get(name, Profile(classes.get(name, name), None, None)) for name in names}


def _curve_marks(estimates: Estimates, whole: Counts, names: tuple[str, ...]) -> dict[str, int]:
    """Count providers with items, and those of whose curve less is known than of others'."""
    real = np.array([name not in NOT_PROVIDERS for name in names])
    some, curves = (whole["n"] > 0) & real, estimates.masses
    return {
        "providers_with_items": int(some.sum()),
        "no_curve": int((some & np.isnan(estimates.in_time.value)).sum()),
        "curve_begins_late": int((some & (curves.since > 0)).sum()),
        "curve_ends_early": int((some & curves.exhausted).sum()),
    }


_MARKS = """
    SELECT count(*) FILTER (entry_us > 0), count(*) FILTER (state = 'counted' AND NOT has_site),
           count(DISTINCT CASE WHEN has_site THEN site_no END),
           (SELECT CAST(sum(masked) AS BIGINT) FROM tallies)
    FROM judged
"""


def _marks(db: Database) -> dict[str, int]:
    """Return what the caveats need to know of the rows."""
    [(late_entries, siteless, sites, masked)] = db.rows(_MARKS)
    return {
        "late_entries": late_entries, "without_site": siteless, "sites": sites,
        "masked_looks": masked,
    }  # fmt: skip
