"""The staged tables as the set rules want them: numbered items, named providers, masked looks."""

from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.core.policy import Basis, ClockPolicy
from etmaal.engine.database import Database

TABLES = ("notices", "sightings", "events", "outages", "providers")

_ATTRIBUTIONS = """
    CREATE TEMP TABLE attributions AS
    SELECT ip, day, provider, state FROM read_parquet($file)
"""
_NO_ATTRIBUTIONS = """
    CREATE TEMP TABLE attributions (ip TEXT, day DATE, provider TEXT, state TEXT)
"""

# Days are UTC days; times are whole microseconds since 1970.
DAY = "DATE '1970-01-01' + CAST(floor({at} / 86400000000) AS INTEGER)"

# One row a notice that was sent by as_of, with the company it went to. A name in the row goes
# before an attribution: it is whom the hotline wrote to.
_NOTICES = f"""
    CREATE TEMP TABLE named_notices AS
    WITH placed AS (
        SELECT n.*, file_row_number AS place,
               coalesce(n.provider, a.provider, 'unresolved') AS company,
               n.provider IS NULL AND n.ip IS NOT NULL
                   AND coalesce(a.state, '') NOT IN ('resolved', 'front') AS unsure,
               coalesce(a.state = 'resolved' AND a.provider <> n.provider
                        AND a.provider IN (SELECT provider FROM providers
                                           UNION SELECT provider FROM notices), FALSE)
                   AS disagrees,
               coalesce(n.addressee_role, 'hoster') AS role
        FROM notices n
        LEFT JOIN attributions a ON a.ip = n.ip AND a.day = {DAY.format(at="n.noticed_at")}
        WHERE n.noticed_at <= $as_of
    )
    SELECT p.* EXCLUDE (company),
           CASE WHEN p.role = 'front' OR r.role = 'front' OR company = 'front'
                THEN 'front' ELSE company END AS company,
           -- A carrier only carries: without another word in the row it is no host.
           p.role IN ('hoster', 'front')
               AND NOT (p.addressee_role IS NULL AND coalesce(r.role, '') = 'carrier') AS to_host
    FROM placed p
    LEFT JOIN (SELECT provider, any_value(role) AS role FROM providers GROUP BY provider) r
        ON r.provider = p.company
"""  # noqa: S608 - only the fixed day expression is put in

# Items are numbered in the order of their names, so that numbers never depend on threads.
_ITEMS = """
    CREATE TEMP TABLE items AS
    SELECT item, row_number() OVER (ORDER BY item) AS id
    FROM (SELECT DISTINCT item FROM named_notices WHERE to_host)
"""

# The recorded moves that cut an item's history. A record of a move that finds the same provider
# before and after it cuts nothing: it was shown already, or the item stayed with its provider.
_MOVES = """
    CREATE TEMP TABLE moves AS
    WITH recorded AS (
        SELECT i.id AS item, e."at", bool_and(e.event = 'moved_host') AS to_host,
               lag(e."at") OVER (PARTITION BY i.id ORDER BY e."at") AS before_it
        FROM events e JOIN items i USING (item)
        WHERE e."at" <= $as_of AND e.event IN ('moved_host', 'moved_abroad')
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

# Sites and batches are numbered in the order of their names; so are notices, as the frozen rows lie
# in that order: numbers are joined and sorted faster than names.
_CLUSTERS = tuple(
    f"""
    CREATE TEMP TABLE {what}_numbers AS
    SELECT {what}, row_number() OVER (ORDER BY {what}) - 1 AS no
    FROM (SELECT DISTINCT {what} FROM named_notices WHERE to_host AND {what} IS NOT NULL)
    """  # noqa: S608 - names from here
    for what in ("site", "batch")
)

_HOST_NOTICES = """
    CREATE TEMP TABLE bare_notices AS
    SELECT i.id AS item, n.company AS provider,
           n.place AS notice, n.noticed_at, n.accepted_at, n.entered_at, n.verdict_at,
           n.reported_at,
           coalesce(n.clock_basis, $unsaid_basis) AS clock_basis, n.unsure, n.disagrees,
           coalesce(n.delivery, 'unknown') AS delivery,
           coalesce(n.delivery, '') NOT IN ('bounced', 'refused') AS effective,
           list_contains($kinds, coalesce(n.kind, 'notice')) AS candidate,
           s.no AS site, b.no AS batch, n.source, n.server_country, n.content_ref, n.known_before
    FROM named_notices n
    JOIN items i USING (item)
    LEFT JOIN site_numbers s USING (site)
    LEFT JOIN batch_numbers b USING (batch)
    WHERE n.to_host
