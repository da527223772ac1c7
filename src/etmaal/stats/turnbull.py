"""What is the most likely curve, when all that is known is a window per item?

The nonparametric maximum likelihood estimate from windows ``(after, by]``, exact moments, items
still online, items that came under observation late, and ends of several causes, for many groups at
once. Between its masses the curve is flat; inside the window of a mass the data do not say where it
lies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Booleans, Floats, Integers, offsets, totals
from etmaal.stats.batches import batches
from etmaal.stats.climb import NOTHING, NotConverged, climb
from etmaal.stats.cover import PerKind
from etmaal.stats.support import TAIL, Cells, Kinds, cells, kinds
from etmaal.stats.windows import Windows, windows

__all__ = ["TAIL", "Fit", "Masses", "NotConverged", "fit", "turnbull"]


@dataclass(frozen=True, slots=True)
class Masses:
    """The masses of every group's curve, sorted by group, cause and time.

    Of shape (m,): ``group``; ``cause`` (0 removal, 1, 2, ... competing ends, `TAIL` for what lies
    beyond the last look at items still online); ``after``, ``by`` in hours, the mass lying in
    (after, by], at that moment if they are equal, by = inf in the tail; ``mass``, which sums to 1
    in a group. Of shape (groups,): ``n``, the weight of the rows (0: no masses); ``since``, hours:
    the curve is that of items that lasted so long, since none came under observation earlier (0
    without late entry); ``exhausted``: everybody under observation left before others entered, so
    the curve says nothing about the latter. ``offsets`` (groups + 1,): where a group's masses
    start.
    """

    groups: int
    offsets: Integers
    group: Integers
    cause: Integers
    after: Floats
    by: Floats
    mass: Floats
    n: Floats
    since: Floats
    exhausted: Booleans


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted curve with what it was made from. ``mass`` (m,) belongs to ``cells``."""

    rows: Windows
    kinds: Kinds
    cells: Cells
    weight: PerKind
    mass: Floats
    n: Floats
    exhausted: Booleans

    @property
    def listed(self) -> Booleans:
        """The cells that appear in ``masses``: shape (m,)."""
        return self.mass > NOTHING**2

    @property
    def masses(self) -> Masses:
        """The masses, without the cells that carry none."""
        some = self.listed
        slots, groups = self.kinds.slots, self.kinds.groups
        group, cause = np.divmod(self.cells.curve[some], slots)
        left, by = (self.kinds.moments[x[some]] for x in (self.cells.left, self.cells.by))
        since = np.full(groups, np.inf)
        np.minimum.at(since, self.kinds.entry_group, self.kinds.moments[self.kinds.entry_at])
        return Masses(
            groups=groups,
            offsets=offsets(group, groups),
            group=group,
            cause=np.where(cause == slots - 1, TAIL, cause),
            after=np.where(np.nextafter(left, np.inf) >= by, by, left),
            by=by,
            mass=self.mass[some],
            n=self.n,
            since=np.where(np.isfinite(since), since, 0.0),
            exhausted=self.exhausted,
        )


def turnbull(
    after: npt.ArrayLike,
    by: npt.ArrayLike,
    *,
    weight: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    cause: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    groups: int | None = None,
    tolerance: float = 1e-5,
) -> Masses:
    """Estimate the masses of each group's curve from windows.

    Without late entry the estimate keeps to what the rows say at every hour H: it is no less than
    the share of rows removed by H, and no more than one less the share still online at H.

    Args:
        after: hours at the last look online, shape (n,); see `windows` for this and all columns.
        by: hours at the first look gone; inf while online; equal to after for an exact moment.
        weight: items the row stands for.
        entry: hours at which the row came under observation; 0 from the start.
        cause: 0 for removal, 1, 2, ... for a competing end; ignored where by is inf.
        group: the curve the row belongs to, from 0.
        groups: how many groups there are.
        tolerance: the Gentleman-Geyer gap at which to stop: the log-likelihood is then within
            ``tolerance`` times the weight of the group's rows of the highest there is.

    Raises:
        ValueError: if a row cannot be a window; see `windows`.
        NotConverged: if the rounds allowed are used up.

    Source: Turnbull (1976), J. R. Stat. Soc. B 38, 290-295; see also `support` and `ascent`.
    """
    rows = windows(after, by, weight=weight, entry=entry, cause=cause, group=group, groups=groups)
    return fit(rows, tolerance=tolerance).masses


def fit(
    rows: Windows, *, tolerance: float = 1e-5, watch: Callable[[float], object] | None = None
) -> Fit:
    """Fit the most likely curve of each group; `turnbull` in the form its intervals need.

    Args:
        rows: the windows.
        tolerance: as in `turnbull`.
        watch: called after every round with the largest gap left, for a progress bar.
    """
    of = kinds(rows)
    where = cells(of)
    weight = PerKind(
        _total(of.row_closed, rows.weight, of.closed_curve.size),
        _total(of.row_open, rows.weight, of.open_group.size),
        _total(of.row_entry, rows.weight, of.entry_group.size),
    )
    n = totals(of.entry_group, weight.entry, of.groups)
    mass, exhausted = np.zeros(where.by.size), np.zeros(of.groups, dtype=np.bool_)
    own = PerKind(*(x.copy() for x in weight))
    for each in batches(of, where):
        table, exhausted[each.members] = climb(
            of, where, each, own, tolerance=tolerance, watch=watch
        )
        mass[each.cell[each.valid]] = table[each.valid]
    return Fit(rows, of, where, weight, mass, n, exhausted)


def _total(kind: Integers, weight: Floats, many: int) -> Floats:
    return totals(kind[kind >= 0], weight[kind >= 0], many)


def joined(parts: Sequence[Masses]) -> Masses:
    """Put the masses of groups one after the other; those of each part are numbered on."""
    before = np.cumsum([0, *(part.groups for part in parts)])
    rows = np.cumsum([0, *(part.mass.size for part in parts)])
    return Masses(
        groups=int(before[-1]),
        offsets=np.concatenate(
            [*(p.offsets[:-1] + r for p, r in zip(parts, rows, strict=False)), rows[-1:]]
        ),
        group=np.concatenate([p.group + g for p, g in zip(parts, before, strict=False)]),
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("cause", "after", "by", "mass", "n", "since", "exhausted")
        },
    )
