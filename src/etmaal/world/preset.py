"""What a made-up world is made of: every number of a preset, and none anywhere else.

Everything is invented. A preset is a value: another year, another country or a test's world
without faults is `dataclasses.replace` away.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from etmaal.core.breaks import Break
from etmaal.core.errors import BadInput
from etmaal.world.civil import Floats, Ints

HOSTER, RESELLER, FRONT = "hoster", "reseller", "front"


@dataclass(frozen=True, slots=True)
class Ends:
    """The probability, per noticed item, that it ends otherwise than by removal."""

    moved_host: float = 0.0
    moved_abroad: float = 0.004
    domain_gone: float = 0.004
    network_gone: float = 0.001

    @property
    def total(self) -> float:
        return self.moved_host + self.moved_abroad + self.domain_gone + self.network_gone


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """One invented provider: how much it holds and how it behaves.

    ``items`` is its volume at scale 1. ``share_in_time`` is the long-run probability that an
    item in ``n`` is removed within 24 hours of its clock's start, over all weekdays; on Fridays
    it is lower by the fraction ``weekend``. What is not removed in time is never removed with
    probability ``never`` and otherwise slowly, ``slow_p50_hours`` after the 24 in the median.
    ``prompt_within_hours`` is the longest that a removal in time takes. ``refuses`` is the share
    of items whose every notice it refuses. In a planned world ``noticed_returns`` is how many of
    its items are noticed again after they came back; None leaves that to chance.
    """

    id: str
    name: str
    items: int
    sites: int
    share_in_time: float
    conduct: str
    seat_country: str = "NL"
    role: str = HOSTER
    upstream: str | None = None
    networks: int = 1
    prompt_p50_hours: float = 6.0
    prompt_within_hours: float = 24.0
    slow_p50_hours: float = 60.0
    never: float = 0.10
    weekend: float = 0.03
    ends: Ends = field(default_factory=Ends)
    returns: float = 0.03
    flaps: float = 0.02
    refuses: float = 0.0
    bounces: float = 0.01
    acknowledges: float = 0.6
    says_gone: float = 0.25
    says_gone_untrue: float = 0.005
    noticed_returns: int | None = None

    def __post_init__(self) -> None:
        if self.items < 1 or self.sites < 1:
            raise ValueError(f"{self.id} needs at least one item and one site")
        if self.share_in_time > 1 - self.ends.total:
            raise ValueError(f"{self.id} cannot remove in time what ends otherwise")


@dataclass(frozen=True, slots=True)
class HotlinePlan:
    """How the hotline works: its hours, its notices, and what goes wrong there.

    Hours are civil hours of ``zone``; the sending windows are those of `core.delays`. A find
    holds one item and a lognormal number of others, of the logarithms given.
    """

    zone: str = "Europe/Amsterdam"
    opens_hour: int = 9
    closes_hour: int = 17
    find_mean_log: float = 0.5  # 2 to 3 items in the mean, some dozens
    find_sd_log: float = 0.9
    repeat_hours: int = 24
    most_repeats: int = 10
    site_owner_after: int = 3  # a copy to the site's owner goes with this repeat
    registrar_after: int = 6  # and one to the registrar with this
    renotices: float = 0.6  # the share of returns and moves it notices again
    second_desk: float = 0.02
    withdrawn: float = 0.004
    wrong_addressee: float = 0.006
    disputed: float = 0.006
    start_unknown: float = 0.004
    gone_before_start: float = 0.01
    shared: float = 0.008  # the share of items held by two providers at once
    recirculation: float = 0.18
    looks: float = 0.05  # the share of noticed items somebody of the hotline looks at again
    flaps_reported: float = 1.0  # the share of items back within the quiet spell that are seen so
    origin_found: float = 0.7  # the share of items behind a front whose host becomes known


@dataclass(frozen=True, slots=True)
class CheckerPlan:
    """How the checker works: what it can do in an hour, and how it errs.

    With ``slower`` the gap between looks is multiplied once an item has been watched for so
    many hours. After ``misses`` looks gone, ``retry_minutes`` apart, it closes the item and
    comes back after ``relook_days``.
    """

    looks_per_hour: float = 20.0
    looks_per_hour_and_provider: float = 6.0
    smallest_gap_hours: float = 1.0
    slower: tuple[tuple[float, float], ...] = ((48.0, 3.0), (168.0, 8.0), (720.0, 24.0))
    watch_days: int = 60
    misses: int = 3
    retry_minutes: tuple[int, int] = (15, 25)
    relook_days: tuple[float, ...] = (0.25, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    unknown: float = 0.02
    false_gone: float = 0.004
    vantages: tuple[str, ...] = ("v1", "v2")
    first_vantage: float = 0.7
    outages_per_vantage: int = 3
    outage_hours: tuple[float, float] = (2.0, 30.0)
    gone_in_outage: float = 0.6


@dataclass(frozen=True, slots=True)
class Change:
    """A network that changes hands on a day: by takeover of its owner, or by a sale."""

    provider: str
    to: str
    on: date


@dataclass(frozen=True, slots=True)
class Tally:
    """Reports from one source in the months ``[first, before)``, hosted in one place.

    ``hosted`` is one of `yearbook.HOSTED`. Of ``reports``, ``illegal`` were found so; None: as
    many as the world has items from that source then.
    """

    source: str
    hosted: str
    first: date
    before: date
    reports: int
    illegal: int | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A whole world. Reports arrive in ``[begins, ends)``; looks are made before ``followed``.

    ``takeover`` hands a whole provider to its successor in the registry; ``sale`` hands the last
    network of one provider to another, which only the routing tables show. ``site_weight`` and
    ``batch_weight`` are the parts of an item's fate that it shares with its site and with the
    batch it was noticed in (variances on the normal scale; the rest is its own).

    In a ``planned`` world numbers of fates are as the plans say, and only whose they are is
    chance; and every first notice leaves before ``ends``, so that no item belongs to a later
    edition. ``tallies`` are what the hotline counted beside its items. A ``sampled`` world's
    items are drawn from the illegal ones of the tallies.
    """

    name: str
    providers: tuple[ProviderPlan, ...]
    begins: date = date(2025, 1, 1)
    ends: date = date(2026, 1, 1)
    followed: date = date(2026, 2, 15)
    hotline: HotlinePlan = field(default_factory=HotlinePlan)
    checker: CheckerPlan = field(default_factory=CheckerPlan)
    site_weight: float = 0.15
    batch_weight: float = 0.20
    moves_to: str | None = None
    takeover: Change | None = None
    sale: Change | None = None
    alias_names: tuple[tuple[str, str], ...] = ()  # (another trade name, provider)
    planned: bool = False
    sampled: bool = False
    tallies: tuple[Tally, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        ids = [p.id for p in self.providers]
        if len(set(ids)) != len(ids):
            raise ValueError("two providers with one id")
        named = [p.upstream for p in self.providers] + [self.moves_to]
        for change in (self.takeover, self.sale):
            named += [] if change is None else [change.provider, change.to]
        if unknown := {n for n in named if n is not None} - set(ids):
            raise ValueError(f"no such provider: {sorted(unknown)}")
        if self.moves_to is None and any(p.ends.moved_host for p in self.providers):
            raise ValueError("what moves to another host needs one: moves_to")
        if not self.begins < self.ends <= self.followed:
            raise ValueError("a world begins before it ends and is followed to its end")

    def place(self, provider: str) -> int:
        """Return the provider's place in ``providers``."""
        return [p.id for p in self.providers].index(provider)

    def of(self, number: str, place: Ints) -> Floats:
        """Return one number of the plans (``never``, ``bounces``, ...) for each place."""
        return np.array([getattr(p, number) for p in self.providers], np.float64)[place]


def scaled(preset: Preset, factor: float) -> Preset:
    """Multiply volume, sites and the checker's capacity, all else being equal.

    What the hotline counted beside its items grows as they do.
    """
    if not factor > 0:
        raise BadInput(f"a world cannot be scaled by {factor:g}: give a number above 0")
    checker = replace(
        preset.checker,
        looks_per_hour=preset.checker.looks_per_hour * factor,
        looks_per_hour_and_provider=preset.checker.looks_per_hour_and_provider * factor,
    )

    def grown(count: int | None) -> int | None:
        return None if count is None else round(count * factor)

    providers = tuple(
        replace(
            p,
            items=max(1, round(p.items * factor)),
            sites=max(1, round(p.sites * factor)),
            noticed_returns=grown(p.noticed_returns),
        )
        for p in preset.providers
    )
    tallies = tuple(
        replace(t, reports=round(t.reports * factor), illegal=grown(t.illegal))
        for t in preset.tallies
    )
    return replace(preset, providers=providers, checker=checker, tallies=tallies)
