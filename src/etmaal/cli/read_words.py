"""What `etmaal read` says when it is done: what there is now, and what is left to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from etmaal.cli.read_files import FileKind

if TYPE_CHECKING:
    from etmaal.engine.reading.read import Report
    from etmaal.letters.values.quality import Widths

_LONG = 120  # hours; a longer window is said in days


def human(report: "Report", out: Path | None) -> str:
    """Say what there is now, and what can be known from it, in the words of the page."""
    from etmaal.letters.words import words_with

    t = words_with("quality", "en").text
    quality, reading = report.quality, report.reading
    lines = ["nothing written: a trial" if out is None else f"{out}"]
    lines += [_row(t(f"quality.table.{name}"), count) for name, count in quality.rows]
    lines.append("read")
    lines.append(_row("Records", sum(file.records for file in reading.files)))
    lines += [_row(t(f"quality.count.{reason}"), count) for reason, count in reading.counts]
    lines.append(_row("Rejected", len(report.rejected)))
    if reading.contradictions:
        lines.append("what contradicts itself")
        lines += [_row(t(f"quality.odd.{which}"), n) for which, n in reading.contradictions]
    lines.append("clock starts known, of first notices")
    lines += [f"  {row.known:>12,} of {row.of:,}  {row.clock}" for row in quality.starts]
    lines += _windows(quality.widths)
    return "\n".join(lines)


def _row(what: str, count: int) -> str:
    return f"  {count:>12,}  {what}"


def _windows(widths: "Widths") -> list[str]:
    if not widths.n or widths.p50_hours is None or widths.p90_hours is None:
        return []
    half, most = _long(widths.p50_hours), _long(widths.p90_hours)
    return [
        f"removals: {widths.n:,}",
        f"  half the windows are at most {half} wide, nine in ten at most {most}",
        f"  on both sides of 24 hours: {widths.straddling:,}",
    ]


def _long(hours: float) -> str:
    return f"{hours / 24:.1f} days" if hours > _LONG else f"{hours:.1f} h"


def remarks(
    report: "Report", how: FileKind, *, dry_run: bool, keep: Path | None, lost: int
) -> Iterator[str]:
    """Say what the user must look at."""
    odd = dict(report.reading.contradictions)
    if late := odd.get("seen_after_export", 0):
        was = (
            "case was last seen after its file was"
            if late == 1
            else ("cases were last seen after their file was")
        )
        yield f"{late:,} {was} made, which cannot be: check --exported-at and --zone"
    rejected = len(report.rejected)
    if not rejected:
        return
    records = f"{rejected:,} record{'' if rejected == 1 else 's'} could not be used"
    if dry_run:
        yield f"{records}; a reading that writes lists them in rejects.csv"
    elif keep is None:
        yield (
            f"{records}: rejects.csv names them and says why; --keep-rejected keeps the records "
            "themselves, to be mended"
        )
    else:
        yield _kept(records, rejected, how, keep, lost)


def _kept(records: str, rejected: int, how: FileKind, keep: Path, lost: int) -> str:
    if lost == rejected:
        return f"{records} nor kept: longer than a record may be; see rejects.csv"
    said = f"{records}; what can be kept of {'it' if rejected == 1 else 'them'} lies in {keep}"
    if lost:
        said += f", but {lost:,} could not be kept: longer than a record may be"
    again = "read them with --add"
    if how.kind == "scart-db":
        # A mended row of a dump means something only beside the other tables of that dump.
        folders = " ".join(str(place) for place in [*how.files, *_kept_folders(how, keep)])
        again = f"read them with the dump: etmaal read scart-db {folders} --replace"
    return f"{said}. It is confidential: mend the records, {again}, then destroy them"


def _kept_folders(how: FileKind, keep: Path) -> list[Path]:
    """Return the folders into which a dump's records were kept: one for each where it has more."""
    if len(how.files) == 1:
        return [keep]
    return sorted(place for place in keep.iterdir() if place.is_dir())
