"""How are the studies told? As tables in Markdown, and the same rows for machines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from judging import FLOORS, Found
from published import Answer
from studies import ON_THE_HOUR, SELDOM, Trial
from worlds import Booleans, Kind

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what stands above it; ``rows`` share their keys, which head the columns."""

    title: str
    said: str
    rows: list[Row]

    def markdown(self) -> str:
        """Return the table as Markdown."""
        head = list(self.rows[0]) if self.rows else []
        lines = [head, ["---"] * len(head), *([_cell(v) for v in r.values()] for r in self.rows)]
        body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"### {self.title}\n\n{self.said}\n\n{body}\n"


def _cell(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def percent(part: Booleans, of: Booleans | None = None) -> float | str:
    """Return how often something held, in per cent of all or of those that count."""
    some = part if of is None else part[of]
    return round(100 * float(np.mean(some)), 2) if some.size else "-"


def sizes(kind: Kind) -> str:
    """Say of what size the sites are."""
    if kind.sizes == "one big":
        return f"{kind.sites}, one of them {100 * kind.biggest:.0f} % of all"
    return f"{kind.sites} {kind.sizes}"


def fates(kind: Kind) -> str:
    """Say what items have in common."""
    if kind.fates != "alike":
        return kind.fates
    batch = f", batch {kind.in_batch:g}" if kind.in_batch else ""
    return f"{kind.likeness:g}{batch}"


def looks(kind: Kind) -> str:
    """Say how items are looked at."""
    moved = ", 5 % move" if kind.moved else ""
    names = {ON_THE_HOUR: "on the hour", SELDOM: "every 12 h"}
    return names.get(kind.looks, "hourly, outages") + moved


def clean(trial: Trial, found: Found) -> Booleans:
    """Say which worlds belong to those of which 93 to 97 % is asked."""
    near: Booleans = (found["effective"] >= 20) & (found["doubt"] < 0.05)
    return near & (0.1 <= trial.kind.share <= 0.9)


def held(trial: Trial, found: Found) -> Booleans:
    """Say in which worlds the 95 % interval holds the long-run share."""
    inside: Booleans = (found["low"] <= trial.kind.share) & (trial.kind.share <= found["high"])
    return inside


def intervals(results: Sequence[tuple[Trial, Found]]) -> Iterator[Table]:
    """Yield the tables of the first study: pooled, and by kind."""
    rows, inside, apart = [], [], []
    for trial, found in results:
        holds, near, share = held(trial, found), clean(trial, found), trial.kind.share
        inside.append(holds[near])
        apart.append(holds[~near])
        rows.append(
            {
                "share": share,
                "sites": sizes(trial.kind),
                "in common": fates(trial.kind),
                "looks": looks(trial.kind),
                "effective sites": round(float(np.median(found["effective"])), 1),
                "in doubt, %": round(100 * float(np.mean(found["doubt"])), 1),
                "bias, points": round(100 * float(np.mean(found["value"]) - share), 2),
                "holds, %": percent(holds),
                "too high, %": percent(found["low"] > share),
                "too low, %": percent(found["high"] < share),
            }
        )
    pooled = [
        {"worlds": name, "of them": int(some.size), "the interval holds, %": percent(some)}
        for name, some in (
            ("20 effective sites or more, share 0.1 to 0.9, under 5 % in doubt", _joined(inside)),
            ("all others", _joined(apart)),
        )
    ]
    yield Table("Intervals of 95 %, over all kinds", "In per cent of worlds.", pooled)
    yield Table("Intervals of 95 %, kind by kind", "In per cent of worlds.", rows)


def _joined(parts: list[Booleans]) -> Booleans:
    return np.concatenate(parts) if parts else np.zeros(0, np.bool_)


def floor(results: Sequence[tuple[Trial, Found]]) -> Iterator[Table]:
    """Yield the table of false verdicts: at the floor, and just below it."""
    at = [(t, f) for t, f in results if t.study == "floor"]
    below = [(t, f) for t, f in results if t.study == "below"]
    rows: list[Row] = []
    for (trial, exact), (_, under) in zip(at, below, strict=True):
        told = exact["told"] > 0
        rows.append(
            {
                "sites": sizes(trial.kind),
                "in common": fates(trial.kind),
                "looks": looks(trial.kind),
                "worlds": int(told.size),
                "of them judged": int(told.sum()),
                "wrongly lax, % of judged": percent(exact["lax"] > 0, told),
                "wrongly meets, % of judged": percent(under["meets"] > 0, under["told"] > 0),
            }
        )
    yield Table(
        "False verdicts where the truth is the floor",
        f"`lax` with the long-run share exactly at the floor of {FLOORS.floor:g}; `meets` with it "
        f"0.001 below. Each bound is meant to fail in {100 * FLOORS.tail:g} %.",
        rows,
    )


def power(results: Sequence[tuple[Trial, Found]]) -> Iterator[Table]:
    """Yield the table of how often it is told, by true share and size."""
    rows: dict[str, Row] = {}
    for trial, found in results:
        kind = trial.kind
        name = f"{kind.sites} uneven sites, {kind.items:g} items on the middle one"
        row = rows.setdefault(name, {"sites and items": name})
        word = "lax" if kind.share < FLOORS.floor else "meets"
        row[f"{word} at {kind.share:g}"] = percent(found[word] > 0)
    said = f"In per cent of worlds, by the true share; the floor is {FLOORS.floor:g}."
    # Headings of one row serve all: every size is tried at the same shares.
    yield Table("How often it is told", said, list(rows.values()))


def trouble(results: Sequence[tuple[Trial, Found]]) -> Iterator[Table]:
    """Yield the table of what faults of the looks, or of what is known, do."""
    rows = []
    for trial, found in results:
        share = trial.kind.share
        at_floor = share >= FLOORS.floor
        rows.append(
            {
                "fault": trial.name,
                "share": share,
                "bias, points": round(100 * float(np.mean(found["value"]) - share), 1),
                "interval holds, %": percent(held(trial, found)),
                "too high, %": percent(found["low"] > share),
                "too low, %": percent(found["high"] < share),
                "realised share outside the bounds, %": percent(found["outside"] > 0),
                "`lax`, %": percent(found["lax"] > 0),
                "`meets`, %": percent(found["meets"] > 0),
                "`lax` would be": "wrong" if at_floor else "right",
            }
        )
    yield Table("Where something is at fault", "In per cent of worlds.", rows)


def grid(results: Sequence[tuple[Trial, Found]]) -> Iterator[Table]:
    """Yield the table of what the grid costs."""
    rows = []
    for trial, f in results:
        wider = (f["high"] - f["low"]) / (f["raw_high"] - f["raw_low"])
        share, moved = trial.kind.share, np.abs(f["value"] - f["raw_value"])
        known = np.isfinite(f["p50"]) & np.isfinite(f["raw_p50"])
        later = (f["p50"] - f["raw_p50"])[known]
        rows.append(
            {
                "share": share,
                "looks": looks(trial.kind),
                "items counted otherwise": int(np.sum(f["changed"])),
                "bias, points": round(100 * float(np.mean(f["value"]) - share), 2),
                "without grid": round(100 * float(np.mean(f["raw_value"]) - share), 2),
                "estimate moves by, points": round(100 * float(np.mean(moved)), 2),
                "interval wider by, %": round(100 * float(np.mean(wider) - 1), 1),
                "median later by, h": round(float(np.mean(later)), 2) if later.size else "-",
            }
        )
    yield Table("What the grid costs", "Against the same windows without it.", rows)


def brackets(trials: Sequence[tuple[Trial, Found]], whole: dict[bool, list[Found]]) -> Table:
    """Return the table of worlds in which the realised share lies outside the bounds."""
    fair = [f["outside"] for t, f in trials if not t.kind.looks.false_gone]
    rows: list[Row] = [
        {
            "worlds": "as columns, no false look",
            "of them": sum(f.size for f in fair),
            "outside the bounds": int(sum(f.sum() for f in fair)),
            "by most, items": "-",
        }
    ]
    for faultless, parts in whole.items():
        name = "providers of whole worlds through the engine, "
        name += "no false look" if faultless else "false looks, returns and early removals too"
        rows.append(
            {
                "worlds": name,
                "of them": sum(f["outside"].size for f in parts),
                "outside the bounds": int(sum(f["outside"].sum() for f in parts)),
                "by most, items": round(max(float(f["items_over"].max()) for f in parts), 1),
            }
        )
    said = "The share really removed in time, against *surely* and *possibly in time*."
    return Table("The realised share lies between the bounds", said, rows)


def agreement(answers: Sequence[Answer]) -> Table:
    """Return the table of published answers beside ours."""
    rows: list[Row] = [
        {
            "id": a.id,
            "what": a.what,
            "published": round(a.published, 5),
            "here": round(a.here, 5),
            "agrees": "yes" if a.agrees else f"NO (within {a.within:g})",
        }
        for a in answers
    ]
    return Table("Published answers", "Each computed again in this run.", rows)
