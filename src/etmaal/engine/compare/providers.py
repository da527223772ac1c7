"""Provider by provider: did its share change, may one say so, would it have changed by itself?"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from etmaal.core.comparison import (
    Because,
    Change,
    Effect,
    Evidence,
    Mark,
    Span,
    Unit,
    Withheld,
    Word,
)
from etmaal.core.verdicts import Verdict
from etmaal.definitions import loader
from etmaal.engine.compare.marks import Concerned, gaps_changed
from etmaal.engine.compare.naming import namesakes, with_naming, withheld_for_all
from etmaal.engine.compare.renaming import Units
from etmaal.engine.compare.sides import Side
from etmaal.engine.compare.spans import as_span, one
from etmaal.engine.verdicts import NOT_PROVIDERS
from etmaal.stats.differences import difference
from etmaal.stats.shrinkage import shrink

# From this many providers on they tell what is usual among providers; fewer cannot be told from
# one another, so that nothing can be said of who had bad luck.
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Rules:
    """What a word needs: the stricter of the two editions' floors, and no break in between.

    ``withheld`` is what withholds naming from everybody, ``concerned`` who may not run the networks
    that they ran before.
    """

    smallest_n: int
    smallest_effective_n: float
    method_changed: bool
    withheld: tuple[Withheld, ...]
    concerned: Concerned

    @classmethod
    def of(cls, before: Side, after: Side, marks: tuple[Mark, ...], concerned: Concerned) -> Self:
        """Return the rules for two editions with these marks between them."""
        floors = [loader.floors(side.content["floors"]["id"]) for side in (before, after)]
        return cls(
            smallest_n=max(f.smallest_n for f in floors),
            smallest_effective_n=max(f.smallest_effective_n for f in floors),
            method_changed=any(mark.effect is Effect.CHANGE for mark in marks),
            withheld=withheld_for_all(marks),
            concerned=concerned,
        )

    def networks(self, provider: str) -> tuple[Evidence, ...]:
        """Return by what it shows that a provider may not run the networks it ran before."""
        return tuple(one for one in Evidence if provider in self.concerned[one])


def changes(
    before: Units, after: Units, rules: Rules, warned: frozenset[str]
) -> tuple[Change, ...]:
    """Return what may be said of every provider of either edition, in the order of their ids."""
    usual = usual_shares(before, rules.smallest_n)
    called = namesakes(before, after)
    found = (
        replace(
            _change(provider, before.get(provider), after.get(provider), usual, rules),
            namesake=called.get(provider, ""),
            warned=provider in warned,
        )
        for provider in sorted({*before, *after} - set(NOT_PROVIDERS))
    )
    return tuple(with_naming(change, before, after, rules.withheld) for change in found)


def usual_shares(units: Units, smallest_n: int) -> dict[str, Span]:
    """Return what each provider would most likely show when nothing changes.

    A provider that is looked at because its share was low had, as likely as not, bad luck in it
    too: without any change it would do better the next time. How much better follows from how much
    providers differ, and from how many independent groups each share rests on
    (`stats.shrinkage`). Empty for fewer than `FEWEST`.
    """
    share, worth, names = [], [], []
    for name, unit in units.items():
        if name in NOT_PROVIDERS or unit.n < smallest_n or unit.in_time is None:
            continue
        names.append(name)
        share.append(unit.in_time.value)
        worth.append(max(unit.effective_n, 1.0))
    if len(names) < FEWEST:
        return {}
    drawn = shrink(np.array(share) * np.array(worth), np.array(worth))
    return {
        name: Span(value, min(low, value), max(high, value))
        for name, value, low, high in zip(
            names, drawn.value.tolist(), drawn.low.tolist(), drawn.high.tolist(), strict=True
        )
    }


def _change(
    provider: str, before: Unit | None, after: Unit | None, usual: dict[str, Span], rules: Rules
) -> Change:
    if before is None or after is None:
        word, because = (
            (Word.NEW, Because.ONLY_AFTER) if before is None else (Word.GONE, Because.ONLY_BEFORE)
        )
        return Change(provider, word, because, before, after, usual=usual.get(provider))
    apart = beyond = least = most = None
    expected = usual.get(provider)
    if before.in_time is not None and after.in_time is not None:
        apart = as_span(difference(one(after.in_time), one(before.in_time)))
        least = _or(after.surely, 0.0) - _or(before.possibly, 1.0)
        most = _or(after.possibly, 1.0) - _or(before.surely, 0.0)
        if expected is not None:
            beyond = as_span(difference(one(after.in_time), one(expected)))
    networks = rules.networks(provider)
    word, because = _word(before, after, apart, rules, networks_changed=bool(networks))
    return Change(
        provider, word, because, before, after, apart, least, most, expected, beyond,
        by_itself=_by_itself(before, apart, expected, beyond),
        looked_otherwise=gaps_changed(before.gaps, after.gaps),
        networks=networks,
    )  # fmt: skip


def _or(share: float | None, otherwise: float) -> float:
    return otherwise if share is None else share


def _word(
    before: Unit, after: Unit, apart: Span | None, rules: Rules, *, networks_changed: bool
) -> tuple[Word, Because]:
    untold, both = Word.CANNOT_BE_TOLD, (before, after)
    if any(unit.verdict == Verdict.UNMEASURABLE for unit in both):
        return untold, Because.UNMEASURABLE
    if apart is None or any(unit.n < rules.smallest_n for unit in both):
        return untold, Because.TOO_FEW
    if any(unit.effective_n < rules.smallest_effective_n for unit in both):
        return untold, Because.FEW_SITES
    if rules.method_changed:
        return untold, Because.METHOD
    if networks_changed:
        return untold, Because.NETWORKS
    if apart.low > 0:
        return Word.IMPROVED, Because.EXCLUDES_ZERO
    if apart.high < 0:
        return Word.WORSENED, Because.EXCLUDES_ZERO
    return untold, Because.HOLDS_ZERO


def _by_itself(
    before: Unit, apart: Span | None, expected: Span | None, beyond: Span | None
) -> bool:
    """Say whether a change goes the way that chance alone takes it, and not surely any farther."""
    if before.in_time is None or apart is None or expected is None or beyond is None:
        return False
    same_way = apart.value * (expected.value - before.in_time.value) > 0
    return same_way and beyond.low <= 0 <= beyond.high
