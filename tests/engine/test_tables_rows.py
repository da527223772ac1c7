"""Which rows are rejected, with what reason, and which odd ones are right."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etmaal.engine.intake.addresses import normal
from etmaal.engine.intake.schema import Table
from etmaal.engine.intake.tables import TABLES
from etmaal.engine.tables import stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {
    "notices": {"notice": "n1", "item": "i1", "noticed_at": "2025-03-29T11:00:00Z"},
    "sightings": {"item": "i1", "at": "2025-03-29T11:00:00Z", "seen": "online"},
    "events": {"item": "i1", "at": "2025-03-29T11:00:00Z", "event": "disputed"},
    "outages": {"from": "2025-03-29T11:00:00Z", "before": "2025-03-29T12:00:00Z"},
    "providers": {"provider": "p1"},
    "breaks": {"at": "2025-03-29T11:00:00Z", "kind": "checker"},
}


def folder_with(place: Path, table: str, row: dict[str, str]) -> Path:
    """Write one good row of notices, and of ``table`` a good one and after it the other."""
    place.mkdir()
    for name in {"notices", table}:
        good = GOOD[name]
        other = row if name == table else {}
        columns = list(dict.fromkeys([*good, *other]))
        with (place / f"{name}.csv").open("w", newline="") as f:
            writer = csv.DictWriter(f, columns)
            writer.writeheader()
            writer.writerow(good)
            if name == table:
                second = {"notice": "n2"} if name == "notices" else {}
                writer.writerow(
                    good | second | {"provider": "p2"} | row
                    if name == "providers"
                    else good | second | row
                )
    return place


REJECTED = [
    ("a break of no kind we know", "breaks", {"kind": "mood"}, "kind", "not one of: checker"),
    ("a break still to come", "breaks", {"at": "2026-01-01T00:00:01Z"}, "at", "future"),
    ("a break that tells an address", "breaks", {"detail": "zq://zq"}, "detail", "looks like an address"),
    # a day or a moment
    ("no zone", "notices", {"noticed_at": "2019-06-01T12:00:00"}, "noticed_at", "no zone"),
    ("a day alone", "notices", {"noticed_at": "2019-06-01"}, "noticed_at", "no zone"),
    ("no zone, to the minute", "sightings", {"at": "2019-06-01 12:00"}, "at", "no zone"),
    ("31 February", "notices", {"noticed_at": "2019-02-31T12:00:00Z"}, "noticed_at", "not a time"),
    ("31 February, no zone", "notices", {"noticed_at": "2019-02-31T12:00"}, "noticed_at", "not a"),
    ("29 February 2019", "sightings", {"at": "2019-02-29T12:00:00Z"}, "at", "not a time"),
    ("29 February 1900", "sightings", {"at": "1900-02-29T12:00:00Z"}, "at", "not a time"),
    ("25 o'clock", "sightings", {"at": "2019-06-01T25:00:00Z"}, "at", "not a time"),
    ("24 o'clock", "sightings", {"at": "2019-06-01T24:00:00Z"}, "at", "not a time"),
    ("a zone's name", "sightings", {"at": "2019-06-01T12:00:00 Europe/Paris"}, "at", "not a time"),
    ("a day first", "sightings", {"at": "01-06-2019 12:00:00Z"}, "at", "not a time"),
    ("seconds since 1970", "sightings", {"at": "1559390400"}, "at", "not a time"),
    ("infinity", "sightings", {"at": "infinity"}, "at", "not a time"),
    ("an offset of 15 hours", "sightings", {"at": "2019-06-01T12:00:00+15:00"}, "at", "not a time"),
    ("the year 1970", "sightings", {"at": "1970-01-01T00:00:00Z"}, "at", "before 1990"),
    ("just before 1990", "sightings", {"at": "1989-12-31T23:59:59.999999Z"}, "at", "before 1990"),
    ("now and a moment", "sightings", {"at": "2026-01-01T00:00:00.000001Z"}, "at", "in the future"),
    ("future by its zone", "sightings", {"at": "2025-12-31T23:30:00-01:00"}, "at", "in the future"),
    ("an entry ahead", "notices", {"entered_at": "2027-01-01T00:00:00Z"}, "entered_at", "future"),
    ("an outage to come", "outages",
     {"from": "2026-02-01T00:00:00Z", "before": "2026-02-02T00:00:00Z"}, "from", "in the future"),
    # order
    ("judged after notice", "notices", {"verdict_at": "2025-03-29T11:00:01Z"}, "verdict_at",
     "after noticed_at"),
    ("reported after verdict", "notices",
     {"verdict_at": "2025-03-28T11:00:00Z", "reported_at": "2025-03-28T11:00:01Z"}, "reported_at",
     "after verdict_at"),
    ("accepted before sent", "notices",
     {"accepted_at": "2025-03-29T10:59:59Z", "clock_basis": "sent"}, "accepted_at",
     "before noticed_at"),
    ("accepted before, basis empty", "notices",
     {"accepted_at": "2025-03-29T10:59:59Z", "clock_basis": ""}, "accepted_at",
     "before noticed_at"),
    ("accepted before, no basis", "notices", {"accepted_at": "2025-03-29T10:59:59Z"},
     "accepted_at", "before noticed_at"),
    ("an outage backwards", "outages", {"before": "2025-03-29T10:00:00Z"}, "before",
     "not after from"),
    ("an outage of no length", "outages", {"before": "2025-03-29T11:00:00Z"}, "before",
     "not after from"),
    # words and numbers
    ("a word of ours misspelt", "sightings", {"seen": "offline"}, "seen",
     "not one of: online, gone, unknown"),
    ("another table's word", "events", {"event": "gone"}, "event", "not one of: moved_host"),
    ("a role", "providers", {"role": "registrar"}, "role", "not one of: hoster"),
    ("nothing seen", "sightings", {"seen": ""}, "seen", "empty"),
    ("no item", "notices", {"item": "   "}, "item", "empty"),
    ("no moment", "notices", {"noticed_at": ""}, "noticed_at", "empty"),
    ("no provider", "providers", {"provider": ""}, "provider", "empty"),
    ("a country's name", "notices", {"server_country": "Netherlands"}, "server_country", "letters"),
    ("a seat in figures", "providers", {"seat_country": "31"}, "seat_country", "two letters"),
    ("a host's name", "notices", {"ip": "an.example"}, "ip", "not an IP address"),
    ("a port", "sightings", {"ip": "192.0.2.1:80"}, "ip", "not an IP address"),
    ("a prefix", "sightings", {"ip": "192.0.2.0/24"}, "ip", "not an IP address"),
    ("leading zeros", "sightings", {"ip": "192.0.2.010"}, "ip", "not an IP address"),
    ("256", "sightings", {"ip": "192.0.2.256"}, "ip", "not an IP address"),
    ("one link", "sightings", {"ip": "fe80::1%eth0"}, "ip", "not an IP address"),
    ("AS by name", "providers", {"asns": "64496 ALPHA-NET"}, "asns", "not AS numbers"),
    ("addresses with commas", "providers", {"addresses": "192.0.2.0/24,2001:db8::/32"},
     "addresses", "not addresses or prefixes"),
    # what must not be in an id
    ("a URL as item", "notices", {"item": "https://an.example/x"}, "item", "looks like an address"),
    ("a URL as site", "notices", {"site": "hxxp://an.example"}, "site", "looks like an address"),
    ("a URL in disguise", "notices", {"site": "https%3A%2F%2Fan.example"}, "site", "looks like"),
    ("a URL in a note", "events", {"detail": "see ftp://an.example/x"}, "detail", "looks like"),
    ("a tab", "notices", {"desk": "d\t1"}, "desk", "control character"),
    ("a NUL", "notices", {"desk": "d\x001"}, "desk", "control character"),
    ("an invisible character", "notices", {"desk": "d\u200b1"}, "desk", "control character"),
    ("a bell in a note", "events", {"detail": "ring\x07"}, "detail", "control character"),
    ("201 characters", "sightings", {"vantage": "v" * 201}, "vantage", "longer than 200"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "table", "row", "column", "reason"), REJECTED, ids=[r[0] for r in REJECTED]
)
def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_read(
    tmp_path: Path, story: str, table: str, row: dict[str, str], column: str, reason: str
) -> None:
    folder, out = folder_with(tmp_path / "in", table, row), tmp_path / "out"
    out.mkdir()

    found = stage(folder, out, now=NOW)

    [reject] = csv.DictReader((out / "rejects.csv").read_text().splitlines())
    assert (reject["table"], reject["row"], reject["column"]) == (table, "3", column)
    assert reason in reject["reason"]
    assert found[table].kept == 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_value_is_never_repeated(tmp_path: Path, table: Table) -> None:
    folder, out = folder_with(tmp_path / "in", table.name, {}), tmp_path / "out"
    with (folder / f"{table.name}.csv").open("w") as f:
        f.write(",".join(table.names) + "\n")
        for bad in range(len(table.names)):  # each column in its turn
            good = GOOD[table.name]
            f.write(
                ",".join(
                    "zq://zq" if place == bad else good.get(name, "")
                    for place, name in enumerate(table.names)
                )
                + "\n"
            )
        f.write('"zq://zq\n')  # a record that cannot be read at all
    out.mkdir()

    found = stage(folder, out, now=NOW)

    assert found[table.name].rejected == len(table.names) + 1
    assert not any(b"zq" in file.read_bytes() for file in out.iterdir())


RIGHT = [
    ("29 February 2020", "sightings", {"at": "2020-02-29T12:00:00Z"}, "at", 1582977600_000000),
    ("29 February 2000", "sightings", {"at": "2000-02-29T00:00:00Z"}, "at", 951782400_000000),
    ("this very moment", "sightings", {"at": "2026-01-01T00:00:00Z"}, "at", 1767225600_000000),
    ("the first of 1990", "sightings", {"at": "1990-01-01T00:00:00Z"}, "at", 631152000_000000),
    ("the hour that is skipped, in UTC", "sightings", {"at": "2025-03-30T02:30:00+01:00"}, "at",
     1743298200_000000),
    ("the hour that comes twice, first", "sightings", {"at": "2025-10-26T02:30:00+02:00"}, "at",
     1761438600_000000),
    ("the hour that comes twice, second", "sightings", {"at": "2025-10-26T02:30:00+01:00"}, "at",
     1761442200_000000),
    ("a space for the T", "sightings", {"at": "2019-06-01 12:00:00Z"}, "at", 1559390400_000000),
    ("to the minute", "sightings", {"at": "2019-06-01T12:00Z"}, "at", 1559390400_000000),
    ("an offset without colon", "sightings", {"at": "2019-06-01T14:00:00+0200"}, "at",
     1559390400_000000),
    ("an offset in hours", "sightings", {"at": "2019-06-01T14:00:00+02"}, "at", 1559390400_000000),
    ("a part of a second", "sightings", {"at": "2019-06-01T12:00:00.25Z"}, "at", 1559390400_250000),
    ("nanoseconds are cut", "sightings", {"at": "2019-06-01T12:00:00.123456999Z"}, "at",
     1559390400_123456),
    ("spaces around", "sightings", {"at": " 2019-06-01T12:00:00Z "}, "at", 1559390400_000000),
    ("an outage that lasts", "outages", {"before": "2026-02-01T00:00:00Z"}, "before",
     1769904000_000000),
    ("entered before noticed", "notices", {"entered_at": "2025-03-01T00:00:00Z"}, "entered_at",
     1740787200_000000),
    ("judged at the notice", "notices", {"verdict_at": "2025-03-29T11:00:00Z"}, "verdict_at",
     1743246000_000000),
    ("acceptance is the basis", "notices",
     {"accepted_at": "2025-03-29T10:59:59Z", "clock_basis": "accepted"}, "accepted_at",
     1743245999_000000),
    ("any case", "sightings", {"seen": "GONE"}, "seen", "gone"),
    ("a small country", "notices", {"server_country": "nl"}, "server_country", "NL"),
    ("IPv4 in IPv6", "notices", {"ip": "::FFFF:192.0.2.1"}, "ip", "192.0.2.1"),
    ("IPv4 in IPv6, in hex", "notices", {"ip": "::ffff:c000:201"}, "ip", "192.0.2.1"),
    ("IPv6 at length", "sightings", {"ip": "2001:0DB8:0000::0001"}, "ip", "2001:db8::1"),
    ("a quote in an id", "notices", {"site": 'the "site"'}, "site", 'the "site"'),
    ("an accent", "notices", {"site": "café"}, "site", "café"),
    ("200 characters", "sightings", {"vantage": "v" * 200}, "vantage", "v" * 200),
    ("a note on two lines", "events", {"detail": "a,\nb"}, "detail", "a,\nb"),
    ("AS numbers", "providers", {"asns": "64496  AS64497"}, "asns", "64496  AS64497"),
    ("prefixes", "providers", {"addresses": "192.0.2.0/24 2001:db8::/32 192.0.2.1"}, "addresses",
     "192.0.2.0/24 2001:db8::/32 192.0.2.1"),
    ("a word that looks like nothing", "notices", {"source": "null"}, "source", "null"),
    ("nothing but spaces", "notices", {"source": "  "}, "source", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "table", "row", "column", "value"), RIGHT, ids=[r[0] for r in RIGHT]
)
def test_an_odd_row_may_be_right(
    tmp_path: Path, story: str, table: str, row: dict[str, str], column: str, value: object
) -> None:
    folder, out = folder_with(tmp_path / "in", table, row), tmp_path / "out"
    out.mkdir()

    found = stage(folder, out, now=NOW)

    assert found.rejected == 0
    kept = pq.read_table(out / f"{table}.parquet")[column].to_pylist()
    assert len(kept) == 2
    assert value in kept


def test_the_first_fault_of_a_row_is_the_one_named(tmp_path: Path) -> None:
    row = {"seen": "?", "at": "yesterday", "ip": "?"}
    folder, out = folder_with(tmp_path / "in", "sightings", row), tmp_path / "out"
    out.mkdir()

    stage(folder, out, now=NOW)

    [reject] = csv.DictReader((out / "rejects.csv").read_text().splitlines())
    assert reject["column"] == "at"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::192.0.2.1", "::c000:201"),  # not the mapped form: another address
        ("", None),
        ("1.2.3", None),
        ("3221225985", None),
        ("[2001:db8::1]", None),
        ("2001:db8::1/64", None),
        ("fe80::1%1", None),
        ("192.0.2.1\n", None),
    ],
)
def test_one_address_has_one_spelling(text: str, address: str | None) -> None:
    assert normal(text) == address
