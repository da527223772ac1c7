"""Which episodes an edition is about: those whose clock started in its period, judged and numbered.

The numbers (providers, sites, batches, months) follow the order of names, never of threads; an
item that stands alone has a number above all sites.
"""

from datetime import date
from zoneinfo import ZoneInfo

from etmaal.core.errors import BadInput
from etmaal.core.periods import MICROSECOND, Period, microseconds, moment, next_month
from etmaal.core.policy import ClockPolicy
from etmaal.engine.database import Database

# No site known: the item stands alone. No batch known: likewise.
_JUDGED = """
    WITH inside AS (
        SELECT *, {month} AS month
        FROM episodes
        WHERE belongs_at >= $from_at AND belongs_at < $before_at
    )
    SELECT * EXCLUDE (stay, spell, site, batch),
           CASE
               WHEN state <> 'counted' THEN NULL
               WHEN after_us >= $norm THEN 'late'
               WHEN ended IS NOT NULL THEN 'ended'
               WHEN by_us <= $norm THEN 'in_time'
               WHEN by_us IS NOT NULL OR NOT looked THEN 'undecided'
               ELSE 'pending'
           END AS outcome,
           site IS NOT NULL AS has_site, batch IS NOT NULL AS has_batch,
           coalesce(site, item + (SELECT count(*) FROM site_numbers)) AS site_no,
           coalesce(batch, item + (SELECT count(*) FROM batch_numbers)) AS batch_no
    FROM inside
"""

_PROVIDERS = """
    CREATE TABLE numbered_providers AS
    SELECT provider, row_number() OVER (ORDER BY provider) - 1 AS no
    FROM (SELECT DISTINCT provider FROM judged)
"""


def choose_period(
    db: Database, policy: ClockPolicy, from_date: date | None, before_date: date | None
) -> Period:
    """Return the period asked for; an end not asked for is that of the notices' own months.

    Raises:
        BadInput: if there is nothing to measure, or the period ends before it begins.
    """
    [(first, last)] = db.rows("SELECT min(noticed_at), max(noticed_at) FROM notices_to_hosts")
    if first is None:
        raise BadInput("there is no notice to a hosting provider in these tables")
    zone = ZoneInfo(policy.zone)
    from_date = from_date or moment(first).astimezone(zone).date().replace(day=1)
    before_date = before_date or next_month(moment(last).astimezone(zone).date())
    if before_date <= from_date:
        raise BadInput(f"the period ends ({before_date}) before it begins ({from_date})")
    return Period(from_date, before_date, policy.zone)


def judge_episodes(db: Database, policy: ClockPolicy, period: Period) -> None:
    """Add those of the table ``episodes`` that belong to the period to the table ``judged``."""
    months = [max(period.midnight(m), period.from_at) for m in period.months()]
    judged = _JUDGED.format(month=_begun([microseconds(m) for m in months[1:]]))
    for statement in (
        f"CREATE TABLE IF NOT EXISTS judged AS {judged} WITH NO DATA",
        f"INSERT INTO judged {judged}",
    ):
        db.run(
            statement,
            from_at=microseconds(period.from_at),
            before_at=microseconds(period.before_at),
            norm=policy.norm // MICROSECOND,
        )


def _begun(moments: list[int]) -> str:
    """Return the expression for how many of the moments an episode begins at or after.

    Ten times as fast as a list of moments that is filtered for each row.
    """
    return " + ".join(["0", *(f"CAST(belongs_at >= {at:d} AS INTEGER)" for at in moments)])


def number_providers(db: Database, period: Period) -> None:
    """Make the table ``numbered_providers`` when all episodes are judged.

    Raises:
        BadInput: if no episode belongs to the period.
    """
    [(judged,)] = db.rows("SELECT count(*) FROM judged")
    if not judged:
        raise BadInput(
            f"no episode belongs to the period from {period.from_date} before "
            f"{period.before_date}; choose other days with --from and --before"
        )
    db.run(_PROVIDERS)
