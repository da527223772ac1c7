"""Look-ups in a routing table: against a plain scan for the longest prefix, and against pyasn."""

import gzip
import random
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyasn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.adapters.routing import fetch_routes
from etmaal.core.routes import Announcement
from etmaal.core.special import is_special
from etmaal.engine.addresses import parse
from etmaal.engine.intervals import NOBODY, as_keys, flatten
from etmaal.engine.routes import RouteTable, nearest, special

DAY = date(2019, 6, 1)
# Small rooms, so that prefixes nest, touch and end where others begin.
ROOMS = {4: (int(ip_address("198.18.0.0")), 20, 32), 6: (int(ip_address("2001:db8::")), 116, 128)}


def table(*rows: Announcement, name: str = "routes", day: date = DAY) -> RouteTable:
    return RouteTable.build(rows, name=name, day=day)


def prefix(text: str, *origins: int) -> Announcement:
    network = ip_network(text)
    version = 4 if network.version == 4 else 6
    return Announcement(
        version, int(network.network_address), int(network.broadcast_address), origins
    )


def origins(routes: RouteTable, *addresses: str) -> list[tuple[int, ...]]:
    found = routes.look_up(pa.array(addresses, pa.string()))
    return [routes.origin_sets[place] for place in found.tolist()]


def scan(rows: list[Announcement], version: int, address: int) -> Announcement | None:
    """Find the smallest range around an address, in plain words; origins of equals together."""
    around = [r for r in rows if r.version == version and r.first <= address <= r.last]
    if not around:
        return None
    best = min(around, key=lambda r: r.last - r.first)
    same = [r for r in around if (r.first, r.last) == (best.first, best.last)]
    return best._replace(origins=tuple(sorted({o for r in same for o in r.origins})))


@st.composite
def prefixes(draw: st.DrawFn) -> Announcement:
    version = draw(st.sampled_from([4, 6]))
    start, shortest, bits = ROOMS[version]
    length = draw(st.integers(shortest, bits))
    span = 1 << (bits - length)
    first = start + span * draw(st.integers(0, (1 << (length - shortest)) - 1))
    return Announcement(
        version, first, first + span - 1, tuple(sorted(draw(st.sets(st.integers(64496, 64499), max_size=2))))
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(prefixes(), max_size=25), st.lists(st.integers(0, 5000), min_size=1, max_size=20))
def test_the_longest_match_is_that_of_a_plain_scan(
    rows: list[Announcement], offsets: list[int]
) -> None:
    routes = table(*rows)
    for version, (start, _, _) in ROOMS.items():
        edges = [end for r in rows if r.version == version for end in (r.first - 1, r.last + 1)]
        numbers = [start + offset for offset in offsets] + edges

        match = routes.match(version, as_keys(version, numbers))
        sets = routes.origin_set(version, match)

        for number, place, origin_set in zip(numbers, match.tolist(), sets.tolist(), strict=True):
            expected = scan(rows, version, number)
            if expected is None or not expected.origins:
                assert (place, routes.origin_sets[origin_set]) == (NOBODY, ())
            else:
                assert routes.origin_sets[origin_set] == expected.origins
                network = ip_network(routes.prefix(version, place))
                assert (int(network[0]), int(network[-1])) == expected[1:3]


@pytest.mark.slow
def test_pyasn_agrees_on_a_made_up_table(tmp_path: Path) -> None:
    rng = random.Random(7)  # noqa: S311 - only made-up prefixes
    rows = {}
    for text, shortest, bits in (("198.18.0.0/15", 15, 32), ("2001:db8::/32", 32, 128)):
        room = ip_network(text)
        for _ in range(4000):
            length = rng.randint(shortest, min(bits, shortest + 14))
            start = int(room[0]) + (rng.getrandbits(length - shortest) << (bits - length))
            rows[ip_network((start, length))] = rng.randint(64496, 64511)
    file = tmp_path / "routes_20190601.dat.gz"
    file.write_bytes(gzip.compress("".join(f"{n}\t{a}\n" for n, a in rows.items()).encode()))
    routes = RouteTable.build(fetch_routes(file), name=file.name, day=DAY)
    peer = pyasn.pyasn(str(file))
    asked = [str(n[rng.randrange(min(n.num_addresses, 1 << 60))]) for n in rows]

    found = origins(routes, *asked)

    theirs = [peer.lookup(address)[0] for address in asked]
    assert len(asked) > 3000
    assert found == [() if asn is None else (asn,) for asn in theirs]


