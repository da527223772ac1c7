"""Make the table of the cache, in which tries to sign in are counted: Django makes it by itself."""

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table; nothing if it is there."""
    del apps
    call_command(
        "createcachetable", "accounts_cache", database=editor.connection.alias, verbosity=0
    )


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Remove it: all that is in it may be lost."""
    del apps
    editor.execute("DROP TABLE accounts_cache")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_written_once")]
    operations = [migrations.RunPython(make, remove)]
