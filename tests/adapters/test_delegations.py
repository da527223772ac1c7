"""Countries of registration: what a delegated-extended file says, and what it does not."""

import io
from ipaddress import ip_address
from pathlib import Path

import pytest

from etmaal.adapters.delegations import read_delegations
from etmaal.core.errors import BadInput
from etmaal.core.routes import Delegation

EXAMPLE = Path(__file__).parents[1] / "examples/routing/delegated-example-extended-20190601"
VERSION_LINE = "2.3|example|20190601|1|19830705|20190601|+0200\n"


def read(content: bytes) -> list[Delegation]:
    return list(read_delegations(io.BufferedReader(io.BytesIO(content)), "delegated"))


def test_the_value_is_a_count_in_ipv4_and_a_length_in_ipv6() -> None:
    found = [
        (str(ip_address(d.first)), str(ip_address(d.last)), d.country)
        for d in read(EXAMPLE.read_bytes())
    ]

    assert found == [
        ("198.18.0.0", "198.18.2.255", "NL"),  # 768 addresses: no power of two
        ("198.18.3.0", "198.18.3.255", "BE"),
        ("2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "EU"),
    ]


@pytest.mark.parametrize(
    ("story", "line"),
    [
        ("a count of zero", "example|NL|ipv4|198.18.0.0|0|20190101|allocated"),
        ("a count of many", "example|NL|ipv4|198.18.0.0|many|20190101|allocated"),
        ("beyond the last address", "example|NL|ipv4|255.255.255.0|257|20190101|allocated"),
        ("IPv6 as IPv4", "example|NL|ipv4|2001:db8::|256|20190101|allocated"),
        ("bits beyond the length", "example|NL|ipv6|2001:db8::|16|20190101|allocated"),
        ("an unknown kind", "example|NL|ipv9|198.18.0.0|256|20190101|allocated"),
        ("an unknown status", "example|NL|ipv4|198.18.0.0|256|20190101|lent"),
        ("fields missing", "example|NL|ipv4|198.18.0.0"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(story: str, line: str) -> None:
    with pytest.raises(BadInput, match=r"delegated, line 2: .*copy the file again"):
        read((VERSION_LINE + line + "\n").encode())
