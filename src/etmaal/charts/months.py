"""How the share within the norm went from month to month, with its interval and its n.

Where the way of measuring changed a line is drawn: what differs on its two sides may be no more
than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
    width_of,
    words,
)
from etmaal.charts.svg import render

_BARS = 46.0
"""Pixels of the strip below the shares that shows each month's n."""
_LINE = 15.0
"""Pixels from the words of one change to those of the next, which stand lower."""
_MOST_NAMED = 4
"""Changes with words beside their line; of more than these each has only its number."""


@dataclass(frozen=True, slots=True)
class MonthValue:
    """One month: fractions of 1, or None when nothing could be estimated; its ``n``.

    ``label`` is short ("Jan"), ``year`` is written under the first month of each year.
    """

    label: str
    year: str
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change in the way of measuring: so many months after the start of the first one shown.

    ``number`` is that of its line in the table, ``text`` a few words on what changed.
    """

    months: float
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in the chart: the legend's entries and the name of the lower strip."""

    estimate: str
    interval: str
    strip: str
    change: str = ""


def draw(
    months: Sequence[MonthValue], text: Words, frame: Frame, changes: Sequence[Change] = ()
) -> str:
    """Draw the months in the order given, none left out between them, and the changes."""
    named = len(changes) <= _MOST_NAMED
    room = _LINE * (len(changes) if named else 1) if changes else 0.0
    keys = legend(
        [
            Key(text.estimate, mark=palette.MARKS["meets"]),
            Key(text.interval, palette.INK, line=True),
            *([Key(text.change, palette.AMBER, line=True)] if changes else []),
        ],
        frame,
        left=44,
        gap=room,
    )
    plot = 190.0 if frame.narrow else 230.0
    padding = Padding(left=44, right=14, top=keys.height + 4, bottom=86 + _BARS)
    width = frame.width - padding.left - padding.right
    step = width / max(len(months), 1)
    places = [step * (i + 0.5) for i in range(len(months))]
    layers = [
        *_shares(months, places),
        *_strip(months, places, step, plot, frame),
        *_changes(changes, step, width, plot, named=named),
        *words(_names(months, places, step, plot, text)),
        *keys.layers,
    ]
    return render(base(frame, height=plot, padding=padding, layers=layers), frame)


def _shares(months: Sequence[MonthValue], places: Sequence[float]) -> list[Spec]:
    values = [
        {"px": x, "value": m.value, "low": m.low, "high": m.high}
        for m, x in zip(months, places, strict=True)
        if m.value is not None
    ]
    y = percent_axis(labelFlush=False)
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": palette.INK, "strokeWidth": 1.6},
            "encoding": {"x": pixels("px"), "y": {"field": "low", **y}, "y2": {"field": "high"}},
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
            "encoding": {"x": pixels("px"), "y": {"field": "value", "type": "quantitative"}},
        },
    ]


def _changes(
    changes: Sequence[Change], step: float, width: float, plot: float, *, named: bool
) -> list[Spec]:
    """Return a line for each change, from its words down through the shares."""
    lines: list[dict[str, float]] = []
    texts: list[Word] = []
    for i, change in enumerate(changes):
        x = min(max(change.months * step, 0.0), width)
        top = -8.0 - (_LINE * (len(changes) - 1 - i) if named else 0.0)
        lines.append({"x": x, "from": top - 6, "to": plot})
        written = f"{change.number}  {change.text}" if named else change.number
        if not named:
            # Where two would touch, the table alone has the second.
            if not texts or x + 3 >= texts[-1].x + width_of(texts[-1].text, SMALL):
                texts.append(Word(x + 3, top, written, size=SMALL, weight=600))
        elif x + 5 + width_of(written, SMALL) <= width + 14:
            texts.append(Word(x + 5, top, written, size=SMALL, weight=600))
        else:
            texts.append(Word(x - 5, top, written, "right", size=SMALL, weight=600))
    return [
        {
            "data": {"values": lines},
            "mark": {
                "type": "rule", "color": palette.AMBER, "strokeWidth": 2, "strokeDash": [6, 3]
            },
            "encoding": {"x": pixels("x"), "y": pixels("from"), "y2": {"field": "to"}},
        },
        *words(texts),
    ] if changes else []  # fmt: skip


def _strip(
    months: Sequence[MonthValue], places: Sequence[float], step: float, plot: float, frame: Frame
) -> list[Spec]:
    most = max((m.n for m in months), default=0) or 1
    bottom, half = plot + 80 + _BARS, min(step * 0.32, 16)
    bars = [
        {"x": x - half, "x2": x + half, "y": bottom - m.n / most * _BARS, "y2": bottom}
        for m, x in zip(months, places, strict=True)
    ]
    counts = [
        Word(x, bar["y"] - 8, frame.locale.count(m.n), "center", palette.MUTED, 10.5)
        for m, x, bar in zip(months, places, bars, strict=True)
        if step >= 34
    ]
    return [
        {
            "data": {"values": bars},
            "mark": {"type": "rect", "fill": palette.PALE},
            "encoding": {
                "x": pixels("x"),
                "x2": {"field": "x2"},
                "y": pixels("y"),
                "y2": {"field": "y2"},
            },
        },
        *words(counts),
    ]


def _names(
    months: Sequence[MonthValue], places: Sequence[float], step: float, plot: float, text: Words
) -> list[Word]:
    # A name takes about 30 pixels: where months stand closer, every second or third has one.
    every = next(e for e in (1, 2, 3, 4, 6, 12, 24, 60, 600) if e * step >= 30 or e == 600)
    found: list[Word] = []
    for i, (month, x) in enumerate(zip(months, places, strict=True)):
        if i % every == 0:
            found.append(Word(x, plot + 14, month.label, "center", palette.MUTED, SMALL))
        if i == 0 or months[i - 1].year != month.year:
            near_the_end = len(months) - i < 34 / step
            if i == 0 or not near_the_end:
                found.append(Word(x, plot + 30, month.year, "center", palette.MUTED, SMALL, 600))
    found.append(Word(-44, plot + 48, text.strip, colour=palette.MUTED, size=SMALL))
    return found
