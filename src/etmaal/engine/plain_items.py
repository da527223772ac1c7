"""The items without a story, found in one pass: nearly all of them, and nothing is sorted for it.

One provider was noticed and no look was at another's address; nothing else is on record; and no
look saw the item online after one that saw it gone. Such an item is one stay and one spell, with
one run of looks. All that the rule needs to know of it are a few extremes.
"""

from etmaal.core.policy import Basis, ClockPolicy
from etmaal.engine.database import Database
from etmaal.engine.misses import spaced

# What an item's looks say, in one pass over them; the removal is worked out before anything is
# joined, so that no list of misses is carried along.
_SEEN = """(
    SELECT item, max("at") FILTER (online) AS online_at, count(*) FILTER (online) AS times_online,
           min("at") FILTER (NOT online) AS first_gone_at, max("at") AS last_look_at,
           min("at") FILTER (online AND provider IS NOT NULL) AS shown_at,
           min("at") FILTER (NOT online AND concluded) AS concluded_at,
           list("at") FILTER (NOT online AND NOT concluded) AS misses,
           min(provider) AS provider, max(provider) AS other
    FROM bare_looks GROUP BY item
)"""
_LOOKED = """
    CREATE TEMP TABLE looked AS
    SELECT item, online_at, times_online, first_gone_at, last_look_at, shown_at, provider, other,
           least(concluded_at, CASE WHEN miss_{last} IS NOT NULL THEN miss_1 END) AS gone_at
    FROM {spaced}
"""

_NOTICED = """
    CREATE TEMP TABLE noticed AS
    SELECT item, min(provider) AS provider, max(provider) AS other,
           min(noticed_at) AS evidence_at,
           count(*) FILTER (candidate) AS candidates,
           count(*) FILTER (candidate AND delivery = 'refused') AS refused,
           min(noticed_at) FILTER (candidate) AS first_notice_at,
           min(at_and_notice) FILTER (candidate AND effective) & 4294967295 AS effective,
           min(at_and_notice) & 4294967295 AS first_notice, any_value(page) AS page
    FROM (SELECT *, (CAST(noticed_at AS HUGEINT) << 32) + notice AS at_and_notice
          FROM bare_notices)
    GROUP BY item
"""

# Acknowledging, or saying that it is gone, changes no episode, unless that starts the clock.
_TOLD = """
    CREATE TEMP TABLE told AS
    SELECT DISTINCT i.id AS item FROM these_events e JOIN items i USING (item)
    WHERE e."at" <= $as_of AND NOT list_contains($untelling, e.event)
"""

_PLAIN = """
    CREATE TEMP TABLE plain AS
    SELECT -n.item AS stay, 0 AS spell, n.item, n.provider,
           least(n.evidence_at, k.shown_at) AS begun_at,
           k.online_at, k.times_online, k.first_gone_at, k.last_look_at, k.gone_at,
           n.candidates, n.refused, n.first_notice_at, n.effective, n.first_notice, n.page
    FROM (FROM noticed ANTI JOIN told USING (item)) n LEFT JOIN looked k USING (item)
    WHERE n.provider = n.other
      AND coalesce(k.provider = n.provider AND k.other = n.provider, TRUE)
      AND coalesce(k.online_at < k.first_gone_at, TRUE)
"""

# What remains for the long road.
_TELLING = tuple(
    f"CREATE TEMP VIEW telling_{name} AS FROM {name} ANTI JOIN plain USING (item)"
    for name in ("host_notices", "looks")
)


def find_plain_items(db: Database, policy: ClockPolicy, as_of: int) -> None:
    """Make the table ``plain``, and the views ``telling_host_notices`` and ``telling_looks``.

    Args:
        db: a database in which `items.take` has run.
        policy: the clock.
        as_of: microseconds since 1970.
    """
    untelling = ["provider_says_gone"]
    if policy.start is not Basis.ACKNOWLEDGED:
        untelling.append("acknowledged")
    looked = _LOOKED.format(spaced=spaced(policy, _SEEN), last=policy.miss_rule.misses)
    for statement in (looked, _NOTICED, _TOLD, _PLAIN, *_TELLING):
        db.run(statement, as_of=as_of, untelling=untelling)
    for table in ("looked", "noticed", "told"):
        db.run(f"DROP TABLE {table}")
