"""Whose networks were whose, asked for many rows at once: the register, one spell at a time.

Between two of its turning days the register says the same, so it is asked once for each spell
and each set of origins, however many rows there are.
"""

from dataclasses import dataclass

import numpy as np

from etmaal.core.attribution import Attribution, by_holder, by_origins
from etmaal.core.registry import Registry
from etmaal.core.routes import Version
from etmaal.engine.atlas import day_number
from etmaal.engine.intervals import Intervals, as_keys, flatten
from etmaal.stats.arrays import Integers


@dataclass(frozen=True, slots=True)
class Own:
    """The register's own prefixes; ``intervals`` gives places in ``holders``."""

    intervals: Intervals
    holders: tuple[Attribution, ...]


class Holders:
    """A register, asked by spell: the number of a stretch of days in which nothing changes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._begins = registry.turning_days()
        self._begin_numbers = np.array([day_number(day) for day in self._begins])
        self._found: dict[tuple[int, tuple[int, ...]], Attribution] = {}
        self._own: dict[tuple[int, Version], Own] = {}

    def spell(self, days: Integers) -> Integers:
        """Return the spell in which each day (since 1970) lies."""
        return np.searchsorted(self._begin_numbers, days, side="right") - 1

    def by_origins(self, spell: int, origins: tuple[int, ...]) -> Attribution:
        """Return whose an address is that these networks announce."""
        key = (spell, origins)
        if key not in self._found:
            self._found[key] = by_origins(self._registry, origins, self._begins[spell])
        return self._found[key]

    def own(self, spell: int, version: Version) -> Own:
        """Return the prefixes that the register itself gives to somebody in a spell."""
        if (spell, version) not in self._own:
            networks = self._registry.networks(self._begins[spell])
            held = [(network, holder) for network, holder in networks if network.version == version]
            first = as_keys(version, [network.first for network, _ in held])
            last = as_keys(version, [network.last for network, _ in held])
            holders = tuple(by_holder(holder) for _, holder in held)
            self._own[spell, version] = Own(flatten(version, first, last), holders)
        return self._own[spell, version]
