"""One drawing of each chart for a number of providers. Loaded by path from the tests beside it."""

from collections.abc import Sequence

from etmaal.charts import (
    bands,
    change,
    crossing,
    curves,
    delays,
    funnel,
    gaps,
    intervals,
    lorenz,
    months,
    polarisation,
)
from etmaal.charts.frame import Frame
from etmaal.charts.palette import MARKS

GROUPS = {group: f"Group {group}" for group in MARKS}
UNKIND = (
    "شركة استضافة مثال",
    '<script>alert("x")</script> & "Zn."',
    "W" * 200,
    "Control \x00\x07\u202e\ud800 break\n",
    "",
)


def named(count: int) -> list[str]:
    return [*UNKIND, *(f"Provider {i:03d}" for i in range(count))][:count]


def draw_bands(names: Sequence[str], frame: Frame) -> str:
    bars = [bands.Bar(name, 10 + i, (0.5, 0.2, 0.1, 0.05, 0.15)) for i, name in enumerate(names)]
    parts = bands.outcome_parts("in time", "undecided", "pending", "ended", "late")
    return bands.draw(bars, parts, bands.Words("Other {count} providers", "n {n}"), frame)


def draw_times(names: Sequence[str], frame: Frame) -> str:
    bars = [bands.Bar(name, 10 + i, (0.6, 0.1, 0.25, 0.05)) for i, name in enumerate(names)]
    parts = bands.time_parts("24", "48", "over", "ended")
    return bands.draw(bars, parts, bands.Words("Other {count} providers", "n {n}"), frame)


def draw_intervals(names: Sequence[str], frame: Frame) -> str:
    groups = list(MARKS)
    found = sorted(
        (
            intervals.Interval(name, groups[i % 6], 5 + i, 0.4, 0.8, 0.6, 0.35, 0.85)
            for i, name in enumerate(names)
        ),
        key=lambda one: groups.index(one.group),
    )
    words = intervals.Words(GROUPS, "bounds", "estimate", "floor {share}", "n {n}")
    return intervals.draw(found, 0.9, words, frame)


def draw_change(names: Sequence[str], frame: Frame) -> str:
    groups = list(change.GROUPS)
    sides = change.Side(0.3, 0.2, 0.45, 40), change.Side(0.9, 0.8, 1.0, 5)
    found = [change.Pair(name, groups[i * 3 // len(names)], *sides) for i, name in enumerate(names)]
    words = change.Words({g: f"Group {g}" for g in groups}, "before", "after", "{before} / {after}")
    return change.draw(found, words, frame)


def curve() -> curves.Curve:
    masses = (
        curves.Mass(0, 2, 0.3),
        curves.Mass(5, 5, 0.2),
        curves.Mass(20, 30, 0.1),
        curves.Mass(90, 120, 0.1),
        curves.Mass(130, float("inf"), 0.3),
    )
    return curves.Curve(masses, (curves.Reading(24, 0.54, 0.5, 0.6),))


def draw_curve(names: Sequence[str], frame: Frame) -> str:
    words = curves.Words("line", "box", "reading", "hours", "{h} h")
    return curves.draw(curve() if names else curves.Curve((), ()), 24.0, words, frame)


def draw_small(names: Sequence[str], frame: Frame) -> str:
    words = curves.Words("line", "box", "reading", "hours", "{h} h")
    return curves.draw_small(curve() if names else curves.Curve((), ()), 12.0, words, frame)


def draw_lorenz(names: Sequence[str], frame: Frame) -> str:
    n = len(names)
    points = [lorenz.LorenzPoint(i / n, (i / n) ** 2) for i in range(n + 1)] if n else []
    return lorenz.draw(points, lorenz.Words("as it is", "equal", "across", "up"), frame)


def draw_funnel(names: Sequence[str], frame: Frame) -> str:
    groups = list(MARKS)
    points = [
        funnel.Point(name, groups[i % 6], 1 + i * i, (i % 11) / 10) for i, name in enumerate(names)
    ]
    limits = [funnel.Limit(n, 0.6, 0.9, 0.5, 0.95) for n in (1.0, 100.0, 40_000.0)]
    words = funnel.Words(GROUPS, "centre", "95", "99.8", "n", "by chance")
    shown = limits if names else []
    return funnel.draw(points, shown, 0.8, words, frame, shown)


def draw_months(names: Sequence[str], frame: Frame) -> str:
    found = [
        months.MonthValue("Jan", str(2020 + i // 12), i, None if i == 1 else 0.5, 0.4, 0.6)
        for i in range(len(names))
    ]
    changes = [months.Change(i * 1.5, str(i), name) for i, name in enumerate(names[:7])]
    words = months.Words("estimate", "interval", "n", "another way")
    return months.draw(found, words, frame, changes)


def draw_polarisation(names: Sequence[str], frame: Frame) -> str:
    bins = [polarisation.ShareBin(i / 10, (i + 1) / 10, len(names) * (i % 3)) for i in range(10)]
    return polarisation.draw(bins, polarisation.Words("share", "providers"), frame)


def draw_gaps(names: Sequence[str], frame: Frame) -> str:
    classes = [gaps.HourClass(f"up to {h} hours", len(names) * h) for h in (1, 6, 24)]
    return gaps.draw(classes if names else [], frame)


def draw_delays(names: Sequence[str], frame: Frame) -> str:
    found = [
        delays.Delay(f"Delay {i}", "from a to b", None if i % 4 == 3 else i * 2.5,
                     None if i % 3 == 2 else i * 9.0, "half; most; n")
        for i in range(len(names))
    ]  # fmt: skip
    return delays.draw(found, delays.Words("half", "90%"), frame)


def draw_crossing(names: Sequence[str], frame: Frame) -> str:
    some = names[:6]
    parts = [[(i * j % 5) / 20 for j in range(len(some))] for i in range(len(names))]
    return crossing.draw(names, some, parts, crossing.Words("rows", "columns"), frame)


DRAWINGS = {
    "bands": draw_bands,
    "times": draw_times,
    "intervals": draw_intervals,
    "change": draw_change,
    "curve": draw_curve,
    "small curve": draw_small,
    "lorenz": draw_lorenz,
    "funnel": draw_funnel,
    "months": draw_months,
    "polarisation": draw_polarisation,
    "gaps": draw_gaps,
    "delays": draw_delays,
    "crossing": draw_crossing,
}