@pytest.mark.parametrize(
    ("story", "rows", "address", "expected"),
    [
        ("nothing covers it", ["198.18.0.0/24 64496"], "198.18.1.0", ()),
        ("the first address", ["198.18.0.0/24 64496"], "198.18.0.0", (64496,)),
        ("the last address", ["198.18.0.0/24 64496"], "198.18.0.255", (64496,)),
        ("a longer one inside", ["198.18.0.0/15 64496", "198.18.0.7/32 64497"], "198.18.0.7", (64497,)),
        ("behind the longer one", ["198.18.0.0/15 64496", "198.18.0.7/32 64497"], "198.18.0.8", (64496,)),
        ("the same prefix twice", ["198.18.0.0/24 64497", "198.18.0.0/24 64496"], "198.18.0.1", (64496, 64497)),
        ("a hole: AS 0 inside a prefix", ["198.18.0.0/15 64496", "198.18.0.0/24"], "198.18.0.1", ()),
        ("a default route says nothing", ["0.0.0.0/0 64496"], "198.18.0.1", ()),
        ("the last address of all", ["255.255.255.0/24 64496"], "255.255.255.255", (64496,)),
        ("the last address of all, IPv6", ["ff00::/8 64496"], "ffff:" * 7 + "ffff", (64496,)),
        ("IPv4 in IPv6 is IPv4", ["198.18.0.0/24 64496"], "::ffff:198.18.0.1", (64496,)),
        ("IPv6 does not answer for IPv4", ["::/8 64496"], "0.0.0.1", ()),
        ("zeros at the end of an address count", ["2001:db8::/128 64496"], "2001:db8::", (64496,)),
        ("no address", ["198.18.0.0/24 64496"], "host.example", ()),
    ],
)  # fmt: skip
def test_who_announced_an_address(
    story: str, rows: list[str], address: str, expected: tuple[int, ...]
) -> None:
    words = [row.split() for row in rows]

    routes = table(*(prefix(network, *map(int, asns)) for network, *asns in words))

    assert origins(routes, address) == [expected], story


def test_ranges_are_matched_and_named_as_ranges() -> None:
    first = int(ip_address("198.18.0.10"))
    routes = table(Announcement(4, first, first + 9, (64496,)))

    [place] = routes.match(4, np.array([first + 9], np.uint32)).tolist()

    assert routes.prefix(4, place) == "198.18.0.10-198.18.0.19"
    assert routes.match(4, np.array([first + 10], np.uint32)).tolist() == [NOBODY]


def test_ranges_that_overlap_are_no_table() -> None:
    with pytest.raises(ValueError, match="overlap"):
        flatten(4, as_keys(4, [0, 5]), as_keys(4, [9, 14]))
    with pytest.raises(ValueError, match="twice"):
        flatten(4, as_keys(4, [0, 0]), as_keys(4, [9, 9]))


@pytest.mark.parametrize(
    ("story", "day", "version", "expected"),
    [
        ("the day itself", "2019-06-01", 4, "june"),
        ("before all tables", "2001-01-01", 4, "may"),
        ("after all tables", "2031-01-01", 4, "june"),
        ("nearer to the later one", "2019-05-17", 4, "june"),
        ("half-way: the earlier one", "2019-05-16", 4, "may"),
        ("only tables that have the version", "2019-05-01", 6, "june"),
    ],
)
def test_the_nearest_table_answers(story: str, day: str, version: int, expected: str) -> None:
    may = table(prefix("198.18.0.0/24", 64496), name="may", day=date(2019, 5, 1))
    june = table(
        prefix("198.18.0.0/24", 64496),
        prefix("2001:db8::/32", 64496),
        name="june",
        day=date(2019, 5, 31) if "half" in story else date(2019, 6, 1),
    )

    found = nearest([june, may], version, date.fromisoformat(day))

    assert found is not None
    assert found.name == expected, story


def test_no_table_answers_for_a_version_that_none_has() -> None:
    assert nearest([table(prefix("198.18.0.0/24", 64496))], 6, DAY) is None


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.ip_addresses(), st.booleans()), min_size=1, max_size=20))
def test_special_addresses_are_those_of_the_rule_for_one(asked: list[tuple[object, bool]]) -> None:
    known = ["10.0.0.0", "127.255.255.255", "192.0.2.1", "2001:db8::1", "fe80::1", "::1"]
    asked = asked + [(ip_address(text), flag) for text in known for flag in (True, False)]
    for version in (4, 6):
        some = [(a, flag) for a, flag in asked if a.version == version and not _mapped(a)]
        keys = parse(pa.array([str(a) for a, _ in some], pa.string())).keys(version)

        found = special(version, keys, announced=np.array([flag for _, flag in some], np.bool_))

        assert found.tolist() == [is_special(version, int(a), announced=flag) for a, flag in some]


def _mapped(address: object) -> bool:
    return getattr(address, "ipv4_mapped", None) is not None
