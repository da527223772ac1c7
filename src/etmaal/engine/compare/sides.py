"""What does a comparison need of one edition, and is the edition as it was made?

Every file is held to the digest that `edition.json` gives before a figure is taken from it.
"""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etmaal.core.breaks import Break, BreakKind
from etmaal.core.comparison import Edition, Span, Unit
from etmaal.core.errors import BadInput
from etmaal.core.periods import Period
from etmaal.engine.compare.holdings import Changed, Holdings, read_holdings
from etmaal.engine.edition import EDITION
from etmaal.engine.verify import read_edition

__all__ = ["Changed", "Side", "read_side"]

Row = dict[str, str]
Figures = dict[tuple[str, str], Row]
GAPS = ("check_gap_p50_hours", "check_gap_p90_hours")
NEEDED = ("providers.csv", "overall.csv", "figures.csv", "datapackage.json")


@dataclass(frozen=True, slots=True)
class Side:
    """One edition as a comparison knows it.

    ``pooled`` is over all items, ``mean`` over ``providers``; ``gaps`` are the median and 90th
    percentile of hours between checks; None is not known. ``versions`` are those of the definitions
    by group and id, ``columns`` those that each table of the input gave; ``holdings`` say whose
    networks were whose.
    """

    content: dict[str, Any]
    edition: Edition
    units: dict[str, Unit]
    pooled: Span | None
    mean: Span | None
    providers: int
    gaps: tuple[float | None, ...]
    breaks: tuple[Break, ...]
    unsaid_basis: str
    versions: dict[str, dict[str, int]]
    columns: dict[str, frozenset[str]]
    holdings: Holdings

    @property
    def begins_at(self) -> datetime:
        """Return the moment at which the period begins, in its own zone."""
        return self._period.from_at

    @property
    def days(self) -> int:
        """Return how many days the period has."""
        return (self._period.before_date - self._period.from_date).days

    @property
    def _period(self) -> Period:
        zone = self.content["period"]["zone"]
        return Period(self.edition.period_from, self.edition.period_before, zone)


def read_side(edition: Path, which: str) -> Side:
    """Read one edition for a comparison.

    Args:
        edition: its folder.
        which: what to call it in messages, ``before`` or ``after``.

    Raises:
        Changed: if a file differs from its digest, or is missing; the frozen rows may be, but
            where they are there they are as they were.
        BadInput: if the folder is no edition, or one that this version cannot read.
    """
    try:
        content = read_edition(edition)
        texts = _checked(edition, content)
        holdings = read_holdings(edition, content)
        return _side(content, (edition / EDITION).read_bytes(), texts, holdings)
    except BadInput as e:
        raise type(e)(f"{which}: {e}") from e
    except (LookupError, TypeError, ValueError, AttributeError, csv.Error) as e:
        raise BadInput(
            f"{which}: {edition.name} cannot be read by this version ({type(e).__name__}: {e}); "
            "make the edition again with etmaal monitor"
        ) from e


def _checked(edition: Path, content: dict[str, Any]) -> dict[str, str]:
    """Hold every file to its digest; return those that are needed."""
    missing = [name for name in NEEDED if name not in content["files"]]
    if missing:
        raise Changed(f"{EDITION} names no {missing[0]}; see etmaal verify")
    texts = {}
    for name, digest in sorted(content["files"].items()):
        path = edition / name
        if Path(name).name != name or not path.is_file():
            raise Changed(f"{name} is missing from {edition.name}; see etmaal verify")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise Changed(
                f"{name} of {edition.name} was changed after the edition was made; see etmaal "
                "verify"
            )
        if name in NEEDED:
            texts[name] = data.decode()
    _agrees(json.loads(texts["datapackage.json"]), content)
    return texts


def _agrees(package: dict[str, Any], content: dict[str, Any]) -> None:
    """Refuse a description that names another period, clock or code than the files beside it."""
    period, clock = content["period"], content["clock"]
    name = f"etmaal-{period['from']}-{period['before']}-{clock['id']}"
    version = f"{clock['version']}+{content['code']}"
    if (package["name"], package["version"]) != (name, version):
        raise Changed(
            f"{EDITION} says {name} ({version}), its files {package['name']} "
            f"({package['version']}): it was changed after the edition was made"
        )


def _side(content: dict[str, Any], raw: bytes, texts: dict[str, str], holdings: Holdings) -> Side:
    overall = {row["indicator"]: row for row in _rows(texts["overall.csv"])}
    figures = {
        (row["indicator"], row["provider"]): row
        for row in _rows(texts["figures.csv"])
        if row["period"] == "whole" and row["indicator"] in ("in_time", *GAPS)
    }
    units = [_unit(row, figures) for row in _rows(texts["providers.csv"])]
    if len({unit.provider for unit in units}) != len(units):
        raise ValueError("a provider stands in providers.csv twice")
    if overall["n"]["unit"] != "episodes" or overall["pooled_share"]["unit"] != "share":
        raise ValueError("its figures are not shares of episodes")
    return Side(
        content=content,
        edition=_edition(content, raw, overall),
        units={unit.provider: unit for unit in units},
        pooled=_average(overall["pooled_share"]),
        mean=_average(overall["mean_over_providers"]),
        providers=int(overall["mean_over_providers"]["n"]),
        gaps=_gaps(figures, ""),
        # Editions made before there was a table of breaks have none on record.
        breaks=tuple(
            Break(date.fromisoformat(b["date"]), BreakKind(b["kind"]), str(b["detail"]))
            for b in content.get("breaks", [])
        ),
        unsaid_basis=str(content["unsaid_basis"]),
        versions={group: dict(of) for group, of in content["definitions"]["versions"].items()},
        columns={table: frozenset(of["columns"]) for table, of in content["inputs"].items()},
        holdings=holdings,
    )


def _edition(content: dict[str, Any], raw: bytes, overall: dict[str, Row]) -> Edition:
    return Edition(
        period_from=date.fromisoformat(content["period"]["from"]),
        period_before=date.fromisoformat(content["period"]["before"]),
        as_of=datetime.fromisoformat(content["as_of"]),
        provisional=bool(content["provisional"]),
        n=int(overall["n"]["value"]),
        episodes=int(overall["episodes"]["value"]),
        code=str(content["code"]),
        floors=f"{content['floors']['id']} {content['floors']['version']}",
        snapshot=str(content["snapshot"]["sha256"]),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def _number(cell: str) -> float | None:
    return None if cell == "" else float(cell)


def _average(row: Row) -> Span | None:
    if row["value"] == "":
        return None
    return Span(float(row["value"]), float(row["low"]), float(row["high"]))


def _unit(row: Row, figures: Figures) -> Unit:
    provider, n = row["provider"], int(row["n"])
    in_time = None
    if n and row["in_time"]:
        value = float(row["in_time"])
        # Rounded to nine digits, an end may lie a hair on the wrong side.
        low, high = float(row["in_time_low"]), float(row["in_time_high"])
        in_time = Span(value, min(low, value), max(high, value))
    return Unit(
        provider=provider,
        name=row["name"],
        n=n,
        episodes=int(row["episodes"]),
        surely=_number(row["surely_in_time"]),
        possibly=_number(row["possibly_in_time"]),
        in_time=in_time,
        effective_n=_number(figures["in_time", provider]["effective_n"]) or 0.0,
        verdict=row["verdict"] or None,
        because=row["because"] or None,
        gaps=_gaps(figures, provider),
    )


def _gaps(figures: Figures, provider: str) -> tuple[float | None, ...]:
    return tuple(_number(figures[gap, provider]["value"]) for gap in GAPS)
