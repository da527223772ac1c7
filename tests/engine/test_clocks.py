"""The same removals under other clocks: counts of a what-if, windows from another zero, files."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main
from etmaal.definitions import loader
from etmaal.definitions.values import Start
from etmaal.engine.clock_files import clocks_of
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

NOTICED = datetime(2025, 3, 29, 12, tzinfo=UTC)  # the night after, the clocks go forward
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def hours(number: float) -> str:
    return f"{NOTICED + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def made(tmp_path: Path, question: Question) -> Callable[[str], Path]:
    """Make an edition of stories: `item, reported, online, gone` a line, hours from the notice."""

    def make(stories: str) -> Path:
        folder = tmp_path / "tables"
        folder.mkdir()
        notices = ["notice,item,site,provider,noticed_at,clock_basis,reported_at"]
        looks = ["item,at,seen,by"]
        for line in stories.strip().splitlines():
            item, reported, online, gone = (x.strip() for x in line.split(","))
            at = hours(float(reported)) if reported else ""
            notices.append(f"N{item},{item},S{item},p,{hours(0)},sent,{at}")
            looks += [f"{item},{hours(float(online))},online,hotline"] if online else []
            looks += [f"{item},{hours(float(gone))},gone,hotline"] if gone else []
        (folder / "notices.csv").write_text("\n".join(notices) + "\n")
        (folder / "sightings.csv").write_text("\n".join(looks) + "\n")
        out = tmp_path / "edition"
        monitor(folder, out, replace(question, as_of=NOTICED + timedelta(hours=900)), now=NOW)
        return out

    return make


def silent(step: str) -> None:
    pass


STORIES = """
    a, -10, 2, 5
    b, -40, 11, 13
    c, -1, 23, 25
    d, , 0.2, 0.8
    e, -30, 100,
