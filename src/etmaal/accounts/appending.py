"""How is a row kept from being changed? The database itself refuses, on both kinds."""

from collections.abc import Sequence

from django.db import connection, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = """
    CREATE TRIGGER {table}_no_{lower} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is written once'); END
"""
_FUNCTION = """
    CREATE OR REPLACE FUNCTION etmaal_written_once() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
    CREATE TRIGGER {table}_no_{lower} BEFORE {verb} ON {table}
    FOR EACH {each} EXECUTE FUNCTION etmaal_written_once()
"""


def written_once(
    table: str, *, but: Sequence[str] = (), columns: Sequence[str] = ()
) -> migrations.RunPython:
    """Return the operation that makes a table's rows unchangeable.

    Args:
        table: as the database calls it.
        but: columns that may be changed after all: sealed ones, which are sealed anew under
            another key and emptied when their term is over.
        columns: all columns of the table; needed with ``but``.
    """
    fixed = [name for name in columns if name not in but]
    of = f" OF {', '.join(fixed)}" if but else ""

    def forbid(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        del apps
        on_postgresql = editor.connection.vendor == "postgresql"
        if on_postgresql:
            editor.execute(_FUNCTION, None)
            whole = _POSTGRESQL.format(
                table=table, verb="TRUNCATE", lower="truncate", each="STATEMENT"
            )
            editor.execute(whole, None)
        for verb in (f"UPDATE{of}", "DELETE"):
            trigger = _POSTGRESQL if on_postgresql else _SQLITE
            lower = verb.split()[0].lower()
            editor.execute(trigger.format(table=table, verb=verb, lower=lower, each="ROW"), None)

    def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        del apps
        on_postgresql = editor.connection.vendor == "postgresql"
        for verb in ("update", "delete", *(("truncate",) if on_postgresql else ())):
            suffix = f" ON {table}" if on_postgresql else ""
            editor.execute(f"DROP TRIGGER {table}_no_{verb}{suffix}", None)

    return migrations.RunPython(forbid, allow)


def unguarded(table: str) -> list[str]:
    """Return which changes of a table the database does not refuse now, though it should."""
    on_postgresql = connection.vendor == "postgresql"
    changes = ("update", "delete", *(("truncate",) if on_postgresql else ()))
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED_POSTGRESQL if on_postgresql else _REFUSED_SQLITE, [table])
        refused = {name for (name,) in cursor.fetchall()}
    return [change for change in changes if f"{table}_no_{change}" not in refused]


_REFUSED_SQLITE = """
    SELECT name FROM sqlite_master
    WHERE type = 'trigger' AND tbl_name = %s AND sql LIKE '%%RAISE(ABORT%%'
"""
_REFUSED_POSTGRESQL = """
    SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = %s::regclass AND t.tgenabled IN ('O', 'A')
        AND p.prosrc LIKE '%%RAISE EXCEPTION%%'
"""
