"""Whole folders attributed: against the rule for one address, and what is written and refused."""

import gzip
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.core.attribution import Route, State, attributed
from etmaal.core.errors import BadInput
from etmaal.core.register_rows import read_entries
from etmaal.core.registry import Conflict, Registry
from etmaal.core.routes import Announcement
from etmaal.engine.atlas import Atlas, day_number
from etmaal.engine.attribute import Report, attribute
from etmaal.engine.attributing import SCHEMA, Attributor
from etmaal.engine.intake.folder import find
from etmaal.engine.routes import RouteTable

JUNE = date(2019, 6, 1)
REGISTER = "provider,asns\nacme,64500\nother,64501\n"
NOTICES = """notice,item,ip,noticed_at
1,a,198.18.0.1,2019-06-02T10:00:00Z
2,b,198.18.1.1,2019-06-02T23:30:00-01:00
3,c,,2019-06-02T10:00:00Z
"""
SIGHTINGS = """item,at,seen,ip
a,2019-06-02T11:00:00Z,online,::ffff:198.18.0.1
a,2019-06-03T11:00:00Z,online,198.18.0.1
a,2019-06-03T12:00:00Z,gone,198.18.0.1
b,2019-06-03T12:00:00Z,online,10.0.0.1
c,2019-06-03T12:00:00Z,online,2001:DB8:0::1
"""


def announced(text: str, *origins: int) -> Announcement:
    network = ip_network(text)
    version = 4 if network.version == 4 else 6
    return Announcement(version, int(network[0]), int(network[-1]), tuple(sorted({*origins})))


ROUTES = (
    announced("198.18.0.0/24", 64500),
    announced("198.18.1.0/24", 64500, 64501),
    announced("2001:db8::/32", 64501),
)


def table(day: date = JUNE, rows: tuple[Announcement, ...] = ROUTES) -> RouteTable:
    return RouteTable.build(rows, name=f"routes_{day:%Y%m%d}.csv", day=day)


