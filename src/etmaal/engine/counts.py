"""Whole numbers per provider, for the whole period and per month: counted, never estimated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from etmaal.engine.database import Database

OUTCOMES = ("in_time", "late", "ended", "undecided", "pending")
OUTSIDE = (
    "start_unknown", "undeliverable", "not_noticed", "gone_before_start", "withdrawn",
    "wrong_addressee",
)  # fmt: skip
_COUNTS = """
    SELECT {provider} AS provider, {month} AS month,
           count(*) AS episodes,
           count(*) FILTER (state = 'counted') AS n,
           count(DISTINCT item) AS items,
           count(DISTINCT site_no) AS sites,
           count(*) FILTER (outcome = 'in_time') AS in_time,
           count(*) FILTER (outcome = 'late') AS late,
           count(*) FILTER (outcome = 'ended') AS ended,
           count(*) FILTER (outcome = 'undecided') AS undecided,
           count(*) FILTER (outcome = 'pending') AS pending,
           count(*) FILTER (state = 'start_unknown') AS start_unknown,
           count(*) FILTER (state = 'undeliverable') AS undeliverable,
           count(*) FILTER (state = 'not_noticed') AS not_noticed,
           count(*) FILTER (state = 'gone_before_start') AS gone_before_start,
           count(*) FILTER (state = 'withdrawn') AS withdrawn,
           count(*) FILTER (state = 'wrong_addressee') AS wrong_addressee,
           count(*) FILTER (state = 'counted' AND by_us IS NULL) AS still_open,
           count(*) FILTER (returned) AS returned,
           count(*) FILTER (state = 'counted' AND NOT looked) AS unlooked,
           count(*) FILTER (state = 'counted' AND looked AND NOT seen_online)
               AS never_seen_online,
           count(*) FILTER (disputed) AS disputed,
           count(*) FILTER (obstructed) AS obstructed,
           count(*) FILTER (state = 'counted' AND page) AS pages,
           count(*) FILTER (state = 'counted' AND reassigned) AS reassigned,
           count(*) FILTER (NOT unsure) AS sure_episodes,
           count(*) FILTER ((refused OR obstructed) AND theirs) AS conduct,
           count(*) FILTER (unmeasured AND NOT unsure) AS unmeasured,
           count(*) FILTER (unmeasured AND (refused OR obstructed) AND theirs)
               AS unmeasured_by_them,
           count(*) FILTER (shared) AS shared,
           count(*) FILTER (unsure) AS unsure,
           count(*) FILTER (NOT has_site) AS bare_sites
    FROM (SELECT *, state = 'undeliverable' OR (state = 'counted' AND NOT looked) AS unmeasured,
                 -- Conduct counts only where the item was surely this provider's alone.
                 NOT unsure AND NOT shared AND NOT disagrees
                     AND state NOT IN ('withdrawn', 'wrong_addressee') AS theirs
          FROM judged)
    JOIN numbered_providers p USING (provider)
    GROUP BY 1, 2
    ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by name; each array has shape (providers,) or (providers, months)."""

    of: dict[str, npt.NDArray[np.int64]]

    def __getitem__(self, name: str) -> npt.NDArray[np.int64]:
        return self.of[name]


def provider_names(db: Database) -> tuple[str, ...]:
    """Return the providers' ids in the order of their numbers."""
    return tuple(name for (name,) in db.rows("SELECT provider FROM numbered_providers ORDER BY no"))


def whole_counts(db: Database, providers: int, *, together: bool = False) -> Counts:
    """Count per provider over the whole period, or over all providers ``together`` as one."""
    statement = _COUNTS.format(provider="0" if together else "p.no", month="0")
    return _spread(db.columns(statement), (providers, 1), drop=True)


def month_counts(db: Database, providers: int, months: int) -> Counts:
    """Count per provider and month; a month without episodes is a row of zeros."""
    statement = _COUNTS.format(provider="p.no", month="month")
    return _spread(db.columns(statement), (providers, months), drop=False)


def _spread(columns: dict[str, Any], shape: tuple[int, int], *, drop: bool) -> Counts:
    row, column = columns.pop("provider"), columns.pop("month")
    spread = {}
    for name, values in columns.items():
        table = np.zeros(shape, dtype=np.int64)
        table[row, column] = values
        spread[name] = table[:, 0] if drop else table
    return Counts(spread)
