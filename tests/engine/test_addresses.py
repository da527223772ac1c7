"""Written addresses as numbers: the fast readers against the standard library."""

from ipaddress import IPv6Address, ip_address

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.engine.addresses import IN_STEP, parse


def fast(texts: list[str | None]) -> list[tuple[int, int]]:
    """Return each text's version (0: no address) and number."""
    found = parse(pa.array(texts, pa.string()))
    v4 = iter(found.v4.tolist())
    v6 = iter(int.from_bytes(key.ljust(16, b"\0")) for key in found.v6.tolist())
    take = {4: lambda: next(v4), 6: lambda: next(v6), 0: lambda: 0}
    return [(version, take[version]()) for version in found.version.tolist()]


def slow(text: str | None) -> tuple[int, int]:
    try:
        address = ip_address(text or "")
    except ValueError:
        return 0, 0
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return 0, 0
        address = address.ipv4_mapped or address
    return address.version, int(address)


octets = st.one_of(
    st.integers(0, 300).map(str), st.sampled_from(["00", "01", "", "0a", "1000", " 1", "٣"])
)
groups = st.one_of(
    st.integers(0, 65535).map("{:x}".format),
    st.sampled_from(["0000", "ABcd", "", "", "10000", "g"]),
)
texts = st.one_of(
    st.lists(octets, min_size=3, max_size=5).map(".".join),
    st.lists(groups, min_size=1, max_size=10).map(":".join),
    st.lists(octets, min_size=4, max_size=4).map(lambda o: "::ffff:" + ".".join(o)),
    st.lists(octets, min_size=4, max_size=4).map(lambda o: "::FfFF:" + ".".join(o)),
    st.lists(octets, min_size=4, max_size=4).map(lambda o: "2001:db8::" + ".".join(o)),
    st.text("0123456789abcdefF.:% /", max_size=45),
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda a: a.exploded),
    st.text(max_size=5),
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(texts, st.none()), max_size=30))
def test_every_text_is_read_as_the_standard_library_does(column: list[str | None]) -> None:
    assert fast(column) == [slow(text) for text in column]


@pytest.mark.parametrize(
    ("story", "text", "version"),
    [
        ("IPv4", "192.0.2.1", 4),
        ("IPv4 in IPv6", "::ffff:192.0.2.1", 4),
        ("IPv4 in IPv6, in colons only", "::ffff:c000:201", 4),
        ("IPv4 in IPv6, at length", "0:0:0:0:0:ffff:192.0.2.1", 4),
        ("the old way of IPv4 in IPv6 is no mapping", "::192.0.2.1", 6),
        ("nothing but colons", "::", 6),
        ("a gap that stands for one group", "1:2:3:4:5:6:7::", 6),
        ("capitals", "2001:DB8::A", 6),
        ("a gap beside eight groups", "1:2:3:4:5:6:7:8::", 0),
        ("nine groups", "1:2:3:4:5:6:7:8:9", 0),
        ("two gaps", "1::2::3", 0),
        ("three colons", "1:::2", 0),
        ("a single colon first", ":1:2:3:4:5:6:7", 0),
        ("a single colon last", "1:2:3:4:5:6:7:", 0),
        ("a zone: means something to one machine only", "fe80::1%eth0", 0),
        ("a leading zero: octal to some", "192.0.02.1", 0),
        ("three numbers", "192.0.2", 0),
        ("a prefix", "192.0.2.0/24", 0),
        ("a space behind", "192.0.2.1 ", 0),
        ("digits of another script", "١٩٢.0.2.1", 0),
        ("empty", "", 0),
        ("nothing", None, 0),
    ],
)
def test_what_is_an_address(story: str, text: str | None, version: int) -> None:
    assert fast([text])[0][0] == version, story


def test_a_slice_of_a_column_is_read_like_a_column() -> None:
    column = pa.array(["::1", "192.0.2.1", "x", "2001:db8::1"], pa.string())

    found = parse(column.slice(1, 2))

    assert found.version.tolist() == [4, 0]


@pytest.mark.slow
def test_columns_longer_than_one_step_keep_their_order() -> None:
    n = 2 * IN_STEP + 1
    first = int(ip_address("198.18.0.0"))

    found = fast([str(ip_address(first + i)) for i in range(n)])

    assert found == [(4, first + i) for i in range(n)]


def test_an_empty_column_is_empty() -> None:
    assert fast([]) == []
