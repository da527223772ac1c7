"""A record that is damaged is set aside with its reason, and the next one is read."""

import gzip
import io
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from etmaal.adapters.scart import read_scart
from etmaal.adapters.scart.lines import several
from etmaal.adapters.scart.reasons import NOT_UTF8
from etmaal.core.errors import BadInput
from etmaal.core.hotline import Case, Rejected

UTC = ZoneInfo("UTC")
HEADER = b"filenumber;url;note;hoster_owner;grade_code"
MEGABYTE = 1 << 20


def line(number: int, note: bytes = b"", owner: bytes = b"Example") -> bytes:
    url = b"https://img1.example.test/%d.jpg" % number
    return b"I%010d;%s;%s;%s;illegal" % (number, url, note, owner)


@pytest.mark.parametrize(
    ("story", "record", "reason"),
    [
        ("another encoding", line(2, note=b"caf\xe9"), "not UTF-8"),
        ("a character cut in two", line(2, owner=b"Example \xc3"), "not UTF-8"),
        ("a NUL byte", line(2, note=b"a\0b"), "a NUL byte"),
        ("a note of more than a megabyte", line(2, note=b"a" * MEGABYTE), "longer than a megabyte"),
        ("many lines of more than a megabyte", line(2, note=b"a\n" * MEGABYTE), "longer than a megabyte"),
        ("a line of many megabytes after it", line(2) + b"\n" + b"a" * 5 * MEGABYTE, "longer than a megabyte"),
        ("cut off", line(2)[:30], "fewer fields than the header"),
        ("a hundred thousand semicolons", line(2, note=b";" * 100_000), "a semicolon or line break in a field"),
        ("a line that belongs to nothing", line(2) + b"\nWarning: something went wrong", "a semicolon or line break in a field"),
    ],
)  # fmt: skip
def test_a_damaged_record_does_not_touch_its_neighbours(
    story: str, record: bytes, reason: str, read: Callable
) -> None:
    _, records = read("scart-report", b"\n".join([HEADER, line(1), record, line(3)]))

    first, second, third = records
    assert isinstance(first, Case) and first.filenumber == "I0000000001", story
    assert isinstance(second, Rejected) and second.place.row == 3
    assert second.reason.startswith(reason)
    assert isinstance(third, Case) and third.filenumber == "I0000000003"
    assert third.place.row == 4


@pytest.mark.parametrize("kept", [12, 20, 30, 45, 55, 59])
def test_the_last_record_of_a_file_that_was_cut_off_is_rejected(kept: int, read: Callable) -> None:
    content = b"\n".join([HEADER, line(1), line(2)[:kept]])

    _, records = read("scart-report", content)

    assert len(line(2)) > kept
    assert [type(record) for record in records] == [Case, Rejected]


def test_what_stands_before_the_first_record_is_rejected(read: Callable) -> None:
    _, records = read("scart-report", b"\n".join([HEADER, b"", b"stray", line(1)]))

    assert [type(record) for record in records] == [Rejected, Case]


@pytest.mark.parametrize(
    ("story", "record", "reason"),
    [
        ("an open quote", '"I0000000001";"https://img1.example.test/1', "its quotes do not close"),
        ("a quote inside", '"I0000000001";"https://img1.example.test/"1";', "its quotes do not close"),
        ("a backslash at the end", '"I0000000001";"https://img1.example.test/1\\";', "its quotes do not close"),
        ("a NUL, escaped", '"I0000000001";"https://img1.example.test/\\0";', "a NUL byte"),
        ("too few fields", '"I0000000001";"https://img1.example.test/1";', "fewer fields"),
        ("too many fields", '"I0000000001";' + '"";' * 40, "more fields"),
    ],
)  # fmt: skip
def test_a_quoted_record_that_does_not_hold_together_is_rejected(
    story: str, record: str, reason: str, read: Callable
) -> None:
    labels = (
        "filenumber", "url", "status", "abuse owner", "abuse country", "abuse email", "IP",
        "first seen", "last seen", "online counter",
    )  # fmt: skip
    header = "".join(f'"{label}";' for label in labels)

    _, records = read("scart-console", [header, record])

    assert [record.reason[: len(reason)] for record in records] == [reason], story


