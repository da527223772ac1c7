"""How far apart the checks really were: the reason why windows are as wide as they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.engine.database import Database
from etmaal.stats.quantiles import weighted_quantile

# How long after a look that saw the item online the next usable one came, in whole minutes;
# for the stays whose episodes are judged.
_GAPS = """
    SELECT p.no AS provider, gap // 60000000 AS minutes, count(*) AS looks
    FROM (
        SELECT stay, online, gap FROM numbered
        UNION ALL
        SELECT -item, online, lead("at") OVER (PARTITION BY item ORDER BY "at", online) - "at"
        FROM bare_looks WHERE item IN (SELECT item FROM judged WHERE stay < 0)
    )
    JOIN (SELECT DISTINCT stay, provider FROM judged) USING (stay)
    JOIN numbered_providers p USING (provider)
    WHERE online AND gap IS NOT NULL
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


def check_gaps(db: Database) -> Gaps:
    """Return the distribution of gaps at the providers of the judged period.

    Frees the looks: it is the last to need them.
    """
    found = db.columns(_GAPS)
    db.run("DROP VIEW looks")
    for table in ("numbered", "bare_looks"):
        db.run(f"DROP TABLE {table}")
    whole = {name: np.asarray(values, dtype=np.int64) for name, values in found.items()}
    return Gaps(whole["provider"], whole["minutes"], whole["looks"])
