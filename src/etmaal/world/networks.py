"""Who runs which network from when: address blocks, AS numbers, and two changes of hands.

Only ranges set aside for documentation, benchmarks and private use are handed out (RFC 5737,
2544, 3849, 9637, 5398, 6996).
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

import numpy as np

from etmaal.core.errors import BadInput
from etmaal.world.civil import Bools, Ints, seconds
from etmaal.world.preset import Preset

ABROAD_ASN = 4200000000
AS_NUMBERS = (
    *(*range(64496, 64512), *range(65536, 65552)),
    *(*range(64512, 65535), *range(ABROAD_ASN + 1, ABROAD_ASN + 2000)),
)
BENCHMARK = IPv4Network("198.18.0.0/15")
LONGEST_V4 = 26
MOST_RESELLERS = 4  # an eighth of the landlord's first block each, from its upper half
ABROAD = -1  # the owner of the block that no registry knows
V4_HOSTS, V6_HOSTS = 200, 40
V6_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Block:
    """One network's addresses. ``announced`` is false for what a reseller rents inside one."""

    owner: int  # the provider's place in the preset, or ABROAD
    asn: int
    v4: IPv4Network
    v6: IPv6Network
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Handover:
    """From ``at`` on (seconds), the blocks belong to another provider."""

    blocks: tuple[int, ...]
    at: int
    owner: int
    by_sale: bool


@dataclass(frozen=True, slots=True)
class Networks:
    """All blocks, the changes between them, and the addresses in use (one number each)."""

    blocks: tuple[Block, ...]
    handovers: tuple[Handover, ...]
    addresses: tuple[str, ...]
    hosts: int  # addresses in use per block; address number // hosts is the block

    @property
    def abroad(self) -> int:
        """The block of the hoster abroad."""
        return len(self.blocks) - 1

    def owner(self, address: Ints, at: Ints) -> Ints:
        """Return who has each address at each moment, as a place in the preset."""
        block = address // self.hosts
        owner = np.array([b.owner for b in self.blocks], np.int64)[block]
        for change in self.handovers:
            owner = np.where(np.isin(block, change.blocks) & (at >= change.at), change.owner, owner)
        return owner

    def held(self, owner: int) -> Ints:
        """Return the blocks a provider has at the beginning."""
        return np.flatnonzero(np.array([b.owner for b in self.blocks]) == owner)

    def sold(self, address: Ints) -> Bools:
        """Say which addresses lie in a block that is sold at some time."""
        sold = [b for change in self.handovers if change.by_sale for b in change.blocks]
        return np.isin(address // self.hosts, sold)

    def pick(self, block: Ints, rng: np.random.Generator) -> Ints:
        """Draw one address in each of the blocks."""
        v4_hosts = self.hosts - V6_HOSTS
        v6 = rng.random(block.size) < V6_SHARE
        host = np.where(
            v6,
            v4_hosts + rng.integers(0, V6_HOSTS, block.size),
            rng.integers(0, v4_hosts, block.size),
        )
        return block * self.hosts + host


def lay_out(preset: Preset) -> Networks:
    """Give every provider its networks, and list what changes hands and when.

    Raises:
        BadInput: the reserved ranges are too small for so many providers.
    """
    blocks = _blocks(preset)
    # The upper half of an announced block is left free: resellers' addresses lie there.
    free = (b.v4.num_addresses // (2 if b.announced else 1) - 2 for b in blocks)
    v4_hosts = min(V4_HOSTS, *free)
    addresses = [
        str(net[host])
        for b in blocks
        for net, count in ((b.v4, v4_hosts), (b.v6, V6_HOSTS))
        for host in range(1, count + 1)
    ]
    return Networks(blocks, _handovers(preset, blocks), tuple(addresses), v4_hosts + V6_HOSTS)


def _blocks(preset: Preset) -> tuple[Block, ...]:
    owners = [
        i for i, p in enumerate(preset.providers) if not p.upstream for _ in range(p.networks)
    ]
    length = max(22, BENCHMARK.prefixlen + (len(owners) - 1).bit_length())
    if length > LONGEST_V4 or len(AS_NUMBERS) < len(owners):
        raise BadInput(f"the reserved ranges are too small for {len(owners)} networks")
    own = [
        Block(owner, asn, v4, _v6(k))
        for k, (owner, asn, v4) in enumerate(
            zip(owners, AS_NUMBERS, BENCHMARK.subnets(new_prefix=length), strict=False)
        )
    ]
    rented: list[Block] = []
    for place, plan in enumerate(preset.providers):
        if plan.upstream is not None:
            above = next(b for b in own if b.owner == preset.place(plan.upstream))
            nth = sum(b.asn == above.asn for b in rented) + 1
            if nth > MOST_RESELLERS:
                raise BadInput(f"{plan.upstream} has no room for {nth} resellers")
            v4 = list(above.v4.subnets(prefixlen_diff=3))[-nth]
            rented.append(Block(place, above.asn, v4, _last(above.v6, nth), announced=False))
    abroad = Block(
        ABROAD, ABROAD_ASN, IPv4Network("203.0.113.0/24"), IPv6Network("2001:db8:ffff::/48")
    )
    return (*own, *rented, abroad)


def _v6(k: int) -> IPv6Network:
    """Take every other network's addresses from either of the two documentation ranges."""
    return IPv6Network(f"3fff:{k:x}::/32" if k % 2 else f"2001:db8:{k:x}::/48")


def _last(net: IPv6Network, nth: int) -> IPv6Network:
    """Return the nth last /56 of a network."""
    size = 1 << 72
    return IPv6Network((int(net.broadcast_address) + 1 - nth * size, 56))


def _handovers(preset: Preset, blocks: tuple[Block, ...]) -> tuple[Handover, ...]:
    found = []
    for change, by_sale in ((preset.takeover, False), (preset.sale, True)):
        if change is not None:
            held = [i for i, b in enumerate(blocks) if b.owner == preset.place(change.provider)]
            part = tuple(held[-1:] if by_sale else held)
            found.append(Handover(part, seconds(change.on), preset.place(change.to), by_sale))
    return tuple(found)
