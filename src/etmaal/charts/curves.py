"""How the share removed grows with the hours: a line where the data say so, a box where not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.spec import (
    SMALL,
    Key,
    Padding,
    Spec,
    Word,
    base,
    legend,
    percent_axis,
    pixels,
    words,
)
from etmaal.charts.svg import render

HORIZON = 96.0
"""Hours the axis runs to: twice the last band, so that the long tail is seen to be there."""


@dataclass(frozen=True, slots=True)
class Mass:
    """A share that was removed in ``(after, by]`` hours; equal: at that moment.

    The masses of a curve do not overlap, are ordered, and sum to at most 1. ``by`` is infinite
    for what was not removed as far as is known.
    """

    after: float
    by: float
    share: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The share removed within so many hours, with its 95 % interval; fractions of 1."""

    hours: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of removal and the readings that are marked upon it."""

    masses: tuple[Mass, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart: the legend's entries and the axis; ``hour`` takes ``{h}``."""

    line: str
    box: str
    reading: str
    axis: str
    hour: str


def draw(curve: Curve, norm: float, text: Words, frame: Frame, *, height: float = 260) -> str:
    """Draw one curve with the norm and the bands' limits at 24 and 48 hours.

    Args:
        curve: masses and readings.
        norm: hours of the clock's norm.
        text: the words in the reader's language.
        frame: the outside.
        height: pixels of the plot.
    """
    keys = legend(
        [
            Key(text.line, palette.DEEP, line=True),
            Key(text.box, palette.VEIL),
            Key(text.reading, mark=palette.MARKS["meets"]),
        ],
        frame,
        left=44,
        gap=16,
    )
    padding = Padding(left=44, right=14, top=keys.height, bottom=44)
    width = frame.width - padding.left - padding.right
    axis = Word(width, height + 34, text.axis, "right", palette.MUTED, SMALL)
    layers = [*_plot(curve, norm, text, width, height), *words([axis]), *keys.layers]
    return render(base(frame, height=height, padding=padding, layers=layers), frame)


def draw_small(curve: Curve, norm: float, text: Words, frame: Frame) -> str:
    """Draw one of several small curves: as `draw`, without legend and name of the axis."""
    padding, height = Padding(left=38, right=8, top=16, bottom=26), 118.0
    width = frame.width - padding.left - padding.right
    layers = _plot(curve, norm, text, width, height)
    return render(base(frame, height=height, padding=padding, layers=layers), frame)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a curve stands at some hour: fractions of 1, ``least <= even <= most``.

    ``least`` and ``most`` are the bottom and top of the box there, ``even`` spreads the box evenly.
    None of them is a bound of what was removed: they are where an estimate stands.
    """

    hours: float
    least: float
    even: float
    most: float


def standing(masses: Sequence[Mass], hours: float) -> Standing:
    """Return where the curve stands just after ``hours``."""
    return Standing(
        hours=hours,
        least=sum(m.share for m in masses if m.by <= hours),
        even=sum(m.share * _part(m, hours) for m in masses),
        most=sum(m.share for m in masses if m.after <= hours and _is_removal(m)),
    )


def steps(masses: Sequence[Mass], horizon: float = HORIZON) -> list[Standing]:
    """Return where the curve stands at each of its knots up to the horizon, in order."""
    knots = {0.0, horizon}
    knots.update(edge for mass in masses for edge in (mass.after, mass.by) if 0 < edge < horizon)
    return [standing(masses, knot) for knot in sorted(knots)]


def _is_removal(mass: Mass) -> bool:
    return mass.by != float("inf")


def _part(mass: Mass, knot: float) -> float:
    if mass.by <= knot:
        return 1.0
    if knot <= mass.after or not _is_removal(mass):
        return 0.0
    return (knot - mass.after) / (mass.by - mass.after)


def _plot(curve: Curve, norm: float, text: Words, width: float, height: float) -> list[Spec]:
    knots = steps(curve.masses)
    x = _hours()
    return [
        _boxes(curve.masses),
        *_limits(norm, text, width, height),
        {
            "data": {"values": _with_jumps(curve.masses, knots)},
            "mark": {"type": "line", "color": palette.DEEP, "strokeWidth": 2},
            "encoding": {
                "x": x,
                "y": {"field": "even", "type": "quantitative"},
                "order": {"field": "order"},
            },
        },
        *_readings(curve.readings),
    ]


def _boxes(masses: Sequence[Mass]) -> Spec:
    """Return the boxes: as wide as the doubt about the moment, as high as the share."""
    values, before = [], 0.0
    for mass in masses:
        if mass.after < min(mass.by, HORIZON) and _is_removal(mass):
            until = min(mass.by, HORIZON)
            values.append(
                {"hours": mass.after, "until": until, "least": before, "most": before + mass.share}
            )
        before += mass.share
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "fill": palette.VEIL, "stroke": palette.PALE, "strokeWidth": 1},
        "encoding": {
            "x": _hours(),
            "x2": {"field": "until"},
            "y": {"field": "least", **percent_axis(labelFlush=False)},
            "y2": {"field": "most"},
        },
    }


def _with_jumps(masses: Sequence[Mass], knots: Sequence[Standing]) -> list[dict[str, float]]:
    """Return the even line with the foot of each jump: a removal at one moment is upright."""
    jumps = dict.fromkeys((m.by for m in masses if m.after == m.by), 0.0)
    for mass in masses:
        if mass.after == mass.by:
            jumps[mass.by] += mass.share
    line: list[dict[str, float]] = []
    for knot in knots:
        if knot.hours in jumps:
            foot = knot.even - jumps[knot.hours]
            line.append({"hours": knot.hours, "even": foot, "order": len(line)})
        line.append({"hours": knot.hours, "even": knot.even, "order": len(line)})
    return line


def _hours() -> dict[str, Any]:
    return {
        "field": "hours",
        "type": "quantitative",
        "scale": {"domain": [0, HORIZON], "nice": False},
        "axis": {"values": [0, 24, 48, 72, 96], "grid": False, "format": "d"},
    }


def _limits(norm: float, text: Words, width: float, height: float) -> list[Spec]:
    at = sorted({norm, 24.0, 48.0} if norm <= HORIZON else {24.0, 48.0})
    rules: list[Spec] = [
        {
            "data": {"values": [{"px": hours / HORIZON * width, "y": 0, "y2": height}]},
            "mark": {
                "type": "rule",
                "color": palette.INK if hours == norm else palette.RULE,
                "strokeWidth": 1.3,
                "strokeDash": [] if hours == norm else [4, 3],
            },
            "encoding": {"x": pixels("px"), "y": pixels("y"), "y2": {"field": "y2"}},
        }
        for hours in at
    ]
    names = [
        Word(
            h / HORIZON * width,
            -9,
            text.hour.format(h=f"{h:g}"),
            "center",
            size=SMALL,
            weight=600 if h == norm else 400,
        )
        for h in at
    ]
    return [*rules, *words(names)]


def _readings(readings: Sequence[Reading]) -> list[Spec]:
    values = [
        {"hours": r.hours, "value": r.value, "low": r.low, "high": r.high}
        for r in readings
        if r.hours <= HORIZON
    ]
    x, y = {"field": "hours", "type": "quantitative"}, {"type": "quantitative"}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": palette.INK, "strokeWidth": 1.8},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": values},
            "mark": {
                "type": "circle",
                "size": 60,
                "fill": palette.DEEP,
                "stroke": palette.PAPER,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": {"field": "value", **y}},
        },
    ]