def register(text: str = REGISTER) -> Registry:
    header, *lines = [line.split(",") for line in text.splitlines()]
    rows = (dict(zip(header, line, strict=True)) for line in lines)
    return Registry(read_entries(enumerate(rows, start=2), "registry.csv"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notices.csv").write_text(NOTICES)
    (tmp_path / "sightings.csv").write_text(SIGHTINGS)
    return tmp_path


def written(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder / "attributions.parquet").to_pylist()


def short(folder: Path) -> list[tuple[str, str, str | None, str]]:
    return [
        (row["ip"], row["day"].strftime("%m-%d"), row["provider"], row["state"])
        for row in written(folder)
    ]


def test_every_pair_of_address_and_utc_day_is_written_once_in_order(folder: Path) -> None:
    report = attribute(folder, [table()], register())

    assert short(folder) == [
        ("10.0.0.1", "06-03", "unresolved", "special"),
        ("198.18.0.1", "06-02", "acme", "resolved"),
        ("198.18.0.1", "06-03", "acme", "resolved"),
        ("198.18.1.1", "06-03", None, "several_origins"),
        ("2001:db8::1", "06-03", "other", "resolved"),
    ]
    assert report.rows == 5
    assert report.states[State.RESOLVED] == 3
    assert pq.read_schema(folder / "attributions.parquet").equals(SCHEMA)


def test_a_row_says_by_which_table_it_was_found(folder: Path) -> None:
    attribute(folder, [table()], register())

    assert written(folder)[3] == {
        "ip": "198.18.1.1",
        "day": date(2019, 6, 3),
        "provider": None,
        "origins": "64500 64501",
        "prefix": "198.18.1.0/24",
        "table_date": JUNE,
        "days_off": 2,
        "state": "several_origins",
    }


def test_each_day_takes_the_nearest_table_that_has_its_kind_of_address(folder: Path) -> None:
    early = table(date(2019, 6, 1), (announced("198.18.0.0/24", 64500),))
    late = table(
        date(2019, 6, 5), (announced("198.18.0.0/24", 64501), announced("2001:db8::/32", 64501))
    )
    only4 = table(date(2019, 6, 3), (announced("198.18.0.0/24", 64502),))

    report = attribute(folder, [late, early, only4], Registry())

    found = {(r["ip"], r["day"].day): (r["origins"], r["days_off"]) for r in written(folder)}
    assert found["198.18.0.1", 2] == ("64500", 1)  # half-way: the earlier one
    assert found["198.18.0.1", 3] == ("64502", 0)
    assert found["2001:db8::1", 3] == ("64501", 2)
    assert [(t.day.day, t.rows, t.days_off) for t in report.tables] == [
        (1, 1, (1, 1)),
        (3, 3, (0, 0)),
        (5, 1, (2, 2)),
    ]


@pytest.mark.parametrize(
    ("story", "table_day", "at", "expected"),
    [
        ("30 days off", date(2019, 7, 2), None, ("acme", 30, "resolved")),
        ("31 days off", date(2019, 7, 3), None, ("acme", 31, "too_far")),
        ("five years off", date(2014, 5, 13), None, ("acme", 1846, "too_far")),
        ("all as on the table's day: still as far", date(2014, 5, 13), date(2014, 5, 13), ("acme", 1846, "too_far")),
    ],
)  # fmt: skip
def test_a_table_too_far_off_names_the_provider_but_says_so(
    folder: Path, story: str, table_day: date, at: date | None, expected: tuple[str, int, str]
) -> None:
    attribute(folder, [table(table_day)], register(), at=at)

    row = next(r for r in written(folder) if r["ip"] == "198.18.0.1" and r["day"].day == 2)
    assert (row["provider"], row["days_off"], row["state"]) == expected, story


def test_at_one_day_all_rows_take_that_days_table_and_register(folder: Path) -> None:
    tables = [
        table(date(2019, 6, 3)),
        table(date(2018, 6, 3), (announced("198.18.0.0/16", 64500),)),
    ]
    moved = register("provider,asns,from,before\nold,64500,,2019-01-01\nnew,64500,2019-01-01,\n")

    attribute(folder, tables, moved, at=date(2018, 6, 1))

    rows = [r for r in written(folder) if r["ip"].startswith("198.18.0.")]
    assert {(r["provider"], r["table_date"], r["state"]) for r in rows} == {
        ("old", date(2018, 6, 3), "too_far")
    }
    assert [r["days_off"] for r in rows] == [364, 365]


def test_a_front_is_never_the_host(folder: Path) -> None:
    attribute(folder, [table()], register("provider,asns,role\nshield,64500,front\n"))

    assert short(folder)[1] == ("198.18.0.1", "06-02", "front", "front")


def test_without_a_register_every_network_stands_for_itself(folder: Path) -> None:
    attribute(folder, [table()], None)

    assert short(folder)[1] == ("198.18.0.1", "06-02", "AS64500", "resolved")


def test_without_a_register_the_folders_own_providers_are_it(folder: Path) -> None:
    (folder / "providers.csv").write_text(
        "provider,asns,addresses\nacme,64500 64501,\nrent,,10.0.0.0/8\n"
    )

    attribute(folder, [table()], None)

    assert {row[2] for row in short(folder)} == {"acme", "rent"}


def test_providers_that_contradict_each_other_are_refused(folder: Path) -> None:
    (folder / "providers.csv").write_text("provider,asns\nacme,64500\nother,64500\n")

    with pytest.raises(Conflict, match=r"providers\.csv, line 3"):
        attribute(folder, [table()], None)


def test_the_registers_own_prefix_goes_before_the_network(folder: Path) -> None:
    attribute(
        folder,
        [table(date(2014, 5, 13))],
        register("provider,addresses\nrent,198.18.0.0/28\n"),
    )

    [row, _] = [r for r in written(folder) if r["ip"] == "198.18.0.1"]
    assert (row["provider"], row["state"]) == ("rent", "resolved")  # no table was needed
    assert (row["origins"], row["prefix"], row["days_off"]) == ("64500", "198.18.0.0/24", 1846)


def test_without_a_table_for_its_kind_an_address_is_nobodys(folder: Path) -> None:
    (folder / "sightings.csv").write_text(
        "item,at,seen,ip\na,2019-06-02T11:00:00Z,online,4000::1\n"
    )

    attribute(folder, [table(rows=ROUTES[:2])], register())

    assert written(folder)[-1] == dict.fromkeys(SCHEMA.names) | {
        "ip": "4000::1",
        "day": date(2019, 6, 2),
        "provider": "unresolved",
        "state": "no_prefix",
    }


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_the_form_of_the_tables_changes_no_byte(tmp_path: Path, form: str) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    for place in (plain, other):
        place.mkdir()
    for name, text in (("notices", NOTICES), ("sightings", SIGHTINGS)):
        (plain / f"{name}.csv").write_text(text)
        _write(other / f"{name}.{form}", text)

    attribute(plain, [table()], register())
    attribute(other, [table()], register())

    assert _bytes(plain) == _bytes(other)


def _write(path: Path, text: str) -> None:
    if path.suffix == ".parquet":
        header, *lines = [line.split(",") for line in text.splitlines()]
        rows = [dict(zip(header, (c or None for c in line), strict=True)) for line in lines]
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def _bytes(folder: Path) -> bytes:
    return (folder / "attributions.parquet").read_bytes()


def test_the_order_of_rows_changes_no_byte_and_running_again_neither(folder: Path) -> None:
    attribute(folder, [table()], register())
    first = _bytes(folder)
    header, *lines = SIGHTINGS.splitlines()
    (folder / "sightings.csv").write_text("\n".join([header, *reversed(lines), ""]))

    attribute(folder, [table()], register())

    assert _bytes(folder) == first


def test_nothing_else_in_the_folder_changes(folder: Path) -> None:
    (folder / "mine.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    attribute(folder, [table()], register())

    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after.pop("attributions.parquet")
    assert after == before


def test_rows_that_cannot_be_read_are_counted_and_the_rest_is_attributed(folder: Path) -> None:
    with (folder / "sightings.csv").open("a") as f:
        f.write("a,2019-06-04T11:00:00Z,online,198.18.0.999\n")  # no address
        f.write("a,2019-06-31T11:00:00Z,online,198.18.0.1\n")  # no day
        f.write("a,2019-06-04T11:00:00,online,198.18.0.1\n")  # no zone
        f.write("a,2019-06-05T11:00:00Z,online,198.18.0.1\n")

    report = attribute(folder, [table()], register())

    assert report.skipped == {"notices": 0, "sightings": 3}
    assert ("198.18.0.1", "06-05", "acme", "resolved") in short(folder)
    assert report.rows == 6


def test_a_broken_quote_loses_only_its_own_row(folder: Path) -> None:
    with (folder / "sightings.csv").open("a") as f:
        f.write('"a,2019-06-04T11:00:00Z,online,198.18.0.1\n')
        f.write("a,2019-06-05T11:00:00Z,online,198.18.0.1\n")

    report = attribute(folder, [table()], register())

    assert report.skipped["sightings"] == 1
    assert ("198.18.0.1", "06-05", "acme", "resolved") in short(folder)


def test_an_old_file_of_attributions_is_replaced_whatever_it_holds(folder: Path) -> None:
    (folder / "attributions.parquet").write_bytes(b"PAR1 cut off")

    attribute(folder, [table()], register())

    assert len(written(folder)) == 5


def test_no_row_with_an_address_gives_a_file_without_rows(folder: Path) -> None:
    (folder / "notices.csv").write_text(NOTICES.splitlines()[0] + "\n")
    (folder / "sightings.csv").unlink()

    report = attribute(folder, [table()], register())

    assert (report.rows, written(folder)) == (0, [])


@pytest.mark.parametrize(
    ("story", "notices", "words"),
    [
        ("no notices", None, "no notices"),
        ("no column of addresses", "notice,item,noticed_at\n", "nothing to attribute"),
        ("no column of times", "notice,item,ip\n", "column noticed_at is missing"),
    ],
)
def test_a_folder_with_nothing_to_attribute_is_refused(
    tmp_path: Path, story: str, notices: str | None, words: str
) -> None:
    if notices is not None:
        (tmp_path / "notices.csv").write_text(notices)

    with pytest.raises(BadInput, match=words):
        attribute(tmp_path, [table()], register())

    assert not (tmp_path / "attributions.parquet").exists(), story


def test_two_tables_of_one_day_and_kind_are_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="both hold IPv4 of 2019-06-01"):
        attribute(folder, [table(), table()], register())


def test_no_table_at_all_is_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="no routing table"):
        attribute(folder, [], register())


@pytest.mark.parametrize("stopped", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interruption_leaves_the_folder_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stopped: BaseException
) -> None:
    attribute(folder, [table()], register())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def stop(*_: object, **__: object) -> None:
        raise stopped

    monkeypatch.setattr(pq.ParquetWriter, "write_table", stop)
    with pytest.raises((type(stopped), Exception)):
        attribute(folder, [table(date(2019, 6, 2))], register())

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# The set rule against the rule for one.

DAYS = st.dates(date(2019, 5, 1), date(2019, 7, 31))
ASNS = (64500, 64501, 64502, 64503)
NETWORKS = (
    "198.18.0.0/24",
    "198.18.0.0/26",
    "198.18.0.64/28",
    "10.0.0.0/28",
    "2001:db8::/64",
    "2001:db8::/120",
)
ADDRESSES = st.one_of(
    st.integers(0, 511).map(lambda i: str(IPv4Address("198.18.0.0") + i)),
    st.integers(0, 20).map(lambda i: str(IPv4Address("10.0.0.0") + i)),
    st.integers(0, 511).map(lambda i: str(IPv6Address("2001:db8::") + i)),
    st.just("4000::1"),
)  # fmt: skip
ROWS = st.lists(
    st.builds(announced, st.sampled_from(NETWORKS), st.sampled_from(ASNS), st.sampled_from(ASNS)),
    min_size=1,
    max_size=5,
)


@st.composite
def registers(draw: st.DrawFn) -> Registry:
    """Draw who runs each network and some prefixes: until a day one, from then on another."""
    rows = []
    for place, asn in enumerate(ASNS):
        turn = draw(DAYS).isoformat()
        named = {"asns": str(asn), "addresses": draw(st.sampled_from(["", NETWORKS[place + 1]]))}
        for when in draw(st.sampled_from([(), ("",), ("before",), ("from",), ("before", "from")])):
            row = named | {
                "provider": draw(st.sampled_from([f"p{place}", f"q{place}"])),
                "role": draw(st.sampled_from(["", "", "", "hoster", "front"])),
                "alias_of": draw(st.sampled_from(["", "", "group"])),
            }
            if when:
                row[when] = turn
            if when == "before":
                row["successor"] = draw(st.sampled_from(["", "heir", "group"]))
            rows.append(row)
    try:
        return Registry(read_entries(enumerate(rows, start=2), "registry.csv"))
    except BadInput:  # two rows that hold together after all
        return Registry(read_entries(enumerate(rows[:1], start=2), "registry.csv"))


def slow_route(rows: dict[date, list[Announcement]], address: Any, day: date, asked: date) -> Route:
    """Scan the nearest table in plain words."""
    fitting = sorted(d for d in rows if any(r.version == address.version for r in rows[d]))
    if not fitting:
        return Route((), None)
    best = min(fitting, key=lambda d: (abs(d - asked), d))
    around = [
        r for r in rows[best] if r.version == address.version and r.first <= int(address) <= r.last
    ]
    size = min((r.last - r.first for r in around), default=None)
    origins = {o for r in around if r.last - r.first == size for o in r.origins}
    return Route(tuple(sorted(origins)), abs((day - best).days))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    asked=st.lists(st.tuples(ADDRESSES, DAYS), min_size=10, max_size=30, unique=True),
    days=st.lists(DAYS, min_size=1, max_size=3, unique=True),
    content=st.lists(ROWS, min_size=3, max_size=3),
    registry=registers(),
    at=st.none() | DAYS,
    far_days=st.integers(0, 40),
)
def test_the_set_rule_answers_as_the_rule_for_one(
    asked: list[tuple[str, date]],
    days: list[date],
    content: list[list[Announcement]],
    registry: Registry,
    at: date | None,
    far_days: int,
) -> None:
    asked = sorted(asked)
    rows = dict(zip(days, content, strict=False))
    tables = [RouteTable.build(rows[day], name="routes", day=day) for day in days]
    attributor = Attributor(Atlas(tables), registry, at=at, far_days=far_days)

    found = attributor.attribute(
        pa.array([ip for ip, _ in asked], pa.string()),
        np.array([day_number(day) for _, day in asked], np.int64),
    ).rows.to_pylist()

    for (ip, day), row in zip(asked, found, strict=True):
        address, moment = ip_address(ip), at or day
        route = slow_route(rows, address, day, moment)
        expected = attributed(
            address.version, int(address), route, registry, day=moment, far_days=far_days,
            register_days_off=abs((moment - day).days),
        )  # fmt: skip
        assert (row["provider"], row["state"]) == (expected.provider, expected.state), (ip, day)
        assert row["origins"] == (" ".join(map(str, route.origins)) or None)
        assert row["days_off"] == route.days_off


@pytest.mark.slow
def test_many_rows_are_written_in_groups_of_one_size_without_repeats(tmp_path: Path) -> None:
    ips = [str(IPv4Address("198.18.0.0") + i) for i in range(1000)]
    days = [JUNE + timedelta(days=d) for d in range(101)]
    lines = [f"{i},{ip},{day}T00:00:00Z" for i, ip in enumerate(ips) for day in days]
    rows = "\n".join(f"{n},{line}" for n, line in enumerate(lines))
    (tmp_path / "notices.csv").write_text(f"notice,item,ip,noticed_at\n{rows}\n")

    report: Report = attribute(tmp_path, [table()], register())

    parquet = pq.ParquetFile(tmp_path / "attributions.parquet")
    sizes = [parquet.metadata.row_group(g).num_rows for g in range(parquet.num_row_groups)]
    pairs = [(row["ip"], row["day"]) for row in written(tmp_path)]
    assert sizes == [100_000, 1_000]
    assert report.rows == 101_000
    assert pairs == sorted(set(pairs))
    assert find(tmp_path)["attributions"]
