"""The truth, computed again in slow ways, and bracketed by the rule a monitor would use."""

from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np
import pytest

from etmaal.core.episodes import episodes
from etmaal.core.history import (
    FRONT,
    By,
    Delivery,
    Event,
    EventKind,
    History,
    Look,
    LookBasis,
    Notice,
    Outage,
    Role,
    Seen,
)
from etmaal.core.outcomes import Outcome
from etmaal.core.policy import Basis, ClockPolicy, Kind, MissRule
from etmaal.world.make import World, make_world
from etmaal.world.preset import scaled
from etmaal.world.presets import preset

pytestmark = pytest.mark.slow
COVENANT = ClockPolicy(
    id="covenant",
    version=1,
    start=Basis.SENT,
    norm=timedelta(hours=24),
    quiet_spell=timedelta(days=7),
    miss_rule=MissRule(3, timedelta(minutes=15)),
    kinds=frozenset({Kind.NOTICE, Kind.REPEAT}),
    stand_ins=frozenset(),
    zone="Europe/Amsterdam",
    verdicts=True,
    pauses=False,
)
OUT = ("withdrawn", "wrong_addressee")


def shares(world: World) -> dict[str, float]:
    return {
        r["provider"]: r["realised_share"]
        for r in world.truth["providers"].to_pylist()
        if r["realised_share"] is not None
    }


def test_the_realised_share_is_what_the_rows_and_the_true_removals_say(small: World) -> None:
    """A second way: from the notices and `truth/items.csv` alone, item by item."""
    out = {r["item"] for r in small.tables["events"].to_pylist() if r["event"] in OUT}
    removals = defaultdict(list)
    for row in small.truth["items"].to_pylist():
        removals[row["item"], row["provider"]].append((row["removed_at"], row["end"]))
    starts = defaultdict(list)
    for row in small.tables["notices"].to_pylist():
        effective = row["delivery"] not in ("bounced", "refused")
        if row["addressee_role"] == "hoster" and effective and row["clock_basis"] == "sent":
            starts[row["item"], row["provider"]].append(row["noticed_at"])
    in_time, n = Counter[str](), Counter[str]()
    for (item, provider), sent in starts.items():
        if item in out:
            continue
        earlier = None
        for removed_at, end in removals[item, provider]:
            later = [at for at in sent if earlier is None or at > earlier + timedelta(days=7)]
            if not later or (removed_at is not None and removed_at <= later[0]):
                earlier = removed_at  # never noticed here, or gone before the notice
                continue
            n[provider] += 1
            in_time[provider] += end == "removed" and removed_at - later[0] <= timedelta(hours=24)
            if removed_at is None:
                break
            earlier = removed_at

    assert {p: round(in_time[p] / n[p], 9) for p in n} == shares(small)


def test_realised_shares_tend_to_the_promised_ones() -> None:
    """Of thirty worlds together, so that no single site rules."""
    chosen = scaled(preset("small"), 0.5)
    realised = [shares(make_world(chosen, np.random.default_rng(seed))) for seed in range(30)]

    assert all("p13" not in world for world in realised)  # a front hosts nothing
    for plan in chosen.providers:
        found = np.array([world[plan.id] for world in realised if plan.id in world])
        if not found.size:
            continue
        # Even without any clusters a share of so few items would wander this far.
        least = np.sqrt(plan.share_in_time * (1 - plan.share_in_time) / plan.items)
        error = max(found.std(ddof=1), least) / np.sqrt(found.size)
        assert abs(found.mean() - plan.share_in_time) < 4 * error, plan.id


def owners(world: World) -> dict[str, int]:
    return {address: k for k, address in enumerate(world.networks.addresses)}


def histories(world: World) -> dict[str, History]:
    """What a monitor with perfect attribution would know of each item."""
    notices, looks, events = defaultdict(list), defaultdict(list), defaultdict(list)
    for r in world.tables["notices"].to_pylist():
        notices[r["item"]].append(
            Notice(
                *(r["notice"], r["provider"], r["noticed_at"], Basis(r["clock_basis"])),
                *(r["accepted_at"], Delivery(r["delivery"]), Kind(r["kind"])),
                Role(r["addressee_role"]),
            )
        )
    number, plans = owners(world), world.preset.providers
    rows = world.tables["sightings"].to_pylist()
    address = np.array([number.get(r["ip"], -1) for r in rows])
    at = np.array([int(r["at"].timestamp()) for r in rows])
    owner = world.networks.owner(np.maximum(address, 0), at)
    for r, known, place in zip(rows, address >= 0, owner, strict=True):
        provider = "abroad" if place < 0 else plans[place].id
        if place >= 0 and plans[place].role == "front":
            provider = FRONT
        looks[r["item"]].append(
            Look(
                *(r["at"], Seen(r["seen"]), By(r["by"]), LookBasis(r["basis"]), r["vantage"]),
                provider if known else None,
            )
        )
    for r in world.tables["events"].to_pylist():
        events[r["item"]].append(Event(r["at"], EventKind(r["event"])))
    outages = tuple(
        Outage(r["vantage"], r["from"], r["before"]) for r in world.tables["outages"].to_pylist()
    )
    return {
        item: History(tuple(notices[item]), tuple(looks[item]), tuple(events[item]), outages)
        for item in notices
    }


def test_the_rule_for_one_item_brackets_every_providers_realised_share(small: World) -> None:
    as_of = small.tables["sightings"]["at"].to_pylist()[-1]
    outcomes: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for history in histories(small).values():
        for episode in episodes(history, COVENANT, as_of):
            if episode.outcome is not None:
                outcomes[episode.provider][episode.outcome] += 1

    for provider, realised in shares(small).items():
        count = outcomes[provider]
        n = count.total()
        surely, possibly = count[Outcome.IN_TIME] / n, 1 - count[Outcome.LATE] / n
        assert surely - 1e-9 <= realised <= possibly + 1e-9, provider
        if provider != "p10":  # who moves its customers leaves much open
            assert possibly - surely < 0.08, provider


def test_one_seed_makes_one_world_and_another_seed_another() -> None:
    chosen = scaled(preset("small"), 0.05)

    one, same, other = (make_world(chosen, np.random.default_rng(s)) for s in (7, 7, 8))

    assert all(one.tables[name].equals(same.tables[name]) for name in one.tables)
    assert all(one.truth[name].equals(same.truth[name]) for name in one.truth)
    assert not one.tables["notices"].equals(other.tables["notices"])
