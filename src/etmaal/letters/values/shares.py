"""What a share is in a bulletin: an estimate with its interval, or a counted part of a whole."""

from dataclasses import dataclass

# Rounding to nine digits may leave an end this far on the wrong side of its estimate.
_ROUNDED = 1e-8


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share with its 95 % interval, fractions of 1, and what it rests on.

    Raises:
        ValueError: if the estimate lies outside its interval, or the interval outside 0 and 1.
    """

    value: float
    low: float
    high: float
    n: int

    def __post_init__(self) -> None:
        inside = self.low - _ROUNDED <= self.value <= self.high + _ROUNDED
        if not (inside and self.low >= -_ROUNDED and self.high <= 1 + _ROUNDED):
            raise ValueError(f"a share outside its interval: {self}")


@dataclass(frozen=True, slots=True)
class Part:
    """A counted part of a whole: observed, so it has an n and no interval.

    Raises:
        ValueError: if the part is more than the whole, or the whole is nothing.
    """

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of or self.of == 0:
            raise ValueError(f"not a part of a whole: {self}")

    @property
    def value(self) -> float:
        """The fraction of 1."""
        return self.count / self.of


@dataclass(frozen=True, slots=True)
class HourShare:
    """The share removed within so many hours."""

    hours: float
    share: Share


@dataclass(frozen=True, slots=True)
class HoursBin:
    """A count in ``[from_hours, before_hours)``; None for no upper end."""

    from_hours: float
    before_hours: float | None
    count: int
