"""All providers together: what of the change is behaviour and what is mix, and how those warned
did beside those who were not.
"""

import numpy as np

from etmaal.core.comparison import (
    Averaged,
    Change,
    GroupChange,
    Mix,
    Span,
    Together,
    Warned,
)
from etmaal.engine.compare.renaming import Units
from etmaal.engine.compare.sides import Side
from etmaal.engine.compare.spans import as_held, as_span, one
from etmaal.stats.differences import difference, mean_change, split_change

ERROR = 0.05  # how often a 95 % interval leaves out what it should hold


def together(
    before: Side, after: Side, units_before: Units, found: tuple[Change, ...], *, warned: bool
) -> Together:
    """Return what is said over all providers.

    Args:
        before: the earlier edition.
        after: the later one.
        units_before: those of ``before`` under the ids of ``after``.
        found: every provider's change.
        warned: whether it is known who was warned.
    """
    tested = sum(change.tested for change in found)
    return Together(
        pooled=_averaged(before.pooled, after.pooled, (before.edition.n, after.edition.n)),
        mean=_averaged(before.mean, after.mean, (before.providers, after.providers)),
        mix=_mix(units_before, after.units),
        tested=tested,
        expected_by_chance=ERROR * tested,
        warned=_warned(found) if warned else None,
    )


def _averaged(before: Span | None, after: Span | None, n: tuple[int, int]) -> Averaged:
    return Averaged(before, after, _apart(after, before, most=1.0), n)


def _apart(after: Span | None, before: Span | None, *, most: float) -> Span | None:
    if after is None or before is None:
        return None
    return as_span(difference(one(after), one(before), most=most))


def _mix(before: Units, after: Units) -> Mix | None:
    """Split the pooled change over every row, those included that nobody could be named for."""
    names = sorted({*before, *after})
    weights, shares = [], []
    for side in (before, after):
        units = [side.get(name) for name in names]
        n = np.array([0 if u is None or u.in_time is None else u.n for u in units], np.float64)
        if not n.any():
            return None
        weights.append(n / n.sum())
        shares.append(as_held([None if unit is None else unit.in_time for unit in units]))
    split = split_change(shares[1], weights[1], shares[0], weights[0])
    return Mix(as_span(split.behaviour), split.weights, split.entry)


def _warned(found: tuple[Change, ...]) -> Warned:
    warned, others = (
        _group([change for change in found if change.warned is which]) for which in (True, False)
    )
    return Warned(
        warned,
        others,
        _apart(warned.change, others.change, most=2.0),
        _apart(warned.beyond, others.beyond, most=2.0),
    )


def _group(members: list[Change]) -> GroupChange:
    counted = [member for member in members if member.comparable]
    return GroupChange(
        providers=len(counted),
        left_out=len(members) - len(counted),
        change=_mean([member.change for member in counted]),
        beyond=_mean([member.beyond for member in counted]),
    )


def _mean(changes: list[Span | None]) -> Span | None:
    if not changes or any(change is None for change in changes):
        return None
    return as_span(mean_change(as_held(changes)))
