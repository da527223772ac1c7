"""The year 2021 as published: a sample, the dominant company better, and the sector with it."""

from datetime import date
from functools import partial

from etmaal.core.breaks import Break, BreakKind
from etmaal.world.nl_roster import provider
from etmaal.world.preset import CheckerPlan, Ends, HotlinePlan, Preset, ProviderPlan, Tally

BEGINS, MIDDLE, ENDS, FOLLOWED = (
    *(date(2021, 1, 1), date(2021, 7, 1), date(2022, 1, 1), date(2022, 2, 1)),
)
SAMPLED = Break(
    date(2021, 1, 1),
    BreakKind.SAMPLING,
    "A sample of the verified items is measured instead of all of them.",
)
MOVER = Ends(moved_host=0.30, moved_abroad=0.15, domain_gone=0.01, network_gone=0.01)
# Written to in 2020; most of them now remove in time what they did not then.
WARNED = (
    *((5, 130, 0.82), (6, 120, 0.70), (7, 110, 0.90), (8, 100, 0.86), (9, 95, 0.62)),
    *((10, 90, 0.88), (11, 80, 0.55), (12, 70, 0.92), (13, 60, 0.50), (14, 50, 0.80)),
    *((15, 45, 0.85), (16, 40, 0.60), (17, 35, 0.66), (18, 30, 0.75)),
)


def nl_2021() -> Preset:
    """A year under the method of 2020, but of a sample."""
    return Preset(
        name="nl-2021",
        providers=_providers(),
        begins=BEGINS,
        ends=ENDS,
        followed=FOLLOWED,
        hotline=HotlinePlan(find_mean_log=-0.2, find_sd_log=0.6, most_repeats=6),
        checker=CheckerPlan(
            looks_per_hour=60.0,
            looks_per_hour_and_provider=25.0,
            slower=((36.0, 3.0), (96.0, 8.0), (240.0, 24.0)),
            watch_days=30,
            relook_days=(1.0, 10.0),
            outage_hours=(1.0, 8.0),
        ),
        moves_to="p20",
        planned=True,
        sampled=True,
        tallies=_tallies(),
        breaks=(SAMPLED,),
    )


def _providers() -> tuple[ProviderPlan, ...]:
    return (
        provider(
            1, 21_000, 0.892, "dominant", sites=1800, networks=3, prompt_p50_hours=7.0,
            slow_p50_hours=14.0, never=0.03,
        ),
        provider(
            2, 420, 0.55, "refuses_notices", seat_country="XA", refuses=0.25, slow_p50_hours=90.0,
            never=0.15, acknowledges=0.1,
        ),
        provider(3, 480, 0.76, "bounces", networks=2, bounces=0.12, slow_p50_hours=50.0),
        provider(4, 160, 0.97, "good", prompt_p50_hours=4.0),
        *(provider(number, items, share, "warned") for number, items, share in WARNED),
        provider(19, 110, 0.45, "moves_customers", ends=MOVER, never=0.02),
        provider(20, 100, 0.985, "good", prompt_p50_hours=3.0),
        provider(21, 60, 0.98, "good", prompt_p50_hours=3.0),
        provider(22, 60, 0.80, "few_sites", sites=4),
        provider(32, 90, 0.30, "newcomer", slow_p50_hours=110.0, never=0.2),
        provider(33, 65, 0.25, "newcomer", slow_p50_hours=110.0, never=0.2),
    )  # fmt: skip


def _tallies() -> tuple[Tally, ...]:
    """Published: the year's total, and both halves' public reports on Dutch servers."""
    first = partial(Tally, hosted="NL", first=BEGINS, before=MIDDLE)
    second = partial(Tally, hosted="NL", first=MIDDLE, before=ENDS)
    year = partial(Tally, first=BEGINS, before=ENDS)
    return (
        first("public", reports=129_000, illegal=84_000),
        first("partner", reports=126_000, illegal=93_000),
        first("crawler", reports=10_000, illegal=6_500),
        second("public", reports=26_000, illegal=15_000),
        second("partner", reports=61_000, illegal=32_000),
        second("crawler", reports=9_000, illegal=5_500),
        year("public", "elsewhere", reports=40_000, illegal=13_000),
        year("partner", "elsewhere", reports=5_000, illegal=4_000),
        year("public", "unknown", reports=8_000, illegal=0),
    )
