"""The grid of hours: rounding outwards may widen a window and never change a count at a norm."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.stats.grid import grid, outward

EDGES = grid([24, 12, 1, 30.5])
NORMS = (1.0, 12.0, 24.0, 30.5, 48.0)
hours = st.one_of(
    st.floats(0, 2000), st.integers(0, 2000).map(float), st.sampled_from([0.0, *NORMS])
)


def test_it_has_hours_then_four_hours_then_days_and_every_norm() -> None:
    assert EDGES[:3].tolist() == [0, 1, 2]
    assert EDGES[30:33].tolist() == [30, 30.5, 31]
    assert EDGES[EDGES > 46][:4].tolist() == [47, 48, 52, 56]
    assert EDGES[EDGES > 160][:4].tolist() == [164, 168, 192, 216]
    assert EDGES[-3:].tolist() == [1416, 1440, math.inf]
    assert grid([2000])[-2] == 2000


@pytest.mark.parametrize("norm", [0, -1, math.inf, math.nan])
def test_a_norm_is_a_number_of_hours(norm) -> None:
    with pytest.raises(ValueError, match="norm"):
        grid([24, norm])


@pytest.mark.parametrize(
    ("story", "after", "by", "expected"),
    [
        ("inside a cell", 10.2, 10.7, (10, 11)),
        ("on the edges", 10, 11, (10, 11)),
        ("over several cells", 10.2, 50, (10, 52)),
        ("still online", 10.2, math.inf, (10, math.inf)),
        ("exactly, inside a cell", 10.2, 10.2, (10, 11)),
        ("exactly at an edge: in the cell that ends there", 24, 24, (23, 24)),
        ("exactly, just after the norm", 24.001, 24.001, (24, 25)),
        ("at the very start", 0, 0, (0, 1)),
        ("ended beyond the grid", 1500, 1600, (1440, math.inf)),
        ("began within it and ended beyond", 1430, 1600, (1416, math.inf)),
    ],
)
def test_windows_are_rounded_outwards(story, after, by, expected) -> None:
    low, high = outward([after], [by], EDGES)

    assert (low[0], high[0]) == expected


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(hours, hours), min_size=1, max_size=20))
def test_no_count_at_a_norm_changes(pairs) -> None:
    after, by = np.array([sorted(pair) for pair in pairs]).T

    low, high = outward(after, by, EDGES)

    assert np.all((low <= after) & ((high >= by) | np.isinf(high)) & (low < high))
    for norm in NORMS:
        late = (after >= norm) & ~((after == by) & (by <= norm))
        assert np.array_equal(high <= norm, by <= norm)
        assert np.array_equal(low >= norm, late)
