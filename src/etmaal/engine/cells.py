"""The first half of the figures: any number of episodes reduced to counts of windows on a grid.

What comes out grows with the number of clusters, not with that of rows. Windows are rounded
outwards onto the grid, which holds every norm: no count at a norm changes, and a bound stays one.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from etmaal.engine.database import Database

HOUR = 3_600_000_000  # microseconds

Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
ENDS = ("moved_host", "reassigned", "moved_abroad", "domain_gone", "network_gone")

_CELLS = """
    SELECT CAST(p.no AS INTEGER) AS provider, CAST(month AS INTEGER) AS month,
           CAST(site_no AS INTEGER) AS site, CAST(batch_no AS INTEGER) AS batch,
           CAST({after} AS INTEGER) AS after_cell, CAST({by} AS INTEGER) AS by_cell,
           CAST(coalesce(list_position($ends, ended), 0) AS INTEGER) AS cause,
           CAST({entry} AS INTEGER) AS entry_cell, CAST(count(*) AS INTEGER) AS weight
    FROM {judged} JOIN numbered_providers p USING (provider)
    WHERE state = 'counted'
    GROUP BY ALL
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts of windows; every array has shape (cells,), ``edges`` are hours, the last is inf.

    The window of a cell is ``(edges[after], edges[by]]``; ``cause`` is 0 for a removal and
    its place in `ENDS` for a competing end, the first being 1.
    """

    edges: npt.NDArray[np.float64]
    provider: Integers
    month: Integers
    site: Integers
    batch: Integers
    after: Integers
    by: Integers
    cause: Integers
    entry: Integers
    weight: Integers

    def some(self, rows: slice | Integers) -> "Cells":
        """Return some of the cells, in their order."""
        columns = (getattr(self, f.name) for f in fields(self) if f.name != "edges")
        return Cells(self.edges, *(column[rows] for column in columns))

    def windows_alone(self, group: Integers) -> tuple["Cells", Integers]:
        """Return the counts by group and window, whatever the cluster, and the groups.

        Providers, months, sites and batches of what is returned are without meaning.
        """
        last = len(self.edges)
        key = np.asarray(group, np.int64)
        for part, many in (
            (self.after, last), (self.by, last), (self.cause, len(ENDS) + 1), (self.entry, last)
        ):  # fmt: skip
            key = key * many + part
        _, first, kind = np.unique(key, return_index=True, return_inverse=True)
        weight = np.bincount(kind, self.weight, first.size).astype(np.int64)
        kept = self.some(first)
        return replace(kept, weight=weight), group[first]

    def hours(self, cell: Integers) -> npt.NDArray[np.float64]:
        """Return the hours of grid positions."""
        return self.edges[cell]


def window_cells(db: Database, edges: npt.NDArray[np.float64], *, judged: str = "judged") -> Cells:
    """Reduce the judged episodes of all providers and months to counts on the grid.

    Args:
        db: a database in which `period.judge_period` has run.
        edges: hours, rising, the first 0 and the last inf; whole microseconds.
        judged: the table of windows, where they are read from another start than the clock's.
    """
    steps = _steps([round(float(e) * HOUR) for e in edges[:-1]])
    last = len(edges) - 1
    statement = _CELLS.format(
        judged=judged,
        after=_down(steps, "after_us", last - 1),
        by=_up(steps, "by_us", last),
        entry=_down(steps, "entry_us", last - 1),
    )
    columns = db.columns(statement, ends=list(ENDS))
    whole = {name: np.asarray(values, dtype=np.int32) for name, values in columns.items()}
    return Cells(
        edges=edges, provider=whole["provider"], month=whole["month"], site=whole["site"],
        batch=whole["batch"], after=whole["after_cell"], by=whole["by_cell"],
        cause=whole["cause"], entry=whole["entry_cell"], weight=whole["weight"],
    )  # fmt: skip


def _steps(edges: list[int]) -> list[tuple[int, int, int, int]]:
    """Return the stretches of even steps: position of the first edge, first, step, last edge."""
    stretches: list[tuple[int, int, int, int]] = []
    for position in range(len(edges) - 1):
        first, last = edges[position], edges[position + 1]
        step = last - first
        if stretches and stretches[-1][2] == step:
            start, begin, _, _ = stretches.pop()
            stretches.append((start, begin, step, last))
        else:
            stretches.append((position, first, step, last))
    return stretches


def _down(steps: list[tuple[int, int, int, int]], column: str, beyond: int) -> str:
    whens = " ".join(
        f"WHEN {column} < {last} THEN {start} + ({column} - {first}) // {step}"
        for start, first, step, last in steps
    )
    return f"CASE {whens} ELSE {beyond} END"


def _up(steps: list[tuple[int, int, int, int]], column: str, beyond: int) -> str:
    whens = " ".join(
        f"WHEN {column} <= {last} THEN {start} + ({column} - {first} + {step - 1}) // {step}"
        for start, first, step, last in steps
    )
    return f"CASE {whens} ELSE {beyond} END"
