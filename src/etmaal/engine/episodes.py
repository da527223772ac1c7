"""The episode rule over millions of rows: `core/episodes` as set expressions.

Each statement below is one sentence of the rule; a property test holds the two versions equal.
"""

from etmaal.core.periods import MICROSECOND
from etmaal.core.policy import ClockPolicy
from etmaal.engine.database import Database
from etmaal.engine.items import SEGMENT
from etmaal.engine.misses import spaced
from etmaal.engine.plain_items import find_plain_items

HOUR = 3_600_000_000  # microseconds

# Who had the item between which recorded moves: by notice, or by a look online at an address.
_EVIDENCE = """
    CREATE TEMP TABLE evidence AS
    SELECT item, segment, provider, min("at") AS evidence_at, bool_or(noticed) AS noticed,
           min("at") FILTER (noticed) AS first_notice_at
    FROM (
        SELECT item, segment, provider, noticed_at AS "at", TRUE AS noticed
        FROM telling_host_notices
        UNION ALL
        SELECT item, segment, provider, "at", FALSE FROM telling_looks
        WHERE online AND provider IS NOT NULL
    )
    GROUP BY item, segment, provider
"""

# Found by looks alone, before anybody was noticed: not a move, only our attribution.
_STAYS = """
    CREATE TEMP TABLE stays AS
    WITH rivals AS (
        SELECT item, segment, list(evidence_at) AS all_evidence FROM evidence
        GROUP BY item, segment
    ),
    first_notice AS (
        SELECT item, min(noticed_at) AS "at", any_value(page) AS page
        FROM telling_host_notices GROUP BY item
    )
    SELECT row_number() OVER (ORDER BY e.item, e.segment, e.provider) AS stay,
           e.*, f.page, r.all_evidence, len(r.all_evidence) = 1 AS alone,
           list_min(r.all_evidence) AS first_evidence
    FROM evidence e
    JOIN rivals r USING (item, segment)
    JOIN first_notice f USING (item)
    WHERE e.noticed OR e.evidence_at >= f."at"
"""

# A look at an address belongs to whoever had it. One without belongs to whoever is known to have
# the item then; where several are, it proves nothing against any, but gone is gone from all.
_OWN = """
    CREATE TEMP VIEW own AS
    SELECT s.stay, k."at", k.online, k.concluded
    FROM telling_looks k
    JOIN stays s ON s.item = k.item AND s.segment = k.segment
    WHERE coalesce(k.provider = s.provider,
          s.alone
          OR ((s.evidence_at <= k."at" OR s.evidence_at = s.first_evidence)
              AND (NOT k.online
                   OR len(list_filter(s.all_evidence,
                          lambda x : x <= k."at" OR x = s.first_evidence)) = 1)))
"""

# A run is a look online and the unbroken looks gone after it. Looks online between two others
# change nothing and are left out before the grouping.
_NUMBERED = """
    CREATE TEMP TABLE numbered AS
    SELECT *, sum(CAST(online AS INTEGER)) OVER w AS run, lead("at") OVER w - "at" AS gap,
           "at" - lag("at") OVER w AS since,
           lag(online) OVER w AS before, lead(online) OVER w AS after
    FROM own
    WINDOW w AS (PARTITION BY stay ORDER BY "at", online)
"""

_RUNS = """
    CREATE TEMP TABLE runs AS
    WITH telling AS (
        SELECT * FROM numbered
        WHERE NOT (online AND coalesce(before, FALSE) AND coalesce(after, FALSE)
                   AND gap <= $quiet_spell AND since <= $quiet_spell)
    ),
    grouped AS (
        SELECT stay, run, min("at") FILTER (online) AS online_at, max("at") AS last_at,
               -- Looks online at one moment are one run: the first of them has another before it.
               coalesce(bool_and(coalesce(before, FALSE) AND since <= $quiet_spell)
                            FILTER (online), FALSE) AS joined,
               min("at") FILTER (NOT online AND concluded) AS concluded_at,
               list("at") FILTER (NOT online AND NOT concluded) AS misses
        FROM telling GROUP BY stay, run
    )
    SELECT stay, run, online_at, last_at, joined,
           least(concluded_at, CASE WHEN miss_{last} IS NOT NULL THEN miss_1 END) AS gone_at
    FROM {spaced}
"""

