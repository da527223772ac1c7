"""Slow textbook versions of the estimators, in plain loops, to hold the fast ones against."""

import itertools
import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

# (after, by, cause, entry): exact where after == by, still online where by is inf.
Row = tuple[float, float, int, float]


def _allows(row: Row, cause: int, cell: tuple[float, float]) -> bool:
    """Say whether a row could have left in a cell (open on the left but for an exact moment)."""
    after, by, why, entry = row
    start, end = cell
    exact = start == end
    if math.isfinite(by) and why != cause:
        return False
    if after == by:
        return exact and end == by
    first = max(after, entry)
    return end <= by and (end > first if exact else start >= first)


def _candidates(rows: Sequence[Row]) -> list[tuple[int, tuple[float, float]]]:
    """List every elementary piece of the time axis for every cause: no thought of innermost."""
    moments = sorted({0.0, *(x for a, b, _, e in rows for x in (a, b, e)), math.inf})
    causes = {why for _, by, why, _ in rows if math.isfinite(by)}
    pieces = [(m, m) for m in moments if math.isfinite(m)]
    pieces += list(itertools.pairwise(moments))
    finite = [(c, p) for c in sorted(causes) for p in pieces if math.isfinite(p[1])]
    return [*finite, (-1, (moments[-2], math.inf))]


def _likelihood(rows: Sequence[Row], mass: dict[tuple[int, tuple[float, float]], float]) -> float:
    total = 0.0
    for row in rows:
        entry = row[3]
        inside = sum(
            p
            for (c, cell), p in mass.items()
            if _allows(row, row[2] if c < 0 else c, cell) and (c >= 0 or math.isinf(row[1]))
        )
        there = sum(p for (_, cell), p in mass.items() if entry == 0 or cell[1] > entry)
        if inside <= 0:
            return -math.inf
        total += math.log(inside) - math.log(there)
    return total


def _slow_turnbull(rows: Sequence[Row], rounds: int = 20_000) -> dict:
    """Turnbull's own self-consistency with ghosts for the items never seen; no shortcuts."""
    cells = _candidates(rows)
    allowed = [
        [
            (c >= 0 or math.isinf(row[1])) and _allows(row, row[2] if c < 0 else c, cell)
            for c, cell in cells
        ]
        for row in rows
    ]
    there = [[row[3] == 0 or cell[1] > row[3] for _, cell in cells] for row in rows]
    mass = [1 / len(cells)] * len(cells)
    for _ in range(rounds):
        fresh = [0.0] * len(cells)
        for may, seen in zip(allowed, there, strict=True):
            inside = sum(p for p, ok in zip(mass, may, strict=True) if ok)
            watched = sum(p for p, ok in zip(mass, seen, strict=True) if ok)
            for j, p in enumerate(mass):
                fresh[j] += (p / inside if may[j] else 0.0) + (0.0 if seen[j] else p / watched)
        total = sum(fresh)
        fresh = [f / total for f in fresh]
        change = max(abs(f - p) for f, p in zip(fresh, mass, strict=True))
        mass = fresh
        if change < 1e-9:
            break
    return dict(zip(cells, mass, strict=True))


@pytest.fixture(scope="session")
def slow() -> SimpleNamespace:
    """The slow versions by name."""
    return SimpleNamespace(turnbull=_slow_turnbull, likelihood=_likelihood, allows=_allows)


@st.composite
def _rows(draw: Callable, *, causes: int = 1, late: bool = False, largest: int = 12) -> list[Row]:
    """Invent a few rows on whole hours, of all kinds."""
    result = []
    for _ in range(draw(st.integers(1, largest))):
        after = draw(st.integers(0, 9))
        kind = draw(st.sampled_from(["window", "window", "exact", "open"]))
        by = {"window": after + draw(st.integers(1, 5)), "exact": after, "open": math.inf}[kind]
        entry = draw(st.integers(0, after)) if late else 0
        if entry and entry >= by:
            entry = 0
        result.append((float(after), float(by), draw(st.integers(0, causes - 1)), float(entry)))
    return result


@pytest.fixture(scope="session")
def invented() -> Callable:
    """A hypothesis strategy of rows."""
    return _rows
