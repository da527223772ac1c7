"""The bulletin's sections on time: curves of removal, months, what is still open."""

from datetime import date

import numpy as np

from etmaal.charts.curves import Mass
from etmaal.engine.chosen import anything_told, known, observed, share, told
from etmaal.engine.estimates import Estimates
from etmaal.engine.findings import Findings
from etmaal.engine.measures import OPEN_EDGES
from etmaal.engine.writing import rounded
from etmaal.letters import values

SHOWN_CURVES = 6


def curve(
    made: Estimates, group: int, n: int, name: str | None = None, provider: str | None = None
) -> values.CurveLine | None:
    if n == 0:
        return None
    held = made.masses
    mine = (held.group == group) & (held.cause == 0) & np.isfinite(held.by)
    masses = [
        Mass(float(rounded(a)), float(rounded(b)), float(rounded(m)))
        for a, b, m in zip(held.after[mine], held.by[mine], held.mass[mine], strict=True)
        if rounded(m) > 0
    ]
    readings = [
        values.HourShare(hours, found)
        for hours in sorted(made.within)
        if (found := share(made.within[hours], group, n)) is not None
    ]
    return values.CurveLine(
        name=name,
        n=n,
        masses=tuple(masses),
        readings=tuple(readings),
        p50_hours=known(made.p50_hours[group]),
        p90_hours=known(made.p90_hours[group]),
        provider=provider,
    )


def provider_curves(found: Findings) -> tuple[values.CurveLine, ...]:
    """The curves of the providers with most rows, in the order of their ids."""
    n = found.whole["n"]
    told = [k for k in found.provider_numbers() if n[k] and anything_told(found, k)]
    largest = sorted(told, key=lambda k: (-int(n[k]), k))[:SHOWN_CURVES]
    lines = [
        curve(found.estimates, k, int(n[k]), found.profiles[name].name, name)
        for k, name in ((k, found.names[k]) for k in sorted(largest))
    ]
    return tuple(line for line in lines if line is not None)


def months(found: Findings) -> tuple[values.MonthPoint, ...]:
    n, in_time, late = (found.monthly[name].sum(axis=0) for name in ("n", "in_time", "late"))

    def point(m: int, month: date) -> values.MonthPoint:
        some = n[m] and told(in_time[m] / n[m], 1 - late[m] / n[m])
        part = share(found.by_month_overall.in_time, m, int(n[m]) if some else 0)
        return values.MonthPoint(month.year, month.month, int(n[m]), part)

    return tuple(point(m, month) for m, month in enumerate(found.months))


def still_open(found: Findings) -> values.StillOpen:
    return values.StillOpen(
        count=int(found.total["still_open"][0]),
        n=int(found.total["n"][0]),
        p50_hours=observed(found, "open_age_p50_hours")[0],
        p90_hours=observed(found, "open_age_p90_hours")[0],
        ages=tuple(
            values.HoursBin(edge, before, count)
            for edge, before, count in zip(
                OPEN_EDGES, [*OPEN_EDGES[1:], None], found.still_open.counts, strict=True
            )
        ),
        unlooked=found.still_open.unlooked,
    )
