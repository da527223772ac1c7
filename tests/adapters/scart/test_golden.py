"""What each kind of export says, file by file: one invented example of every form and trap.

A dash is a field that the file does not tell. Times are UTC; the files were written in Amsterdam.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etmaal.adapters.scart import read_scart
from etmaal.adapters.scart.reasons import REASONS
from etmaal.core.hotline import Case, Place, Rejected
from etmaal.core.sealed import Sealed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

GOLDEN = [
    ("scart-report", "report-default.csv", """
row | filenumber  | url                                 | ip          | status_code           | source_code | owner                 | first_notice_at      | repaired
2   | I0000000001 | https://img1.example.test/a/1.jpg   | 192.0.2.10  | scheduler_checkonline | iccam       | Example Hosting North | 2020-06-02T11:05:07Z | no
3   | N0000000002 | http://img2.example.test/b?x=1&y=2  | 2001:db8::2 | close_offline         | webform     | Example Hosting South | -                    | no
4   | I0000000003 | https://site3.example.test/         | -           | grade                 | Own source  | -                     | -                    | no
"""),
    ("scart-report", "report-iccam.csv", """
row | filenumber  | hotline_country | contact            | owner                 | grade_code  | repaired
2   | I0000000001 | Netherlands     | abuse@north.example | Example Hosting North | illegal     | no
3   | N0000000002 | ?               | desk@south.example | Example Hosting South | not_illegal | no
4   | N0000000003 | -               | desk@south.example | Example Hosting South | ignore      | no
"""),
    ("scart-report", "report-anonymous.csv", """
row | filenumber  | url | host | ip | reference         | received_at          | contact             | repaired
2   | I0000000001 | -   | -    | -  | 1001#2001 (ICCAM) | 2020-06-01T08:00:00Z | abuse@north.example | no
3   | N0000000002 | -   | -    | -  | -                 | 2020-06-01T08:00:00Z | desk@south.example  | yes
"""),
    ("scart-report", "report-reordered.csv", """
row | filenumber  | reference         | url                                | status_code           | last_seen_at         | repaired
2   | I0000000001 | 1001#2001 (ICCAM) | https://img1.example.test/a/1.jpg  | scheduler_checkonline | 2020-06-02T12:00:00Z | no
3   | N0000000002 | R-7               | http://img2.example.test/b?x=1&y=2 | close_offline         | -                    | no
4   | rejected: fewer fields than the header: empty leading columns were left out, or it was cut off
5   | N0000000005 | R-9               | http://img2.example.test/b?x=1;y=2 | close_offline         | -                    | yes
6   | rejected: fewer fields than the header: empty leading columns were left out, or it was cut off
"""),
    ("scart-report", "report-empty-first-column.csv", """
row | filenumber  | url                             | owner                 | repaired
2   | I0000000001 | https://img1.example.test/1.jpg | Example Hosting North | no
3   | rejected: fewer fields than the header: empty leading columns were left out, or it was cut off
4   | I0000000003 | https://img1.example.test/3.jpg | Example Hosting North | yes
"""),
    ("scart-report", "report-notes.csv", """
row | filenumber  | url                                | status_code           | owner                 | repaired
2   | I0000000001 | https://img1.example.test/a/1.jpg  | scheduler_checkonline | Example Hosting North | no
3   | N0000000002 | http://img2.example.test/b?x=1&y=2 | close_offline         | Example Hosting South | yes
4   | I0000000003 | https://img3.example.test/c.jpg    | scheduler_checkonline | Example Hosting North | yes
5   | rejected: fewer fields than the header: cut off, or a line break where none belongs
6   | rejected: fewer fields than the header: cut off, or a line break where none belongs
7   | I0000000005 | https://img5.example.test/e.jpg    | scheduler_checkonline | Example Hosting North | no
"""),
    ("scart-report", "report-semicolons.csv", """
row | filenumber  | reference | url                                                          | owner                             | first_notice_at      | repaired
2   | I0000000001 | -         | https://img1.example.test/a;v=1;w=2/1.jpg                    | Example Hosting North             | 2020-06-02T11:05:07Z | yes
3   | I0000000002 | R;2       | https://img2.example.test/?to=;https://other.example.test/x  | Example Hosting North             | 2020-06-02T11:05:07Z | yes
4   | I0000000003 | -         | https://img3.example.test/c.jpg                              | Example Hosting North; The Second | 2020-06-02T11:05:07Z | yes
5   | rejected: a semicolon or line break in a field: its columns cannot be put in place in one way only
6   | rejected: a semicolon or line break in a field: its columns cannot be put in place in one way only
7   | I0000000006 | -         | https://img6.example.test/f.jpg                              | Example Hosting                   | -                    | yes
"""),
    ("scart-report", "report-clocks.csv", """
