"""Providers beside one another: concentration, funnel, ranks, shrinkage, quantiles of gaps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from etmaal.stats.concentration import gini, herfindahl, lorenz, top_k_share
from etmaal.stats.funnel import funnel_limits, overdispersion
from etmaal.stats.quantiles import weighted_quantile
from etmaal.stats.ranks import draw_beta, rank_intervals, rank_range
from etmaal.stats.shrinkage import shrink

volumes = st.lists(st.integers(0, 50), min_size=1, max_size=12)
few = settings(max_examples=25, deadline=None)


@pytest.mark.parametrize(
    ("story", "each", "herfindahl_", "gini_", "top_2"),
    [
        ("one provider has all there is", [7], 1, 0, 1),
        ("four alike", [5, 5, 5, 5], 0.25, 0, 0.5),
        ("one of four has all", [0, 8, 0, 0], 1, 0.75, 1),
        ("one large, three small", [86, 8, 4, 2], 0.748, 0.64, 0.94),
    ],
)
def test_how_uneven_a_volume_is(story, each, herfindahl_, gini_, top_2) -> None:
    got = (herfindahl(each), gini(each), top_k_share(each, 2))

    assert got == pytest.approx((herfindahl_, gini_, top_2))


@pytest.mark.parametrize("each", [[], [0], [0, 0]])
def test_without_volume_nothing_is_uneven(each) -> None:
    assert all(math.isnan(x) for x in (herfindahl(each), gini(each), top_k_share(each, 1)))
    assert [x.size for x in lorenz(each)] == [0, 0]


@few
@given(volumes)
def test_gini_is_the_mean_difference_and_twice_the_area_under_the_diagonal(each) -> None:
    if sum(each) == 0:
        return
    n = len(each)

    differences = sum(abs(x - y) for x in each for y in each) / (2 * n * sum(each))
    share, held = lorenz(each)

    assert gini(each) == pytest.approx(differences, abs=1e-12)
    assert 1 - 2 * np.trapezoid(held, share) == pytest.approx(differences, abs=1e-12)
    assert (share[0], held[0], share[-1], held[-1]) == (0, 0, 1, 1)
    assert top_k_share(each, n + 3) == pytest.approx(1)


@pytest.mark.parametrize("each", [[1, -1], [math.nan], [math.inf]])
def test_a_volume_is_a_number(each) -> None:
    with pytest.raises(ValueError, match="volume"):
        herfindahl(each)


def test_a_top_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        top_k_share([1, 2], 0)


def slow_limit(n: int, target: float, p: float) -> float:
    """Spiegelhalter (2005), A.1.1, one item at a time."""
    below = 0.0
    for r in range(n + 1):
        here = math.comb(n, r) * target**r * (1 - target) ** (n - r)
        if below + here >= p:
            return min(max((r - (below + here - p) / here) / n, 0), 1)
        below += here
    return 1.0


@few
@given(st.integers(1, 60), st.floats(0.02, 0.98))
def test_funnel_limits_agree_with_counting_item_by_item(n, target) -> None:
    found = funnel_limits([n], target)

    expected = [slow_limit(n, target, p) for p in (0.025, 0.975, 0.001, 0.999)]
    got = [found.low_95[0], found.high_95[0], found.low_998[0], found.high_998[0]]
    assert got == pytest.approx(expected, abs=1e-9)


def test_overdispersion_moves_the_limits_away_from_the_target() -> None:
    plain, moved = funnel_limits([100], 0.8), funnel_limits([100], 0.8, phi=4)

    assert moved.low_95[0] - 0.8 == pytest.approx(2 * (plain.low_95[0] - 0.8))
    assert moved.high_998[0] <= 1


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_share_of_all_or_nothing_has_no_funnel(target) -> None:
    assert funnel_limits([5, 50], target).low_95.tolist() == [target, target]


def test_overdispersion_is_the_winsorised_mean_square() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(50, 200, 400)
    chance = rng.binomial(n, 0.7) / n
    more = rng.binomial(n, rng.beta(7, 3, 400)) / n

    assert overdispersion(chance, n, 0.7) == 1
    z = (more - 0.7) / np.sqrt(0.21 / n)
    low, high = np.quantile(z, [0.1, 0.9])
    slow = sum(min(max(x, low), high) ** 2 for x in z) / 400
    assert overdispersion(more, n, 0.7) == pytest.approx(slow)
    assert slow > 3
    more[0] = 0  # one provider to be found must not hide itself by widening the limits
    assert overdispersion(more, n, 0.7) == pytest.approx(slow, rel=0.02)


def test_where_nothing_can_differ_there_is_no_overdispersion() -> None:
    assert overdispersion([], [], 0.5) == overdispersion([0.3], [0], 0.5) == 1
    assert overdispersion([1.0, 1.0], [5, 5], 1.0) == overdispersion([0.5], [5], math.nan) == 1


def test_ranks_that_are_certain_are_points_and_ties_share_theirs() -> None:
    rng = np.random.default_rng(2)
    share = [0.9, math.nan, 0.5, 0.5, 0.1]

    best, worst = rank_intervals(share, share, share, rng=rng, draws=10)

    np.testing.assert_array_equal(best, [1, math.nan, 2.5, 2.5, 4])
    np.testing.assert_array_equal(worst, best)


def test_shares_that_cannot_be_told_apart_can_take_every_rank() -> None:
    rng = np.random.default_rng(3)
    value, low, high = (
        [0.99, 0.5, 0.52, 0.48, 1],
        [0.98, 0.2, 0.2, 0.2, 0.995],
        [1] + [0.8] * 3 + [1],
    )

    best, worst = rank_intervals(value, low, high, rng=rng)

    assert best[1:4].tolist() == [3, 3, 3] and worst[1:4].tolist() == [5, 5, 5]
    assert best[0] == best[4] == 1 and worst[0] == worst[4] == 2


def test_the_same_seed_gives_the_same_ranks() -> None:
    args = ([0.9, 0.8, 0.7], [0.7, 0.6, 0.5], [0.95, 0.9, 0.85])

    first, again = (rank_intervals(*args, rng=np.random.default_rng(4)) for _ in range(2))

    np.testing.assert_array_equal(first, again)


def test_ranks_from_beta_draws_put_the_higher_share_first() -> None:
    drawn = draw_beta([91, 11], [11, 91], rng=np.random.default_rng(5), draws=500)

    best, worst = rank_range(drawn)

    assert best.tolist() == worst.tolist() == [1, 2]
    assert drawn.mean(axis=0) == pytest.approx([91 / 102, 11 / 102], abs=0.01)


def test_few_items_are_drawn_far_and_many_hardly() -> None:
    hits, n = [3, 90, 900, 40, 0], [3, 100, 1000, 50, 0]

    found = shrink(hits, n)

    assert abs(found.value[0] - found.mean) < 0.75 * (1 - found.mean)
    assert found.value[2] == pytest.approx(0.9, abs=0.003)
    assert np.isnan([found.value[4], found.low[4], found.high[4]]).all()
    assert np.all((found.low <= found.value) & (found.value <= found.high), where=np.array(n) > 0)


def test_shrunken_shares_are_those_of_the_likeliest_beta_distribution() -> None:
    hits, n = np.array([12.0, 30, 45, 8, 60]), np.array([20.0, 40, 90, 30, 70])

    found = shrink(hits, n)

    typical = 5 / np.sum(1 / n)

    def posterior(mean: float, strength: float) -> float:
        a, b = mean * strength, (1 - mean) * strength
        each = special.betaln(a + hits, b + n - hits) - special.betaln(a, b)
        prior = math.log(math.sqrt(mean * (1 - mean)) * strength / (strength + typical) ** 2)
        return float(each.sum()) + prior

    top = posterior(found.mean, found.strength)
    for mean in np.linspace(0.05, 0.95, 37):
        for strength in np.geomspace(0.05, 5000, 60):
            assert posterior(mean, strength) <= top + 1e-9
    a = found.mean * found.strength + hits[0]
    b = (1 - found.mean) * found.strength + 8
    area, _ = integrate.quad(
        lambda x: x ** (a - 1) * (1 - x) ** (b - 1), found.low[0], found.high[0]
    )
    assert area / special.beta(a, b) == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize(
    ("hits", "n"), [([3], [3]), ([0, 0], [4, 9]), ([50] * 6, [100] * 6), ([5, 5], [5, 5])]
)
def test_few_groups_and_groups_all_alike_still_get_a_share_and_a_width(hits, n) -> None:
    found = shrink(hits, n)

    assert np.all((found.value > 0) & (found.value < 1) & (found.high - found.low > 0.02))
    assert 0.01 < found.strength < 1e5


def test_no_items_at_all_give_no_shares() -> None:
    found = shrink([0, 0], [0, 0])

    assert np.isnan(found.value).all() and math.isnan(found.mean)


def test_more_hits_than_items_are_refused() -> None:
    with pytest.raises(ValueError, match="hits"):
        shrink([3], [2])


@few
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=12), st.floats(0, 1))
def test_a_weighted_quantile_is_that_of_the_values_written_out(pairs, q) -> None:
    written = sorted(v for v, w in pairs for _ in range(w))

    got = weighted_quantile([v for v, _ in pairs], [w for _, w in pairs], q)

    if not written:
        assert math.isnan(got)
    else:
        place = max(math.ceil(q * len(written) - 1e-9), 1)
        assert got == written[place - 1]
