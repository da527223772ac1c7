"""The doctor finds each planted fault, says what helps, and changes nothing."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from etmaal.accounts import queue
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.cli.main import main
from etmaal.config.checks import database, files, work
from etmaal.config.checks.findings import Finding, State
from etmaal.config.preparing import KeyIsGone, make_home, make_keys, prepare
from etmaal.core.errors import BadInput, Refused

AT = datetime(2026, 10, 25, 1, tzinfo=UTC)
LONG_AGO = AT - timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """A home with its keys."""
    folder = tmp_path / "home"
    settings.HOME, settings.HEADS = folder, folder / "heads"
    settings.KEYS = {
        name: (None, variable, folder / file.name)
        for name, (_, variable, file) in django_settings.KEYS.items()
    }
    settings.SESSION_KEY = (None, "ETMAAL_SECRET", folder / "secret.key")
    make_home(folder)
    make_keys()
    return folder


def test_a_sound_record_is_sound(home: Path) -> None:
    prepare(at=AT)
    found = [check(AT) for check in (files.home, files.keys, files.keys_in_use, files.disk)]
    found += [check(AT) for check in (database.reachable, database.migrations)]
    found += [check(AT) for check in (work.queue, work.set_aside, work.chain)]

    assert [f for f in found if f.state is not State.GOOD] == []


# --- faults of files


def _open_home(home: Path) -> None:
    home.chmod(0o750)


def _no_home(home: Path) -> None:
    shutil.rmtree(home)


def _open_key(home: Path) -> None:
    (home / "master.key").chmod(0o640)


def _no_key(home: Path) -> None:
    (home / "secret.key").unlink()


def _broken_key(home: Path) -> None:
    (home / "sealing.key").write_text("not a key")


@pytest.mark.parametrize(
    ("plant", "check", "says", "remedy"),
    [
        (_open_home, files.home, "others may look into it (mode 750)", "chmod 700"),
        (_no_home, files.home, "is not there", "etmaal up"),
        (_open_key, files.keys, "others may read the key", "mend it"),
        (_no_key, files.keys, "secret.key is not there", "put it back"),
        (_broken_key, files.keys, "not a key", "put it back"),
    ],
)
def test_a_fault_of_the_home_is_found(
    plant: Callable[[Path], None], check, says: str, remedy: str, home: Path
) -> None:
    assert check(AT).state is State.GOOD
    plant(home)

    found = check(AT)

    assert found.state is State.TROUBLE
    assert says in found.says and remedy in found.remedy


def test_a_full_disk_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gb = 2**30
    usage = shutil.disk_usage(home)._replace(total=100 * gb, free=gb // 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    assert files.disk(AT).state is State.TROUBLE


@pytest.mark.parametrize("file", ["sealing.key", "master.key"])
def test_a_lost_key_of_a_record_in_use_is_found_and_never_made_anew(file: str, home: Path) -> None:
    DataKey.objects.create(wrapped=b"w", made_at=AT)
    (home / file).unlink()

    found = files.keys_in_use(AT)
    with pytest.raises(KeyIsGone, match=file):
        make_keys()

    assert (found.state, file in found.says) == (State.TROUBLE, True)
    assert not (home / file).exists()


def test_a_home_that_others_may_look_into_is_refused_not_changed(home: Path) -> None:
    home.chmod(0o755)

    with pytest.raises(BadInput, match="chmod 700"):
        make_home(home)

    assert home.stat().st_mode & 0o777 == 0o755


# --- faults of the database


def _a_newer_program(recorder: MigrationRecorder) -> None:
    recorder.record_applied("accounts", "9999_of_tomorrow")


def _an_older_database(recorder: MigrationRecorder) -> None:
    recorder.record_unapplied("accounts", "0002_written_once")


@pytest.mark.parametrize(
    ("plant", "says"),
    [(_a_newer_program, "newer Etmaal: accounts.9999"), (_an_older_database, "1 to be applied")],
)
def test_tables_of_another_version_are_found(plant, says: str) -> None:
    plant(MigrationRecorder(connection))

    assert says in database.migrations(AT).says
    assert database.migrations(AT).state is State.TROUBLE


def test_a_clock_that_was_set_back_is_found() -> None:
    AuditLine.objects.create(at=AT, who="w", verb="v", subject="s")

    assert "60 s in the future" in database.clock(AT - timedelta(minutes=1)).says
    assert database.clock(AT - timedelta(minutes=1)).state is State.TROUBLE


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has our own clock")
def test_a_database_with_another_time_is_found() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the database's is compared with it

    assert database.clock(now).state is State.GOOD
    assert "-3600" in database.clock(now + timedelta(hours=1)).says


# --- faults of the work


def _no_worker() -> None:
    queue.ask(kind="clean_jobs", at=LONG_AGO)


def _strange_work() -> None:
    queue.ask(kind="of_tomorrow", at=AT)


def _nothing_planned() -> None:
    [job] = queue.claim(worker="w", kinds=["clean_jobs"], at=AT, most=1)
    job.delete()


def _failed() -> None:
    queue.ask(kind="a", at=AT)
    [job] = queue.claim(worker="w", kinds=["a"], at=AT, most=1)
    queue.fail(job=job, error=Refused("no"), at=AT)


def _keeps_failing() -> None:
    at = AT
    for _ in range(3):
        [job] = queue.claim(worker="w", kinds=["clean_jobs"], at=at, most=1)
        queue.fail(job=job, error=Refused("no"), at=at)
        at += timedelta(hours=1)


def _unlinked() -> None:
    AuditLine.objects.create(at=LONG_AGO, who="w", verb="v", subject="s")


@pytest.mark.parametrize(
    ("plant", "check", "says"),
    [
        (_no_worker, work.queue, "waited for 3600 s"),
        (_strange_work, work.queue, "does not know: of_tomorrow"),
        (_nothing_planned, work.queue, "not planned: clean_jobs"),
        (_failed, work.set_aside, "1 jobs were set aside"),
        (_keeps_failing, work.set_aside, "clean_jobs (3 times)"),
        (_unlinked, work.chain, "1 of the newest lines are not linked, the oldest for 3600 s"),
    ],
)
def test_a_fault_of_the_work_is_found(plant: Callable[[], None], check, says: str, home) -> None:
    prepare(at=AT)
    assert check(AT).state is State.GOOD
    plant()

    found = check(AT)

    assert (found.state, bool(found.remedy)) == (State.TROUBLE, True)
    assert says in found.says


# --- the command


def test_the_doctor_changes_nothing_and_fails_where_something_must_be_done(home: Path) -> None:
    before = sorted(path.name for path in home.iterdir())

    result = CliRunner().invoke(main, ["doctor", "--json"])

    found = {f["name"]: f for f in json.loads(result.output)}
    assert result.exit_code == 1
    assert found["queue"]["says"].startswith("periodic work that is not planned")
    assert [
        f["name"] for f in found.values() if (f["state"] == "trouble") != bool(f["remedy"])
    ] == []
    assert sorted(path.name for path in home.iterdir()) == before


@pytest.mark.parametrize("wrong", [("x", State.TROUBLE, "s", ""), ("x", State.GOOD, "s", "r")])
def test_a_finding_has_a_remedy_when_there_is_trouble_and_only_then(wrong) -> None:
    with pytest.raises(ValueError, match="remedy"):
        Finding(*wrong)
