"""An edition: from a tables folder to a folder of figures that can be computed again.

`monitor` stages and freezes the rows; `compute` answers the question from the frozen snapshot
alone, so that `verify` can ask it again and compare the bytes.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from etmaal.core.errors import BadInput, Refused
from etmaal.core.periods import microseconds
from etmaal.core.policy import Basis
from etmaal.core.whole import whole_folder
from etmaal.definitions import loader
from etmaal.engine import columns, rows
from etmaal.engine.breaks import breaks_on_record
from etmaal.engine.bulletin import bulletin_of
from etmaal.engine.database import MEMORY, Database, database
from etmaal.engine.findings import Findings, find
from etmaal.engine.inputs import prepare
from etmaal.engine.package import data_package
from etmaal.engine.period import choose_period
from etmaal.engine.portions import judge_all
from etmaal.engine.question import Question, iso
from etmaal.engine.tables import Staged, stage
from etmaal.engine.writing import sha256, write_csv, write_json, write_parquet
from etmaal.letters.bulletin import render_html

Progress = Callable[[str], None]
Content = dict[str, Any]

STEPS = (
    "reading the tables", "finding episodes", "counting", "estimating", "judging", "writing",
)  # fmt: skip
SNAPSHOT = "snapshot"
EDITION = "edition.json"
REJECTS = "rejects.csv"


def quiet(step: str) -> None:
    """Tell nobody how far the work is."""


def monitor(
    folder: Path,
    out: Path,
    question: Question,
    *,
    now: datetime,
    ignore_extra: bool = False,
    memory: str = MEMORY,
    may_replace: bool = False,
    progress: Progress = quiet,
) -> Content:
    """Make an edition from a tables folder; ``out`` appears whole or not at all.

    Args:
        folder: the tables.
        out: the edition's folder; one that is there is replaced.
        question: clock, period and moment. Where the folder has no column ``clock_basis`` at
            all, every notice's moment is taken as its sending.
        now: rows later than this are rejected as in the future.
        ignore_extra: drop unknown columns instead of refusing them.
        memory: what the engine may use.
        may_replace: whether an edition that says something else may be replaced.
        progress: told each step as it begins.

    Returns:
        What ``edition.json`` says.

    Raises:
        BadInput: if the tables cannot be read or nothing belongs to the period.
        CannotWrite: if the disk is full.
        Refused: if ``out`` is an edition that says something else.
    """
    with whole_folder(out) as partial:
        snapshot = partial / SNAPSHOT
        snapshot.mkdir()
        progress("reading the tables")
        staged = stage(folder, snapshot, now=now, ignore_extra=ignore_extra, memory=memory)
        (snapshot / REJECTS).replace(partial / REJECTS)
        inputs = _inputs(staged)
        _refuse_without_notices(inputs, partial / REJECTS)
        if "clock_basis" not in inputs["notices"]["columns"]:
            question = replace(question, unsaid_basis=Basis.SENT)
        content = compute(partial, question, inputs, memory=memory, progress=progress)
        _no_silent_change(out, partial, may_replace=may_replace)
        return content


def _refuse_without_notices(inputs: Content, rejects: Path) -> None:
    """Say why no notice could be used, where that is so: the reject file will not survive."""
    notices = inputs["notices"]
    if notices["kept"] or not notices["rejected"]:
        return
    with rejects.open(newline="", encoding="utf-8") as f:
        first = next(row for row in csv.DictReader(f) if row["table"] == "notices")
    raise BadInput(
        f"{notices['rejected']} of {notices['read']} rows of {notices['file']} could not be used, "
        f"and none is left; the first is row {first['row']}, {first['column']}: {first['reason']}"
    )


def _no_silent_change(out: Path, partial: Path, *, may_replace: bool) -> None:
    """Refuse to put another edition in the place of one that is there."""
    old, new = out / EDITION, partial / EDITION
    if out.is_dir():
        others = {p.name for p in out.iterdir()} - {p.name for p in partial.iterdir()}
        if others:
            raise Refused(
                f"{out} holds files that are no part of an edition ({', '.join(sorted(others))}); "
                "move them, or choose another --out"
            )
    if old.exists() and not may_replace and old.read_bytes() != new.read_bytes():
        raise Refused(
            f"{out} already holds an edition that says something else; keep it and choose "
            "another --out, or give --replace"
        )


def _inputs(staged: Staged) -> Content:
    """Say what was read: by name and content, never by place."""
    return {
        table.table: {
            "file": table.file,
            "sha256": table.sha256,
            "columns": list(table.columns),
            "read": table.read,
            "kept": table.kept,
            "rejected": table.rejected,
            "duplicates": table.duplicates,
        }
        for table in staged.tables
    }


def compute(
    edition: Path,
    question: Question,
    inputs: Mapping[str, Any],
    *,
    memory: str = MEMORY,
    parts: int | None = None,
    progress: Progress = quiet,
) -> Content:
    """Answer the question from ``edition/snapshot`` and write the edition's files beside it.

    The answer does not depend on ``memory``, nor on ``parts``; see `portions.judge_all`.
    """
    with database(edition, memory) as db:
        found = answer(db, edition / SNAPSHOT, question, progress, parts)
    progress("writing")
    content = _content(edition, question, inputs, found)
    _write(edition, found, content)
    content["files"] = {
        path.name: sha256(path)
        for path in sorted(edition.iterdir())
        if path.is_file() and path.name != EDITION
    }
    write_json(edition / EDITION, content)
    return content


def answer(
    db: Database,
    snapshot: Path,
    question: Question,
    progress: Progress,
    parts: int | None = None,
) -> Findings:
    """Find the episodes of a snapshot and everything that an edition says of them."""
    progress("finding episodes")
    as_of = _as_of(db, snapshot, question)
    prepare(db, snapshot, question.policy, as_of, question.unsaid_basis)
    period = choose_period(db, question.policy, question.from_date, question.before_date)
    judge_all(db, question.policy, period, as_of, parts=parts)
    breaks = breaks_on_record(db, snapshot, question.policy.zone, as_of)
    return find(db, question, period, as_of, progress, breaks)


_LAST = "SELECT max({column}) FROM read_parquet($file)"


def _as_of(db: Database, snapshot: Path, question: Question) -> int:
    """Return the moment asked for, else that of the last sighting, else of the last notice."""
    if question.as_of is not None:
        return microseconds(question.as_of)
    for table, column in (("sightings", '"at"'), ("notices", "noticed_at")):
        [(last,)] = db.rows(_LAST.format(column=column), file=str(snapshot / f"{table}.parquet"))
        if last is not None:
            return int(last)
    raise BadInput("the table of notices holds no row that can be used; see rejects.csv")


def _content(
    edition: Path, question: Question, inputs: Mapping[str, Any], found: Findings
) -> Content:
    snapshot = {path.name: sha256(path) for path in sorted((edition / SNAPSHOT).iterdir())}
    policy, period = question.policy, found.period
    return {
        "title": "Etmaal edition",
        "period": {
            "from": period.from_date.isoformat(),
            "before": period.before_date.isoformat(),
            "zone": period.zone,
        },
        "as_of": iso(found.as_of),
        "provisional": found.provisional,
        "settled_at": iso(found.settled_at),
        "clock": {"id": policy.id, "version": policy.version, "verdicts": policy.verdicts},
        "norm_hours": policy.norm.total_seconds() / 3600,
        "unsaid_basis": question.unsaid_basis.value,
        "floors": {"id": question.floors.id, "version": question.floors.version},
        "seed": question.seed,
        "code": version("etmaal"),
        "definitions": {"sha256": loader.digest(), "versions": loader.versions()},
        "inputs": dict(inputs),
        "left_aside": found.left_aside,
        "breaks": [
            {"date": b.date.isoformat(), "kind": b.kind.value, "detail": b.detail}
            for b in found.breaks_on_record
        ],
        "snapshot": {
            "files": snapshot,
            "sha256": hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest(),
        },
        "expected_false_lax": found.verdicts.expected_false_lax if policy.verdicts else None,
    }


def _write(edition: Path, found: Findings, content: Content) -> None:
    figures = rows.figures(found, content)
    write_csv(edition / "figures.csv", columns.FIGURES, figures)
    write_parquet(edition / "figures.parquet", columns.FIGURES, figures)
    write_csv(edition / "providers.csv", columns.PROVIDERS, rows.providers(found))
    write_csv(edition / "overall.csv", columns.OVERALL, rows.overall(found))
    write_csv(edition / "curves.csv", columns.CURVES, rows.curves(found))
    write_csv(edition / "sensitivity.csv", columns.SENSITIVITY, rows.sensitivity(found))
    write_csv(edition / "transit.csv", columns.TRANSIT, rows.transit(found))
    write_csv(edition / "gaps.csv", columns.GAPS, rows.gaps(found))
    write_csv(edition / "lorenz.csv", columns.LORENZ, rows.lorenz(found))
    write_json(edition / "datapackage.json", data_package(content))
    page = render_html(bulletin_of(found, content), "en")
    (edition / "bulletin.en.html").write_text(page, encoding="utf-8")
