"""The rows as tables: the columns and words of `docs/data.md`, in a fixed order of rows.

Times are timestamps in UTC; what is not known is null.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etmaal.core.history import By, LookBasis
from etmaal.world import events, notices, people, reports
from etmaal.world.checker import SEENS, Looks, Outages
from etmaal.world.civil import NEVER, Ints
from etmaal.world.events import Events
from etmaal.world.fates import End
from etmaal.world.networks import Networks
from etmaal.world.notices import Notices
from etmaal.world.people import Sayings
from etmaal.world.preset import Preset
from etmaal.world.reports import NO_REF, Items
from etmaal.world.stays import Stays
from etmaal.world.truth import told

NOWHERE = -1  # a person looks from no vantage of the checker
MOMENT = pa.timestamp("us", tz="UTC")


def _moments(at: Ints) -> "pa.Array[Any]":
    micro = (np.where(at < NEVER, at, 0) * 1_000_000).astype("datetime64[us]")
    return pa.array(micro, MOMENT, mask=at >= NEVER)


def _words(code: Ints, words: Sequence[str]) -> "pa.DictionaryArray[Any, Any]":
    """Return the words behind the codes; codes below 0 and empty words are null."""
    empty = np.array([not w for w in words])
    absent = (code < 0) | empty[np.maximum(code, 0)]
    index = pa.array(np.maximum(code, 0), pa.int32(), mask=absent)
    return pa.DictionaryArray.from_arrays(index, pa.array([str(w) for w in words], pa.string()))


def _numbered(
    letter: str, number: Ints, *, absent: int | None = None
) -> "pa.DictionaryArray[Any, Any]":
    """Return names such as i0000123, counted from 1."""
    last = int(number.max()) + 1 if number.size else 0
    width = max(6, len(str(last)))
    names = [f"{letter}{k:0{width}d}" for k in range(1, last + 1)]
    mask: npt.NDArray[np.bool_] = (
        np.zeros(number.size, np.bool_) if absent is None else number == absent
    )
    index = pa.array(np.maximum(number, 0), pa.int32(), mask=mask)
    return pa.DictionaryArray.from_arrays(index, pa.array(names, pa.string()))


def notices_table(
    preset: Preset, networks: Networks, items: Items, stays: Stays, rows: Notices
) -> pa.Table:
    """Return all notices, oldest first."""
    item, provider = stays.item[rows.stay], stays.provider[rows.stay]
    ids = [p.id for p in preset.providers]
    desks = [f"{p}-{desk}" for p in ids for desk in notices.DESKS]
    _, batch = np.unique(rows.batch, return_inverse=True)
    return pa.table(
        {
            "notice": _numbered("n", np.arange(rows.size)),
            "item": _numbered("i", item),
            "site": _numbered("s", items.site[item]),
            "batch": _numbered("b", batch),
            "provider": _words(provider, ids),
            "ip": _words(stays.address[rows.stay], networks.addresses),
            "noticed_at": _moments(rows.noticed_at),
            "clock_basis": _words(rows.basis, notices.BASES),
            "verdict_at": _moments(stays.verdict_at[rows.stay]),
            "accepted_at": _moments(rows.accepted_at),
            "delivery": _words(rows.delivery, notices.DELIVERIES),
            "source": _words(items.source[item], reports.SOURCES),
            "server_country": _words(items.country[item], reports.COUNTRIES),
            "content_ref": _numbered("c", items.content_ref[item], absent=NO_REF),
            "reported_at": _moments(items.reported_at[item]),
            "kind": _words(rows.kind, notices.KINDS),
            "addressee_role": _words(rows.role, notices.ROLES),
            "desk": _words(provider * len(notices.DESKS) + rows.desk, desks),
            "entered_at": pa.nulls(rows.size, MOMENT),
            "known_before": _words(items.known_before[item], reports.KNOWN),
        }
    )


def sightings_table(
    preset: Preset, networks: Networks, stays: Stays, looks: Looks, sayings: Sequence[Sayings]
) -> pa.Table:
    """Return all looks, the checker's and people's, oldest first."""
    probe, bare = people.BYS.index(By.PROBE), people.BASES.index(LookBasis.LOOK)
    size = looks.stay.size
    columns = [
        (
            *(looks.stay, looks.at, looks.seen, np.full(size, probe), np.full(size, bare)),
            *(looks.vantage, looks.address),
        )
    ]
    for said in sayings:
        nowhere = np.full(said.stay.size, NOWHERE)
        columns.append((said.stay, said.at, said.seen, said.by, said.basis, nowhere, said.address))
    stay, at, seen, by, basis, vantage, address = (
        np.concatenate(c) for c in zip(*columns, strict=True)
    )
    item = stays.item[stay]
    order = np.lexsort((address, seen, by, item, at))
    return pa.table(
        {
            "item": _numbered("i", item[order]),
            "at": _moments(at[order]),
            "seen": _words(seen[order], SEENS),
            "by": _words(by[order], people.BYS),
            "basis": _words(basis[order], people.BASES),
            "vantage": _words(vantage[order], preset.checker.vantages),
            "ip": _words(address[order], networks.addresses),
        }
    )


def events_table(stays: Stays, rows: Events) -> pa.Table:
    """Return all events, oldest first."""
    item = stays.item[rows.stay]
    order = np.lexsort((rows.event, item, rows.at))
    event = rows.event[order]
    return pa.table(
        {
            "item": _numbered("i", item[order]),
            "at": _moments(rows.at[order]),
            "event": _words(event, events.EVENTS),
            "detail": _words(event, [events.DETAILS.get(kind, "") for kind in events.EVENTS]),
        }
    )


def outages_table(preset: Preset, outages: Outages) -> pa.Table:
    """Return the checker's own outages."""
    return pa.table(
        {
            "vantage": _words(outages.vantage, preset.checker.vantages),
            "from": _moments(outages.from_at),
            "before": _moments(outages.before_at),
        }
    )


def breaks_table(preset: Preset) -> pa.Table:
    """Return when the way of measuring changed: from the first moment of each day on."""
    zone = ZoneInfo(preset.hotline.zone)
    rows = sorted(preset.breaks)
    begun = [datetime.combine(b.date, time(), zone).astimezone(UTC) for b in rows]
    return pa.table(
        {
            "at": pa.array(begun, MOMENT),
            "kind": [str(b.kind) for b in rows],
            "detail": [b.detail for b in rows],
        }
    )


def truth_items_table(preset: Preset, stays: Stays) -> pa.Table:
    """Return when each item truly left each provider, and how; null where it has not."""
    rows = told(stays)
    return pa.table(
        {
            "item": _numbered("i", stays.item[rows]),
            "provider": _words(stays.provider[rows], [p.id for p in preset.providers]),
            "removed_at": _moments(stays.until[rows]),
            "end": _words(stays.end[rows], [e.name.lower() for e in End]),
        }
    )
