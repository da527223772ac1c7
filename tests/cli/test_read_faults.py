"""`etmaal read` where the user or the files are mistaken: what it refuses, keeps, and counts."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from etmaal.cli.main import main

EXAMPLES = Path(__file__).parent.parent / "examples"
REPORT = (
    "filenumber;reference;url;url_host;url_ip;url_type;url_referer;received_at;hashcheck_at;"
    "hashcheck_return;firstseen_at;lastseen_at;type_code;police;source_code;status_code;"
    "hoster_contact;hoster_country;hoster_owner;hoster_first_ntd_at;registrar_contact;grade_code"
)
MADE = "export-20260401093000.csv"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETMAAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ETMAAL_KEY", "ab" * 32)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["read", *map(str, arguments)])


def read(kind: str, *arguments: object, zone: str = "Europe/Amsterdam") -> Result:
    given = () if kind in ("xarf", "tables") else ("--zone", zone)
    result = run(kind, *arguments, *given)
    assert result.exit_code == 0, result.output
    return result


def case(number: int, **change: str) -> str:
    """Return one line of a report; a case that was noticed at 11:04 and is closed offline."""
    given = {
        "filenumber": f"I{number:010}", "reference": "", "url": f"https://a{number}-site.example/x",
        "host": f"a{number}-site.example", "ip": "192.0.2.1", "type": "mainurl", "referer": "",
        "received": "2026-03-27 09:00:00", "h1": "", "h2": "", "graded": "2026-03-27 10:00:00",
        "seen": "2026-03-27 12:00:00", "kind": "website", "police": "n", "source": "webform",
        "status": "close_offline", "contact": "abuse@north.example", "country": "NL",
        "owner": "Example Hosting North", "notice": "2026-03-27 11:04:00", "registrar": "",
        "grade": "illegal",
    }  # fmt: skip
    return ";".join({**given, **change}.values())


def report(path: Path, *cases: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join((REPORT, *cases)))
    return path


def quality(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "quality.json").read_text()))


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return list(pq.read_table(folder / f"{table}.parquet").to_pylist())


@pytest.mark.slow
def test_one_file_is_not_added_once_more_in_another_zone(tmp_path: Path) -> None:
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    read("scart-report", file, "--out", tables)

    result = run("scart-report", file, "--out", tables, "--add", "--zone", "UTC")

    assert result.exit_code == 1
    for said in (MADE, "Europe/Amsterdam", "UTC"):
        assert said in result.output
    assert len(rows(tables, "notices")) == 1


@pytest.mark.slow
def test_files_of_several_zones_go_together_and_each_keeps_its_own(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    read("scart-report", report(tmp_path / MADE, case(1)), "--out", tables)

    other = report(tmp_path / "export-20260402093000.csv", case(2))
    read("scart-report", other, "--out", tables, "--add", zone="UTC")

    zones = [f["zone"] for one in quality(tables)["readings"] for f in one["files"]]
    assert zones == ["Europe/Amsterdam", "UTC"]
    page = (tables / "quality.en.html").read_text()
    assert page.count("Europe/Amsterdam") >= 2
    assert "Zone of its times" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "lines", "known"),
    [
        ("when it was sent is not said", 1, {"observed-first-seen": 1}),
        ("a report of the hotline's tool", 0, {"observed-first-seen": 1, "nl-covenant-2018": 1}),
    ],
)  # fmt: skip
def test_the_report_says_of_each_clock_what_the_monitor_would_find(
    story: str, lines: int, known: dict[str, int], tmp_path: Path
) -> None:
    if lines:
        one = json.loads((EXAMPLES / "xarf" / "one.json").read_text())
        one.pop("notice_sent_at", None)
        (tmp_path / "report.json").write_text(json.dumps(one))
        read("xarf", tmp_path / "report.json", "--out", tmp_path / "tables")
    else:
        read("scart-report", report(tmp_path / MADE, case(1)), "--out", tmp_path / "tables")

    starts = {row["clock"]: row["known"] for row in quality(tmp_path / "tables")["starts"]}
    assert {clock: n for clock, n in starts.items() if n} == known


def test_no_file_was_made_in_the_future(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1))

    result = run(
        "scart-report",
        file,
        "--zone",
        "UTC",
        "--out",
        tmp_path / "t",
        "--exported-at",
        "2126-01-01T00:00",
    )

    assert result.exit_code == 1
    assert "lies in the future" in result.output
    assert not (tmp_path / "t").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "dump", "more", "said"),
    [
        ("an export is added to", False, ["--keep-rejected", "kept"], "read them with --add"),
        ("a dump is read whole", True, ["--keep-rejected", "kept"], "--replace"),
        ("a trial lists nothing", False, ["--dry-run"], "a reading that writes lists them"),
    ],
)
def test_it_is_said_how_mended_records_are_read(
    story: str,
    dump: bool,
    more: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    place = report(tmp_path / MADE, case(1), case(2, seen="x"))
    if dump:
        place = tmp_path / "dumps"
        place.mkdir()
        for file in (EXAMPLES / "scart-db").iterdir():
            text = file.read_text()
            if file.name == "input_history.csv":
                text = text.replace("2026-03-29 04:00:00", "2026-03-29 44:00:00")
            (place / file.name).write_text(text)
        more = [*more, "--exported-at", "2026-04-30T00:00"]

    result = read("scart-db" if dump else "scart-report", place, "--out", "tables", *more)

    assert "could not be used" in result.output
    assert said in result.output
    assert (tmp_path / "tables").exists() == ("--dry-run" not in more)
