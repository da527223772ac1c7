"""Where a reading goes: the folder as a whole or not at all, and the rejected records if asked."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from etmaal.cli.read_files import FileKind
from etmaal.core.errors import BadInput, Refused
from etmaal.core.hotline import Rejected
from etmaal.core.whole import whole_folder

if TYPE_CHECKING:
    from etmaal.engine.reading.read import Report

# Every form in which a folder may hold what a reading writes anew; attributions no longer fit it.
_TABLES = (
    "notices", "sightings", "events", "outages", "providers", "breaks", "items", "messages",
    "attributions",
)  # fmt: skip
_FORMS = ("csv", "csv.gz", "parquet")
_OURS = frozenset(
    [f"{table}.{form}" for table in _TABLES for form in _FORMS]
    + ["rejects.csv", "quality.json", "quality.nl.html", "quality.en.html"]
)


class Taken(Refused):
    """Something is there already, and nobody said what is to become of it."""


def check_out(out: Path, *, add: bool, replace: bool) -> None:
    """See that tables may be written there.

    Raises:
        Taken: if something else is there, or tables are and neither option was given.
        BadInput: if there is nothing to add to.
    """
    if not out.exists():
        if add:
            raise BadInput(f"{out}: no such folder; there is nothing to add to")
        return
    if not out.is_dir():
        raise Taken(f"{out} is not a folder; give another --out")
    if out.samefile(Path.cwd()):
        raise Taken("a folder cannot be replaced from within; give another --out")
    if not any(out.iterdir()):
        return
    if not (out / "quality.json").is_file():
        raise Taken(f"{out} holds something that `etmaal read` did not write; give another --out")
    if not add and not replace:
        raise Taken(f"{out} is there already: --add adds to it, --replace makes it anew")


def put_in_place(out: Path, fill: Callable[[Path], "Report"]) -> "Report":
    """Fill a folder that takes its place only when all went well; other files in it stay."""
    with whole_folder(out) as folder:
        report = fill(folder)
        _write_quality(report, folder)
        if out.is_dir():
            for path in out.iterdir():
                if path.name not in _OURS:
                    copy = shutil.copytree if path.is_dir() else shutil.copy2
                    copy(path, folder / path.name)
    return report


def _write_quality(report: "Report", folder: Path) -> None:
    from etmaal.engine.reading.quality import FILE, as_json
    from etmaal.engine.writing import write_json
    from etmaal.letters.quality import render_html
    from etmaal.letters.words import LANGUAGES

    write_json(folder / FILE, as_json(report.quality))
    for language in LANGUAGES:
        page = render_html(report.quality, language)
        (folder / f"quality.{language}.html").write_text(page, encoding="utf-8")


def keep_rejected(folder: Path, how: FileKind, rejected: Iterable[Rejected]) -> int:
    """Write the rejected records as they stand, a file for each file they come from, 0600.

    Returns:
        How many of them could not be kept, because they are longer than a record may be.

    Raises:
        Taken: if one of the files is there already: it may be half mended.
    """
    rows: dict[str, set[int]] = defaultdict(set)
    for one in rejected:
        rows[one.place.file].add(one.place.row)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    places = {name: folder / name.removesuffix(".gz") for name in rows}
    there = [place for place in places.values() if place.exists()]
    if there:
        raise Taken(f"{there[0]} is there already and may be half mended; move it away")
    for name, records in how.rejected(rows):
        file = places[name]
        file.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as f:
            f.writelines(record for _, record in records)
        rows[name].difference_update(*(numbers for numbers, _ in records))
    return sum(len(left) for left in rows.values())
