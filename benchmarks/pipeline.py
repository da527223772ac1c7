"""How much faster is the engine than pandas from the same staged rows to the same figures?

A made-up year at scale is made once. Then each contestant finds the episodes and counts them in a
process of its own; the figures that all make are compared, number by number. At the end the whole
command is timed, step by step, from the tables as given to the finished edition.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SCALE = 18  # of the preset `small`: over 300,000 notices and 4 million sightings
ROUNDS = 2  # of which the better counts, for every contestant alike
PEERS = ("pandas_groupby", "pandas_lists", "pandas_columns")

Figures = dict[str, dict[str, float]]  # by provider and month
Answer = dict[str, Any]


def run(*command: str) -> float:
    """Run a command in a process of its own; return its peak memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
    return usage.ru_maxrss / 1024


def perform(task: str, folder: Path) -> Answer:
    """Perform one of `pipeline_tasks` in a process of its own."""
    tasks, answer_file = Path(__file__).with_name("pipeline_tasks.py"), folder.parent / "answer"
    peak_mb = run(sys.executable, str(tasks), task, str(folder), str(answer_file))
    answer: Answer = json.loads(answer_file.read_text())
    return answer | {"seconds": sum(answer["laps"].values()), "peak_mb": peak_mb}


def disagreements(ours: Figures, theirs: Figures) -> tuple[int, list[str]]:
    """Return how many numbers both made, and which differ; what is not there counts as zero."""
    common = set().union(*ours.values()) & set().union(*theirs.values())
    compared, differing = 0, []
    for row in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(row, {}), theirs.get(row, {})
        for name in sorted(common & (one.keys() | other.keys())):
            compared += 1
            if not math.isclose(one.get(name, 0), other.get(name, 0), rel_tol=1e-9):
                differing.append(f"{row} {name}: {one.get(name)} and {other.get(name)}")
    return compared, differing


def compete(snapshot: Path) -> list[Answer]:
    """Let all contestants run, in turn, and take the better run of each."""
    best: dict[str, Answer] = {}
    for _ in range(ROUNDS):
        for name in ("engine", *PEERS):
            answer = perform(name, snapshot)
            if name not in best or answer["seconds"] < best[name]["seconds"]:
                best[name] = answer
    ours = best["engine"]
    cases = [case("engine", ours)]
    for name in PEERS:
        compared, differing = disagreements(ours["figures"], best[name]["figures"])
        if differing:
            raise SystemExit(f"{name} does not agree with the engine: {differing[:10]}")
        ratio = round(best[name]["seconds"] / ours["seconds"], 1)
        cases.append(case(name, best[name]) | {"ratio": ratio, "numbers_alike": compared})
    return cases


def case(name: str, answer: Answer) -> Answer:
    """Return what a task used, rounded for reading."""
    return {
        "case": name,
        "seconds": round(answer["seconds"], 2),
        "cpu_seconds": round(answer["cpu_seconds"], 2),
        "peak_mb": round(answer["peak_mb"]),
        "laps": {lap: round(seconds, 2) for lap, seconds in answer["laps"].items()},
    }


def measure(scale: float) -> Answer:
    """Make the rows, and time everything on them."""
    with tempfile.TemporaryDirectory() as name:
        world = Path(name) / "world"
        run(
            sys.executable, "-m", "etmaal", "world", "--preset", "small", "--seed", "1",
            "--scale", str(scale), "--out", str(world),
        )  # fmt: skip
        staged = perform("staging", world)
        cases = compete(Path(name) / "snapshot")
        return {
            "benchmark": "pipeline",
            "rows": staged["rows"],
            "cases": cases,
            "road": case("monitor", perform("monitor", world)),
        }


def report(found: Answer) -> None:
    """Print the tables, and the whole as one line of JSON."""
    rows, road = found["rows"], found["road"]
    print(f"{rows['notices']:,} notices and {rows['sightings']:,} sightings, staged as Parquet")
    print(f"{'':<16}{'seconds':>9}{'ratio':>8}{'CPU s':>8}{'peak MB':>9}{'numbers alike':>15}")
    for each in found["cases"]:
        print(
            f"{each['case']:<16}{each['seconds']:>9.2f}{each.get('ratio', 1.0):>7.1f}x"
            f"{each['cpu_seconds']:>8.2f}{each['peak_mb']:>9,}{each.get('numbers_alike', ''):>15}"
        )
    print("\nwhere the seconds go")
    for each in [*found["cases"], road]:
        for lap, seconds in each["laps"].items():
            print(f"{each['case']:<16}{lap:<24}{seconds:>9.2f}")
    print(
        f"\nthe whole command from CSV to edition: {road['seconds']:.1f} s "
        f"({road['cpu_seconds']:.1f} s of CPU), at most {road['peak_mb']:,} MB"
    )
    print(json.dumps(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE, help="how large a year")
    report(measure(parser.parse_args().scale))


if __name__ == "__main__":
    main()
