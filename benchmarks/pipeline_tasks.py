"""What is timed in a process of its own? The contestants, and the command that one of them is of.

    python benchmarks/pipeline_tasks.py TASK FOLDER ANSWER

Each task imports what it needs before its watch starts, and writes as JSON how long it took and the
figures it found, by provider and month: "p01 3"; month 0 is the whole year.
"""

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

AFTER_ALL = datetime(2027, 1, 1, tzinfo=UTC)  # later than any made-up row
FIRST_DAY, DAY_AFTER = date(2025, 1, 1), date(2026, 1, 1)
HOURS = {"hotline": "hotline_delay", "transport": "transport_delay", "open_age": "open_age"}

Figures = dict[str, dict[str, float]]
Answer = dict[str, Any]


class Stopwatch:
    """Times one stage after the other; what comes before it begins (imports) is not timed."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()
        self._work_since = time.process_time()

    def lap(self, name: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.laps[name] = now - self._since
        self._since = now

    def told(self) -> Answer:
        """Return the seconds of each stage, and those that all processors worked together."""
        return {"laps": self.laps, "cpu_seconds": time.process_time() - self._work_since}


def engine(snapshot: Path) -> Answer:
    """Find and count the episodes as `etmaal monitor` does."""
    from etmaal.core.periods import Period
    from etmaal.definitions import loader
    from etmaal.engine import counts, inputs, measures
    from etmaal.engine.database import database
    from etmaal.engine.portions import judge_all

    watch = Stopwatch()
    policy = loader.clock("nl-covenant-2018")
    year = Period(FIRST_DAY, DAY_AFTER, policy.zone)
    with tempfile.TemporaryDirectory() as beside, database(Path(beside)) as db:
        sightings = str(snapshot / "sightings.parquet")
        [(as_of,)] = db.rows('SELECT max("at") FROM read_parquet($file)', file=sightings)
        inputs.prepare(db, snapshot, policy, as_of)
        watch.lap("prepare the rows")
        judge_all(db, policy, year, as_of)
        watch.lap("find and judge the episodes")
        names = counts.provider_names(db)
        whole = counts.whole_counts(db, len(names))
        monthly = counts.month_counts(db, len(names), len(year.months()))
        measured = measures.measured(db, year, as_of)
        watch.lap("count them")
    found: Figures = {}
    medians = {(m.provider, m.indicator): m.value for m in measured}
    for k, name in enumerate(names):
        found[f"{name} 0"] = {count: int(values[k]) for count, values in whole.of.items()}
        found[f"{name} 0"] |= {
            "surely_in_time": whole["in_time"][k] / whole["n"][k],
            "possibly_in_time": 1 - whole["late"][k] / whole["n"][k],
        }
        for short, indicator in HOURS.items():
            hours = medians[name, f"{indicator}_p50_hours"]
            found[f"{name} 0"] |= {} if hours is None else {short: hours}
        for month in range(12):
            found[f"{name} {month + 1}"] = {c: int(v[k, month]) for c, v in monthly.of.items()}
    return watch.told() | {"figures": found}


def pandas_groupby(snapshot: Path) -> Answer:
    """Let pandas do it as it is mostly written: a group an item, and the rule in a loop."""
    from pandas_per_item import by_groupby

    return _pandas(snapshot, by_groupby)


def pandas_lists(snapshot: Path) -> Answer:
    """Let pandas read and count, and plain lists carry the loop."""
    from pandas_per_item import by_lists

    return _pandas(snapshot, by_lists)


def pandas_columns(snapshot: Path) -> Answer:
    """Let pandas do it without any loop over items."""
    from pandas_by_column import episodes

    return _pandas(snapshot, episodes)


def _pandas(snapshot: Path, episodes: Callable[[Any], Any]) -> Answer:
    import pandas_tables

    watch = Stopwatch()
    study = pandas_tables.read(snapshot)
    watch.lap("prepare the rows")
    found = episodes(study)
    watch.lap("find the episodes")
    table = pandas_tables.figures(found, study.as_of)
    watch.lap("judge and count them")
    rows = table.to_dict("records")
    figures = {
        f"{row['provider']} {row['month']}": {
            name: value
            for name, value in row.items()
            if name not in ("provider", "month") and not math.isnan(value)
        }
        for row in rows
    }
    return watch.told() | {"figures": figures}


def staging(world: Path) -> Answer:
    """Read and check the tables; what is written is what all contestants start from."""
    from etmaal.engine.tables import stage

    snapshot = world.parent / "snapshot"
    snapshot.mkdir()
    watch = Stopwatch()
    staged = stage(world, snapshot, now=AFTER_ALL)
    watch.lap("read and check")
    return watch.told() | {"rows": {t.table: t.kept for t in staged.tables}}


def monitor(world: Path) -> Answer:
    """Do all that `etmaal monitor` does, from the folder as given to the finished edition."""
    from etmaal.definitions import loader
    from etmaal.engine import edition
    from etmaal.engine.question import Question

    clock, floors = loader.clock("nl-covenant-2018"), loader.floors("nl-covenant-2018")
    question = Question(clock, floors, FIRST_DAY, DAY_AFTER, as_of=None, seed=1)
    watch, steps = Stopwatch(), []

    def begin(step: str) -> None:
        if steps:
            watch.lap(steps[-1])
        steps.append(step)

    edition.monitor(world, world.parent / "edition", question, now=AFTER_ALL, progress=begin)
    watch.lap(steps[-1])
    return watch.told()


TASKS = {
    task.__name__: task
    for task in (engine, pandas_groupby, pandas_lists, pandas_columns, staging, monitor)
}


if __name__ == "__main__":
    task, folder, answer = sys.argv[1:]
    Path(answer).write_text(json.dumps(TASKS[task](Path(folder))))