row | filenumber  | received_at          | first_seen_at        | last_seen_at         | first_notice_at      | doubts
2   | I0000000001 | 2020-10-24T23:59:59Z | -                    | 2020-10-25T02:00:00Z | 2020-06-02T11:05:07Z | first_seen_at
3   | I0000000002 | 2020-03-29T00:59:59Z | -                    | 2020-03-29T01:00:00Z | 2020-10-25T01:05:07Z | first_notice_at, first_seen_at
4   | rejected: received_at: not a time such as 2020-03-29 12:00:00
5   | rejected: received_at: a year before 1990 or after 2199: check the year
6   | I0000000005 | -                    | 2020-06-01T09:30:00Z | 2020-06-02T12:00:00Z | 2020-06-02T11:05:07Z | -
"""),
    ("scart-report", "report-illegal.csv", """
row | filenumber  | url                                | owner                 | grade_code | repaired
2   | I0000000001 | https://img1.example.test/a/1.jpg  | Example Hosting North | illegal    | no
3   | N0000000002 | http://img2.example.test/b?x=1&y=2 | Example Hosting South | illegal    | no
4   | I0000000003 | https://img3.example.test/c;d.jpg  | Example Hosting North | illegal    | yes
5   | I0000000004 | https://img4.example.test/d.jpg    | Example Hosting North | illegal    | yes
6   | I0000000005 | https://img5.example.test/e.jpg    | Example Hosting North | illegal    | yes
"""),
    ("scart-report", "report-both-question-sets.csv", """
row | filenumber  | url                                | url_type | owner                 | grade_code | repaired
2   | I0000000001 | https://img1.example.test/a/1.jpg  | imageurl | Example Hosting North | illegal    | no
3   | N0000000002 | http://img2.example.test/b?x=1&y=2 | mainurl  | Example Hosting South | illegal    | yes
"""),
    ("scart-report", "report-quoted.csv", """
row | filenumber  | reference | url                               | status_code           | police | noticed | last_notice_at       | owner | grade_code
2   | I0000000001 | R;1       | https://img1.example.test/a;b.jpg | scheduler_checkonline | no     | yes     | 2020-06-03T11:05:07Z | -     | -
3   | N0000000002 | -         | https://img2.example.test/        | first_police          | yes    | no      | -                    | -     | -
4   | rejected: a quote or backslash in a field that is kept, and this form has no rule for it
"""),
    ("scart-list", "ntd-list.csv", r"""
row | message.number | message.owner          | message.status  | message.count | message.grouping_start | message.grouping_hours | message.threshold_hours | message.at           | doubts
2   | M0000000001    | Example Hosting North  | sent_succes     | 12            | 2020-06-02T09:00:00Z   | 1                      | 1                       | 2020-06-02T11:03:00Z | -
3   | M0000000002    | =Example Sum           | sent_api_succes | 3             | 2020-06-02T09:00:00Z   | 0                      | 24                      | -                    | -
4   | M0000000003    | @Example; "At"         | grouping        | 0             | 2020-06-02T09:00:00Z   | 5                      | 24                      | -                    | -
5   | M0000000004    | -Example               | sent_failed     | 1             | 2020-10-24T23:30:00Z   | 24                     | 24                      | 2020-10-25T01:30:00Z | message.at
6   | M0000000005    | Example Two Lines      | close           | 0             | 2020-06-02T09:00:00Z   | 0                      | 24                      | -                    | -
7   | M0000000006    | Example \              | queued          | 1             | 2020-06-02T09:00:00Z   | 0                      | 24                      | -                    | -
8   | M0000000007    | Example \" Backslash   | queued          | 1             | 2020-06-02T09:00:00Z   | 0                      | 24                      | -                    | -
"""),
    ("scart-list", "ntd-list-reordered.csv", """
row | message.number | message.status  | message.owner | message.at
2   | M0000000001    | sent_succes     | -             | 2020-06-02T11:03:00Z
3   | M0000000002    | sent_api_succes | -             | -
"""),
    ("scart-list", "case-list.csv", """
row | filenumber  | url                               | owner                 | first_notice_at | first_notice_to_anyone_at | grade_code
2   | I0000000001 | https://img1.example.test/a;b.jpg | Example Hosting North | -               | 2019-06-01T11:05:07Z      | illegal
3   | N0000000002 | https://img2.example.test/        | =Example              | -               | -                         | unset
"""),
    ("scart-list", "case-list-later.csv", """
