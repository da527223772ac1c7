"""The set rule and the readable rule give the same episodes on thousands of invented histories."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etmaal.core.episodes import episodes
from etmaal.core.history import (
    By,
    Delivery,
    Event,
    EventKind,
    History,
    Look,
    LookBasis,
    LookedAt,
    Notice,
    Outage,
    Role,
    Seen,
)  # fmt: skip
from etmaal.core.policy import Basis, ClockPolicy, Kind, MissRule
from etmaal.engine.database import database
from etmaal.engine.episodes import find_episodes
from etmaal.engine.inputs import prepare
from etmaal.engine.items import EVERYTHING, take

START = datetime(2026, 3, 27, tzinfo=UTC)
AS_OF = START + timedelta(hours=70)
FAR = "192.0.2.4"  # attributed by a table too far off
IPS = {"192.0.2.1": "p", "192.0.2.2": "q", "192.0.2.3": "front", FAR: "q"}
STATES = {"192.0.2.3": "front", FAR: "too_far"}
TEXT, INT = pa.string(), pa.int64()
COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "notices": dict.fromkeys(
        ["notice", "item", "site", "batch", "provider", "ip", "clock_basis", "delivery", "source",
         "server_country", "content_ref", "kind", "addressee_role", "desk", "known_before",
         "looked_at"], TEXT)
    | dict.fromkeys(["noticed_at", "verdict_at", "accepted_at", "reported_at", "entered_at"], INT),
    "sightings": dict.fromkeys(["item", "seen", "by", "basis", "vantage", "ip"], TEXT) | {"at": INT},
    "events": {"item": TEXT, "at": INT, "event": TEXT, "detail": TEXT},
    "outages": {"vantage": TEXT, "from": INT, "before": INT},
    "providers": dict.fromkeys(["provider", "name", "role"], TEXT),
}  # fmt: skip
POLICIES = [
    ClockPolicy("sent", 1, Basis.SENT, timedelta(hours=12), timedelta(hours=10),
                MissRule(3, timedelta(minutes=30)), frozenset({Kind.NOTICE, Kind.REPEAT}),
                frozenset({Basis.ACCEPTED, Basis.READ}), "UTC", True, False),
    ClockPolicy("accepted", 1, Basis.ACCEPTED, timedelta(hours=5), timedelta(hours=4),
                MissRule(2, timedelta(hours=1)), frozenset({Kind.ORDER, Kind.NOTICE}),
                frozenset(), "UTC", True, False),
    ClockPolicy("acknowledged", 1, Basis.ACKNOWLEDGED, timedelta(hours=9), timedelta(hours=4),
                MissRule(1, timedelta(hours=1)), frozenset({Kind.NOTICE}),
                frozenset({Basis.READ}), "UTC", True, False),
    ClockPolicy("observed", 1, Basis.OBSERVED, timedelta(hours=24), timedelta(hours=12),
                MissRule(3, timedelta(minutes=15)), frozenset(Kind), frozenset(), "UTC",
                False, False),
]  # fmt: skip


def us(at: datetime | None) -> int | None:
    return (
        None if at is None else (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    )


def pick(rng: np.random.Generator, options: list[Any], weights: list[float]) -> Any:
    return options[rng.choice(len(options), p=np.array(weights) / sum(weights))]


def moment(rng: np.random.Generator) -> datetime:
    """Half-hours, so that moments coincide often."""
    return START + timedelta(minutes=30 * int(rng.integers(0, 144)))


def invented(rng: np.random.Generator, number: int) -> dict[str, list[dict[str, Any]]]:
    """Make the rows of one item: few of each, at moments that often coincide.

    Four in ten are plain: one provider, hardly an event, online until they are gone.
    """
    item = f"item{number:05}"
    plain, several = rng.random() < 0.4, rng.random() < 0.4
    several = several and not plain
    turns = moment(rng)
    rows: dict[str, list[dict[str, Any]]] = {"notices": [], "sightings": [], "events": []}
    for n in range(int(rng.integers(1, 4))):
        at = moment(rng) - timedelta(hours=24)
        rows["notices"].append({
            "notice": f"{item}-{n}", "item": item, "noticed_at": at,
            "provider": pick(rng, ["p", "q"], [4, 2 if several else 0]),
            "ip": pick(rng, [None, "192.0.2.1", FAR], [6, 1, 1]),
            "clock_basis": pick(rng, [*Basis], [6, 1, 1, 1, 1, 1, 1]),
            "accepted_at": at + timedelta(minutes=30) if rng.random() < 0.4 else None,
            "delivery": pick(rng, [*Delivery], [2, 1, 1, 3]),
            "kind": pick(rng, [*Kind], [6, 1, 1]),
            "addressee_role": pick(rng, [Role.HOSTER, Role.FRONT, Role.POLICE], [10, 1, 1]),
            "entered_at": at + timedelta(hours=2) if rng.random() < 0.1 else None,
            "looked_at": pick(rng, [None, *LookedAt], [6, 2, 2]),
        })  # fmt: skip
    for _ in range(int(rng.integers(0, 14))):
        at = moment(rng)
        late = at > turns or (at == turns and rng.random() < 0.5)
        turned = pick(rng, [*Seen], [0, 9, 1] if late else [9, 0, 1])
        rows["sightings"].append({
            "item": item, "at": at,
            "seen": turned if plain else pick(rng, [*Seen], [5, 6, 1]),
            "by": pick(rng, [None, *By], [1, 6, 2, 1, 1]),
            "basis": pick(rng, [None, *LookBasis], [6, 1, 1]),
            "vantage": pick(rng, [None, "v1", "v2"], [1, 2, 1]),
            "ip": pick(rng, [None, *IPS], [5, 3, 2 if several else 0, 0 if plain else 0.5, 1]),
        })  # fmt: skip
    for _ in range(int(rng.choice([0, 0, 0, 1] if plain else [0, 0, 1, 2, 3]))):
        rows["events"].append({
            "item": item, "at": moment(rng), "detail": None,
            "event": pick(rng, [*EventKind], [2, 1, 2, 1, 1, 1, 1, 1, 4, 1, 1]),
        })  # fmt: skip
    for row in [r for r in rows["events"] if r["event"] is EventKind.REASSIGNED]:
        if rng.random() < 0.4:  # found twice, at one moment
            kind = pick(rng, [EventKind.MOVED_HOST, EventKind.MOVED_ABROAD], [1, 1])
            rows["events"].append(row | {"event": kind})
    return rows


def told(rows: dict[str, list[dict[str, Any]]], outages: list[dict[str, Any]]) -> History:
    """Read the rows as core values."""
    provider_of = {ip: p for ip, p in IPS.items() if ip not in STATES}
    to_hosts = [r for r in rows["notices"] if r["addressee_role"] != Role.POLICE]
    noticed = {r["ip"] for r in to_hosts}
    return History(
        notices=tuple(
            Notice(r["notice"], r["provider"], r["noticed_at"], r["clock_basis"], r["accepted_at"],
                   r["delivery"], r["kind"], r["addressee_role"], r["entered_at"],
                   r["looked_at"])
            for r in rows["notices"]
        ),
        looks=tuple(
            Look(r["at"], r["seen"], r["by"], r["basis"], r["vantage"], provider_of.get(r["ip"]),
                 doubtful=r["ip"] in STATES and r["ip"] not in noticed)
            for r in rows["sightings"]
        ),
        events=tuple(Event(r["at"], r["event"]) for r in rows["events"]),
        outages=tuple(Outage(o["vantage"], o["from"], o["before"]) for o in outages),
    )  # fmt: skip


def write(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    columns = COLUMNS[table]
    cells = [{k: us(v) if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]
    schema = pa.schema(list(columns.items()))
    pq.write_table(
        pa.Table.from_pylist([{c: r.get(c) for c in columns} for r in cells], schema=schema),
        folder / f"{table}.parquet",
    )


def by_core(items: list[History], policy: ClockPolicy) -> list[dict[str, Any]]:
    found = []
    for number, history in enumerate(items):
        for e in episodes(history, policy, AS_OF):
            w, first = e.window, e.first_window
            found.append({
                "item": f"item{number:05}", "provider": e.provider, "state": e.state.value,
                "notice": e.notice, "belongs_at": us(e.belongs_at), "started_at": us(e.started_at),
                "after": w and w.after, "by": w and w.by, "looked": w and w.looked,
                "seen_online": w and w.seen_online, "ended": e.end and e.end.value,
                "first_after": first and first.after, "first_by": first and first.by,
                "entry": None if w is None else e.entry, "returned": e.returned,
                "shared": e.shared, "disputed": e.disputed, "obstructed": e.obstructed,
                "page": e.page, "reassigned": e.reassigned,
            })  # fmt: skip
    return found


def by_engine(folder: Path, policy: ClockPolicy) -> list[dict[str, Any]]:
    with database(folder) as db:
        prepare(db, folder, policy, us(AS_OF) or 0)
        take(db, EVERYTHING, us(AS_OF) or 0)
        find_episodes(db, policy, us(AS_OF) or 0)
        answer = db.run("""
            SELECT i.item, e.provider, e.state, n.notice, belongs_at, started_at, after_us AS after,
                   by_us AS "by", looked, seen_online, ended, first_after_us AS first_after,
                   first_by_us AS first_by, entry_us AS entry, returned, shared, disputed,
                   obstructed, e.page, reassigned
            FROM episodes e JOIN items i ON i.id = e.item
            LEFT JOIN named_notices n ON n.place = e.notice
        """)
        names = [column[0] for column in answer.description]
        rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        [(plain, all_of_them)] = db.rows(
            "SELECT count(*) FILTER (stay < 0), count(*) FROM episodes"
        )
    assert 0.1 < plain / all_of_them < 0.9, "both roads are walked"
    for row in rows:
        for key in ("after", "by", "first_after", "first_by", "entry"):
            row[key] = None if row[key] is None else timedelta(microseconds=row[key])
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_both_rules_tell_the_same_story(tmp_path: Path, policy: ClockPolicy, seed: int) -> None:
    rng = np.random.default_rng([seed, 20260327])
    items = [invented(rng, number) for number in range(1_000)]
    outages = [
        {"vantage": pick(rng, [None, "v1", "v2"], [1, 2, 2]), "from": at,
         "before": at + timedelta(minutes=30 * int(rng.integers(1, 5)))}
        for at in (moment(rng) for _ in range(4))
    ]  # fmt: skip
    for table in ("notices", "sightings", "events"):
        distinct = {str(r): r for i in items for r in i[table]}
        # In the order of all columns, as staging leaves them.
        write(tmp_path, table, sorted(distinct.values(), key=lambda r: str(r.get("notice"))))
    write(tmp_path, "outages", outages)
    write(tmp_path, "providers", [{"provider": "p"}, {"provider": "q"}])
    days = [date(2026, 3, 20) + timedelta(days=d) for d in range(15)]
    pq.write_table(
        pa.table({
            "ip": [ip for ip in IPS for _ in days],
            "day": pa.array(days * len(IPS)),
            "provider": [p for p in IPS.values() for _ in days],
            "state": [STATES.get(ip, "resolved") for ip in IPS for _ in days],
        }),
        tmp_path / "attributions.parquet",
    )  # fmt: skip

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return (row["item"], row["provider"], row["belongs_at"], str(row))

    core = sorted(by_core([told(i, outages) for i in items], policy), key=key)
    engine = sorted(by_engine(tmp_path, policy), key=key)

    for expected, actual in zip(core, engine, strict=False):
        assert actual == expected
    assert len(core) == len(engine)
    assert {row["state"] for row in core} >= {"counted", "undeliverable", "gone_before_start"}
    by_hand = [row for row in core if row["reassigned"] and row["state"] == "counted"]
    assert {row["ended"] is None for row in by_hand} == {True, False}
    assert {row["page"] for row in core} == {True, False}
