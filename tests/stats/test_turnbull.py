"""The most likely curve: published answers, a slow second version, and what must always hold."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.core.errors import EtmaalError
from etmaal.stats import climb
from etmaal.stats.incidence import incidence
from etmaal.stats.turnbull import TAIL, Masses, NotConverged, fit, turnbull
from etmaal.stats.windows import windows

INF = math.inf
few = settings(max_examples=6, deadline=None)
LEFT = [1, 8, 8, 7, 7, 17, 37, 46, 46, 45]
RIGHT = [7, 8, 10, 16, 14, INF, 44, INF, INF, INF]


def listed(masses: Masses) -> list[tuple[float, float, float]]:
    return [
        (float(a), float(b), round(float(p), 6))
        for a, b, p in zip(masses.after, masses.by, masses.mass, strict=True)
    ]


def fitted(rows: list, **more) -> Masses:
    after, by, cause, entry = (np.array(x) for x in zip(*rows, strict=True))
    return turnbull(after, by, cause=cause, entry=entry, **{"tolerance": 1e-8, **more})


@pytest.mark.parametrize(
    ("story", "left", "right", "weight", "expected"),
    [
        (
            "T1: half-open windows",
            LEFT, RIGHT, None,
            [(1, 7, 0.1), (8, 8, 0.2), (8, 10, 0.2), (37, 44, 0.125), (46, INF, 0.375)],
        ),
        (
            "T2: closed windows, which start a hair earlier",
            np.nextafter(LEFT, -INF), RIGHT, None,
            [(7, 7, 0.166667), (8, 8, 0.333333), (37, 44, 0.125), (46, INF, 0.375)],
        ),
        (
            "T3: exact moments and one window, in numbers",
            [2, 3, 1], [2, 3, 3], [1, 5, 5],
            [(2, 2, 0.166667), (3, 3, 0.833333)],
        ),
        (
            "T4: exact or still online is Kaplan-Meier",
            [1, 2, 3, 4, 5], [1, 2, INF, 4, INF], None,
            [(1, 1, 0.2), (2, 2, 0.2), (4, 4, 0.3), (5, INF, 0.3)],
        ),
        ("one window", [3], [5], None, [(3, 5, 1)]),
        ("all still online", [3, 5], [INF, INF], None, [(5, INF, 1)]),
        ("gone at the very start", [0, 0], [0, 4], None, [(0, 0, 0.5), (0, 4, 0.5)]),
        ("rows without weight say nothing", [3, 1], [5, 2], [2, 0], [(3, 5, 1)]),
        (
            "a later removal needs no mass beyond the last look online",
            [2, 1], [INF, 4], None,
            [(2, 4, 1)],
        ),
    ],
)  # fmt: skip
def test_published_and_plain_answers_come_out(story, left, right, weight, expected) -> None:
    masses = turnbull(left, right, weight=weight, tolerance=1e-12)

    assert [(round(a, 9), b, p) for a, b, p in listed(masses)] == expected


def test_what_came_under_observation_late_counts_only_from_then_t5() -> None:
    hours = np.array([2, 3, 3, 4, 5, 6])

    masses = turnbull(hours, hours, entry=[0, 0, 1, 1, 2, 2], tolerance=1e-12)

    assert 1 - incidence(masses, 2)[0, 0] == pytest.approx(0.75)
    assert masses.since[0] == 0 and not masses.exhausted[0]


def test_a_window_that_closed_for_another_reason_is_no_removal() -> None:
    masses = turnbull([0, 0, 2, 5], [3, 3, 4, INF], cause=[0, 1, 0, 7], tolerance=1e-12)

    assert incidence(masses, 10)[0, 0] == pytest.approx(0.5)
    assert incidence(masses, 10, cause=1)[0, 0] == pytest.approx(0.25)
    assert masses.cause.tolist() == [0, 1, TAIL]
    assert incidence(masses, 10, cause=7)[0, 0] == 0  # still online: its cause is not known


@few
@given(data=st.data())
def test_it_agrees_with_a_slow_version_that_knows_no_shortcuts(data, slow, invented) -> None:
    rows = data.draw(invented(causes=2, largest=7))
    moments = np.arange(0.0, 16.0)

    masses = fitted(rows)

    truth = slow.turnbull(rows, rounds=3000)
    for cause in (0, 1):
        expected = [
            sum(p for (c, cell), p in truth.items() if c == cause and cell[1] <= h) for h in moments
        ]
        quick = incidence(masses, moments, cause=cause, straddling="late")[0]
        # Between the masses the slow version may put its share anywhere: compare at both ends.
        most = incidence(masses, moments, cause=cause, straddling="in_time")[0]
        assert np.all(quick <= np.array(expected) + 3e-3)
        assert np.all(most >= np.array(expected) - 3e-3)


@few
@given(data=st.data())
def test_no_nearby_curve_is_more_likely(data, slow, invented) -> None:
    rows = data.draw(invented(causes=2, late=data.draw(st.booleans())))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    masses = fitted(rows)
    if masses.exhausted[0]:
        return  # there the likelihood has no highest point
    cells = [
        (int(c), (float(a), float(b)))
        for c, a, b in zip(masses.cause, masses.after, masses.by, strict=True)
    ]
    extra = [(0, (h, h)) for h in (1.0, 4.0, 7.0)] + [(0, (2.0, 3.0)), (TAIL, (30.0, INF))]
    mass = dict.fromkeys(extra, 0.0) | dict(zip(cells, masses.mass, strict=True))

    top = slow.likelihood(rows, mass)

    for _ in range(5):
        nudge = rng.dirichlet(np.full(len(mass), 0.5))
        for size in (0.5, 0.05, 0.001):
            values = (1 - size) * np.array(list(mass.values())) + size * nudge
            near = dict(zip(mass, values, strict=True))
            assert slow.likelihood(rows, near) <= top + 1e-6


@few
@given(data=st.data())
def test_the_estimate_keeps_to_what_counting_says(data, invented) -> None:
    rows = data.draw(invented(causes=3))

    masses = fitted(rows, tolerance=1e-2)  # however early it stops

    for hour in (1.0, 3.0, 4.5, 8.0):
        surely = np.mean([b <= hour and c == 0 for _, b, c, _ in rows])
        late = np.mean([a >= hour and not (a == b <= hour) for a, b, _, _ in rows])
        other = np.mean([b <= hour and c > 0 for _, b, c, _ in rows])
        for straddling in ("late", "even", "in_time"):
            share = incidence(masses, hour, straddling=straddling)[0, 0]
            assert surely - 1e-12 <= share <= 1 - late - other + 1e-12


@few
@given(data=st.data())
def test_neither_the_order_of_rows_nor_splitting_their_weight_matters(data, invented) -> None:
    rows = data.draw(invented(causes=2, late=True))
    order = data.draw(st.permutations(range(len(rows))))
    hours = np.arange(0.0, 16.0)

    once = incidence(fitted(rows), hours)
    shuffled = incidence(fitted([rows[i] for i in order]), hours)
    split = incidence(fitted(rows + rows, weight=[0.25] * len(rows) + [0.75] * len(rows)), hours)

    # Where the likelihood is all but flat, stopping early leaves a little to chance.
    np.testing.assert_allclose(shuffled, once, atol=1e-3)
    np.testing.assert_allclose(split, once, atol=1e-3)


@few
@given(data=st.data())
def test_leaving_for_any_cause_is_the_sum_over_causes(data, invented) -> None:
    rows = data.draw(invented(causes=3))
    exact = [(a, a if math.isfinite(b) else b, c, 0.0) for a, b, c, _ in rows]
    hours = np.arange(0.0, 16.0)

    apart = fitted(exact)
    together = fitted([(a, b, 0, e) for a, b, _, e in exact])

    total = sum(incidence(apart, hours, cause=c) for c in range(3))
    np.testing.assert_allclose(total, incidence(together, hours), atol=1e-6)


@few
@given(data=st.data())
def test_many_groups_at_once_give_what_each_gives_alone(data, invented) -> None:
    groups = [data.draw(invented(causes=2, late=k == 2, largest=8)) for k in range(4)]
    rows = [row for group in groups for row in group]
    number = [k + (k > 1) for k, group in enumerate(groups) for _ in group]  # 2 stays empty

    masses = fitted(rows, group=number, groups=5)

    together = incidence(masses, [2, 6, 12])
    assert np.isnan(together[2]).all() and masses.n[2] == 0
    for k, group in zip((0, 1, 3, 4), groups, strict=True):
        alone = incidence(fitted(group), [2, 6, 12])[0]
        np.testing.assert_allclose(together[k], alone, atol=1e-3)


def test_the_masses_are_sorted_and_sum_to_one_in_each_group() -> None:
    masses = turnbull(
        [5, 1, 3, 0, 2], [8, 2, INF, 4, 6], cause=[1, 0, 0, 1, 0], group=[1, 0, 1, 0, 1]
    )

    keys = list(zip(masses.group, masses.cause % 9, masses.by, strict=True))  # the tail last
    assert keys == sorted(keys)
    sums = np.add.reduceat(masses.mass, masses.offsets[:-1])
    np.testing.assert_allclose(sums, 1)


def test_a_curve_says_from_when_it_speaks_if_every_row_came_late() -> None:
    masses = turnbull([4, 5, 9], [6, 8, INF], entry=[3, 2, 4])

    assert masses.since[0] == 2
    assert incidence(masses, 2)[0, 0] == 0


def test_a_curve_that_nobody_lived_to_see_the_rest_of_is_marked_exhausted() -> None:
    exact = turnbull([1, 5, 6, 9], [1, 5, 6, 9], entry=[0, 2, 3, 3], group=[0, 0, 0, 1])
    windows = turnbull([1, 5, 6, 7], [2, 8, 7, INF], entry=[0, 3, 3, 3])

    assert exact.exhausted.tolist() == [True, False]
    assert incidence(exact, 1)[0, 0] == pytest.approx(1)
    assert windows.exhausted[0] and incidence(windows, 2)[0, 0] == pytest.approx(1)


def test_the_early_part_of_an_exhausted_curve_is_still_the_likeliest() -> None:
    early = [(0.0, 2.0, 0, 0.0), (1.0, 4.0, 0, 0.0), (1.0, 3.0, 0, 0.0), (2.0, 5.0, 0, 0.0)]
    later = [(9.0, 12.0, 0, 8.0), (10.0, INF, 0, 8.0)]

    masses = fitted(early + later)

    assert masses.exhausted[0]
    np.testing.assert_allclose(
        incidence(masses, [1, 2, 3, 4, 5]), incidence(fitted(early), [1, 2, 3, 4, 5]), atol=1e-6
    )


def test_it_gives_up_with_a_foreseen_error(monkeypatch) -> None:
    monkeypatch.setattr(climb, "ROUNDS", 1)

    with pytest.raises(NotConverged, match="not reached in 1 rounds") as caught:
        turnbull(LEFT, RIGHT, tolerance=1e-12)

    assert isinstance(caught.value, EtmaalError)


def test_whoever_watches_sees_the_gap_close() -> None:
    gaps: list[float] = []

    fit(windows(LEFT, RIGHT), watch=gaps.append)

    assert len(gaps) > 1 and gaps[0] > 0.1 and gaps[-1] < 1e-5


def test_no_rows_give_no_masses() -> None:
    masses = turnbull([], [], groups=2)

    assert masses.mass.size == 0 and masses.n.tolist() == [0, 0]
    assert np.isnan(incidence(masses, 24)).all()


@pytest.mark.parametrize(
    ("story", "changes", "message"),
    [
        ("backwards", {"by": [2.0, 4.0]}, "row 0: by"),
        ("not a number", {"by": [math.nan, 4.0]}, "row 0: by"),
        ("before the clock", {"after": [3.0, -1.0]}, "row 1: after"),
        ("no end of waiting", {"after": [INF, 1.0], "by": [INF, 4.0]}, "row 0: after"),
        ("less than nothing", {"weight": [1.0, -1.0]}, "row 1: a weight"),
        ("came after it left", {"entry": [5.0, 0.0]}, "row 0: an entry must come before"),
        ("came before the clock", {"entry": [-5.0, 0.0]}, "row 0: an entry must be"),
        ("unknown cause", {"cause": [0, -1]}, "row 1: a cause"),
        ("unknown group", {"group": [-1, 0]}, "row 0: a group"),
        ("too few groups", {"group": [0, 3], "groups": 3}, "names group 3, but there are 3"),
        ("ragged", {"weight": [1.0]}, "same length"),
        ("a table", {"after": [[1.0, 2.0]]}, "one dimension"),
    ],
)
def test_rows_that_are_no_windows_are_refused(story, changes, message) -> None:
    columns = {"after": [3.0, 1.0], "by": [5.0, 4.0]} | changes

    with pytest.raises(ValueError, match=message):
        turnbull(columns.pop("after"), columns.pop("by"), **columns)


@pytest.mark.slow
def test_hard_files_are_reached_in_few_rounds() -> None:
    rng = np.random.default_rng(2)
    gone = rng.lognormal(3, 1, 20_000)
    after = np.maximum(gone - 2 * rng.random(gone.size), 0)
    by = np.where(rng.random(gone.size) < 0.02, INF, after + 2)
    rounds = []

    for entry in (None, after * rng.random(gone.size) * (rng.random(gone.size) < 0.5)):
        rounds.append(0)

        def count(_: float, rounds: list[int] = rounds) -> None:
            rounds[-1] += 1

        fit(windows(after, by, entry=entry), watch=count)

    assert max(rounds) < 300


def test_a_slow_version_is_really_slow_and_plain(slow: SimpleNamespace) -> None:
    rows = [(float(a), float(b), 0, 0.0) for a, b in zip(LEFT, RIGHT, strict=True)]

    truth = slow.turnbull(rows[:5], rounds=500)

    assert sum(truth.values()) == pytest.approx(1)
