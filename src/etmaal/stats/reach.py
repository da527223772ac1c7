"""How much of a mass counts as gone by an hour, when nobody knows where in its window it lies?"""

from typing import Literal, TypeAlias

import numpy as np

from etmaal.stats.arrays import Floats

Straddling: TypeAlias = Literal["even", "late", "in_time"]


def reach(after: Floats, by: Floats, hours: Floats, *, straddling: Straddling = "even") -> Floats:
    """Compute the share of each mass that lies at or before each hour: shape (m, len(hours)).

    A mass whose window ends by the hour counts whole, one whose window starts at the hour or later
    not at all, and one that is still online at its last look (by = inf) never. What straddles the
    hour counts for the part of its window that has passed ("even"), not ("late") or whole
    ("in_time").

    Args:
        after: shape (m,), hours at which the window starts.
        by: shape (m,), hours at which it ends; equal to after for an exact moment, inf in the tail.
        hours: shape (k,).
        straddling: what to do with a window that straddles the hour.
    """
    start, end = after[:, None], by[:, None]
    past = end <= hours
    astride = (start < hours) & ~past & np.isfinite(end)
    if straddling == "late":
        return np.where(past, 1.0, 0.0)
    if straddling == "in_time":
        return np.where(past | astride, 1.0, 0.0)
    part = np.divide(hours - start, end - start, out=np.zeros(past.shape), where=astride)
    return np.where(past, 1.0, part)
