"""The monitor's commands as a user meets them: exit codes, messages, what is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main

pytestmark = pytest.mark.slow

NOTICES = """notice,item,provider,noticed_at
n1,i1,p,2025-02-02T10:00:00Z
n2,i2,p,2025-02-03T10:00:00Z
n3,i3,q,2025-02-04T10:00:00Z
"""
SIGHTINGS = """item,at,seen
i1,2025-02-02T11:00:00Z,gone
i2,2025-02-05T11:00:00Z,online
"""


def etmaal(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notices.csv").write_text(NOTICES)
    (folder / "sightings.csv").write_text(SIGHTINGS)
    return folder


@pytest.fixture
def edition(tables: Path, tmp_path: Path) -> Path:
    made = etmaal("monitor", tables, "--out", tmp_path / "edition")
    assert made.exit_code == 0, made.output
    return tmp_path / "edition"


def test_three_rows_are_enough_for_an_edition(edition: Path) -> None:
    said = json.loads(etmaal("show", edition, "--json").stdout)

    p, q = said["providers"]
    assert (p["n"], p["in_time_n"], p["late_n"], p["verdict"]) == (2, 1, 1, "too_few")
    assert (q["undecided_n"], q["p50_hours"]) == (1, None)
    assert said["edition"]["period"] == {
        "from": "2025-02-01", "before": "2025-03-01", "zone": "Europe/Amsterdam",
    }  # fmt: skip
    assert said["edition"]["as_of"] == "2025-02-05T11:00:00Z"
    assert said["edition"]["provisional"] is True


def test_the_table_is_shown_with_its_clock_and_bounds(edition: Path) -> None:
    shown = etmaal("show", edition)

    assert shown.exit_code == 0
    for words in ("nl-covenant-2018", "24 hours", "50.0%", "too_few", "provisional"):
        assert words in shown.stdout


def test_one_provider_is_shown_in_full_and_an_unknown_one_refused(edition: Path) -> None:
    assert "still_open" in etmaal("show", edition, "--provider", "p").stdout
    refused = etmaal("show", edition, "--provider", "nobody")

    assert refused.exit_code == 1
    assert "there is no provider 'nobody'" in refused.stderr


def test_verify_says_equal_or_what_differs(edition: Path) -> None:
    assert etmaal("verify", edition).exit_code == 0
    with (edition / "providers.csv").open("a") as f:
        f.write("x\n")
    changed = etmaal("verify", edition, "--json")

    assert changed.exit_code == 1
    assert json.loads(changed.stdout)["equal"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("monitor",), 2, "Missing argument"),
        (("monitor", "{tables}"), 2, "Missing option '--out'"),
        (("monitor", "{tmp}/nowhere", "--out", "{tmp}/e"), 1, "there is no folder"),
        (("monitor", "{tables}", "--out", "{tmp}/e", "--clock", "nine"), 1, "no definition 'nine'"),
        (("monitor", "{tables}", "--out", "{tmp}/e", "--from", "soon"), 2, "does not match"),
        (("monitor", "{tables}", "--out", "{tmp}/e", "--as-of", "2025-02-05T11:00:00"), 2, "has no zone"),
        (("monitor", "{tables}", "--out", "{tmp}/e", "--from", "2025-03-01", "--before", "2025-02-01"), 1, "before it begins"),
        (("monitor", "{tables}", "--out", "{tmp}/e", "--memory", "lots"), 2, "is no amount of memory"),
        (("monitor", "{tables}", "--out", "{tables}"), 1, "holds something else"),
        (("monitor", "{tables}", "--out", "{tables}/notices.csv"), 1, "holds something else"),
        (("show", "{tmp}"), 1, "is no edition"),
        (("verify", "{tmp}"), 1, "is no edition"),
        (("nonsense",), 2, "No such command"),
    ],
)  # fmt: skip
def test_what_a_user_gets_wrong_is_said_without_a_traceback(
    tables: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())

    result = etmaal(*(a.format(tables=tables, tmp=tmp_path) for a in arguments))

    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_damaged_edition_is_refused(edition: Path) -> None:
    (edition / "edition.json").write_text('{"title": ')

    for command in ("show", "verify"):
        result = etmaal(command, edition)
        assert result.exit_code == 1
        assert "damaged" in result.stderr


def test_rejected_rows_are_counted_and_the_rest_is_measured(tables: Path, tmp_path: Path) -> None:
    with (tables / "notices.csv").open("a") as f:
        f.write("n4,i4,p,2025-02-30T10:00:00Z\n")

    result = etmaal("monitor", tables, "--out", tmp_path / "edition")

    assert result.exit_code == 0
    assert "notices: 1 of 4 rows could not be used" in result.stderr
    assert "notices,5,noticed_at," in (tmp_path / "edition" / "rejects.csv").read_text()


def test_an_interrupted_run_leaves_nothing_behind(tables: Path, tmp_path: Path) -> None:
    rows = [f"x{k},y{k},p,2025-02-02T10:00:00Z" for k in range(300_000)]
    (tables / "notices.csv").write_text(NOTICES + "\n".join(rows) + "\n")
    out = tmp_path / "out" / "edition"
    command = [sys.executable, "-m", "etmaal", "monitor", str(tables), "--out", str(out)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for _ in range(600):
        if out.parent.exists() and any(out.parent.iterdir()):
            break
        time.sleep(0.02)

    os.kill(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)

    assert run.returncode != 0
    assert b"Traceback" not in said
    assert list(out.parent.iterdir()) == []


def test_every_command_has_help_with_an_example() -> None:
    for name in main.list_commands(None):  # type: ignore[arg-type]
        shown = etmaal(name, "--help")
        assert shown.exit_code == 0
        assert "Example" in shown.output, name
