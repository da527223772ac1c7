"""`etmaal read` as a user meets it: what it writes, keeps, refuses, and never shows."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from made_reports import REPORT, case, report

from etmaal.cli.main import main

EXAMPLES = Path(__file__).parent.parent / "examples"
DUMPS = EXAMPLES / "scart-db"
KEY = "ab" * 32
TABLES = ("notices", "sightings", "events", "items", "messages")
MADE = "export-20260401093000.csv"
# What stands in the example files and must not be found in anything that is written or said.
SECRETS = (
    "secret", "-site.example", "referer", "aaaabbbb", "4711", "I000000000", "N000000000",
    "M000000000", "abuse@", "police@", "on two lines", "north\"", "c2VjcmV0", "3f2c8a52",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETMAAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ETMAAL_KEY", KEY)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["read", *map(str, arguments)])


def read(kind: str, *arguments: object) -> Result:
    zone = () if kind in ("xarf", "tables") else ("--zone", "Europe/Amsterdam")
    result = run(kind, *arguments, *zone)
    assert result.exit_code == 0, result.output
    return result


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return [{k: v for k, v in row.items() if v is not None} for row in found]


def tables_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix == ".parquet"} | {
        "providers.csv": (folder / "providers.csv").read_bytes()
    }


def text_rows(table: Any) -> list[list[str]]:
    names = [c for c in table.column_names if table.column(c).null_count < table.num_rows]
    plain = [
        [
            "" if row[c] is None
            else f"{row[c]:%Y-%m-%dT%H:%M:%SZ}" if hasattr(row[c], "hour") else row[c]
            for c in names
        ]
        for row in table.to_pylist()
    ]  # fmt: skip
    return [names, *plain]


@pytest.mark.slow
def test_a_dump_becomes_the_tables_that_were_worked_out_by_hand(tmp_path: Path) -> None:
    read("scart-db", DUMPS, "--out", tmp_path / "tables")

    for table in ("notices", "sightings", "events", "items"):
        with (EXAMPLES / "scart-db-tables" / f"{table}.csv").open(newline="") as f:
            expected = list(csv.reader(f))
        assert text_rows(pq.read_table(tmp_path / "tables" / f"{table}.parquet")) == expected
    expected_providers = (EXAMPLES / "scart-db-tables" / "providers.csv").read_text()
    assert (tmp_path / "tables" / "providers.csv").read_text() == expected_providers


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["scart-db", "scart-report", "xarf"])
def test_nothing_of_what_must_not_be_seen_is_in_any_file_or_message(
    kind: str, tmp_path: Path
) -> None:
    files: tuple[Path, ...] = (DUMPS,)
    if kind == "xarf":
        files = (EXAMPLES / "xarf" / "one.json", EXAMPLES / "xarf" / "lines.jsonl")
    if kind == "scart-report":
        bad = case(2, received="secret", url="https://two-site.example/secret")
        files = (
            report(
                tmp_path / MADE,
                case(1, reference="4711#12", referer="https://referer.example/secret"),
                bad,
            ),
        )

    result = read(kind, *files, "--out", tmp_path / "tables", "--json")

    written = [p.read_bytes().decode("utf-8", "ignore") for p in (tmp_path / "tables").iterdir()]
    unpacked = [
        str(rows(tmp_path / "tables", p.stem)) for p in (tmp_path / "tables").glob("*.parquet")
    ]
    assert len(unpacked) >= 3
    for text in (*written, *unpacked, result.output, result.stderr):
        # Column names and file names may be told: they are ours, or the user's own.
        told = text.replace("url_referer", "").replace("--keep-rejected", "")
        assert [s for s in SECRETS if s in told] == []


@pytest.mark.slow
def test_what_is_read_can_be_attributed_and_monitored_as_it_is(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    read("scart-db", DUMPS, "--out", tables)
    (tmp_path / "routes_20260327.csv").write_text("prefix,asn\n192.0.2.0/24,64500\n")

    attributed = CliRunner().invoke(
        main, ["attribute", str(tables), "--routes", str(tmp_path / "routes_20260327.csv")]
    )
    monitored = CliRunner().invoke(
        main, ["monitor", str(tables), "--out", str(tmp_path / "edition")]
    )

    assert attributed.exit_code == 0, attributed.output
    assert monitored.exit_code == 0, monitored.output
    assert (tmp_path / "edition" / "rejects.csv").read_text().splitlines() == [
        "table,row,column,reason"
    ]


@pytest.mark.slow
def test_reading_the_same_again_changes_nothing(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    file = report(tmp_path / MADE, *(case(n) for n in range(1, 6)))
    read("scart-report", file, "--out", tables)
    before = {p.name: p.read_bytes() for p in tables.iterdir()}

    read("scart-report", file, "--out", tables, "--add")
    added = {p.name: p.read_bytes() for p in tables.iterdir()}
    read("scart-report", file, "--out", tables, "--replace")

    assert added == before
    assert {p.name: p.read_bytes() for p in tables.iterdir()} == before


@pytest.mark.slow
@pytest.mark.parametrize("way", ["add", "together"])
def test_a_mended_record_leaves_the_tables_as_if_it_had_been_right_at_once(
    way: str, tmp_path: Path
) -> None:
    good = [case(n) for n in (1, 2, 4)]
    right = report(tmp_path / "right" / MADE, *good[:2], case(3), good[2])
    wrong = report(tmp_path / "wrong" / MADE, *good[:2], case(3, seen="yesterday"), good[2])
    tables, kept = tmp_path / "tables", tmp_path / "mended"
    read("scart-report", right, "--out", tmp_path / "at once")

    said = read("scart-report", wrong, "--out", tables, "--keep-rejected", kept).stderr
    ledger = (tables / "rejects.csv").read_text().splitlines()
    mended = kept / MADE
    assert mended.stat().st_mode & 0o777 == 0o600
    assert mended.read_text().splitlines() == [REPORT, case(3, seen="yesterday")]
    mended.write_text(mended.read_text().replace("yesterday", "2026-03-27 12:00:00"))
    if way == "add":
        read("scart-report", mended, "--out", tables, "--add")
    else:
        whole = wrong.with_name("first.csv")
        wrong.rename(whole)
        read(
            "scart-report",
            whole,
            mended,
            "--out",
            tables,
            "--replace",
            "--exported-at",
            "2026-04-01T09:30",
        )

    assert "1 record could not be used; what can be kept of it lies in" in said
    assert len(ledger) == 2
    assert ledger[1].startswith(f"{MADE},4,lastseen_at,")
    assert tables_of(tables) == tables_of(tmp_path / "at once")
    if way == "add":
        assert (tables / "rejects.csv").read_text() == "file,row,column,reason\n"


@pytest.mark.slow
def test_a_dump_is_mended_by_a_folder_with_just_the_rows_that_were_wrong(tmp_path: Path) -> None:
    dumps, kept = tmp_path / "dumps", tmp_path / "mended"
    dumps.mkdir()
    for file in DUMPS.iterdir():
        text = file.read_text()
        if file.name == "input_history.csv":
            text = text.replace("2026-03-29 04:00:00", "2026-03-29 44:00:00")
        (dumps / file.name).write_text(text)
    tables = tmp_path / "tables"
    read("scart-db", DUMPS, "--out", tmp_path / "at once")

    read("scart-db", dumps, "--out", tables, "--keep-rejected", kept)
    without = len(rows(tables, "items"))
    history = kept / "input_history.csv"
    history.write_text(history.read_text().replace("44:00:00", "04:00:00"))
    read("scart-db", dumps, kept, "--out", tables, "--replace")

    assert history.read_text().count("\n") == 2
    assert without == len(rows(tables, "items")) - 1  # set aside whole: not left to look open
    assert tables_of(tables) == tables_of(tmp_path / "at once")
    assert (tables / "rejects.csv").read_text() == "file,row,column,reason\n"


@pytest.mark.slow
def test_two_exports_of_one_case_are_one_item_with_the_later_facts(tmp_path: Path) -> None:
    older = report(
        tmp_path / "export-20260328120000.csv",
        case(1, status="scheduler_checkonline", source="iccam", seen="2026-03-28 11:00:00"),
    )
    newer = report(tmp_path / MADE, case(1, seen="2026-03-28 13:00:00"))
    tables = tmp_path / "tables"

    read("scart-report", newer, older, "--out", tables)  # in whatever order

    [notice] = rows(tables, "notices")
    assert notice["source"] == "webform"
    assert [(f"{s['at']:%d %H:%M}", s["seen"]) for s in rows(tables, "sightings")] == [
        ("28 10:00", "online"), ("28 12:00", "online"), ("01 07:30", "gone"),
    ]  # fmt: skip
    quality = json.loads((tables / "quality.json").read_text())
    assert quality["readings"][0]["contradictions"] == [["fields_differ", 1]]


@pytest.mark.slow
@pytest.mark.parametrize("words", [("mainurl", "imageurl"), ("imageurl", "mainurl")])
def test_an_item_that_one_file_calls_a_page_stays_one(
    words: tuple[str, str], tmp_path: Path
) -> None:
    files = [
        report(tmp_path / name, case(1, type=word), case(2, type="imageurl"))
        for name, word in zip(("export-20260328120000.csv", MADE), words, strict=True)
    ]
    tables = tmp_path / "tables"

    read("scart-report", files[0], "--out", tables)
    read("scart-report", files[1], "--out", tables, "--add")

    assert sorted(n["looked_at"] for n in rows(tables, "notices")) == ["item", "page"]
    counts = dict(json.loads((tables / "quality.json").read_text())["readings"][-1]["counts"])
    assert counts.get("pages", 0) == (words[1] == "mainurl")
    read("tables", tables, "--out", tmp_path / "again")
    assert sorted(n["looked_at"] for n in rows(tmp_path / "again", "notices")) == ["item", "page"]


@pytest.mark.slow
def test_a_list_of_notices_gives_the_moment_of_sending_whichever_is_read_first(
    tmp_path: Path,
) -> None:
    console = tmp_path / "ntd.csv"
    names = (
        "NTD filenumber", "NTD type", "NTD status", "NTD status time", "abuse owner", "abuse type",
        "abuse country", "abuse email", "url", "IP", "first seen", "last seen", "online counter",
    )  # fmt: skip
    values = (
        "M0000000001", "email", "sent_succes", "2026-03-27 11:04:00", "Example Hosting North",
        "hoster", "NL", "abuse@north.example", "https://a-site.example/x", "192.0.2.1",
        "2026-03-27 10:00:00", "2026-03-27 10:55:00", "1",
    )  # fmt: skip
    console.write_text("\n".join("".join(f'"{v}";' for v in line) for line in (names, values)))
    listed = tmp_path / "exportNTD.csv"
    listed.write_text(
        '\ufefffilenumber;abusecontact;status;"number of urls";"grouping start";"active (hours)";'
        '"threshold (hours)";"NTD sent"\nM0000000001;"Example Hosting North";sent_succes;1;'
        '"2026-03-27 10:00:00";1;1;"2026-03-27 11:00:00"\n'
    )
    one, other = tmp_path / "one", tmp_path / "other"

    read("scart-console", console, "--out", one)
    alone = rows(one, "notices")
    read("scart-list", listed, "--out", one, "--add")
    read("scart-list", listed, "--out", other)
    read("scart-console", console, "--out", other, "--add")

    assert [n["clock_basis"] for n in alone] == ["accepted"]
    [notice] = rows(one, "notices")
    assert notice["clock_basis"] == "sent"
    assert (notice["accepted_at"] - notice["noticed_at"]).total_seconds() == 240
    assert tables_of(one) == tables_of(other)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "change", "seen"),
    [
        ("the night the clocks go back: twice", {"seen": "2025-10-26 02:30:00"}, []),
        ("before it", {"seen": "2025-10-26 01:59:59"}, ["2025-10-25 23:59:59"]),
        ("after it", {"seen": "2025-10-26 03:00:00"}, ["2025-10-26 02:00:00"]),
        ("the night they go forward: not at all", {"seen": "2025-03-30 02:30:00"}, []),
        ("in summer", {"seen": "2025-07-01 12:00:00"}, ["2025-07-01 10:00:00"]),
    ],
)  # fmt: skip
def test_a_local_time_that_is_doubtful_is_not_guessed(
    story: str, change: dict[str, str], seen: list[str], tmp_path: Path
) -> None:
    then = {"received": "2025-03-01 09:00:00", "graded": "2025-03-01 10:00:00", "notice": ""}
    file = report(tmp_path / MADE, case(1, status="scheduler_checkonline", **then, **change))

    read("scart-report", file, "--out", tmp_path / "tables")

    found = [f"{s['at']:%Y-%m-%d %H:%M:%S}" for s in rows(tmp_path / "tables", "sightings")]
    assert found == seen, story
    counts = dict(
        json.loads((tmp_path / "tables" / "quality.json").read_text())["readings"][0]["counts"]
    )
    assert counts.get("doubtful", 0) == (0 if seen else 1)


def test_the_moment_of_an_export_is_needed_where_a_case_is_closed(tmp_path: Path) -> None:
    closed = report(tmp_path / "cases.csv", case(1))
    at_work = report(tmp_path / "open.csv", case(1, status="scheduler_checkonline"))
    zone = ("--zone", "UTC", "--out", tmp_path / "tables", "--dry-run")

    refused = run("scart-report", closed, *zone)

    assert refused.exit_code == 1
    assert "--exported-at" in refused.output
    assert run("scart-report", closed, *zone, "--exported-at", "2026-04-01T09:30").exit_code == 0
    assert run("scart-report", at_work, *zone).exit_code == 0
    assert run("scart-report", closed.rename(tmp_path / MADE), *zone).exit_code == 0


def test_a_trial_writes_nothing_and_makes_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETMAAL_KEY")
    file = report(tmp_path / MADE, case(1))
    before = sorted(tmp_path.rglob("*"))

    result = read("scart-report", file, "--out", tmp_path / "tables", "--dry-run")

    assert sorted(tmp_path.rglob("*")) == before
    assert "nothing written" in result.stdout


@pytest.mark.slow
def test_a_key_is_made_once_kept_closed_and_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETMAAL_KEY")
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    key = tmp_path / "home" / "sealing.key"

    first = read("scart-report", file, "--out", tables)
    made = key.read_text()
    second = read("scart-report", file, "--out", tables, "--add")
    key.write_text("cd" * 32)
    other = run("scart-report", file, "--zone", "UTC", "--out", tables, "--add")

    assert "Keep it secret" in first.stderr
    assert made.strip() not in first.output
    assert key.stat().st_mode & 0o777 == 0o600
    assert "key" not in second.stderr
    assert other.exit_code == 1
    assert "another key" in other.output


@pytest.mark.parametrize(
    ("story", "key", "said"),
    [
        ("too short", "ab" * 31, "64 to 128 hex digits"),
        ("too long", "ab" * 65, "64 to 128 hex digits"),
        ("empty", "", "64 to 128 hex digits"),
        ("no hex", "zz" * 32, "hex digits"),
    ],
)
def test_a_bad_key_is_refused_without_being_repeated(
    story: str, key: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ETMAAL_KEY", key)
    file = report(tmp_path / MADE, case(1))

    result = run("scart-report", file, "--zone", "UTC", "--out", tmp_path / "tables")

    assert result.exit_code == 1, story
    assert said in result.output
    assert not key or key not in result.output
    assert not (tmp_path / "tables").exists()


def test_a_key_that_others_may_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETMAAL_KEY")
    (tmp_path / "home").mkdir()
    key = tmp_path / "home" / "sealing.key"
    key.write_text(KEY)
    key.chmod(0o644)

    result = run("scart-db", DUMPS, "--zone", "UTC", "--out", tmp_path / "tables")

    assert result.exit_code == 1
    assert "chmod 600" in result.output


@pytest.mark.parametrize(
    ("story", "arguments", "code", "said"),
    [
        ("no zone", ["scart-report", "{file}", "--out", "{out}"], 2, "--zone is needed"),
        ("no such zone", ["scart-report", "{file}", "--zone", "Europe/Nowhere", "--out", "{out}"], 2, "no civil zone"),
        ("a path for a zone", ["scart-report", "{file}", "--zone", "/etc", "--out", "{out}"], 2, "no civil zone"),
        ("no such kind", ["scart", "{file}", "--out", "{out}"], 2, "scart-report"),
        ("no files", ["xarf", "--out", "{out}"], 2, "FILES"),
        ("a country in words", ["xarf", "{file}", "--country", "Nederland", "--out", "{out}"], 2, "two letters"),
        ("both ways", ["xarf", "{file}", "--add", "--replace", "--out", "{out}"], 2, "give one"),
        ("a moment that is none", ["xarf", "{file}", "--exported-at", "noon", "--out", "{out}"], 2, "--exported-at"),
        ("no such file", ["xarf", "{file}.no", "--out", "{out}"], 1, "not there"),
        ("a folder for a file", ["xarf", "{folder}", "--out", "{out}"], 1, "a folder"),
        ("a file for a folder", ["scart-db", "{file}", "--zone", "UTC", "--out", "{out}"], 1, "not a folder"),
        ("nothing to add to", ["xarf", "{file}", "--add", "--out", "{out}"], 1, "nothing to add to"),
        ("somebody else's folder", ["xarf", "{file}", "--out", "{folder}"], 1, "did not write"),
        ("an unknown header", ["scart-report", "{file}", "--zone", "UTC", "--out", "{out}"], 1, "x.csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    story: str, arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "folder" / "x.csv"
    file.parent.mkdir()
    file.write_text("one;two\n1;2\n")
    places = {"file": file, "folder": file.parent, "out": tmp_path / "tables"}

    result = run(*(argument.format(**places) for argument in arguments))

    assert result.exit_code == code, (story, result.output)
    assert said in result.output
    assert not (tmp_path / "tables").exists()
    assert sorted(os.listdir(tmp_path)) == ["folder"]  # noqa: PTH208 - names are enough


def test_a_folder_that_is_there_is_neither_added_to_nor_replaced_unasked(tmp_path: Path) -> None:
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    read("scart-report", file, "--out", tables)

    result = run("scart-report", file, "--zone", "UTC", "--out", tables)

    assert result.exit_code == 1
    assert "--add adds to it, --replace makes it anew" in result.output


@pytest.mark.slow
def test_other_files_in_the_folder_stay_and_companies_completed_by_hand_too(tmp_path: Path) -> None:
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    read("scart-report", file, "--out", tables)
    (tables / "registry.csv").write_text("provider\n")
    (tables / "truth").mkdir()
    (tables / "truth" / "x.csv").write_text("x\n")
    (tables / "attributions.parquet").write_text("of the tables as they were")
    providers = (tables / "providers.csv").read_text().replace(",,,", ",hoster,64500,")
    (tables / "providers.csv").write_text(providers)
    (tables / "attributions.parquet").unlink()

    read("scart-report", report(tmp_path / "b" / MADE, case(2)), "--out", tables, "--add")

    assert (tables / "registry.csv").read_text() == "provider\n"
    assert (tables / "truth" / "x.csv").read_text() == "x\n"
    assert (tables / "providers.csv").read_text() == providers
    assert len(rows(tables, "items")) == 2


@pytest.mark.slow
def test_a_row_spoilt_by_hand_stops_an_addition_instead_of_getting_lost(tmp_path: Path) -> None:
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    read("scart-report", file, "--out", tables)
    providers = (tables / "providers.csv").read_text().replace(",,,", ",hoster,many,")
    (tables / "providers.csv").write_text(providers)

    result = run("scart-report", file, "--zone", "Europe/Amsterdam", "--out", tables, "--add")

    assert result.exit_code == 1
    assert "mend them first" in result.output
    assert (tables / "providers.csv").read_text() == providers


def test_a_reading_of_which_no_record_can_be_used_is_refused(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1, seen="x"), case(2, seen="y"))

    result = run("scart-report", file, "--zone", "UTC", "--out", tmp_path / "tables")

    assert result.exit_code == 1
    assert "not one of 2 records can be used" in result.output
    assert not (tmp_path / "tables").exists()


@pytest.mark.slow
def test_times_that_lie_ahead_are_rejected(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1), case(2, seen="2199-01-01 00:00:00"))

    read("scart-report", file, "--out", tmp_path / "tables")

    ledger = (tmp_path / "tables" / "rejects.csv").read_text().splitlines()
    assert ledger[1:] == [f"{MADE},3,last_seen_at,in the future: check the zone"]


@pytest.mark.slow
def test_xarf_reports_say_when_they_were_sent_or_start_no_clock(tmp_path: Path) -> None:
    read("xarf", *sorted((EXAMPLES / "xarf").iterdir()), "--out", tmp_path / "tables")

    notices = rows(tmp_path / "tables", "notices")
    assert sorted(n["clock_basis"] for n in notices) == ["observed", "sent"]
    [sent] = [n for n in notices if n["clock_basis"] == "sent"]
    assert f"{sent['noticed_at']:%Y-%m-%dT%H:%M:%SZ}" == "2026-03-27T10:00:00Z"
    ledger = (tmp_path / "tables" / "rejects.csv").read_text().splitlines()
    assert [line.split(",")[:3] for line in ledger[1:]] == [
        ["lines.jsonl", "2", "type"], ["lines.jsonl", "3", "report_id"],
    ]  # fmt: skip


@pytest.mark.slow
def test_tables_are_checked_and_put_together(tmp_path: Path) -> None:
    for name, number in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notices.csv").write_text(
            f"notice,item,noticed_at,kind\nsame,x,2026-03-27T10:00:00Z,repeat\n"
            f"n{number},y,2026-03-27T1{number}:00:00Z,\nbad,z,soon,\n"
        )
    (tmp_path / "b" / "outages.csv").write_text(
        "vantage,from,before\n,2026-03-27T10:00:00Z,2026-03-27T11:00:00Z\n"
    )

    read("tables", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "tables")

    found = [(n["notice"], n.get("kind")) for n in rows(tmp_path / "tables", "notices")]
    assert found == [("n1", None), ("n2", None), ("same", "repeat")]
    assert len(rows(tmp_path / "tables", "outages")) == 1
    assert (tmp_path / "tables" / "rejects.csv").read_text().count("/notices.csv,4,noticed_at") == 2


@pytest.mark.slow
def test_an_interrupted_reading_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, tables = report(tmp_path / MADE, case(1)), tmp_path / "tables"
    read("scart-report", file, "--out", tables)
    before = {p.name: p.read_bytes() for p in tables.iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("etmaal.engine.reading.read.write_tables", stop)
    result = run("scart-report", file, "--zone", "UTC", "--out", tables, "--replace")

    assert result.exit_code == 1
    assert {p.name: p.read_bytes() for p in tables.iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [MADE, "tables"]


def test_the_report_comes_in_two_languages_and_for_machines(tmp_path: Path) -> None:
    file = report(tmp_path / MADE, case(1), case(2, status="close_offline_manual"))

    result = read("scart-report", file, "--out", tmp_path / "tables", "--json")

    told = json.loads(result.stdout)
    assert told == json.loads((tmp_path / "tables" / "quality.json").read_text())
    assert told["readings"][0]["files"][0]["dropped"] == [
        "url_referer", "hashcheck_at", "hashcheck_return", "registrar_contact",
    ]  # fmt: skip
    for language in ("nl", "en"):
        page = (tmp_path / "tables" / f"quality.{language}.html").read_text()
        assert f'<html lang="{language}">' in page
        assert "<script" not in page
        assert "http" not in page.replace("http://www.w3.org/", "")
