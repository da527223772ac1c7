"""What a block of the page is made of: a finding in words, charts, the tables behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from etmaal.charts.frame import NARROW, WIDE, Frame
from etmaal.letters.values import Bulletin, Section
from etmaal.letters.writing import Writing

NAME, TEXT, NUMBER, N = "name", "text", "number", "n"
"""Kinds of columns: what a row is about, words, figures, and the n that figures rest on."""

Cell = str | Markup


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and kind."""

    head: str
    kind: str = NUMBER


@dataclass(frozen=True, slots=True)
class Table:
    """A table: every row has a cell for each column, the first of which names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row without a cell for each column: {self.caption}")


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart drawn twice, for a desk and for a telephone; or once, for a gallery."""

    wide: Markup
    narrow: Markup | None = None
    label: Cell = ""
    below: Cell = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``empty`` says why there is nothing to show, and then nothing else is.

    ``shown`` tables stand open, ``behind`` tables are those of the charts.
    """

    key: str
    title: str
    lead: Cell = ""
    pictures: tuple[Picture, ...] = ()
    gallery_title: str = ""
    gallery: tuple[Picture, ...] = ()
    shown: tuple[Table, ...] = ()
    behind: tuple[Table, ...] = ()
    reading: Cell = ""
    limits: Cell = ""
    notes: tuple[Cell, ...] = ()
    empty: str = ""


Draw = Callable[[Frame], str]


def picture(
    draw: Draw, name: str, title: str, desc: str, w: Writing, notes: Sequence[Cell] = ()
) -> Picture:
    """Draw a chart at both widths; its caveats go into its description, wherever it is taken."""
    locale = w.words.locale
    told = (note.striptags() if isinstance(note, Markup) else note for note in notes)
    desc = " ".join([desc, *told])
    return Picture(
        wide=Markup(draw(Frame(f"{name}-wide", title, desc, WIDE, locale))),  # noqa: S704
        narrow=Markup(draw(Frame(f"{name}-narrow", title, desc, NARROW, locale))),  # noqa: S704
    )


def empty(key: str, w: Writing, why: str = "none") -> Block:
    """Return a block that says why there is nothing to show."""
    return Block(key, w.words.text(f"{key}.title"), empty=w.words.text(f"{key}.{why}"))


def notes(b: Bulletin, section: Section, w: Writing) -> tuple[Markup, ...]:
    """Return the caveats that travel with a section."""
    return tuple(w.caveat(caveat) for caveat in b.caveats if caveat.section is section)


def norm(b: Bulletin, w: Writing) -> str:
    """Return the clock's norm in words."""
    return w.hours(b.measured.clock.norm_hours)


def columns(*kinds_and_heads: tuple[str, str]) -> tuple[Column, ...]:
    """Return columns from pairs of kind and heading."""
    return tuple(Column(head, kind) for kind, head in kinds_and_heads)


def rows_of(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows as a table holds them."""
    return tuple(tuple(row) for row in rows)
