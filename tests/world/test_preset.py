"""What a preset may be, and what scaling does to it."""

from dataclasses import replace
from datetime import date

import pytest

from etmaal.core.errors import BadInput
from etmaal.world.preset import Change, Ends, ProviderPlan, scaled
from etmaal.world.presets import PRESETS, preset


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_whole_and_lies_in_the_past(name: str) -> None:
    chosen = preset(name)

    assert chosen.name == name
    assert chosen.followed < date(2026, 3, 1)


def test_the_small_world_has_one_dominant_provider_and_tiny_ones() -> None:
    items = {p.id: p.items for p in preset("small").providers}

    assert 0.5 < items["p01"] / sum(items.values()) < 0.7
    assert min(items.values()) < 50


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="small"):
        preset("atlantis")


def test_scaling_multiplies_volume_and_capacity_and_nothing_else() -> None:
    one, ten = preset("small"), scaled(preset("small"), 10)

    assert [p.items for p in ten.providers] == [10 * p.items for p in one.providers]
    assert ten.checker.looks_per_hour == 10 * one.checker.looks_per_hour
    assert [p.share_in_time for p in ten.providers] == [p.share_in_time for p in one.providers]


def test_scaling_multiplies_what_is_planned_and_what_was_counted_beside_it() -> None:
    one, tenth = preset("nl-2020"), scaled(preset("nl-2020"), 0.1)

    assert tenth.providers[0].noticed_returns == 496
    assert tenth.providers[1].noticed_returns is None
    assert [t.reports for t in tenth.tallies] == [t.reports // 10 for t in one.tallies]
    assert [t.illegal for t in tenth.tallies[:4]] == [None, None, None, 1_900]


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
def test_a_world_is_not_scaled_by_nothing(factor: float) -> None:
    with pytest.raises(BadInput, match="above 0"):
        scaled(preset("small"), factor)


def test_no_provider_removes_in_time_what_ends_otherwise() -> None:
    with pytest.raises(ValueError, match="ends otherwise"):
        ProviderPlan("p01", "Example", 10, 2, 0.97, "prompt", ends=Ends(moved_host=0.1))


@pytest.mark.parametrize(
    ("story", "changes", "says"),
    [
        ("a successor nobody knows", {"takeover": Change("p09", "p99", date(2025, 5, 1))}, "p99"),
        ("a year that ends before it begins", {"ends": date(2024, 1, 1)}, "begins before"),
        ("moves to nowhere", {"moves_to": None}, "moves_to"),
        ("two of one id", {"providers": preset("small").providers[:1] * 2}, "one id"),
    ],
)
def test_a_preset_that_contradicts_itself_is_refused(
    story: str, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        replace(preset("small"), **changes)
