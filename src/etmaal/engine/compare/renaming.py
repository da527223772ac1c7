"""Who was who: providers that are renamed, or taken over, between two editions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from etmaal.core.comparison import Span, Unit
from etmaal.core.errors import BadInput
from etmaal.engine.compare.spans import as_held, as_span
from etmaal.engine.verdicts import NOT_PROVIDERS
from etmaal.stats.differences import weighted_sum

Units = dict[str, Unit]


@dataclass(frozen=True, slots=True)
class Same:
    """One provider before that is another after: renamed, or taken over."""

    old: str
    new: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``OLD=NEW``.

        Raises:
            ValueError: if it is not written so.
        """
        old, equals, new = (part.strip() for part in text.partition("="))
        if not (old and equals and new) or old == new:
            raise ValueError(f"{text!r} is not OLD=NEW")
        return cls(old, new)


def renamed(before: Units, after: Units, same: Iterable[Same]) -> Units:
    """Return the units of ``before`` under the ids of ``after``, those of one provider united.

    Raises:
        BadInput: if a provider is not where it must be, or becomes two.
    """
    becomes: dict[str, str] = {}
    for pair in same:
        if pair.old not in before or pair.old in NOT_PROVIDERS:
            raise BadInput(f"there is no provider {pair.old!r} in the edition before")
        if pair.new not in after or pair.new in NOT_PROVIDERS:
            raise BadInput(f"there is no provider {pair.new!r} in the edition after")
        if pair.old in after:
            raise BadInput(f"{pair.old!r} is in both editions: it cannot be {pair.new!r} before")
        if becomes.setdefault(pair.old, pair.new) != pair.new:
            raise BadInput(f"{pair.old!r} cannot be two providers after")
    parts: dict[str, list[Unit]] = {}
    for unit in before.values():
        parts.setdefault(becomes.get(unit.provider, unit.provider), []).append(unit)
    return {
        provider: units[0] if len(units) == 1 else united(provider, units)
        for provider, units in parts.items()
    }


def united(provider: str, parts: list[Unit]) -> Unit:
    """Return several providers of one edition as one; no verdict was ever given on it."""
    n = sum(part.n for part in parts)
    counted = [part for part in parts if part.in_time is not None]
    weight = np.array([part.n / n for part in counted])
    in_time = surely = possibly = None
    if counted:
        whole = as_span(weighted_sum(as_held([part.in_time for part in counted]), weight))
        in_time = Span(whole.value, max(whole.low, 0.0), min(whole.high, 1.0))
        surely = float(weight @ np.array([part.surely for part in counted], np.float64))
        possibly = float(weight @ np.array([part.possibly for part in counted], np.float64))
    # Groups of different providers are different groups: their squared sizes add up.
    squares = sum(part.n**2 / max(part.effective_n, 1.0) for part in counted)
    return Unit(
        provider=provider,
        name=" + ".join(part.name for part in parts),
        n=n,
        episodes=sum(part.episodes for part in parts),
        surely=surely,
        possibly=possibly,
        in_time=in_time,
        effective_n=n**2 / squares if squares else 0.0,
    )
