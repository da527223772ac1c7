"""How good is what was read? Which moments are known, how wide the windows are, as counts."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from etmaal.core.errors import BadInput
from etmaal.definitions import loader
from etmaal.engine.database import Database
from etmaal.engine.rows import GAP_EDGES
from etmaal.engine.writing import rounded
from etmaal.letters.values.quality import (
    MomentRow,
    Quality,
    ReadFile,
    Reading,
    StartRow,
    Widths,
)
from etmaal.letters.values.shares import HoursBin

FILE = "quality.json"
_HOUR = 3_600_000_000  # microseconds

# The messages that can start a clock: to a host (fronts are one class), and not known to be lost.
_EFFECTIVE = """
    CREATE TEMP TABLE effective_notices AS
    SELECT * REPLACE (coalesce(kind, 'notice') AS kind),
           CASE WHEN addressee_role = 'front' THEN 'front' ELSE provider END AS host
    FROM notices
    WHERE coalesce(addressee_role, 'hoster') IN ('hoster', 'front')
      AND coalesce(delivery, 'unknown') NOT IN ('bounced', 'refused')
"""
# The first of them to each host about each item.
_FIRST = """
    CREATE TEMP TABLE first_notices AS
    SELECT * FROM effective_notices
    QUALIFY row_number() OVER (PARTITION BY item, host ORDER BY noticed_at, notice) = 1
"""
# The final removal of each item: after the last look online, no later than the first look gone.
_REMOVALS = """
    CREATE TEMP TABLE removals AS
    WITH begun AS (SELECT item, min(noticed_at) AS at FROM first_notices GROUP BY item),
         last AS (SELECT item, max("at") FILTER (seen = 'online') AS at
                  FROM sightings GROUP BY item),
         gone AS (SELECT s.item, min(s."at") AS at FROM sightings s JOIN last l USING (item)
                  WHERE s.seen = 'gone' AND (l.at IS NULL OR s."at" > l.at) GROUP BY s.item)
    SELECT greatest(coalesce(last.at, begun.at), begun.at) - begun.at AS after,
           gone.at - begun.at AS "by", last.at IS NULL AS never_online
    FROM begun JOIN gone USING (item) JOIN last USING (item)
    WHERE gone.at > begun.at
"""


# Under a clock of first observation every moment is one: nobody saw the item later than that.
_STARTED = """
    SELECT count(*) FROM (
        SELECT * FROM effective_notices WHERE list_contains($kinds, kind)
        QUALIFY row_number() OVER (PARTITION BY item, host ORDER BY noticed_at, notice) = 1
    ) AS n
    WHERE $start IN (clock_basis, 'observed')
       OR list_contains($stand_ins, clock_basis)
       OR (accepted_at IS NOT NULL
           AND ($start = 'accepted' OR list_contains($stand_ins, 'accepted')))
       OR ($start = 'acknowledged' AND EXISTS (
           FROM events AS e
           WHERE e.item = n.item AND e.event = 'acknowledged' AND e."at" >= n.noticed_at))
