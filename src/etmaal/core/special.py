"""Which addresses no host on the internet can have, so that nobody is to be named for them.

Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890, RFC 8190) and
the IANA multicast registries. What these call globally reachable (the AS112 and AMT anycast
blocks) is left to the routing tables.
"""

from ipaddress import ip_network

from etmaal.core.routes import Version

_NEVER = (
    "0.0.0.0/8",  # this network, RFC 791
    "10.0.0.0/8",  # private use, RFC 1918
    "100.64.0.0/10",  # shared by an access provider's customers, RFC 6598
    "127.0.0.0/8",  # loopback, RFC 1122
    "169.254.0.0/16",  # link local, RFC 3927
    "172.16.0.0/12",  # private use, RFC 1918
    "192.0.0.0/24",  # IETF protocol assignments, RFC 6890
    "192.88.99.0/24",  # 6to4 relay anycast, deprecated, RFC 7526
    "192.168.0.0/16",  # private use, RFC 1918
    "224.0.0.0/4",  # multicast, RFC 5771
    "240.0.0.0/4",  # reserved, and limited broadcast, RFC 1112 and RFC 919
    "::/127",  # unspecified and loopback, RFC 4291
    "::ffff:0:0/96",  # IPv4-mapped: such an address is read as the IPv4 address, RFC 4291
    "64:ff9b::/96",  # translation to IPv4, RFC 6052
    "64:ff9b:1::/48",  # translation to IPv4, local, RFC 8215
    "100::/63",  # discard only, RFC 6666; dummy prefix, RFC 9780
    "2001::/32",  # Teredo, RFC 4380
    "2001:10::/28",  # ORCHID, deprecated, RFC 4843
    "2001:20::/27",  # ORCHIDv2, RFC 7343; drone remote identification, RFC 9374
    "2002::/16",  # 6to4, RFC 3056
    "5f00::/16",  # segment routing identifiers, RFC 9602
    "fc00::/7",  # unique local, RFC 4193
    "fe80::/10",  # link local, RFC 4291
    "fec0::/10",  # site local, deprecated, RFC 3879
    "ff00::/8",  # multicast, RFC 4291
)
# Set aside for documents and benchmarks. Made-up worlds live here, so a table that announces
# them is believed.
_UNLESS_ANNOUNCED = (
    "192.0.2.0/24",  # documentation, RFC 5737
    "198.18.0.0/15",  # benchmarks, RFC 2544
    "198.51.100.0/24",  # documentation, RFC 5737
    "203.0.113.0/24",  # documentation, RFC 5737
    "2001:2::/48",  # benchmarks, RFC 5180
    "2001:db8::/32",  # documentation, RFC 3849
    "3fff::/20",  # documentation, RFC 9637
)


def _ranges(prefixes: tuple[str, ...], version: Version) -> tuple[tuple[int, int], ...]:
    networks = [n for n in map(ip_network, prefixes) if n.version == version]
    return tuple(sorted((int(n.network_address), int(n.broadcast_address)) for n in networks))


# Ranges as (first, last), both inside, ascending and disjoint.
NEVER: dict[Version, tuple[tuple[int, int], ...]] = {
    4: _ranges(_NEVER, 4),
    6: _ranges(_NEVER, 6),
}
UNLESS_ANNOUNCED: dict[Version, tuple[tuple[int, int], ...]] = {
    4: _ranges(_UNLESS_ANNOUNCED, 4),
    6: _ranges(_UNLESS_ANNOUNCED, 6),
}


def is_special(version: Version, address: int, *, announced: bool) -> bool:
    """Say whether an address is none that a host on the internet can have.

    Args:
        version: 4 or 6.
        address: as a whole number; an IPv4-mapped one is to be given as IPv4.
        announced: whether the routing table of that day covers it.
    """
    ranges = NEVER[version] if announced else NEVER[version] + UNLESS_ANNOUNCED[version]
    return any(first <= address <= last for first, last in ranges)
