"""The Dutch years: what is exact in every world, what the hotline counted, and nothing real."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from etmaal.core.breaks import BreakKind
from etmaal.world.folder import check_place, write_world
from etmaal.world.make import World, make_world
from etmaal.world.preset import Preset, scaled
from etmaal.world.presets import PRESETS, preset

pytestmark = pytest.mark.slow
YEARS = ("nl-2018", "nl-2020", "nl-2021", "nl-2022")
ZONE = ZoneInfo("Europe/Amsterdam")
RESERVED = [ip_network(net) for net in ("198.18.0.0/15", "203.0.113.0/24")]
RESERVED += [ip_network(net) for net in ("2001:db8::/32", "3fff::/20")]


@pytest.fixture(scope="module")
def small_years() -> dict[str, World]:
    """Return a small part of each year; all numbers of 2022, which is small already."""
    parts = {"nl-2018": 0.1, "nl-2020": 0.02, "nl-2021": 0.05, "nl-2022": 1.0}
    return {
        name: make_world(scaled(preset(name), part), np.random.default_rng(1))
        for name, part in parts.items()
    }


def column(table: pa.Table, name: str) -> list[object]:
    return table[name].to_pylist()


def civil_month(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m}"


def last_day(chosen: Preset) -> date:
    return chosen.ends - timedelta(days=1)


def first_rows(world: World) -> dict[str, dict[str, object]]:
    """Each item's first notice, read plainly."""
    rows: dict[str, dict[str, object]] = {}
    for row in world.tables["notices"].to_pylist():
        rows.setdefault(row["item"], row)
    return rows


# --- what is exact by construction


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_dominant_company_has_exactly_its_items_and_its_noticed_returns(seed: int) -> None:
    """A tenth of the year here; the whole of it in the test of the published figures."""
    chosen = scaled(preset("nl-2020"), 0.1)
    world = make_world(chosen, np.random.default_rng(seed))
    rows = world.tables["notices"]
    own = pc.equal(rows["provider"].cast("string"), "p01")
    first = pc.equal(rows["kind"].cast("string"), "notice")
    host = pc.equal(rows["addressee_role"].cast("string"), "hoster")
    notices = rows.filter(pc.and_(pc.and_(own, first), host))

    assert pc.count_distinct(notices["item"].cast("string")).as_py() == 17_465
    assert notices.num_rows == 17_465 + 496


@pytest.mark.parametrize("name", YEARS)
def test_every_first_notice_leaves_within_the_year(
    small_years: dict[str, World], name: str
) -> None:
    chosen = preset(name)
    begins, ends = (
        datetime(day.year, day.month, day.day, tzinfo=ZONE) for day in (chosen.begins, chosen.ends)
    )
    rows = [r for r in small_years[name].tables["notices"].to_pylist() if r["kind"] == "notice"]
    first = [r["noticed_at"] for r in rows if r["addressee_role"] == "hoster"]

    assert begins <= min(first) and max(first) < ends
    assert all(r["reported_at"] < r["verdict_at"] for r in rows)


@pytest.mark.parametrize("seed", range(1, 6))
def test_2022_has_its_two_groups_by_the_truth_in_every_world(seed: int) -> None:
    world = make_world(preset("nl-2022"), np.random.default_rng(seed))

    shares = sorted(r["realised_share"] for r in world.truth["providers"].to_pylist())

    assert len(shares) == 39
    assert sum(share >= 0.9 for share in shares) == 16
    assert shares[15] < 0.4 < 0.45 < shares[16]
    assert 2_900 <= world.items.size <= 2_999


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_company_of_2022_removes_as_many_in_time_as_planned(seed: int) -> None:
    world = make_world(preset("nl-2022"), np.random.default_rng(seed))
    planned = {p.id: p for p in world.preset.providers}

    for row in world.truth["providers"].to_pylist():
        plan = planned[row["provider"]]
        # To half an item, among the first stays and among those that came back.
        off = abs(row["realised_share"] - plan.share_in_time) * plan.items
        assert off <= 1.5, row["provider"]


def test_the_same_seed_makes_the_same_year() -> None:
    chosen = scaled(preset("nl-2022"), 0.3)

    one, same = (make_world(chosen, np.random.default_rng(4)) for _ in range(2))

    assert all(one.tables[name].equals(same.tables[name]) for name in one.tables)
    assert all(one.truth[name].equals(same.truth[name]) for name in one.truth)


# --- reports, samples and breaks


@pytest.mark.parametrize("name", YEARS)
def test_a_year_has_as_many_reports_as_its_tallies_in_its_own_months(name: str) -> None:
    chosen = scaled(preset(name), 0.01)

    rows = make_world(chosen, np.random.default_rng(1)).truth["reports"].to_pylist()

    months = {row["month"] for row in rows}
    assert (min(months), max(months)) == (f"{chosen.begins:%Y-%m}", f"{last_day(chosen):%Y-%m}")
    assert all(0 <= row["illegal"] <= row["reports"] for row in rows)
    for kind in {(t.source, t.hosted) for t in chosen.tallies}:
        own = [row for row in rows if (row["source"], row["hosted"]) == kind]
        plans = [t for t in chosen.tallies if (t.source, t.hosted) == kind]
        assert sum(row["reports"] for row in own) == sum(t.reports for t in plans)
        if all(t.illegal is not None for t in plans):
            assert sum(row["illegal"] for row in own) == sum(t.illegal for t in plans)


