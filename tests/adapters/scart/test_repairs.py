"""A record of an unquoted export is read right or rejected, never wrong, whatever its fields hold."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etmaal.adapters.scart.reasons import REASONS
from etmaal.core.hotline import Case, Rejected
from etmaal.core.sealed import Sealed

CHOSEN = (
    "filenumber", "reference", "url", "url_host", "url_ip", "url_type", "url_referer", "received_at",
    "hashcheck_at", "hashcheck_return", "firstseen_at", "lastseen_at", "type_code", "police",
    "source_code", "status_code", "note",
)  # fmt: skip
ALWAYS = (
    "hoster_contact", "hoster_country", "hoster_owner", "hoster_first_ntd_at", "registrar_contact",
    "grade_code",
)  # fmt: skip
KEPT = {
    "filenumber": "filenumber", "reference": "reference", "url": "url", "url_host": "host", "url_ip": "ip",
    "url_type": "url_type", "received_at": "received_at", "firstseen_at": "first_seen_at",
    "lastseen_at": "last_seen_at", "type_code": "type_code", "police": "police", "source_code": "source_code",
    "status_code": "status_code", "hoster_contact": "contact", "hoster_country": "country",
    "hoster_owner": "owner", "hoster_first_ntd_at": "first_notice_at", "grade_code": "grade_code",
}  # fmt: skip
SEALED = ("reference", "url", "url_host")
WIDE = ("reference", "url", "url_referer", "note", "hoster_owner", "registrar_contact")
BROKEN = ("note", "hoster_owner")  # where line breaks occur

HOSTS = st.sampled_from(["img1.example.test", "img2.example.test", "192.0.2.7"])
TIMES = st.sampled_from(["2020-06-01 10:00:00", "2020-06-02 11:00:01", "2020-12-31 23:59:59"])
# Fields that look like those of other columns, so that a wrong way to place them looks right too.
LOOKALIKES = [
    "", "y", "n", "NL", "illegal", "ignore", "mainurl", "imageurl", "close_offline", "a word", "0",
    "2020-06-01 10:00:00", "2020-06-02 11:00:01", "192.0.2.9", "img1.example.test", "desk@one.example",
    "https://img1.example.test/x", "https://img2.example.test/?to=", "I0000000009", "Example Two",
]  # fmt: skip
WORDS = st.sampled_from(["", "Example One", "Example Two", "secret words"])
ADDRESSES = st.sampled_from(["", "192.0.2.9", "2001:db8::9"])


def texts(column: str, plain: bool) -> st.SearchStrategy[str]:
    """Return what a wide column may hold: nothing special, or whatever breaks the columns."""
    if plain:
        return WORDS
    between = [";", "; ", ";;", "\n", "\n\n"] if column in BROKEN else [";", ";;"]
    part = st.tuples(st.sampled_from(LOOKALIKES), st.sampled_from(between))
    joined = st.lists(part, min_size=1, max_size=5).map(
        lambda parts: "".join(a + b for a, b in parts) + parts[0][0]
    )
    return st.one_of(WORDS, joined)


@st.composite
def records(draw: st.DrawFn, number: int, broken: frozenset[str]) -> dict[str, str]:
    """Draw the fields of one record; those named hold what breaks columns."""
    host = draw(HOSTS)
    rest = draw(texts("url", "url" not in broken))
    return {
        "filenumber": f"{draw(st.sampled_from('IN'))}{number:010}",
        "reference": draw(texts("reference", "reference" not in broken)),
        "url": f"https://{host}/{number}/{rest}",
        "url_host": host,
        "url_ip": draw(ADDRESSES),
        "url_type": draw(st.sampled_from(["mainurl", "imageurl", "videourl", "screenshot"])),
        "url_referer": draw(texts("url_referer", "url_referer" not in broken)),
        "received_at": draw(TIMES),
        "hashcheck_at": draw(st.one_of(st.just(""), TIMES)),
        "hashcheck_return": draw(st.sampled_from(["", "0", "1"])),
        "firstseen_at": draw(st.one_of(st.just(""), TIMES)),
        "lastseen_at": draw(st.one_of(st.just(""), TIMES)),
        "type_code": draw(st.sampled_from(["website", "imagehost"])),
        "police": draw(st.sampled_from("yn")),
        "source_code": draw(st.sampled_from(["webform", "Own source", "police"])),
        "status_code": draw(st.sampled_from(["close_offline", "scheduler_checkonline", "close"])),
        "note": draw(texts("note", "note" not in broken)),
        "hoster_contact": draw(st.sampled_from(["", "desk@one.example", "abuse@two.example"])),
        "hoster_country": draw(st.sampled_from(["", "NL", "XC", "Somewhere else"])),
        "hoster_owner": draw(texts("hoster_owner", "hoster_owner" not in broken)),
        "hoster_first_ntd_at": draw(st.one_of(st.just(""), TIMES)),
        "registrar_contact": draw(texts("registrar_contact", "registrar_contact" not in broken)),
        "grade_code": draw(st.sampled_from(["illegal", "not_illegal", "ignore", "unset"])),
    }


def written(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    """Write a report as SCART does: nothing quoted, no delimiters for empty leading columns."""
    lines = [";".join(columns)]
    for row in rows:
        fields = [row[column] for column in columns]
        while fields and not fields[0]:
            del fields[0]
        lines.append(";".join(fields))
    return "\n".join(lines)


def meant(columns: tuple[str, ...], row: dict[str, str]) -> dict[str, Any]:
    """Return what a reader is to find in a row, by the names of the record's fields."""
    return {KEPT[column]: value_of(column, row[column]) for column in columns if column in KEPT}


