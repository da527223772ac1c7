"""From looks to what counts: outages mask, bare misses need the miss rule, returns split.

A look that can be explained by our own failure never counts against anybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from etmaal.core.history import By, Look, Outage, Seen
from etmaal.core.policy import MissRule


def usable(looks: Iterable[Look], outages: tuple[Outage, ...], as_of: datetime) -> tuple[Look, ...]:
    """Return the looks that say something, oldest first, each once.

    Left out: looks after ``as_of``, unknown ones, those inside an outage of their vantage, a
    provider's own statements, and looks online at an address whose holder is in doubt. An item
    seen both ways at one moment is taken to be there.
    """
    return in_order(
        look
        for look in looks
        if look.at <= as_of
        and look.seen is not Seen.UNKNOWN
        and look.by is not By.PROVIDER
        and not (look.doubtful and look.seen is Seen.ONLINE)
        and not any(outage.masks(look) for outage in outages)
    )


def in_order(looks: Iterable[Look]) -> tuple[Look, ...]:
    """Return the looks oldest first, each once, gone before online at one moment."""
    return tuple(sorted(set(looks), key=lambda k: (k.at, k.seen is Seen.ONLINE)))


@dataclass(frozen=True, slots=True)
class Run:
    """An online look (None before the first) and the unbroken looks gone that follow it."""

    online_at: datetime | None
    gone_at: datetime | None  # the counted removal, dated at the first look gone that counts


def counted_gone(gone: Iterable[Look], rule: MissRule) -> datetime | None:
    """Return when an unbroken run of looks gone counts as a removal, or None if it does not.

    A concluded look counts as it is. Bare looks count when ``rule.misses`` of them lie at least
    ``rule.apart`` from one another; the removal is then dated at the first of them.

    Source: the miss rule of the hotline's own tool; `design.md` 4.
    """
    looks = sorted(gone, key=lambda k: k.at)
    moments = [k.at for k in looks if k.concluded][:1]
    bare = [k.at for k in looks if not k.concluded]
    counted: list[datetime] = []
    for at in bare:
        if not counted or at >= counted[-1] + rule.apart:
            counted.append(at)
    if len(counted) >= rule.misses:
        moments.append(bare[0])
    return min(moments, default=None)


def runs(looks: Iterable[Look], rule: MissRule) -> Iterator[Run]:
    """Yield the runs of usable looks in order; the first has no online look before it."""
    online_at: datetime | None = None
    gone: list[Look] = []
    for look in looks:
        if look.seen is Seen.ONLINE:
            yield Run(online_at, counted_gone(gone, rule))
            online_at, gone = look.at, []
        else:
            gone.append(look)
    yield Run(online_at, counted_gone(gone, rule))


def spells(
    all_runs: Iterable[Run], quiet_spell: timedelta, vanished: tuple[datetime, ...] = ()
) -> tuple[tuple[Run, ...], ...]:
    """Split the runs where the item came back after more than the quiet spell.

    Back within the quiet spell (exactly at its end included) is a flap: the same spell.

    Args:
        all_runs: in order, as `runs` yields them.
        quiet_spell: how long an item must be away to have returned.
        vanished: when its domain or network was recorded as gone; away from then on, too.
    """
    split: list[list[Run]] = [[]]
    before: Run | None = None
    for run in all_runs:
        if before is not None and run.online_at is not None:
            away = _away(before, run.online_at, vanished)
            if away is not None and run.online_at - away > quiet_spell:
                split.append([])
        split[-1].append(run)
        before = run
    return tuple(tuple(spell) for spell in split)


def _away(run: Run, back_at: datetime, vanished: tuple[datetime, ...]) -> datetime | None:
    """Return since when the item, seen before, was away before it was seen back."""
    moments = [at for at in vanished if run.online_at is not None and run.online_at < at < back_at]
    if run.gone_at is not None:
        moments.append(run.gone_at)
    return min(moments, default=None)
