"""Routing tables as files: what each format says, and what is refused with file, line, remedy."""

import gzip
import io
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from etmaal.adapters.routing import fetch_routes, read_argument, read_routes
from etmaal.core.errors import BadInput
from etmaal.core.routes import Announcement

EXAMPLES = Path(__file__).parents[1] / "examples" / "routing"


def announced(text: str, *origins: int) -> Announcement:
    """Make an announcement of "198.18.0.0/15" or of "198.18.0.0 198.18.3.255"."""
    first, _, last = text.partition(" ")
    if last:
        low, high = ip_address(first), ip_address(last)
    else:
        low, high = ip_network(first).network_address, ip_network(first).broadcast_address
    return Announcement(4 if low.version == 4 else 6, int(low), int(high), origins)


def read(content: str | bytes, name: str = "routes.txt") -> list[Announcement]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_routes(io.BufferedReader(io.BytesIO(raw)), name))


PYASN = [
    announced("198.18.0.0/15", 64496),
    announced("198.18.4.0/22", 64497),
    announced("198.18.4.0/24", 64498),
    announced("198.18.4.128/32", 64499),
    announced("203.0.113.0/24", 65536),
    announced("2001:db8::/32", 64496),
    announced("2001:db8:4::/48", 64497),
]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("pyasn_20190601.dat", PYASN),
        ("pyasn_20190601.dat.gz", PYASN),
        (
            "iptoasn_20190601_v4.tsv",
            [
                announced("198.18.0.0 198.18.3.255", 64496),
                announced("198.18.4.0 198.18.4.99", 64497),
                announced("198.18.5.0 198.18.255.255"),
                announced("203.0.113.0 203.0.113.255", 65536),
            ],
        ),
        (
            "iptoasn_20190601_v6.tsv",
            [
                announced("2001:db8:: 2001:db8:3:ffff:ffff:ffff:ffff:ffff", 64496),
                announced("2001:db8:4::/48", 64497),
                announced("3fff::/20"),
            ],
        ),
        (
            "made-up-20190601-1200.pfx2as",
            [
                announced("198.18.0.0/15", 64496),
                announced("198.18.4.0/22", 64497, 64498),
                announced("198.18.8.0/22", 64499, 64500),
                announced("198.18.12.0/22", 64501, 64502, 64503),
                announced("2001:db8::/32", 64496),
            ],
        ),
        (
            "prefixes_20190601.csv",
            [
                announced("198.18.0.0/15", 64496),
                announced("198.18.4.0/22", 64497, 64498),
                announced("198.18.8.0/22", 64499, 64500),
                announced("2001:db8::/32", 64496),
            ],
        ),
        (
            "ranges_20190601.csv",
            [
                announced("198.18.0.0 198.18.3.255", 64496),
                announced("198.18.4.0 198.18.4.99", 64497, 64498),
                announced("2001:db8:: 2001:db8::ff", 64499),
            ],
        ),
    ],
)
def test_each_format_is_known_by_its_content(file: str, expected: list[Announcement]) -> None:
    path, day = read_argument(str(EXAMPLES / file))

    assert list(fetch_routes(path)) == expected
    assert day == date(2019, 6, 1)


@pytest.mark.parametrize(
    ("story", "content"),
    [
        ("CRLF", b"prefix,asn\r\n198.18.0.0/15,64496\r\n"),
        ("a byte-order mark", b"\xef\xbb\xbfprefix,asn\n198.18.0.0/15,64496\n"),
        ("no header", b"198.18.0.0/15,64496\n"),
        ("a header in capitals", b"Prefix, ASN\n198.18.0.0/15,64496\n"),
        ("empty lines and comments", b"# made up\n\nprefix,asn\n198.18.0.0/15,64496\n\n"),
        ("no line end at the end", b"198.18.0.0\t15\t64496"),
        ("gzipped, whatever its name", gzip.compress(b"198.18.0.0/15\t64496\n", mtime=0)),
        ("AS before the number", b"198.18.0.0/15\tAS64496\n"),
        ("one origin twice", b"198.18.0.0\t15\t64496_64496\n"),
        ("as one range", b"198.18.0.0\t198.19.255.255\t64496\tEXAMPLE\n"),
    ],
)
def test_the_same_table_may_be_written_in_many_ways(story: str, content: bytes) -> None:
    assert read(content) == [announced("198.18.0.0/15", 64496)], story


def test_as_0_announces_nothing_in_any_format() -> None:
    assert read("198.18.0.0/15\t0\n") == [announced("198.18.0.0/15")]


