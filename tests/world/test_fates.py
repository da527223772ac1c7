"""What becomes of items: the promised share holds, whatever items share with one another."""

from dataclasses import replace

import numpy as np
import pytest

from etmaal.world.fates import End, Fates, draw_fates
from etmaal.world.preset import Ends, Preset, ProviderPlan
from etmaal.world.presets import preset

pytestmark = pytest.mark.slow
N = 200_000
FRIDAYS = 0.2


def world_of(plan: ProviderPlan, **changes: object) -> Preset:
    return replace(
        preset("small"), providers=(plan,), takeover=None, sale=None, alias_names=(),
        moves_to=plan.id, **changes,
    )  # fmt: skip


def plan(share: float, **changes: object) -> ProviderPlan:
    return ProviderPlan("p01", "Example Hosting", 1, 1, share, "made for this", **changes)


def fates(world: Preset, *, sites: int = N, batches: int = N) -> tuple[Fates, np.ndarray]:
    rng = np.random.default_rng(3)
    friday = rng.random(N) < FRIDAYS
    drawn = draw_fates(
        world,
        provider=np.zeros(N, np.int64),
        customer_effect=rng.standard_normal(N),
        site_effect=rng.standard_normal(sites)[np.arange(N) % sites],
        batch=np.arange(N) % batches,
        friday=friday,
        counted=np.ones(N, np.bool_),
        rng=rng,
    )
    return drawn, friday


def in_time(drawn: Fates) -> np.ndarray:
    return (drawn.end == End.REMOVED) & (drawn.hours <= 24)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.97])
def test_the_share_removed_in_time_is_the_promised_one(share: float) -> None:
    drawn, _ = fates(world_of(plan(share)))

    assert in_time(drawn).mean() == pytest.approx(share, abs=0.004)


def test_the_share_holds_where_much_ends_otherwise() -> None:
    ends = Ends(moved_host=0.3, moved_abroad=0.1, domain_gone=0.05, network_gone=0.05)

    drawn, _ = fates(world_of(plan(0.45, ends=ends)))

    assert in_time(drawn).mean() == pytest.approx(0.45, abs=0.004)
    for end, share in ((End.MOVED_HOST, 0.3), (End.DOMAIN_GONE, 0.05)):
        assert (drawn.end == end).mean() == pytest.approx(share, abs=0.004)


def test_where_only_removal_is_possible_the_share_holds_too() -> None:
    drawn, _ = fates(world_of(plan(0.45, ends=Ends(moved_host=0.4))))

    assert (drawn.late_hours <= 24).mean() == pytest.approx(0.45, abs=0.004)


def test_fewer_are_removed_in_time_before_the_weekend() -> None:
    drawn, friday = fates(world_of(plan(0.9, weekend=0.1)))

    on_friday, else_ = in_time(drawn)[friday].mean(), in_time(drawn)[~friday].mean()

    assert on_friday == pytest.approx(0.9 * 0.9, abs=0.01)
    assert else_ == pytest.approx((0.9 - FRIDAYS * 0.81) / (1 - FRIDAYS), abs=0.01)


@pytest.mark.parametrize(
    ("story", "sites", "batches"),
    [("a thousand sites", 1_000, N), ("a thousand batches", N, 1_000)],
)
def test_items_of_one_site_or_batch_stand_and_fall_together(
    story: str, sites: int, batches: int
) -> None:
    drawn, _ = fates(world_of(plan(0.6)), sites=sites, batches=batches)

    by_group = in_time(drawn).reshape(-1, 1_000).mean(axis=0)

    if_independent = np.sqrt(0.6 * 0.4 / (N / 1_000))
    assert by_group.std() > 3 * if_independent


def test_items_are_independent_where_nothing_is_shared() -> None:
    drawn, _ = fates(
        world_of(plan(0.6), site_weight=0.0, batch_weight=0.0), sites=1_000, batches=1_000
    )

    by_group = in_time(drawn).reshape(-1, 1_000).mean(axis=0)

    assert by_group.std() < 1.1 * np.sqrt(0.6 * 0.4 / (N / 1_000))


def test_half_of_the_prompt_and_half_of_the_slow_come_by_their_medians() -> None:
    drawn, _ = fates(world_of(plan(0.5, prompt_p50_hours=2.0, slow_p50_hours=60.0, never=0.2)))
    prompt = drawn.hours[in_time(drawn)]
    slow = drawn.hours[(drawn.end == End.REMOVED) & (drawn.hours > 24)]

    assert np.median(prompt) == pytest.approx(2.0, rel=0.05)
    assert np.median(slow[np.isfinite(slow)]) == pytest.approx(24 + 60, rel=0.05)
    assert np.isinf(slow).mean() == pytest.approx(0.2, abs=0.01)


def test_what_is_removed_in_time_takes_no_longer_than_the_plan_says() -> None:
    drawn, _ = fates(world_of(plan(0.6, prompt_within_hours=12.0)))

    assert in_time(drawn).mean() == pytest.approx(0.6, abs=0.004)
    assert drawn.hours[in_time(drawn)].max() <= 12


@pytest.mark.parametrize("sites", [N, 50])
def test_a_planned_world_has_exactly_the_planned_numbers_however_few_its_sites(sites: int) -> None:
    ends = Ends(moved_host=0.1, moved_abroad=0.05, domain_gone=0.0, network_gone=0.0)
    promised = plan(0.45, ends=ends, never=0.2, slow_p50_hours=60.0)

    drawn, friday = fates(world_of(promised, planned=True), sites=sites)

    late = ~in_time(drawn) & (drawn.end == End.REMOVED)
    removed_late = late & np.isfinite(drawn.hours)
    assert in_time(drawn).sum() == round(0.45 * N)
    assert (drawn.end == End.MOVED_HOST).sum() == round(0.1 * N)
    assert np.isinf(drawn.hours).sum() == round(0.2 * 0.4 * N)
    assert (removed_late & (drawn.hours <= 24 + 60)).sum() == pytest.approx(0.16 * N, abs=2)
    # Whose fate it is remains chance, with fewer removed in time before the weekend.
    assert in_time(drawn)[friday].mean() < in_time(drawn)[~friday].mean()


def test_a_planned_world_plans_what_counts_apart_from_what_does_not() -> None:
    world = world_of(plan(0.5), planned=True)
    rng = np.random.default_rng(5)
    counted = np.arange(30) < 10

    drawn = draw_fates(
        world,
        provider=np.zeros(30, np.int64),
        customer_effect=rng.standard_normal(30),
        site_effect=rng.standard_normal(30),
        batch=np.arange(30),
        friday=np.zeros(30, np.bool_),
        counted=counted,
        rng=rng,
    )

    assert in_time(drawn)[counted].sum() == 5
    assert in_time(drawn)[~counted].sum() == 10
