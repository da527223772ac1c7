"""What a curve says, read off by hand: shares by an hour, quantiles, time online, boxes to draw."""

import math

import numpy as np
import pytest

from etmaal.stats.incidence import band, incidence, quantile, restricted_mean
from etmaal.stats.turnbull import turnbull

INF = math.inf


@pytest.mark.parametrize(
    ("story", "after", "by", "hour", "late", "even", "in_time"),
    [
        ("over before the hour", 3, 9, 10, 1, 1, 1),
        ("ends at the hour", 3, 9, 9, 1, 1, 1),
        ("straddles the hour", 3, 9, 5, 0, 1 / 3, 1),
        ("starts at the hour", 3, 9, 3, 0, 0, 0),
        ("starts after the hour", 3, 9, 2, 0, 0, 0),
        ("at the hour exactly", 5, 5, 5, 1, 1, 1),
        ("exactly, a little later", 5.01, 5.01, 5, 0, 0, 0),
        ("still online at the last look", 3, INF, 9, 0, 0, 0),
    ],
)
def test_a_mass_counts_by_an_hour_as_its_window_says(
    story, after, by, hour, late, even, in_time
) -> None:
    masses = turnbull([after], [by])

    got = [incidence(masses, hour, straddling=way)[0, 0] for way in ("late", "even", "in_time")]

    assert got == pytest.approx([late, even, in_time])


def test_the_hours_at_which_a_level_is_reached_lie_inside_the_windows() -> None:
    masses = turnbull([0, 4, 4, 9], [2, 8, 8, 9], tolerance=1e-12)

    found = quantile(masses, [0.1, 0.25, 0.5, 0.75, 0.8, 1.0])[0]

    np.testing.assert_allclose(found, [0.8, 2, 6, 8, 9, 9], atol=1e-8)


def test_a_level_that_is_never_reached_is_infinitely_far() -> None:
    masses = turnbull([1, 5, 2], [2, INF, 3], cause=[0, 0, 1], group=[0, 0, 2], groups=3)

    found = quantile(masses, [0.5, 0.6])

    assert found[0].tolist() == [2, INF]
    assert np.isnan(found[1]).all()  # no rows
    assert found[2].tolist() == [INF, INF]  # it left, but was not removed


@pytest.mark.parametrize("level", [0, -0.1, 1.1, math.nan])
def test_there_is_no_level_outside_nothing_and_all(level) -> None:
    with pytest.raises(ValueError, match="level"):
        quantile(turnbull([1], [2]), level)


def test_the_mean_time_online_is_the_area_above_the_incidence_of_leaving() -> None:
    rng = np.random.default_rng(4)
    after = np.floor(rng.exponential(9, 200))
    by = np.where(rng.random(200) < 0.2, INF, after + rng.integers(0, 6, 200))
    masses = turnbull(after, by, cause=rng.integers(0, 3, 200), group=rng.integers(0, 2, 200))
    step = 0.02
    middles = np.arange(0, 20, step) + step / 2

    left = sum(incidence(masses, middles, cause=c) for c in range(3))

    area = np.sum(1 - left, axis=1) * step
    np.testing.assert_allclose(restricted_mean(masses, 20.0), area, atol=1e-2)


def test_a_group_without_rows_has_no_mean() -> None:
    masses = turnbull([1], [3], group=[1])

    assert np.isnan(restricted_mean(masses, 10)[0])
    assert restricted_mean(masses, 10)[1] == pytest.approx(2)
    assert restricted_mean(masses, 2)[1] == pytest.approx(1.75)


def test_what_the_data_do_not_say_is_drawn_as_boxes() -> None:
    masses = turnbull(
        [1, 4, 9, 2, 0], [3, 8, INF, 2, 5], cause=[0, 0, 0, 0, 1], group=[0, 0, 0, 1, 1]
    )

    boxes = band(masses)

    got = zip(boxes.group, boxes.after, boxes.by, boxes.low, boxes.high, strict=True)
    third = pytest.approx(1 / 3)
    assert list(got) == [
        (0, 1, 3, 0, third),
        (0, 4, 8, third, pytest.approx(2 / 3)),
        (0, 9, INF, pytest.approx(2 / 3), pytest.approx(1)),
        (1, 2, 2, 0, pytest.approx(0.5)),
    ]


def test_nothing_in_an_interval_without_end_is_ever_removed() -> None:
    masses = turnbull([1, 4], [3, INF])

    assert incidence(masses, [1e9], straddling="in_time")[0, 0] == pytest.approx(0.5)
