"""Who runs which network: reserved ranges only, and two changes of hands."""

from dataclasses import replace
from datetime import date
from ipaddress import ip_address, ip_network
from itertools import pairwise

import numpy as np
import pytest

from etmaal.core.errors import BadInput
from etmaal.world.civil import seconds
from etmaal.world.networks import ABROAD, lay_out
from etmaal.world.preset import ProviderPlan, scaled
from etmaal.world.presets import preset
from etmaal.world.registry import REGISTRY, registry, routes

RESERVED = [
    ip_network(net)
    for net in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"),
        *("2001:db8::/32", "3fff::/20"),
    )
]
SMALL = preset("small")


def is_reserved(asn: int) -> bool:
    spans = ((64496, 64511), (65536, 65551), (64512, 65534), (4200000000, 4294967294))
    return any(low <= asn <= high for low, high in spans)


def many(count: int) -> tuple[ProviderPlan, ...]:
    return tuple(ProviderPlan(f"q{k}", "Example", 1, 1, 0.5, "any") for k in range(count))


@pytest.mark.parametrize("count", [1, 40, 2000])
def test_only_reserved_addresses_and_numbers_are_given_out(count: int) -> None:
    world = replace(SMALL, providers=(*SMALL.providers, *many(count)))

    networks = lay_out(world)

    for address in networks.addresses:
        ip = ip_address(address)
        assert any(ip in net for net in RESERVED if net.version == ip.version), address
    assert all(is_reserved(block.asn) for block in networks.blocks)
    assert len(set(networks.addresses)) == len(networks.addresses)


def test_more_networks_than_the_ranges_hold_are_refused() -> None:
    with pytest.raises(BadInput, match="too small"):
        lay_out(replace(SMALL, providers=(*SMALL.providers, *many(2100))))


def test_more_resellers_than_a_landlord_has_room_for_are_refused() -> None:
    rented = tuple(replace(SMALL.providers[11], id=f"r{k}") for k in range(4))

    with pytest.raises(BadInput, match="no room"):
        lay_out(replace(SMALL, providers=(*SMALL.providers, *rented)))


def test_no_two_announced_networks_overlap() -> None:
    blocks = [b for b in lay_out(scaled(SMALL, 5)).blocks if b.announced]

    for nets in ([b.v4 for b in blocks], [b.v6 for b in blocks]):
        ordered = sorted(nets)
        assert not any(a.overlaps(b) for a, b in pairwise(ordered))


def test_a_reseller_sits_inside_its_upstream_where_nobody_else_is() -> None:
    networks = lay_out(SMALL)
    rented = networks.blocks[int(networks.held(SMALL.place("p12"))[0])]
    above = networks.blocks[int(networks.held(SMALL.place("p02"))[0])]
    others = [
        a for i, a in enumerate(networks.addresses) if networks.blocks[i // networks.hosts] is above
    ]

    assert rented.v4.subnet_of(above.v4) and rented.v6.subnet_of(above.v6)
    assert not any(ip_address(a) in net for a in others for net in (rented.v4, rented.v6))


def test_a_sold_network_changes_its_announcer_on_the_day_and_no_registry_says_so() -> None:
    networks = lay_out(SMALL)
    sold = networks.blocks[int(networks.held(SMALL.place("p06"))[-1])]
    buyer = networks.blocks[int(networks.held(SMALL.place("p08"))[0])].asn

    asn = {
        day: dict(zip(*table.to_pydict().values(), strict=True))[str(sold.v4)]
        for day, table in routes(SMALL, networks).items()
    }

    assert {asn[d] for d in asn if d < date(2025, 6, 16)} == {sold.asn}
    assert {asn[d] for d in asn if d >= date(2025, 6, 16)} == {buyer}
    assert len({a for table in [asn] for a in table.values()}) == 2


def test_owners_change_at_the_very_moment() -> None:
    networks = lay_out(SMALL)
    at = seconds(date(2025, 9, 16))
    address = np.repeat(networks.held(SMALL.place("p09"))[0] * networks.hosts, 2)

    owner = networks.owner(address, np.array([at - 1, at]))

    assert owner.tolist() == [SMALL.place("p09"), SMALL.place("p02")]


def test_the_registry_dates_a_takeover_and_names_the_successor() -> None:
    rows = registry(SMALL, lay_out(SMALL)).to_pylist()
    old = [r for r in rows if r["provider"] == "p09"]
    new = [r for r in rows if r["provider"] == "p02"]

    assert [(r["before"], r["successor"]) for r in old] == [("2025-09-16", "p02")]
    assert [(r["from"], r["before"]) for r in new] == [(None, "2025-09-16"), ("2025-09-16", None)]
    assert set(new[1]["asns"].split()) == {*new[0]["asns"].split(), *old[0]["asns"].split()}
    assert [r["alias_of"] for r in rows if r["alias_of"]] == ["p05"]
    assert tuple(rows[0]) == REGISTRY


def test_no_registry_knows_the_hoster_abroad() -> None:
    networks = lay_out(SMALL)
    abroad = networks.blocks[networks.abroad]
    listed = " ".join(r["asns"] or "" for r in registry(SMALL, networks).to_pylist())

    assert abroad.owner == ABROAD
    assert str(abroad.asn) not in listed.split()
