"""How exact may the figures of a coded provider be?

Whoever knows how many notices a company had, knows its letter by that number. So what is said of
each provider is rounded: counts and hours to two digits, shares to whole percents. That makes it
harder, not impossible: of a very small or a very large one the rounded figures are enough.
"""

from dataclasses import replace
from math import ceil, floor, log10
from typing import Any

from etmaal.charts.curves import Mass
from etmaal.charts.funnel import Limit
from etmaal.charts.lorenz import LorenzPoint
from etmaal.charts.numbers import Rounded
from etmaal.letters.values import (
    AverageRow,
    Bulletin,
    Caveat,
    Concentration,
    CurveLine,
    Delivery,
    DeliveryRow,
    Funnel,
    HourShare,
    ProviderRow,
    Share,
    TopShare,
)

DIGITS = 2
# What is nearly nothing, or nearly all, is neither; these are written as less, or more, than 1 %.
_ALMOST_NONE, _ALMOST_ALL = 0.005, 0.995

_COUNTS = (
    "n", "episodes", "items", "sites", "still_open", "start_unknown", "undeliverable",
    "not_noticed", "gone_before_start", "withdrawn", "wrong_addressee",
)  # fmt: skip
_OUTCOMES = ("in_time_n", "late_n", "ended_n", "undecided_n", "pending_n")
_NOTICES = (
    "notices", "accepted", "bounced", "refused", "unknown", "obstructed", "undeliverable",
)  # fmt: skip


def coarse(bulletin: Bulletin) -> Bulletin:
    """Return a bulletin that says of each provider no more than two digits and whole percents.

    What is said of all together stays as it is, but where it would give one provider away: the
    average without what could not be measured, all notices, the spread of the volume.
    """
    found = bulletin.delivery
    return replace(
        bulletin,
        providers=tuple(map(_row, bulletin.providers)),
        provider_curves=tuple(map(_curve, bulletin.provider_curves)),
        averages=tuple(map(_average, bulletin.averages)),
        concentration=_concentration(bulletin.concentration),
        funnel=None if bulletin.funnel is None else _funnel(bulletin.funnel),
        delivery=Delivery(
            None if found.total is None else _delivery(found.total),
            tuple(map(_delivery, found.rows)),
        ),
        caveats=tuple(map(_caveat, bulletin.caveats)),
    )


def two_digits(value: int) -> int:
    """Round a count to its first two digits, halves up."""
    return value if value < 10**DIGITS else int(_two_digits(float(value)))


def _two_digits(value: float) -> float:
    if value <= 0:
        return value
    unit = 10.0 ** (floor(log10(value)) - DIGITS + 1)
    return round(floor(value / unit + 0.5) * unit, 9)


def _hours(value: float | None) -> float | None:
    return None if value is None else _two_digits(value)


def whole_percent(share: float) -> Rounded:
    """Round a share to whole percents; nothing and all are kept for what is exactly so."""
    if share <= 0 or share >= 1:
        return Rounded(share)
    rounded = floor(share * 100 + 0.5) / 100
    return Rounded(min(max(rounded, _ALMOST_NONE), _ALMOST_ALL))


def lower_bound(share: float) -> Rounded:
    """Round a lower bound down: rounded up it would be none."""
    if share <= 0 or share >= 1:
        return Rounded(share)
    return Rounded(floor(round(share * 100, 7)) / 100 or _ALMOST_NONE)


def upper_bound(share: float) -> Rounded:
    """Round an upper bound up, likewise."""
    if share <= 0 or share >= 1:
        return Rounded(share)
    return Rounded(min(ceil(round(share * 100, 7)) / 100, _ALMOST_ALL))


def _known(share: float | None) -> Rounded | None:
    return None if share is None else whole_percent(share)


def _share(share: Share | None) -> Share | None:
    if share is None:
        return None
    return Share(
        whole_percent(share.value),
        lower_bound(share.low),
        upper_bound(share.high),
        two_digits(share.n),
    )


