"""Whose networks were whose, by the frozen rows of one edition?

The frozen rows may not be in the folder: then only their digests are known.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from etmaal.core.errors import BadInput
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.engine.database import Database, database
from etmaal.engine.edition import SNAPSHOT
from etmaal.engine.verify import changed_snapshot

# The register as it was frozen, and what `etmaal attribute` found. Not every edition has the last.
TABLES = ("providers.parquet", "attributions.parquet")

Sets = dict[str, frozenset[str]]


class Changed(BadInput):
    """A file of an edition is not as it was when the edition was made."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one edition knows of who runs which network.

    Attributes:
        digests: of the two tables, as the edition names them; None where it has no such table.
        register: the AS numbers and prefixes that the register gives to each provider.
        seen: whose each set of origins and each address was found to be, where that is sure.
        table_days: the first and the last day of the routing tables used, None where there is none.
        whole: whether the frozen rows were there to be read.
    """

    digests: tuple[str | None, ...] = (None, None)
    register: Sets | None = None
    seen: Sets | None = None
    table_days: tuple[date, date] | None = None
    whole: bool = True

    @property
    def known(self) -> bool:
        """Whether it names a network at all."""
        return bool(self.register or self.seen)


def read_holdings(edition: Path, content: dict[str, Any]) -> Holdings:
    """Read the two tables, each held to its digest first.

    Args:
        edition: its folder, which is only read.
        content: what its ``edition.json`` says.

    Raises:
        Changed: if one of them differs from its digest.
    """
    files = content["snapshot"]["files"]
    digests = tuple(files.get(name) for name in TABLES)
    named = [name for name in TABLES if name in files]
    if not all((edition / SNAPSHOT / name).is_file() for name in named):
        return Holdings(digests, whole=False)
    asked = {"snapshot": {"files": {name: files[name] for name in named}}}
    for change in changed_snapshot(edition, asked):
        raise Changed(f"{change}; see etmaal verify")
    with tempfile.TemporaryDirectory(prefix="etmaal-compare-") as scratch:
        with database(Path(scratch)) as db:
            register = _register(db, edition) if TABLES[0] in files else {}
            seen, days = _attributed(db, edition) if TABLES[1] in files else ({}, None)
    return Holdings(digests, register, seen, days)


def _register(db: Database, edition: Path) -> Sets:
    rows = db.rows(
        "SELECT provider, concat_ws(' ', asns, addresses) FROM read_parquet($file) "
        "WHERE asns IS NOT NULL OR addresses IS NOT NULL",
        file=str(edition / SNAPSHOT / TABLES[0]),
    )
    return {provider: frozenset(networks.split()) for provider, networks in rows}


_SEEN = """
    SELECT DISTINCT unnest([{networks}]) AS network, provider FROM read_parquet($file)
    WHERE state = 'resolved' AND provider NOT IN ($unresolved, $front)
"""


def _attributed(db: Database, edition: Path) -> tuple[Sets, tuple[date, date] | None]:
    """Return whose each network surely was, and the first and last day of the tables asked."""
    file = str(edition / SNAPSHOT / TABLES[1])
    columns = {row[0] for row in db.rows("DESCRIBE FROM read_parquet($file)", file=file)}
    networks = ", ".join(name for name in ("origins", "ip") if name in columns)
    asked = _SEEN.format(networks=networks)
    rows = db.rows(asked, file=file, unresolved=UNRESOLVED, front=FRONT)
    seen = grouped((network, provider) for network, provider in rows if network and provider)
    if "table_date" not in columns:
        return seen, None
    [days] = db.rows("SELECT min(table_date), max(table_date) FROM read_parquet($file)", file=file)
    return seen, None if days[0] is None else (days[0], days[1])


def grouped(pairs: Iterable[tuple[str, str]]) -> Sets:
    """Return the second of each pair by its first."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}
