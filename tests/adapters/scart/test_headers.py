"""A header says which export a file is; one that is not known is refused, and tells no data."""

import io
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etmaal.adapters.scart import KINDS, read_scart
from etmaal.core.errors import BadInput

TAIL = "hoster_contact;hoster_country;hoster_owner;hoster_first_ntd_at;registrar_contact;grade_code"
REPORT = f"filenumber;url;received_at;{TAIL}"
CLASSIFIED = (
    '"filenumber";"url";"host";"IP";"url type";"status";"classification";"source";"received";'
    '"first seen";"first NTD";"last seen";'
)
RECORD = (
    "I0000000001;R-1;https://img1.example.test/1.jpg;img1.example.test;192.0.2.1;mainurl;police"
)


@pytest.mark.parametrize(
    ("story", "kind", "header", "message"),
    [
        ("a column nobody knows", "scart-report", f"filenumber;url;colour;{TAIL}", "column 'colour' is not known in a scart-report file"),
        ("a column with a name like an address", "scart-report", f"filenumber;url;a@b.example;{TAIL}", "column 3 is not known"),
        ("a column with a long name", "scart-report", f"filenumber;url;{'a' * 41};{TAIL}", "column 3 is not known"),
        ("a column too many in the middle of a console export", "scart-console", CLASSIFIED.replace('"host"', '"size";"host"'), "column 'size' is not known"),
        ("columns of a console export in another order", "scart-console", '"url";"filenumber";"online counter";', "the columns do not stand as in"),
        ("a console export cut off between the hosts", "scart-console", CLASSIFIED + '"police";"hoster owner";', "the columns do not stand as in"),
        ("no header but a record", "scart-report", RECORD, "the first line is no header of this kind"),
        ("no header but a record, of another kind", "scart-mail-csv", "https://img1.example.test/1.jpg;a note", "no header of this kind"),
        ("no header but a quoted record", "scart-console", '"I0000000001";"https://img1.example.test/1.jpg";', "no header of this kind"),
        ("one word", "scart-list", "hello", "no header of this kind"),
        ("a file of another kind", "scart-report", "url;note", "a list of URLs from a notice; read it as scart-mail-csv, not as scart-report"),
        ("a file of another kind, quoted", "scart-list", CLASSIFIED, "a console export of classified cases; read it as scart-console"),
        ("a report read as a list", "scart-list", REPORT, "a report; read it as scart-report"),
        ("no file number", "scart-report", f"url;received_at;{TAIL}", "column filenumber is missing"),
        ("no file number in a list", "scart-list", "abusecontact;status", "column filenumber is missing"),
        ("a column twice", "scart-report", f"filenumber;url;url;{TAIL}", "column url is there twice"),
        ("a column twice under two names", "scart-report", f"filenumber;url_host;host;{TAIL}", "column url_host is there twice"),
        ("answers without a grade before them", "scart-report", "filenumber;url;[Question] First", "column 3 is not known"),
        ("nothing at all", "scart-report", "", "empty"),
        ("an empty first line", "scart-report", f"\n{REPORT}", "empty, or its first line is"),
        ("only a byte-order mark", "scart-report", "\ufeff", "empty"),
        ("no such kind", "scart-other", REPORT, "scart-other is no kind of export"),
    ],
)  # fmt: skip
def test_a_header_that_is_not_of_the_kind_is_refused(
    story: str, kind: str, header: str, message: str, read: Callable
) -> None:
    with pytest.raises(BadInput, match=r"made-up\.csv|no kind") as e:
        read(kind, f"{header}\n{RECORD}" if header.strip("\ufeff") else header)

    assert message in str(e.value), story
    assert not any(part in str(e.value) for part in RECORD.split(";") if part != "police")
    assert "a@b" not in str(e.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("file", "why"),
    [
        (
            "report-attributes.csv",
            "a report of attribute values, which is not read: its values need not",
        ),
        (
            "iccam-errors.csv",
            "a list of ICCAM export errors, which is not read: it says nothing about",
        ),
    ],
)
def test_what_measures_nothing_is_known_and_refused(
    kind: str, file: str, why: str, examples: Path
) -> None:
    with pytest.raises(BadInput, match=why):
        read_scart(kind, examples / file, name=file, zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("story", "content", "message"),
    [
        ("packed", b"PK\x03\x04rest", "a zip file or a spreadsheet"),
        ("packed, as a stream", b"\x1f\x8b\x08rest", "packed by gzip"),
        ("another encoding of two bytes", REPORT.encode("utf-16"), "in UTF-16"),
        ("the same without a mark", REPORT.encode("utf-16-le"), "no text"),
        (
            "another encoding of one byte",
            "filenumber;url;gr\xf6\xdfe".encode("latin-1"),
            "not in UTF-8",
        ),
        ("a first line of megabytes", b"filenumber;" * 200_000, "no text"),
    ],
)
def test_what_is_no_text_is_refused_at_once(
    story: str, content: bytes, message: str, read: Callable
) -> None:
    with pytest.raises(BadInput, match=message):
        read("scart-report", content)


def test_the_header_tells_columns_form_and_what_is_left_at_the_door(read: Callable) -> None:
    header, _ = read("scart-report", f"filenumber;url;note;{TAIL};Reason;[Question] First")

    assert header.kind == "scart-report"
    assert header.form == "report"
    assert header.columns == ("filenumber", "url", "note", *TAIL.split(";"), "2 columns of answers")
    assert header.dropped == ("note", "registrar_contact", "2 columns of answers")


def test_no_column_that_may_not_be_kept_is_read_from_any_form(examples: Path) -> None:
    never = {
        "url_referer", "note", "url_hash", "hashcheck_at", "hashcheck_return", "hashcheck time",
        "hashcheck value", "registrar_contact", "registrar", "reason", "site owner",
    }  # fmt: skip

    for path in examples.iterdir():
        for kind in KINDS:
            try:
                header, _ = read_scart(kind, path, name=path.name, zone=ZoneInfo("UTC"))
            except BadInput:
                continue
            assert never & set(header.columns) <= set(header.dropped), path.name


def test_the_file_is_refused_before_any_record_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"

    with pytest.raises(BadInput, match="cannot be opened"):
        read_scart("scart-report", file, name="a.csv", zone=ZoneInfo("UTC"))

    file.write_text(REPORT)
    _, records = read_scart("scart-report", file, name="a.csv", zone=ZoneInfo("UTC"))
    assert list(records) == []


def test_a_stream_is_left_open(read: Callable) -> None:
    stream = io.BytesIO(REPORT.encode())

    _, records = read_scart("scart-report", stream, name="a.csv", zone=ZoneInfo("UTC"))

    assert list(records) == []
    assert not stream.closed
