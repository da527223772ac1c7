"""Do the estimators give the answers that others have published? Each is computed here and now."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from etmaal.core.delays import SendingWindows
from etmaal.core.episodes import episodes
from etmaal.core.history import By, History, Look, LookBasis, Notice, Seen
from etmaal.definitions import loader
from etmaal.stats.grid import grid, outward
from etmaal.stats.incidence import incidence, quantile, restricted_mean
from etmaal.stats.kaplan import kaplan_meier
from etmaal.stats.shares import wilson
from etmaal.stats.turnbull import Masses, turnbull

DAY = 24.0
EDGES = grid([DAY])
LEFT = [1, 8, 8, 7, 7, 17, 37, 46, 46, 45]
RIGHT = [7, 8, 10, 16, 14, math.inf, 44, math.inf, math.inf, math.inf]
FRIDAY = datetime(2026, 1, 16, tzinfo=ZoneInfo("Europe/Amsterdam"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One published number, the same computed here, and how far apart they may be."""

    id: str
    what: str
    published: float
    here: float
    within: float = 5e-5

    @property
    def agrees(self) -> bool:
        return abs(self.here - self.published) <= self.within


def answers() -> Iterator[Answer]:
    """Yield every published answer that can be computed."""
    yield from _curves()
    yield from _shares()
    yield from _clocks()
    yield from _peers()


def _curves() -> Iterator[Answer]:
    half_open = turnbull(LEFT, RIGHT)
    cells = ("(1, 7]", "the moment 8", "(8, 10]", "(37, 44]", "beyond 46")
    for cell, known, mass in zip(cells, (0.1, 0.2, 0.2, 0.125, 0.375), half_open.mass, strict=True):
        yield Answer("T1", f"half-open windows, mass of {cell}", known, float(mass))
    # A closed window holds its start: it begins just below it.
    closed = turnbull(np.nextafter(np.array(LEFT, np.float64), 0), RIGHT)
    for known, mass in zip((1 / 6, 1 / 3, 1 / 8, 3 / 8), closed.mass, strict=True):
        yield Answer("T2", "the same, closed windows: a mass", known, float(mass))
    mixed = turnbull([2, *[3] * 5, *[1] * 5], [2, *[3] * 10])
    yield Answer("T3", "exact 2, five exact 3, five (1, 3]: mass at 2", 1 / 6, float(mixed.mass[0]))
    still = 1 - float(incidence(mixed, [2.5])[0, 0])
    yield Answer("T3", "the same: share still online at 2.5", 0.8333, still)
    exact = turnbull([1, 2, 3, 4, 5], [1, 2, math.inf, 4, math.inf])
    for hour, known in ((1, 0.8), (2, 0.6), (4, 0.3)):
        still = 1 - float(incidence(exact, [hour])[0, 0])
        yield Answer("T4", f"1 to 5, still online at 3 and 5: share online at {hour}", known, still)
    plain = kaplan_meier([1, 2, 3, 4, 5], [True, True, False, True, False])
    yield Answer("T4", "variance of the hazard up to 4", 0.63333, float(plain.log_variance[-1]))
    x, entry = [2, 3, 3, 4, 5, 6], [0, 0, 1, 1, 2, 2]
    late = turnbull(x, x, entry=entry)
    yield Answer("T5", "late entry: share online at 2", 0.75, 1 - float(incidence(late, [2])[0, 0]))


def _shares() -> Iterator[Answer]:
    known = {
        (9, 10): (59.6, 98.2),
        (90, 100): (82.6, 94.5),
        (900, 1000): (88.0, 91.7),
        (3, 3): (43.9, 100.0),
        (0, 5): (0.0, 43.4),
    }
    for (hits, n), ends in known.items():
        for end, value, name in zip(ends, wilson(hits, n), ("lower", "upper"), strict=True):
            yield Answer("T6", f"Wilson, {hits} of {n}, {name} end in %", end, 100 * value, 0.05)
    for end, value, name in zip((38.3, 41.8), wilson(1200, 3000), ("lower", "upper"), strict=True):
        what = f"40 % of 3,000 if independent, {name} end in %"
        yield Answer("F16", what, end, 100 * float(value), 0.06)


