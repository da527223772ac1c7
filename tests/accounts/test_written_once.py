"""What was written once cannot be changed: not by Django, and not by hand in the database."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from etmaal.accounts.models import AuditLine, AuditLink

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> AuditLine:
    line = AuditLine.objects.create(at=AT, who="person:1", verb="item.opened", subject="item:1")
    AuditLink.objects.create(place=1, line=line, linked_at=AT, digest="0" * 64)
    return line


@pytest.mark.parametrize(
    ("story", "statement"),
    [
        ("a word is changed", "UPDATE accounts_auditline SET why = 'another'"),
        ("a line is removed", "DELETE FROM accounts_auditline"),
        ("a digest is changed", "UPDATE accounts_auditlink SET digest = 'another'"),
        ("a link is removed", "DELETE FROM accounts_auditlink"),
        ("all is removed", "TRUNCATE accounts_auditlink, accounts_auditline"),
    ],
)
def test_the_database_refuses_to_change_the_chain(
    story: str, statement: str, line: AuditLine
) -> None:
    del story
    if "TRUNCATE" in statement and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    line.refresh_from_db()
    assert (line.why, AuditLink.objects.get().digest) == ("", "0" * 64)