"""

# The checker's outages, merged for each vantage; one without a vantage holds for all of them. One
# row for each UTC day that an outage touches, so that a look is held against its own day's only.
_MASKS = """
    CREATE TEMP TABLE masks AS
    WITH vantages AS (
        SELECT DISTINCT coalesce(vantage, '') AS vantage FROM sightings
    ),
    spans AS (
        SELECT v.vantage, o."from" AS f, least(o.before, $as_of + 1) AS b
        FROM outages o JOIN vantages v ON o.vantage IS NULL OR o.vantage = v.vantage
    ),
    reached AS (
        SELECT *, max(b) OVER (PARTITION BY vantage ORDER BY f, b
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
        FROM spans
    ),
    numbered AS (
        SELECT *, count(*) FILTER (WHERE so_far IS NULL OR f > so_far)
                  OVER (PARTITION BY vantage ORDER BY f, b) AS island
        FROM reached
    ),
    merged AS (
        SELECT vantage, min(f) AS f, max(b) AS b FROM numbered GROUP BY vantage, island
    )
    SELECT vantage, f, b, unnest(range(f // 86400000000, (b - 1) // 86400000000 + 1)) AS day
    FROM merged
"""

# The addresses that a host was noticed about: a look there is a look at whoever was noticed.
_NOTICED_ADDRESSES = """
    CREATE TEMP TABLE noticed_addresses AS
    SELECT DISTINCT i.id AS item, n.ip
    FROM named_notices n JOIN items i USING (item)
    WHERE n.to_host AND n.ip IS NOT NULL
"""

# Looks that say something, each with whose address was looked at. Where the notices name
# companies and no attribution knows one of those names, there was no register, and the numbers
# of networks are not companies to be compared. Online at an address of which nobody surely knows
# the holder, and about which nobody was noticed, proves nothing against anybody; gone is gone.
_LOOKS = f"""
    CREATE TEMP TABLE bare_looks AS
    WITH known AS (
        SELECT provider FROM notices WHERE provider IS NOT NULL
        UNION SELECT provider FROM providers
    ),
    one_register AS (
        SELECT NOT EXISTS (SELECT 1 FROM notices WHERE provider IS NOT NULL)
               OR EXISTS (SELECT 1 FROM attributions a SEMI JOIN known USING (provider)
                          WHERE a.state = 'resolved') AS holds
    ),
    holders AS (
        SELECT ip, day, state, CASE WHEN state = 'resolved' THEN provider END AS provider
        FROM attributions
        WHERE state <> 'resolved' OR (SELECT holds FROM one_register)
    ),
    said AS (
        SELECT i.id AS item, s."at", s.seen = 'online' AS online,
               coalesce(s.basis = 'concluded', s."by" IS DISTINCT FROM 'probe') AS concluded,
               s.ip, coalesce(s.vantage, '') AS vantage
        FROM sightings s JOIN items i USING (item)
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
    WHERE a.state IS NULL OR a.state = 'resolved' OR NOT w.online
       OR EXISTS (SELECT 1 FROM noticed_addresses n WHERE n.item = w.item AND n.ip = w.ip)
    UNION ALL
    SELECT n.item, n.entered_at, TRUE, TRUE, n.provider
    FROM bare_notices n
    WHERE n.entered_at <= $as_of
"""  # noqa: S608 - likewise


def prepare(
    db: Database,
    snapshot: Path,
    policy: ClockPolicy,
    as_of: int,
    unsaid_basis: Basis = Basis.UNKNOWN,
) -> None:
    """Make the tables that the episode rule reads, from a staged snapshot.

    Args:
        db: an open database; tables are made in it.
        snapshot: folder of the five staged tables, and ``attributions.parquet`` if there is one.
        policy: its kinds decide which notices may start a clock.
        as_of: microseconds since 1970; what is later is not known yet.
        unsaid_basis: what a notice's moment is where its row does not say.

    Raises:
        BadInput: where rows have only an address and nothing says whose it was then.
    """
    # What leaves the engine is ordered where it leaves; keeping an order before that costs memory.
    db.run("SET preserve_insertion_order = false")
    for table in TABLES:
        file = _quoted(snapshot, table)
        db.run(f"CREATE TEMP VIEW {table} AS FROM read_parquet('{file}', file_row_number = true)")
    attributions = snapshot / "attributions.parquet"
    if attributions.exists():
        db.run(_ATTRIBUTIONS, file=str(attributions))
    else:
        db.run(_NO_ATTRIBUTIONS)
    _check_attributions(db, attributed=attributions.exists())
    kinds = sorted(kind.value for kind in policy.kinds)
    for statement in (
        _NOTICES,
        _ITEMS,
        _NOTICED_ADDRESSES,
        *_CLUSTERS,
        _HOST_NOTICES,
        _MASKS,
        _LOOKS,
        _MOVES,
        *_SEGMENTS,
    ):
        db.run(statement, as_of=as_of, kinds=kinds, unsaid_basis=unsaid_basis.value)


def _quoted(snapshot: Path, table: str) -> str:
    return str(snapshot / f"{table}.parquet").replace("'", "''")


_MISSING = f"""
    SELECT count(*) FROM (
        SELECT DISTINCT ip, {DAY.format(at="noticed_at")} AS day FROM notices
        WHERE ip IS NOT NULL
        UNION
        SELECT DISTINCT ip, {DAY.format(at='"at"')} FROM sightings WHERE ip IS NOT NULL
    ) needed
    ANTI JOIN attributions USING (ip, day)
"""  # noqa: S608 - likewise


def _check_attributions(db: Database, *, attributed: bool) -> None:
    """Refuse addresses that nobody attributed, and attributions of an older state of the rows."""
    remedy = "run: etmaal attribute TABLES --routes FILE@DATE"
    if not attributed:
        [(needy,)] = db.rows(
            "SELECT count(*) FROM notices WHERE provider IS NULL AND ip IS NOT NULL"
        )
        if needy:
            raise BadInput(
                f"{needy} notices have an address but no provider, and the folder holds no "
                f"attributions.parquet; {remedy}"
            )
        return
    [(missing,)] = db.rows(_MISSING)
    if missing:
        raise BadInput(
            f"attributions.parquet is older than the tables: {missing} pairs of address and day "
            f"are not in it; {remedy}"
        )