def _clocks() -> Iterator[Answer]:
    sends = SendingWindows(ZoneInfo("Europe/Amsterdam"))
    for name, days, hour, known in (
        ("Friday 17:00", 0, 17, 67.0),
        ("Tuesday 09:00", 4, 9, 2.0),
        ("Saturday 10:00", 1, 10, 50.0),
    ):
        ready = FRIDAY + timedelta(days=days, hours=hour)
        waited = (sends.earliest_sending(ready) - ready).total_seconds() / 3600
        yield Answer("T7", f"ready {name}: hours until it may be sent", known, waited)
    misses = {11.0: Seen.GONE, 11.25: Seen.GONE, 11.5: Seen.GONE}
    [first] = _story({10.0: Seen.ONLINE} | misses)
    yield Answer("T8", "online 10:00, three misses from 11:00: gone by, hours", 11.0, first)
    [second] = _story({10.0: Seen.ONLINE, 11.0: Seen.GONE, 11.25: Seen.ONLINE})
    yield Answer("T8", "one miss, online again: gone (0: no)", 0.0, second)


def _story(looks: dict[float, Seen]) -> list[float]:
    start = datetime(2026, 1, 14, tzinfo=UTC)
    seen = [
        Look(start + timedelta(hours=h), word, By.PROBE, basis=LookBasis.LOOK)
        for h, word in looks.items()
    ]
    item = History(notices=(Notice("n1", "p1", start),), looks=tuple(seen))
    found = episodes(item, loader.clock("nl-covenant-2018"), start + timedelta(days=2))
    windows = [e.window for e in found]
    return [w.by.total_seconds() / 3600 if w and w.by is not None else 0.0 for w in windows]


def _peers() -> Iterator[Answer]:
    for name, points in (
        ("K1", ((2, 0.763), (7, 0.9965))),
        ("K2", ((7, 0.53), (30, 0.885))),
        ("K3", ((2, 0.62),)),
        ("K4", ((42, 0.90),)),
        ("K5", ((10, 0.84),)),
        ("K11", ((1, 0.32), (16, 0.62))),
    ):
        curve = _checked_on(points)
        for day, share in points:
            here = float(incidence(curve, [day * DAY])[0, 0])
            yield Answer(name, f"checked on the days published: gone by day {day}", share, here)
    # The published mean must lie between all gone at the start of their windows, and at the end.
    domestic = _checked_on(((2, 0.763), (7, 0.9965)))
    mean, spread = float(restricted_mean(domestic, 720)[0]) / DAY, 0.763 + 2.5 * 0.2335
    yield Answer("K1", "mean in days, windows' middles taken", 1.54, mean, spread)
    for name, what, median, average, sigma in (
        ("K7", "days", 12.0, 30.0, 1.35),
        ("K8", "hours", 12 + 52 / 60, 44 + 39 / 60, 1.58),
        ("K9", "hours", 5.46, 54.0, 2.14),
    ):
        spread = math.sqrt(2 * math.log(average / median))
        yield Answer(name, "sigma of the lognormal with its median and mean", sigma, spread, 0.005)
        scale = DAY if what == "days" else 1.0
        gone = np.random.default_rng(1).lognormal(math.log(median * scale), sigma, 20_000)
        after = np.floor(gone / scale) * scale
        curve = turnbull(*outward(after, after + scale, EDGES))
        here = float(quantile(curve, 0.5)[0, 0]) / scale
        yield Answer(name, f"median in {what} of 20,000 invented ones", median, here, median / 25)
    yield Answer("K10", "8 days, 10 hours, 24 minutes in hours", 202.4, 8 * DAY + 10 + 24 / 60)


def _checked_on(points: tuple[tuple[int, float], ...]) -> Masses:
    """Return the curve of 10,000 items that were looked at on the published days alone."""
    after, by, weight, last, sure = [], [], [], 0.0, 0.0
    for day, share in points:
        after.append(last)
        by.append(day * DAY)
        weight.append(10_000 * (share - sure))
        last, sure = day * DAY, share
    return turnbull([*after, last], [*by, math.inf], weight=[*weight, 10_000 * (1 - sure)])
