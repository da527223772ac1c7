"""How do many groups reach the top at once? Stride and step in turn; who is there drops out."""

from collections.abc import Callable

import numpy as np

from etmaal.core.errors import EtmaalError
from etmaal.stats.arrays import Booleans, Floats, Integers, totals
from etmaal.stats.ascent import Slope, self_consistent, slope
from etmaal.stats.batches import Batch, batch
from etmaal.stats.cover import PerKind
from etmaal.stats.minorant import stride
from etmaal.stats.support import Cells, Kinds

ROUNDS = 20_000  # more than ten times what the hardest invented rows needed
NOTHING = 1e-6  # of one item: a mass below this is taken to be none
NOBODY = 1e-6  # a share at risk below this is nobody, unless it is of more than ten thousand


class NotConverged(EtmaalError):
    """The most likely curve was not reached in the rounds allowed, in ``groups``."""

    def __init__(self, groups: Integers) -> None:
        super().__init__(f"{groups.size} curves were not reached in {ROUNDS} rounds")
        self.groups = groups


def climb(
    of: Kinds,
    cells: Cells,
    whole: Batch,
    weight: PerKind,
    *,
    tolerance: float,
    watch: Callable[[float], object] | None = None,
) -> tuple[Floats, Booleans]:
    """Climb to the most likely masses of each group of a batch.

    Args:
        of: the kinds of rows.
        cells: the cells that can carry mass.
        whole: the batch.
        weight: of all kinds; a copy, since kinds that an exhausted curve cannot reach lose theirs.
        tolerance: the gap, as a part of the weight of a group, at which it is done.
        watch: called after every round with the largest gap left.

    Returns:
        The masses, (size, width), and which groups are exhausted, (size,).

    Raises:
        NotConverged: if the rounds allowed are used up.

    Source: the stopping rule: Gentleman and Geyer (1994), Biometrika 81, 618-623.
    """
    now, mass = whole, whole.valid / whole.valid.sum(axis=1, keepdims=True)
    result, exhausted = np.zeros(mass.shape), np.zeros(mass.shape[0], dtype=np.bool_)
    left = np.arange(mass.shape[0])
    for _ in range(ROUNDS):
        at = slope(now, now.of(weight), mass)
        empty = _give_up(now, weight, at)
        exhausted[left[empty]] = True
        mine = now.of(weight)
        if empty.size:
            at = slope(now, mine, mass)
        gap = _gap(now, mine, mass, at)
        if watch is not None:
            watch(float(gap.max()))
        done = gap < tolerance
        stuck = now.members[~done]
        if done.any():
            result[left[done], : now.cover.width] = _settled(now, mine, mass)[done]
            if done.all():
                return result, exhausted
        mass = stride(now, mine, mass, at)
        mass = self_consistent(now, mine, mass, slope(now, mine, mass))
        if done.mean() > 0.2:  # a smaller batch costs about one round to make
            left, now, mass = left[~done], batch(of, cells, now.members[~done]), mass[~done]
            mass = mass[:, : now.cover.width]
    raise NotConverged(stuck)


def _items(of: Batch, weight: PerKind) -> Floats:
    return totals(of.cover.entry_start // (of.cover.width + 1), weight.entry, of.cover.size)


def _gap(of: Batch, weight: PerKind, mass: Floats, at: Slope) -> Floats:
    """Compute what an item could still gain in log-likelihood: shape (size,).

    With late entry a row bears on the curve beyond its entry alone, so gains are reckoned within
    what is left there.
    """
    gain = at.rise - at.fall
    if of.late_entry:
        left = np.cumsum(of.cover.in_time(mass)[:, ::-1], axis=1)[:, ::-1]
        gain = gain * of.cover.in_curve(left)
    gap: Floats = np.where(of.valid, gain, -np.inf).max(axis=1) / _items(of, weight)
    return gap


def _give_up(of: Batch, weight: PerKind, at: Slope) -> Integers:
    """Take the weight from kinds that lie where nobody is left; return the groups they are of.

    It happens where everybody under observation left before others came in. The latter say what
    the rest of a curve would be like, had anybody reached it, and nothing else.
    """
    if not of.late_entry:
        return np.zeros(0, np.int64)
    starts = (of.cover.closed_start, of.cover.open_start, of.cover.entry_start)
    nobody = np.minimum(NOBODY, 0.01 / _items(of, of.of(weight)))
    groups = []
    for total, kind, start, inside in zip(weight, of.kinds, starts, at.inside, strict=True):
        group = start // (of.cover.width + 1)
        bare = (inside < nobody[group]) & (total[kind] > 0)
        total[kind[bare]] = 0.0
        groups.append(group[bare])
    return np.unique(np.concatenate(groups))


def _settled(of: Batch, weight: PerKind, mass: Floats) -> Floats:
    """Clear what is as good as nothing; then let every row share itself out once more.

    After this last step each row adds its whole weight inside its own window, so that no rounding
    and no early stop can put the estimate outside the bounds that counting gives.
    """
    if not of.late_entry:
        mass = np.where(mass * _items(of, weight)[:, None] < NOTHING, 0.0, mass)
    return self_consistent(of, weight, mass, slope(of, weight, mass))
