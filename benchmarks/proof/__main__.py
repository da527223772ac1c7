"""Proves what `docs/method.md` says of bounds, intervals and verdicts, on invented worlds.

    python benchmarks/proof [--quick] [--out FOLDER] [--study NAME]

Prints the tables, and on its last line the same for machines; with --out it writes them as
proof.md and proof.json. Exit 1 where a promise is broken.
"""

import json
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

import click
import numpy as np
import tables
from judging import FLOORS, Found
from published import answers
from studies import STUDIES, Trial, carry_out, chunks
from tables import Table
from whole import carry_out_whole

WHOLE = {True: 30, False: 10}  # whole worlds without a false look, and with
QUICK = 8  # times fewer worlds, in --quick
NAMES = ("intervals", "floor", "power", "trouble", "grid", "whole", "published")

Results = list[tuple[Trial, Found]]


def run(
    trials: dict[int, Trial], whole: dict[bool, int], less: int, processes: int
) -> tuple[Results, dict[bool, list[Found]]]:
    """Carry out all trials in some processes; what comes out does not depend on how many."""
    with ProcessPoolExecutor(processes) as pool:
        jobs: dict[Future[Found], tuple[int, int]] = {}
        for number, trial in trials.items():
            for chunk in chunks(number, max(1, trial.worlds // less)):
                jobs[pool.submit(carry_out, trial, chunk)] = (number, chunk.first)
        for faultless, many in whole.items():
            for number in range(max(1, many // less)):
                job = pool.submit(carry_out_whole, number, faultless=faultless)
                jobs[job] = (-1 - faultless, number)
        done = {}
        with click.progressbar(length=len(jobs), label="Inventing worlds", file=sys.stderr) as bar:
            for job in as_completed(jobs):
                done[jobs[job]] = job.result()
                bar.update(1)
    found: Results = [(t, _joined(done, number)) for number, t in trials.items()]
    return found, {f: [done[k] for k in sorted(done) if k[0] == -1 - f] for f in whole}


def _joined(done: dict[tuple[int, int], Found], number: int) -> Found:
    parts = [done[key] for key in sorted(done) if key[0] == number]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def told(results: Results, whole: dict[bool, list[Found]]) -> Iterable[Table]:
    """Yield every table that the results allow."""
    if results or whole:
        yield tables.brackets(results, whole)
    ways: dict[tuple[str, ...], Callable[[Results], Iterable[Table]]] = {
        ("intervals",): tables.intervals,
        ("floor", "below"): tables.floor,
        ("power",): tables.power,
        ("trouble",): tables.trouble,
        ("grid",): tables.grid,
    }
    for studies, table in ways.items():
        if mine := [(t, f) for t, f in results if t.study in studies]:
            yield from table(mine)


def as_promised(trial: Trial, found: Found) -> bool:
    """Say whether worlds have, on average, the share that what is found in them is held against.

    Those in which items came on the list late are not asked: who left sooner is not in them.
    """
    if trial.kind.looks.entered:
        return True
    off = found["realised"] - trial.kind.share
    return abs(np.mean(off)) <= 5 * np.std(off) / np.sqrt(off.size) + 1e-9


def broken(results: Results, whole: dict[bool, list[Found]]) -> Iterable[str]:
    """Say which promises do not hold, chance allowed for by three standard errors."""
    for trial, found in results:
        if not as_promised(trial, found):
            yield f"these worlds do not have the share they are said to have: {trial}"
        if not trial.kind.looks.false_gone and found["outside"].any():
            yield f"a realised share outside its bounds: {trial}"
        if trial.study == "intervals":
            least = 0.93 - 3 * np.sqrt(0.93 * 0.07 / found["n"].size)
            if np.mean(tables.held(trial, found)) < least:
                yield f"an interval holds too seldom: {trial}"
        word = {"floor": "lax", "below": "meets"}.get(trial.study)
        if word and np.mean(found[word]) > 0.01 + 3 * np.sqrt(0.01 * 0.99 / found["n"].size):
            yield f"{word} is said wrongly too often: {trial}"
    near = [tables.held(t, f)[tables.clean(t, f)] for t, f in results if t.study == "intervals"]
    if near and not 0.93 <= np.mean(np.concatenate(near)) <= 0.97:
        yield "the intervals hold outside 93 to 97 % of the worlds where they should"
    if any(part["outside"].any() for part in whole.get(True, [])):
        yield "a realised share outside its bounds in a whole world"
    yield from (f"a published answer is not met: {a}" for a in answers() if not a.agrees)


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help=f"A sample: {QUICK} times fewer worlds.")
@click.option("--study", type=click.Choice(NAMES), multiple=True, help="Only this, or these.")
@click.option("--processes", default=2, show_default=True, help="At a time.")
@click.option("--out", type=click.Path(path_type=Path), help="A folder for proof.md, proof.json.")
def main(quick: bool, study: tuple[str, ...], processes: int, out: Path | None) -> None:
    wanted = {*(study or NAMES), *(("below",) if not study or "floor" in study else ())}
    # Numbered before they are chosen, so that a part of the studies gives the same numbers.
    trials = dict(enumerate(trial for one in STUDIES for trial in one()))
    results, whole = run(
        {number: trial for number, trial in trials.items() if trial.study in wanted},
        WHOLE if "whole" in wanted else {},
        QUICK if quick else 1,
        processes,
    )
    found = [*told(results, whole)]
    if "published" in wanted:
        found.append(tables.agreement([*answers()]))
    text = "\n".join(table.markdown() for table in found)
    content = json.dumps(
        {"floor": FLOORS.floor, "tables": [{"title": t.title, "rows": t.rows} for t in found]}
    )
    if out is None:
        click.echo(f"{text}\n{content}")
    else:
        out.mkdir(parents=True, exist_ok=True)
        (out / "proof.md").write_text(text, encoding="utf-8")
        (out / "proof.json").write_text(content + "\n", encoding="utf-8")
    faults = [*broken(results, whole)]
    for fault in faults:
        click.echo(fault, err=True)
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
