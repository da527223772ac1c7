"""A made-up year on the real road: the tables written, attributed and measured."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from etmaal.adapters.registry import fetch_registry
from etmaal.adapters.routing import fetch_routes
from etmaal.definitions import loader
from etmaal.engine.attribute import attribute
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question
from etmaal.engine.routes import RouteTable
from etmaal.world.folder import write_world
from etmaal.world.make import World, make_world
from etmaal.world.presets import preset
from etmaal.world.reports import SOURCES
from etmaal.world.truth import clock_episodes, removal_hours

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLOCK = FLOORS = "nl-covenant-2018"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Year:
    """A world, and what the edition of its period says: a row a provider, and the whole."""

    world: World
    providers: tuple[Row, ...]
    overall: dict[str, Row]

    def whole(self, indicator: str) -> float:
        return float(self.overall[indicator]["value"])

    def of(self, provider: str) -> Row:
        return next(row for row in self.providers if row["provider"] == provider)

    def share(self, rows: Sequence[Row], column: str = "in_time") -> float:
        """Return a column of some providers' rows, weighted by their n."""
        n = np.array([float(row["n"]) for row in rows])
        values = np.array([float(row[column] or 0) for row in rows])
        return float((n * values).sum() / n.sum())


def measured_year(name: str, seed: int, folder: Path) -> Year:
    """Make a preset's world, attribute it by its routing tables, and measure its period."""
    chosen = preset(name)
    world = make_world(chosen, np.random.default_rng(seed))
    tables, edition = folder / "tables", folder / "edition"
    write_world(world, tables, seed=seed, scale=1.0)
    known = [
        RouteTable.build(fetch_routes(path), name=path.name, day=_day(path))
        for path in sorted((tables / "routing").iterdir())
    ]
    attribute(tables, known, fetch_registry(tables / "registry.csv"))
    question = Question(
        policy=loader.clock(CLOCK), floors=loader.floors(FLOORS), from_date=chosen.begins,
        before_date=chosen.ends, as_of=None, seed=1,
    )  # fmt: skip
    monitor(tables, edition, question, now=NOW, memory="1GB")
    overall = {row["indicator"]: row for row in _rows(edition / "overall.csv")}
    return Year(world, tuple(_rows(edition / "providers.csv")), overall)


def _day(path: Path) -> date:
    return datetime.strptime(path.stem[-8:], "%Y%m%d").replace(tzinfo=UTC).date()


def _rows(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def first_notices(world: World, provider: str) -> tuple[int, int]:
    """Count a host's first notices, of items and of noticed returns, and its repeats apart."""
    rows = world.tables["notices"]
    text = {name: rows[name].cast("string") for name in ("provider", "addressee_role", "kind")}
    own = pc.and_(pc.equal(text["provider"], provider), pc.equal(text["addressee_role"], "hoster"))
    kinds = text["kind"].filter(own)
    counts: dict[str, int] = {c["values"]: c["counts"] for c in kinds.value_counts().to_pylist()}
    return counts["notice"], counts["repeat"]


def reports(world: World, **only: str | tuple[str, ...]) -> tuple[int, int]:
    """Sum reports, and the illegal among them, over the rows with these words."""
    rows = world.truth["reports"].to_pylist()

    def fits(row: dict[str, Any]) -> bool:
        return all(row[name] in words for name, words in only.items())

    kept = [row for row in rows if fits(row)]
    return sum(row["reports"] for row in kept), sum(row["illegal"] for row in kept)


def weighted_share(world: World) -> tuple[float, float]:
    """Return the true share removed in 24 hours, as drawn and with the sampling weights."""
    stays, items = world.stays, world.items
    rows = clock_episodes(stays)
    item = stays.item[rows]
    in_time = removal_hours(stays)[rows] <= 24.0
    month = items.reported_at[item].astype("datetime64[s]").astype("datetime64[M]").astype(str)
    weight = np.zeros(item.size)
    for stratum in world.truth["sample"].to_pylist():
        here: npt.NDArray[np.bool_] = items.source[item] == SOURCES.index(stratum["source"])
        here &= (month >= stratum["first"]) & (month < stratum["before"])
        weight[here] = stratum["weight"]
    return float(in_time.mean()), float((in_time * weight).sum() / weight.sum())
