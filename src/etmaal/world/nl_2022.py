"""The year 2022 as published: almost 3,000 URLs at 39 companies, and hardly a middle."""

from datetime import date
from functools import partial

from etmaal.core.breaks import Break, BreakKind
from etmaal.world.nl_2021 import SAMPLED
from etmaal.world.nl_roster import provider
from etmaal.world.preset import CheckerPlan, Ends, HotlinePlan, Preset, ProviderPlan, Tally

BEGINS, MIDDLE, ENDS, FOLLOWED = (
    *(date(2022, 1, 1), date(2022, 7, 1), date(2023, 1, 1), date(2023, 2, 1)),
)
BREAKS = (
    SAMPLED,
    Break(
        date(2022, 1, 1),
        BreakKind.SAMPLING,
        "Almost three thousand URLs are drawn by source and half-year.",
    ),
    Break(
        date(2022, 1, 1),
        BreakKind.CHECKER,
        "An item is looked at every four hours instead of every hour; "
        "a miss is tried again after an hour instead of a quarter of one.",
    ),
)
NOTHING_ELSE = Ends(moved_abroad=0.0, domain_gone=0.0, network_gone=0.0)
LEAVER = Ends(moved_host=0.05, moved_abroad=0.25, domain_gone=0.02, network_gone=0.0)

# Confronted in earlier years, most of them: number, items and share in time.
PROMPT = (
    *((1, 230, 0.955), (2, 110, 0.94), (3, 90, 0.95), (5, 60, 0.95), (6, 45, 0.94), (7, 36, 0.95)),
    *((8, 28, 0.95), (10, 22, 0.955), (12, 18, 0.95), (14, 15, 0.95), (15, 12, 0.95)),
    *((4, 12, 0.98), (20, 10, 0.98), (21, 8, 0.98), (9, 7, 0.98), (22, 5, 0.98)),
)
BETWEEN = (
    *((11, 40, 0.58), (13, 30, 0.50), (16, 24, 0.66), (17, 20, 0.55), (18, 16, 0.50)),
    *((32, 10, 0.60), (33, 8, 0.75)),
)
# Newcomers.
SLOW = (
    *((34, 780, 0.18), (35, 420, 0.23), (39, 90, 0.20), (40, 70, 0.30), (41, 52, 0.12)),
    *((42, 40, 0.25), (43, 30, 0.20), (44, 22, 0.32), (45, 16, 0.19), (46, 10, 0.20)),
    *((47, 6, 0.16), (48, 5, 0.20), (31, 3, 0.0)),
)


def nl_2022() -> Preset:
    """A sample of a year: those once confronted are fast, newcomers are not."""
    return Preset(
        name="nl-2022",
        providers=_providers(),
        begins=BEGINS,
        ends=ENDS,
        followed=FOLLOWED,
        hotline=HotlinePlan(most_repeats=6, shared=0.0),
        checker=CheckerPlan(
            looks_per_hour=15.0,
            looks_per_hour_and_provider=8.0,
            smallest_gap_hours=4.0,
            slower=((48.0, 3.0), (168.0, 6.0)),
            watch_days=30,
            retry_minutes=(60, 75),
            relook_days=(1.0, 10.0),
            outage_hours=(1.0, 6.0),
        ),
        site_weight=0.50,
        moves_to="p34",
        planned=True,
        sampled=True,
        tallies=_tallies(),
        breaks=BREAKS,
    )


def _providers() -> tuple[ProviderPlan, ...]:
    # Removed well before the norm, so that four hours between looks leave no doubt.
    prompt = partial(
        provider, conduct="prompt", prompt_p50_hours=2.5, prompt_within_hours=12.0, returns=0.0,
        ends=NOTHING_ELSE,
    )  # fmt: skip
    between = partial(provider, conduct="between", slow_p50_hours=60.0, returns=0.0)
    slow = partial(
        provider, conduct="newcomer", slow_p50_hours=110.0, never=0.2, acknowledges=0.2,
        prompt_within_hours=20.0,
    )  # fmt: skip
    return (
        *(prompt(number, items, share) for number, items, share in PROMPT),
        *(between(number, items, share) for number, items, share in BETWEEN),
        *(slow(n, items, share, sites=max(2, items // 8)) for n, items, share in SLOW),
        slow(36, 260, 0.15, sites=30, conduct="moves_customers", ends=LEAVER, seat_country="XA"),
        slow(37, 180, 0.22, sites=20, conduct="refuses_notices", refuses=0.3, seat_country="XB"),
        slow(38, 120, 0.28, sites=15, conduct="bounces", bounces=0.3),
    )


def _tallies() -> tuple[Tally, ...]:
    """Published: the year's total, and the first half's public reports on Dutch servers."""
    first = partial(Tally, hosted="NL", first=BEGINS, before=MIDDLE)
    second = partial(Tally, hosted="NL", first=MIDDLE, before=ENDS)
    year = partial(Tally, first=BEGINS, before=ENDS)
    return (
        first("public", reports=8_100, illegal=4_900),
        first("partner", reports=29_000, illegal=20_500),
        first("crawler", reports=6_000, illegal=4_100),
        second("public", reports=7_400, illegal=4_300),
        second("partner", reports=22_500, illegal=15_200),
        second("crawler", reports=6_000, illegal=4_000),
        year("public", "elsewhere", reports=44_000, illegal=15_000),
        year("partner", "elsewhere", reports=9_000, illegal=7_000),
        year("public", "unknown", reports=13_000, illegal=0),
    )
