"""Intervals of the fitted curve: Greenwood, a slow dense version, clusters, and late entry."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.stats import information, mass_intervals
from etmaal.stats.influence import influence
from etmaal.stats.intervals import incidence_intervals, intervals_of
from etmaal.stats.kaplan import kaplan_meier
from etmaal.stats.mass_intervals import mass_intervals as bounds_of_masses
from etmaal.stats.shares import clustered_shares
from etmaal.stats.turnbull import fit
from etmaal.stats.windows import windows

INF = math.inf
HOURS = np.array([2.0, 4.5, 8.0])
few = settings(max_examples=10, deadline=None)


def fitted(rows: list, **more):
    after, by, cause, entry = (np.array(x) for x in zip(*rows, strict=True))
    return fit(windows(after, by, cause=cause, entry=entry, **more), tolerance=1e-8)


def test_for_exact_moments_the_error_is_greenwoods() -> None:
    rng = np.random.default_rng(1)
    hours = rng.integers(1, 30, 80).astype(float)
    gone = rng.random(80) < 0.7

    found = incidence_intervals(
        hours, np.where(gone, hours, INF), hours=[5, 12, 20], tail=0.025, tolerance=1e-12
    )

    curve = kaplan_meier(hours, gone)
    at = np.searchsorted(curve.hours, [5, 12, 20], side="right") - 1
    np.testing.assert_allclose(found.value[0], 1 - curve.survival[at], atol=1e-9)
    greenwood = np.sqrt(curve.variance[at] * 80 / 79)  # the mean of the errors is estimated too
    np.testing.assert_allclose(found.se[0], greenwood, rtol=1e-6)


@few
@given(data=st.data())
def test_the_influence_of_rows_agrees_with_a_table_inverted_in_full(data, slow, invented) -> None:
    rows = data.draw(invented(causes=2, late=data.draw(st.booleans())))
    found = fitted(rows)
    masses = found.masses
    if found.exhausted[0] or np.any(masses.mass * len(rows) < 1e-2):
        return  # at the edge of what can be solved, the two need not agree
    cells = list(zip(masses.cause, zip(masses.after, masses.by, strict=True), strict=True))
    may = np.array(
        [
            [(c >= 0 or math.isinf(r[1])) and slow.allows(r, r[2] if c < 0 else c, cell)
             for c, cell in cells]
            for r in rows
        ],
        dtype=float,
    )  # fmt: skip
    there = np.array([[r[3] == 0 or cell[1] > r[3] for _, cell in cells] for r in rows], float)
    score = may / (may @ masses.mass)[:, None] - there / (there @ masses.mass)[:, None]
    bend = sum(
        np.outer(m, m) / (m @ masses.mass) ** 2 - np.outer(t, t) / (t @ masses.mass) ** 2
        for m, t in zip(may, there, strict=True)
    )
    weight = (masses.cause == 0) & (masses.by <= 5)
    gradient = weight - weight @ masses.mass
    table = bend + len(rows) * np.ones(bend.shape)
    if np.linalg.eigvalsh(table)[0] < 1e-4:
        return  # not identified: there is no one answer
    inverse = np.linalg.inv(table)

    full = influence(found, _estimate(found, 5.0)).on(0)[0]

    np.testing.assert_allclose(full, score @ inverse @ gradient, atol=1e-4)


def _estimate(found, hour: float) -> np.ndarray:
    by = found.kinds.moments[found.cells.by]
    mine = found.cells.curve % found.kinds.slots == 0
    return np.where(mine & (by <= hour), 1.0, 0.0)[:, None]


@few
@given(data=st.data())
def test_the_bounds_keep_their_order_and_hold_what_counting_allows(data, invented) -> None:
    groups = [data.draw(invented(causes=2, late=k == 1)) for k in range(3)]
    rows = [row for group in groups for row in group]
    number = [k for k, group in enumerate(groups) for _ in group]
    site = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    after, by, cause, entry = (np.array(x) for x in zip(*rows, strict=True))

    found = incidence_intervals(
        after, by, cause=cause, entry=entry, group=number, groups=4,
        hours=HOURS, tail=0.025, clusters=[site, None],
    )  # fmt: skip

    assert np.isnan(found.value[3]).all() and np.isnan(found.low[3]).all()
    assert np.isnan(found.se[3]).all() and found.effective_n[3] == 0
    assert np.all((found.low[:3] >= 0) & (found.high[:3] <= 1))
    assert np.all((found.low[:3] <= found.value[:3]) & (found.value[:3] <= found.high[:3]))
    assert np.all(found.effective_n[:3] <= 4 + 1e-9)


def test_where_every_window_decides_it_is_the_interval_of_a_share() -> None:
    rng = np.random.default_rng(3)
    site = rng.integers(0, 25, 300)
    after = np.floor(rng.exponential(20, 300))
    hits = np.bincount(site, after + 1 <= 24, 25)

    found = incidence_intervals(after, after + 1, hours=24, tail=0.025, clusters=[site])

    share = clustered_shares([0] * 25, hits, np.bincount(site), groups=1, tail=0.025)
    for name in ("value", "low", "high", "se"):
        assert getattr(found, name)[0, 0] == pytest.approx(getattr(share, name)[0], abs=1e-6)
    assert found.effective_n[0] == pytest.approx(share.effective_n[0])


def test_the_wider_of_two_ways_to_cluster_is_given() -> None:
    rng = np.random.default_rng(5)
    site, batch = np.repeat(np.arange(30), 10), rng.integers(0, 150, 300)
    gone = rng.lognormal(3, 0.5, 30)[site]  # a site comes down as one
    after, by = np.floor(gone), np.floor(gone) + 1

    ways = {
        name: incidence_intervals(after, by, hours=[20], tail=0.025, clusters=clusters)
        for name, clusters in (("site", [site]), ("batch", [batch]), ("both", [site, batch]))
    }

    # Batches are drawn by lot and hardly widen what sites do.
    assert 0 <= min(ways["site"].low, ways["batch"].low) - ways["both"].low < 0.02
    assert 0 <= ways["both"].high - max(ways["site"].high, ways["batch"].high) < 0.02
    assert ways["both"].effective_n == min(w.effective_n for w in ways.values())
    assert ways["site"].high - ways["site"].low > ways["batch"].high - ways["batch"].low


def test_what_sites_and_batches_have_in_common_adds_up_as_for_a_share() -> None:
    rng = np.random.default_rng(7)
    site, batch = np.repeat(np.arange(40), 15), np.tile(np.arange(15), 40)
    drift = rng.normal(size=40)[site] + rng.normal(size=15)[batch]
    after = np.floor(np.exp(3 + 0.5 * drift + 0.3 * rng.normal(size=600)))

    found = incidence_intervals(after, after + 1, hours=24, tail=0.025, clusters=[site, batch])
    one, other = (
        incidence_intervals(after, after + 1, hours=24, tail=0.025, clusters=[way])
        for way in (site, batch)
    )

    share = found.value[0, 0]
    alone = share * (1 - share) / 599
    assert found.se[0, 0] ** 2 == pytest.approx(
        one.se[0, 0] ** 2 + other.se[0, 0] ** 2 - alone, rel=1e-3
    )
    assert found.low < min(one.low, other.low) and found.high > max(one.high, other.high)


def test_what_straddles_the_hour_is_late_in_the_low_bound_and_in_time_in_the_high() -> None:
    rng = np.random.default_rng(6)
    after = 6 * rng.integers(0, 10, 400).astype(float)

    hard = incidence_intervals(after, after + 12, hours=[24, 27], tail=0.025)

    before, past = hard.masses.by <= 27, hard.masses.after < 27
    assert hard.low[0, 1] < hard.masses.mass[before].sum()
    assert hard.high[0, 1] > hard.masses.mass[past].sum()
    assert hard.high[0, 1] - hard.low[0, 1] > hard.high[0, 0] - hard.low[0, 0]


@pytest.mark.parametrize(
    ("story", "after", "by", "expected"),
    [
        ("all in time", 1.0, 3.0, (0.832, 1.0)),
        ("all still online after the norm", 30.0, INF, (0.0, 0.168)),
    ],
)
def test_all_or_none_has_the_exact_interval_of_the_clusters(story, after, by, expected) -> None:
    site = np.repeat(np.arange(20), 5)

    found = incidence_intervals([after] * 100, [by] * 100, hours=24, tail=0.025, clusters=[site])

    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx(expected, abs=1e-3)
    assert found.effective_n[0] == pytest.approx(20)


def test_where_no_row_tells_anything_there_is_no_estimate() -> None:
    after, by = [1.0, 30.0, 1.0, 1.0], [INF, INF, INF, 40.0]
    group = [0, 1, 2, 2]  # last seen before the hour; still online after it; one of two seen gone

    found = incidence_intervals(after, by, hours=[24, 48], tail=0.025, group=group)

    assert np.isnan(found.value).tolist() == [[True, True], [False, True], [False, False]]
    assert np.isnan(found.low[0, 0]) and np.isnan(found.high[0, 0]) and np.isnan(found.se[0, 0])
    assert found.low[1, 0] == 0 and found.high[2, 0] == 1


def test_leaving_for_whatever_cause_is_as_if_there_were_one() -> None:
    rng = np.random.default_rng(10)
    after = np.floor(rng.exponential(9, 200))
    by, cause = np.where(rng.random(200) < 0.1, INF, after + 1), rng.integers(0, 3, 200)
    asked = {"hours": [5, 12], "tail": 0.025}

    whatever = incidence_intervals(after, by, cause=cause, cause_of_interest=None, **asked)
    one = incidence_intervals(after, by, **asked)

    for name in ("value", "low", "high", "se"):
        np.testing.assert_allclose(getattr(whatever, name), getattr(one, name), atol=1e-6)


def test_rows_that_came_when_nearly_all_were_gone_count_for_little() -> None:
    early, late = [(2.0, 3.0, 0, 0.0)] * 5, [(40.0, 50.0, 0, 30.0)] * 500
    other = [(40.0, 50.0, 0, 0.0)]

    found = intervals_of(fitted(early + other + late), np.array([24.0]), tail=0.025)

    assert found.value[0, 0] == pytest.approx(5 / 6, abs=1e-6)
    assert found.effective_n[0] == pytest.approx(6)  # and not the 506 there are
    assert found.low[0, 0] < 0.4


def test_an_exhausted_curve_is_as_unsure_as_the_few_it_rests_on() -> None:
    rows = [(0.0, 2.0, 0, 0.0)] * 3 + [(40.0, 50.0, 0, 30.0)] * 500

    found = intervals_of(fitted(rows), np.array([24.0]), tail=0.025)

    assert found.masses.exhausted[0]
    assert found.effective_n[0] == pytest.approx(3)
    assert found.low[0, 0] == pytest.approx(0.025 ** (1 / 3))


def test_the_incidence_of_another_cause_has_its_interval_too() -> None:
    cause = np.array([0, 1] * 40)

    found = incidence_intervals(
        np.ones(80), np.full(80, 2.0), cause=cause, hours=[5], tail=0.025, cause_of_interest=1
    )

    assert found.value[0, 0] == pytest.approx(0.5)
    assert 0.38 < found.low[0, 0] < found.high[0, 0] < 0.62


def test_clusters_must_fit_the_rows() -> None:
    with pytest.raises(ValueError, match="clusters"):
        incidence_intervals([1, 2], [3, 4], hours=24, tail=0.025, clusters=[[0]])


def test_beyond_a_table_of_all_pairs_it_is_solved_in_rounds_to_the_same_end(monkeypatch) -> None:
    rng = np.random.default_rng(7)
    after = rng.exponential(10, 150)
    by = np.where(rng.random(150) < 0.2, INF, after + rng.exponential(3, 150))
    rows = windows(after, by, cause=rng.integers(0, 2, 150), entry=after * (rng.random(150) < 0.2))
    found = fit(rows, tolerance=1e-11)
    by_pairs = influence(found, _estimate(found, 9.0)).on(0)[0]

    monkeypatch.setattr(information, "MOST", 3)
    by_rounds = influence(found, _estimate(found, 9.0)).on(0)[0]

    np.testing.assert_allclose(by_rounds, by_pairs, atol=1e-7)

    monkeypatch.setattr(information, "ROUNDS", 2)
    assert not np.allclose(influence(found, _estimate(found, 9.0)).on(0)[0], by_pairs, atol=1e-7)


def test_masses_have_intervals_of_shares_where_windows_do_not_overlap() -> None:
    rng = np.random.default_rng(8)
    after = rng.choice([0.0, 4.0, 9.0], 200, p=[0.5, 0.3, 0.2])
    site = rng.integers(0, 40, 200)
    found = fit(windows(after, after + 2))

    for clusters, name in (([site], site), ([], np.arange(200))):
        low, high = bounds_of_masses(found, tail=0.025, clusters=clusters)
        for k, start in enumerate((0.0, 4.0, 9.0)):
            size = np.bincount(name)
            share = clustered_shares(
                [0] * size.size, np.bincount(name, after == start), size, groups=1, tail=0.025
            )
            assert low[k] == pytest.approx(share.low[0], abs=0.02)
            assert high[k] == pytest.approx(share.high[0], abs=0.02)


def test_masses_of_several_groups_have_no_intervals_here() -> None:
    with pytest.raises(ValueError, match="one group"):
        bounds_of_masses(fit(windows([1, 2], [3, 4], group=[0, 1])), tail=0.025)


@few
@given(data=st.data())
def test_masses_lie_between_their_bounds(data, invented) -> None:
    rows = data.draw(invented(causes=2, late=data.draw(st.booleans())))
    site = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    found = fitted(rows)

    low, high = bounds_of_masses(found, tail=0.025, clusters=[site, np.arange(len(rows))])

    mass = found.masses.mass
    assert np.all((low >= 0) & (low <= mass) & (mass <= high) & (high <= 1))


def test_many_masses_and_clusters_are_taken_some_at_a_time(monkeypatch) -> None:
    rng = np.random.default_rng(9)
    after = rng.exponential(10, 200)
    found, site = fit(windows(after, after + 3)), rng.integers(0, 40, 200)
    whole = bounds_of_masses(found, tail=0.025, clusters=[site])

    monkeypatch.setattr(mass_intervals, "TABLE", 100)
    in_parts = bounds_of_masses(found, tail=0.025, clusters=[site])
    monkeypatch.setattr(mass_intervals, "MOST", 3)
    by_counts = bounds_of_masses(found, tail=0.025, clusters=[site])

    np.testing.assert_allclose(in_parts, whole)
    assert np.sum(by_counts[1] - by_counts[0]) <= np.sum(whole[1] - whole[0])
