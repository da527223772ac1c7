"""Which moments do local times stand for, and which of them occur twice or not at all?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

NONE = np.iinfo(np.int64).min
"""Stands for a moment that is not there."""

Moments = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LOCAL = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Times:
    """A column of local times as moments.

    Args:
        early: shape (n,), microseconds since 1970, UTC; `NONE` where there is none.
        late: shape (n,), the same but where ``doubtful``: then the later of the two moments.
        doubtful: shape (n,), the local time occurs twice or not at all.
        wrong: shape (n,), what stands there is no time.
    """

    early: Moments
    late: Moments
    doubtful: Flags
    wrong: Flags


def read_times(texts: pa.StringArray, zone: ZoneInfo) -> Times:
    """Read a column of local times such as ``2026-03-29 12:00:00``; a null is none."""
    given = ~np.asarray(texts.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    try:
        local: Any = texts.cast(_LOCAL)
    except pa.ArrowInvalid:  # only then one by one
        local = pa.array([_read_one(text) for text in texts.to_pylist()], _LOCAL)
    early = _in_zone(local, zone, "earliest")
    late = _in_zone(local, zone, "latest")
    # Between the two lies the hour that the clocks skip: both its edges stand for it.
    return Times(early, late, early != late, given & (early == NONE))


def _in_zone(local: Any, zone: ZoneInfo, which: Literal["earliest", "latest"]) -> Moments:
    moments: Any = pc.assume_timezone(local, zone.key, ambiguous=which, nonexistent=which)
    filled = pc.fill_null(moments.cast(pa.int64()), int(NONE))
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def _read_one(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its zone comes next
    except ValueError:
        return None