row | filenumber  | reference | type_code | received_at          | source_code | contact             | country
2   | I0000000001 | R-1       | imagehost | 2021-06-01T08:00:00Z | webform     | abuse@north.example | NL
"""),
    ("scart-console", "console-classified.csv", """
row | filenumber  | url                                | first_notice_at | first_notice_to_anyone_at | last_seen_at         | grade_code | repaired
2   | I0000000001 | https://img1.example.test/a;b.jpg  | -               | 2020-06-02T11:05:07Z      | 2020-06-02T12:00:00Z | illegal    | no
3   | N0000000002 | https://img1.example.test/it's.jpg | -               | 2020-06-02T11:05:07Z      | 2020-06-02T12:00:00Z | illegal    | no
4   | N0000000003 | https://img1.example.test/a;b.jpg  | -               | 2020-06-02T11:05:07Z      | 2020-06-02T12:00:00Z | illegal    | no
"""),
    ("scart-console", "console-whois.csv", r"""
row | filenumber  | police | owner                         | country | contact             | notices
2   | I0000000001 | no     | Example "North"; Hosting \ Co | NL      | abuse@north.example | 2
3   | N0000000002 | yes    | -                             | -       | -                   | -
"""),
    ("scart-console", "console-all.csv", """
row | filenumber  | url | ip | reference | owner                 | notices | grade_code  | repaired
2   | I0000000001 | -   | -  | R-1       | Example Hosting North | -       | illegal     | no
3   | N0000000002 | -   | -  | R-1       | Example Hosting North | -       | illegal     | yes
4   | N0000000003 | -   | -  | R-1       | -                     | -       | not_illegal | yes
5   | N0000000004 | -   | -  | R-1       | -                     | -       | illegal     | no
"""),
    ("scart-console", "console-ntd.csv", """
row | filenumber | url                               | message.number | message.role | message.route | message.status | message.at           | message.owner         | online_counter | doubts
2   | -          | https://img1.example.test/a;b.jpg | M0000000001    | hoster       | email         | sent_succes    | 2020-06-02T11:05:07Z | Example Hosting North | 3              | -
3   | -          | https://img2.example.test/        | M0000000002    | police       | email         | sent_succes    | 2020-06-02T11:05:07Z | Example Hosting North | 3              | -
4   | rejected: url: a URL of 255 characters, where this form cuts them: it may be another item's
5   | -          | https://img4.example.test/        | M0000000004    | unknown      | email         | sent_succes    | 2020-10-25T01:05:07Z | Example Hosting North | 3              | message.at
"""),
    ("scart-console", "console-ntdclosed.csv", """
row | filenumber  | url                             | url_cut | status_code   | owner | message.role | message.owner         | online_counter
2   | I0000000001 | https://img1.example.test/1.jpg | no      | close_offline | -     | -            | Example Hosting North | 0
3   | N0000000002 | -                               | yes     | close_offline | -     | -            | Example Hosting North | 0
"""),
    ("scart-console", "console-ert.csv", """
row | filenumber | url                               | ip         | owner                 | country | contact             | online_counter | repaired
2   | -          | https://img1.example.test/a.jpg   | 192.0.2.10 | Example Hosting North | NL      | abuse@north.example | 4              | no
3   | -          | https://img2.example.test/a;b.jpg | 192.0.2.11 | Example; Hosting      | NL      | abuse@north.example | 4              | yes
4   | -          | https://img3.example.test/a;b.jpg | -          | Example               | NL      | -                   | 4              | yes
"""),
    ("scart-mail-csv", "urls-M0000000001.csv", """
row | message.number | message.role | url                               | ip         | first_seen_at        | last_seen_at         | repaired
2   | M0000000001    | -            | https://img1.example.test/1.jpg   | 192.0.2.10 | 2020-06-01T09:30:00Z | 2020-06-02T10:00:00Z | no
3   | M0000000001    | -            | https://img1.example.test/a;b.jpg | 192.0.2.10 | 2020-06-01T09:30:00Z | 2020-06-02T10:00:00Z | yes
4   | rejected: url: a URL of 255 characters, where this form cuts them: it may be another item's
"""),
    ("scart-mail-csv", "urls-M0000000002.csv", """
row | message.number | url                             | ip
2   | M0000000002    | https://img1.example.test/1.jpg | -
3   | M0000000002    | https://img1.example.test/2.jpg | -
4   | rejected: a semicolon or line break in a field: its columns cannot be put in place in one way only
"""),
    ("scart-mail-csv", "urls-M0000000003.csv", """
