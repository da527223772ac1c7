"""Numbers that are planned: exact whatever chance does, and chance still says whose they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.world.planned import apportioned, ranked

values = st.lists(
    st.tuples(st.integers(0, 3), st.floats(-9, 9, allow_nan=False)), min_size=1, max_size=40
)


@given(values, st.floats(0, 1))
def test_a_limit_takes_its_part_of_every_group_to_half_an_item(pairs, limit) -> None:
    group, value = (np.array(column) for column in zip(*pairs, strict=True))

    taken = ranked(value, group) < limit

    for one in set(group.tolist()):
        size = int((group == one).sum())
        assert abs(int(taken[group == one].sum()) - limit * size) <= 0.5 + 1e-9


@given(values)
def test_within_a_group_places_are_in_the_order_of_the_values(pairs) -> None:
    group, value = (np.array(column) for column in zip(*pairs, strict=True))

    place = ranked(value, group)

    for one in set(group.tolist()):
        own = np.argsort(value[group == one], kind="stable")  # equal values keep their order
        fractions = place[group == one][own]
        assert fractions.tolist() == [(k + 0.5) / own.size for k in range(own.size)]


def test_no_value_has_no_place() -> None:
    assert ranked(np.zeros(0), np.zeros(0, np.int64)).size == 0


@pytest.mark.parametrize(
    ("story", "weights", "total", "parts"),
    [
        ("the largest remainder gets the odd one", [0.45, 0.35, 0.2], 10, [5, 3, 2]),
        ("ties go to the first", [1, 1, 1], 4, [2, 1, 1]),
        ("what divides evenly", [1, 3], 8, [2, 6]),
        ("nothing to split", [1, 3], 0, [0, 0]),
        ("no weight at all: evenly", [0, 0, 0], 5, [2, 2, 1]),
        ("no weight for one", [1, 0, 1], 3, [2, 0, 1]),
    ],
)
def test_a_whole_number_is_split_by_largest_remainders(story, weights, total, parts) -> None:
    assert apportioned(np.array(weights, np.float64), total).tolist() == parts


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=30), st.integers(0, 1_000_000))
def test_nothing_is_lost_or_made_in_splitting(weights, total) -> None:
    parts = apportioned(np.array(weights, np.float64), total)

    assert int(parts.sum()) == total
    if sum(weights):
        exact = np.array(weights) / sum(weights) * total
        assert np.abs(parts - exact).max() < 1 + 1e-6
