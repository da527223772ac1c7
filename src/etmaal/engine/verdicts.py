"""The verdicts of an edition: what each provider's evidence is, and what could overturn it."""

from dataclasses import dataclass

import numpy as np

from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.core.periods import MICROSECOND
from etmaal.core.policy import ClockPolicy
from etmaal.core.verdicts import Evidence, Finding, Floors, Verdict, finding
from etmaal.engine.bounds import DOUBTS, OVERTURNING, SENSITIVITY, Bounds, Variant, bounds, idle
from etmaal.engine.counts import Counts
from etmaal.engine.database import Database

NOT_PROVIDERS = (UNRESOLVED, FRONT)


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """What one variant alone would give for one provider."""

    provider: str
    variant: Variant
    n: int
    surely: float | None
    surely_low: float | None
    possibly: float | None
    possibly_high: float | None
    effective_n: float
    found: Finding | None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The findings by provider (none for a class that is no provider), and their sensitivity."""

    findings: dict[str, Finding]
    sensitivity: tuple[SensitivityRow, ...]
    sure: Bounds
    judged: int  # providers whose bounds were tested against the floor
    expected_false_lax: float


def judge(
    db: Database, policy: ClockPolicy, floors: Floors, names: tuple[str, ...], counts: Counts,
    *, batches: bool,
) -> Verdicts:  # fmt: skip
    """Judge every provider of the period, and see which other way of counting says otherwise.

    Under a clock without verdicts the bounds are computed and nobody is judged.
    """
    norm_us = policy.norm // MICROSECOND
    same = idle(db)
    ways: dict[Variant, Bounds] = {}
    for variant in (Variant.SURE, *SENSITIVITY):
        ways[variant] = (
            ways[Variant.SURE]
            if variant in same
            else bounds(
                db, variant, providers=len(names), norm_us=norm_us, tail=floors.tail,
                batches=batches,
            )
        )  # fmt: skip
    findings: dict[str, Finding] = {}
    rows: list[SensitivityRow] = []
    judged = 0
    for number, name in enumerate(names):
        judging = policy.verdicts and name not in NOT_PROVIDERS
        alone = {
            v: finding(_evidence(number, counts, b), floors) if judging else None
            for v, b in ways.items()
        }
        rows += [_row(name, number, v, ways[v], alone[v]) for v in ways]
        if not judging:
            continue
        overturning = {
            v
            for v in OVERTURNING
            if (other := alone[v]) is not None and other.verdict is not Verdict.LAX
        }
        if not overturning.isdisjoint(DOUBTS):
            overturning.discard(Variant.DOUBTFUL)  # one doubt alone does, and says more
        overturned = tuple(v.value for v in OVERTURNING if v in overturning)
        findings[name] = finding(_evidence(number, counts, ways[Variant.SURE], overturned), floors)
        # Whose bounds were tested against the floor: the others could not be called lax at all.
        judged += findings[name].verdict in (Verdict.MEETS, Verdict.LAX) or (
            findings[name].because.startswith(("between_bounds", "overturned_by"))
        )
    return Verdicts(findings, tuple(rows), ways[Variant.SURE], judged, floors.tail * judged)


def _evidence(
    number: int, counts: Counts, held: Bounds, overturned: tuple[str, ...] = ()
) -> Evidence:
    return Evidence(
        episodes=int(counts["sure_episodes"][number]),
        n=int(held.n[number]),
        n_all=int(counts["n"][number]),
        effective_n=float(held.surely.effective_n[number]) if held.n[number] else 0.0,
        surely_low=float(held.surely.low[number]) if held.n[number] else 0.0,
        possibly_high=float(held.possibly.high[number]) if held.n[number] else 1.0,
        unmeasured=int(counts["unmeasured"][number]),
        unmeasured_by_them=int(counts["unmeasured_by_them"][number]),
        conduct=int(counts["conduct"][number]),
        overturned_by=overturned,
    )


def _row(
    name: str, number: int, variant: Variant, held: Bounds, found: Finding | None
) -> SensitivityRow:
    def cell(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
        return float(values[number]) if held.n[number] else None

    return SensitivityRow(
        provider=name,
        variant=variant,
        n=int(held.n[number]),
        surely=cell(held.surely.value),
        surely_low=cell(held.surely.low),
        possibly=cell(held.possibly.value),
        possibly_high=cell(held.possibly.high),
        effective_n=float(held.surely.effective_n[number]) if held.n[number] else 0.0,
        found=found,
    )
