"""Whose an address was, as a table of stories. The register knows four providers."""

from datetime import date

import pytest

from etmaal.core.attribution import Attribution, Route, State, attributed
from etmaal.core.register_rows import read_entries
from etmaal.core.registry import Registry

ROWS = [
    {"provider": "acme", "asns": "64500 64501"},
    {"provider": "other", "asns": "64502"},
    {"provider": "shield", "asns": "64503", "role": "front"},
    {"provider": "rent", "addresses": "198.18.7.0/24 10.9.0.0/16"},
]
REGISTRY = Registry(read_entries(enumerate(ROWS, start=2), "registry.csv"))
HOST = 0xC6120001  # 198.18.0.1
RENTED = 0xC6120701  # 198.18.7.1
PRIVATE = 0x0A000001  # 10.0.0.1
PRIVATE_RENTED = 0x0A090001  # 10.9.0.1
DOCUMENTED = 0xC0000201  # 192.0.2.1
ORDINARY = DOCUMENTED + 256  # behind the range for documentation


@pytest.mark.parametrize(
    ("story", "address", "origins", "days_off", "provider", "state"),
    [
        ("one network", HOST, (64500,), 3, "acme", State.RESOLVED),
        ("two networks of one company", HOST, (64500, 64501), 3, "acme", State.RESOLVED),
        ("two companies", HOST, (64500, 64502), 3, None, State.SEVERAL_ORIGINS),
        ("a network nobody registered", HOST, (64999,), 3, "AS64999", State.RESOLVED),
        ("a front", HOST, (64503,), 3, "front", State.FRONT),
        ("a front and a host", HOST, (64500, 64503), 3, None, State.SEVERAL_ORIGINS),
        ("for benchmarks, not announced", HOST, (), 3, "unresolved", State.SPECIAL),
        ("an ordinary address, not announced", ORDINARY, (), 3, "unresolved", State.NO_PREFIX),
        ("no table has its kind", ORDINARY, (), None, "unresolved", State.NO_PREFIX),
        ("30 days off", HOST, (64500,), 30, "acme", State.RESOLVED),
        ("31 days off", HOST, (64500,), 31, "acme", State.TOO_FAR),
        ("several, and too far", HOST, (64500, 64502), 31, None, State.SEVERAL_ORIGINS),
        ("a front, and too far", HOST, (64503,), 31, "front", State.FRONT),
        ("private", PRIVATE, (64500,), 3, "unresolved", State.SPECIAL),
        ("private, but in the register", PRIVATE_RENTED, (), 3, "rent", State.RESOLVED),
        ("documentation, announced", DOCUMENTED, (64500,), 3, "acme", State.RESOLVED),
        ("documentation, not announced", DOCUMENTED, (), 3, "unresolved", State.SPECIAL),
        ("rented: the prefix goes before the network", RENTED, (64500,), 3, "rent", State.RESOLVED),
        ("rented: the register needs no table", RENTED, (64500,), 999, "rent", State.RESOLVED),
    ],
)  # fmt: skip
def test_whose_an_address_was(
    story: str,
    address: int,
    origins: tuple[int, ...],
    days_off: int | None,
    provider: str | None,
    state: State,
) -> None:
    found = attributed(
        4, address, Route(origins, days_off), REGISTRY, day=date(2020, 1, 1), far_days=30
    )

    assert found == Attribution(provider, state), story


def test_a_register_asked_about_another_day_may_be_too_far_as_well() -> None:
    found = attributed(
        4,
        RENTED,
        Route((), 0),
        REGISTRY,
        day=date(2020, 1, 1),
        far_days=30,
        register_days_off=31,
    )

    assert found == Attribution("rent", State.TOO_FAR)
