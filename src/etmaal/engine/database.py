"""How the engine talks to DuckDB: bounded memory, no network, named parameters."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from etmaal.core.errors import EtmaalError
from etmaal.core.whole import scratch_folder

MEMORY = "2GB"
THREADS = 2  # figures must not depend on the machine; more threads only cost memory here


class NoRoom(EtmaalError):
    """The disk or the memory given to the engine is used up; nothing half-written is left."""


class Database:
    """One DuckDB that holds and spills beside the work; statements take named parameters.

    Tables that last are kept in a file, packed; temporary ones in memory, until it is full.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
        """Execute one statement with just those of the parameters that it names."""
        named = {k: v for k, v in parameters.items() if re.search(rf"\${k}\b", statement)}
        try:
            return self._connection.execute(statement, named)
        except (duckdb.InterruptException, RuntimeError) as e:
            # DuckDB takes the signal itself and tells of it in one of two ways.
            if isinstance(e, duckdb.InterruptException) or "interrupted" in str(e).lower():
                raise KeyboardInterrupt from e
            raise
        except duckdb.OutOfMemoryException as e:
            raise NoRoom(f"the engine needs more memory or disk space: {_first_line(e)}") from e
        except (duckdb.IOException, duckdb.FatalException) as e:
            # After a write that failed the database takes no more statements at all.
            raise _no_file(e) from e

    def rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small answer."""
        return self.run(statement, **parameters).fetchall()

    def columns(self, statement: str, **parameters: Any) -> dict[str, Any]:
        """Return an answer as NumPy arrays, one for each column."""
        arrays: dict[str, Any] = self.run(statement, **parameters).fetchnumpy()
        return arrays

    @property
    def memory(self) -> int:
        """Return what it may use, in bytes."""
        [(bytes_,)] = self.rows("SELECT parse_formatted_bytes(current_setting('memory_limit'))")
        return int(bytes_)

    def interrupt(self) -> None:
        """Stop the running statement."""
        self._connection.interrupt()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _no_file(error: Exception) -> NoRoom:
    return NoRoom(f"the engine could not read or write a file: {_first_line(error)}")


@contextmanager
def database(beside: Path, memory: str = MEMORY) -> Iterator[Database]:
    """Open a database in a folder beside ``beside`` that is removed after."""
    with scratch_folder(beside, "overflow") as overflow:
        connection = _connect(overflow, memory)
        try:
            yield Database(connection)
        finally:
            with suppress(duckdb.Error):  # what is thrown away anyhow need not be in order
                connection.close()


def _connect(folder: Path, memory: str) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {
        "memory_limit": memory,
        "threads": str(THREADS),
        "temp_directory": str(folder),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        connection = duckdb.connect(str(folder / "tables.duckdb"), config=config)
        connection.execute("SET enable_progress_bar = false")  # ours is shown, or none
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")  # nothing of it is kept
    except (duckdb.IOException, duckdb.FatalException) as e:
        raise _no_file(e) from e
    return connection
