"""What holds for every test: the same invented examples each time, so that a run can be repeated.

Tables that are written once are emptied after a test all the same.

`make proof` and HYPOTHESIS_PROFILE=night draw others, and many more of them.
"""

import os

from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("night", max_examples=3_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


class _MayBeEmptied:
    """Lets a test with several connections empty the tables that are written once, afterwards."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            self._triggers = cursor.fetchall()
            for name, _ in self._triggers:
                cursor.execute(f"DROP TRIGGER {name}")

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            for _, statement in self._triggers:
                cursor.execute(statement)


_empty = TransactionTestCase._fixture_teardown


def _empty_all(case: TransactionTestCase) -> None:
    with _MayBeEmptied():
        _empty(case)


TransactionTestCase._fixture_teardown = _empty_all
