"""Files that cannot be used as a whole: the message names file and remedy, nothing is written."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etmaal.core.errors import BadInput
from etmaal.engine.tables import stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = b"notice,item,noticed_at"
ROW = b"n1,i1,2025-03-29T11:00:00Z"
GOOD = HEADER + b"\n" + ROW + b"\n"
MOMENT = datetime(2025, 3, 29, 11, tzinfo=UTC)

Change = Callable[[Path], object]


def text(name: str, content: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(content)


def instead(name: str, content: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / "notices.csv").unlink()
        (folder / name).write_bytes(content)

    return change


def parquet(name: str = "notices", cut: slice = slice(None), **columns: object) -> Change:
    def change(folder: Path) -> None:
        if name == "notices":
            (folder / "notices.csv").unlink()
        file = folder / f"{name}.parquet"
        good: dict[str, object] = {"notice": ["n1"], "item": ["i1"], "noticed_at": [MOMENT]}
        pq.write_table(pa.table((good | columns) if name == "notices" else columns), file)
        file.write_bytes(file.read_bytes()[cut])

    return change


def broken_page(folder: Path) -> None:
    """Leave header and footer of a Parquet file whole, and break what is between."""
    parquet(notice=pa.array([f"n{i}" for i in range(5000)]), item=["i"] * 5000,
            noticed_at=[MOMENT] * 5000)(folder)  # fmt: skip
    file = folder / "notices.parquet"
    content = bytearray(file.read_bytes())
    content[40:4000] = bytes(b ^ 0xA5 for b in content[40:4000])
    file.write_bytes(bytes(content))


def two_of_a_name(folder: Path) -> None:
    (folder / "notices.csv").unlink()
    table = pa.table([["n1"], ["i1"], ["i2"], [MOMENT]], ["notice", "item", "item", "noticed_at"])
    pq.write_table(table, folder / "notices.parquet")


def flipped(content: bytes) -> bytes:
    """Change one byte in the middle: what is unpacked may look right, but is not."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


PACKED = gzip.compress(HEADER + b"\n" + b"".join(
    b"n%d,i1,2025-03-29T11:00:00Z\n" % i for i in range(3000)
), mtime=0)  # fmt: skip