"""


@pytest.mark.parametrize(
    ("norm", "surely", "possibly"),
    [
        (24, 3 / 5, 4 / 5),  # a, b, d; c straddles
        (12, 2 / 5, 3 / 5),  # a, d; b straddles
        (1, 1 / 5, 1 / 5),  # d
        (30, 4 / 5, 4 / 5),
    ],
)
def test_under_another_norm_the_same_windows_are_counted_anew(made, norm, surely, possibly) -> None:
    found = clocks_of(made(STORIES), (float(norm),), progress=silent)

    [together, provider] = found.what_if
    assert (together.provider, provider.provider) == (None, "p")
    assert (together.surely, together.possibly) == pytest.approx((surely, possibly))
    assert (provider.surely, provider.possibly) == pytest.approx((surely, possibly))
    assert together.low <= together.value <= together.high
    assert surely - 1e-6 <= together.value <= possibly + 1e-6


def test_a_clock_that_starts_at_the_report_adds_the_hotlines_own_time(made) -> None:
    found = clocks_of(made(STORIES), (24.0,), progress=silent)

    [inhope] = [r for r in found.bodies if r.body.id == "inhope"]
    # From the report: a (12, 15], b (51, 53], c (24, 26], e from 130 on; d has no report.
    assert (inhope.n, inhope.start_unknown) == (4, 1)
    assert [(s.hours, s.surely, s.possibly) for s in inhope.within] == [
        (72.0, 0.75, 0.75),
        (168.0, 0.75, 1.0),
    ]
    [bka] = [r for r in found.bodies if r.body.id == "bka"]
    assert next((s.hours, s.surely, s.possibly) for s in bka.within) == (48.0, 0.5, 0.5)


def test_what_was_gone_before_the_notice_counts_from_the_report(made) -> None:
    found = clocks_of(made("a, -40, -20, -10\nb, -5, 3, 9"), (24.0,), progress=silent)

    by = {r.body.id: r for r in found.bodies}
    assert (by["iwf"].n, by["iwf"].gone_before_start) == (1, 1)
    assert (by["inhope"].n, by["inhope"].gone_before_start) == (2, 0)


def test_an_item_that_came_back_has_no_report_of_its_own(tmp_path, question) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notices.csv").write_text(
        "notice,item,provider,noticed_at,clock_basis,reported_at\n"
        f"N1,a,p,{hours(0)},sent,{hours(-8)}\nN2,a,p,{hours(402)},sent,{hours(-8)}\n"
    )
    (folder / "sightings.csv").write_text(
        f"item,at,seen,by\na,{hours(3)},gone,hotline\na,{hours(400)},online,hotline\n"
        f"a,{hours(405)},gone,hotline\n"
    )
    out = tmp_path / "edition"
    monitor(folder, out, replace(question, as_of=NOTICED + timedelta(hours=900)), now=NOW)

    by = {r.body.id: r for r in clocks_of(out, (24.0,), progress=silent).bodies}

    assert by["iwf"].n == 2
    assert (by["inhope"].n, by["inhope"].start_unknown) == (1, 1)


def test_a_body_whose_start_nobody_records_says_so_and_nothing_else(made) -> None:
    found = clocks_of(made(STORIES), (24.0,), progress=silent)

    [listed] = [r for r in found.bodies if r.body.start is Start.LISTED]
    assert (listed.n, listed.within, listed.mean_hours) == (0, (), None)


def test_the_reading_from_the_notice_is_the_editions_own(edition: Path) -> None:
    found = clocks_of(edition, (24.0,), progress=silent)

    with (edition / "overall.csv").open() as f:
        [own] = [row for row in csv.DictReader(f) if row["indicator"] == "pooled_share"]
    [monitor_own] = [r for r in found.bodies if r.body.id == "nl-monitor"]
    for share in (found.what_if[0], monitor_own.within[0]):
        assert share.n == int(own["n"])
        assert share.value == pytest.approx(float(own["value"]), abs=1e-3)


def test_the_command_writes_tables_and_pages_that_say_that_nobody_is_judged(
    edition: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clocks"

    run = CliRunner().invoke(main, ["clocks", str(edition), "--out", str(out), "--norm", "6"])

    assert run.exit_code == 0, run.output
    assert "within 6 h" in run.output
    content = json.loads((out / "clocks.json").read_text())
    assert content["verdicts"] is False
    of = json.loads((edition / "edition.json").read_text())
    assert content["edition"] == {
        "sha256": hashlib.sha256((edition / "edition.json").read_bytes()).hexdigest(),
        "snapshot": of["snapshot"]["sha256"],
        "as_of": of["as_of"],
        "provisional": of["provisional"],
        "settled_at": of["settled_at"],
        "clock": {"id": of["clock"]["id"], "version": of["clock"]["version"]},
        "floors": of["floors"],
        "code": of["code"],
    }
    assert content["code"] == version("etmaal")
    assert of["snapshot"]["sha256"] in (out / "clocks.nl.html").read_text()
    assert {share["hours"] for share in content["what_if"]} == {6.0}
    assert {r["body"] for r in content["bodies"]} == {b.id for b in loader.bodies()}
    assert "Nobody is judged on this page" in (out / "clocks.en.html").read_text()
    assert "wordt niemand beoordeeld" in (out / "clocks.nl.html").read_text()
    page = (out / "clocks.en.html").read_text()
    again = CliRunner().invoke(main, ["clocks", str(edition), "--out", str(out), "--norm", "6"])
    assert again.exit_code == 0
    assert (out / "clocks.en.html").read_text() == page


@pytest.mark.parametrize(
    ("what", "says"),
    [("no edition", "is no edition"), ("changed rows", "was changed after the edition was made")],
)
def test_nothing_is_made_of_what_is_no_sound_edition(made, tmp_path, what, says) -> None:
    edition = made(STORIES)
    if what == "no edition":
        (edition / "edition.json").unlink()
    else:
        (edition / "snapshot" / "events.parquet").write_bytes(b"")

    out = tmp_path / "out"
    run = CliRunner().invoke(main, ["clocks", str(edition), "--out", str(out)])

    assert run.exit_code == 1
    assert says in run.output
    assert not out.exists()


def test_figures_that_say_something_else_are_not_replaced_unasked(
    edition: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clocks"

    def run(*options: str) -> Result:
        return CliRunner().invoke(main, ["clocks", str(edition), "--out", str(out), *options])

    assert run("--norm", "6").exit_code == 0
    first = (out / "clocks.json").read_bytes()

    refused = run("--norm", "12")
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert (out / "clocks.json").read_bytes() == first
    assert run("--norm", "6").exit_code == 0
    assert run("--norm", "12", "--replace").exit_code == 0
    assert (out / "clocks.json").read_bytes() != first

    (out / "notes.txt").write_text("mine")
    kept = run("--norm", "12", "--replace")
    assert kept.exit_code == 1
    assert "notes.txt" in kept.output
    assert (out / "notes.txt").read_text() == "mine"


def test_an_edition_made_by_another_version_is_warned_of(edition: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(edition, tmp_path / "edition"))
    content = json.loads((other / "edition.json").read_text())
    (other / "edition.json").write_text(json.dumps({**content, "code": "0.0.1"}))

    run = CliRunner().invoke(main, ["clocks", str(other), "--out", str(tmp_path / "clocks")])

    assert run.exit_code == 0, run.output
    assert "made by version 0.0.1" in run.stderr
    assert "0.0.1" in (tmp_path / "clocks" / "clocks.en.html").read_text()
