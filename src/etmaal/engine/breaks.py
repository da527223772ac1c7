"""Which breaks in the series are on record of an edition's rows, and which lie within it?"""

from pathlib import Path
from zoneinfo import ZoneInfo

from etmaal.core.breaks import Break, BreakKind
from etmaal.core.periods import Period, moment
from etmaal.engine.database import Database

_BREAKS = """
    SELECT DISTINCT "at", kind, coalesce(detail, '') FROM read_parquet($file)
    WHERE "at" <= $as_of ORDER BY ALL
"""


def breaks_on_record(db: Database, snapshot: Path, zone: str, as_of: int) -> tuple[Break, ...]:
    """Return the breaks known at ``as_of``, oldest first.

    None are on record in a snapshot that was frozen before there was a table of them.
    """
    file = snapshot / "breaks.parquet"
    if not file.exists():
        return ()
    civil = ZoneInfo(zone)
    return tuple(
        Break(moment(at).astimezone(civil).date(), BreakKind(kind), detail)
        for at, kind, detail in db.rows(_BREAKS, file=str(file), as_of=as_of)
    )


def within(breaks: tuple[Break, ...], period: Period) -> tuple[Break, ...]:
    """Return the breaks on the days of a period."""
    return tuple(b for b in breaks if period.from_date <= b.date < period.before_date)
