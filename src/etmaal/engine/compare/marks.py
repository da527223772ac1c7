"""May these two editions stand beside one another, and what was measured otherwise in between?

What makes them incomparable is refused. What changed in the method is marked, with what it touches:
nobody is said to have improved or worsened where the way of measuring may be what changed.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from etmaal.core.comparison import Effect, Evidence, Mark, What
from etmaal.core.errors import Refused
from etmaal.core.periods import microseconds
from etmaal.engine.compare.networks import unseen
from etmaal.engine.compare.sides import Side
from etmaal.engine.question import iso

# Half of the looks, or nine in ten, came twice as far apart or as close together, and by an hour or
# more. Smaller changes are common from month to month, and the interval allows for both.
GAP_FACTOR, GAP_HOURS = 2.0, 1.0
SHARE_INDICATORS = ("in_time", "surely_in_time", "possibly_in_time", "n", "pooled_share")
# What a verdict rests on beside the shares.
VERDICT_INDICATORS = ("surely_low", "possibly_high", "effective_n")
# Of so many providers a mark gives the id; the table has them all.
_MOST_NAMED = 10

Concerned = Mapping[Evidence, frozenset[str]]


def check_comparable(before: Side, after: Side) -> None:
    """Refuse two editions that say nothing about one another.

    Raises:
        Refused: with the reason, under other clocks, other norms, a what-if, or where the periods
            overlap or stand the wrong way round.
    """
    clocks = [f"{s.content['clock']['id']} version {s.content['clock']['version']}"
              for s in (before, after)]  # fmt: skip
    if clocks[0] != clocks[1]:
        raise Refused(
            f"the editions rest on different clocks ({clocks[0]} before, {clocks[1]} after): they "
            "start at other moments, so their shares do not compare; make both under one clock"
        )
    norms = [float(s.content["norm_hours"]) for s in (before, after)]
    if norms[0] != norms[1]:
        raise Refused(
            f"the norms differ ({norms[0]:g} hours before, {norms[1]:g} after): the shares do not "
            "compare"
        )
    if any(s.content.get("what_if") for s in (before, after)):
        raise Refused(
            "a what-if is no measurement: nobody was held to its norm, so nobody improved on it"
        )
    if before.edition.period_from >= after.edition.period_before:
        raise Refused("the first edition is the later one; give the earlier edition first")
    if after.edition.period_from < before.edition.period_before:
        # The same episodes would stand on both sides, which draws the difference towards nothing
        # while its interval pretends that the two were measured apart.
        one, other = (
            f"{e.period_from} to {e.period_before}" for e in (before.edition, after.edition)
        )
        raise Refused(
            f"the periods overlap: {one} and {other}; episodes would stand on both sides, so "
            "choose periods apart with --from and --before of etmaal monitor"
        )


def marks(before: Side, after: Side, concerned: Concerned) -> tuple[Mark, ...]:
    """Return what was not the same on both sides, the gravest first.

    Args:
        before: the earlier edition.
        after: the later one.
        concerned: the providers of both that may not run the networks they ran before.
    """
    found = [
        *_recorded(before, after), *_of_method(before, after), *_of_time(before, after),
        *_of_networks(before, after, concerned), *_of_looks(before, after),
    ]  # fmt: skip
    order = list(Effect)
    return tuple(sorted(found, key=lambda mark: order.index(mark.effect)))


def _recorded(before: Side, after: Side) -> Iterator[Mark]:
    """The breaks on record of either edition between the two periods, or inside one of them.

    One on the very first day of the earlier period, or before it, has both periods behind it.
    """
    for one in sorted({*before.breaks, *after.breaks}):
        if before.edition.period_from < one.date < after.edition.period_before:
            yield Mark(What(one.kind.value), Effect.CHANGE, on=one.date, detail=one.detail)


def _of_method(before: Side, after: Side) -> Iterator[Mark]:
    if before.unsaid_basis != after.unsaid_basis:
        yield Mark(What.UNSAID_BASIS, Effect.CHANGE, before.unsaid_basis, after.unsaid_basis)
    ids = {*before.versions.get("indicators", {}), *after.versions.get("indicators", {})}
    changed = sorted(id for id in ids if _version(before, id) != _version(after, id))
    if graver := [id for id in changed if id in SHARE_INDICATORS]:
        yield Mark(What.DEFINITIONS, Effect.CHANGE, detail=", ".join(graver))
    one, other = before.edition, after.edition
    if one.floors != other.floors:
        yield Mark(What.FLOORS, Effect.VERDICTS, one.floors, other.floors)
    if judging := [id for id in changed if id in VERDICT_INDICATORS]:
        yield Mark(What.VERDICT_DEFINITIONS, Effect.VERDICTS, detail=", ".join(judging))
    if others := [id for id in changed if id not in (*SHARE_INDICATORS, *VERDICT_INDICATORS)]:
        yield Mark(What.OTHER_DEFINITIONS, Effect.CAUTION, detail=", ".join(others))
    if one.code != other.code:
        yield Mark(What.CODE, Effect.CAUTION, one.code, other.code)


def _version(side: Side, indicator: str) -> int | None:
    return side.versions.get("indicators", {}).get(indicator)


def _of_looks(before: Side, after: Side) -> Iterator[Mark]:
    if gaps_changed(before.gaps, after.gaps):
        yield Mark(What.GAPS, Effect.CAUTION, _hours(before.gaps), _hours(after.gaps))
    differ = sorted(
        f"{table}.{column}"
        for table in {*before.columns, *after.columns}
        for column in _columns(before, table) ^ _columns(after, table)
    )
    if differ:
        yield Mark(What.COLUMNS, Effect.CAUTION, detail=", ".join(differ))


def _of_time(before: Side, after: Side) -> Iterator[Mark]:
    for side, word in ((before, "before"), (after, "after")):
        if side.edition.provisional:
            yield Mark(What.PROVISIONAL, Effect.NAMING, detail=word)
    if after.begins_at < before.edition.as_of:
        # What the first edition says could be known, and acted upon, only from its moment on.
        known = iso(microseconds(before.edition.as_of))
        yield Mark(What.TOO_SOON, Effect.NAMING, known, after.edition.period_from.isoformat())
    days = (after.edition.period_from - before.edition.period_before) // timedelta(days=1)
    if days:
        yield Mark(What.TIME_BETWEEN, Effect.CAUTION, detail=str(days))


def _of_networks(before: Side, after: Side, concerned: Concerned) -> Iterator[Mark]:
    one, other = before.holdings, after.holdings
    changed = concerned[Evidence.REGISTER] | concerned[Evidence.ROUTES]
    for what, who in ((What.NETWORKS, changed), (What.VOLUME, concerned[Evidence.VOLUME])):
        if who:
            more = [f"+{len(who) - _MOST_NAMED}"] if len(who) > _MOST_NAMED else []
            yield Mark(what, Effect.SOME, detail=", ".join([*sorted(who)[:_MOST_NAMED], *more]))
    if unseen(one, other):
        yield Mark(What.NETWORKS_UNSEEN, Effect.NAMING)
    elif one.whole and other.whole and not (one.known or other.known):
        yield Mark(What.NETWORKS_UNSEEN, Effect.CAUTION)
    if one.table_days and other.table_days and one.table_days != other.table_days:
        yield Mark(What.ROUTES, Effect.CAUTION, _days(one.table_days), _days(other.table_days))


def _days(ends: tuple[date, date]) -> str:
    return " / ".join(day.isoformat() for day in dict.fromkeys(ends))


def _columns(side: Side, table: str) -> frozenset[str]:
    # A table of breaks does not change what is measured; what it holds is marked by itself.
    return frozenset() if table == "breaks" else side.columns.get(table, frozenset())


def _hours(gaps: tuple[float | None, ...]) -> str:
    return " / ".join("-" if hours is None else f"{hours:g}" for hours in gaps)


def gaps_changed(before: tuple[float | None, ...], after: tuple[float | None, ...]) -> bool:
    """Say whether gaps between checks on record changed materially: half or nine tenths of them.

    Args:
        before: hours; None where there were no gaps to see.
        after: likewise.
    """
    for one, other in zip(before, after, strict=True):
        if one is None or other is None:
            continue
        less, more = min(one, other), max(one, other)
        if more - less >= GAP_HOURS and more >= GAP_FACTOR * less:
            return True
    return False