def _row(row: ProviderRow) -> ProviderRow:
    counts: dict[str, Any] = {name: two_digits(getattr(row, name)) for name in _COUNTS}
    parts = _parts([getattr(row, name) for name in _OUTCOMES], counts["n"])
    counts |= zip(_OUTCOMES, parts, strict=True)
    effective_n = None if row.effective_n is None else _two_digits(row.effective_n)
    return replace(
        row,
        **counts,
        returned=None if row.returned is None else two_digits(row.returned),
        surely_in_time=None if row.surely_in_time is None else lower_bound(row.surely_in_time),
        possibly_in_time=None
        if row.possibly_in_time is None
        else upper_bound(row.possibly_in_time),
        in_time=_share(row.in_time),
        within_24h=_share(row.within_24h),
        within_48h=_share(row.within_48h),
        over_48h=_within(_share(row.over_48h), _share(row.within_48h)),
        p50_hours=_hours(row.p50_hours),
        p90_hours=_hours(row.p90_hours),
        effective_n=effective_n,
        share_of_volume=whole_percent(row.share_of_volume),
    )


def _within(over: Share | None, until: Share | None) -> Share | None:
    """Keep the two parts together at no more than all, which rounding may have made them."""
    if over is None or until is None or over.value + until.value <= 1:
        return over
    value = Rounded(round(1 - until.value, 9))
    return replace(over, value=value, low=min(over.low, value))


def _parts(counts: list[int], n: int) -> list[int]:
    """Share n out over some counts in whole percents, the largest remainders rounded up."""
    total = sum(counts)
    if not total:
        return counts
    exact = [100 * count / total for count in counts]
    percents = [floor(part) for part in exact]
    order = sorted(range(len(counts)), key=lambda k: (percents[k] - exact[k], k))
    for k in order[: 100 - sum(percents)]:
        percents[k] += 1
    ends = [round(n * sum(percents[: k + 1]) / 100) for k in range(len(counts))]
    return [end - before for end, before in zip(ends, [0, *ends], strict=False)]


def _curve(line: CurveLine) -> CurveLine:
    return replace(
        line,
        n=two_digits(line.n),
        masses=_masses(line.masses),
        readings=tuple(
            HourShare(one.hours, share)
            for one in line.readings
            if (share := _share(one.share)) is not None
        ),
        p50_hours=_hours(line.p50_hours),
        p90_hours=_hours(line.p90_hours),
    )


def _masses(masses: tuple[Mass, ...]) -> tuple[Mass, ...]:
    """Let the curve rise by whole percents only, where the exact one has risen that far."""
    found, exact, told = [], 0.0, 0.0
    for mass in masses:
        exact += mass.share
        rounded = min(floor(exact * 100 + 0.5) / 100, 1.0)
        if rounded > told:
            found.append(replace(mass, share=round(rounded - told, 9)))
            told = rounded
    return tuple(found)


def _average(row: AverageRow) -> AverageRow:
    """The difference with everything is who could not be measured, which may be one provider."""
    if not row.measured_only or row.pooled is None:
        return row
    return replace(row, pooled=replace(row.pooled, n=two_digits(row.pooled.n)))


def _concentration(found: Concentration) -> Concentration:
    return replace(
        found,
        points=tuple(LorenzPoint(p.providers, whole_percent(p.volume)) for p in found.points),
        top=tuple(TopShare(one.k, whole_percent(one.share)) for one in found.top),
    )


def _funnel(found: Funnel) -> Funnel:
    """The limits are drawn at each provider's n: at the rounded ones, once each."""

    def once(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
        at = {_two_digits(limit.n): limit for limit in limits}
        return tuple(replace(limit, n=n) for n, limit in sorted(at.items()))

    return replace(found, limits=once(found.limits), by_chance=once(found.by_chance))


def _delivery(row: DeliveryRow) -> DeliveryRow:
    counts: dict[str, Any] = {name: two_digits(getattr(row, name)) for name in _NOTICES}
    return replace(row, **counts)


def _caveat(caveat: Caveat) -> Caveat:
    if caveat.name is None:
        return caveat
    return replace(
        caveat,
        count=None if caveat.count is None else two_digits(caveat.count),
        of=None if caveat.of is None else two_digits(caveat.of),
        share=_known(caveat.share),
    )
