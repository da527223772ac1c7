"""The registers a monitor may use: who runs which network, and who announces which prefix."""

from datetime import UTC, date, datetime

import pyarrow as pa

from etmaal.world.networks import Block, Networks
from etmaal.world.preset import Preset

SEPARATOR = " "  # between the AS numbers, or the prefixes, of one row


def _asns(blocks: list[Block]) -> str:
    return SEPARATOR.join(str(asn) for asn in sorted({b.asn for b in blocks if b.announced}))


def _addresses(blocks: list[Block]) -> str:
    """List the prefixes of what is rented: there the AS number names the landlord."""
    return SEPARATOR.join(str(net) for b in blocks if not b.announced for net in (b.v4, b.v6))


def providers(preset: Preset, networks: Networks) -> pa.Table:
    """Return the table of providers, as they are at the beginning."""
    rows = []
    for place, plan in enumerate(preset.providers):
        held = [networks.blocks[i] for i in networks.held(place)]
        rows.append(
            {
                "provider": plan.id,
                "name": plan.name,
                "seat_country": plan.seat_country,
                "role": plan.role,
                "asns": _asns(held),
                "addresses": _addresses(held),
            }
        )
    return _table(rows, ("provider", "name", "seat_country", "role", "asns", "addresses"))


REGISTRY = (
    *("provider", "name", "seat_country", "role", "asns", "addresses"),
    *("from", "before", "alias_of", "successor", "reason"),
)


def registry(preset: Preset, networks: Networks) -> pa.Table:
    """Return the register with its dates: a row a provider and period, and one an alias.

    A provider taken over has a last day and a successor, which has its networks from then on.
    A network that is sold needs no row: the routing tables show it.
    """
    rows = providers(preset, networks).to_pylist()
    change = preset.takeover
    if change is not None:
        old = next(r for r in rows if r["provider"] == change.provider)
        new = next(r for r in rows if r["provider"] == change.to)
        day = change.on.isoformat()
        asns = SEPARATOR.join(sorted(f"{new['asns']} {old['asns']}".split(), key=int))
        rows.insert(rows.index(new) + 1, new | {"asns": asns, "from": day, "reason": "takeover"})
        new["before"] = day
        old |= {"before": day, "successor": change.to, "reason": "takeover"}
    for number, (name, provider) in enumerate(preset.alias_names, start=1):
        seat = next(p.seat_country for p in preset.providers if p.id == provider)
        rows.append(
            {
                "provider": f"alias{number}",
                "name": name,
                "seat_country": seat,
                "role": "hoster",
                "alias_of": provider,
                "reason": "trade name",
            }
        )
    return _table(rows, REGISTRY)


def routes(preset: Preset, networks: Networks) -> dict[date, pa.Table]:
    """Return which AS announces which prefix, as on the first day of each month."""
    tables = {}
    for day in _month_starts(preset.begins, preset.followed):
        at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        rows = [
            {"prefix": str(net), "asn": _announcer(networks, place, at)}
            for place, block in enumerate(networks.blocks)
            if block.announced
            for net in (block.v4, block.v6)
        ]
        tables[day] = pa.table(
            {
                "prefix": pa.array([r["prefix"] for r in rows], pa.string()),
                "asn": pa.array([r["asn"] for r in rows], pa.int64()),
            }
        )
    return tables


def _announcer(networks: Networks, place: int, at: int) -> int:
    """Return who announces a block: a buyer does so from its own first network."""
    for change in networks.handovers:
        if change.by_sale and place in change.blocks and at >= change.at:
            return networks.blocks[int(networks.held(change.owner)[0])].asn
    return networks.blocks[place].asn


def _month_starts(begins: date, before: date) -> list[date]:
    months = range(begins.year * 12 + begins.month - 1, before.year * 12 + before.month)
    days = [date(m // 12, m % 12 + 1, 1) for m in months]
    return [d for d in days if begins <= d < before]


def _table(rows: list[dict[str, str]], columns: tuple[str, ...]) -> pa.Table:
    text: pa.DataType = pa.string()
    schema = pa.schema([(name, text) for name in columns])
    filled = [{name: row.get(name) or None for name in columns} for row in rows]
    return pa.Table.from_pylist(filled, schema=schema)
