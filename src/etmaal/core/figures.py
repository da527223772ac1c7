"""A figure: one number that never goes without its unit, its n and, if estimated, its interval."""

from dataclasses import dataclass

WHOLE = "whole"
OVERALL = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed value of an indicator.

    Args:
        indicator: its id in the definitions.
        provider: whose it is; empty for the whole of the edition.
        period: ``whole`` or a month as ``2025-03``.
        value: None where it cannot be known (no rows, never reached).
        low, high: bounds of the 95 % interval; None where the value is a count or has none.
        n: how many rows of the unit it rests on.
        effective_n: how many independent clusters these are worth; None for a count.
        unit: share, hours, episodes, items, notices, index, ...
    """

    indicator: str
    provider: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    effective_n: float | None
    unit: str

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"half an interval: {self}")
        if self.value is not None and self.low is not None and self.high is not None:
            if not self.low <= self.value <= self.high:
                raise ValueError(f"a figure outside its own interval: {self}")
