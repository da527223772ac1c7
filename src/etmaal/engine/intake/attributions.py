"""Are the attributions that lie beside the tables what `etmaal attribute` writes? Copied as is."""

import shutil
from pathlib import Path

import duckdb

from etmaal.core.errors import BadInput
from etmaal.engine.database import Database, NoRoom
from etmaal.engine.intake.checks import literal
from etmaal.engine.intake.folder import ATTRIBUTIONS, Source, reading
from etmaal.engine.intake.room import is_spent

_NEEDED = {"ip": "VARCHAR", "day": "DATE", "provider": "VARCHAR", "state": "VARCHAR"}


def copy_checked(db: Database, source: Source, out: Path) -> int:
    """Copy the attributions into a folder; return how many rows they have.

    Raises:
        BadInput: if the file cannot be read to its end, or is not what the command writes.
    """
    relation = f"read_parquet({literal(str(source.path))})"
    try:
        types = {row[0]: row[1] for row in db.rows(f"DESCRIBE FROM {relation}")}
        wrong = [name for name, type_name in _NEEDED.items() if types.get(name) != type_name]
        if wrong:
            raise _not_ours(source, f"column {wrong[0]} is missing or of another type")
        # Read every value of every column once: a page that is broken shows only then.
        [counts] = db.rows(f"SELECT count(*), count(COLUMNS(*)) FROM {relation}")  # noqa: S608
        [(nameless, repeated)] = db.rows(
            "SELECT count(*) FILTER (ip IS NULL OR day IS NULL OR state IS NULL), "  # noqa: S608
            f"count(*) - count(DISTINCT (ip, day)) FROM {relation}"
        )
    except duckdb.Error as e:
        raise _not_ours(source, "not a whole Parquet file") from e
    except NoRoom as e:
        if is_spent(e):
            raise
        raise _not_ours(source, "not a whole Parquet file") from e
    if nameless or repeated:
        raise _not_ours(source, "a row lacks its address, day or state, or is there twice")
    with reading(source.path):
        shutil.copyfile(source.path, out / f"{ATTRIBUTIONS}.parquet")
    return int(counts[0])


def _not_ours(source: Source, why: str) -> BadInput:
    return BadInput(f"{source.path}: {why}; make it again with: etmaal attribute")
