"""How numbers are written for readers, in charts and in the texts around them."""

import math
from dataclasses import dataclass

# Below this many hours one decimal still says something; above it, whole hours do.
_WHOLE_HOURS = 100.0


class Rounded(float):
    """A share that is only known to whole percents, and so is written without decimals."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Locale:
    """The signs a language puts inside a number."""

    decimal: str
    thousands: str

    def count(self, value: int) -> str:
        """Return a whole number with its thousands set apart."""
        return f"{value:,}".replace(",", self.thousands)

    def number(self, value: float, digits: int) -> str:
        """Return a number with a fixed count of decimals."""
        text = f"{value:,.{digits}f}"
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})

    def percent(self, share: float, digits: int | None = None) -> str:
        """Return a fraction of 1 as a percentage; all and nothing are said only when exact.

        Args:
            share: fraction of 1, both ends allowed.
            digits: decimals of the percentage; None for one, and none where it is `Rounded`.
        """
        if digits is None:
            digits = 0 if isinstance(share, Rounded) else 1
        least = 10.0**-digits
        text = self.number(share * 100, digits)
        if 0 < share and float(f"{share * 100:.{digits}f}") == 0:
            return f"<{self.number(least, digits)}%"
        if share < 1 and float(f"{share * 100:.{digits}f}") == 100:
            return f">{self.number(100 - least, digits)}%"
        return f"{text}%"

    def hours(self, value: float) -> str:
        """Return hours without their unit: one decimal below a hundred, none above.

        Raises:
            ValueError: for an endless time, which has no number of hours.
        """
        if not math.isfinite(value):
            raise ValueError("an endless time has no number of hours")
        return self.number(value, 1 if value < _WHOLE_HOURS else 0)


ENGLISH = Locale(decimal=".", thousands=",")
DUTCH = Locale(decimal=",", thousands=".")
