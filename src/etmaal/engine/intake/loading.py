"""How do one table's rows get into the database? Fast if the file is clean, patiently if not.

Two tables of it: ``loaded`` (row, the typed columns, fault) and ``broken`` (row, column, reason).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etmaal.engine.database import Database, NoRoom
from etmaal.engine.intake import addresses, checks, mending, sources
from etmaal.engine.intake.checks import Given
from etmaal.engine.intake.folder import Form, Source, reading
from etmaal.engine.intake.header import Header, read_header
from etmaal.engine.intake.room import is_spent
from etmaal.engine.intake.schema import Kind, Table


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read."""

    columns: tuple[str, ...]  # given, in the order of the schema
    ignored: tuple[str, ...]
    read: int


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads tables one after the other; ``work`` is a folder for files in between."""

    db: Database
    work: Path
    now: int  # microseconds since 1970
    ignore_extra: bool
    progress: Callable[[str], None]

    def load(self, source: Source, table: Table) -> Loaded:
        """Read a table's file into ``loaded``, and what is wrong in it into ``broken``.

        Raises:
            BadInput: if the file as a whole cannot be used.
        """
        self.progress(f"reading {source.path.name}")
        self._begin()
        if source.form is Form.PARQUET:
            header = sources.read_parquet_header(source, table, ignore_extra=self.ignore_extra)
            self._load_parquet(source, header, table)
        else:
            header = read_header(source, table, ignore_extra=self.ignore_extra)
            self._load_csv(source, header, table)
        [(unreadable,)] = self.db.rows("SELECT count(*) FROM broken")
        [(typed,)] = self.db.rows("SELECT count(*) FROM loaded")
        self._name_faults(header, table)
        self._spell_addresses(header, table)
        return Loaded(tuple(header.places), header.ignored, typed + unreadable)

    def load_nothing(self, table: Table) -> Loaded:
        """Make both tables without rows, for a table that is not there."""
        self._begin()
        self._create(Given("(SELECT 1) WHERE false", "0", {}), table)
        return Loaded((), (), 0)

    def _begin(self) -> None:
        self.db.run("DROP TABLE IF EXISTS loaded")
        self.db.run('CREATE OR REPLACE TEMP TABLE broken (row BIGINT, "column" TEXT, reason TEXT)')

    def _create(self, given: Given, table: Table) -> None:
        rules = checks.faults(table, given.text)
        self.db.run(checks.load(table, given, rules), now=self.now)

    def _load_parquet(self, source: Source, header: Header, table: Table) -> None:
        try:
            given = sources.parquet(self.db, source, header, table)
            self._create(given, table)
        except duckdb.InterruptException:
            raise
        except duckdb.Error as e:
            raise sources.not_whole(source.path) from e
        except NoRoom as e:
            if is_spent(e):
                raise
            raise sources.not_whole(source.path) from e

    def _load_csv(self, source: Source, header: Header, table: Table) -> None:
        """Read a CSV in one go; where that fails, mend it first."""
        if header.width == 1:  # an empty line is a record to the database, and to nobody else
            self._mend(source, header, table)
            return
        given = sources.csv(source, header)
        try:
            self._create(given, table)
            [(doubtful,)] = self.db.rows("SELECT count(fault) FROM loaded")
            if not doubtful or not sources.has_broken_ids(self.db, given, table):
                return
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            pass  # its message holds the line it stumbled on, and goes nowhere
        except NoRoom as e:
            if is_spent(e):
                raise
        self._mend(source, header, table)

    def _mend(self, source: Source, header: Header, table: Table) -> None:
        self.progress(f"mending {source.path.name}")
        clean, rejects = self.work / "clean.csv", self.work / "unreadable.csv"
        free = frozenset(c.name for c in table.columns if sources.free(c))
        with (
            clean.open("wb") as good,
            rejects.open("wb") as bad,
            reading(source.path),
            source.open() as stream,
        ):
            mending.Mender(stream, header, free).mend(good, bad)
        self.db.run("DROP TABLE IF EXISTS loaded")
        self._create(sources.mended(clean, header), table)
        self.db.run(
            "INSERT INTO broken SELECT row, NULL, $reasons[place + 1] "
            "FROM read_csv($file, auto_detect = false, header = false, "
            "columns = {'row': 'BIGINT', 'place': 'BIGINT'})",
            reasons=list(mending.REASONS),
            file=str(rejects),
        )
        clean.unlink()
        rejects.unlink()

    def _name_faults(self, header: Header, table: Table) -> None:
        rules = checks.faults(table, header.places)
        self.db.run(
            "INSERT INTO broken SELECT row, $columns[fault + 1], $reasons[fault + 1] "
            "FROM loaded WHERE fault IS NOT NULL",
            columns=[rule.column for rule in rules],
            reasons=[rule.reason for rule in rules],
        )
        self.db.run("DELETE FROM loaded WHERE fault IS NOT NULL")

    def _spell_addresses(self, header: Header, table: Table) -> None:
        """Give every address its one spelling; a row with what is no address is broken."""
        columns = tuple(
            c.name for c in table.columns if c.kind is Kind.ADDRESS and c.name in header.places
        )
        if not addresses.spell(self.db, columns, self.work):
            return
        for column in columns:
            addresses.respell(self.db, column)
        self.db.run("DROP TABLE spellings")
