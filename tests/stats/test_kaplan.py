"""Exact moments: published answers, plain loops, and the same curve from the general estimator."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.stats.incidence import incidence
from etmaal.stats.kaplan import aalen_johansen, kaplan_meier
from etmaal.stats.turnbull import turnbull


def test_kaplan_meier_and_greenwood_t4() -> None:
    found = kaplan_meier([1, 2, 3, 4, 5], [True, True, False, True, False])

    np.testing.assert_allclose(found.survival, [0.8, 0.6, 0.3])
    assert found.log_variance[-1] == pytest.approx(0.63333, abs=1e-5)
    np.testing.assert_allclose(found.variance, found.survival**2 * found.log_variance)


def test_delayed_entry_t5() -> None:
    found = kaplan_meier([2, 3, 3, 4, 5, 6], [True] * 6, entry=[0, 0, 1, 1, 2, 2])

    assert found.hours[0] == 2 and found.survival[0] == pytest.approx(0.75)
    assert found.at_risk.tolist() == [4, 5, 3, 2, 1]


def test_once_all_are_gone_there_is_no_variance_left_to_estimate() -> None:
    found = kaplan_meier([1, 2], [True, True])

    assert found.survival.tolist() == [0.5, 0]
    assert found.log_variance[1] == math.inf and math.isnan(found.variance[1])


def test_nothing_seen_gives_an_empty_curve() -> None:
    assert kaplan_meier([3, 4], [False, False]).survival.size == 0
    assert aalen_johansen([], []).incidence.shape == (0, 0)


def test_entering_as_it_leaves_is_refused() -> None:
    with pytest.raises(ValueError, match="before it leaves"):
        kaplan_meier([3, 4], [True, True], entry=[1, 4])


@st.composite
def moments(draw) -> tuple[list[int], list[int], list[int]]:
    entry = draw(st.lists(st.integers(0, 4), min_size=1, max_size=12))
    hours = [e + draw(st.integers(1, 6)) for e in entry]
    return hours, [draw(st.integers(-1, 2)) for _ in hours], entry


@settings(max_examples=20, deadline=None)
@given(moments())
def test_incidence_by_cause_agrees_with_a_plain_loop(rows) -> None:
    hours, cause, entry = rows

    found = aalen_johansen(hours, cause, entry=entry)

    online, sums = 1.0, [0.0] * 3
    for k, t in enumerate(sorted({h for h, c in zip(hours, cause, strict=True) if c >= 0})):
        at_risk = sum(e < t <= h for h, e in zip(hours, entry, strict=True))
        events = [
            sum(h == t and c == j for h, c in zip(hours, cause, strict=True)) for j in range(3)
        ]
        for j in range(3):
            sums[j] += online * events[j] / at_risk
        online *= 1 - sum(events) / at_risk
        assert found.hours[k] == t
        np.testing.assert_allclose(found.incidence[k], sums[: found.incidence.shape[1]], atol=1e-12)
        assert found.survival[k] == pytest.approx(online, abs=1e-12)
        assert found.incidence[k].sum() + found.survival[k] == pytest.approx(1)


@settings(max_examples=10, deadline=None)
@given(moments())
def test_the_general_estimator_gives_the_same_curve(rows) -> None:
    hours, cause, entry = (np.array(x, dtype=float) for x in rows)
    masses = turnbull(
        hours,
        np.where(cause < 0, math.inf, hours),
        cause=np.maximum(cause, 0),
        entry=entry,
        tolerance=1e-8,
    )
    if masses.exhausted[0]:
        return  # all were gone before others came in: their later hours are told apart below

    found = aalen_johansen(hours, cause.astype(int), entry=entry)

    for j in range(found.incidence.shape[1]):
        np.testing.assert_allclose(
            incidence(masses, found.hours, cause=j)[0], found.incidence[:, j], atol=1e-3
        )
