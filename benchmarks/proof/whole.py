"""Do whole worlds, taken through the whole engine, keep their truth between the bounds?

Invented hotlines with tens of providers: notices, looks by the miss rule, moves, returns, outages.
Each provider of each is held against what really became of its items.
"""

import csv
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from judging import FLOORS, Found

from etmaal.definitions import loader
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question
from etmaal.world.folder import write_world
from etmaal.world.make import make_world
from etmaal.world.preset import Preset, ProviderPlan
from etmaal.world.presets import preset

PROVIDERS = 40
LATER = datetime(2026, 6, 1, tzinfo=UTC)
SEED = 20_261_124


def invented(rng: np.random.Generator, *, faultless: bool) -> Preset:
    """Draw one hotline's providers; ``faultless``: no look is false and nothing comes back."""
    providers = [
        ProviderPlan(
            id=f"p{number:02d}",
            name=f"Example Hosting {number}",
            items=int(rng.lognormal(4.3, 0.6)) + 1,
            sites=int(rng.integers(5, 80)),
            share_in_time=float(rng.choice([0.3, 0.6, 0.8, 0.9, 0.95, 0.98])),
            conduct="invented",
            never=float(rng.uniform(0, 0.3)),
            slow_p50_hours=float(rng.uniform(20, 150)),
            flaps=0.0 if faultless else 0.02,
            returns=0.0 if faultless else 0.03,
        )
        for number in range(1, PROVIDERS + 1)
    ]
    small = preset("small")
    of = replace(small, name="proof", providers=tuple(providers), moves_to=None, alias_names=())
    of = replace(of, takeover=None, sale=None)
    if not faultless:
        return of
    return replace(
        of,
        hotline=replace(of.hotline, gone_before_start=0.0, shared=0.0),
        checker=replace(of.checker, false_gone=0.0),
    )


def carry_out_whole(number: int, *, faultless: bool) -> Found:
    """Make one hotline's year, measure it, and compare each provider with the truth."""
    rng = np.random.default_rng([SEED, number, int(faultless)])
    world = make_world(invented(rng, faultless=faultless), rng)
    asked = Question(
        policy=loader.clock("nl-covenant-2018"),
        floors=FLOORS,
        from_date=None,
        before_date=None,
        as_of=None,
        seed=1,
    )
    with tempfile.TemporaryDirectory() as folder:
        tables, edition = Path(folder) / "world", Path(folder) / "edition"
        write_world(world, tables, seed=number, scale=1.0)
        monitor(tables, edition, asked, now=LATER)
        with (edition / "providers.csv").open(encoding="utf-8", newline="") as f:
            held = {row["provider"]: row for row in csv.DictReader(f)}
    rows = []
    for truth in world.truth["providers"].to_pylist():
        row = held.get(truth["provider"])
        if row is None or truth["realised_share"] is None or not int(row["n"]):
            continue
        surely, possibly = float(row["surely_in_time"]), float(row["possibly_in_time"])
        realised = truth["realised_share"]
        over = max(surely - realised, realised - possibly) * int(row["n"])
        wrong = row["verdict"] == "lax" and truth["share_in_time"] >= FLOORS.floor
        rows.append((over > 1e-6, over, possibly - surely, int(row["n"]), wrong))
    names = ("outside", "items_over", "doubt", "n", "wrongly_lax")
    return dict(zip(names, np.array(rows, np.float64).T, strict=True))
