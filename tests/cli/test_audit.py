"""`etmaal audit`: what an auditor sees, an operator does, and an outsider checks."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from etmaal.accounts.audit import log
from etmaal.accounts.models import AuditLink, AuditWaiting
from etmaal.cli.main import main

NOW = datetime.now(UTC)  # noqa: TID251 - the command reads the clock, and compares
TOLD = {"verb": "item.opened", "by": "person:7"}


@pytest.fixture
def home(settings, tmp_path: Path, db: None) -> Path:
    settings.HEADS = tmp_path / "heads"
    settings.KEYS = {**settings.KEYS, "head": (None, "", tmp_path / "head.key")}
    for k in range(5):
        log(**TOLD, subject=f"item:{k}", at=NOW, why="\u202e\nline two")
    return tmp_path


def audit(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words)])


def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement)
        for _, sql in triggers:
            cursor.execute(sql)


def test_lines_are_linked_the_head_is_signed_and_the_chain_verified(home: Path) -> None:
    assert audit("link").output == "5 lines linked; none waits\n"
    assert audit("head").output == f"head signed: {home}/heads/head-{NOW:%Y-%m-%d}.json\n"
    assert "has its head already" in audit("head").output
    audit("link")

    result = audit("verify")

    assert result.exit_code == 0
    digest = AuditLink.objects.get(place=6).digest
    assert result.output == (
        "the chain is whole: 6 links, each follows; signed heads that agree: 1\n"
        f"last place 6, digest {digest}\n"
    )


def test_what_was_found_is_said_with_its_place_and_line_and_ends_in_exit_code_1(home: Path) -> None:
    audit("link")
    audit("head")
    line = AuditLink.objects.get(place=3).line_id
    tamper("UPDATE accounts_auditline SET why = '' WHERE id = (SELECT line_id FROM accounts_auditlink WHERE place = 3)")  # fmt: skip

    result = audit("verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        f"place 3, line {line:,}: changed after it was linked (or the place before it, with its digest)"
    )
    assert "NOT whole" in result.stdout
    said = json.loads(audit("verify", "--json").stdout)
    assert (said["whole"], said["links"]) == (False, 5)
    assert said["findings"][0] | {"says": ""} == {
        "wrong": "line_changed", "first_place": 3, "last_place": 3, "line": line, "note": "", "says": "",
    }  # fmt: skip


def test_lines_that_wait_are_a_note_and_no_finding(home: Path) -> None:
    result = audit("verify")

    assert result.exit_code == 0
    assert "5 lines are not linked yet" in result.stderr
    assert "no sequencer" not in result.stderr
    log(**TOLD, subject="item:9", at=NOW - timedelta(minutes=5))
    assert "no sequencer seems to run" in audit("verify").stderr
    said = json.loads(audit("verify", "--json").stdout)
    assert (said["whole"], said["unlinked"]["lines"]) == (True, 6)
    assert 300 <= said["unlinked"]["oldest_s"] < 900


def test_lines_taken_out_of_the_queue_are_put_back_by_hand(home: Path) -> None:
    AuditWaiting.objects.all().delete()

    assert audit("verify").exit_code == 1
    result = audit("link")
    assert "5 lines had been taken out of the queue" in result.stderr
    assert audit("verify").exit_code == 0


def test_an_outsider_verifies_with_a_file_and_a_key_and_no_record(
    home: Path, tmp_path: Path
) -> None:
    audit("link")
    out, key = tmp_path / "chain.jsonl.gz", tmp_path / "head.pub"
    assert audit("export", "--out", out).output == f"places 1 to 5 written: {out}\n"
    key.write_text(audit("head", "--public-key").output)

    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "etmaal", "audit", "verify",
         "--file", out, "--key", key],
        env=os.environ | {"DATABASE_URL": "postgresql://nobody@nowhere.example/none"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0
    assert "the chain is whole: 5 links" in result.stdout
    assert "django" not in result.stderr


def test_a_head_kept_elsewhere_contradicts_a_chain_cut_off_at_the_end(
    home: Path, tmp_path: Path
) -> None:
    audit("link")
    audit("head")
    (there,) = (home / "heads").iterdir()
    kept = there.rename(tmp_path / "kept.json")
    tamper("DELETE FROM accounts_auditlink WHERE place = 5")
    tamper("DELETE FROM accounts_auditline WHERE subject = 'item:4'")
    log(**TOLD, subject="head:5", at=NOW)

    assert audit("verify").exit_code == 0
    result = audit("verify", "--head", kept)
    assert result.exit_code == 1
    assert "place 5, kept.json: removed at the end: a signed head says that there was more" in (
        result.stdout
    )


@pytest.mark.parametrize(
    ("story", "words", "code", "said"),
    [
        ("a file without a key", ["verify", "--file", "{}/a"], 1, "--file needs --key"),
        ("a head that is none", ["verify", "--head", "{}/a"], 1, "a: not a signed head"),
        ("a key that is none", ["verify", "--key", "{}/a"], 1, "a: not a public key"),
        ("a file that is not there", ["verify", "--head", "{}/b"], 2, "does not exist"),
        ("nothing to export", ["export", "--out", "{}/c"], 1, "no line was linked in that time"),
        ("a day that is none", ["export", "--out", "{}/c", "--from", "2026-02-30"], 2, "--from"),
        ("a part that is not there", ["seal"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    story: str, words: list[str], code: int, said: str, home: Path, tmp_path: Path
) -> None:
    del story
    (tmp_path / "a").write_text("nothing of the kind")

    result = audit(*(word.format(tmp_path) for word in words))
    assert (result.exit_code, said in result.output) == (code, True), result.output
    assert "Traceback" not in result.output


def test_an_export_replaces_no_file(home: Path, tmp_path: Path) -> None:
    audit("link")
    out = tmp_path / "chain.jsonl"

    assert json.loads(audit("export", "--out", out, "--json").output)["lines"] == 5
    assert audit("export", "--out", out).exit_code == 1


@pytest.mark.slow
def test_a_record_that_is_not_there_is_a_sentence_without_its_password(tmp_path: Path) -> None:
    for url in ("", "postgresql://somebody:canary@localhost:1/none"):
        env = os.environ | {"ETMAAL_HOME": str(tmp_path), "DATABASE_URL": url}
        command = [sys.executable, "-m", "etmaal", "audit", "verify"]
        result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

        assert result.returncode == 1
        assert "the record cannot be used" in result.stderr
        assert "Traceback" not in result.stderr
        assert "canary" not in result.stdout + result.stderr
