"""What holds for every test: the same invented examples each time, so that a run can be repeated.

Tables that are written once are emptied after a test all the same.

`make proof` and HYPOTHESIS_PROFILE=night draw others, and many more of them.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("night", max_examples=3_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session", autouse=True)
def flush_past_what_is_written_once() -> None:
    """Let a test with several connections be swept away after: its tables refuse that.

    Only Django's own flush between tests gets past the triggers, for as long as it takes.
    """
    from django.db import connection

    ops = type(connection.ops)
    original = ops.sql_flush

    def sql_flush(self, style, tables, **kwargs) -> list[str]:
        statements = original(self, style, tables, **kwargs)
        if connection.vendor == "postgresql":
            return ["SET LOCAL session_replication_role = replica", *statements]
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        away = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*away, *statements, *(sql for _, sql in triggers)]

    ops.sql_flush = sql_flush
