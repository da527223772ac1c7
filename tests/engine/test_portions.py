"""How many items are taken at a time changes no byte of an edition."""

import csv
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from etmaal.engine.database import database
from etmaal.engine.edition import EDITION, SNAPSHOT, compute, monitor
from etmaal.engine.inputs import prepare
from etmaal.engine.portions import portions
from etmaal.engine.question import Question

START = datetime(2025, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ITEMS = 150
EVENTS = ("acknowledged", "disputed", "moved_host", "moved_abroad", "obstructed", "domain_gone",
          "withdrawn", "wrong_addressee", "provider_says_gone")  # fmt: skip

Rows = list[dict[str, Any]]


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def invented(rng: np.random.Generator) -> dict[str, Rows]:
    """Make tables with whatever looks across items, or could: few references for many items,
    sites and batches that many share, late entries, moves, flaps, copies, outages.
    """
    tables: dict[str, Rows] = {"notices": [], "sightings": [], "events": []}
    # Notices stand in another order than their items.
    numbers = rng.permutation(3 * ITEMS)
    for k in range(ITEMS):
        item = f"i{rng.integers(1 << 40):010x}"
        first = START + timedelta(hours=int(rng.integers(0, 24 * 90)))
        for n in range(int(rng.integers(1, 4))):
            at = first + timedelta(hours=40 * n)
            tables["notices"].append({
                "notice": f"n{numbers[3 * k + n]:05}", "item": item, "noticed_at": written(at),
                "provider": f"p{rng.integers(0, 3)}" if n else f"p{k % 3}",
                "site": f"s{rng.integers(0, 30)}" if rng.random() < 0.8 else "",
                "batch": f"b{rng.integers(0, 40)}" if rng.random() < 0.8 else "",
                "content_ref": f"c{rng.integers(0, 40)}" if rng.random() < 0.7 else "",
                "entered_at": written(at + timedelta(hours=2)) if rng.random() < 0.2 else "",
                "accepted_at": written(at + timedelta(hours=1)) if rng.random() < 0.4 else "",
                "delivery": rng.choice(["", "accepted", "bounced", "refused"]),
                "kind": "repeat" if n else "",
                "addressee_role": rng.choice(["", "", "", "police", "front"]),
                "clock_basis": rng.choice(["", "sent", "sent", "accepted"]),
                "source": rng.choice(["webform", "partner"]), "known_before": "yes",
                "server_country": rng.choice(["", "NL", "DE"]),
            })  # fmt: skip
        for _ in range(int(rng.integers(0, 9))):
            tables["sightings"].append({
                "item": item if rng.random() < 0.95 else f"unnoticed{k:03}",
                "at": written(first + timedelta(hours=int(rng.integers(-5, 120)))),
                "seen": rng.choice(["online", "gone", "unknown"], p=[0.5, 0.4, 0.1]),
                "by": rng.choice(["hotline", "probe"]), "vantage": rng.choice(["", "v1"]),
            })  # fmt: skip
        for _ in range(int(rng.choice([0, 0, 0, 1, 2]))):
            tables["events"].append({
                "item": item, "event": rng.choice(EVENTS),
                "at": written(first + timedelta(hours=int(rng.integers(0, 100)))),
            })  # fmt: skip
    outages = [START + timedelta(days=int(d)) for d in rng.integers(0, 90, 5)]
    return tables | {
        "outages": [
            {"vantage": "v1", "from": written(at), "before": written(at + timedelta(hours=9))}
            for at in outages
        ],
    }


def write(folder: Path, tables: dict[str, Rows]) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
            writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def bytes_of(edition: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in edition.iterdir() if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_an_edition_is_the_same_in_any_number_of_portions(
    tmp_path: Path, question: Question, seed: int
) -> None:
    rng = np.random.default_rng([seed, 20250301])
    folder = write(tmp_path / "tables", invented(rng))
    made = tmp_path / "edition"
    content = monitor(folder, made, question, now=NOW)
    again = tmp_path / "again"
    again.mkdir()
    shutil.copytree(made / SNAPSHOT, again / SNAPSHOT)
    shutil.copy(made / "rejects.csv", again)

    for parts in (1, 2, 7):
        compute(again, question, content["inputs"], parts=parts)

        assert bytes_of(again) == bytes_of(made), f"in {parts} portions"
        (again / EDITION).unlink()
    figures = duckdb.read_parquet(str(made / "figures.parquet"))
    recirculation = figures.filter("indicator = 'recirculation' AND value > 0")
    assert recirculation.fetchall(), "references are found again across items"
    assert content["left_aside"]["items_looked_at_without_notice"] > 0
    assert content["left_aside"]["copies_to_others_than_hosts"] > 0


def test_portions_hold_each_item_once_in_the_order_of_names(
    tmp_path: Path, question: Question
) -> None:
    tables = invented(np.random.default_rng(1))
    made = tmp_path / "edition"
    monitor(write(tmp_path / "tables", tables), made, question, now=NOW)
    names = sorted({row["item"] for table in ("notices", "sightings") for row in tables[table]})

    with database(tmp_path) as db:
        prepare(db, made / SNAPSHOT, question.policy, 0)
        cut = list(portions(db, 7))

    held = [
        [n for n in names if (p.first or "") <= n and (p.before is None or n < p.before)]
        for p in cut
    ]
    assert len(cut) == 7
    assert [name for some in held for name in some] == names
    assert max(map(len, held)) < 2 * len(names) / 7