_DISAPPEARED = """
    CREATE TEMP TABLE disappeared AS
    SELECT item, segment, "at" FROM happened WHERE event IN ('domain_gone', 'network_gone')
"""

# Back after more than the quiet spell begins the next spell; every stay has at least one. Away is
# a counted removal, and a domain or network that was recorded as gone.
_SPELLS = """
    CREATE TEMP TABLE spells AS
    WITH followed AS (
        SELECT r.*, lead(r.online_at) OVER w AS back_at, lead(r.joined) OVER w AS joins,
               s.item, s.segment
        FROM runs r JOIN stays s USING (stay)
        SEMI JOIN disappeared d ON d.item = s.item AND d.segment = s.segment
        WINDOW w AS (PARTITION BY r.stay ORDER BY r.run)
    ),
    vanished AS (
        SELECT f.stay, f.run, min(d."at") AS vanished_at
        FROM followed f JOIN disappeared d ON d.item = f.item AND d.segment = f.segment
        LEFT JOIN found_elsewhere e ON e.stay = f.stay
        WHERE d."at" > f.online_at AND d."at" < f.back_at AND NOT f.joins
          AND (e."at" IS NULL OR d."at" < e."at")
        GROUP BY f.stay, f.run
    ),
    marked AS (
        SELECT r.*, r.online_at - lag(least(r.gone_at, v.vanished_at)) OVER w > $quiet_spell
                    AS returns
        FROM runs r LEFT JOIN vanished v USING (stay, run)
        WINDOW w AS (PARTITION BY r.stay ORDER BY r.run)
    ),
    numbered AS (
        SELECT *, count(*) FILTER (returns) OVER (PARTITION BY stay ORDER BY run) AS spell
        FROM marked
    ),
    grouped AS (
        SELECT stay, spell, min(online_at) AS first_online_at, max(online_at) AS online_at,
               max(last_at) AS last_look_at, max(gone_at) AS last_gone_at,
               list({'gone_at': gone_at, 'online_at': online_at})
                   FILTER (gone_at IS NOT NULL) AS removals
        FROM numbered GROUP BY stay, spell
    ),
    every AS (
        SELECT s.stay, coalesce(g.spell, 0) AS spell,
               s.item, s.segment, s.provider, s.evidence_at, s.page, s.alone,
               g.first_online_at, g.online_at, g.last_look_at, g.removals,
               CASE WHEN g.online_at IS NULL OR g.last_gone_at > g.online_at
                    THEN g.last_gone_at END AS gone_at
        FROM stays s LEFT JOIN grouped g USING (stay)
    )
    SELECT *, CASE WHEN spell > 0 THEN first_online_at END AS from_at,
           CASE WHEN spell > 0 THEN first_online_at ELSE evidence_at END AS begun_at,
           lead(first_online_at) OVER (PARTITION BY stay ORDER BY spell) AS before_at
    FROM every
"""

# The first look that found the item at a provider that got it after the last look here.
_FOUND_ELSEWHERE = """
    CREATE TEMP TABLE found_elsewhere AS
    WITH last_online AS (
        SELECT s.stay, s.item, s.segment, s.provider,
               coalesce(max(o."at") FILTER (o.online), any_value(s.evidence_at)) AS "at"
        FROM stays s LEFT JOIN numbered o USING (stay)
        WHERE NOT s.alone
        GROUP BY s.stay, s.item, s.segment, s.provider
    )
    SELECT l.stay, min(k."at") AS "at"
    FROM last_online l
    JOIN telling_looks k ON k.item = l.item AND k.segment = l.segment AND k.online
                    AND k.provider <> l.provider
    JOIN evidence e ON e.item = k.item AND e.segment = k.segment AND e.provider = k.provider
    WHERE e.evidence_at > l."at"
    GROUP BY l.stay
"""

_EVENTS = f"""
    CREATE TEMP TABLE happened AS
    SELECT i.id AS item, e."at", e.event, {SEGMENT.format(at='e."at"')} AS segment
    FROM these_events e JOIN (SELECT item, id FROM items ANTI JOIN plain ON plain.item = items.id) i
        USING (item)
    LEFT JOIN moves m ON m.item = i.id
    WHERE e."at" <= $as_of
"""  # noqa: S608 - only the fixed segment expression is put in

