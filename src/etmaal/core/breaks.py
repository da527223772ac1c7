"""A break in a series: when the way of measuring changed, and what changed.

On either side of one, a difference between two figures may be the method's and nobody's behaviour.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class BreakKind(StrEnum):
    """What changed."""

    CHECKER = "checker"  # how, from where, or how often was looked
    SAMPLING = "sampling"  # all items or a part of them, or how that part was drawn
    RULE = "rule"  # what counts as illegal, noticed, online or gone
    SOURCE = "source"  # where reports come from, or which file they are read from


class Break(NamedTuple):
    """One break; ``date`` is the civil day in the clock's zone, ``detail`` may be empty."""

    date: date
    kind: BreakKind
    detail: str
