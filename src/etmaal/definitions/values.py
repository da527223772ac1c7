"""What a reviewed definition is, once read: who owns it, why it is so, and when to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Group(StrEnum):
    """The groups of definitions; each is a folder of this package."""

    CLOCKS = "clocks"
    BODIES = "bodies"
    FLOORS = "floors"
    INDICATORS = "indicators"


class Estimator(StrEnum):
    """How a figure is computed. A closed list: a new word needs a new estimator and its tests."""

    COUNT = "count"  # rows that fit the numerator
    RATIO = "ratio"  # numerator over denominator, both counted
    EFFECTIVE_COUNT = "effective_count"  # (sum of n_g)^2 / sum of n_g^2 over clusters
    ONE_SIDED_BOUND = "one_sided_bound"  # bound of a counted share, clustering taken in
    CUMULATIVE_INCIDENCE = "cumulative_incidence"  # from windows, other ends competing
    INCIDENCE_LOW = "incidence_low"  # its lower bound, the straddling mass late
    INCIDENCE_HIGH = "incidence_high"  # its upper bound, the straddling mass in time
    CURVE_QUANTILE = "curve_quantile"  # hours at which that curve reaches a share
    RESTRICTED_MEAN = "restricted_mean"  # area above that curve up to a limit
    QUANTILE = "quantile"  # of times that are known exactly
    SHRUNKEN_SHARE = "shrunken_share"  # beta-binomial, towards all providers together
    POOLED = "pooled"  # n-weighted sum of the providers' estimates
    MEAN = "mean"  # of the providers' estimates, each counting once
    TOP_SHARE = "top_share"  # what the k largest hold
    HERFINDAHL = "herfindahl"
    GINI = "gini"
    FUNNEL_LIMIT = "funnel_limit"  # where chance alone keeps a share of this size
    OVERDISPERSION = "overdispersion"  # spread beyond chance
    RANK_INTERVAL = "rank_interval"
    EXPECTED_COUNT = "expected_count"  # a probability times a number judged


class Scope(StrEnum):
    """Whether a figure is made for each provider, for all together, or for both."""

    PROVIDER = "provider"
    OVERALL = "overall"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    nl: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the Dutch text for ``nl`` and the English one for anything else."""
        return self.nl if lang == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Definition:
    """One reviewed file as it was read. ``content`` is all of it; ``file`` is its path here."""

    group: Group
    id: str
    version: int
    file: str
    title: Text
    why: Text
    owner: str
    reviewed: date
    review_before: date
    content: Mapping[str, Any]

    def review_due(self, on: date) -> bool:
        """Say whether somebody should have looked at it again before this day."""
        return on >= self.review_before


class Start(StrEnum):
    """What starts the clock by which a body publishes its own figures."""

    NOTICE = "notice"  # the edition's own clock start
    REPORTED = "reported"  # the first report of the item came in
    LISTED = "listed"  # the item appeared on a blocklist: in no hotline's records


@dataclass(frozen=True, slots=True)
class Body:
    """How another body measures takedown: where its clock starts and what it publishes.

    ``short`` is its name where there is little room; ``beside`` says which of its own figures ours
    stands beside, and how the two differ.
    """

    id: str
    version: int
    title: Text
    short: str
    why: Text
    beside: Text
    start: Start
    within_hours: tuple[float, ...]
    mean: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """What one published number is: counted over what, how, in which unit, and why.

    ``denominator`` is None for a plain count. Below ``smallest_n`` nothing may rest on it.
    """

    id: str
    version: int
    title: Text
    numerator: Text
    denominator: Text | None
    estimator: Estimator
    unit: str
    smallest_n: int
    scope: Scope
    why: Text
    owner: str
    reviewed: date
    review_before: date
