"""How do the rows of several files, and of what was read before, become one set of tables?

A set rule: the same rows in whatever order and however often give the same tables. Where two
records of one number differ, the later reading counts, field by field where it says something.
"""

from collections.abc import Sequence
from pathlib import Path

from etmaal.engine.database import Database
from etmaal.engine.intake.checks import literal, quoted
from etmaal.engine.intake.tables import NOTICES, TABLES
from etmaal.engine.reading.rows import COLUMNS, is_time

Ranked = tuple[dict[str, Path], int | None]
"""Files of tables, and the rank of all their rows; None where each row holds its own."""

_OURS = "n-[0-9a-f]{32}"  # ids that the merging itself gives to messages
# Of an item, whatever message tells them.
_FIELDS = ("site", "reported_at", "verdict_at", "source", "looked_at")
_OWN = ("items", "messages")  # tables beside those of the schema


def types_of(name: str) -> dict[str, str]:
    """Return the columns of one of the gathered tables and their types."""
    for table in TABLES:
        if table.name == name:
            return {column.name: column.stored_as for column in table.columns}
    return {c: "BIGINT" if is_time(c) else "VARCHAR" for c in COLUMNS[name]}


NAMES = (*(table.name for table in TABLES), *_OWN)


def gather(db: Database, readings: Sequence[Ranked]) -> None:
    """Make one table of all rows of each kind, each row with the rank of its reading.

    Args:
        db: gets a table for each of `NAMES`.
        readings: Parquet files by table; times are microseconds since 1970, UTC. Of two that
            differ the higher rank counts.
    """
    for name in NAMES:
        types = types_of(name)
        declared = ", ".join(f"{quoted(c)} {t}" for c, t in types.items())
        db.run(f"CREATE TEMP TABLE {name} ({declared}, rank BIGINT)")
        for files, rank in readings:
            if name in files:
                _insert(db, name, files[name], rank)


def _insert(db: Database, name: str, file: Path, rank: int | None) -> None:
    given = f"read_parquet({literal(str(file))})"
    here = {row[0] for row in db.rows(f"DESCRIBE FROM {given}")}
    chosen = ", ".join(quoted(c) for c in types_of(name) if c in here)
    db.run(
        f"INSERT INTO {name} ({chosen}, rank) "  # noqa: S608 - names from the schema
        f"SELECT {chosen}, {'rank' if rank is None else rank} FROM {given}"
    )


def merge(db: Database, *, put_in_by_hand: bool = False) -> dict[str, int]:
    """Turn all rows into those of the tables: afterwards each table holds each row once.

    Args:
        db: holds what was gathered.
        put_in_by_hand: the events are a user's own: none of them is taken for another.

    Returns:
        How often records contradicted one another, by what it was about.
    """
    contradictions = _merge_items(db)
    for name in ("notices", "sightings", "events"):
        db.run(
            f"UPDATE {name} SET item = known_as.item FROM known_as "  # noqa: S608 - names from the schema
            f"WHERE {name}.item = known_as.number"
        )
    contradictions |= _merge_notices(db)
    contradictions |= _put_in_order(db)
    if not put_in_by_hand:
        _leave_once(db)
    _name_kinds(db)
    for name in ("sightings", "events", "messages", "outages", "breaks"):
        db.run(
            f"CREATE OR REPLACE TEMP TABLE {name} AS "  # noqa: S608 - names from the schema
            f"SELECT DISTINCT * EXCLUDE rank FROM {name}"
        )
    # What stands in the folder may have been completed by hand: it goes before a new reading.
    db.run(
        "CREATE OR REPLACE TEMP TABLE providers AS SELECT * EXCLUDE (rank, place) FROM ("
        "SELECT *, row_number() OVER (PARTITION BY provider ORDER BY rank > 0, rank DESC, "
        "name NULLS LAST, seat_country NULLS LAST, role, asns, addresses) AS place "
        "FROM providers) WHERE place = 1"
    )
    return {reason: count for reason, count in contradictions.items() if count}


def _latest(field: str) -> str:
    """Take a field from the latest reading that says anything of it; of two there, the least.

    A case that was ever a page stays one: the doubt is no smaller for another word on it.
    """
    if field == "looked_at":
        return "max(looked_at) AS looked_at"  # `page` comes after `item`
    return f"arg_min({field}, (-rank, {field})) FILTER ({field} IS NOT NULL) AS {field}"


def _merge_items(db: Database) -> dict[str, int]:
    [(differ,)] = db.rows(
        "SELECT count(*) FROM (SELECT number FROM items WHERE number IS NOT NULL GROUP BY number "
        "HAVING count(DISTINCT reported_at) > 1 OR count(DISTINCT verdict_at) > 1 "
        "OR count(DISTINCT source) > 1)"
    )
    [(urls,)] = db.rows(
        "SELECT count(*) FROM (SELECT number FROM items WHERE item <> number "
        "GROUP BY number HAVING count(DISTINCT item) > 1)"
    )
    # A file without URLs knows an item by its number only: another file may know its URL.
    db.run(
        "CREATE TEMP TABLE known_as AS SELECT number, arg_min(item, (-rank, item)) AS item "
        "FROM items WHERE item <> number GROUP BY number"
    )
    db.run(
        "UPDATE items SET item = known_as.item FROM known_as "
        "WHERE items.item = items.number AND items.number = known_as.number"
    )
    fields = ", ".join(_latest(field) for field in _FIELDS)
    db.run(f"CREATE TEMP TABLE facts AS SELECT item, {fields} FROM items GROUP BY item")  # noqa: S608 - names from above
    db.run(
        f"CREATE OR REPLACE TEMP TABLE items AS SELECT item, number, {fields} "  # noqa: S608 - likewise
        "FROM items GROUP BY item, number"
    )
    return {"fields_differ": int(differ), "two_urls": int(urls)}


