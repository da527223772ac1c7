"""The worlds that ship: one preset a name."""

from collections.abc import Callable
from datetime import date
from functools import partial

from etmaal.core.errors import BadInput
from etmaal.world.nl_2018 import nl_2018
from etmaal.world.nl_2020 import nl_2020
from etmaal.world.nl_2021 import nl_2021
from etmaal.world.nl_2022 import nl_2022
from etmaal.world.preset import (
    FRONT,
    RESELLER,
    Change,
    Ends,
    Preset,
    ProviderPlan,
)

MOVER = Ends(moved_host=0.35, moved_abroad=0.05, domain_gone=0.01, network_gone=0.01)


def _named(number: int, place: str) -> tuple[str, str]:
    return f"p{number:02d}", f"Example Hosting {place}"


def _small() -> Preset:
    """One year, one dominant provider, and one of every kind of conduct."""
    slack = partial(ProviderPlan, slow_p50_hours=110.0, acknowledges=0.1, says_gone_untrue=0.04)
    providers = (
        ProviderPlan(
            *_named(1, "North"), 5400, 420, 0.93, "dominant", networks=3, prompt_p50_hours=8
        ),
        ProviderPlan(*_named(2, "South"), 720, 160, 0.97, "prompt", networks=2, prompt_p50_hours=3),
        slack(*_named(3, "Harbour"), 620, 110, 0.40, "lax", never=0.2),
        ProviderPlan(*_named(4, "East"), 640, 150, 0.90, "at_floor", prompt_p50_hours=9),
        slack(*_named(5, "West"), 400, 80, 0.58, "lax", seat_country="DE"),
        ProviderPlan(*_named(6, "Meadow"), 320, 90, 0.95, "good", networks=2),
        slack(*_named(7, "Island"), 280, 70, 0.30, "lax", seat_country="XA"),
        ProviderPlan(*_named(8, "River"), 220, 70, 0.96, "good", prompt_p50_hours=4),
        ProviderPlan(*_named(9, "Dune"), 190, 60, 0.92, "taken_over"),
        ProviderPlan(*_named(10, "Delta"), 200, 30, 0.45, "moves_customers", ends=MOVER),
        slack(
            *_named(11, "Tower"), 150, 40, 0.50, "refuses_notices", seat_country="XB", refuses=0.65
        ),
        ProviderPlan(
            *_named(12, "Market"), 110, 35, 0.75, "resells", role=RESELLER, upstream="p02"
        ),
        ProviderPlan(*_named(13, "Shield"), 80, 40, 0.0, "front", role=FRONT, seat_country="XA"),
        ProviderPlan(*_named(14, "Mill"), 38, 20, 0.95, "tiny"),
        ProviderPlan(*_named(15, "Lane"), 16, 9, 0.40, "tiny"),
        ProviderPlan(*_named(16, "Field"), 180, 5, 0.70, "few_sites"),
    )
    return Preset(
        name="small",
        providers=providers,
        moves_to="p08",
        takeover=Change("p09", "p02", date(2025, 9, 16)),
        sale=Change("p06", "p08", date(2025, 6, 16)),
        alias_names=(("Example Hosting Quick", "p05"),),
    )


PRESETS: dict[str, Callable[[], Preset]] = {
    "small": _small,
    "nl-2018": nl_2018,
    "nl-2020": nl_2020,
    "nl-2021": nl_2021,
    "nl-2022": nl_2022,
}


def preset(name: str) -> Preset:
    """Return the preset of that name.

    Raises:
        BadInput: there is none.
    """
    if name not in PRESETS:
        raise BadInput(f"no preset is called {name!r}; there is: {', '.join(sorted(PRESETS))}")
    return PRESETS[name]()
