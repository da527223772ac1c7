"""How a comparison is said in a language: its own words, and changes of shares in points."""

from dataclasses import dataclass

from markupsafe import Markup

from etmaal.core.comparison import Change, Comparison, Span
from etmaal.core.comparison import Word as Said
from etmaal.letters.blocks.block import Cell
from etmaal.letters.words import words_with
from etmaal.letters.writing import Writing, isolated

PAGE = "comparison"


@dataclass(frozen=True, slots=True)
class Saying:
    """A comparison and the language it is said in."""

    c: Comparison
    w: Writing

    @classmethod
    def of(cls, comparison: Comparison, language: str) -> "Saying":
        """Return the way to say a comparison in a language.

        Raises:
            ValueError: if the language has no catalogue.
        """
        return cls(comparison, Writing(words_with(PAGE, language)))

    def text(self, key: str, **values: object) -> str:
        """Return one of the comparison's own texts."""
        return self.w.words.text(f"{PAGE}.{key}", **values)

    def rich(self, key: str, **values: object) -> Markup:
        """Return one of the comparison's own texts as HTML."""
        return self.w.words.rich(f"{PAGE}.{key}", **values)

    @property
    def norm(self) -> str:
        """Return the norm in words."""
        return self.w.hours(self.c.norm_hours)

    def signed(self, change: float) -> str:
        """Return a change of a share in points with its sign, which nothing at all has not."""
        number = self.w.words.locale.number(abs(change) * 100, 1)
        if float(f"{abs(change) * 100:.1f}") == 0:
            return number
        return self.text("plus" if change > 0 else "minus") + number

    def points(self, change: float | None) -> str:
        """Return a change in points, or a dash."""
        if change is None:
            return self.w.words.text("unit.none")
        return self.text("points", points=self.signed(change))

    def change(self, span: Span | None) -> Cell:
        """Return a change with its interval as a cell of a table whose caption says points."""
        if span is None:
            return self.w.words.text("unit.none")
        return self._cell(self.signed(span.value), self.signed(span.low), self.signed(span.high))

    def share(self, span: Span | None) -> Cell:
        """Return a share with its interval as a cell."""
        if span is None:
            return self.w.words.text("unit.none")
        return self._cell(*(self.w.percent(x) for x in (span.value, span.low, span.high)))

    def _cell(self, value: str, low: str, high: str) -> Markup:
        """A value with its interval below it: side by side they make a table too wide to read."""
        interval = self.w.words.text("unit.interval", low=low, high=high)
        return Markup('{} <span class="because">({})</span>').format(value, interval)

    def change_in_points(self, span: Span | None) -> str:
        """Return a change with its interval as part of a sentence."""
        if span is None:
            return self.w.words.text("unit.none")
        low, high = self.signed(span.low), self.signed(span.high)
        return self.text("points_interval", points=self.signed(span.value), low=low, high=high)

    def verdict(self, word: str | None, because: str | None) -> str:
        """Return a verdict, and of an unmeasurable provider whose doing that is."""
        if word is None:
            return self.w.words.text("unit.none")
        said = self.w.words.text(f"verdict.{word}")
        if word == "unmeasurable" and because in ("ours", "theirs"):
            return f"{said}. {self.w.words.text(f'because.{because}')}"
        return said

    def name(self, change: Change) -> str:
        """Return a provider's name on one line."""
        return self.w.named(change.name) or change.provider

    def isolated(self, change: Change) -> Markup:
        """Return a provider's name as HTML that keeps its direction of writing to itself."""
        return isolated(self.name(change))

    def ordered(self) -> list[Change]:
        """Return the changes by what may be said, and within that by name: never by size."""
        order = list(Said)
        return sorted(
            self.c.changes,
            key=lambda c: (order.index(c.word), self.name(c).casefold(), c.provider),
        )
