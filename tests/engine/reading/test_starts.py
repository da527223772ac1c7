"""How many clock starts the quality report counts, held against the readable rule for one item."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from etmaal.core.episodes import episodes
from etmaal.core.history import Delivery, History, Notice, Role
from etmaal.core.policy import Basis, Kind
from etmaal.definitions import loader
from etmaal.engine.database import Database, database
from etmaal.engine.intake.tables import TABLES
from etmaal.engine.reading.merging import types_of
from etmaal.engine.reading.quality import measure

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def notice(
    number: int, basis: Basis, kind: Kind, delivery: Delivery, role: Role, *, accepted: bool
) -> Notice:
    at = AT + timedelta(hours=number)
    return Notice(
        f"n{number}", "north", at, basis, at + timedelta(minutes=3) if accepted else None,
        delivery, kind, role,
    )  # fmt: skip


def stories() -> Iterator[tuple[Notice, ...]]:
    """Give every single message there may be, and after some of them a plain one."""
    roles = (Role.HOSTER, Role.FRONT, Role.POLICE)
    everything = (Basis, Kind, (Delivery.ACCEPTED, Delivery.BOUNCED), roles, (False, True))
    plain = notice(9, Basis.SENT, Kind.REPEAT, Delivery.UNKNOWN, Role.HOSTER, accepted=False)
    for basis, kind, delivery, role, accepted in product(*everything):
        first = notice(1, basis, kind, delivery, role, accepted=accepted)
        yield (first,)
        yield (first, plain)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with database(tmp_path) as found:
        for name in (*(table.name for table in TABLES), "items"):
            columns = ", ".join(f'"{c}" {t}' for c, t in types_of(name).items())
            found.run(f"CREATE TEMP TABLE {name} ({columns})")
        yield found


@pytest.mark.slow
def test_a_clock_start_is_counted_where_the_rule_finds_one(db: Database) -> None:
    told = list(stories())
    for item, notices in enumerate(told):
        for n in notices:
            db.run(
                "INSERT INTO notices (notice, item, provider, noticed_at, clock_basis, "
                "accepted_at, delivery, kind, addressee_role) VALUES ($notice, $item, 'north', "
                "$at, $basis, $accepted, $delivery, $kind, $role)",
                notice=f"{item}-{n.notice}", item=str(item), at=int(n.noticed_at.timestamp()),
                basis=n.clock_basis.value, delivery=n.delivery.value, kind=n.kind.value,
                role=n.role.value,
                accepted=None if n.accepted_at is None else int(n.accepted_at.timestamp()),
            )  # fmt: skip

    found = {row.clock: row.known for row in measure(db, "", (), {}).starts}

    for clock, known in found.items():
        policy = loader.clock(clock)
        started = [
            (item, episode.provider)
            for item, notices in enumerate(told)
            for episode in episodes(History(notices), policy, AT + timedelta(days=9))
            if episode.started_at is not None
        ]
        assert known == len(started) > 0, clock
