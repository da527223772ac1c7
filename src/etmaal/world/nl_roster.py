"""The invented companies of the Dutch years: who is called what, in every year the same."""

from typing import Any

from etmaal.world.preset import ProviderPlan

PLACES = (
    *("North", "South", "Harbour", "East", "West", "Meadow", "Island", "River", "Dune", "Delta"),
    *("Tower", "Market", "Shield", "Mill", "Lane", "Field", "Bridge", "Orchard", "Quay", "Forest"),
    *("Heath", "Canal", "Lock", "Gate", "Church", "Stable", "Garden", "Brook", "Hill", "Square"),
    *("Pier", "Barn", "Ferry", "Marsh", "Willow", "Station", "Corner", "Ridge", "Grove", "Cliff"),
    *("Valley", "Spring", "Terrace", "Arch", "Wharf", "Lagoon", "Causeway", "Summit"),
)


def provider(
    number: int, items: int, share_in_time: float, conduct: str, *, sites: int = 0, **more: Any
) -> ProviderPlan:
    """Return the plan of one year for a company of the roster; sites by default by its volume."""
    return ProviderPlan(
        id=f"p{number:02d}",
        name=f"Example Hosting {PLACES[number - 1]}",
        items=items,
        sites=sites or max(2, round(items * 0.7)),
        share_in_time=share_in_time,
        conduct=conduct,
        **more,
    )
