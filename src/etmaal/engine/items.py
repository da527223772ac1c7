"""Some of the items, with all that is on record of them: numbered, and the looks masked.

No rule looks across items before the counts, so they are taken some at a time and memory does not
grow with their number. What is made here is of these items alone: temporary, see `forget`.
"""

from dataclasses import dataclass

from etmaal.engine.database import Database
from etmaal.engine.inputs import DAY
from etmaal.engine.intake.checks import literal


@dataclass(frozen=True, slots=True)
class Portion:
    """The items whose names lie in ``[first, before)``; None is no end."""

    first: str | None = None
    before: str | None = None

    def holds(self) -> str:
        """Return the condition that an item's name lies in it."""
        ends = [] if self.first is None else [f"item >= {literal(self.first)}"]
        ends += [] if self.before is None else [f"item < {literal(self.before)}"]
        return " AND ".join(ends) or "TRUE"


EVERYTHING = Portion()

# What is on record of these items.
_THESE = tuple(
    f"CREATE TEMP VIEW these_{table} AS FROM {table} WHERE {{holds}}"
    for table in ("sightings", "events")
)
_THESE_NOTICES = """
    CREATE TEMP TABLE these_notices AS FROM notices_to_hosts WHERE {holds}
"""

# Items are numbered in the order of their names, on from those before: numbers never depend on
# threads, nor on how many are taken at a time. Where one message about an item, to whomever, says
# that only its page is looked at, so it is.
_ITEMS = """
    CREATE TEMP TABLE items AS
    SELECT item, {taken:d} + row_number() OVER (ORDER BY item) AS id,
           item IN (SELECT item FROM notices WHERE looked_at = 'page' AND noticed_at <= {as_of:d}
                    AND {holds}) AS page
    FROM (SELECT DISTINCT item FROM these_notices)
"""

_HOST_NOTICES = """
    CREATE TEMP TABLE bare_notices AS
    SELECT i.id AS item, n.* EXCLUDE (item, site, batch, ip), s.no AS site, b.no AS batch,
           i.page
    FROM these_notices n
    JOIN items i USING (item)
    LEFT JOIN site_numbers s USING (site)
    LEFT JOIN batch_numbers b USING (batch)
"""

# The addresses that a host was noticed about: a look there is a look at whoever was noticed.
_NOTICED_ADDRESSES = """
    CREATE TEMP TABLE noticed_addresses AS
    SELECT DISTINCT i.id AS item, n.ip
    FROM these_notices n JOIN items i USING (item)
    WHERE n.ip IS NOT NULL
"""

# Looks that say something, each with whose address was looked at. Online at an address of which
# nobody surely knows the holder, and about which nobody was noticed, proves nothing against
# anybody; gone is gone.
_LOOKS = f"""
    CREATE TEMP TABLE bare_looks AS
    WITH said AS (
        SELECT i.id AS item, s."at", s.seen = 'online' AS online,
               coalesce(s.basis = 'concluded', s."by" IS DISTINCT FROM 'probe') AS concluded,
               s.ip, coalesce(s.vantage, '') AS vantage
        FROM these_sightings s JOIN items i USING (item)
        WHERE s."at" <= $as_of AND s.seen <> 'unknown' AND s."by" IS DISTINCT FROM 'provider'
    ),
    awake AS (
        SELECT said.* FROM said
        ANTI JOIN masks k ON k.vantage = said.vantage AND k.day = said."at" // 86400000000
                             AND said."at" >= k.f AND said."at" < k.b
    )
    SELECT w.item, w."at", w.online, w.concluded, a.provider
    FROM awake w
    LEFT JOIN holders a ON a.ip = w.ip AND a.day = {DAY.format(at='w."at"')}
    LEFT JOIN noticed_addresses n ON n.item = w.item AND n.ip = w.ip
    WHERE a.state IS NULL OR a.state = 'resolved' OR NOT w.online OR n.item IS NOT NULL
    UNION ALL
    SELECT n.item, n.entered_at, TRUE, TRUE, n.provider
    FROM bare_notices n
    WHERE n.entered_at <= $as_of
"""  # noqa: S608 - only the fixed day expression is put in

# The recorded moves that cut an item's history. A record of a move that finds the same provider
# before and after it cuts nothing: it was shown already, or the item stayed with its provider.
_MOVES = """
    CREATE TEMP TABLE moves AS
    WITH recorded AS (
        SELECT i.id AS item, e."at", bool_and(e.event <> 'moved_abroad') AS to_host,
               lag(e."at") OVER (PARTITION BY i.id ORDER BY e."at") AS before_it
        FROM these_events e JOIN items i USING (item)
        WHERE e."at" <= $as_of AND e.event IN ('moved_host', 'moved_abroad', 'reassigned')
        GROUP BY i.id, e."at"
    ),
    shown AS (
        SELECT item, provider, noticed_at AS "at" FROM bare_notices
        WHERE item IN (SELECT item FROM recorded)
        UNION ALL
        SELECT item, provider, "at" FROM bare_looks
        WHERE online AND provider IS NOT NULL AND item IN (SELECT item FROM recorded)
    ),
    around AS (
        SELECT r.item, r."at", any_value(r.to_host) AS to_host,
               max({'at': s."at", 'who': s.provider}) FILTER (
                   s."at" < r."at" AND (r.before_it IS NULL OR s."at" >= r.before_it)
               ).who AS last_before,
               min({'at': s."at", 'who': s.provider}) FILTER (s."at" >= r."at").who AS first_after
        FROM recorded r JOIN shown s USING (item)
        GROUP BY r.item, r."at"
    )
    SELECT item, list("at" ORDER BY "at") AS moved
    FROM around
    WHERE NOT coalesce(
        to_host AND last_before = first_after, FALSE)
    GROUP BY item
"""

SEGMENT = "coalesce(len(list_filter(m.moved, lambda x : x <= {at})), 0)"

# Views: hardly any item has moved, and millions of rows need not be written again for those.
_SEGMENTS = tuple(
    f"""
    CREATE TEMP VIEW {name} AS
    SELECT b.*, {SEGMENT.format(at=at)} AS segment
    FROM {bare} b LEFT JOIN moves m ON m.item = b.item
    """  # noqa: S608 - names from here
    for name, bare, at in (
        ("host_notices", "bare_notices", "b.noticed_at"),
        ("looks", "bare_looks", 'b."at"'),
    )
)


def take(db: Database, portion: Portion, as_of: int, *, taken: int = 0) -> int:
    """Make the tables that the episode rule reads, of some of the items.

    Args:
        db: a database in which `inputs.prepare` has run.
        portion: which items.
        as_of: microseconds since 1970; what is later is not known yet.
        taken: how many items were taken before; their names come before these in order.

    Returns:
        How many items these are; items that no host was noticed about are not counted.
    """
    for statement in (*_THESE, _THESE_NOTICES, _ITEMS, _NOTICED_ADDRESSES, _HOST_NOTICES):
        db.run(statement.format(holds=portion.holds(), taken=taken, as_of=as_of))
    db.run("DROP TABLE these_notices")
    for statement in (_LOOKS, _MOVES, *_SEGMENTS):
        db.run(statement, as_of=as_of)
    [(many,)] = db.rows("SELECT count(*) FROM items")
    return int(many)


_TEMPORARY = """
    SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal
    UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary
"""


def forget(db: Database) -> None:
    """Free all that is temporary: the tables of these items."""
    for kind, name in db.rows(_TEMPORARY):
        db.run(f"DROP {kind} {name}")
