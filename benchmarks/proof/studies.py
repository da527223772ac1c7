"""Which kinds of worlds are tried, and how many of each? And what is asked of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from judging import FLOORS, Found, counted, estimated, judged, ungridded
from looks import Looks, look
from worlds import NORM, Kind, invent

CHUNK = 250  # worlds invented at once
SEED = 20_261_123

ON_THE_HOUR = Looks(gap=0)
USUAL = Looks(outage=1 / 7, lost=0.02)
SELDOM = Looks(gap=12, outage=1 / 7, lost=0.02)

# Every way in which sites may differ in size, most of them with over twenty effective sites.
SIZES = (
    Kind(sizes="even", sites=25, items=10),
    Kind(sizes="single", sites=200),
    Kind(sizes="uneven", sites=40),
    Kind(sizes="uneven", sites=200),
    Kind(sizes="very uneven", sites=150),
    Kind(sizes="four big", sites=150),
    Kind(sizes="one big", sites=120),
)
LIKENESS = (0.0, 0.1, 0.3, 0.6, 1.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of world in one study: how many of it, and what is computed."""

    study: str
    kind: Kind
    worlds: int
    name: str = ""
    estimate: bool = False
    judge: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some worlds of a trial; ``number`` and ``first`` seed their chance."""

    number: int
    first: int
    worlds: int


def _alike(kinds: tuple[Kind, ...]) -> Iterator[Kind]:
    for kind in kinds:
        for likeness in (0.0,) if kind.sizes == "single" else LIKENESS:
            yield replace(kind, likeness=likeness)


def intervals() -> Iterator[Trial]:
    """Does the 95 % interval hold the long-run share?"""
    for share in (0.1, 0.5, 0.9):
        for kind in _alike(SIZES):
            yield Trial("intervals", replace(kind, share=share, looks=USUAL), 1_000, estimate=True)
    for share in (0.03, 0.3, 0.7, 0.97):
        for looks in (USUAL, SELDOM):
            kind = Kind(share=share, sites=60, looks=looks)
            yield Trial("intervals", kind, 1_000, estimate=True)
    for kind in (
        Kind(sites=60, looks=SELDOM),
        Kind(sites=60, moved=0.05, looks=USUAL),
        Kind(sites=60, in_batch=0.3, looks=USUAL),
        Kind(sites=12, looks=USUAL),
        Kind(sizes="one big", sites=120, biggest=0.5, looks=USUAL),
    ):
        yield Trial("intervals", kind, 1_000, estimate=True)


def floor() -> Iterator[Trial]:
    """With the truth exactly at the floor, how often is it told; and `meets` just below it?"""
    kinds = [
        *_alike(SIZES),
        *(replace(kind, fates="two sorts", likeness=0.0) for kind in SIZES if kind.sites > 25),
        Kind(sites=60, in_batch=0.3, likeness=0.2),
        Kind(sites=400, items=20),
        Kind(sites=60, fates="bigger worse"),
    ]
    for kind in kinds:
        for looks in (ON_THE_HOUR, USUAL) if kind.likeness in (0.1, 0.3) else (ON_THE_HOUR,):
            at = replace(kind, share=FLOORS.floor, looks=looks)
            yield Trial("floor", at, 4_000, judge=True)
            yield Trial("below", replace(at, share=FLOORS.floor - 0.001), 4_000, judge=True)


def power() -> Iterator[Trial]:
    """Of a provider well below the floor, or well above it, how often is it told?"""
    for sites, items in ((25, 4.0), (60, 4.0), (200, 4.0), (60, 20.0)):
        for share in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.95, 0.98, 0.995):
            kind = Kind(share=share, sizes="uneven", sites=sites, items=items, looks=USUAL)
            yield Trial("power", kind, 1_000, judge=True)


TROUBLE = {
    "none": Kind(sites=100),
    "1 % falsely seen gone": Kind(sites=100, looks=replace(USUAL, false_gone=0.01)),
    "5 % falsely seen gone": Kind(sites=100, looks=replace(USUAL, false_gone=0.05)),
    "10 % of the late never looked at again": Kind(
        sites=100, looks=replace(USUAL, lost_if_late=0.1)
    ),
    "half of the late never looked at again": Kind(
        sites=100, looks=replace(USUAL, lost_if_late=0.5)
    ),
    "10 % of those in time seen gone 48 h later": Kind(
        sites=100, looks=replace(USUAL, late_look_if_in_time=0.1)
    ),
    "half came on the list late, which is known": Kind(
        sites=100, looks=replace(USUAL, entered=0.5)
    ),
    "half came on the list late, unknown": Kind(
        sites=100, looks=replace(USUAL, entered=0.5, entry_known=False)
    ),
    "all came on the list late, known": Kind(
        sites=100, looks=replace(USUAL, entered=1.0, entered_hours=4.0)
    ),
    "handled in batches, known": Kind(sites=100, in_batch=0.4),
    "handled in batches, unknown": Kind(sites=100, in_batch=0.4, batches_known=False),
    "sites alike, known": Kind(sites=100, likeness=0.5),
    "sites alike, unknown": Kind(sites=100, likeness=0.5, sites_known=False),
    "one site holds a fifth": Kind(sizes="one big", sites=120, likeness=0.5),
    "one site holds half": Kind(sizes="one big", biggest=0.5, sites=120, likeness=0.5),
    "large sites do worse": Kind(sites=100, fates="bigger worse"),
    "a look every 12 hours": Kind(sites=100, looks=SELDOM),
}


def trouble() -> Iterator[Trial]:
    """What becomes of intervals and verdicts where the looks, or what is known, are at fault?"""
    for name, kind in TROUBLE.items():
        kind = kind if kind.looks != Looks() else replace(kind, looks=USUAL)
        for share in (0.9, 0.7):
            at = replace(kind, share=share)
            yield Trial("trouble", at, 1_000, name=name, estimate=True, judge=True)


def coarse() -> Iterator[Trial]:
    """What does the grid cost, against windows as they are?"""
    for share in (0.5, 0.9):
        for looks in (USUAL, SELDOM):
            kind = Kind(share=share, sites=60, looks=looks)
            yield Trial("grid", kind, 500, estimate=True, raw=True)


STUDIES = (intervals, floor, power, trouble, coarse)


def chunks(number: int, worlds: int) -> Iterator[Chunk]:
    """Cut a trial into chunks, the same whatever the number of worlds asked for."""
    for first in range(0, worlds, CHUNK):
        yield Chunk(number, first, min(CHUNK, worlds - first))


def carry_out(trial: Trial, chunk: Chunk) -> Found:
    """Invent the worlds of a chunk, look at them, and compute what the trial asks for."""
    rng = np.random.default_rng([SEED, chunk.number, chunk.first])
    worlds = invent(trial.kind, chunk.worlds, rng)
    seen = look(trial.kind.looks, worlds.gone, NORM, rng)
    found = counted(worlds, seen)
    if trial.estimate:
        found |= estimated(trial.kind, worlds, seen)
    if trial.raw:
        found |= ungridded(trial.kind, worlds, seen)
    if trial.judge:
        found |= judged(trial.kind, worlds, seen)
    return found
