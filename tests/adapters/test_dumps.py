"""Database dumps as they come: any order, packed, broken; and columns that are never read."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etmaal.adapters.dumps import reading
from etmaal.adapters.dumps.dossiers import fetch_dump
from etmaal.core.dossiers import Dossier, Dump
from etmaal.core.errors import BadInput
from etmaal.core.periods import microseconds

EXAMPLE = Path(__file__).parent.parent / "examples" / "scart-db"
NOW = microseconds(datetime(2026, 12, 1, tzinfo=UTC))
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    for file in EXAMPLE.iterdir():
        (dumps / file.name).write_bytes(file.read_bytes())
    return dumps


def fetch(*folders: Path, zone: ZoneInfo = ZONE) -> tuple[Dump, list[Dossier]]:
    dump = fetch_dump(folders, zone, NOW)
    return dump, list(dump.dossiers)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_dump_is_read_case_by_case_with_its_turns_and_messages_in_order(folder: Path) -> None:
    dump, cases = fetch(folder)

    assert [c.number for c in cases] == [
        "I0000000001", "I0000000002", "N0000000003", "I0000000004", "I0000000005", "I0000000006",
        "I0000000008",
    ]  # fmt: skip
    reopened = cases[3]
    assert [t.new for t in reopened.turns] == ["scheduler_checkonline", "close_offline", "scheduler_checkonline"]  # fmt: skip
    assert [t.said for t in reopened.turns] == ["", "found_offline", ""]
    # Those that were never mailed have no moment of sending, and stand first.
    assert [p.number for p in reopened.posted] == ["M0000000004", "M0000000006", "M0000000001"]
    assert (dump.cases, dump.set_aside, dump.doubtful, dump.rejected) == (7, 0, 3, ())


def test_what_is_not_on_the_list_never_becomes_a_value(folder: Path) -> None:
    dump, cases = fetch(folder)

    told = repr(dump) + repr(cases)
    for hidden in ("secret", "abuse@", "4711", "aaaabbbb", "referer.example", "Set by analist"):
        assert hidden not in told
    [door] = [d for d in dump.doors if d.file == "abuseio_scart_input.csv"]
    assert {"url_referer", "url_hash", "note"} <= set(door.dropped)
    assert door.deleted == 1
    assert dump.deleted == 1


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("VerifyWhoIs; hoster in WhoIs changed", "looked_up"),
        ("Analyze; found hoster in WhoIs", "looked_up"),
        ("Merge abusecontacts", "merged"),
        ("Inputs; set by analist", ""),
        ("Hoster was wrong", ""),
        ("", ""),
    ],
)
def test_only_the_machine_s_own_words_make_a_change_of_host_the_machine_s(
    comment: str, said: str, folder: Path
) -> None:
    change(folder / "input_history.csv", "VerifyWhoIs; hoster in WhoIs changed", comment)

    _, cases = fetch(folder)

    assert [t.said for c in cases for t in c.turns if t.tag == "HOSTER"] == [said]


def test_what_is_looked_at_is_read_where_the_dump_says_it(folder: Path) -> None:
    _, cases = fetch(folder)
    file = folder / "abuseio_scart_input.csv"
    file.write_text(file.read_text().replace("url_type", "something", 1))
    _, without = fetch(folder)

    assert {c.url_type for c in cases} == {"imageurl", "mainurl"}
    assert {c.url_type for c in without} == {None}


@pytest.mark.parametrize("form", ["columns in another order", "packed", "CRLF and a mark", "twice"])
def test_the_same_dump_in_another_form_says_the_same(form: str, folder: Path) -> None:
    before = fetch(folder)[1]
    file = folder / "input_history.csv"
    text = file.read_text()
    if form == "columns in another order":
        lines = [line.split(",") for line in text.splitlines()]
        file.write_text("\n".join(",".join(reversed(line)) for line in lines))
    elif form == "packed":
        file.with_name("abuseio_scart_input_history.csv.gz").write_bytes(
            gzip.compress(file.read_bytes())
        )
        file.unlink()
    elif form == "CRLF and a mark":
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    after = fetch(folder, folder)[1] if form == "twice" else fetch(folder)[1]

    assert after == before


@pytest.mark.parametrize(
    ("story", "file", "old", "new", "column", "reason", "cases"),
    [
        ("a time that is none", "abuseio_scart_input.csv", "2026-03-30 08:59:00", "soon", "lastseen_at", reading.NO_TIME, 6),
        ("a day that is none", "abuseio_scart_input.csv", "2026-03-30 08:59:00", "2026-02-30 08:59:00", "lastseen_at", reading.NO_TIME, 6),
        ("a time ahead", "abuseio_scart_input.csv", "2026-03-30 08:59:00", "2030-03-30 08:59:00", "lastseen_at", reading.FUTURE, 6),
        ("a time before the web", "abuseio_scart_input.csv", "2026-03-30 08:59:00", "1970-01-01 00:00:00", "lastseen_at", reading.OLD, 6),
        ("no number", "abuseio_scart_input.csv", "I0000000002", "", "filenumber", reading.EMPTY, 6),
        ("a value too many", "abuseio_scart_input.csv", "I0000000002", "I0000000002,x", "", reading.FIELDS, 6),
        ("an id that is none", "ntd_url.csv", "1,1,input,1,", "1,1,input,one,", "record_id", reading.NO_NUMBER, 7),
        ("a turn without a time", "input_history.csv", "Set by analist,2026-03-30 09:00:00", "Set by analist,", "created_at", reading.EMPTY, 6),
        ("a message that cannot be read", "ntd.csv", "2026-03-27 11:04:00,2026-03-27 10:00:00,1,1,2026-03-27 11:00:00,abuse@north", "x,2026-03-27 10:00:00,1,1,2026-03-27 11:00:00,abuse@north", "status_time", reading.NO_TIME, 5),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_named_and_its_cases_set_aside_whole(
    story: str, file: str, old: str, new: str, column: str, reason: str, cases: int, folder: Path
) -> None:
    change(folder / file, old, new)

    dump, found = fetch(folder)

    assert [(r.place.file, r.column, r.reason) for r in dump.rejected] == [(file, column, reason)]
    assert len(found) == cases, story
    of_inputs = file.endswith("_input.csv") or column == "record_id"
    assert dump.set_aside == (0 if of_inputs else 7 - cases)


def test_a_row_that_is_not_utf8_is_named(folder: Path) -> None:
    file = folder / "abuseio_scart_input.csv"
    file.write_bytes(
        file.read_bytes().replace(b"two-site.example/secret", b"\xff.example/secret", 1)
    )

    dump, _ = fetch(folder)

    assert [(r.place.row, r.column, r.reason) for r in dump.rejected] == [
        (3, "url", reading.NOT_UTF8)
    ]


@pytest.mark.parametrize(
    ("story", "file", "content", "said"),
    [
        ("a table missing", "ntd.csv", None, "no ntd.csv"),
        ("a needed column missing", "ntd.csv", b"id,filenumber\n1,M0000000001\n", "column abusecontact_id is missing"),
        ("a column twice", "abusecontact.csv", b"id,owner,owner,abusecountry\n", "is there twice"),
        ("empty", "ntd.csv", b"", "empty"),
        ("UTF-16", "ntd.csv", "id,filenumber\n".encode("utf-16"), "UTF-16"),
        ("semicolons", "ntd.csv", b"id;filenumber\n1;2\n", "commas"),
        ("a quote never closed", "abusecontact.csv", b'id,owner,abusecountry\n1,"x,NL\n2,y,NL\n', "never closed"),
        ("the same table twice", "input.csv", b"id\n", "the same table"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_as_a_whole_is_refused_by_name(
    story: str, file: str, content: bytes | None, said: str, folder: Path
) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)

    with pytest.raises(BadInput, match=said) as caught:
        fetch(folder)

    assert "M0000000001" not in str(caught.value), story


def test_a_packed_file_that_is_cut_short_is_refused(folder: Path) -> None:
    file = folder / "ntd.csv"
    (folder / "ntd.csv.gz").write_bytes(gzip.compress(file.read_bytes())[:-20])
    file.unlink()

    with pytest.raises(BadInput, match="not a whole gzip file"):
        fetch(folder)


@pytest.mark.parametrize("empty", ["", "NULL", "\\N", '"NULL"', "0000-00-00 00:00:00"])
def test_every_way_of_writing_nothing_is_nothing(empty: str, folder: Path) -> None:
    change(folder / "abuseio_scart_input.csv", "2026-03-30 08:59:00", empty)

    _, cases = fetch(folder)

    assert cases[1].seen_at is None


@pytest.mark.parametrize(
    ("story", "zone", "seen"),
    [
        ("the earlier of two, as a lower bound", "Europe/Amsterdam", "2025-10-26T00:30:00"),
        ("no doubt where no clock changes", "UTC", "2025-10-26T02:30:00"),
    ],
)
def test_a_last_look_in_the_hour_that_comes_twice_is_the_earlier(
    story: str, zone: str, seen: str, folder: Path
) -> None:
    dump, cases = fetch(folder, zone=ZoneInfo(zone))

    expected = microseconds(datetime.fromisoformat(seen).replace(tzinfo=UTC))
    assert cases[-1].seen_at == expected, story
    assert dump.doubtful == (3 if zone == "Europe/Amsterdam" else 0)


def test_records_that_the_tool_merged_are_one_contact(folder: Path) -> None:
    file = folder / "input_history.csv"
    file.write_text(
        file.read_text() + "15,1,1,HOSTER,2,1,Merge abusecontacts,2026-03-30 12:00:00,,\n"
    )

    dump, _ = fetch(folder)

    assert dump.contacts["2"] == dump.contacts["1"]