def _merge_notices(db: Database) -> dict[str, int]:
    _date_by_sending(db)
    # A message of which only is known that there was one gives way to any that is known.
    db.run(
        "DELETE FROM notices AS plain WHERE batch IS NULL AND clock_basis = 'unknown' "
        "AND (notice IS NULL OR regexp_full_match(notice, $ours)) AND EXISTS (FROM notices AS n "
        "WHERE n.item = plain.item AND n.clock_basis <> 'unknown' "
        "AND coalesce(n.addressee_role, 'hoster') = 'hoster')",
        ours=_OURS,
    )
    # The first delivery an export tells of, and the numbered message it is of, are one message.
    db.run(
        "DELETE FROM notices AS plain WHERE batch IS NULL AND accepted_at IS NOT NULL "
        "AND (notice IS NULL OR regexp_full_match(notice, $ours)) AND EXISTS (FROM notices AS n "
        "WHERE n.batch IS NOT NULL AND n.item = plain.item AND n.accepted_at = plain.accepted_at "
        "AND n.addressee_role = plain.addressee_role)",
        ours=_OURS,
    )
    db.run(
        "UPDATE notices SET notice = 'n-' || left(sha256(concat_ws('|', item, addressee_role, "
        "coalesce(batch, concat_ws('|', coalesce(provider, ''), coalesce(desk, ''), noticed_at)))),"
        " 32) WHERE notice IS NULL OR regexp_full_match(notice, $ours)",
        ours=_OURS,
    )
    names = [column.name for column in NOTICES.columns]
    said = ", ".join(quoted(n) for n in names if n not in ("kind", *_FIELDS))
    [(differ,)] = db.rows(
        f"SELECT count(*) FROM (SELECT notice FROM (SELECT DISTINCT {said} FROM notices) "  # noqa: S608 - names from the schema
        "GROUP BY notice HAVING count(*) > 1)"
    )
    everything = ", ".join(f"{quoted(n)} NULLS LAST" for n in names)
    told = ", ".join(
        f"{'greatest' if f == 'looked_at' else 'coalesce'}(facts.{f}, n.{f}) AS {f}"
        for f in _FIELDS
    )
    db.run(
        "CREATE OR REPLACE TEMP TABLE notices AS "  # noqa: S608 - names from the schema
        f"SELECT n.* EXCLUDE (rank, place) REPLACE ({told}) FROM (SELECT *, row_number() OVER ("
        f"PARTITION BY notice ORDER BY rank DESC, {everything}) AS place FROM notices) AS n "
        "LEFT JOIN facts USING (item) WHERE place = 1"
    )
    return {"notices_differ": int(differ)}


def _date_by_sending(db: Database) -> None:
    """Where a list of messages says when one was sent, that is its moment."""
    db.run(
        "CREATE TEMP TABLE sendings AS "
        "SELECT batch, arg_min(sent_at, (-rank, sent_at)) AS sent_at FROM messages GROUP BY batch"
    )
    db.run(
        "UPDATE notices SET noticed_at = s.sent_at, clock_basis = 'sent' FROM sendings AS s "
        "WHERE notices.batch = s.batch AND clock_basis IN ('accepted', 'unknown') "
        "AND s.sent_at <= noticed_at"
    )


def _put_in_order(db: Database) -> dict[str, int]:
    """Take out moments that contradict the order of things; return of how many items, and which."""
    found = {}
    for reason, field, broken in (
        ("reported_after_verdict", "reported_at", "reported_at > verdict_at"),
        ("judged_after_notice", "verdict_at", "verdict_at > noticed_at"),
        ("reported_after_notice", "reported_at", "reported_at > noticed_at"),
    ):
        [(found[reason],)] = db.rows(f"SELECT count(DISTINCT item) FROM notices WHERE {broken}")  # noqa: S608 - conditions from above
        db.run(f"UPDATE notices SET {field} = NULL WHERE {broken}")  # noqa: S608 - likewise
    return found


def _leave_once(db: Database) -> None:
    """Keep the earliest of the moments at which one case was found to have left the country.

    Each export that shows it says "no later than now". With a look online, a notice or a move in
    between it is another leaving.
    """
    db.run(
        "CREATE TEMP TABLE left_before AS WITH course AS ("
        """SELECT DISTINCT item, "at", """
        "CASE WHEN event = 'moved_abroad' AND detail IS NULL THEN 'left' ELSE 'other' END AS what "
        "FROM events UNION "
        """SELECT item, "at", 'online' FROM sightings WHERE seen = 'online' UNION """
        "SELECT item, noticed_at, 'noticed' FROM notices) "
        'SELECT item, "at" FROM course SEMI JOIN events USING (item) '
        "QUALIFY what = 'left' "
        "AND lag(what) OVER (PARTITION BY item ORDER BY \"at\", what = 'left') = 'left'"
    )
    db.run(
        "DELETE FROM events USING left_before AS b WHERE events.item = b.item "
        """AND events."at" = b."at" AND event = 'moved_abroad' AND detail IS NULL"""
    )


def _name_kinds(db: Database) -> None:
    """Say of each message of ours whether it is the first to its addressee about the item."""
    db.run(
        "CREATE OR REPLACE TEMP TABLE notices AS SELECT * REPLACE (CASE "
        "WHEN NOT regexp_full_match(notice, $ours) THEN kind "
        "WHEN row_number() OVER (PARTITION BY item, provider, addressee_role, "
        "coalesce(kind, 'notice') = 'order' "
        "ORDER BY noticed_at, notice) = 1 THEN 'notice' ELSE 'repeat' END AS kind) "
        "FROM notices",
        ours=_OURS,
    )
