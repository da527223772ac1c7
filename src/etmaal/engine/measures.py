"""What is counted and timed beside the shares: delays, delivery, open ages, return, recirculation.

Everything here is observed, not estimated: it has an n and no interval.
"""

from dataclasses import dataclass

from etmaal.core.periods import Period, microseconds
from etmaal.engine.database import Database

HOUR = 3_600_000_000.0

_DELAYS = """
    SELECT provider,
           count(hotline), quantile_cont(hotline, 0.5), quantile_cont(hotline, 0.9),
           count(transport), quantile_cont(transport, 0.5), quantile_cont(transport, 0.9),
           count(open_age), quantile_cont(open_age, 0.5), quantile_cont(open_age, 0.9)
    FROM (
        SELECT {who} AS provider,
               CASE WHEN notice IS NOT NULL AND clock_basis = 'sent'
                    THEN noticed_at - verdict_at END AS hotline,
               CASE WHEN notice IS NOT NULL AND clock_basis = 'sent'
                    THEN accepted_at - noticed_at END AS transport,
               CASE WHEN state = 'counted' AND by_us IS NULL THEN $as_of - started_at END
                   AS open_age
        FROM judged
    ) GROUP BY provider ORDER BY provider
"""

# An item is seen again when its reference was noticed earlier on another item, whoever had it.
_RECIRCULATION = """
    WITH earliest AS (
        SELECT content_ref, min(first_at) AS first_at FROM seen_references GROUP BY content_ref
    ),
    here AS (
        SELECT DISTINCT {who} AS provider, item, content_ref
        FROM judged WHERE content_ref IS NOT NULL
    )
    SELECT h.provider, count(*), count(*) FILTER (s.first_at > e.first_at)
    FROM here h JOIN seen_references s USING (content_ref, item) JOIN earliest e USING (content_ref)
    GROUP BY h.provider ORDER BY h.provider
"""

_KNOWN_BEFORE = """
    SELECT {who} AS provider, count(*) FILTER (known_before IN ('yes', 'no')),
           count(*) FILTER (known_before = 'yes')
    FROM judged GROUP BY ALL ORDER BY ALL
"""

_DELIVERY = """
    SELECT {who} AS provider, count(*),
           count(*) FILTER (delivery = 'accepted'), count(*) FILTER (delivery = 'bounced'),
           count(*) FILTER (delivery = 'refused'), count(*) FILTER (delivery = 'unknown')
    FROM notices_to_hosts
    WHERE candidate AND noticed_at >= $from_at AND noticed_at < $before_at
    GROUP BY ALL ORDER BY ALL
"""

# Where the servers stand by the source's word, whose they are, and who reported.
_TRANSIT = """
    SELECT coalesce(server_country, 'unknown'), coalesce(p.seat_country, 'unknown'),
           coalesce(source, 'unknown'), count(*), count(DISTINCT item)
    FROM judged
    LEFT JOIN (SELECT provider, any_value(seat_country) AS seat_country
               FROM providers GROUP BY provider) p USING (provider)
    GROUP BY ALL ORDER BY ALL
"""

_COPIES = """
    SELECT count(*) FILTER (NOT to_host),
           (SELECT CAST(sum(unnoticed) AS BIGINT) FROM tallies),
           (SELECT count(*) FROM notices WHERE noticed_at > $as_of),
           (SELECT count(*) FROM sightings WHERE "at" > $as_of),
           (SELECT count(*) FROM events WHERE "at" > $as_of)
    FROM named_notices
"""

# Classes of how long an open episode's clock has run, their lower edges in hours.
OPEN_EDGES = (0, 24, 48, 168, 720, 2160)

_OPEN = """
    SELECT len(list_filter($edges, lambda edge : edge <= $as_of - started_at)) - 1 AS class,
           count(*) FILTER (by_us IS NULL), count(*) FILTER (by_us IS NULL AND NOT looked),
           count(*) FILTER ($as_of - started_at < $norm)
    FROM judged WHERE state = 'counted' GROUP BY ALL ORDER BY ALL
"""

WHOLE = "''"
EACH = "provider"


@dataclass(frozen=True, slots=True)
class Measured:
    """One observed value of a provider (empty: of all); ``value`` is None without rows."""

    indicator: str
    provider: str
    value: float | None
    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class TransitRow:
    """How many episodes came by one road: server country, provider's seat, reporting source."""

    server_country: str
    seat_country: str
    source: str
    episodes: int
    items: int


@dataclass(frozen=True, slots=True)
class StillOpen:
    """How long the clock of what is still open has run: a count for each class of `OPEN_EDGES`.

    Of them ``unlooked`` were never looked at after the start; ``recent`` are all episodes, open
    or not, whose norm has not passed at the edition's moment.
    """

    counts: tuple[int, ...]
    unlooked: int
    recent: int


def measured(db: Database, period: Period, as_of: int) -> list[Measured]:
    """Return delays, open ages, delivery states, recirculation and `known before`."""
    found: list[Measured] = []
    for who in (EACH, WHOLE):
        found += _delays(db, who, as_of)
        found += _shares(db, _RECIRCULATION.format(who=who), "recirculation")
        found += _shares(db, _KNOWN_BEFORE.format(who=who), "known_before")
        for provider, n, *states in db.rows(
            _DELIVERY.format(who=who),
            from_at=microseconds(period.from_at),
            before_at=microseconds(period.before_at),
        ):
            for name, count in zip(
                ("accepted", "bounced", "refused", "unknown"), states, strict=True
            ):
                found.append(Measured(f"delivery_{name}", provider, count, n, "notices"))
    return found


def _delays(db: Database, who: str, as_of: int) -> list[Measured]:
    found = []
    for provider, *rest in db.rows(_DELAYS.format(who=who), as_of=as_of):
        for place, name in enumerate(("hotline_delay", "transport_delay", "open_age")):
            n, median, ninth = rest[3 * place : 3 * place + 3]
            for quantile, value in (("p50", median), ("p90", ninth)):
                hours = None if value is None else value / HOUR
                found.append(Measured(f"{name}_{quantile}_hours", provider, hours, n, "hours"))
    return found


def _shares(db: Database, statement: str, indicator: str) -> list[Measured]:
    return [
        Measured(indicator, provider, hits / n if n else None, n, "share")
        for provider, n, hits in db.rows(statement)
    ]


def transit(db: Database) -> list[TransitRow]:
    """Return the roads by which the judged episodes came, in order of their names."""
    return [TransitRow(*row) for row in db.rows(_TRANSIT)]


def still_open(db: Database, as_of: int, norm_us: int) -> StillOpen:
    """Return what is not gone and not ended at ``as_of``, by the age of its clock."""
    counts, unlooked, recent = [0] * len(OPEN_EDGES), 0, 0
    edges = [round(hours * HOUR) for hours in OPEN_EDGES]
    for place, count, never, young in db.rows(_OPEN, as_of=as_of, norm=norm_us, edges=edges):
        counts[place] = count
        unlooked += never
        recent += young
    return StillOpen(tuple(counts), unlooked, recent)


def left_aside(db: Database, as_of: int) -> dict[str, int]:
    """Return how many rows played no part, and why."""
    [(copies, unnoticed, later_notices, later_looks, later_events)] = db.rows(_COPIES, as_of=as_of)
    return {
        "copies_to_others_than_hosts": copies,
        "items_looked_at_without_notice": unnoticed,
        "notices_after_as_of": later_notices,
        "sightings_after_as_of": later_looks,
        "events_after_as_of": later_events,
    }
