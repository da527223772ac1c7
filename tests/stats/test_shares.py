"""Intervals for shares: published tables, plain loops, and what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from etmaal.stats.bounds import exact_bounds
from etmaal.stats.shares import (
    ShareIntervals,
    clopper_pearson,
    clustered_shares,
    effective_n,
    squared_residuals,
    wider,
    wilson,
)

clusters = st.lists(
    st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=12,
)
few = settings(max_examples=10, deadline=None)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (9, 10, 59.6, 98.2),
        (90, 100, 82.6, 94.5),
        (900, 1000, 88.0, 91.7),
        (3, 3, 43.9, 100),
        (0, 5, 0, 43.4),
    ],
)
def test_wilson_gives_the_published_intervals_t6(hits, n, low, high) -> None:
    got = wilson(hits, n)

    assert [round(100 * float(x), 1) for x in got] == [low, high]


@pytest.mark.parametrize(
    ("hits", "n", "confidence", "low", "high"),
    [
        (0, 10, 0.95, 0.0, 0.3085),  # Clopper and Pearson's chart, read to four places
        (9, 10, 0.95, 0.5550, 0.9975),
        (5, 20, 0.95, 0.0866, 0.4910),
        (3, 3, 0.95, 0.2924, 1.0),
        (10, 10, 0.99, 0.5887, 1.0),
    ],
)
def test_clopper_pearson_gives_the_published_intervals(hits, n, confidence, low, high) -> None:
    got = clopper_pearson(hits, n, confidence=confidence)

    assert [float(x) for x in got] == pytest.approx([low, high], abs=5e-5)


def test_clopper_pearson_leaves_just_the_tail_outside_each_bound() -> None:
    low, high = clopper_pearson(7, 25, confidence=0.9)

    assert special.bdtrc(6, 25, float(low)) == pytest.approx(0.05)
    assert special.bdtr(7, 25, float(high)) == pytest.approx(0.05)


@few
@given(st.floats(0, 50), st.floats(0, 50), st.sampled_from([0.5, 0.95, 0.999]))
def test_intervals_of_independent_items_hold_the_share(hits, rest, confidence) -> None:
    n = hits + rest
    for interval in (wilson, clopper_pearson):
        low, high = (float(x) for x in interval(hits, n, confidence=confidence))

        assert 0 <= low <= high <= 1
        if n > 0:
            assert low - 1e-12 <= hits / n <= high + 1e-12
        else:
            assert (low, high) == (0, 1)


def test_the_effective_number_is_that_of_equally_large_clusters() -> None:
    assert effective_n([5, 5, 5, 5]) == pytest.approx(4)
    assert effective_n([100, 1, 1]) == pytest.approx(102**2 / 10002)
    assert effective_n([]) == 0


def design_effect(rows: list[tuple[int, int]], share: float) -> float:
    """Compare each item with each other of its cluster; what they have in common, in loops."""
    n = sum(t for _, t in rows)
    in_common, most = 0.0, 0.0
    for h, t in rows:
        off = [1 - share] * h + [0 - share] * (t - h)
        # A cluster pulls the share its own way; leaving it out says by how much it is really off.
        pulled = (sum(off) * n / (n - t)) ** 2 - sum(off) ** 2
        pairs = sum(a * b for i, a in enumerate(off) for j, b in enumerate(off) if i != j)
        in_common += (pairs + pulled) / t if t > 1 else 0
        most += (t - 1) * share * (1 - share)
    likeness = min(max(in_common / most, 0), 1) if most > 0 else 0
    return sum(t * (1 + (t - 1) * likeness) for _, t in rows) / n


def slow_interval(rows: list[tuple[int, int]], tail: float) -> tuple[float, float]:
    """Leave out each cluster in turn; count the degrees of freedom; look up t; all in loops."""
    n, hits = sum(t for _, t in rows), sum(h for h, _ in rows)
    share = hits / n
    effective = n**2 / sum(t**2 for _, t in rows)
    if effective <= 1 + 1e-9:
        return 0.0, 1.0
    whole = sum(t for h, t in rows if h == t) / n
    some = sum(t for h, t in rows if h > 0) / n
    fewer = min(effective, n / max(t for _, t in rows))
    below, above = fewer if share < 0.5 else effective, fewer if share > 0.5 else effective
    floor = exact_bounds(np.float64(whole * below), np.float64(below), tail)[0]
    ceiling = exact_bounds(np.float64(some * above), np.float64(above), tail)[1]
    if share in (0, 1):
        low, high = exact_bounds(np.float64(share * effective), np.float64(effective), tail)
        return float(low), float(high)
    # Left out one by one, the ratio estimate moves by the residual over what remains.
    moves = [share - (hits - h) / (n - t) for h, t in rows]
    second, fourth = sum(m**2 for m in moves), sum(m**4 for m in moves)
    degrees = effective - 1
    if second > 1e-24:
        peaked = len(rows) * fourth / second**2
        if peaked > 1:
            degrees = min(degrees, 2 * len(rows) / (peaked - 1))
    alone = share * (1 - share) / (n - 1)
    alike = alone * design_effect(rows, share)
    se = math.sqrt(max(second, (second + alike) / 2, alone))
    reach = special.stdtrit(degrees, 1 - tail) * se / (share * (1 - share))
    middle = math.log(share / (1 - share))
    low, high = special.expit(middle - reach), special.expit(middle + reach)
    return max(low, min(floor, share)), min(high, max(ceiling, share))


@few
@given(st.lists(clusters, min_size=1, max_size=4), st.sampled_from([0.005, 0.025]))
def test_clustered_intervals_agree_with_plain_loops(groups, tail) -> None:
    rows = [(g, h, t) for g, group in enumerate(groups) for h, t in group]
    which, hits, total = (np.array(x) for x in zip(*rows, strict=True))

    found = clustered_shares(which, hits, total, groups=len(groups) + 1, tail=tail)

    for g, group in enumerate(groups):
        low, high = slow_interval(group, tail)
        assert found.low[g] == pytest.approx(low, abs=1e-8)
        assert found.high[g] == pytest.approx(high, abs=1e-8)
        assert 0 <= found.low[g] <= found.value[g] <= found.high[g] <= 1
        assert found.effective_n[g] == pytest.approx(effective_n([t for _, t in group]))
    assert found.n[-1] == 0 and found.effective_n[-1] == 0
    assert np.isnan([found.value[-1], found.low[-1], found.high[-1], found.se[-1]]).all()


@pytest.mark.parametrize(
    ("story", "hits", "total", "low", "high"),
    [
        ("one cluster tells nothing", [90], [100], 0.0, 1.0),
        ("all, on twenty sites", [5] * 20, [5] * 20, 0.025 ** (1 / 20), 1.0),
        ("none, on twenty sites", [0] * 20, [5] * 20, 0.0, 1 - 0.025 ** (1 / 20)),
        ("a cluster of nothing changes nothing", [*[5] * 20, 0], [*[5] * 20, 0], 0.8316, 1.0),
    ],
)
def test_the_ends_have_exact_intervals(story, hits, total, low, high) -> None:
    found = clustered_shares([0] * len(hits), hits, total, groups=1, tail=0.025)

    assert (found.low[0], found.high[0]) == pytest.approx((low, high), abs=1e-4)


def test_clusters_that_all_say_the_same_are_not_taken_for_certainty() -> None:
    found = clustered_shares([0] * 20, [1] * 20, [2] * 20, groups=1, tail=0.025)

    alone = math.sqrt(0.25 / 39)
    assert found.se[0] == pytest.approx(alone)
    assert found.low[0] < 0.36 and found.high[0] > 0.64


def test_a_single_miss_costs_no_more_than_a_missed_cluster() -> None:
    size = [10] * 60
    none = clustered_shares([0] * 60, size, size, groups=1, tail=0.005)
    one = clustered_shares([0] * 60, [9, *size[1:]], size, groups=1, tail=0.005)
    whole = clustered_shares([0] * 60, [0, *size[1:]], size, groups=1, tail=0.005)

    assert whole.low[0] <= one.low[0] <= none.low[0]
    assert one.low[0] == pytest.approx(
        float(exact_bounds(np.float64(59), np.float64(60), 0.005)[0])
    )


def test_a_few_clusters_with_all_the_misses_make_the_interval_wider() -> None:
    spread = clustered_shares([0] * 30, [9] * 30, [10] * 30, groups=1, tail=0.025)
    heaped = clustered_shares([0] * 30, [*[10] * 27, 0, 0, 0], [10] * 30, groups=1, tail=0.025)

    assert spread.value[0] == heaped.value[0]
    assert heaped.low[0] < spread.low[0] - 0.1


@pytest.mark.parametrize(("hits", "total"), [(3, 2), (-1, 2)])
def test_more_hits_than_items_are_refused(hits, total) -> None:
    with pytest.raises(ValueError, match="hits"):
        clustered_shares([0], [hits], [total], groups=1, tail=0.025)


def cut(items: list[bool], owner: list[int]) -> tuple[list[int], list[int]]:
    """Count the hits and the items of each owner."""
    names = sorted(set(owner))
    mine = [[hit for hit, o in zip(items, owner, strict=True) if o == name] for name in names]
    return [sum(m) for m in mine], [len(m) for m in mine]


def of_one_group(hits: list[int], total: list[int]) -> ShareIntervals:
    return clustered_shares([0] * len(hits), hits, total, groups=1, tail=0.025)


def squares(hits: list[int], total: list[int], share: float) -> list[float]:
    """Sum the squared residuals of clusters, one by one."""
    return [sum((h - share * t) ** 2 for h, t in zip(hits, total, strict=True))]


item = st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 6))


@few
@given(st.lists(item, min_size=1, max_size=60))
def test_two_ways_to_cluster_give_the_wider_interval_or_one_wider_yet(rows) -> None:
    items, site, batch = ([row[k] for row in rows] for k in range(3))
    one, other = of_one_group(*cut(items, site)), of_one_group(*cut(items, batch))
    pairs = cut(items, [7 * s + b for s, b in zip(site, batch, strict=True)])
    share = sum(items) / len(items)

    both = wider(one, other, pairs=np.array(squares(*pairs, share)))

    assert both.value[0] == one.value[0]
    assert 0 <= both.low[0] <= min(one.low[0], other.low[0])
    assert max(one.high[0], other.high[0]) <= both.high[0] <= 1
    assert both.effective_n[0] == min(one.effective_n[0], other.effective_n[0])
    assert both.se[0] ** 2 <= one.se[0] ** 2 + other.se[0] ** 2 + 1e-12


def test_what_two_ways_have_in_common_adds_up() -> None:
    rng = np.random.default_rng(3)
    site, batch = np.repeat(np.arange(60), 20), np.tile(np.arange(20), 60)
    drift = rng.normal(size=60)[site] + rng.normal(size=20)[batch]
    hits = (drift + rng.normal(size=1200) > 0).astype(int)

    one, other = (of_one_group(*cut(hits.tolist(), way.tolist())) for way in (site, batch))
    alone = [np.sum((hits - hits.mean()) ** 2)]  # every pair is one item
    both = wider(one, other, pairs=np.array(alone))

    independent = hits.mean() * (1 - hits.mean()) / 1199
    assert both.se[0] ** 2 == pytest.approx(one.se[0] ** 2 + other.se[0] ** 2 - independent)
    assert both.low[0] < min(one.low[0], other.low[0]) - 0.005
    assert both.high[0] > max(one.high[0], other.high[0]) + 0.005


def test_squared_residuals_follow_from_sums_alone() -> None:
    hits, total = np.array([3.0, 0, 5]), np.array([4.0, 2, 9])

    found = squared_residuals(
        np.array([0.5]), *(np.array([x.sum()]) for x in (hits**2, hits * total, total**2))
    )

    assert found == pytest.approx(squares(hits.tolist(), total.tolist(), 0.5))