# Conduct is recorded of an item: where several providers are known to have it, it is nobody's.
_CONTESTED = """
    CREATE TEMP TABLE contested AS
    SELECT DISTINCT s.stay, h."at"
    FROM happened h
    JOIN stays s ON s.item = h.item AND s.segment = h.segment
    JOIN evidence r ON r.item = s.item AND r.segment = s.segment AND r.provider <> s.provider
    LEFT JOIN stays rs ON rs.item = r.item AND rs.segment = r.segment AND rs.provider = r.provider
    LEFT JOIN found_elsewhere f ON f.stay = rs.stay
    WHERE h.event = 'obstructed' AND r.evidence_at <= h."at"
      AND (f."at" IS NULL OR f."at" > h."at")
"""

# What is recorded after the item was found elsewhere is no longer about the provider before.
_EVENTS_OF_SPELLS = """
    CREATE TEMP TABLE events_of_spells AS
    SELECT s.stay, s.spell,
           bool_or(e.event = 'withdrawn' AND e."at" >= s.begun_at) AS withdrawn,
           bool_or(e.event = 'wrong_addressee' AND e."at" >= s.begun_at) AS wrong_addressee,
           bool_or(e.event = 'disputed' AND e."at" >= s.begun_at) AS disputed,
           bool_or(e.event = 'obstructed' AND e."at" >= s.begun_at AND c.stay IS NULL)
               AS obstructed,
           bool_or(e.event = 'reassigned' AND e."at" > s.begun_at AND s.alone) AS reassigned,
           list(e."at") FILTER (e.event = 'acknowledged') AS acknowledged,
           list({'at': e."at", 'kind': e.event})
               FILTER (e.event IN ('domain_gone', 'network_gone')) AS disappearances
    FROM spells s
    JOIN happened e ON e.item = s.item AND e.segment = s.segment
    LEFT JOIN found_elsewhere f ON f.stay = s.stay
    LEFT JOIN contested c ON c.stay = s.stay AND c."at" = e."at"
    WHERE (s.from_at IS NULL OR e."at" >= s.from_at)
      AND (s.before_at IS NULL OR e."at" < s.before_at)
      AND (f."at" IS NULL OR e."at" < f."at")
    GROUP BY s.stay, s.spell
"""

# The recorded move that closes a segment is the next one of the item. Where it is one by hand, the
# item may never have been where it was thought to be, gone by then or not.
_CLOSING = """
    CREATE TEMP TABLE closing AS
    SELECT h.item, m.segment, min({'at': h."at", 'kind': h.event}) AS closed,
           bool_or(h.event = 'reassigned') AS by_hand
    FROM (SELECT item, unnest(moved) AS "at", unnest(range(len(moved))) AS segment FROM moves) m
    JOIN happened h ON h.item = m.item AND h."at" = m."at"
    WHERE h.event IN ('moved_host', 'moved_abroad', 'reassigned')
    GROUP BY h.item, m.segment
"""

_NOTICES_OF_SPELLS = """
    CREATE TEMP TABLE notices_of_spells AS
    SELECT s.stay, s.spell,
           count(*) FILTER (n.candidate) AS candidates,
           count(*) FILTER (n.candidate AND n.delivery = 'refused') AS refused,
           min(n.noticed_at) FILTER (n.candidate) AS first_notice_at,
           min({'at': n.noticed_at, 'notice': n.notice}) FILTER (n.candidate AND n.effective)
               .notice AS effective,
           min({'at': n.noticed_at, 'notice': n.notice}).notice AS first_notice
    FROM spells s
    JOIN telling_host_notices n
        ON n.item = s.item AND n.segment = s.segment AND n.provider = s.provider
    WHERE (s.from_at IS NULL OR n.noticed_at >= s.from_at)
      AND (s.before_at IS NULL OR n.noticed_at < s.before_at)
    GROUP BY s.stay, s.spell
"""

_SHARED = """
    CREATE TEMP TABLE shared AS
    SELECT DISTINCT a.stay
    FROM stays a
    JOIN stays b ON b.item = a.item AND b.segment = a.segment AND b.provider <> a.provider
    LEFT JOIN found_elsewhere fa ON fa.stay = a.stay
    LEFT JOIN found_elsewhere fb ON fb.stay = b.stay
    WHERE a.noticed AND b.noticed
      AND NOT coalesce(fa."at" <= b.first_notice_at, FALSE)
      AND NOT coalesce(fb."at" <= a.first_notice_at, FALSE)
"""

