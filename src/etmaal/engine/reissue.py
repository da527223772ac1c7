"""A bulletin made again from an edition's frozen rows: its values, its files, whom it may name."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etmaal.core.errors import Refused
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.engine.bulletin import bulletin_of
from etmaal.engine.database import Database, database
from etmaal.engine.edition import SNAPSHOT, answer
from etmaal.engine.verify import changed_snapshot, other_versions, question_of, read_edition
from etmaal.letters.bulletin import render_html
from etmaal.letters.pdf import render_pdf
from etmaal.letters.values import Bulletin

STEPS = (
    "checking the frozen rows", "finding episodes", "counting", "estimating", "judging",
)  # fmt: skip

# Characters of the snapshot's digest that a bulletin prints.
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Reissue:
    """An edition's bulletin, what to say about it first, and what would give a provider away.

    ``identifiers`` are ids, names, AS numbers and addresses of providers, and the digests that
    lead to the edition.
    """

    bulletin: Bulletin
    warnings: tuple[str, ...]
    identifiers: frozenset[str]


def reissue(edition: Path, *, progress: Callable[[str], None]) -> Reissue:
    """Compute an edition's bulletin again from its frozen rows alone.

    Args:
        edition: its folder, which is only read.
        progress: told each of `STEPS` as it begins.

    Raises:
        BadInput: if the folder is no edition.
        Refused: if its frozen rows were changed or are missing.
    """
    progress(STEPS[0])
    content = read_edition(edition)
    for change in changed_snapshot(edition, content):
        raise Refused(f"{change}; no bulletin is made from it")
    snapshot = edition / SNAPSHOT
    with tempfile.TemporaryDirectory(prefix="etmaal-bulletin-") as scratch:
        with database(Path(scratch)) as db:
            found = answer(db, snapshot, question_of(content), progress)
            identifiers = frozenset(_identifiers(db, snapshot, content))
    return Reissue(bulletin_of(found, content), tuple(other_versions(content)), identifiers)


def pages(
    bulletin: Bulletin, languages: Sequence[str], *, progress: Callable[[str], None]
) -> dict[str, bytes]:
    """Return the bulletin's files by name: a page and a PDF in each language."""
    made = {}
    for language in languages:
        progress(f"writing {language}")
        made[f"bulletin.{language}.html"] = render_html(bulletin, language).encode("utf-8")
        made[f"bulletin.{language}.pdf"] = render_pdf(bulletin, language)
    return made


# Of each table the columns that name a provider, and those that list its networks.
_NAMING = {
    "providers": (("provider", "name"), ("asns", "addresses")),
    "attributions": (("provider",), ("origins",)),
    "notices": (("provider", "desk"), ()),
}


def _identifiers(db: Database, snapshot: Path, content: dict[str, Any]) -> Iterator[str]:
    present = {path.stem for path in snapshot.iterdir()}
    for table, (names, lists) in _NAMING.items():
        file = str(snapshot / f"{table}.parquet")
        if table not in present:
            continue
        for column in (*names, *lists):
            asked = f"SELECT DISTINCT {column} FROM read_parquet($file)"  # noqa: S608
            for (value,) in db.rows(f"{asked} WHERE {column} IS NOT NULL", file=file):
                if value not in (FRONT, UNRESOLVED):
                    yield from value.split() if column in lists else (value,)
    digest = content["snapshot"]["sha256"]
    yield from (digest, digest[:_SHORT])
    yield from (said["sha256"] for said in content["inputs"].values() if said["file"])
