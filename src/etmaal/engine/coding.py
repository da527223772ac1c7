"""How a bulletin is shown without names: letters in random order, and a look for what still leaks.

Figures of a provider are rounded, `coarsening` says how far. One whose numbers somebody knows can
still be recognised.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import count, islice, product
from string import ascii_uppercase

import numpy as np

from etmaal.core.errors import Refused
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.engine.coarsening import coarse
from etmaal.engine.leaks import leaks, values_as_text
from etmaal.letters.values import (
    OTHER_COUNTRY,
    Bulletin,
    Caveat,
    Code,
    CurveLine,
    Delivery,
    DeliveryRow,
    Overturned,
    ProviderRow,
    TransitRow,
)

__all__ = ["NotCodable", "coded", "leaks", "letters", "values_as_text"]

SMALLEST_CROWD = 3
"""Providers that must share a seat country before it is told: fewer give each other away."""

_CLASSES = (UNRESOLVED, FRONT)


class NotCodable(Refused):
    """A provider's name stands somewhere in the bulletin without saying whose it is."""


def coded(bulletin: Bulletin, rng: np.random.Generator) -> tuple[Bulletin, dict[str, str]]:
    """Put letters in the place of names, in random order.

    Left out beside the names: digests, file names and seed, which lead to the edition and so to
    the names; the hotline's own words on breaks, which may hold one; countries of seat of fewer
    than `SMALLEST_CROWD` providers. What is said of each provider is rounded.

    Args:
        bulletin: with names.
        rng: must not be made from a number that can be guessed or that is printed anywhere, such
            as the edition's seed: who knows it and the ids can draw the same letters.

    Returns:
        The coded bulletin, its rows in the order of the codes, and the key: code to provider id.

    Raises:
        NotCodable: if a row names a provider that the bulletin does not list, or one of two that
            share their name.
    """
    ids = sorted({row.provider for row in bulletin.providers} - {*_CLASSES})
    order = rng.permutation(len(ids))
    codes = {ids[place]: Code(code) for place, code in zip(order, letters(len(ids)), strict=True)}
    key = _Key(codes, bulletin)
    caveats = tuple(key.caveat(c) for c in bulletin.caveats)
    return (
        coarse(
            replace(
                bulletin,
                coded=True,
                providers=tuple(sorted((key.row(r) for r in bulletin.providers), key=_by_code)),
                provider_curves=tuple(
                    sorted((key.curve(c) for c in bulletin.provider_curves), key=_by_code)
                ),
                delivery=Delivery(
                    bulletin.delivery.total,
                    tuple(sorted((key.delivery(r) for r in bulletin.delivery.rows), key=_by_code)),
                ),
                sensitivity=tuple(
                    replace(
                        row,
                        overturned=tuple(
                            sorted((key.change(o) for o in row.overturned), key=_by_code)
                        ),
                    )
                    for row in bulletin.sensitivity
                ),
                transit=_transit(bulletin.transit),
                caveats=tuple(sorted(caveats, key=lambda caveat: _order(caveat.name or ""))),
                breaks=tuple(one._replace(detail="") for one in bulletin.breaks),
                versions=replace(bulletin.versions, snapshot=None, seed=None, inputs=()),
            )
        ),
        {
            str(code): provider
            for provider, code in sorted(codes.items(), key=lambda kv: _order(kv[1]))
        },
    )


def letters(n: int) -> list[str]:
    """Return the first codes: A to Z, AA, AB, ..."""
    endless = (
        "".join(found) for size in count(1) for found in product(ascii_uppercase, repeat=size)
    )
    return list(islice(endless, n))


def _order(code: str) -> tuple[bool, int, str]:
    return (code in _CLASSES, len(code), code)


def _by_code(row: ProviderRow | CurveLine | DeliveryRow | Overturned) -> tuple[bool, int, str]:
    return _order(row.provider or "")


class _Key:
    """Which code stands for which provider, found by id, else by a name that only one has."""

    def __init__(self, codes: Mapping[str, Code], bulletin: Bulletin) -> None:
        self._codes = codes
        named = Counter(row.name for row in bulletin.providers)
        self._by_name = {
            row.name: codes[row.provider]
            for row in bulletin.providers
            if row.provider in codes and named[row.name] == 1
        }

    def _code(self, provider: str | None, name: str | None) -> Code:
        found = self._codes.get(provider or "") or self._by_name.get(name or "")
        if found is None:
            raise NotCodable("a row names a provider that cannot be told from the others; no codes")
        return found

    def row(self, row: ProviderRow) -> ProviderRow:
        if row.provider in _CLASSES:
            return row
        code = self._code(row.provider, row.name)
        return replace(row, provider=code, name=code)

    def curve(self, line: CurveLine) -> CurveLine:
        code = self._code(line.provider, line.name)
        return replace(line, provider=code, name=code)

    def delivery(self, row: DeliveryRow) -> DeliveryRow:
        if row.provider in _CLASSES or row.name in _CLASSES:
            return row
        code = self._code(row.provider, row.name)
        return replace(row, provider=code, name=code)

    def change(self, one: Overturned) -> Overturned:
        code = self._code(one.provider, one.name)
        return replace(one, provider=code, name=code)

    def caveat(self, caveat: Caveat) -> Caveat:
        if caveat.name is None:
            return caveat
        code = self._code(caveat.provider, caveat.name)
        return replace(caveat, provider=code, name=code)


def _transit(rows: tuple[TransitRow, ...]) -> tuple[TransitRow, ...]:
    """Tell the countries in which enough providers have their seat, the others as one class.

    That class has as many, or takes the smallest of the told with it. A server's country is told
    only where it is also such a seat: that of one provider's only data centre is as good as a name.
    """
    seats = {row.seat_country: row.seats or 0 for row in rows if row.seat_country is not None}
    crowds = {country: n for country, n in seats.items() if n >= SMALLEST_CROWD}
    while crowds and 0 < sum(seats.values()) - sum(crowds.values()) < SMALLEST_CROWD:
        del crowds[min(crowds, key=lambda country: (crowds[country], country))]

    def told(country: str | None) -> str | None:
        return country if country is None or country in crowds else OTHER_COUNTRY

    sums: Counter[tuple[str | None, str | None]] = Counter()
    for row in rows:
        sums[told(row.server_country), told(row.seat_country)] += row.episodes
    return tuple(
        TransitRow(server, seat, episodes)
        for (server, seat), episodes in sorted(
            sums.items(), key=lambda kv: (-kv[1], kv[0][0] or "~", kv[0][1] or "~")
        )
    )
