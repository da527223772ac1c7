"""The year 2018 as published: reports by the hundred thousand, and nobody's speed measured yet."""

from datetime import date
from functools import partial

from etmaal.world.nl_roster import provider
from etmaal.world.preset import CheckerPlan, HotlinePlan, Preset, ProviderPlan, Tally

BEGINS, ENDS, FOLLOWED = date(2018, 1, 1), date(2019, 1, 1), date(2019, 2, 1)
OTHERS = (
    *((4, 230, 0.90), (5, 190, 0.50), (6, 170, 0.45), (7, 150, 0.48), (8, 140, 0.55)),
    *((9, 120, 0.35), (10, 110, 0.52), (11, 100, 0.40), (12, 90, 0.58), (13, 80, 0.28)),
    *((14, 70, 0.50), (19, 60, 0.60), (20, 55, 0.95), (21, 45, 0.95), (22, 30, 0.60)),
    *((24, 20, 0.85), (25, 15, 0.60)),
)


def nl_2018() -> Preset:
    """A year before the covenant: one in twenty of what was found illegal on Dutch servers."""
    return Preset(
        name="nl-2018",
        providers=_providers(),
        begins=BEGINS,
        ends=ENDS,
        followed=FOLLOWED,
        hotline=HotlinePlan(find_mean_log=-0.2, find_sd_log=0.6, most_repeats=6),
        checker=CheckerPlan(
            looks_per_hour=25.0,
            looks_per_hour_and_provider=10.0,
            slower=((36.0, 3.0), (96.0, 8.0), (240.0, 24.0)),
            watch_days=30,
            relook_days=(1.0, 10.0),
            outage_hours=(1.0, 8.0),
        ),
        planned=True,
        sampled=True,
        tallies=_tallies(),
    )


def _providers() -> tuple[ProviderPlan, ...]:
    return (
        provider(1, 3_400, 0.74, "dominant", sites=600, networks=3, slow_p50_hours=20.0),
        provider(2, 310, 0.30, "refuses_notices", seat_country="XA", refuses=0.5, never=0.2),
        provider(3, 280, 0.42, "bounces", networks=2, bounces=0.25),
        *(provider(number, items, share, "average") for number, items, share in OTHERS),
    )


def _tallies() -> tuple[Tally, ...]:
    """Published: both totals, and that almost 70 % of the illegal was hosted in the country."""
    year = partial(Tally, first=BEGINS, before=ENDS)
    return (
        year("public", "NL", reports=71_000, illegal=50_985),
        year("partner", "NL", reports=46_000, illegal=39_655),
        year("crawler", "NL", reports=26_000, illegal=22_660),
        year("public", "elsewhere", reports=54_000, illegal=32_700),
        year("partner", "elsewhere", reports=17_000, illegal=15_500),
        year("crawler", "elsewhere", reports=2_000, illegal=1_500),
        year("public", "unknown", reports=8_000, illegal=0),
    )
