"""How a chart with a row for each provider is laid out: labels beside or above what they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from etmaal.charts.frame import Frame
from etmaal.charts.names import shortened
from etmaal.charts.palette import MUTED, Mark
from etmaal.charts.spec import SMALL, Padding, Spec, Word, shapes, words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the chart: a provider, or the heading of a group when ``mark`` is given.

    ``aside`` stands at the right: usually n, so that no share is read without it.
    """

    label: str
    aside: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows lie: pixels of the plot's height.

    Attributes:
        height: of all rows together.
        centres: of what is drawn in each row, in the order of the rows.
        left: room for labels left of the plot.
        right: room for the asides right of it.
        bar: thickness of a bar.
    """

    height: float
    centres: tuple[float, ...]
    left: float
    right: float
    bar: float
    layers: tuple[Spec, ...]

    def padding(self, *, top: float, bottom: float) -> Padding:
        """Return the padding with the room this layout needs at the sides."""
        return Padding(left=self.left, right=self.right, top=top, bottom=bottom)


def lay_out(rows: Sequence[Row], frame: Frame) -> Layout:
    """Place rows under each other and write their labels and asides."""
    return _above(rows, frame) if frame.narrow else _beside(rows, frame)


def _beside(rows: Sequence[Row], frame: Frame) -> Layout:
    left, right, bar = 220.0, 84.0, 17.0
    edge = frame.width - left
    y, centres, texts, marks = 0.0, [], [], []
    for row in rows:
        if row.mark is not None:
            y += 12 if y else 0
            marks.append((7 - left, y + 14, row.mark))
            texts.append(Word(20 - left, y + 14, row.label, weight=600))
        else:
            label = shortened(row.label, 28)
            texts.append(Word(-12, y + 13, label, align="right"))
            texts.append(Word(edge, y + 13, row.aside, align="right", colour=MUTED, size=SMALL))
        centres.append(y + 13)
        y += 26
    return Layout(y, tuple(centres), left, right, bar, _layers(texts, marks))


def _above(rows: Sequence[Row], frame: Frame) -> Layout:
    bar = 15.0
    y, centres, texts, marks = 0.0, [], [], []
    for row in rows:
        if row.mark is not None:
            y += 10 if y else 0
            marks.append((7, y + 14, row.mark))
            texts.append(Word(20, y + 14, shortened(row.label, 34), weight=600))
            centres.append(y + 14)
            y += 30
            continue
        texts.append(Word(0, y + 11, shortened(row.label, 38 - len(row.aside))))
        texts.append(Word(frame.width, y + 11, row.aside, "right", colour=MUTED, size=SMALL))
        centres.append(y + 29)
        y += 46
    return Layout(y, tuple(centres), 0, 0, bar, _layers(texts, marks))


def _layers(texts: Sequence[Word], marks: Sequence[tuple[float, float, Mark]]) -> tuple[Spec, ...]:
    return (*words(texts), *shapes(marks, size=11))
