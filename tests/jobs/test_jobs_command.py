"""`etmaal jobs` shows what waits, and a person decides on what was set aside."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from etmaal.accounts import queue
from etmaal.accounts.models import AuditLine, Job
from etmaal.cli.main import main
from etmaal.core.errors import Refused

AT = datetime(2026, 3, 29, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def etmaal(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    return result.exit_code, result.output


@pytest.fixture
def aside() -> int:
    number = queue.ask(kind="a", at=AT)
    [job] = queue.claim(worker="w", kinds=["a"], at=AT, most=1)
    queue.fail(job=job, error=Refused("a rule says no"), at=AT)
    return number


def test_what_was_set_aside_is_shown_with_its_reason(aside: int) -> None:
    code, text = etmaal("jobs")
    _, said = etmaal("jobs", "--json")

    assert code == 0
    assert f"set aside: job {aside} (a), 2026-03-29 01:00 UTC, after 1 attempts: Refused: a" in text
    assert json.loads(said)["set_aside"][0]["number"] == aside


def test_it_is_taken_up_again_or_dropped_for_a_reason(aside: int) -> None:
    assert etmaal("jobs", "--drop", str(aside))[0] == 1
    assert etmaal("jobs", "--again", str(aside), "--why", "mended")[0] == 0
    assert Job.objects.get().set_aside_at is None
    assert etmaal("jobs", "--again", str(aside))[0] == 1
    assert etmaal("jobs", "--drop", str(aside), "--why", "done by hand")[0] == 0

    assert Job.objects.get().done_at is not None
    lines = AuditLine.objects.order_by("id")
    assert [(line.verb, line.why) for line in lines] == [
        ("job.taken_up_again", "mended"),
        ("job.dropped", "done by hand"),
    ]
    assert all(line.who.startswith("command:") for line in lines)


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--again", "1", "--drop", "1"), 2), (("--again", "999999"), 1), (("--help",), 0)],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...], code: int) -> None:
    assert etmaal("jobs", *words)[0] == code
