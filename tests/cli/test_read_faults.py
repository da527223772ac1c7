"""`etmaal read` where the user or the files are mistaken: what it refuses, keeps, and counts."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from made_reports import REPORT, case, report

from etmaal.cli.main import main

EXAMPLES = Path(__file__).parent.parent / "examples"
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


def counts(folder: Path) -> dict[str, int]:
    return dict(quality(folder)["readings"][-1]["counts"])


def broken_dump(folder: Path) -> Path:
    """Write a dump of which one row of the history has a time that is none."""
    folder.mkdir(parents=True)
    for file in (EXAMPLES / "scart-db").iterdir():
        text = file.read_text()
        if file.name == "input_history.csv":
            text = text.replace("2026-03-29 04:00:00", "2026-03-29 44:00:00")
        (folder / file.name).write_text(text)
    return folder


@pytest.mark.slow
def test_the_report_says_how_many_cases_were_deleted_and_that_nothing_is_known_of_them(
    tmp_path: Path,
) -> None:
    said = read("scart-db", EXAMPLES / "scart-db", "--out", tmp_path / "t",
                "--exported-at", "2026-04-30T00:00").stdout  # fmt: skip

    assert counts(tmp_path / "t")["deleted"] == 1
    assert counts(tmp_path / "t")["cases"] == 7
    assert "1  Cases deleted in the tool" in said
    for page, words in (
        ("quality.en.html", ("Cases deleted in the tool", "nothing is known of them")),
        ("quality.nl.html", ("In het systeem verwijderde zaken", "niets van bekend")),
    ):
        text = (tmp_path / "t" / page).read_text()
        assert all(one in text for one in words), page


@pytest.mark.slow
def test_a_record_that_is_no_utf_8_is_kept_byte_for_byte(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1), case(2, owner="Caf\xe9"), case(3))
    file.write_bytes(file.read_text().encode("latin-1"))

    said = read(
        "scart-report", file, "--out", tmp_path / "tables", "--keep-rejected", tmp_path / "kept"
    ).stderr

    kept = (tmp_path / "kept" / MADE).read_bytes().splitlines()
    assert kept == [REPORT.encode(), case(2, owner="Caf\xe9").encode("latin-1")]
    assert len(rows(tmp_path / "tables", "items")) == 2
    assert "could not be kept" not in said


@pytest.mark.slow
def test_a_record_too_long_to_keep_is_said_to_be_lost(tmp_path: Path) -> None:
    file = report(
        tmp_path / MADE, case(1), case(2, seen="x"), case(3, reference="x" * (1 << 20) + "y")
    )

    said = read(
        "scart-report", file, "--out", tmp_path / "tables", "--keep-rejected", tmp_path / "kept"
    ).stderr

    assert len((tmp_path / "kept" / MADE).read_text().splitlines()) == 2
    assert "1 could not be kept" in said


@pytest.mark.slow
def test_rejects_of_two_folders_of_a_dump_are_told_apart_and_kept_apart(tmp_path: Path) -> None:
    broken, mended, kept = tmp_path / "d" / "broken", tmp_path / "d" / "mended", tmp_path / "x"
    tables = ("--out", tmp_path / "t")
    broken_dump(broken)
    read("scart-db", broken, *tables, "--keep-rejected", mended)

    said = read("scart-db", broken, mended, *tables, "--replace", "--keep-rejected", kept).stderr

    lines = (tmp_path / "t" / "rejects.csv").read_text().splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == [
        "broken/input_history.csv", "mended/input_history.csv",
    ]  # fmt: skip
    again = [broken, mended, kept / "broken", kept / "mended"]
    assert f"scart-db {' '.join(map(str, again))} --replace" in said
    for folder in again[2:]:
        history = folder / "input_history.csv"
        assert history.read_text().count("\n") == 2
        history.write_text(history.read_text().replace("44:00:00", "04:00:00"))
    read("scart-db", *again, *tables, "--replace")
    assert (tmp_path / "t" / "rejects.csv").read_text() == "file,row,column,reason\n"


@pytest.mark.slow
def test_where_rejects_cannot_be_kept_no_tables_are_written(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1), case(2, seen="x"))
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / MADE).write_text("half mended")

    result = run(
        "scart-report", file, "--zone", "UTC", "--out", tmp_path / "tables",
        "--keep-rejected", tmp_path / "kept",
    )  # fmt: skip

    assert result.exit_code == 1
    assert "half mended" in result.output
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("story", "name", "moment", "code", "said"),
    [
        ("named, in the future", "export-21990101000000.csv", None, 1, "in the future"),
        ("before what it holds", "x.csv", "2026-03-01T09:30", 1, "--exported-at"),
        ("after it", "x.csv", "2026-04-01T09:30", 0, ""),
    ],
)
def test_a_file_was_made_after_what_it_holds_and_not_in_the_future(
    story: str, name: str, moment: str | None, code: int, said: str, tmp_path: Path
) -> None:
    file = report(tmp_path / name, *(case(n) for n in (1, 2, 3)))
    when = () if moment is None else ("--exported-at", moment)

    result = run("scart-report", file, "--zone", "UTC", "--out", tmp_path / "t", "--dry-run", *when)

    assert result.exit_code == code, (story, result.output)
    assert said in result.output


def test_a_dump_was_made_after_what_it_holds(tmp_path: Path) -> None:
    result = run(
        "scart-db", EXAMPLES / "scart-db", "--zone", "UTC", "--out", tmp_path / "t", "--dry-run",
        "--exported-at", "2020-01-01T00:00",
    )  # fmt: skip

    assert result.exit_code == 1
    assert "--exported-at" in result.output


def test_a_few_looks_after_the_export_are_warned_of(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1), case(2), case(3, seen="2026-04-02 12:00:00"))

    result = read("scart-report", file, "--out", tmp_path / "t", "--dry-run")

    assert "1 case was last seen after its file was made" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [True, False])
def test_a_case_in_three_exports_is_one_case(at_once: bool, tmp_path: Path) -> None:
    files = [
        report(
            tmp_path / f"export-2026040{day}093000.csv",
            case(1),
            case(2, status="close", country="DE"),
            case(3, grade="ignore"),
            case(4, status="scheduler_checkonline_manual"),
        )
        for day in (1, 2, 3)
    ]

    if at_once:
        read("scart-report", *files, "--out", tmp_path / "t")
    else:
        for place, file in enumerate(reversed(files)):
            read("scart-report", file, "--out", tmp_path / "t", *(["--add"] if place else []))

    assert counts(tmp_path / "t") == {
        "cases": 4, "outside_ignore": 1, "closed_by_hotline": 1, "moved_abroad": 1,
        "closing_untimed": 2, "pages": 3, "seen_without_look": 1,
    }  # fmt: skip
    [event] = rows(tmp_path / "t", "events")  # no later than the first export that shows it
    assert f"{event['at']:%Y-%m-%d}" == "2026-04-01"


@pytest.mark.slow
def test_a_case_seen_here_in_between_has_left_twice(tmp_path: Path) -> None:
    left, back = {"status": "close", "country": "DE"}, {"seen": "2026-04-02 12:00:00"}
    first = report(tmp_path / "export-20260401093000.csv", case(1, **left))
    second = report(tmp_path / "export-20260403093000.csv", case(1, **left, **back))

    read("scart-report", first, second, "--out", tmp_path / "t")

    assert [f"{e['at']:%d}" for e in rows(tmp_path / "t", "events")] == ["01", "03"]


@pytest.mark.slow
def test_an_item_without_a_file_number_is_no_file_number(tmp_path: Path) -> None:
    console = tmp_path / "ntd.csv"
    names = (
        "NTD filenumber", "NTD type", "NTD status", "NTD status time", "abuse owner", "abuse type",
        "abuse country", "abuse email", "url", "IP", "first seen", "last seen", "online counter",
    )  # fmt: skip
    values = (
        "M0000000001", "email", "sent_succes", "2026-03-27 11:04:00", "Example Hosting North",
        "hoster", "NL", "abuse@north.example", "https://a1-site.example/x", "192.0.2.1",
        "2026-03-27 10:00:00", "2026-03-27 10:55:00", "1",
    )  # fmt: skip
    console.write_text("\n".join("".join(f'"{v}";' for v in line) for line in (names, values)))
    read("scart-report", report(tmp_path / MADE, case(1)), "--out", tmp_path / "t")

    read("scart-console", console, "--out", tmp_path / "t", "--add")

    assert dict(quality(tmp_path / "t")["rows"])["items"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("twice", ["2025-10-26 02:30:00", "2025-03-30 02:30:00"])
def test_a_notice_at_a_doubtful_time_has_a_row_and_no_clock(twice: str, tmp_path: Path) -> None:
    then = {"received": "2025-03-01 09:00:00", "graded": "2025-03-01 10:00:00"}
    file = report(tmp_path / MADE, case(1, **then, notice=twice))

    read("scart-report", file, "--out", tmp_path / "t")

    [notice] = rows(tmp_path / "t", "notices")
    assert notice["clock_basis"] == "unknown"
    assert notice["accepted_at"] is None
    assert f"{notice['noticed_at']:%H:%M}" == "01:30"  # the later of the two that it may be
    assert counts(tmp_path / "t")["start_unknown"] == 1
    known = {start["clock"]: start["known"] for start in quality(tmp_path / "t")["starts"]}
    assert known["nl-covenant-2018"] == 0


@pytest.mark.parametrize(
    ("made", "width"), [("20260401093000", "116.5 h"), ("20260410093000", "13.9 days")]
)
def test_the_terminal_speaks_the_words_of_the_page(made: str, width: str, tmp_path: Path) -> None:
    file = report(
        tmp_path / f"export-{made}.csv", case(1), case(2, status="abusecontact_changed"),
        case(3, status="scheduler_checkonline_manual"),
    )  # fmt: skip

    said = read("scart-report", file, "--out", tmp_path / "t", "--dry-run").stdout

    assert "changed_unobserved" not in said
    assert "Waiting since the host changed" in said
    assert f"half the windows are at most {width} wide, nine in ten at most {width}" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "of_scart"), [("scart-report", True), ("xarf", False)]
)  # fmt: skip
def test_what_only_the_hotlines_tool_does_is_said_of_it_alone(
    kind: str, of_scart: bool, tmp_path: Path
) -> None:
    files = [EXAMPLES / "xarf" / "one.json"]
    if of_scart:
        files = [report(tmp_path / MADE, case(1))]

    read(kind, *files, "--out", tmp_path / "t")

    page = (tmp_path / "t" / "quality.en.html").read_text()
    assert ("mail server" in page) == of_scart
    assert ("does not record" in page) == of_scart
    assert ("three misses" in page) == of_scart
    assert "at least half an hour" not in page
