"""A comparison as files: a table, a description for machines, and a page in each language."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etmaal.core.comparison import Change, Comparison, Span, Unit, Word
from etmaal.core.periods import microseconds
from etmaal.core.whole import whole_folder
from etmaal.engine.compare.columns import COMPARISON
from etmaal.engine.question import iso
from etmaal.engine.replacing import no_silent_change
from etmaal.engine.writing import Row, rounded, write_csv, write_json
from etmaal.letters.comparison import render_html
from etmaal.letters.words import LANGUAGES

TABLE, DESCRIPTION = "comparison.csv", "comparison.json"


def write(found: Comparison, out: Path, *, may_replace: bool) -> dict[str, Any]:
    """Write a comparison's folder; it appears whole or not at all.

    Returns:
        What ``comparison.json`` says.

    Raises:
        Refused: if ``out`` holds a comparison that says something else, or other files.
        CannotWrite: if the disk is full.
    """
    said = description(found)
    with whole_folder(out) as partial:
        write_csv(partial / TABLE, COMPARISON, [row(change) for change in found.changes])
        write_json(partial / DESCRIPTION, said)
        for language in LANGUAGES:
            page = render_html(found, language)
            (partial / f"comparison.{language}.html").write_text(page, encoding="utf-8")
        no_silent_change(out, partial, DESCRIPTION, "a comparison", may_replace=may_replace)
    return said


def row(change: Change) -> Row:
    """Return one provider's cells in the order of the columns."""
    before, after = change.before, change.after
    moved = None
    if change.usual is not None and before is not None and before.in_time is not None:
        moved = change.usual.value - before.in_time.value
    return (
        change.provider, change.name, change.word.value, change.because.value,
        *_unit(before), *_unit(after), *_ends(change.change),
        _less(after, before, "surely"), _less(after, before, "possibly"),
        change.least, change.most, *_ends(change.usual), moved, *_ends(change.beyond),
        _yes(change.by_itself), _yes(change.looked_otherwise), " ".join(change.networks),
        _yes(change.may_be_named), " ".join(change.withheld), _yes(change.warned), change.namesake,
    )  # fmt: skip


def _yes(said: bool) -> str:
    return "yes" if said else ""


def _unit(unit: Unit | None) -> Row:
    if unit is None:
        return (None,) * 9
    return (
        unit.n, unit.effective_n if unit.n else None, unit.surely, unit.possibly,
        *_ends(unit.in_time), unit.verdict, unit.because,
    )  # fmt: skip


def _ends(span: Span | None) -> Row:
    return (None, None, None) if span is None else (span.value, span.low, span.high)


def _less(after: Unit | None, before: Unit | None, which: str) -> float | None:
    if after is None or before is None:
        return None
    one, other = getattr(after, which), getattr(before, which)
    return None if one is None or other is None else one - other


def description(found: Comparison) -> dict[str, Any]:
    """Return what ``comparison.json`` says: everything, as plain values rounded to nine digits."""
    said: dict[str, Any] = _plain(asdict(found))
    said["title"] = "Etmaal comparison"
    said["method_changed"] = found.method_changed
    said["counts"] = {word.value: found.count(word) for word in Word}
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return iso(microseconds(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, str) else rounded(value)
