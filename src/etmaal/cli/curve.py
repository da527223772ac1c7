"""`etmaal curve`: from one file of windows to the share removed by an hour, and how sure it is."""

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import numpy as np

from etmaal.cli.window_file import WindowFile, read_windows
from etmaal.stats.incidence import quantile
from etmaal.stats.intervals import counted, intervals_of
from etmaal.stats.mass_intervals import mass_intervals
from etmaal.stats.turnbull import Fit, fit
from etmaal.stats.windows import windows

TAIL = 0.025  # in each tail of a 95 % interval
DIGITS = 9
MANY = 20_000  # rows that take about a second
FINE, COARSE = 1e-8, 1e-6  # gaps; the coarse one moves a share by a thousandth of its error


@click.command()
@click.argument("path", metavar="WINDOWS.CSV", type=click.Path(path_type=Path))
@click.option("--hours", default=24.0, show_default=True, help="The norm, in hours.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON for machines.")
@click.option("--ignore-extra", is_flag=True, help="Skip columns that have no meaning here.")
def command(path: Path, hours: float, as_json: bool, ignore_extra: bool) -> None:
    """Estimate the share removed by an hour from windows in which items came down.

    A CSV file in UTF-8 with a row for each item: after_hours, the last look online, and
    by_hours, the first look gone, both in hours since the clock started. An empty by_hours: still
    online at the last look. Both equal: the moment is known exactly. Optional: entry_hours, when
    the row came under observation because the item was still online; and cluster, the site or
    batch with which it stands and falls.

    \b
    Example:
      etmaal curve windows.csv --hours 24 --json
    """
    if not (math.isfinite(hours) and hours > 0):
        raise click.BadParameter("must be a number of hours above 0", param_hint="--hours")
    given = read_windows(path, ignore_extra=ignore_extra)
    fitted = _fit(given)
    answer = _answer(given, fitted, hours)
    for line in _cautions(fitted):
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(answer, allow_nan=False))
    else:
        click.echo("\n".join(_text(path, answer, fitted)))


def _fit(given: WindowFile) -> Fit:
    rows = windows(given.after, given.by, entry=given.entry)
    few = rows.by.size <= MANY and not given.entry.any()
    tolerance = FINE if few else COARSE
    with _progress(rows.by.size, tolerance) as watch:
        return fit(rows, tolerance=tolerance, watch=watch)


@contextmanager
def _progress(rows: int, tolerance: float) -> Iterator[Callable[[float], None]]:
    """Show on a terminal how far the gap has come down: each power of ten is a step."""
    hidden = rows < MANY or not sys.stderr.isatty()
    with click.progressbar(length=100, label="Estimating", file=sys.stderr, hidden=hidden) as bar:

        def watch(gap: float) -> None:
            part = math.log(max(gap, tolerance)) / math.log(tolerance)
            bar.update(max(0, int(100 * part) - bar.pos))

        yield watch


def _answer(given: WindowFile, fitted: Fit, hours: float) -> dict[str, Any]:
    """Compute what the command says, in the order in which it says it."""
    found = intervals_of(fitted, np.array([hours]), tail=TAIL, clusters=[given.cluster])
    surely, possibly = counted(fitted, hours, 0)
    masses = fitted.masses
    low, high = mass_intervals(fitted, tail=TAIL, clusters=[given.cluster])
    return {
        "n": int(given.after.size),
        "hours": hours,
        "share": _number(found.value[0, 0]),
        "low": _number(found.low[0, 0]),
        "high": _number(found.high[0, 0]),
        "surely": _number(surely.mean()),
        "possibly": _number(possibly.mean()),
        "effective_n": _number(found.effective_n[0]),
        "masses": [
            {
                "after": _number(masses.after[k]),
                "by": _number(masses.by[k]),
                "mass": _number(masses.mass[k]),
                "low": _number(low[k]),
                "high": _number(high[k]),
            }
            for k in np.flatnonzero(masses.mass >= 10.0**-DIGITS)
        ],
    }


def _number(value: float) -> float | None:
    """Round a number as every figure is rounded; what has no end has no number."""
    return round(float(value), DIGITS) + 0.0 if math.isfinite(value) else None


def _cautions(fitted: Fit) -> Iterator[str]:
    """Say what the curve is not, where rows came under observation late."""
    masses = fitted.masses
    if masses.since[0] > 0:
        yield (
            f"Note: every row came under observation late; this is the curve of items that lasted "
            f"at least {masses.since[0]:g} hours."
        )
    if masses.exhausted[0]:
        yield (
            "Warning: everybody under observation had left before other rows came in, so the "
            "curve says nothing about those. Look at entry_hours."
        )


def _text(path: Path, answer: dict[str, Any], fitted: Fit) -> Iterator[str]:
    """Say it in a few lines."""

    def share(name: str) -> str:
        return f"{100 * answer[name]:.1f} %"

    median = quantile(fitted.masses, 0.5)[0, 0]
    yield f"{path.name}: {answer['n']} items, worth {answer['effective_n']:.1f} independent ones"
    within = f"removed within {answer['hours']:g} hours"
    if answer["share"] is None:
        yield f"{within}: not known; no item was seen gone, or online so late"
    else:
        interval = f"95 % interval {share('low')} to {share('high')}"
        yield f"{within}: {share('share')} ({interval})"
    yield f"  by counting: surely {share('surely')}, possibly {share('possibly')}"
    if math.isfinite(median):
        yield f"half are removed within {median:.4g} hours"
    else:
        yield "less than half are seen to be removed"
    yield "the curve itself, every step with its interval: --json"