STORIES: list[tuple[str, Change, str, str]] = [
    # what is there
    ("no notices", lambda f: (f / "notices.csv").unlink(), "tables: no notices", "notices.csv.gz"),
    ("two forms", text("notices.csv.gz", gzip.compress(GOOD, mtime=0)), "notices.csv and notices.csv.gz",
     "keep one"),
    ("two forms, absent else", parquet("providers", provider=["p"]), "providers.parquet", "keep"),
    ("a folder for a file", lambda f: (f / "events.csv").mkdir(), "events.csv: not a file",
     "take it away"),
    ("a workbook", text("sightings.xlsx", b"PK"), "sightings.xlsx", "save it as sightings.csv"),
    ("another case", text("Sightings.CSV", b"item,at,seen\n"), "Sightings.CSV", "save it as"),
    ("empty", instead("notices.csv", b""), "notices.csv: empty", "give at least its header"),
    ("an optional table, empty", text("events.csv", b""), "events.csv: empty", "remove it"),
    ("empty when unpacked", instead("notices.csv.gz", gzip.compress(b"", mtime=0)), "notices.csv.gz: the",
     "header"),
    # encoding and form
    ("UTF-16", instead("notices.csv", GOOD.decode().encode("utf-16")), "notices.csv: UTF-16",
     "UTF-8"),
    ("UTF-16 without mark", instead("notices.csv", GOOD.decode().encode("utf-16-le")),
     "notices.csv: UTF-16", "UTF-8"),
    ("a header in Latin-1", text("events.csv", "item,at,event,détail\n".encode("latin-1")),
     "events.csv: the header is not UTF-8", "save the file as CSV in UTF-8"),
    ("a picture", instead("notices.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "notices.csv", "UTF-8"),
    ("semicolons", instead("notices.csv", GOOD.replace(b",", b";")), "notices.csv: semicolons",
     "save it with commas"),
    ("quoted semicolons", instead("notices.csv", b'"notice";"item";"noticed_at"\n'),
     "notices.csv: semicolons", "save it with commas"),
    ("tabs", instead("notices.csv", GOOD.replace(b",", b"\t")), "notices.csv: tabs", "commas"),
    ("CR alone", instead("notices.csv", GOOD.replace(b"\n", b"\r")), "notices.csv: lines end in CR",
     "LF or CRLF"),
    ("an empty first line", instead("notices.csv", b"\n" + GOOD), "notices.csv: the first line",
     "must be the header"),
    ("no header", instead("notices.csv", ROW), "notices.csv: the first line names no column",
     "must be the header: notice, item"),
    ("a header of 2 MB", instead("notices.csv", b"x" * 2_000_000), "longer than 1 MB", "header"),
    ("a quote in the header", instead("notices.csv", b'notice,"item,noticed_at\nn,i,t\n'),
     "notices.csv: the quotes in the header", "mend the first line"),
    # packing
    ("gzip cut short", instead("notices.csv.gz", PACKED[:-300]), "notices.csv.gz: the file ends",
     "copy it again"),
    ("gzip without its sum", instead("notices.csv.gz", PACKED[:-8]), "the file ends", "copy it"),
    ("gzip with one bit wrong", instead("notices.csv.gz", flipped(PACKED)), "notices.csv.gz: not",
     "pack it again"),
    ("gzip with another sum", instead("notices.csv.gz", PACKED[:-8] + b"12345678"),
     "notices.csv.gz: not a whole gzip file", "pack it again"),
    ("no gzip at all", instead("notices.csv.gz", GOOD), "notices.csv.gz: not a whole", ".csv"),
    # columns
    ("a column missing", instead("notices.csv", b"notice,noticed_at\n"),
     "notices.csv: column item is missing", "cannot do without"),
    ("a column twice", instead("notices.csv", b"notice,item,noticed_at,item\n"),
     "notices.csv: column item is there twice", "keep one"),
    ("a column twice, in another case", instead("notices.csv", b"notice,item,noticed_at,Item\n"),
     "column item is there twice", "keep one"),
    ("an unknown column", instead("notices.csv", HEADER + b",mood\n"), "unknown column mood",
     "--ignore-extra"),
    ("a known one in capitals", instead("notices.csv", b"notice,Item,noticed_at\n"),
     "unknown column Item", "write it as item"),
    ("a column for the URL", instead("notices.csv", HEADER + b",URL\n"),
     "column URL could carry the address of illegal material", "no field for it"),
    ("a column for the image", text("sightings.csv", b"item,at,seen,image_hash\n"),
     "sightings.csv: column image_hash could carry", "remove it"),
    ("a name that may be a value", instead("notices.csv", HEADER + b",https://an.example/\n"),
     "column (column 4) could carry", "remove it"),
    ("a column without a name", instead("notices.csv", HEADER + b",\n"), "(column 4)", "remove it"),
    # Parquet
    ("Parquet cut short", parquet(cut=slice(-20)), "notices.parquet: not a whole", "write it again"),
    ("half a Parquet", parquet(cut=slice(300)), "notices.parquet: not a whole", "write it again"),
    ("no Parquet at all", instead("notices.parquet", GOOD), "notices.parquet: not a whole", "again"),
    ("an empty Parquet", instead("notices.parquet", b""), "notices.parquet: empty", "remove it"),
    ("a broken page", broken_page, "notices.parquet: not a whole", "write it again"),
    ("a Parquet column twice", two_of_a_name, "column item is there twice", "keep one"),
    ("Parquet without zone", parquet(noticed_at=[datetime(2025, 3, 29)]),  # noqa: DTZ001
     "notices.parquet: column noticed_at has no zone", "UTC"),
    ("Parquet without zone, in nanoseconds",
     parquet(noticed_at=pa.array([0], pa.timestamp("ns"))), "noticed_at has no zone", "UTC"),
    ("a day for a moment", parquet(noticed_at=[date(2025, 3, 29)]), "noticed_at holds date",
     "with a zone"),
    ("a number for a moment", parquet(noticed_at=[1_743_246_000]), "noticed_at holds bigint",
     "with a zone"),
    ("a fraction for an id", parquet(item=[1.0]), "item holds double", "write it as text"),
    ("bytes for an id", parquet(item=[b"i"]), "item holds blob", "write it as text"),
    ("a list for an id", parquet(item=[["i"]]), "item holds varchar[]", "write it as text"),
    ("attributions of another make", parquet("attributions", ip=["192.0.2.1"]),
     "attributions.parquet: column day is missing", "etmaal attribute"),
    ("attributions cut short", parquet("attributions", cut=slice(-9), ip=["192.0.2.1"]),
     "attributions.parquet: not a whole", "etmaal attribute"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "change", "named", "remedy"), STORIES, ids=[story[0] for story in STORIES]
)
def test_a_file_that_cannot_be_used_is_named_with_its_remedy(
    tmp_path: Path, story: str, change: Change, named: str, remedy: str
) -> None:
    folder, out = tmp_path / "tables", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (folder / "notices.csv").write_bytes(GOOD)
    (folder / "providers.csv").write_bytes(b"provider\np1\n")
    change(folder)

    with pytest.raises(BadInput) as error:
        stage(folder, out, now=NOW)

    assert named in str(error.value)
    assert remedy in str(error.value)
    assert "an.example" not in str(error.value)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("place", ["nowhere", "a_file"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").write_text("")
    out = tmp_path / "out"
    out.mkdir()

    with pytest.raises(BadInput, match=f"{place}: no such folder"):
        stage(tmp_path / place, out, now=NOW)

    assert list(out.iterdir()) == []


ACCEPTED = [
    ("a byte-order mark", "notices.csv", b"\xef\xbb\xbf" + GOOD),
    ("a byte-order mark before a quote", "notices.csv",
     b'\xef\xbb\xbf"notice","item","noticed_at"\n' + ROW),
    ("CRLF", "notices.csv", GOOD.replace(b"\n", b"\r\n")),
    ("LF and CRLF", "notices.csv", HEADER + b"\n" + ROW + b"\r\n" + ROW + b"\n" + ROW),
    ("CRLF and LF", "notices.csv", HEADER + b"\r\n" + ROW + b"\n" + ROW + b"\r\n"),
    ("no end to the last line", "notices.csv", GOOD.removesuffix(b"\n")),
    ("empty lines", "notices.csv", GOOD + b"\n\r\n" + ROW + b"\n\n\n"),
    ("everything in quotes", "notices.csv",
     b'"notice","item","noticed_at"\n"n1","i1","2025-03-29T11:00:00Z"\n'),
    ("spaces", "notices.csv", b' notice , item, noticed_at\n n1 ,"i1" , 2025-03-29T11:00:00Z \n'),
    ("a comma at each line's end", "notices.csv", HEADER + b"\n" + ROW + b",\n"),
    ("packed in two parts", "notices.csv.gz", gzip.compress(HEADER + b"\n", mtime=0) + gzip.compress(ROW, mtime=0)),
    ("packed, with zeros after it", "notices.csv.gz", gzip.compress(GOOD, mtime=0) + bytes(64)),
]  # fmt: skip


@pytest.mark.parametrize(("story", "name", "content"), ACCEPTED, ids=[a[0] for a in ACCEPTED])
def test_what_spreadsheets_and_exports_do_is_accepted(
    tmp_path: Path, story: str, name: str, content: bytes
) -> None:
    folder, out = tmp_path / "tables", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (folder / name).write_bytes(content)

    found = stage(folder, out, now=NOW)

    assert (found["notices"].kept, found.rejected) == (1, 0)
    [row] = pq.read_table(out / "notices.parquet").to_pylist()
    assert (row["notice"], row["item"]) == ("n1", "i1")