@pytest.mark.parametrize(
    ("story", "content", "place", "remedy"),
    [
        ("empty", b"", "", "copy it again"),
        ("an empty gzip", gzip.compress(b"", mtime=0), "", "copy it again"),
        ("comments only", b"; made up\n", "", "copy it again"),
        ("a header only", b"prefix,asn\n", "", "copy it again"),
        ("a truncated gzip", gzip.compress(b"198.18.0.0/15\t64496\n" * 9, mtime=0)[:-9], "", "copy it again"),
        ("a gzip with a broken middle", b"\x1f\x8b\x08" + b"x" * 99, "", "copy it again"),
        ("bzip2", b"BZh91AY&SY", "", "plain text or gzip"),
        ("Parquet", b"PAR1\x15\x00", "", "plain text or gzip"),
        ("not UTF-8", b"198.18.0.0/15\t64496\n198.18.0.0/16\t\xff\n", "line 2", "as UTF-8"),
        ("a junk line", "198.18.0.0/15\t64496\njunk\n", "line 2", "mend or remove"),
        ("a junk first line", "junk\n198.18.0.0/15\t64496\n", "line 1", "pyasn"),
        ("a web page", "<!DOCTYPE html>\n<html>", "line 1", "pyasn"),
        ("a length beyond the address", "198.18.0.0/33\t64496\n", "line 1", "mend or remove"),
        ("bits beyond the length", "198.18.0.1/24\t64496\n", "line 1", "mend or remove"),
        ("no such address", "198.18.0.256/32\t64496\n", "line 1", "mend or remove"),
        ("a leading zero", "198.018.0.0/16\t64496\n", "line 1", "mend or remove"),
        ("an AS number too large", "198.18.0.0/15\t4294967296\n", "line 1", "mend or remove"),
        ("another separator half-way", "198.18.0.0/15\t64496\n198.18.0.0/16,64497\n", "line 2", "mend"),
        ("no AS number", "prefix,asn\n198.18.0.0/15,\n", "line 2", "mend or remove"),
        ("an open quote", 'prefix,asn\n"198.18.0.0/15,64496\n', "line 2", "mend or remove"),
        ("a range backwards", "first,last,asn\n198.18.0.9,198.18.0.1,64496\n", "line 2", "mend"),
        ("a range over two kinds", "first,last,asn\n198.18.0.9,2001:db8::,64496\n", "line 2", "mend"),
        ("a line of more than a megabyte", b"198.18.0.0/15\t" + b"9" * (1 << 20), "line 1", "no table"),
        ("delegations", "2.3|example|20190601|1|19830705|20190601|+0200\n", "", "in which country"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_whole(
    story: str, content: str | bytes, place: str, remedy: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(content, "routes.txt")

    assert str(caught.value).startswith("routes.txt"), story
    assert place in str(caught.value), story
    assert remedy in str(caught.value), story


@pytest.mark.parametrize(
    ("story", "rows", "offender", "other"),
    [
        ("the next begins inside", ["0-9", "5-14"], 2, 1),
        ("one address in both", ["0-9", "9-14"], 2, 1),
        ("one lies in the other", ["0-99", "5-9"], 2, 1),
        ("one lies in the other, far on", ["0-99", "5-9", "20-29"], 2, 1),
        ("written in another order", ["50-59", "0-9", "55-60", "5-6"], 3, 1),
        ("the outer one comes later", ["5-9", "0-99"], 2, 1),
    ],
)
def test_the_first_range_that_overlaps_is_named_with_the_one_it_overlaps(
    story: str, rows: list[str], offender: int, other: int
) -> None:
    ends = [row.split("-") for row in rows]
    content = "".join(f"198.18.0.{a}\t198.18.0.{b}\t64496\tEXAMPLE\n" for a, b in ends)

    with pytest.raises(BadInput) as caught:
        read(content)

    assert f"line {offender}:" in str(caught.value), story
    assert f"of line {other}" in str(caught.value), story


def test_the_same_range_twice_is_no_overlap_but_several_origins() -> None:
    content = "first,last,asn\n198.18.0.0,198.18.0.9,64496\n198.18.0.0,198.18.0.9,64497\n"

    assert [a.origins for a in read(content)] == [(64496,), (64497,)]


def test_ranges_of_two_versions_never_overlap() -> None:
    assert len(read("first,last,asn\n198.18.0.0,198.18.0.9,64496\n::,4000::,64497\n")) == 2


@pytest.mark.parametrize(
    ("argument", "path", "day"),
    [
        ("routes.csv@2019-06-01", "routes.csv", date(2019, 6, 1)),
        ("folder/routes.csv@2020-02-29", "folder/routes.csv", date(2020, 2, 29)),
        ("ipasn_20140513.dat.gz", "ipasn_20140513.dat.gz", date(2014, 5, 13)),
        ("ipasn_20140513.dat.gz@2019-06-01", "ipasn_20140513.dat.gz", date(2019, 6, 1)),
        ("20180101/ipasn_20140513.dat", "20180101/ipasn_20140513.dat", date(2014, 5, 13)),
        ("a@b/x-20190601-1200.pfx2as", "a@b/x-20190601-1200.pfx2as", date(2019, 6, 1)),
        ("rib.20190601.99999999.dat", "rib.20190601.99999999.dat", date(2019, 6, 1)),
    ],
)
def test_the_day_of_a_table_is_said_or_stands_in_its_name(
    argument: str, path: str, day: date
) -> None:
    assert read_argument(argument) == (Path(path), day)


@pytest.mark.parametrize(
    "argument",
    [
        "routes.csv",
        "routes.csv@yesterday",
        "routes.csv@2019-02-29",
        "routes.csv@2019-06-01T12:00",
        "routes_20190229.csv",
        "routes_201906011.csv",
        "20190601/routes.csv",
        "from_20190601_to_20190701.csv",
    ],
)
def test_a_table_without_one_day_is_refused(argument: str) -> None:
    with pytest.raises(BadInput, match="day"):
        read_argument(argument)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.dat: No such file"):
        list(fetch_routes(tmp_path / "nowhere.dat"))
