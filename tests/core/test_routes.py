"""Ranges as people write them, and the addresses that no host can have."""

from ipaddress import ip_address, ip_network

import pytest

from etmaal.core.routes import origins_text, prefix_length, range_text
from etmaal.core.special import is_special


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("192.0.2.0", "192.0.2.255", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7/32"),
        ("192.0.2.0", "192.0.2.2", "192.0.2.0-192.0.2.2"),
        ("198.18.0.128", "198.18.1.127", "198.18.0.128-198.18.1.127"),  # a size, but no start
        ("0.0.0.0", "127.255.255.255", "0.0.0.0/1"),  # noqa: S104 - an address like another
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::2", "2001:db8::1-2001:db8::2"),
    ],
)
def test_a_range_is_written_as_a_prefix_where_it_is_one(
    first: str, last: str, expected: str
) -> None:
    low, high = ip_address(first), ip_address(last)

    assert range_text(low.version, int(low), int(high)) == expected


def test_every_prefix_has_its_own_length() -> None:
    for length in range(33):
        network = ip_network((0, length))

        found = prefix_length(4, int(network.network_address), int(network.broadcast_address))

        assert found == length


def test_several_origins_are_written_with_a_space() -> None:
    assert origins_text((64496, 64497)) == "64496 64497"


@pytest.mark.parametrize(
    ("story", "address", "announced", "expected"),
    [
        ("private", "10.1.2.3", True, True),
        ("private, the last address", "172.31.255.255", True, True),
        ("shared by an access provider", "100.127.0.1", True, True),
        ("loopback", "127.0.0.1", True, True),
        ("link local", "169.254.1.1", True, True),
        ("this network", "0.1.2.3", True, True),
        ("multicast", "239.1.1.1", True, True),
        ("broadcast", "255.255.255.255", True, True),
        ("documentation, and nobody announces it", "192.0.2.1", False, True),
        ("documentation, in a made-up world", "192.0.2.1", True, False),
        ("benchmarks, in a made-up world", "198.19.255.255", True, False),
        ("IPv6 loopback", "::1", True, True),
        ("IPv6 unspecified", "::", True, True),
        ("behind the loopback", "::2", True, False),
        ("space that nobody was given yet", "4000::1", False, False),
        ("unique local", "fd00::1", True, True),
        ("IPv6 link local", "fe80::1", True, True),
        ("IPv6 multicast", "ff02::1", True, True),
        ("6to4", "2002:c000:201::1", True, True),
        ("IPv6 documentation, not announced", "2001:db8::1", False, True),
        ("IPv6 documentation, in a made-up world", "2001:db8::1", True, False),
        ("the newer documentation range", "3fff:1::1", False, True),
    ],
)
def test_no_host_has_a_special_address(
    story: str, address: str, announced: bool, expected: bool
) -> None:
    found = ip_address(address)

    assert is_special(found.version, int(found), announced=announced) is expected, story


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("203.0.113.0", "203.0.113.255"),
    ],
)
def test_a_special_range_ends_where_its_registry_says(first: str, last: str) -> None:
    low, high = int(ip_address(first)), int(ip_address(last))

    around = [is_special(4, n, announced=False) for n in (low - 1, low, high, high + 1)]

    assert around == [False, True, True, False]