# The clock's start: the policy's own moment, or a later one that may stand in; never an earlier.
_EPISODES = """
    CREATE TEMP TABLE episodes AS
    WITH spelt AS (
        SELECT s.stay, s.spell, s.item, s.provider, s.begun_at, s.before_at, s.online_at,
               s.last_look_at, s.gone_at, s.removals, n.candidates,
               coalesce(n.refused, 0) AS refused, n.first_notice_at, n.effective,
               coalesce(n.effective, n.first_notice) AS told_by,
               e.withdrawn, e.wrong_addressee, e.disputed, e.obstructed, e.acknowledged,
               s.page, (s.before_at IS NULL AND coalesce(c.by_hand, FALSE))
                   OR coalesce(e.reassigned, FALSE) AS reassigned,
               list_concat(
                   CASE WHEN s.before_at IS NULL AND c.closed IS NOT NULL
                        THEN [c.closed] ELSE [] END,
                   CASE WHEN s.before_at IS NULL AND f."at" IS NOT NULL
                        THEN [{'at': f."at", 'kind': 'moved_host'}] ELSE [] END,
                   coalesce(e.disappearances, [])) AS ends
        FROM spells s
        LEFT JOIN notices_of_spells n USING (stay, spell)
        LEFT JOIN events_of_spells e USING (stay, spell)
        LEFT JOIN closing c ON c.item = s.item AND c.segment = s.segment
        LEFT JOIN found_elsewhere f ON f.stay = s.stay
        UNION ALL BY NAME
        SELECT stay, spell, item, provider, begun_at, online_at, last_look_at, gone_at,
               CASE WHEN gone_at IS NOT NULL
                    THEN [{'gone_at': gone_at, 'online_at': online_at}] END AS removals,
               candidates, refused, first_notice_at, effective,
               coalesce(effective, first_notice) AS told_by, page
        FROM plain
    ),
    whole AS (
        SELECT s.*, h.noticed_at, h.accepted_at, h.entered_at, h.clock_basis, h.unsure,
               h.disagrees, h.verdict_at, h.reported_at, h.site, h.batch, h.source,
               h.server_country, h.content_ref, h.known_before
        FROM spelt s LEFT JOIN bare_notices h ON h.notice = s.told_by
    ),
    moments AS (
        SELECT *,
               CASE
                   WHEN effective IS NULL THEN NULL
                   WHEN $start = 'observed' OR clock_basis = $start THEN noticed_at
                   WHEN $start = 'accepted' AND accepted_at IS NOT NULL THEN accepted_at
                   WHEN $start = 'acknowledged' AND len(list_filter(acknowledged,
                        lambda x : x >= noticed_at)) > 0
                       THEN list_min(list_filter(acknowledged, lambda x : x >= noticed_at))
                   WHEN list_contains($stand_ins, clock_basis) THEN noticed_at
                   WHEN list_contains($stand_ins, 'accepted') THEN accepted_at
               END AS starts_at,
               list_min(list_filter(ends, lambda x : online_at IS NULL OR x."at" > online_at))
                   AS first_end
        FROM whole
    ),
    started AS (
        SELECT *, CASE WHEN starts_at <= $as_of THEN starts_at END AS started_at,
               CASE WHEN gone_at IS NULL OR first_end."at" < gone_at THEN first_end END AS ended
        FROM moments
    ),
    windows AS (
        SELECT *, coalesce(ended."at", gone_at) AS by_at,
               list_min(list_filter(removals, lambda x : x.gone_at > started_at)) AS first_removal
        FROM started
    ),
    states AS (
        SELECT *,
               CASE
                   WHEN coalesce(withdrawn, FALSE) THEN 'withdrawn'
                   WHEN coalesce(wrong_addressee, FALSE) THEN 'wrong_addressee'
                   WHEN coalesce(candidates, 0) = 0 THEN 'not_noticed'
                   WHEN effective IS NULL THEN 'undeliverable'
                   WHEN started_at IS NULL THEN 'start_unknown'
                   WHEN by_at <= started_at AND coalesce(online_at < started_at, TRUE)
                       THEN 'gone_before_start'
                   ELSE 'counted'
               END AS state,
               greatest(coalesce(online_at, started_at) - started_at, 0) AS after_us,
               by_at - started_at AS by_us
        FROM windows
    )
    SELECT stay, spell, item, provider, state, effective AS notice,
           coalesce(started_at, first_notice_at, begun_at) AS belongs_at,
           started_at, noticed_at, clock_basis, verdict_at, accepted_at, site, batch, source,
           server_country, content_ref, known_before,
           coalesce(unsure, FALSE) AS unsure,
           coalesce(disagrees, FALSE) AS disagrees,
           before_at IS NOT NULL AS returned,
           stay IN (SELECT stay FROM shared) AS shared,
           coalesce(disputed, FALSE) AS disputed,
           coalesce(obstructed, FALSE) AS obstructed,
           refused > 0 AND effective IS NULL AS refused,
           page, coalesce(reassigned, FALSE) AS reassigned,
           /* moments */
           CASE WHEN state = 'counted' THEN after_us END AS after_us,
           CASE WHEN state = 'counted' THEN by_us END AS by_us,
           CASE WHEN state = 'counted' THEN ended.kind END AS ended,
           CASE WHEN state = 'counted' THEN coalesce(last_look_at >= started_at, FALSE) END
               AS looked,
           CASE WHEN state = 'counted' THEN coalesce(online_at >= started_at, FALSE) END
               AS seen_online,
           CASE WHEN state = 'counted' THEN CASE WHEN entered_at <= online_at
                          THEN greatest(entered_at - started_at, 0) ELSE 0 END END
               AS entry_us,
           CASE WHEN state <> 'counted' THEN NULL
                WHEN first_removal IS NULL THEN after_us
                ELSE greatest(coalesce(first_removal.online_at, started_at) - started_at, 0)
           END AS first_after_us,
           CASE WHEN state <> 'counted' THEN NULL
                WHEN first_removal IS NULL THEN by_us
                ELSE first_removal.gone_at - started_at END AS first_by_us
    FROM states
"""