"""


def measure(db: Database, key: str, readings: tuple[Reading, ...], rows: dict[str, int]) -> Quality:
    """Return the report of the merged tables in the database."""
    [(numbers,)] = db.rows("SELECT count(DISTINCT number) FROM items")
    rows = rows | {"items": int(numbers)}
    db.run(_EFFECTIVE)
    db.run(_FIRST)
    db.run(_REMOVALS)
    return Quality(
        key=key,
        readings=readings,
        rows=tuple((name, count) for name, count in rows.items() if count),
        starts=_starts(db),
        moments=_moments(db),
        widths=_widths(db),
    )


def _starts(db: Database) -> tuple[StartRow, ...]:
    """Return for each clock how many hosts' items it starts for, of all that were noticed.

    The rule is that of `core.episodes`: of the messages of a kind that can start this clock the
    first counts, by the clock's own moment, or by a later one that may stand in.
    """
    [(total,)] = db.rows("SELECT count(*) FROM first_notices")
    found = []
    for definition in loader.definitions("clocks"):
        policy = loader.clock(definition.id)
        [(known,)] = db.rows(
            _STARTED,
            start=policy.start.value,
            kinds=sorted(kind.value for kind in policy.kinds),
            stand_ins=sorted(basis.value for basis in policy.stand_ins),
        )
        title = tuple(sorted(dict(definition.content["title"]).items()))
        found.append(StartRow(policy.id, title, int(known), int(total)))
    return tuple(found)


_MOMENTS = {
    "reported": "reported_at IS NOT NULL",
    "verdict": "verdict_at IS NOT NULL",
    "sent": "clock_basis = 'sent'",
    "accepted": "accepted_at IS NOT NULL OR clock_basis = 'accepted'",
    "acknowledged": "clock_basis = 'acknowledged' OR EXISTS (FROM events e "
    "WHERE e.item = first_notices.item AND e.event = 'acknowledged')",
    "read": "clock_basis = 'read'",
}


def _moments(db: Database) -> tuple[MomentRow, ...]:
    asked = ", ".join(f"count(*) FILTER ({condition})" for condition in _MOMENTS.values())
    [(total, *known)] = db.rows(f"SELECT count(*), {asked} FROM first_notices")  # noqa: S608 - conditions from above
    return tuple(
        MomentRow(which, int(count), int(total))
        for which, count in zip(_MOMENTS, known, strict=True)
    )


def _widths(db: Database) -> Widths:
    [(n, p50, p90, straddling, never)] = db.rows(
        'SELECT count(*), quantile_disc("by" - after, 0.5), quantile_disc("by" - after, 0.9), '
        'count(*) FILTER (after < $norm AND "by" > $norm), count(*) FILTER (never_online) '
        "FROM removals",
        norm=24 * _HOUR,
    )
    edges = [int(edge * _HOUR) for edge in GAP_EDGES]
    found = dict(
        db.rows(
            'SELECT len(list_filter($edges, lambda e: e <= "by" - after)) - 1 AS place, count(*) '
            "FROM removals GROUP BY 1",
            edges=edges,
        )
    )
    ends: list[float | None] = [*GAP_EDGES[1:], None]
    bins = tuple(
        HoursBin(float(begin), end, int(found[place]))
        for place, (begin, end) in enumerate(zip(GAP_EDGES, ends, strict=True))
        if place in found
    )
    return Widths(int(n), _hours(p50), _hours(p90), int(straddling), int(never), bins)


def _hours(microseconds: int | None) -> float | None:
    return None if microseconds is None else float(rounded(microseconds / _HOUR))


def as_json(quality: Quality) -> dict[str, Any]:
    """Return the report for machines."""
    return asdict(quality)


def readings_in(folder: Path) -> tuple[str, tuple[Reading, ...]]:
    """Return the fingerprint and the readings of an earlier report.

    Raises:
        BadInput: if the folder holds none, or one that cannot be read.
    """
    path = folder / FILE
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        readings = tuple(_reading(one) for one in given["readings"])
        return str(given["key"]), readings
    except FileNotFoundError as e:
        raise BadInput(
            f"{folder}: no {FILE}; only a folder that `etmaal read` made can be added to: read it "
            "as `tables` into a new one"
        ) from e
    except (ValueError, KeyError, TypeError) as e:
        raise BadInput(f"{path}: not as `etmaal read` writes it; read all files again") from e


def _reading(given: dict[str, Any]) -> Reading:
    return Reading(
        kind=given["kind"],
        zone=given["zone"],
        files=tuple(
            ReadFile(**{"zone": given["zone"], **one, "dropped": tuple(one["dropped"])})
            for one in given["files"]
        ),
        made_at=tuple(given["made_at"]),
        counts=tuple((reason, count) for reason, count in given["counts"]),
        contradictions=tuple((reason, count) for reason, count in given["contradictions"]),
    )


def together(before: tuple[Reading, ...], now: Reading) -> tuple[Reading, ...]:
    """Return the readings with this one; the same files read once more replace themselves."""
    same = {(file.file, file.sha256) for file in now.files}
    kept = [
        one
        for one in before
        if one.kind != now.kind or {(file.file, file.sha256) for file in one.files} != same
    ]
    merged = [one for one in before if one not in kept]
    contradictions = merged[-1].contradictions if merged else now.contradictions
    return (*kept, replace(now, contradictions=contradictions))
