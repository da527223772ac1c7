"""The staged tables as the set rules want them: companies named, sites numbered, outages merged.

What looks across items is made here, once; `items.py` takes the items, some at a time.
"""

from pathlib import Path

from etmaal.core.errors import BadInput
from etmaal.core.policy import Basis, ClockPolicy
from etmaal.engine.database import Database

TABLES = ("notices", "sightings", "events", "outages", "providers")

_ATTRIBUTIONS = """
    CREATE TABLE attributions AS
    SELECT ip, day, provider, state FROM read_parquet($file)
"""
_NO_ATTRIBUTIONS = """
    CREATE TABLE attributions (ip TEXT, day DATE, provider TEXT, state TEXT)
"""

# Days are UTC days; times are whole microseconds since 1970.
DAY = "DATE '1970-01-01' + CAST(floor({at} / 86400000000) AS INTEGER)"

_KNOWN_PROVIDERS = """
    CREATE TABLE known_providers AS
    SELECT provider FROM notices WHERE provider IS NOT NULL
    UNION SELECT provider FROM providers WHERE provider IS NOT NULL
"""

# One row a notice that was sent by as_of, with the company it went to. A name in the row goes
# before an attribution: it is whom the hotline wrote to.
_NOTICES = f"""
    CREATE VIEW named_notices AS
    WITH placed AS (
        SELECT n.*, file_row_number AS place,
               coalesce(n.provider, a.provider, 'unresolved') AS company,
               n.provider IS NULL AND n.ip IS NOT NULL
                   AND coalesce(a.state, '') NOT IN ('resolved', 'front') AS unsure,
               coalesce(a.state = 'resolved' AND a.provider <> n.provider
                        AND a.provider IN (FROM known_providers), FALSE) AS disagrees,
               coalesce(n.addressee_role, 'hoster') AS role
        FROM notices n
        LEFT JOIN attributions a ON a.ip = n.ip AND a.day = {DAY.format(at="n.noticed_at")}
        WHERE n.noticed_at <= {{as_of:d}}
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

# The notices that a host got, in the words of the rule.
_TO_HOSTS = """
    CREATE VIEW notices_to_hosts AS
    SELECT item, company AS provider, place AS notice, noticed_at, accepted_at, entered_at,
           verdict_at, reported_at, coalesce(clock_basis, '{unsaid_basis}') AS clock_basis,
           unsure, disagrees, coalesce(delivery, 'unknown') AS delivery,
           coalesce(delivery, '') NOT IN ('bounced', 'refused') AS effective,
           coalesce(kind, 'notice') IN ({kinds}) AS candidate,
           site, batch, ip, source, server_country, content_ref, known_before
    FROM named_notices WHERE to_host
"""

# Sites and batches are numbered in the order of their names; so are notices, as the frozen rows lie
# in that order: numbers are joined and sorted faster than names.
_CLUSTERS = tuple(
    f"""
    CREATE TABLE {what}_numbers AS
    SELECT {what}, row_number() OVER (ORDER BY {what}) - 1 AS no
    FROM (SELECT DISTINCT {what} FROM notices_to_hosts WHERE {what} IS NOT NULL)
    """  # noqa: S608 - names from here
    for what in ("site", "batch")
)

# The checker's outages, merged for each vantage; one without a vantage holds for all of them. One
# row for each UTC day that an outage touches, so that a look is held against its own day's only.
_MASKS = """
    CREATE TABLE masks AS
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

# Whose an address was, for a look at it. Where the notices name companies and no attribution knows
# one of those names, there was no register, and the numbers of networks are not companies to be
# compared.
_HOLDERS = """
    CREATE TABLE holders AS
    WITH one_register AS (
        SELECT NOT EXISTS (SELECT 1 FROM notices WHERE provider IS NOT NULL)
               OR EXISTS (SELECT 1 FROM attributions SEMI JOIN known_providers USING (provider)
                          WHERE state = 'resolved') AS holds
    )
    SELECT ip, day, state, CASE WHEN state = 'resolved' THEN provider END AS provider
    FROM attributions
    WHERE state <> 'resolved' OR (SELECT holds FROM one_register)
"""


def prepare(
    db: Database,
    snapshot: Path,
    policy: ClockPolicy,
    as_of: int,
    unsaid_basis: Basis = Basis.UNKNOWN,
) -> None:
    """Make what the rule needs to know of all items together, from a staged snapshot.

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
        rows = f"read_parquet('{file}', file_row_number = true)"
        db.run(f"CREATE VIEW {table} AS SELECT *{_unsaid(db, table, rows)} FROM {rows}")  # noqa: S608
    attributions = snapshot / "attributions.parquet"
    if attributions.exists():
        db.run(_ATTRIBUTIONS, file=str(attributions))
    else:
        db.run(_NO_ATTRIBUTIONS)
    _check_attributions(db, attributed=attributions.exists())
    # A view takes no parameters; words and numbers of ours are put in.
    kinds = ", ".join(f"'{kind.value}'" for kind in sorted(policy.kinds))
    db.run(_KNOWN_PROVIDERS)
    db.run(_NOTICES.format(as_of=as_of))
    db.run(_TO_HOSTS.format(unsaid_basis=unsaid_basis.value, kinds=kinds))
    for statement in (*_CLUSTERS, _MASKS, _HOLDERS):
        db.run(statement, as_of=as_of)


def _unsaid(db: Database, table: str, rows: str) -> str:
    """Return what stands in for a column that rows frozen by earlier code do not have."""
    names = {row[0] for row in db.rows(f"DESCRIBE FROM {rows}")}
    lacking = table == "notices" and "looked_at" not in names
    return ", CAST(NULL AS TEXT) AS looked_at" if lacking else ""


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
