"""Which providers may not run the networks that they ran before?

A company that takes over a lax network shows a lower share without doing anything otherwise, and
one that sells it a higher one. What the editions hold of it is looked for: the register, the
routes, and volume that one lost while another gained it. A network that changed hands without the
register or the routes knowing, and without such a jump, cannot be seen.
"""

from collections.abc import Iterable
from math import log, sqrt

from etmaal.core.comparison import Evidence
from etmaal.engine.compare.holdings import Holdings, Sets, grouped
from etmaal.engine.compare.renaming import Same, Units
from etmaal.engine.verdicts import NOT_PROVIDERS

# A volume jumps when, a day, it is twice or more what it was, and not by chance.
JUMP = 2.0
NORMAL = 1.96  # both ends of a 95 % interval
# What others lost must be this part of it at least: less could move its share by no more than that.
LEAST_PART = 0.1

Volume = tuple[int, int]
"""A count of episodes, and the days it was counted over."""


def changed_networks(
    before: Holdings, after: Holdings, same: Iterable[Same] = ()
) -> dict[Evidence, frozenset[str]]:
    """Return whose networks changed, by the register and by the routes.

    Args:
        before: what the earlier edition holds.
        after: what the later one holds.
        same: providers whose id changed in between.

    Returns:
        The providers, under their later ids.
    """
    becomes = {pair.old: pair.new for pair in same}
    found = {Evidence.REGISTER: frozenset[str](), Evidence.ROUTES: frozenset[str]()}
    if before.register is not None and after.register is not None:
        one, other = _renamed(before.register, becomes), after.register
        found[Evidence.REGISTER] = frozenset(
            p for p in {*one, *other} if one.get(p, frozenset()) != other.get(p, frozenset())
        )
    if before.seen is not None and after.seen is not None:
        found[Evidence.ROUTES] = frozenset(_changed_hands(before.seen, after.seen, becomes))
    return found


def _renamed(register: Sets, becomes: dict[str, str]) -> Sets:
    return grouped((becomes.get(p, p), network) for p, held in register.items() for network in held)


def _changed_hands(before: Sets, after: Sets, becomes: dict[str, str]) -> Iterable[str]:
    """Yield who had a network that only others had on the other side."""
    for network in before.keys() & after.keys():
        had = {becomes.get(p, p) for p in before[network]}
        if not had & after[network]:
            yield from had
            yield from after[network]


def unseen(before: Holdings, after: Holdings) -> bool:
    """Say whether it cannot be seen whose networks changed: the rows that tell it are not there."""
    return not (before.whole and after.whole) and before.digests != after.digests


def jumped(before: Units, after: Units, days: tuple[int, int]) -> frozenset[str]:
    """Return the providers whose volume jumped while that of others was lost.

    Args:
        before: all of the earlier edition, also what is no provider: rows of which it was not
            known whose they were may since be somebody's.
        after: all of the later one.
        days: how long the two periods are; volume counts a day.
    """
    counts = {
        name: ((_episodes(before, name), days[0]), (_episodes(after, name), days[1]))
        for name in sorted({*before, *after})
    }
    lost = sum(
        _a_day(one) - _a_day(other) for one, other in counts.values() if _doubled(other, one)
    )
    return frozenset(
        name
        for name, (one, other) in counts.items()
        if name in before and name in after and name not in NOT_PROVIDERS
        and _doubled(one, other) and lost >= LEAST_PART * _a_day(other)
    )  # fmt: skip


def _episodes(units: Units, name: str) -> int:
    return units[name].episodes if name in units else 0


def _a_day(volume: Volume) -> float:
    return volume[0] / volume[1]


def _doubled(less: Volume, more: Volume) -> bool:
    """Say whether, a day, one volume is twice the other or more, and not by chance.

    The 95 % interval of the ratio of two Poisson counts is taken on the log scale, half an item
    added to each so that a count of nothing has one too.
    """
    if not more[0] or _a_day(more) < JUMP * _a_day(less):
        return False
    ratio = log((more[0] + 0.5) / more[1]) - log((less[0] + 0.5) / less[1])
    return ratio > NORMAL * sqrt(1 / (more[0] + 0.5) + 1 / (less[0] + 0.5))
