"""How sure each provider's share is: what is sure, what is possible, the estimate, the floor.

Providers stand in groups and in the order given, never in ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.names import largest
from etmaal.charts.palette import MARKS
from etmaal.charts.rows import Layout, Row, lay_out
from etmaal.charts.spec import (
    SMALL,
    Key,
    Spec,
    Word,
    base,
    legend,
    percent_axis,
    pixels,
    rule_x,
    words,
)
from etmaal.charts.svg import render


@dataclass(frozen=True, slots=True)
class Interval:
    """One provider: fractions of 1, ``surely <= possibly`` and ``low <= value <= high``.

    ``group`` is a key of `palette.MARKS`; ``value``, ``low`` and ``high`` are None when nothing
    could be estimated.
    """

    name: str
    group: str
    n: int
    surely: float
    possibly: float
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart.

    ``groups`` names each group; ``floor`` takes ``{share}``, ``aside`` takes ``{n}``.
    """

    groups: dict[str, str]
    bounds: str
    estimate: str
    floor: str
    aside: str


def shown(intervals: Sequence[Interval]) -> tuple[list[Interval], list[Interval]]:
    """Split the intervals into those the chart shows, the largest by n, and the others."""
    return largest(intervals, lambda interval: interval.n)


def draw(intervals: Sequence[Interval], floor: float | None, text: Words, frame: Frame) -> str:
    """Draw the intervals by group, groups and members in the order given.

    Args:
        intervals: members of one group next to each other.
        floor: the floor's share, or None where nobody is judged: then no line is drawn.
        text: the words in the reader's language.
        frame: the outside.
    """
    rows: list[Row] = []
    members: list[Interval | None] = []
    for group, found in groupby(shown(intervals)[0], key=lambda interval: interval.group):
        rows.append(Row(text.groups[group], mark=MARKS[group]))
        members.append(None)
        for one in found:
            rows.append(Row(one.name, text.aside.format(n=frame.locale.count(one.n))))
            members.append(one)
    layout = lay_out(rows, frame)
    places = [(one, y) for one, y in zip(members, layout.centres, strict=True) if one is not None]
    keys = legend(
        [
            Key(text.bounds, palette.HATCH),
            Key(text.estimate, mark=MARKS["meets"]),
            *(
                [
                    Key(
                        text.floor.format(share=frame.locale.percent(floor, 0)),
                        palette.INK,
                        line=True,
                    )
                ]
                if floor is not None
                else []
            ),
        ],
        frame,
        left=layout.left,
        gap=0 if floor is None else 14,
    )
    layers = [
        _bounds(places, layout),
        *_estimates(places),
        *(_floor(floor, places, layout, frame) if floor is not None else []),
        *layout.layers,
        *keys.layers,
    ]
    padding = layout.padding(top=keys.height, bottom=26)
    return render(base(frame, height=layout.height, padding=padding, layers=layers), frame)


def _bounds(places: Sequence[tuple[Interval, float]], layout: Layout) -> Spec:
    half = layout.bar / 2 - 2.5
    return {
        "data": {
            "values": [
                # A bound without width would vanish: it is drawn a hair wide instead.
                {
                    "from": min(one.surely, 0.998),
                    "to": max(one.possibly, min(one.surely, 0.998) + 0.002),
                    "y": y - half,
                    "y2": y + half,
                }
                for one, y in places
            ]
        },
        "mark": {"type": "rect", "fill": palette.HATCH, "stroke": palette.MIDDLE},
        "encoding": {
            "x": {"field": "from", **percent_axis()},
            "x2": {"field": "to"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }


def _estimates(places: Sequence[tuple[Interval, float]]) -> list[Spec]:
    values = [
        {"value": one.value, "low": one.low, "high": one.high, "y": y}
        for one, y in places
        if one.value is not None
    ]
    x = {"type": "quantitative"}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": palette.INK, "strokeWidth": 1.6},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": pixels("y")},
        },
        {
            "data": {"values": values},
            "mark": {
                "type": "circle",
                "size": 64,
                "fill": palette.DEEP,
                "stroke": palette.PAPER,
                "opacity": 1,
            },
            "encoding": {"x": {"field": "value", **x}, "y": pixels("y")},
        },
    ]


def _floor(
    floor: float, places: Sequence[tuple[Interval, float]], layout: Layout, frame: Frame
) -> list[Spec]:
    at = floor * (frame.width - layout.left - layout.right)
    written = frame.locale.percent(floor, 0)
    # Where labels stand above the bars, a line all the way down would run through them.
    spans = [(y - 12, y + 12) for _, y in places] if frame.narrow else [(-2.0, layout.height)]
    return [
        rule_x(floor, spans),
        *words([Word(at, -9, written, "center", size=SMALL, weight=600)]),
    ]