def value_of(column: str, text: str) -> Any:
    if column == "police":
        return text == "y"
    if column.endswith("_at"):
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    if column in SEALED:
        return Sealed(text) if text not in ("", "0") else None
    return " ".join(text.split()) or None if text != "0" else None


def found(record: Case, columns: tuple[str, ...]) -> dict[str, Any]:
    return {KEPT[column]: getattr(record, KEPT[column]) for column in columns if column in KEPT}


NUMBERS = st.integers(0, 3)
ORDERS = st.permutations(CHOSEN).flatmap(
    lambda order: st.sets(st.sampled_from(CHOSEN)).map(
        lambda left_out: tuple(c for c in order if c == "filenumber" or c not in left_out)
    )
)
DEFAULT_ORDERS = st.sets(st.sampled_from(CHOSEN[1:])).map(
    lambda left_out: tuple(c for c in CHOSEN if c not in left_out)
)
FIRST = st.one_of(
    DEFAULT_ORDERS, ORDERS.map(lambda o: ("filenumber", *(c for c in o if c != "filenumber")))
)


@pytest.mark.slow
@given(chosen=FIRST, data=st.data())
def test_what_holds_no_delimiter_is_read_as_it_was_written(
    chosen: tuple[str, ...], data: st.DataObject, read: Callable
) -> None:
    columns = (*chosen, *ALWAYS)
    rows = [data.draw(records(number, frozenset())) for number in range(data.draw(NUMBERS))]

    _, got = read("scart-report", written(columns, rows), zone="UTC")

    assert [found(record, columns) for record in got] == [meant(columns, row) for row in rows]
    assert not any(record.repaired for record in got)


@pytest.mark.slow
@settings(
    max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    chosen=st.one_of(FIRST, ORDERS),
    broken=st.sets(st.sampled_from(WIDE), max_size=2).map(frozenset),
    data=st.data(),
)
def test_a_record_with_delimiters_in_a_field_is_read_right_or_rejected(
    chosen: tuple[str, ...], broken: frozenset[str], data: st.DataObject, read: Callable
) -> None:
    columns = (*chosen, *ALWAYS)
    rows = [data.draw(records(number, broken)) for number in range(1, 1 + data.draw(NUMBERS))]
    by_number = {row["filenumber"]: meant(columns, row) for row in rows}

    _, got = read("scart-report", written(columns, rows), zone="UTC")

    for record in got:
        if isinstance(record, Rejected):
            assert record.reason in REASONS
            continue
        assert record.filenumber in by_number, "a record that nobody wrote"
        assert found(record, columns) == by_number.pop(record.filenumber)


@pytest.mark.slow
@given(
    chosen=st.one_of(FIRST, ORDERS),
    broken=st.sets(st.sampled_from(WIDE), max_size=2),
    data=st.data(),
)
def test_nothing_sealed_shows_in_a_record_or_a_reason(
    chosen: tuple[str, ...], broken: set[str], data: st.DataObject, read: Callable
) -> None:
    columns = (*chosen, *ALWAYS)
    row = data.draw(records(1, frozenset(broken)))
    row["reference"] += "hush1"
    row["url"] += "hush2"
    row["url_referer"] += "hush3"
    row["note"] += "hush4"
    row["registrar_contact"] += "hush5"

    _, got = read("scart-report", written(columns, [row]), zone="UTC")

    assert "hush" not in repr(got)


HEADER = "filenumber;reference;url;url_host;note;hoster_contact;hoster_owner;grade_code"


@pytest.mark.parametrize(
    ("story", "lines", "read_numbers", "rejected"),
    [
        (
            "a note with a line like a record of its own",
            ["I0000000001;;https://a.test/1;a.test;a note", "I0000000009;;https://b.test/9;b.test;;desk@one.example;Example;illegal",
             "I0000000002;;https://a.test/2;a.test;;desk@one.example;Example;illegal"],
            ["I0000000002"], 2,
        ),
        (
            "a note with two of them",
            ["I0000000001;;https://a.test/1;a.test;a note", "I0000000008;more", "I0000000009;;https://b.test/9;b.test;;desk@one.example;Example;illegal",
             "I0000000002;;https://a.test/2;a.test;;desk@one.example;Example;illegal"],
            ["I0000000002"], 3,
        ),
        (
            "a record cut off before its note, and a whole one",
            ["I0000000001;;https://a", "I0000000002;;https://a.test/2;a.test;;desk@one.example;Example;illegal"],
            ["I0000000002"], 1,
        ),
        (
            "a record that cannot be repaired, but ends as records do, and a whole one",
            ["I0000000001;;https://a.test/1;a.test;;desk@one.example;x;;desk@one.example;Example;maybe;illegal",
             "I0000000002;;https://a.test/2;a.test;;desk@one.example;Example;illegal"],
            ["I0000000002"], 1,
        ),
    ],
)  # fmt: skip
def test_what_may_be_the_rest_of_a_broken_record_is_no_record(
    story: str, lines: list[str], read_numbers: list[str], rejected: int, read: Callable
) -> None:
    _, got = read("scart-report", [HEADER, *lines])

    assert [r.filenumber for r in got if isinstance(r, Case)] == read_numbers, story
    assert sum(isinstance(r, Rejected) for r in got) == rejected
