"""Make the audit chain unchangeable: no line and no link is ever edited or removed.

Each new line is put among those that wait for the sequencer in the same breath, by the database:
so none is forgotten, whoever wrote it.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from etmaal.accounts.appending import written_once

_SQLITE = """
    CREATE TRIGGER accounts_auditline_waits AFTER INSERT ON accounts_auditline
    BEGIN INSERT INTO accounts_auditwaiting (line_id) VALUES (NEW.id); END
"""
_POSTGRESQL = (
    """
    CREATE FUNCTION etmaal_line_waits() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO accounts_auditwaiting (line_id) VALUES (NEW.id); RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER accounts_auditline_waits AFTER INSERT ON accounts_auditline
    FOR EACH ROW EXECUTE FUNCTION etmaal_line_waits()
    """,
)


def let_wait(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    del apps
    on_postgresql = editor.connection.vendor == "postgresql"
    for statement in _POSTGRESQL if on_postgresql else (_SQLITE,):
        editor.execute(statement, None)


def forget(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    del apps
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER accounts_auditline_waits ON accounts_auditline", None)
        editor.execute("DROP FUNCTION etmaal_line_waits()", None)
    else:
        editor.execute("DROP TRIGGER accounts_auditline_waits", None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        written_once("accounts_auditline"),
        written_once("accounts_auditlink"),
        migrations.RunPython(let_wait, forget),
    ]
