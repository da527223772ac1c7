"""Whose an address was on a day: the rule for one look, and what may make it doubtful."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etmaal.core.register_rows import FRONT, UNRESOLVED, Role
from etmaal.core.registry import Holder, Registry
from etmaal.core.routes import Version
from etmaal.core.special import is_special


class State(StrEnum):
    """What came of an attribution. Only under `resolved` may a verdict rest on it."""

    RESOLVED = "resolved"  # one provider, by a table near enough or by the register's own prefix
    SEVERAL_ORIGINS = "several_origins"  # announced by networks of several providers: names nobody
    FRONT = "front"  # a front has it; who hosts behind it is not known
    TOO_FAR = "too_far"  # one provider, but by a table too long before or after
    SPECIAL = "special"  # an address that no host on the internet can have
    NO_PREFIX = "no_prefix"  # nobody announced it, or no table has addresses of its kind


@dataclass(frozen=True, slots=True)
class Attribution:
    """The provider and how sure that is. ``provider`` is None where several may be meant."""

    provider: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Route:
    """What the routing table nearest in time says about one address.

    ``origins`` are the networks of the longest match, ascending; empty where nothing matches.
    ``days_off`` is the distance between the look and the table, in days; None without a table.
    """

    origins: tuple[int, ...]
    days_off: int | None


def attributed(
    version: Version,
    address: int,
    route: Route,
    registry: Registry,
    *,
    day: date,
    far_days: int,
    register_days_off: int = 0,
) -> Attribution:
    """Return whose an address was.

    Args:
        version: 4 or 6.
        address: as a whole number; an IPv4-mapped one is to be given as IPv4.
        route: what the routing table says.
        registry: who runs which network.
        day: the day at which the register is asked.
        far_days: a table more days off than this is too far for a verdict.
        register_days_off: the distance between the look and ``day``; it counts where the
            register's own prefix decides, which needs no table.

    Returns:
        The provider and the state. The register's own prefixes go before the table's: they say
        more than an AS number can (``register.csv`` knows what a reseller rents).
    """
    held = registry.of_address(version, address, day)
    if held is not None:
        return aged(by_holder(held), register_days_off, far_days)
    if is_special(version, address, announced=bool(route.origins)):
        return Attribution(UNRESOLVED, State.SPECIAL)
    found = by_origins(registry, route.origins, day)
    return found if route.days_off is None else aged(found, route.days_off, far_days)


def by_origins(registry: Registry, origins: tuple[int, ...], day: date) -> Attribution:
    """Return whose an address is that these networks announce, however old the news."""
    if not origins:
        return Attribution(UNRESOLVED, State.NO_PREFIX)
    found = {by_holder(registry.of_asn(asn, day)) for asn in origins}
    return found.pop() if len(found) == 1 else Attribution(None, State.SEVERAL_ORIGINS)


def by_holder(holder: Holder) -> Attribution:
    """Return what a network's holder counts as: a front is never the host."""
    if holder.role is Role.FRONT:
        return Attribution(FRONT, State.FRONT)
    return Attribution(holder.provider, State.RESOLVED)


def aged(found: Attribution, days_off: int, far_days: int) -> Attribution:
    """Return an attribution as it counts when its source lies so many days off."""
    if found.state is State.RESOLVED and days_off > far_days:
        return Attribution(found.provider, State.TOO_FAR)
    return found
