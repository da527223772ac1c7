"""What is said of each provider: its row, its notices, and what another count would change."""

from dataclasses import dataclass

from etmaal.letters.values.measured import VerdictCounts
from etmaal.letters.values.shares import Share


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One row of ``providers.csv``, each estimate with its interval; empty cells as None.

    ``p50_hours`` and ``p90_hours`` are None when the curve does not reach them. ``verdict`` is
    None under a clock without verdicts and for the classes of the unknown, whose ``provider`` is
    `core.history.UNRESOLVED` or `core.history.FRONT`. ``proposed`` is ``wrong`` where conduct is
    evidenced: a proposal to a person.
    """

    provider: str
    name: str
    n: int
    episodes: int
    items: int
    sites: int
    surely_in_time: float | None
    possibly_in_time: float | None
    in_time: Share | None
    within_24h: Share | None
    within_48h: Share | None
    over_48h: Share | None
    p50_hours: float | None
    p90_hours: float | None
    still_open: int
    in_time_n: int
    late_n: int
    ended_n: int
    undecided_n: int
    pending_n: int
    start_unknown: int
    undeliverable: int
    not_noticed: int
    gone_before_start: int
    withdrawn: int
    wrong_addressee: int
    effective_n: float | None
    share_of_volume: float
    returned: int | None
    verdict: str | None
    because: str | None
    proposed: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What became of a provider's notices, and episodes that could not be noticed or looked at.

    ``notices`` to ``unknown`` count notices; ``undeliverable`` episodes had no notice that arrived,
    ``obstructed`` ones have evidence of obstruction. ``provider`` is its id, None for all together.
    """

    name: str
    notices: int
    accepted: int
    bounced: int
    refused: int
    unknown: int
    obstructed: int
    undeliverable: int = 0
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """All notices together (None when none were sent), and providers with something amiss."""

    total: DeliveryRow | None
    rows: tuple[DeliveryRow, ...]


@dataclass(frozen=True, slots=True)
class Overturned:
    """A verdict that a variant changes; both are words of `core.verdicts.Verdict`.

    ``provider`` is the id of whom ``name`` names, None where that is not known.
    """

    name: str
    was: str
    becomes: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One way of counting over all providers: ``variant`` names it as ``sensitivity.csv`` does.

    ``counts`` is None where nobody is judged; the bounds are None when ``n`` is 0.
    """

    variant: str
    n: int
    surely: float | None
    possibly: float | None
    counts: VerdictCounts | None
    overturned: tuple[Overturned, ...] = ()
