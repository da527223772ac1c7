"""What a reader must know before using a figure, and with which chart it has to travel."""

from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """The sections that a caveat can stand with."""

    HEADLINE = "headline"
    PROVIDERS = "providers"
    INTERVALS = "intervals"
    OUTCOMES = "outcomes"
    BANDS = "bands"
    FUNNEL = "funnel"
    POLARISATION = "polarisation"
    CURVES = "curves"
    MONTHS = "months"
    OPEN = "open"
    AVERAGES = "averages"
    CONCENTRATION = "concentration"
    RETURNS = "returns"
    TRANSIT = "transit"
    DELAYS = "delays"
    GAPS = "gaps"
    DELIVERY = "delivery"
    SENSITIVITY = "sensitivity"
    LEFT_OUT = "left_out"


class CaveatCode(StrEnum):
    """The caveats there are; the comment names the fields of `Caveat` that each needs."""

    LATE_ENTRY = "late_entry"  # count, of
    NO_CURVE = "no_curve"  # count, of
    CURVE_BEGINS_LATE = "curve_begins_late"  # count, of
    CURVE_ENDS_EARLY = "curve_ends_early"  # count, of
    CHECK_GAPS = "check_gaps"  # hours
    PILE_UP = "pile_up"  # hours
    OUTAGES = "outages"  # count
    NO_LOOK = "no_look"  # count, of
    START_UNKNOWN = "start_unknown"  # count, of
    FAR_ATTRIBUTION = "far_attribution"  # count, of, days
    UNRESOLVED = "unresolved"  # count, of
    FRONT = "front"  # count, of
    SHARED = "shared"  # count, of
    DISPUTED = "disputed"  # count, of
    PAGES = "pages"  # count, of, share
    REASSIGNED = "reassigned"  # count, of, share
    DOMINANT_PROVIDER = "dominant_provider"  # name, share, of
    DOMINANT_SITE = "dominant_site"  # name, share, of
    SITE_UNKNOWN = "site_unknown"  # count, of
    SINGLE_MISS_RETURNS = "single_miss_returns"  # count, of
    RECENT = "recent"  # count, of


@dataclass(frozen=True, slots=True)
class Caveat:
    """A caveat and the section whose chart it travels with; ``share`` is a fraction of 1.

    ``provider`` is the id of whom ``name`` names.
    """

    code: CaveatCode
    section: Section
    count: int | None = None
    of: int | None = None
    share: float | None = None
    hours: float | None = None
    days: int | None = None
    name: str | None = None
    provider: str | None = None
