"""`etmaal up` makes what is missing, serves, and ends cleanly; the doctor agrees afterwards."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


def files(record) -> dict[str, tuple[int, bytes]]:
    return {
        path.name: (path.stat().st_mode & 0o777, path.read_bytes())
        for path in record.home.iterdir()
        if path.suffix == ".key"
    }


def test_up_twice_is_as_up_once(bare) -> None:
    first = bare.etmaal("up", "--no-serve", "--json")
    keys = files(bare)
    second = bare.etmaal("up", "--no-serve", "--json")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert len(json.loads(first.stdout)["done"]) > 5
    assert json.loads(second.stdout) == {"done": []}
    assert files(bare) == keys
    assert {mode for mode, _ in keys.values()} == {0o600}
    assert bare.home.stat().st_mode & 0o777 == 0o700
    assert bare.etmaal("worker", "--once").returncode == 0
    healthy = bare.etmaal("doctor")
    assert healthy.returncode == 0, healthy.stdout


def test_up_by_two_at_once_makes_one_record(bare) -> None:
    command = [sys.executable, "-m", "etmaal", "up", "--no-serve"]
    both = [
        subprocess.Popen(command, env=bare.env, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]

    ends = [(process.communicate(timeout=90)[1], process.returncode) for process in both]

    assert ends == [("", 0), ("", 0)]
    once = bare.sql("SELECT count(*), count(DISTINCT kind) FROM accounts_job")
    assert once[0][0] == once[0][1] > 0


def serving(record, **more: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "etmaal", "up", "--port", "0"]
    process = subprocess.Popen(
        command,
        env={**record.env, **more},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    found = re.search(r"http://\S+/", said := process.stderr.readline())
    assert found, said
    return process, found[0]


def get(address: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        with e:
            return e.code, e.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_works_and_ends_at_a_signal(record, number: int) -> None:
    process, site = serving(record)
    try:
        answers: dict[str, Any] = {
            page: get(site + page) for page in ("health/live", "health/ready", "metrics", "nothing")
        }
        forwarded = get(site + "metrics", **{"X-Forwarded-For": "127.0.0.1"})
    finally:
        process.send_signal(number)
        _, said = process.communicate(timeout=30)

    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert answers["health/live"] == (200, '{"live": true}')
    assert answers["health/ready"][0] == 200, answers
    assert answers["metrics"][0] == 200
    assert (answers["nothing"][0], forwarded[0]) == (404, 404)
    assert record.sql("SELECT count(*) FROM accounts_job WHERE leased_by <> ''") == [(0,)]


def test_behind_a_proxy_the_visitor_is_who_the_proxy_says(record) -> None:
    process, site = serving(record, ETMAAL_PROXY="127.0.0.1", ETMAAL_METRICS_TOKEN="t" * 32)
    try:
        stranger = get(site + "metrics", **{"X-Forwarded-For": "192.0.2.7"})
        token = {"X-Forwarded-For": "192.0.2.7", "Authorization": f"Bearer {'t' * 32}"}
        known = get(site + "metrics", **token)
    finally:
        process.terminate()
        process.communicate(timeout=30)

    assert (stranger[0], known[0]) == (404, 200)


def test_what_the_user_got_wrong_is_said_without_a_traceback(bare, tmp_path) -> None:
    for more, words in (
        ({"ETMAAL_HTTPS": "perhaps"}, "say yes or no"),
        ({"DATABASE_URL": "postgresql://u:canary-secret@127.0.0.1:1/x"}, "etmaal doctor"),
        ({"DATABASE_URL": "canary-secret"}, "DATABASE_URL"),
        ({"ETMAAL_ZONE": "Nowhere/Town"}, "ETMAAL_ZONE"),
    ):
        result = subprocess.run(
            [sys.executable, "-m", "etmaal", "jobs"],
            env={**bare.env, **more}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (result.returncode, result.stdout) == (1, ""), more
        assert words in result.stderr and "Traceback" not in result.stderr, result.stderr
        assert "canary-secret" not in result.stderr


def test_a_command_on_a_record_that_was_never_made_says_what_to_do(bare) -> None:
    bare.home.mkdir(mode=0o700)
    for words in (("jobs",), ("worker", "--once")):
        result = bare.etmaal(*words)
        assert (result.returncode, "etmaal up --no-serve" in result.stderr) == (1, True)


def test_a_damaged_file_is_found(record) -> None:
    if "DATABASE_URL" in record.env:
        pytest.skip("PostgreSQL looks after its own files")
    file = record.home / "record.sqlite3"
    with sqlite3.connect(file) as plain:
        [[page]] = plain.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'accounts_auditline'"
        )
        [[size]] = plain.execute("PRAGMA page_size")
    with file.open("r+b") as f:
        f.seek((page - 1) * size)
        f.write(b"\xff" * 200)

    result = record.etmaal("doctor")

    assert result.returncode == 1
    assert "stop everything" in result.stdout and "Traceback" not in result.stderr


def test_a_database_that_does_not_answer_is_found(bare) -> None:
    bare.home.mkdir(mode=0o700)
    bare.env["DATABASE_URL"] = "postgresql://u:canary-secret@127.0.0.1:1/x"

    result = bare.etmaal("doctor")

    assert result.returncode == 1
    assert "no answer from postgresql" in result.stdout
    assert "canary-secret" not in result.stdout + result.stderr
