"""From an edition to the files of its data under other clocks."""

from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from etmaal.core.errors import Refused
from etmaal.core.periods import microseconds, moment
from etmaal.core.whole import whole_folder
from etmaal.definitions import loader
from etmaal.engine.clocks import side_by_side
from etmaal.engine.columns import Column
from etmaal.engine.database import database
from etmaal.engine.edition import EDITION, SNAPSHOT
from etmaal.engine.question import from_iso, iso
from etmaal.engine.replacing import no_silent_change
from etmaal.engine.verify import changed_snapshot, other_versions, question_of, read_edition
from etmaal.engine.writing import rounded, sha256, write_csv, write_json
from etmaal.letters.clocks import render_html
from etmaal.letters.values.clocks import Clocks, OfEdition, WithinShare
from etmaal.letters.words import LANGUAGES

DESCRIPTION = "clocks.json"
COLUMNS = (
    Column("clock", "string", "`what_if`, or the id of the body whose clock it is"),
    Column("start", "string", "what starts that clock"),
    Column("provider", "string", "the provider; empty for all together"),
    Column("hours", "number", "within how many hours; empty for a mean"),
    Column("n", "integer", "episodes of which that start is known"),
    Column("surely", "number", "share surely removed within the hours"),
    Column("value", "number", "the estimate; for a mean, hours online, at most 30 days each"),
    Column("low", "number", "lower end of its 95 % interval"),
    Column("high", "number", "upper end of its 95 % interval"),
    Column("possibly", "number", "share possibly removed within the hours"),
)  # fmt: skip


def clocks_of(
    edition: Path,
    hours: tuple[float, ...],
    *,
    progress: Callable[[str], None],
    warn: Callable[[str], None] = lambda warning: None,
) -> Clocks:
    """Read an edition's frozen rows under other clocks.

    Args:
        edition: its folder.
        hours: the norms of the what-if.
        progress: told each step as it begins.
        warn: told where the edition was made by another version, or under other definitions.

    Raises:
        BadInput: if the folder is no edition.
        Refused: if its frozen rows were changed.
    """
    progress("checking the frozen rows")
    content = read_edition(edition)
    for change in changed_snapshot(edition, content):
        raise Refused(f"{change}; nothing is made from it")
    for warning in other_versions(content):
        warn(f"{warning}: the figures may differ from the edition's")
    progress("reading them under other clocks")
    with database(edition) as db:
        return side_by_side(
            db,
            edition / SNAPSHOT,
            question_of(content),
            loader.bodies(),
            _of(edition, content),
            hours,
        )


def _of(edition: Path, content: dict[str, Any]) -> OfEdition:
    settled = content.get("settled_at")
    return OfEdition(
        as_of=moment(from_iso(content["as_of"])),
        provisional=bool(content["provisional"]),
        final_from=moment(from_iso(settled)) if settled is not None else None,
        clock=(str(content["clock"]["id"]), int(content["clock"]["version"])),
        floors=(str(content["floors"]["id"]), int(content["floors"]["version"])),
        code=str(content.get("code", "")),
        read_by=version("etmaal"),
        snapshot=str(content["snapshot"]["sha256"]),
        sha256=sha256(edition / EDITION),
    )


def write_clocks(clocks: Clocks, out: Path, *, may_replace: bool) -> None:
    """Write the table, the values and a page in each language; whole or not at all.

    Raises:
        CannotWrite: if the system refuses a write.
        Refused: if ``out`` holds figures that say something else, or other files.
    """
    with whole_folder(out) as fresh:
        write_csv(fresh / "clocks.csv", COLUMNS, _rows(clocks))
        write_json(fresh / DESCRIPTION, content_of(clocks))
        for language in LANGUAGES:
            page = render_html(clocks, language)
            (fresh / f"clocks.{language}.html").write_text(page, encoding="utf-8")
        no_silent_change(out, fresh, DESCRIPTION, "a page of clocks", may_replace=may_replace)


def content_of(clocks: Clocks) -> dict[str, Any]:
    """Return the values as they are written, numbers to nine digits."""

    def share(found: WithinShare) -> dict[str, Any]:
        return {name: rounded(value) for name, value in asdict(found).items()}

    return {
        "period": {
            "from": clocks.period_from.isoformat(),
            "before": clocks.period_before.isoformat(),
        },
        "edition": _edition(clocks.of),
        "code": clocks.of.read_by,
        "start": clocks.start,
        "norm_hours": clocks.norm_hours,
        "verdicts": False,
        "what_if": [share(s) for s in clocks.what_if],
        "bodies": [
            {
                "body": r.body.id,
                "version": r.body.version,
                "start": r.body.start.value,
                "n": r.n,
                "start_unknown": r.start_unknown,
                "gone_before_start": r.gone_before_start,
                "within": [share(s) for s in r.within],
                "mean_hours": rounded(r.mean_hours),
            }
            for r in clocks.bodies
        ],
    }


def _edition(of: OfEdition) -> dict[str, Any]:
    """Return which edition it is, under the names that ``edition.json`` has for it."""
    settled = of.final_from
    return {
        "sha256": of.sha256,
        "snapshot": of.snapshot,
        "as_of": iso(microseconds(of.as_of)),
        "provisional": of.provisional,
        "settled_at": None if settled is None else iso(microseconds(settled)),
        "clock": dict(zip(("id", "version"), of.clock, strict=True)),
        "floors": dict(zip(("id", "version"), of.floors, strict=True)),
        "code": of.code,
    }


def _rows(clocks: Clocks) -> list[tuple[Any, ...]]:
    rows = [("what_if", clocks.start, *_cells(share)) for share in clocks.what_if]
    for r in clocks.bodies:
        rows += [(r.body.id, r.body.start.value, *_cells(share)) for share in r.within]
        if r.mean_hours is not None:
            mean = (None, None, r.n, None, r.mean_hours, None, None, None)
            rows.append((r.body.id, r.body.start.value, *mean))
    return rows


def _cells(share: WithinShare) -> tuple[Any, ...]:
    return (
        share.provider, share.hours, share.n, share.surely, share.value, share.low, share.high,
        share.possibly,
    )  # fmt: skip