def test_in_a_year_of_all_items_the_illegal_reports_are_the_items(
    small_years: dict[str, World],
) -> None:
    world = small_years["nl-2020"]
    items = Counter(
        (civil_month(row["reported_at"]), row["source"]) for row in first_rows(world).values()
    )

    counted = {
        (row["month"], row["source"]): row["illegal"]
        for row in world.truth["reports"].to_pylist()
        if row["hosted"] == "NL"
    }

    assert {cell: n for cell, n in counted.items() if n} == dict(items)
    assert "sample" not in world.truth


@pytest.mark.parametrize("name", ["nl-2018", "nl-2021", "nl-2022"])
def test_a_samples_weights_add_up_to_what_it_was_drawn_from(
    small_years: dict[str, World], name: str
) -> None:
    world = small_years[name]
    rows = first_rows(world)
    strata = world.truth["sample"].to_pylist()
    reports = world.truth["reports"].to_pylist()

    for stratum in strata:
        here = [
            row
            for row in rows.values()
            if row["source"] == stratum["source"]
            and stratum["first"] <= civil_month(row["reported_at"]) < stratum["before"]
        ]
        assert len(here) == stratum["drawn"], stratum["stratum"]
        assert stratum["weight"] * stratum["drawn"] == pytest.approx(stratum["of"])
    assert sum(stratum["drawn"] for stratum in strata) == len(rows)
    illegal = sum(row["illegal"] for row in reports if row["hosted"] == "NL")
    assert sum(stratum["of"] for stratum in strata) == illegal


def test_the_changes_of_method_are_on_record_from_the_year_they_were_made(
    small_years: dict[str, World],
) -> None:
    first = {year: datetime(year, 1, 1, tzinfo=ZONE).astimezone(UTC) for year in (2021, 2022)}
    breaks = {
        name: [(r["at"], r["kind"]) for r in world.tables["breaks"].to_pylist()]
        for name, world in small_years.items()
        if "breaks" in world.tables
    }

    assert breaks == {
        "nl-2021": [(first[2021], "sampling")],
        "nl-2022": [
            (first[2021], "sampling"),
            (first[2022], "checker"),
            (first[2022], "sampling"),
        ],
    }
    assert {kind for rows in breaks.values() for _, kind in rows} <= set(BreakKind)


def test_the_checker_of_2022_looks_more_seldom_than_that_of_2021(
    small_years: dict[str, World],
) -> None:
    def gap(name: str) -> float:
        looks: dict[object, list[datetime]] = {}
        for row in small_years[name].tables["sightings"].to_pylist():
            if row["by"] == "probe" and row["seen"] == "online":
                looks.setdefault(row["item"], []).append(row["at"])
        gaps = [
            (later - earlier) / timedelta(hours=1)
            for at in looks.values()
            for earlier, later in pairwise(at)
            if later - at[0] < timedelta(days=1)  # what is watched for longer waits longer
        ]
        return median(gaps)

    assert gap("nl-2021") < 2 < 4 < gap("nl-2022")


# --- nothing real, and a folder like any other


@pytest.mark.parametrize("name", YEARS)
def test_every_name_and_address_of_a_year_is_invented(
    small_years: dict[str, World], name: str
) -> None:
    world = small_years[name]
    names = column(world.tables["providers"], "name")
    addresses = set(column(world.tables["notices"], "ip")) | set(world.networks.addresses)

    assert all(str(n).startswith("Example Hosting ") for n in names)
    assert len(set(names)) == len(names)
    for address in addresses:
        ip = ip_address(str(address))
        assert any(ip in net for net in RESERVED if net.version == ip.version), address


def test_a_company_has_one_name_in_all_years() -> None:
    names: dict[str, set[str]] = {}
    for name in PRESETS:
        for plan in preset(name).providers:
            names.setdefault(plan.id, set()).add(plan.name)

    assert [number for number, known in names.items() if len(known) > 1] == []


@pytest.mark.parametrize("name", YEARS)
def test_a_year_on_disk_may_be_replaced_as_any_made_up_world(
    small_years: dict[str, World], name: str, tmp_path
) -> None:
    rows = write_world(small_years[name], tmp_path / "w", seed=1, scale=1.0)

    check_place(tmp_path / "w")  # refuses what holds files that are not its own

    assert rows["truth/reports.csv"] == small_years[name].truth["reports"].num_rows
    assert ("breaks.csv" in rows) == bool(preset(name).breaks)
    assert ("truth/sample.csv" in rows) == preset(name).sampled
