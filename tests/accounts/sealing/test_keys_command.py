"""`etmaal keys`: what it prints, when it refuses, and that nothing of it is ever a trace."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from etmaal.accounts.ciphertext import Ciphertext
from etmaal.accounts.models import AuditLine, DataKey
from etmaal.cli.main import main

CANARY = "https://canary.site.example/path?query"
COMMANDS = ("list", "rotate", "reseal", "rotate-master", "check")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def told(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert f"etmaal keys {command}" in result.output
    assert "Example" in result.output


def test_keys_are_exchanged_and_nothing_is_lost(note: Any) -> None:
    note(CANARY, contact="jo@mail.example")
    first = DataKey.objects.get().pk

    assert [key["state"] for key in told("list")] == ["seals"]
    number = told("rotate", "--why", "yearly")["number"]
    note("another")
    listed = told("list")
    assert [(key["number"], key["state"], key["values"]) for key in listed] == [
        (first, "opens", 2), (number, "seals", 1),
    ]  # fmt: skip
    assert told("check")["opened"] == {str(first): True, str(number): True}
    assert told("reseal") == {
        "values": 2, "unopened": {}, "destroyed": [first], "in_use": [],
    }  # fmt: skip
    assert [key["state"] for key in told("list")] == ["destroyed", "seals"]
    print_before = told("list")[1]["master"]
    done = told("rotate-master", "--why", "a new machine")
    assert done["fingerprint"] == told("list")[1]["master"] != print_before
    assert Path(done["kept"]).name == f"master-{print_before}.key"
    assert told("check")["troubles"] == []
    assert set(AuditLine.objects.values_list("who", flat=True)) == {"keyring", "etmaal keys"}
    assert set(AuditLine.objects.exclude(why="").values_list("why", flat=True)) == {
        "yearly", "a new machine",
    }  # fmt: skip


def test_people_read_words(note: Any) -> None:
    note(CANARY)
    said = [
        run("list").stdout,
        run("rotate").stdout,
        run("reseal").stdout,
        run("rotate-master").stdout,
        run("check").stdout,
    ]

    for words, output in zip(
        ("key  state", "seals from now on", "1 values sealed anew", "under the master key", "all keys are there"),
        said, strict=True,
    ):  # fmt: skip
        assert words in output
    assert "canary" not in "".join(said)


@pytest.mark.usefixtures("notes")
def test_before_anything_is_sealed_there_is_little_to_say() -> None:
    assert told("list") == []
    assert "nothing is sealed yet" in run("check").output
    assert told("reseal")["values"] == 0
    refused = run("rotate-master")
    assert (refused.exit_code, "nothing lies under the master key" in refused.output) == (1, True)
    assert told("rotate")["number"] == DataKey.objects.get().pk


def test_a_value_that_does_not_open_is_told_by_its_place_and_count(notes: Any, note: Any) -> None:
    spoilt = note(CANARY)
    notes.objects.filter(pk=spoilt.pk).update(body=Ciphertext(spoilt.body.raw[:-1] + b"!"))

    checked = run("check")
    run("rotate")
    resealed = run("reseal")

    assert (checked.exit_code, resealed.exit_code) == (1, 1)
    assert "does not open: it was changed or moved" in checked.stderr
    assert "1 in sealed_notes_note.body" in resealed.stderr


def test_values_under_keys_that_are_not_there_are_counted(notes: Any, note: Any) -> None:
    written = note(CANARY, contact="jo@mail.example")
    raw = written.body.raw
    notes.objects.filter(pk=written.pk).update(
        body=Ciphertext(raw[:1] + (77).to_bytes(4, "big") + raw[5:]),
        contact=Ciphertext(b"no value"),
    )

    result = run("check")

    assert result.exit_code == 1
    assert "2 values are under keys that are not in the record" in result.stderr


@pytest.mark.parametrize("lost", ["master.key", "sealing.key"])
def test_a_lost_key_is_named_with_the_remedy(
    note: Any, own_keys: Path, forget: Any, lost: str
) -> None:
    note(CANARY)
    forget()
    (own_keys / lost).unlink()

    for command in ("check", "rotate"):
        result = run(command)
        assert result.exit_code == 1
        assert str(own_keys / lost) in result.stderr
        assert "put it back from where its copy is kept" in result.stderr
        assert "Traceback" not in result.output
    assert not (own_keys / lost).exists()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_record_that_is_not_made_yet_is_a_message_and_no_trace(
    command: str, tmp_path: Path
) -> None:
    env = {
        "PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "ETMAAL_HOME": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "etmaal", "keys", command],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "has no tables yet" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.key"))