_MOMENTS = """begun_at, min(begun_at) OVER (PARTITION BY item) AS first_at, online_at, by_at,
           entered_at, reported_at, ended.kind AS end_kind,"""

_STEPS = (
    _EVIDENCE, _STAYS, _OWN, _NUMBERED, _RUNS, _FOUND_ELSEWHERE, _EVENTS, _DISAPPEARED, _SPELLS,
    _CONTESTED, _EVENTS_OF_SPELLS, _CLOSING, _NOTICES_OF_SPELLS, _SHARED,
    _EPISODES,
)  # fmt: skip
_SCRATCH = (
    "runs", "spells", "found_elsewhere", "events_of_spells", "closing",
    "notices_of_spells", "shared", "stays", "evidence", "happened", "disappeared",
    "contested",
)  # fmt: skip
_SCRATCH_VIEWS = ("own", "telling_looks", "telling_host_notices")


def find_episodes(db: Database, policy: ClockPolicy, as_of: int, *, moments: bool = False) -> None:
    """Make the table ``episodes`` from the prepared inputs.

    One row an episode: ``provider``, ``state``, ``belongs_at`` and ``started_at`` in
    microseconds since 1970, the window ``(after_us, by_us]`` in microseconds since the start
    (``by_us`` null: not seen gone), ``ended`` the competing end's word, and what the figures
    need of the notice that started the clock. The tables ``plain`` and ``numbered`` (the usable
    looks in order of all other items) stay for `gaps.add_gaps`.

    Args:
        db: a database in which `items.take` has run under the same policy and moment.
        policy: the clock.
        as_of: microseconds since 1970.
        moments: whether the windows' own moments stay, for whoever reads them from another start.
    """
    find_plain_items(db, policy, as_of)
    for statement in _STEPS:
        if statement is _RUNS:
            relation = spaced(policy, "grouped")
            statement = _RUNS.format(spaced=relation, last=policy.miss_rule.misses)
        if moments:
            statement = statement.replace("/* moments */", _MOMENTS)
        db.run(
            statement,
            as_of=as_of,
            quiet_spell=policy.quiet_spell // MICROSECOND,
            start=policy.start.value,
            stand_ins=sorted(basis.value for basis in policy.stand_ins),
        )
    for view in _SCRATCH_VIEWS:
        db.run(f"DROP VIEW {view}")
    for table in _SCRATCH:
        db.run(f"DROP TABLE {table}")
