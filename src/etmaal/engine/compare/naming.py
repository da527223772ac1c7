"""Of whom may naming be proposed, and what withholds it where both verdicts would allow it?

A name that was made public wrongly cannot be taken back, so whatever makes the two verdicts less
than two findings about one company withholds it.
"""

from dataclasses import replace

from etmaal.core.comparison import Change, Effect, Mark, Unit, What, Withheld
from etmaal.core.verdicts import Verdict
from etmaal.engine.compare.renaming import Units

_BY_EFFECT = {Effect.CHANGE: Withheld.METHOD, Effect.VERDICTS: Withheld.RULES}
_BY_MARK = {
    What.PROVISIONAL: Withheld.PROVISIONAL,
    What.TOO_SOON: Withheld.TOO_SOON,
    What.NETWORKS_UNSEEN: Withheld.NETWORKS_UNSEEN,
}


def withheld_for_all(marks: tuple[Mark, ...]) -> tuple[Withheld, ...]:
    """Return what withholds naming from everybody, by what was not the same on both sides."""
    found = {_BY_EFFECT[mark.effect] for mark in marks if mark.effect in _BY_EFFECT}
    found |= {_BY_MARK[mark.what] for mark in marks if mark.effect is Effect.NAMING}
    return tuple(one for one in Withheld if one in found)


def with_naming(
    change: Change, before: Units, after: Units, for_all: tuple[Withheld, ...]
) -> Change:
    """Return the same change, saying whether naming may be proposed, or what withholds it.

    Args:
        change: with its networks and its namesake.
        before: all units of the earlier edition, under their later ids.
        after: all units of the later one.
        for_all: what withholds it from everybody.
    """
    sides = [units.get(change.provider) or units.get(change.namesake) for units in (before, after)]
    if not all(side is not None and _stands(side) for side in sides):
        return change
    own = {
        Withheld.NETWORKS: bool(change.networks),
        Withheld.RENAMED: change.before is not None and change.before.provider != change.provider,
        Withheld.NAMESAKE: bool(change.namesake),
    }
    withheld = tuple(one for one in Withheld if one in for_all or own.get(one))
    return replace(change, may_be_named=not withheld, withheld=withheld)


def _stands(unit: Unit) -> bool:
    """Say whether a verdict is one of the two that naming needs on both sides."""
    return unit.verdict == Verdict.LAX or (
        unit.verdict == Verdict.UNMEASURABLE and unit.because == "theirs"
    )


def namesakes(before: Units, after: Units) -> dict[str, str]:
    """Return who has the name of another on the other side, one of the two being on one side only.

    So it is when a company was split, united or given another id in between.
    """
    found: dict[str, str] = {}
    for mine, others in ((before, after), (after, before)):
        called = {_name(others[p]): p for p in sorted(others, reverse=True)}
        for provider in sorted(mine.keys() - others.keys()):
            other = called.get(_name(mine[provider]))
            if other is not None:
                found[provider] = other
                found.setdefault(other, provider)
    return found


def _name(unit: Unit) -> str:
    return " ".join(unit.name.split()).casefold()
