"""What is said of all providers together: averages, spread, chance, returns, countries."""

from dataclasses import dataclass

from etmaal.charts.funnel import Limit
from etmaal.charts.lorenz import LorenzPoint
from etmaal.charts.polarisation import ShareBin
from etmaal.letters.values.shares import Part, Share


@dataclass(frozen=True, slots=True)
class AverageRow:
    """Pooled share (``n`` episodes) beside the mean over providers (``n`` providers).

    ``measured_only`` is true where what could not be measured is left out.
    """

    measured_only: bool
    pooled: Share | None
    mean: Share | None


@dataclass(frozen=True, slots=True)
class TopShare:
    """What part of all episodes the ``k`` largest providers hold."""

    k: int
    share: float


@dataclass(frozen=True, slots=True)
class Concentration:
    """How the volume is spread; ``top`` begins with the largest alone, in rising ``k``.

    The indices are None when there is no volume.
    """

    providers: int
    episodes: int
    points: tuple[LorenzPoint, ...]
    top: tuple[TopShare, ...]
    herfindahl: float | None
    gini: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The whole's share and where chance alone would keep a provider of each n.

    ``overdispersion`` is the factor by which providers vary more than chance; the limits have
    it in them, those ``by_chance`` alone have not. The points are the provider rows that have an
    estimate; ``below_998`` and ``above_998`` count those outside the outer limits, of the rows
    with at least the smallest n of the floors.
    """

    centre: float
    limits: tuple[Limit, ...]
    overdispersion: float
    below_998: int
    above_998: int
    by_chance: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Polarisation:
    """How many providers, of those with at least ``smallest_n`` items, have which share."""

    providers: int
    smallest_n: int
    at_least_90: int
    at_most_20: int
    bins: tuple[ShareBin, ...]


@dataclass(frozen=True, slots=True)
class Returns:
    """Parts that came back or were seen before; None where the source does not say."""

    returned: Part | None
    recirculated: Part | None
    known_before: Part | None


OTHER_COUNTRY = "other"
"""Stands for countries that are known and not told, because they would give a provider away."""


@dataclass(frozen=True, slots=True)
class TransitRow:
    """Episodes by country of the server and of the provider's seat; None for unknown.

    ``seats`` is how many providers have their seat in that country, None where not known.
    """

    server_country: str | None
    seat_country: str | None
    episodes: int
    seats: int | None = None
