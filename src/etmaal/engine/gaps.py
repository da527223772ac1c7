"""How far apart the checks really were: the reason why windows are as wide as they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.core.periods import Period, microseconds
from etmaal.engine.database import Database
from etmaal.stats.quantiles import weighted_quantile

# How long after a look that saw the item online the next usable one came, in whole minutes; for
# the stays whose episodes are judged. An item without a story that was seen online once was seen
# gone next, if at all: only what was seen online more often needs its looks in order.
_ADD = """
    INSERT INTO gaps
    SELECT provider, gap // 60000000 AS minutes, count(*) AS looks
    FROM (
        SELECT stay, gap FROM numbered WHERE online
        UNION ALL
        SELECT stay, first_gone_at - online_at FROM plain WHERE times_online = 1
        UNION ALL
        SELECT -item, gap FROM (
            SELECT item, online,
                   lead("at") OVER (PARTITION BY item ORDER BY "at", online) - "at" AS gap
            FROM bare_looks SEMI JOIN (FROM plain WHERE times_online > 1) USING (item)
        ) WHERE online
    )
    JOIN (SELECT DISTINCT stay, provider FROM episodes
          WHERE belongs_at >= $from_at AND belongs_at < $before_at) USING (stay)
    WHERE gap IS NOT NULL
    GROUP BY ALL
"""

_GAPS = """
    SELECT p.no AS provider, minutes, CAST(sum(looks) AS BIGINT) AS looks
    FROM gaps JOIN numbered_providers p USING (provider)
    GROUP BY ALL
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The distribution of gaps; each array has a row for each provider and length."""

    provider: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.int64]
    looks: npt.NDArray[np.int64]

    def of(self, provider: int) -> npt.NDArray[np.bool_]:
        """Say which rows are one provider's; below zero, all."""
        return np.ones(self.provider.size, np.bool_) if provider < 0 else self.provider == provider

    def quantile(self, q: float, provider: int = -1) -> float | None:
        """Return the hours that a part ``q`` of the gaps does not exceed, None without gaps."""
        mine = self.of(provider)
        if not self.looks[mine].any():
            return None
        return float(weighted_quantile(self.minutes[mine] / 60, self.looks[mine], q))


def begin_gaps(db: Database) -> None:
    """Make the table in which the gaps add up."""
    db.run("CREATE TABLE gaps (provider TEXT, minutes BIGINT, looks BIGINT)")


def add_gaps(db: Database, period: Period) -> None:
    """Add the gaps of the items whose episodes `episodes.find_episodes` has just found."""
    db.run(_ADD, from_at=microseconds(period.from_at), before_at=microseconds(period.before_at))


def check_gaps(db: Database) -> Gaps:
    """Return the distribution of gaps at the providers of the judged period."""
    found = db.columns(_GAPS)
    whole = {name: np.asarray(values, dtype=np.int64) for name, values in found.items()}
    return Gaps(whole["provider"], whole["minutes"], whole["looks"])
