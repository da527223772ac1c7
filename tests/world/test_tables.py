"""The tables a world writes: their columns, their words, their order, and nothing real in them."""

import re
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from etmaal.world.make import World

pytestmark = pytest.mark.slow  # the first to ask for the small world makes it

COLUMNS = {
    "notices": [
        *("notice", "item", "site", "batch", "provider", "ip", "noticed_at", "clock_basis"),
        *("verdict_at", "accepted_at", "delivery", "source", "server_country", "content_ref"),
        *("reported_at", "kind", "addressee_role", "desk", "entered_at", "known_before"),
    ],
    "sightings": ["item", "at", "seen", "by", "basis", "vantage", "ip"],
    "events": ["item", "at", "event", "detail"],
    "outages": ["vantage", "from", "before"],
    "providers": ["provider", "name", "seat_country", "role", "asns", "addresses"],
}
# The words that must all occur, and the only ones that may (besides nothing at all).
WORDS = {
    ("notices", "clock_basis"): {"sent", "unknown"},
    ("notices", "delivery"): {"accepted", "bounced", "refused", "unknown"},
    ("notices", "kind"): {"notice", "repeat"},
    ("notices", "addressee_role"): {
        *("hoster", "front", "site_owner", "registrar", "upstream", "police"),
    },
    ("notices", "known_before"): {"yes", "no", "unknown"},
    ("sightings", "seen"): {"online", "gone", "unknown"},
    ("sightings", "by"): {"probe", "hotline", "provider", "analyst"},
    ("sightings", "basis"): {"look", "concluded"},
    ("events", "event"): {
        *("moved_host", "moved_abroad", "domain_gone", "network_gone", "withdrawn"),
        *("wrong_addressee", "disputed", "acknowledged", "obstructed", "provider_says_gone"),
    },
    ("providers", "role"): {"hoster", "reseller", "front"},
}
ALWAYS_KNOWN = {
    "notices": [
        *("notice", "item", "site", "batch", "provider", "ip", "noticed_at", "clock_basis"),
        *("verdict_at", "delivery", "reported_at", "kind", "addressee_role", "desk"),
    ],
    "sightings": ["item", "at", "seen", "by", "basis"],
    "events": ["item", "at", "event"],
    "outages": ["vantage", "from", "before"],
    "providers": ["provider", "name", "seat_country", "role"],
}
IDS = {"notice": "n", "item": "i", "site": "s", "batch": "b", "content_ref": "c"}
RESERVED = [
    ip_network(net)
    for net in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"),
        *("2001:db8::/32", "3fff::/20"),
    )
]


def values(table: pa.Table, column: str) -> set[object]:
    return set(pc.unique(table[column]).to_pylist()) - {None}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_table_has_exactly_the_documented_columns(small: World, name: str) -> None:
    assert small.tables[name].column_names == COLUMNS[name]


@pytest.mark.parametrize(("name", "column"), WORDS)
def test_every_word_is_a_documented_one_and_all_occur(small: World, name: str, column: str) -> None:
    assert values(small.tables[name], column) == WORDS[name, column]


@pytest.mark.parametrize("name", ALWAYS_KNOWN)
def test_what_a_hotline_always_knows_is_there(small: World, name: str) -> None:
    missing = {c: small.tables[name][c].null_count for c in ALWAYS_KNOWN[name]}

    assert set(missing.values()) == {0}, missing


def test_what_a_hotline_often_does_not_know_is_sometimes_absent(small: World) -> None:
    for column in ("accepted_at", "content_ref", "server_country"):
        nulls = small.tables["notices"][column].null_count
        assert 0 < nulls < small.tables["notices"].num_rows / 3, column


def test_numbers_of_notices_are_unique_and_ids_are_opaque(small: World) -> None:
    notices = small.tables["notices"]

    assert len(values(notices, "notice")) == notices.num_rows
    for column, letter in IDS.items():
        assert all(re.fullmatch(rf"{letter}\d{{6,}}", str(v)) for v in values(notices, column))


@pytest.mark.parametrize(
    ("name", "column"), [("notices", "noticed_at"), ("sightings", "at"), ("events", "at")]
)
def test_rows_come_oldest_first_within_the_year_and_its_follow_up(
    small: World, name: str, column: str
) -> None:
    at = small.tables[name][column].to_pylist()

    assert at == sorted(at)
    assert datetime(2025, 1, 1, tzinfo=UTC) <= at[0]
    assert at[-1] < datetime(2026, 3, 1, tzinfo=UTC)


def test_every_look_and_every_event_is_at_an_item_with_a_notice(small: World) -> None:
    noticed = values(small.tables["notices"], "item")

    assert values(small.tables["sightings"], "item") <= noticed
    assert values(small.tables["events"], "item") <= noticed


def test_every_address_and_number_is_reserved_and_every_name_invented(small: World) -> None:
    for name in ("notices", "sightings"):
        for address in values(small.tables[name], "ip"):
            ip = ip_address(str(address))
            assert any(ip in net for net in RESERVED if net.version == ip.version), address
    for table in small.routes.values():
        for prefix in values(table, "prefix"):
            net = ip_network(str(prefix))
            assert any(net.subnet_of(r) for r in RESERVED if r.version == net.version), prefix
    names = values(small.tables["providers"], "name") | values(small.registry, "name")
    assert all(str(name).startswith("Example Hosting ") for name in names)


def test_every_noticed_provider_is_in_the_table_of_providers(small: World) -> None:
    known = values(small.tables["providers"], "provider")

    assert values(small.tables["notices"], "provider") <= known
    assert values(small.truth["items"], "provider") <= known
    assert values(small.truth["providers"], "provider") == known


def test_a_steps_times_follow_one_another(small: World) -> None:
    for row in small.tables["notices"].to_pylist():
        assert row["reported_at"] < row["verdict_at"] < row["noticed_at"]
        assert row["accepted_at"] is None or row["noticed_at"] < row["accepted_at"]


def test_some_content_was_seen_elsewhere_before(small: World) -> None:
    first = {}
    elsewhere = 0
    for row in small.tables["notices"].to_pylist():
        if row["content_ref"] is not None:
            site = first.setdefault(row["content_ref"], row["site"])
            elsewhere += site != row["site"]

    assert 0.05 < elsewhere / small.tables["notices"].num_rows < 0.4


def test_the_small_world_is_small(small: World) -> None:
    rows = {name: table.num_rows for name, table in small.tables.items()}

    assert 12_000 <= rows["notices"] <= 20_000
    assert 150_000 <= rows["sightings"] <= 300_000


def test_the_truth_has_its_columns_and_words(small: World) -> None:
    providers, items = small.truth["providers"], small.truth["items"]

    assert providers.column_names == [
        *("provider", "share_in_time", "realised_share", "p50_hours", "conduct"),
    ]
    assert items.column_names == ["item", "provider", "removed_at", "end"]
    assert values(items, "end") == {
        *("removed", "moved_host", "moved_abroad", "domain_gone", "network_gone", "still_online"),
    }
    for row in items.to_pylist():
        assert (row["removed_at"] is None) == (row["end"] == "still_online")
