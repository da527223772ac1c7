"""What the hotline counted beside its items: reports by month, and how a sample was drawn.

The counts of reports are plans and not drawn; only how an illegal total falls over the months
follows from the items.
"""

from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etmaal.world.civil import Civil, Floats, Ints
from etmaal.world.planned import apportioned
from etmaal.world.preset import Preset, Tally
from etmaal.world.reports import SOURCES, Items

HERE, ELSEWHERE, NOT_KNOWN = HOSTED = ("NL", "elsewhere", "unknown")
Months = npt.NDArray[np.int64]  # months since year 0


def yearbook(preset: Preset, civil: Civil, items: Items) -> dict[str, pa.Table]:
    """Return the tables by name: `reports` where there are tallies, `sample` of a sample.

    ``reports``: month, source, hosted, reports, illegal; a row a month, source and place.
    ``sample``: stratum, source, first (month), before (month), drawn, of, weight; of the illegal
    items in the stratum (those of one source first reported in ``[first, before)``) so many are
    in the tables, and each stands for ``weight`` of them.
    """
    if not preset.tallies:
        return {}
    month = _months(civil.of(items.reported_at))
    tables = {"reports": _reports(preset, items, month)}
    if preset.sampled:
        tables["sample"] = _sample(preset, items, month)
    return tables


def _months(civil: Ints) -> Months:
    since_1970: Months = civil.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return since_1970 + 1970 * 12


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _held(tally: Tally, items: Items, month: Months) -> Floats:
    """Count the world's items in each month of a tally."""
    of_source = month[items.source == SOURCES.index(tally.source)]
    first, before = _number(tally.first), _number(tally.before)
    inside = of_source[(of_source >= first) & (of_source < before)]
    return np.bincount(inside - first, minlength=before - first).astype(np.float64)


def _reports(preset: Preset, items: Items, month: Months) -> pa.Table:
    rows: list[tuple[str, str, str, int, int]] = []
    for tally in preset.tallies:
        here = tally.hosted == HERE
        held = _held(tally, items, month) if here else np.zeros(0)
        span = range(_number(tally.first), _number(tally.before))
        days = np.array([_days(number) for number in span])
        total = int(held.sum()) if tally.illegal is None else tally.illegal
        illegal = apportioned(held if here else days, total)
        # What is illegal is among the reports, also in a month that has more of it than most.
        others = apportioned(days, max(0, tally.reports - total))
        for nth, number in enumerate(span):
            found = int(illegal[nth])
            rows.append(
                (_text(number), tally.source, tally.hosted, found + int(others[nth]), found)
            )
    return _table(sorted(rows), ("month", "source", "hosted", "reports", "illegal"))


def _sample(preset: Preset, items: Items, month: Months) -> pa.Table:
    rows = []
    for tally in preset.tallies:
        drawn = int(_held(tally, items, month).sum()) if tally.hosted == HERE else 0
        if drawn and tally.illegal is not None:
            first, before = _text(_number(tally.first)), _text(_number(tally.before))
            last = _text(_number(tally.before) - 1)
            weight = round(tally.illegal / drawn, 9)
            named = f"{tally.source} {first} to {last}"
            rows.append((named, tally.source, first, before, drawn, tally.illegal, weight))
    return _table(sorted(rows), ("stratum", "source", "first", "before", "drawn", "of", "weight"))


def _days(number: int) -> float:
    after = datetime((number + 1) // 12, (number + 1) % 12 + 1, 1, tzinfo=UTC)
    return float((after - datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)).days)


def _text(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _table(rows: list[tuple[str | int | float, ...]], columns: tuple[str, ...]) -> pa.Table:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table({name: list(column) for name, column in zip(columns, values, strict=True)})
