"""Differences of shares: published intervals, a slow version, and sums that must come out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from etmaal.stats.differences import Held, difference, held, mean_change, split_change, weighted_sum


def wilson(hits: int, n: int) -> tuple[float, float, float]:
    z, p = 1.959963984540054, hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, max(centre - half, 0.0), min(centre + half, 1.0)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_published_intervals_come_out(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(held(*wilson(*one)), held(*wilson(*other)))

    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=5e-5)


shares = st.tuples(*[st.floats(0, 1)] * 3).map(lambda three: tuple(sorted(three)))


def of(low_value_high: tuple[float, float, float]) -> Held:
    low, value, high = low_value_high
    return held(value, low, high)


@given(shares, shares)
def test_the_other_way_round_is_the_same_with_the_other_sign(one: tuple, other: tuple) -> None:
    there, back = difference(of(one), of(other)), difference(of(other), of(one))

    assert float(there.value) == -float(back.value)
    assert float(there.low) == pytest.approx(-float(back.high))
    assert -1 <= float(there.low) <= float(there.value) <= float(there.high) <= 1


@given(shares, shares)
def test_a_difference_is_a_sum_with_a_negative_weight(one: tuple, other: tuple) -> None:
    both = held(*([x, y] for x, y in zip(
        (one[1], one[0], one[2]), (other[1], other[0], other[2]), strict=True
    )))  # fmt: skip

    summed = weighted_sum(both, [1.0, -1.0])
    apart = difference(of(one), of(other), most=9.0)

    for a, b in ((summed.value, apart.value), (summed.low, apart.low), (summed.high, apart.high)):
        assert float(a) == pytest.approx(float(b), abs=1e-12)


def slow_split(sides: list[list[tuple[float, float]]]) -> tuple[float, float, float]:
    """The three parts in plain loops: each side a list of (weight, share)."""
    before, after = sides
    centre = sum(w * p for side in sides for w, p in side) / 2
    behaviour = weights = entry = 0.0
    for (wb, pb), (wa, pa) in zip(before, after, strict=True):
        if wb and wa:
            behaviour += (wa + wb) / 2 * (pa - pb)
            weights += (wa - wb) * ((pa + pb) / 2 - centre)
        elif wa:
            entry += wa * (pa - centre)
        elif wb:
            entry -= wb * (pb - centre)
    return behaviour, weights, entry


@st.composite
def two_sides(draw: st.DrawFn) -> list[list[tuple[float, float]]]:
    count = draw(st.integers(1, 6))
    sides = []
    for _ in range(2):
        n = [draw(st.integers(0, 50)) for _ in range(count)]
        n[draw(st.integers(0, count - 1))] += 1
        sides.append([(k / sum(n), draw(st.floats(0, 1))) for k in n])
    return sides


@given(two_sides())
def test_the_parts_of_a_pooled_change_add_up_to_it(sides: list[list[tuple[float, float]]]) -> None:
    weights = [np.array([w for w, _ in side]) for side in sides]
    values = [np.array([p if w else np.nan for w, p in side]) for side in sides]
    before, after = (held(v, v, v) for v in values)

    split = split_change(after, weights[1], before, weights[0])
    pooled = [sum(w * p for w, p in side) for side in sides]
    parts = float(split.behaviour.value), split.weights, split.entry

    assert sum(parts) == pytest.approx(pooled[1] - pooled[0], abs=1e-9)
    assert parts == pytest.approx(slow_split(sides), abs=1e-9)


def test_who_enters_as_good_as_the_others_adds_nothing() -> None:
    half = held([0.5, 0.5], [0.4, 0.4], [0.6, 0.6])

    split = split_change(half, np.array([0.3, 0.7]), half, np.array([1.0, 0.0]))

    assert (split.weights, split.entry) == (0.0, 0.0)


def test_weights_that_are_no_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        split_change(held([1], [1], [1]), np.array([0.9]), held([1], [1], [1]), np.array([1.0]))


def test_a_mean_change_is_no_surer_than_the_changes_agree() -> None:
    changes = held([0.0, 0.2, 0.4], [-0.01, 0.19, 0.39], [0.01, 0.21, 0.41])

    found = mean_change(changes)
    low, high = stats.t.interval(0.95, 2, 0.2, 0.2 / math.sqrt(3))

    assert float(found.value) == pytest.approx(0.2)
    assert (float(found.low), float(found.high)) == pytest.approx((low, high))


def test_a_mean_change_is_no_surer_than_the_changes_are() -> None:
    found = mean_change(held([0.2, 0.2], [0.0, 0.0], [0.4, 0.4]))

    assert (float(found.low), float(found.high)) == pytest.approx(
        (0.2 - 0.2 / math.sqrt(2), 0.2 + 0.2 / math.sqrt(2))
    )


def test_one_change_alone_has_its_own_interval() -> None:
    found = mean_change(held([0.2], [0.0], [0.3]))

    assert (float(found.value), float(found.low), float(found.high)) == pytest.approx((0.2, 0, 0.3))
