"""How do time and memory grow with the rows? From 0.3 to 30 million notices, four looks each.

Rows of one shape are made by formula, so that any number of them is made in seconds. Each step of
the main road runs in a process of its own, which tells its peak memory. Beside the rule stands the
least that anybody can do with the same file: read it all once (a scan), and group it by item.
Those two are compared by the seconds that processors worked, on whatever else the machine does.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NOTICES = (300_000, 3_000_000)
RULE = "finding episodes"
PROVIDERS, PER_SITE, PER_BATCH = 400, 20, 12
# DuckDB's hash is the same everywhere; a different salt is a different draw in [0, 1).
_DRAW = "(hash(i, {salt}) % 1000003) / 1000003.0"

# The first provider has half of everything, as the real one had more.
_NOTICES = """
    SELECT 'N' || i AS notice, 'I' || i AS item, 'S' || (i // {per_site}) AS site,
           'B' || (i // {per_batch}) AS batch, 'p' || lpad(CAST(p AS VARCHAR), 3, '0') AS provider,
           to_timestamp(noticed) AS noticed_at, 'sent' AS clock_basis,
           'accepted' AS delivery, 'webform' AS source, 'NL' AS server_country,
           to_timestamp(noticed - 3600 * 5) AS reported_at
    FROM rows
"""
# Online, and gone for good in three bare looks; one in ten is never gone.
_SIGHTINGS = """
    SELECT 'I' || i AS item, to_timestamp(noticed + CAST(gone * 3600 AS BIGINT) + part) AS "at",
           CASE WHEN k = 0 OR stays THEN 'online' ELSE 'gone' END AS seen, 'probe' AS "by",
           'v1' AS vantage
    FROM rows, (SELECT unnest([0, 1, 2, 3]) AS k, unnest([-3600, 60, 1260, 2460]) AS part)
"""
_ROWS = """
    CREATE VIEW rows AS
    SELECT i, 1735689600 + CAST(floor(({when}) * 31500000) AS BIGINT) AS noticed,
           CASE WHEN ({who}) < 0.5 THEN 0
                ELSE CAST(floor({providers} * pow({who}, 3)) AS INTEGER) END AS p,
           1.1 - ln(1 - ({how})) * 14 AS gone, ({stay}) < 0.1 AS stays
    FROM range({n}) t(i)
"""


def make(notices: int, folder: Path) -> None:
    """Write the tables of so many notices as Parquet."""
    import duckdb

    draw = {name: _DRAW.format(salt=k) for k, name in enumerate(("when", "who", "how", "stay"))}
    with duckdb.connect(config={"memory_limit": "3GB", "threads": "2"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET preserve_insertion_order = false")
        db.execute(_ROWS.format(n=notices, providers=PROVIDERS, **draw))
        for name, select in (("notices", _NOTICES), ("sightings", _SIGHTINGS)):
            rows = select.format(per_site=PER_SITE, per_batch=PER_BATCH)
            db.execute(f"COPY ({rows}) TO '{folder / name}.parquet' (FORMAT parquet)")


def perform(task: str, folder: Path, memory: str) -> dict[str, float]:
    """Perform a task in a process of its own: its laps in seconds, and peak memory in MB."""
    answer = folder / "answer.json"
    process = subprocess.Popen([sys.executable, __file__, "--task", task, str(folder), memory])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{task}: exit {process.returncode}")
    laps: dict[str, float] = json.loads(answer.read_text())
    worked = usage.ru_utime + usage.ru_stime
    return laps | {"peak_mb": usage.ru_maxrss / 1024, "cpu_seconds": worked}


def scan(folder: Path, memory: str, laps: dict[str, float]) -> None:
    """Read every look once, and group them by item: the least that the rule can cost."""
    import duckdb

    file = str(folder / "snapshot" / "sightings.parquet")
    with duckdb.connect(
        config={"memory_limit": memory, "threads": "2", "temp_directory": str(folder / "over")}
    ) as db:
        for lap, statement in (
            ("scan", 'SELECT max("at"), min(seen), max(hash(item)) FROM read_parquet($file)'),
            (
                "group by item",
                (
                    "SELECT count(*), max(online), min(gone) FROM (SELECT item, "
                    "max(\"at\") FILTER (seen = 'online') AS online, "
                    "min(\"at\") FILTER (seen = 'gone') AS gone "
                    "FROM read_parquet($file) GROUP BY item)"
                ),
            ),
        ):
            since = time.process_time()
            db.execute(statement, {"file": file}).fetchall()
            laps[lap] = time.process_time() - since


def road(folder: Path, memory: str, laps: dict[str, float]) -> None:
    """Make the edition as `etmaal monitor` does."""
    from datetime import UTC, date, datetime

    from etmaal.definitions import loader
    from etmaal.engine.edition import monitor
    from etmaal.engine.question import Question

    question = Question(
        policy=loader.clock("nl-covenant-2018"), floors=loader.floors("nl-covenant-2018"),
        from_date=date(2025, 1, 1), before_date=date(2026, 1, 1), as_of=None, seed=1,
    )  # fmt: skip
    since, worked, step = time.perf_counter(), time.process_time(), ""

    def begin(name: str) -> None:
        nonlocal since, worked, step
        if step:
            laps[step] = time.perf_counter() - since
        if step == RULE:
            laps["rule_cpu"] = time.process_time() - worked
        since, worked, step = time.perf_counter(), time.process_time(), name

    monitor(
        folder / "tables", folder / "edition", question,
        now=datetime(2027, 1, 1, tzinfo=UTC), memory=memory, progress=begin,
    )  # fmt: skip
    begin("")
    (folder / "edition" / "snapshot").rename(folder / "snapshot")


def measure(notices: int, memory: str) -> dict[str, Any]:
    """Time one size."""
    with tempfile.TemporaryDirectory(prefix="etmaal-scaling-") as name:
        folder = Path(name)
        (folder / "tables").mkdir()
        make(notices, folder / "tables")
        found = perform("road", folder, memory)
        least = perform("scan", folder, memory)
    peak, worked = found.pop("peak_mb"), found.pop("cpu_seconds")
    rule = found.pop("rule_cpu")
    return {
        "notices": notices,
        "seconds": round(sum(found.values()), 2),
        "cpu_seconds": round(worked, 2),
        "peak_mb": round(peak),
        "laps": {lap: round(seconds, 2) for lap, seconds in found.items()},
        "episodes_cpu": round(rule, 2),
        "scan": round(least["scan"], 3),
        "group_by_item": round(least["group by item"], 3),
        "episodes_over_group_by": round(rule / least["group by item"], 1),
        "episodes_over_scan": round(rule / least["scan"], 1),
    }


def slope(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the power of the number of rows by which the work grows: 1 is linear."""
    grows = math.log(other["cpu_seconds"] / one["cpu_seconds"])
    return grows / math.log(other["notices"] / one["notices"])


def report(found: list[dict[str, Any]]) -> None:
    """Print the table, and the whole as one line of JSON."""
    print(
        f"{'notices':>12}{'seconds':>10}{'CPU s':>10}{'peak MB':>10}{'slope':>8}"
        f"{'x GROUP BY':>12}{'x scan':>8}"
    )
    for k, each in enumerate(found):
        grows = f"{slope(found[k - 1], each):.2f}" if k else ""
        print(
            f"{each['notices']:>12,}{each['seconds']:>10.1f}{each['cpu_seconds']:>10.1f}"
            f"{each['peak_mb']:>10,}{grows:>8}"
            f"{each['episodes_over_group_by']:>12.1f}{each['episodes_over_scan']:>8.1f}"
        )
    for each in found:
        print(f"\nwhere the seconds go, {each['notices']:,} notices")
        for lap, seconds in each["laps"].items():
            print(f"  {lap:<24}{seconds:>9.2f}")
    print(json.dumps({"benchmark": "scaling", "cases": found}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, nargs="+", default=NOTICES)
    parser.add_argument("--memory", default="2GB", help="what the engine may use")
    parser.add_argument("--task", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        task, folder, memory = arguments.task
        laps: dict[str, float] = {}
        {"road": road, "scan": scan}[task](Path(folder), memory, laps)
        (Path(folder) / "answer.json").write_text(json.dumps(laps))
        return
    report([measure(n, arguments.memory) for n in arguments.notices])


if __name__ == "__main__":
    main()