@pytest.mark.parametrize(
    ("story", "cell", "owner"),
    [
        ("plain", "Example", "Example"),
        ("quoted without need", '"Example"', "Example"),
        ("doubled quotes", '"a ""b"" c"', 'a "b" c'),
        ("a guard against formulas", '"\t=1+1"', "=1+1"),
        ("the guard of a later version", "'=1+1", "=1+1"),
        ("an apostrophe that guards nothing", "'s Example", "'s Example"),
        ("a backslash at the end", '"Example \\"', "Example \\"),
        ("a backslash and a quote", '"Example \\" x"', 'Example \\" x'),
        ("two backslashes", '"a \\\\ b"', "a \\\\ b"),
        ("a backslash, quotes and a delimiter", '"a\\"";""b"', 'a\\";"b'),
        ("a quote in the middle", 'Exa"mple', "its quotes do not close"),
    ],
)  # fmt: skip
def test_a_list_is_quoted_as_its_writer_does_it(
    story: str, cell: str, owner: str, read: Callable
) -> None:
    _, (record,) = read(
        "scart-list", ["filenumber;abusecontact;status", f"M0000000001;{cell};close"]
    )

    found = record.reason if isinstance(record, Rejected) else record.message.owner
    assert found.startswith(owner) if isinstance(record, Rejected) else found == owner, story


@pytest.mark.slow
def test_ten_thousand_rows_and_then_two_in_one_line_are_all_read(read: Callable) -> None:
    labels = (
        *("filenumber", "received", "url type", "status", "classification", "type", "source"),
        *("reference", "first seen", "first NTD", "last seen", "police"),
        *("hoster owner", "hoster country", "hoster abuse email", "hoster NTD"),
        *("site owner", "site owner country", "site owner abuse email", "site NTD"),
        *("registrar owner", "registrar country", "registrar abuse email", "registrar NTD"),
        *("[Question] First", "[Question] Second", "Reason"),
    )

    def row(number: int) -> str:
        cells = [f"I{number:010}", "2020-06-01 10:00:00", "imageurl", "close_offline", "illegal"]
        cells += ["imagehost", "webform", "", "", "", "", "n"] + [""] * 12
        return "".join(f'"{cell}";' for cell in (*cells, *["y", "n", "why"][: number % 4]))

    rows = [row(n) for n in range(25_000)]
    blocks = ["\n".join(rows[first : first + 10_000]) for first in range(0, 25_000, 10_000)]
    header = "".join(f'"{label}";' for label in labels)

    _, records = read("scart-console", f"{header} \n{''.join(blocks)}")

    assert [record.filenumber for record in records] == [f"I{n:010}" for n in range(25_000)]
    assert [record.place.row for record in records] == list(range(2, 25_002))
    assert [n for n, r in enumerate(records) if r.repaired] == [9_999, 10_000, 19_999, 20_000]


def test_a_gzipped_file_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"\n".join([HEADER, *(line(n) for n in range(1_000))]))
    whole, cut = tmp_path / "a.csv.gz", tmp_path / "b.csv.gz"
    whole.write_bytes(packed)
    cut.write_bytes(packed[: len(packed) // 2])

    _, records = read_scart("scart-report", whole, name="a", zone=UTC)
    _, broken = read_scart("scart-report", cut, name="b", zone=UTC)

    assert len(list(records)) == 1_000
    with pytest.raises(BadInput, match="b: cut off or damaged as a gzip file"):
        list(broken)


class Endless(io.RawIOBase):
    """A file of so many records that none of them could be kept."""

    def __init__(self, records: Iterator[bytes]) -> None:
        self._records = records

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = next(self._records, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    def peak(records: int) -> int:
        lines = (line(n, note=b"a" * 500) + b"\n" for n in range(records))
        stream = io.BufferedReader(Endless(chain([HEADER + b"\n"], lines)))
        tracemalloc.start()
        try:
            _, found = read_scart("scart-report", stream, name="a", zone=UTC)
            assert sum(1 for _ in found) == records
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)

    assert peak(20_000) < peak(2_000) + 200_000


def test_of_bytes_that_are_no_text_no_text_is_made_up() -> None:
    stream = io.BytesIO(line(1, note=b"\xe9") + b"\n" + line(2))

    records = list(several(stream, "[IN][0-9]{10}"))

    assert [reason for _, _, reason in records] == [NOT_UTF8, ""]
    as_bytes = [text.encode("utf-8", "surrogateescape") for text, _, _ in records]
    assert as_bytes == [line(1, note=b"\xe9"), line(2)]
