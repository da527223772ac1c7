"""What a watchdog and a monitoring system may read, from where, and that it is true."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from etmaal.accounts import queue
from etmaal.accounts.models import AuditLine

pytestmark = pytest.mark.django_db
CANARY = "https://canary.example/x"


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the page under test reads the clock


def test_a_site_that_is_well_is_ready(client) -> None:
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "database": True, "migrations": True, "queue": True},
    )
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/health/live").json() == {"live": True}
    assert client.post("/health/live").status_code == 405


def test_a_site_whose_work_stays_undone_is_not_ready(client) -> None:
    queue.ask(kind="a", at=now() - timedelta(seconds=61))

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["queue"]) == (503, False)


def test_a_site_whose_tables_are_old_is_not_ready(client) -> None:
    MigrationRecorder(connection).record_unapplied("accounts", "0002_written_once")

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


@pytest.mark.parametrize(
    ("story", "token", "headers", "status"),
    [
        ("from this machine", None, {"REMOTE_ADDR": "127.0.0.1"}, 200),
        ("from this machine, by IPv6", None, {"REMOTE_ADDR": "::1"}, 200),
        ("from elsewhere", None, {"REMOTE_ADDR": "192.0.2.1"}, 404),
        (
            "through a proxy on this machine",
            None,
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"},
            404,
        ),
        ("with no address", None, {"REMOTE_ADDR": ""}, 404),
        (
            "with the token",
            "s",
            {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer s"},
            200,
        ),
        ("with another", "s", {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer t"}, 404),
        ("with none set", "", {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer "}, 404),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_the_token(
    story: str, token: str | None, headers: dict[str, str], status: int, client, settings
) -> None:
    del story
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", **headers).status_code == status


def test_metrics_tell_what_waits_and_quote_nothing(client) -> None:
    queue.ask(kind="a", at=now() - timedelta(hours=1), arguments={"item": 1})
    queue.ask(kind='b"\n', at=now(), run_at=now() + timedelta(days=1))
    AuditLine.objects.create(at=now(), who="w", verb="v", subject="s", why=CANARY)
    client.get("/nothing-here")

    text = client.get("/metrics").content.decode()

    values = dict(
        line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")
    )
    assert values['etmaal_jobs{kind="a",state="due"}'] == "1"
    assert values['etmaal_jobs{kind="b\\"\\n",state="planned"}'] == "1"
    assert 3_599 < float(values["etmaal_queue_oldest_seconds"]) < 3_700
    assert values["etmaal_audit_unlinked"] == "1"
    assert int(values['etmaal_answers_total{status="404"}']) >= 1
    assert "canary" not in text
