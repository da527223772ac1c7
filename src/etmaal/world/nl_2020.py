"""January to August 2020 as published: all verified items, most of them at one company."""

from datetime import date
from functools import partial

from etmaal.world.nl_roster import provider
from etmaal.world.preset import CheckerPlan, Ends, HotlinePlan, Preset, ProviderPlan, Tally

BEGINS, ENDS, FOLLOWED = date(2020, 1, 1), date(2020, 9, 1), date(2020, 10, 1)
FEW_ENDS = Ends(moved_abroad=0.001, domain_gone=0.001, network_gone=0.0)
MOVER = Ends(moved_host=0.38, moved_abroad=0.08, domain_gone=0.01, network_gone=0.01)

# Laks: far below nine in ten, on enough items and sites for the bounds to say so.
LAX = (
    *((5, 170, 0.55), (6, 160, 0.42), (7, 150, 0.50), (8, 145, 0.60), (9, 140, 0.35)),
    *((10, 135, 0.58), (11, 130, 0.45), (12, 125, 0.62), (13, 120, 0.30), (14, 120, 0.52)),
    *((15, 115, 0.56), (16, 110, 0.48), (17, 110, 0.38), (18, 105, 0.54)),
)
TOO_FEW = (
    *((24, 34, 0.90), (25, 28, 0.60), (26, 24, 0.95), (27, 20, 0.40)),
    *((28, 16, 0.90), (29, 12, 0.50), (30, 8, 0.95), (31, 6, 0.30)),
)


def nl_2020() -> Preset:
    """Eight months: a dominant company, one that refuses notices, one whose mailbox bounces."""
    return Preset(
        name="nl-2020",
        providers=_providers(),
        begins=BEGINS,
        ends=ENDS,
        followed=FOLLOWED,
        # A second desk would double some first notices; shared items would count twice.
        hotline=HotlinePlan(
            find_mean_log=-0.2,
            find_sd_log=0.6,
            second_desk=0.0,
            shared=0.0,
            most_repeats=6,
            renotices=0.9,
        ),
        checker=CheckerPlan(
            looks_per_hour=500.0,
            looks_per_hour_and_provider=220.0,
            smallest_gap_hours=2.0,
            slower=((36.0, 3.0), (96.0, 8.0), (240.0, 24.0)),
            watch_days=30,
            relook_days=(1.0, 10.0),
            outage_hours=(1.0, 8.0),
        ),
        site_weight=0.10,
        batch_weight=0.15,
        moves_to="p20",
        planned=True,
        tallies=_tallies(),
    )


def _providers() -> tuple[ProviderPlan, ...]:
    lax = partial(provider, conduct="lax", slow_p50_hours=90.0, acknowledges=0.2)
    return (
        provider(
            *(1, 174_652, 0.864, "dominant"), sites=6000, networks=3, prompt_p50_hours=7.0,
            slow_p50_hours=8.0, never=0.02, ends=FEW_ENDS, returns=0.045, noticed_returns=4_958,
            bounces=0.004,
        ),
        provider(
            *(2, 4_520, 0.40, "refuses_notices"), sites=400, seat_country="XA", refuses=0.6,
            slow_p50_hours=120.0, never=0.2, acknowledges=0.05, says_gone_untrue=0.04,
        ),
        provider(
            *(3, 4_480, 0.475, "bounces"), sites=500, networks=2, bounces=0.25,
            slow_p50_hours=70.0, acknowledges=0.2,
        ),
        provider(4, 310, 0.97, "good", prompt_p50_hours=4.0),
        *(lax(number, items, share, sites=2 * items) for number, items, share in LAX),
        provider(19, 150, 0.50, "moves_customers", ends=MOVER, never=0.0),
        provider(20, 130, 0.985, "good", prompt_p50_hours=3.0),
        provider(21, 100, 0.98, "good", prompt_p50_hours=3.0),
        provider(22, 100, 0.60, "few_sites", sites=4),
        provider(23, 75, 0.90, "at_floor", prompt_p50_hours=9.0),
        *(provider(number, items, share, "tiny") for number, items, share in TOO_FEW),
    )  # fmt: skip


def _tallies() -> tuple[Tally, ...]:
    """Only what was found illegal in the Netherlands is published; the rest is made up."""
    year = partial(Tally, first=BEGINS, before=ENDS)
    return (
        year("public", "NL", reports=128_000),
        year("partner", "NL", reports=74_000),
        year("crawler", "NL", reports=43_000),
        year("public", "elsewhere", reports=52_000, illegal=19_000),
        year("partner", "elsewhere", reports=9_000, illegal=7_500),
        year("public", "unknown", reports=8_000, illegal=0),
    )
