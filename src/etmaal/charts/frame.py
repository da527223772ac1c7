"""What every chart needs beside its values: a name, words for who cannot see it, a width."""

import re
from dataclasses import dataclass

from etmaal.charts.numbers import ENGLISH, Locale

WIDE = 760
"""Pixels: the text column of a desk screen and of A4."""
NARROW = 328
"""Pixels: a telephone of 360 less its margins. Labels then stand above what they name."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Frame:
    """The outside of one chart.

    Args:
        name: lower-case words joined by hyphens, unique on the page; ids become ``<name>-<n>``.
        title: what the chart shows, in a few words.
        desc: what is to be seen in it, for who cannot see it.
        width: outer width in pixels.
        locale: how numbers are written.

    Raises:
        ValueError: if the name cannot be part of an id.
    """

    name: str
    title: str
    desc: str
    width: int = WIDE
    locale: Locale = ENGLISH

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a chart's name: {self.name!r}")

    @property
    def narrow(self) -> bool:
        """Whether labels must stand above instead of beside."""
        return self.width < 500
