"""Two editions compared: read, held to their digests, refused if they do not compare, written."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from etmaal.core.comparison import Comparison, Evidence
from etmaal.core.errors import BadInput
from etmaal.engine.compare.files import write
from etmaal.engine.compare.marks import check_comparable, marks
from etmaal.engine.compare.networks import changed_networks, jumped
from etmaal.engine.compare.providers import Rules, changes
from etmaal.engine.compare.renaming import Same, Units, renamed
from etmaal.engine.compare.sides import Side, read_side
from etmaal.engine.compare.together import together

STEPS = ("reading the editions", "comparing", "writing")


def compare(
    before: Path,
    after: Path,
    out: Path,
    *,
    same: Iterable[Same] = (),
    warned: frozenset[str] | None = None,
    may_replace: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[Comparison, dict[str, Any]]:
    """Compare two editions and write what comes of it.

    Args:
        before: the earlier edition's folder.
        after: the later one's.
        out: the comparison's folder; appears whole or not at all.
        same: providers whose id changed in between.
        warned: ids of those warned in between, None where nobody says.
        may_replace: whether a comparison that says something else may be replaced.
        progress: told each step as it begins.

    Returns:
        The comparison, and what ``comparison.json`` says.

    Raises:
        BadInput: if a folder is no whole edition, or an id is in neither.
        Refused: if the editions do not compare, or ``out`` may not be replaced.
        CannotWrite: if the disk is full.
    """
    progress(STEPS[0])
    sides = read_side(before, "before"), read_side(after, "after")
    progress(STEPS[1])
    found = compared(*sides, same=same, warned=warned)
    progress(STEPS[2])
    return found, write(found, out, may_replace=may_replace)


def compared(
    before: Side, after: Side, *, same: Iterable[Same] = (), warned: frozenset[str] | None = None
) -> Comparison:
    """Return what can be said of two editions beside one another."""
    check_comparable(before, after)
    pairs = tuple(same)
    units = renamed(before.units, after.units, pairs)
    named = _known(warned or frozenset(), pairs, {*units, *after.units})
    concerned = _concerned(before, after, units, pairs)
    found_marks = marks(before, after, concerned)
    rules = Rules.of(before, after, found_marks, concerned)
    found = changes(units, after.units, rules, named)
    clock = before.content["clock"]
    return Comparison(
        clock_id=clock["id"],
        clock_version=int(clock["version"]),
        norm_hours=float(before.content["norm_hours"]),
        verdicts=bool(before.content["clock"]["verdicts"]),
        smallest_n=rules.smallest_n,
        before=before.edition,
        after=after.edition,
        marks=found_marks,
        changes=found,
        together=together(before, after, units, found, warned=warned is not None),
    )


def _concerned(
    before: Side, after: Side, units: Units, pairs: tuple[Same, ...]
) -> dict[Evidence, frozenset[str]]:
    """Return the providers of both editions that may not run the networks they ran before."""
    both = units.keys() & after.units.keys()
    found = changed_networks(before.holdings, after.holdings, pairs)
    found[Evidence.VOLUME] = jumped(units, after.units, (before.days, after.days))
    return {evidence: who & both for evidence, who in found.items()}


def _known(warned: frozenset[str], same: tuple[Same, ...], there: set[str]) -> frozenset[str]:
    """Return the warned by their latest ids.

    Raises:
        BadInput: if one is in neither edition.
    """
    becomes = {pair.old: pair.new for pair in same}
    named = {becomes.get(provider, provider) for provider in warned}
    if unknown := sorted(named - there):
        raise BadInput(
            f"said to be warned, but in neither edition: {', '.join(unknown[:5])}"
            + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        )
    return frozenset(named)
