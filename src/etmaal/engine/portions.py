"""All items some at a time: which together, and what of them adds up.

An item's history is judged whole, in one portion. The figures do not depend on how many portions
there are: numbers run on in the order of names, and what looks across items is never cut.
"""

from collections.abc import Iterator

from etmaal.core.periods import Period
from etmaal.core.policy import ClockPolicy
from etmaal.engine.database import Database
from etmaal.engine.episodes import find_episodes
from etmaal.engine.gaps import add_gaps, begin_gaps
from etmaal.engine.items import Portion, forget, take
from etmaal.engine.period import judge_episodes, number_providers

# Measured: what a row of the tables takes while the episodes of its item are found.
BYTES_PER_ROW = 500
DRAWN = 200  # rows that tell where a portion ends

_ROWS = """
    SELECT (SELECT count(*) FROM notices) + (SELECT count(*) FROM sightings)
           + (SELECT count(*) FROM events)
"""
# Every so manieth row; the file's order of items does not matter.
_DRAWN = """
    SELECT item FROM (
        SELECT item, file_row_number AS place FROM notices
        UNION ALL SELECT item, file_row_number FROM sightings
        UNION ALL SELECT item, file_row_number FROM events
    ) WHERE place % $every = 0 ORDER BY item
"""

# What is counted of all items on record, and an item's reference for what it shows: the same
# reference on another item is looked for among all of them.
_BEGIN = (
    "CREATE TABLE tallies (unnoticed BIGINT, masked BIGINT, batched BIGINT)",
    "CREATE TABLE seen_references (content_ref TEXT, item BIGINT, first_at BIGINT)",
)
_ADD = (
    """
    INSERT INTO tallies SELECT
        (SELECT count(DISTINCT item) FROM (FROM these_sightings ANTI JOIN items USING (item))),
        (SELECT count(*) FROM these_sightings s SEMI JOIN items i ON i.item = s.item
         JOIN masks k ON k.vantage = coalesce(s.vantage, '') AND k.day = s."at" // 86400000000
                         AND s."at" >= k.f AND s."at" < k.b
         WHERE s."at" <= $as_of),
        (SELECT count(batch) FROM episodes)
    """,
    """
    INSERT INTO seen_references
    SELECT content_ref, item, min(noticed_at)
    FROM bare_notices WHERE content_ref IS NOT NULL GROUP BY content_ref, item
    """,
)


def judge_all(
    db: Database,
    policy: ClockPolicy,
    period: Period,
    as_of: int,
    *,
    moments: bool = False,
    parts: int | None = None,
) -> None:
    """Make the tables ``judged`` and ``numbered_providers`` for the period's episodes.

    Args:
        db: a database in which `inputs.prepare` has run under the same policy and moment.
        policy: the clock.
        period: whose episodes are judged.
        as_of: microseconds since 1970.
        moments: as in `episodes.find_episodes`.
        parts: how many portions; None takes as many as the memory asks for.

    Raises:
        BadInput: if no episode belongs to the period.
    """
    begin_gaps(db)
    for statement in _BEGIN:
        db.run(statement)
    taken = 0
    for portion in portions(db, parts):
        taken += take(db, portion, as_of, taken=taken)
        find_episodes(db, policy, as_of, moments=moments)
        judge_episodes(db, policy, period)
        add_gaps(db, period)
        for statement in _ADD:
            db.run(statement, as_of=as_of)
        forget(db)
    number_providers(db, period)


def portions(db: Database, parts: int | None = None) -> Iterator[Portion]:
    """Cut the items by their names into portions of about equally many rows, in order.

    Fewer come out than asked for where a few items have most of the rows.
    """
    [(rows,)] = db.rows(_ROWS)
    parts = parts or -(-rows * BYTES_PER_ROW // db.memory)
    drawn = db.rows(_DRAWN, every=max(1, rows // (parts * DRAWN))) if parts > 1 else []
    ends = dict.fromkeys(drawn[k * len(drawn) // parts][0] for k in range(1, parts))
    first = None
    for end in ends:
        yield Portion(first, end)
        first = end
    yield Portion(first, None)


def batches_known(db: Database) -> bool:
    """Return whether any notice that started a clock says of which batch it was."""
    [(batched,)] = db.rows("SELECT sum(batched) > 0 FROM tallies")
    return bool(batched)
