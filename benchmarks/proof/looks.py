"""What does the checker see of them? Windows, and everything that can be wrong with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
LONG = 48.0  # hours by which a look that depends on the outcome comes too late


@dataclass(frozen=True, slots=True)
class Looks:
    """How items are looked at; every number but ``gap`` is a share of the items.

    ``gap``: hours between looks; 0 for looks on the hour, the norm included, so that nothing is in
    doubt. ``outage``: looked at again only after an outage of 2 to 12 hours. ``lost``: not looked
    at any more from some moment in the first 200 hours on, whatever became of it. Against the
    rules: ``false_gone``: concluded gone in the first three days while it was there; half of these
    are seen again in time. ``lost_if_late``: of those that will be late, never looked at again
    before the norm has passed; ``late_look_if_in_time``: of those in time, seen gone only 48 hours
    later. ``entered``: came under observation late, and only if still there, after an hour on
    average of ``entered_hours``; ``entry_known``: and the row says so.
    """

    gap: float = 1.0
    outage: float = 0.0
    lost: float = 0.0
    false_gone: float = 0.0
    lost_if_late: float = 0.0
    late_look_if_in_time: float = 0.0
    entered: float = 0.0
    entered_hours: float = 12.0
    entry_known: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """Of each item the window ``(after, by]``, its entry (0: none), and whether it was seen at all.

    Each of shape (items,), in hours.
    """

    after: Floats
    by: Floats
    entry: Floats
    there: Booleans


def look(at: Looks, gone: Floats, norm: float, rng: np.random.Generator) -> Seen:
    """Look at items that left at some hours."""
    n = gone.size
    if at.gap == 0:
        after, by = np.ceil(gone) - 1, np.ceil(gone)
    else:
        gap = np.where(rng.random(n) < at.outage, rng.uniform(2, 12, n), at.gap)
        after = np.maximum(gone - gap * rng.random(n), 0.0)
        by = np.maximum(gone, after + gap)
    stop = np.where(rng.random(n) < at.lost, rng.uniform(0, 200, n), np.inf)
    stop = np.where((gone > norm) & (rng.random(n) < at.lost_if_late), norm * rng.random(n), stop)
    after, by = np.where(stop < by, np.minimum(after, stop), after), np.where(stop < by, np.inf, by)
    by = np.where((gone <= norm) & (rng.random(n) < at.late_look_if_in_time), by + LONG, by)
    after, by = _falsely_gone(at, gone, after, by, rng)
    if not at.entered:
        return Seen(after, by, np.zeros(n), np.ones(n, np.bool_))
    late = rng.random(n) < at.entered
    entry = np.where(late, rng.exponential(at.entered_hours, n), 0.0)
    there = (entry < gone) & (entry < by)
    after = np.maximum(after, entry)
    return Seen(after, by, entry if at.entry_known else np.zeros(n), there)


def _falsely_gone(
    at: Looks, gone: Floats, after: Floats, by: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Conclude of some items that they are gone while they are there."""
    if not at.false_gone:
        return after, by
    n = gone.size
    moment = 3 * 24 * rng.random(n)
    wrong = (rng.random(n) < at.false_gone) & (moment < after) & (rng.random(n) < 0.5)
    return np.where(wrong, np.maximum(moment - at.gap, 0.0), after), np.where(wrong, moment, by)
