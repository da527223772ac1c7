"""What became of each provider's episodes: one bar a provider, cut into parts that sum to all."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts import palette
from etmaal.charts.frame import Frame
from etmaal.charts.names import largest
from etmaal.charts.rows import Row, lay_out
from etmaal.charts.spec import Key, Spec, Word, base, legend, percent_axis, pixels, words
from etmaal.charts.svg import render

# A part narrower than this many pixels has no room for its own percentage.
_ROOM = 38.0


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of part: its name for the legend, its fill, the colour of words upon it."""

    text: str
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A provider's shares, one for each part and in their order, together 1, of ``n`` episodes."""

    name: str
    n: int
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What is written beside the bars; ``rest`` takes ``{count}``, ``aside`` takes ``{n}``."""

    rest: str
    aside: str


def outcome_parts(
    in_time: str, undecided: str, pending: str, ended: str, late: str
) -> tuple[Part, ...]:
    """Return the five outcomes, from surely in time to surely late, with the doubt between."""
    return (
        Part(in_time, palette.DEEP, palette.PAPER),
        Part(undecided, palette.HATCH, palette.INK),
        Part(pending, palette.LINES, palette.INK),
        Part(ended, palette.DOTS, palette.INK),
        Part(late, palette.AMBER, palette.INK),
    )


def time_parts(within_24h: str, to_48h: str, over_48h: str, ended: str) -> tuple[Part, ...]:
    """Return the three bands of time and what ended otherwise."""
    return (
        Part(within_24h, palette.DEEP, palette.PAPER),
        Part(to_48h, palette.SOFT, palette.INK),
        Part(over_48h, palette.AMBER, palette.INK),
        Part(ended, palette.DOTS, palette.INK),
    )


def gathered(bars: Sequence[Bar], rest: str) -> list[Bar]:
    """Return the bars a chart shows: the largest by n, then one for all others together.

    The shares of that last bar are the others' weighted by n, so that counts still add up.
    """
    shown, others = largest(bars, lambda bar: bar.n)
    n = sum(bar.n for bar in others)
    if n == 0:
        return shown
    parts = range(len(others[0].shares))
    shares = tuple(sum(b.shares[i] * b.n for b in others) / n for i in parts)
    return [*shown, Bar(rest.format(count=len(others)), n, shares)]


def draw(bars: Sequence[Bar], parts: Sequence[Part], text: Words, frame: Frame) -> str:
    """Draw one bar for each provider, in the order given.

    Raises:
        ValueError: if a bar has not one share for each part.
    """
    if any(len(bar.shares) != len(parts) for bar in bars):
        raise ValueError("a bar needs one share for each part")
    shown = gathered(bars, text.rest)
    asides = [text.aside.format(n=frame.locale.count(bar.n)) for bar in shown]
    layout = lay_out([Row(b.name, a) for b, a in zip(shown, asides, strict=True)], frame)
    keys = legend([Key(part.text, part.fill) for part in parts], frame, left=layout.left)
    padding = layout.padding(top=keys.height, bottom=26)
    width = frame.width - padding.left - padding.right
    half = layout.bar / 2
    layers = [_axis()]
    labels: list[Word] = []
    for i, part in enumerate(parts):
        places = []
        for bar, centre in zip(shown, layout.centres, strict=True):
            before, share = sum(bar.shares[:i]), bar.shares[i]
            if share <= 0:
                continue
            places.append(
                {"from": before, "to": before + share, "y": centre - half, "y2": centre + half}
            )
            if share * width >= _ROOM:
                middle = (before + share / 2) * width
                written = frame.locale.percent(share, 0)
                labels.append(Word(middle, centre, written, "center", part.ink, 11.5))
        layers.append(_segments(places, part.fill))
    layers += [*words(labels), *layout.layers, *keys.layers]
    return render(base(frame, height=layout.height, padding=padding, layers=layers), frame)


def _axis() -> Spec:
    return {
        "data": {"values": [{"share": 0}]},
        "mark": {"type": "rule", "opacity": 0},
        "encoding": {"x": {"field": "share", **percent_axis()}},
    }


def _segments(places: list[dict[str, float]], fill: str) -> Spec:
    return {
        "data": {"values": places},
        # The paper's line between two parts keeps them apart for who sees no difference in fill.
        "mark": {"type": "rect", "fill": fill, "stroke": palette.PAPER, "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "from", "type": "quantitative"},
            "x2": {"field": "to"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
        },
    }
