"""How the checker looks: never against the truth but in declared ways, and slower under load."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pytest

from etmaal.world.make import World, make_world
from etmaal.world.preset import scaled
from etmaal.world.presets import preset

pytestmark = pytest.mark.slow
Looks = dict[str, list[dict[str, Any]]]


def by_item(world: World) -> Looks:
    found = defaultdict(list)
    for row in world.tables["sightings"].to_pylist():
        found[row["item"]].append(row)
    return found


@pytest.fixture(scope="module")
def looks(small: World) -> Looks:
    return by_item(small)


@pytest.fixture(scope="module")
def outages(small: World) -> list[dict[str, Any]]:
    return small.tables["outages"].to_pylist()


@pytest.fixture(scope="module")
def shared(small: World) -> set[str]:
    """The items that two providers held at once: gone here, there elsewhere is no mistake."""
    return {f"i{i + 1:06d}" for i in small.stays.item[small.stays.twin >= 0]}


def masked(outages: list[dict[str, Any]], row: dict[str, Any]) -> bool:
    return any(
        o["from"] <= row["at"] < o["before"] and o["vantage"] == row["vantage"] for o in outages
    )


def presence(world: World) -> dict[str, list[tuple[float, float]]]:
    """When each item truly was there anywhere, in seconds, by plain reading of the stays."""
    found = defaultdict(list)
    stays = world.stays
    for k in range(stays.size):
        spells = [(stays.from_at[k], stays.until[k])]
        if stays.flap_from[k] < stays.until[k]:
            spells = [
                (stays.from_at[k], stays.flap_from[k]),
                (stays.flap_until[k], stays.until[k]),
            ]
        found[f"i{stays.item[k] + 1:06d}"] += spells
    return found


def test_no_look_sees_what_is_not_there(small: World, looks: Looks) -> None:
    there = presence(small)
    for item, rows in looks.items():
        for row in rows:
            if row["seen"] == "online":
                at = row["at"].timestamp()
                assert any(a <= at < b for a, b in there[item]), row


def test_what_is_there_is_missed_seldom_and_by_single_looks(
    small: World, looks: Looks, outages: list[dict[str, Any]], shared: set[str]
) -> None:
    there = presence(small)
    right = wrong = twice = 0
    for item in looks.keys() - shared:
        missed = False
        for row in looks[item]:
            at = row["at"].timestamp()
            if row["by"] != "probe" or row["seen"] == "unknown":
                continue
            if not any(a <= at < b for a, b in there[item]) or masked(outages, row):
                continue
            twice += missed and row["seen"] == "gone"
            missed = row["seen"] == "gone"
            wrong += missed
            right += not missed

    assert 0.002 < wrong / right < 0.008
    assert twice <= 0.02 * wrong


def test_looks_inside_an_outage_see_nothing(looks: Looks, outages: list[dict[str, Any]]) -> None:
    seen = [r["seen"] for rows in looks.values() for r in rows if masked(outages, r)]

    assert len(seen) > 300
    assert set(seen) == {"gone", "unknown"}


def test_misses_in_a_row_lie_a_quarter_of_an_hour_apart(looks: Looks, shared: set[str]) -> None:
    for item in looks.keys() - shared:
        at = [r["at"] for r in looks[item] if r["by"] == "probe" and r["seen"] == "gone"]
        for earlier, later in pairwise(at):
            # Noticed again after a return, an item is watched afresh.
            again = [r["at"] for r in looks[item] if r["by"] == "analyst"]
            if not any(earlier <= a <= later for a in again):
                assert later - earlier >= timedelta(minutes=15)


def test_three_misses_close_an_item_and_then_it_is_looked_at_seldom(looks: Looks) -> None:
    waits = []
    for rows in looks.values():
        run = [r for r in rows if r["by"] == "probe"]
        for k in range(3, len(run)):
            if [r["seen"] for r in run[k - 3 : k]] == ["gone"] * 3:
                waits.append(run[k]["at"] - run[k - 1]["at"])

    assert median(waits) > timedelta(hours=5)


def test_items_that_came_back_are_seen_again(small: World, looks: Looks) -> None:
    """Those noticed again were seen, of course; the others at least by some of the sparse looks."""
    stays = small.stays
    back = [
        k for k in range(stays.size) if stays.before[k] >= 0 and stays.end[stays.before[k]] == 0
    ]
    seen = {True: [], False: []}
    for k in back:
        since = stays.from_at[k]
        rows = looks[f"i{stays.item[k] + 1:06d}"]
        again = any(r["seen"] == "online" and r["at"].timestamp() >= since for r in rows)
        seen[bool(stays.noticed[k])].append(again)

    assert all(seen[True]) and len(seen[True]) > 50
    assert sum(seen[False]) / len(seen[False]) > 0.3


def gaps(world: World, looks: Looks) -> dict[str, list[timedelta]]:
    """Gaps after an online look in the day after the notice, by provider first noticed."""
    first: dict[str, tuple[str, datetime]] = {}
    for row in world.tables["notices"].to_pylist():
        first.setdefault(row["item"], (row["provider"], row["noticed_at"]))
    found = defaultdict(list)
    for item, (provider, noticed_at) in first.items():
        rows = [r for r in looks[item] if r["by"] == "probe"]
        for earlier, later in pairwise(rows):
            fresh = noticed_at <= earlier["at"] < noticed_at + timedelta(days=1)
            if fresh and earlier["seen"] == "online":
                found[provider].append(later["at"] - earlier["at"])
    return found


def test_gaps_are_largest_for_the_dominant_provider(small: World, looks: Looks) -> None:
    by_provider = gaps(small, looks)
    middle = {p: median(g) for p, g in by_provider.items() if len(g) > 300}

    assert max(middle, key=lambda p: middle[p]) == "p01"
    assert min(middle.values()) >= timedelta(minutes=54)  # the smallest gap, less its jitter


def test_twice_the_load_on_the_same_checker_makes_gaps_grow() -> None:
    light = scaled(preset("small"), 0.2)
    heavy = replace(scaled(preset("small"), 0.4), checker=light.checker)

    worlds = [make_world(p, np.random.default_rng(2)) for p in (light, heavy)]
    middle = [median(gaps(w, by_item(w))["p01"]) for w in worlds]

    assert middle[1] > 1.4 * middle[0]


def test_people_conclude_and_a_providers_word_does_not(small: World) -> None:
    bases = defaultdict(set)
    for row in small.tables["sightings"].to_pylist():
        bases[row["by"]].add((row["basis"], row["vantage"] is None))

    assert bases == {
        "probe": {("look", False)},
        "provider": {("look", True)},
        "hotline": {("concluded", True)},
        "analyst": {("concluded", True)},
    }


def test_a_provider_sometimes_says_gone_of_what_is_there(small: World) -> None:
    there = presence(small)
    said = [r for r in small.tables["events"].to_pylist() if r["event"] == "provider_says_gone"]

    untrue = [r for r in said if any(a <= r["at"].timestamp() < b for a, b in there[r["item"]])]

    assert 10 < len(untrue) < 0.2 * len(said)


def test_a_move_is_seen_at_another_address(small: World, looks: Looks) -> None:
    moved = [r for r in small.tables["events"].to_pylist() if r["event"] == "moved_host"]
    elsewhere = 0
    for event in moved:
        rows = [r for r in looks[event["item"]] if r["ip"] is not None]
        before = {r["ip"] for r in rows if r["at"] < event["at"] - timedelta(hours=6)}
        after = {r["ip"] for r in rows if r["at"] >= event["at"]}
        elsewhere += bool(after - before)

    # What was sold with its network stays at its address.
    assert len(moved) > 30
    assert elsewhere / len(moved) > 0.7