row | message.number | message.role | url                             | ip
2   | rejected: a semicolon or line break in a field: its columns cannot be put in place in one way only
3   | M0000000003    | police       | https://img1.example.test/2.jpg | -
"""),
]  # fmt: skip

CHANGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("as it is", lambda content: content),
    (
        "with a byte-order mark",
        lambda content: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf"),
    ),
    ("without one", lambda content: content.removeprefix(b"\xef\xbb\xbf")),
    ("with the line ends of another system", lambda content: content.replace(b"\n", b"\r\n")),
    ("with a line end at the end", lambda content: content.rstrip(b"\n") + b"\n"),
    ("with empty lines at the end", lambda content: content + b"\n\n\n"),
]


def shown(value: object) -> str:
    """Write a field as the tables above do."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case frozenset():
            return ", ".join(sorted(value)) or "-"
        case Sealed():
            return value.open()
    return str(value)


def field(record: Any, path: str) -> object:
    for name in path.split("."):
        record = None if record is None else getattr(record, name)
    return record


def told(record: Any, columns: list[str]) -> list[str]:
    """Write a record as a line of the tables above."""
    row = str(record.place.row)
    if isinstance(record, Rejected):
        column = f"{record.column}: " if record.column else ""
        return [row, f"rejected: {column}{record.reason}"]
    return [row, *(shown(field(record, column)) for column in columns)]


@pytest.mark.parametrize(
    "change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES]
)
@pytest.mark.parametrize(("kind", "file", "table"), GOLDEN, ids=[file for _, file, _ in GOLDEN])
def test_each_export_says_what_its_table_says(
    kind: str,
    file: str,
    table: str,
    change: Callable[[bytes], bytes],
    examples: Path,
    tmp_path: Path,
) -> None:
    head, *expected = (
        [cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines()
    )
    (tmp_path / file).write_bytes(change((examples / file).read_bytes()))

    _, records = read_scart(kind, tmp_path / file, name=file, zone=AMSTERDAM)

    assert [told(record, head[1:]) for record in records] == expected


def test_every_example_has_its_table_or_is_refused(examples: Path) -> None:
    refused = {"report-attributes.csv", "iccam-errors.csv"}

    files = {path.name for path in examples.iterdir()}

    assert files == {file for _, file, _ in GOLDEN} | refused


def test_a_whole_record_is_told_in_every_field(examples: Path) -> None:
    file = examples / "report-default.csv"

    _, records = read_scart("scart-report", file, name="a.csv", zone=ZoneInfo("UTC"))
    record = next(records)

    at = datetime.fromisoformat
    assert record == Case(
        place=Place("a.csv", 2),
        filenumber="I0000000001",
        url=Sealed("https://img1.example.test/a/1.jpg"),
        reference=Sealed("1001#2001 (ICCAM)"),
        host=Sealed("img1.example.test"),
        ip="192.0.2.10",
        url_type="imageurl",
        received_at=at("2020-06-01T10:00:00Z"),
        first_seen_at=at("2020-06-01T11:30:00Z"),
        last_seen_at=at("2020-06-02T14:00:00Z"),
        type_code="imagehost",
        source_code="iccam",
        status_code="scheduler_checkonline",
        grade_code="illegal",
        police=False,
        owner="Example Hosting North",
        country="NL",
        contact="abuse@north.example",
        first_notice_at=at("2020-06-02T13:05:07Z"),
    )


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind, file, _ in GOLDEN])
def test_a_record_shows_nothing_that_is_sealed_or_left_at_the_door(
    kind: str, file: str, examples: Path
) -> None:
    header, records = read_scart(kind, examples / file, name="a.csv", zone=AMSTERDAM)

    text = repr(header) + "".join(repr(record) for record in records)

    for hidden in (
        *(
            "http",
            "example.test",
            ".jpg",
            "ICCAM",
            "R-1",
            "R-7",
            "R;",
            "forum",
            "quoted",
            "another; with",
        ),
        *(
            "Example Names",
            "names.example",
            "Example Sites",
            "Example Police",
            "Punishable",
            "Question",
        ),
    ):
        assert hidden not in text.replace("<sealed>", ""), hidden


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind, file, _ in GOLDEN])
def test_a_reason_is_a_fixed_sentence(kind: str, file: str, examples: Path) -> None:
    header, records = read_scart(kind, examples / file, name="a.csv", zone=AMSTERDAM)

    for record in records:
        if isinstance(record, Rejected):
            assert record.reason in REASONS
            assert record.column in ("", *header.columns)
