"""What really happened, for whoever wants to know how near a monitor came.

A *clock episode* is a stay whose provider, as host, got an effective notice, and that is in ``n``
by the truth: not withdrawn, not wrongly addressed, start known, and not gone before the start.

``realised_share`` is the share of a provider's clock episodes whose final removal (absences of
less than the quiet spell are no removal) came no later than 24 hours after the first effective
notice left. What moved, or whose domain or network went, is in the denominator only; so is what
is still online. An edition made from the tables, over the whole world under the clock `sent`,
should bracket it: ``surely_in_time <= realised_share <= possibly_in_time``, but for removals
that no look could place: an item gone just before its notice, or one that flapped between looks.
``share_in_time`` is the probability behind it, to which the realised share tends as volume and
sites grow; a front has neither. ``p50_hours`` is the median of clock start to removal over the
same episodes, empty where fewer than half were removed.
"""

import numpy as np
import pyarrow as pa

from etmaal.world.civil import HOUR, NEVER, Bools, Floats, Ints
from etmaal.world.fates import NORM_HOURS, End
from etmaal.world.preset import FRONT, Preset
from etmaal.world.stays import Outside, Stays


def clock_episodes(stays: Stays) -> Bools:
    """Say which stays are clock episodes."""
    counted: Bools = (stays.outside == Outside.IN_N) & (stays.started_at < NEVER)
    return counted


def removal_hours(stays: Stays) -> Floats:
    """Return hours from the clock's start to the final removal, inf where there was none."""
    removed = (stays.end == End.REMOVED) & (stays.started_at < NEVER)
    span = np.where(removed, stays.until - stays.started_at, 0)
    return np.where(removed, span / HOUR, np.inf)


def providers(preset: Preset, stays: Stays) -> pa.Table:
    """Return the truth per provider."""
    counted, removed = clock_episodes(stays), removal_hours(stays)
    realised: list[float | None] = []
    middle: list[float | None] = []
    for place in range(len(preset.providers)):
        here = removed[counted & (stays.provider == place)]
        p50 = float(np.sort(here)[(here.size - 1) // 2]) if here.size else np.inf
        share = float((here <= NORM_HOURS).mean()) if here.size else None
        realised.append(None if share is None else round(share, 9))
        middle.append(round(p50, 9) if np.isfinite(p50) else None)
    return pa.table(
        {
            "provider": pa.array([p.id for p in preset.providers], pa.string()),
            "share_in_time": pa.array(
                [None if p.role == FRONT else p.share_in_time for p in preset.providers],
                pa.float64(),
            ),
            "realised_share": pa.array(realised, pa.float64()),
            "p50_hours": pa.array(middle, pa.float64()),
            "conduct": pa.array([p.conduct for p in preset.providers], pa.string()),
        }
    )


def told(stays: Stays) -> Ints:
    """Return the stays the truth lists, by item and then by time.

    Left out are places that no registry knows, and a front whose host became known.
    """
    listed = np.flatnonzero((stays.provider >= 0) & (stays.end != End.HOST_FOUND))
    return listed[np.lexsort((listed, stays.from_at[listed], stays.item[listed]))]
