"""Broken records: what can be read is read, what cannot is named, nothing is swallowed."""

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.engine.intake import mending, records
from etmaal.engine.intake.header import Header
from etmaal.engine.intake.mending import FIELDS, LONG, MISQUOTED, NOT_UTF8, REASONS, UNCLOSED
from etmaal.engine.tables import stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT = "2025-03-29T11:00:00Z"


def events(*lines: str | bytes) -> bytes:
    return b"item,at,event,detail\n" + b"\n".join(
        line.encode() if isinstance(line, str) else line for line in lines
    )


def line(item: str, detail: str = "") -> str:
    return f"{item},{AT},disputed,{detail}"


STORIES: list[tuple[str, bytes, list[str], list[tuple[int, str]]]] = [
    ("a quote that never closes", events(line("a"), line("b", '"oh'), line("c"), line("d")),
     ["a", "c", "d"], [(3, UNCLOSED)]),
    ("the last quote never closes", events(line("a"), line("b", '"')), ["a"], [(3, UNCLOSED)]),
    ("two quotes that never close, with rows between",
     events(line("a", '"oh'), line("b"), line("c"), line("d", '"oh'), line("e")),
     ["b", "c", "e"], [(2, UNCLOSED), (5, UNCLOSED)]),
    ("a quote left open in an id swallows no rows",
     events(f'a,{AT},disputed,', f'"b,{AT},disputed,', f'c,{AT},disputed,', f'd",{AT},disputed,'),
     ["a", "c", 'd"'], [(3, UNCLOSED)]),
    ("text after a closing quote", events(line("a", '"oh" no'), line("b")), ["b"],
     [(2, MISQUOTED)]),
    ("a quote not doubled", events(line("a", '"he said "no" twice"'), line("b")), ["b"],
     [(2, MISQUOTED)]),
    ("a quote inside a bare value", events(line("a", 'five " long'), line("b", '"x" y')), ["a"],
     [(3, MISQUOTED)]),
    ("too few fields", events("a", line("b"), f"c,{AT}"), ["b"], [(2, FIELDS), (4, FIELDS)]),
    ("a comma too many", events(line("a", "well, no"), line("b")), ["b"], [(2, FIELDS)]),
    ("a row that is not UTF-8", events(line("a"), b"caf\xe9," + AT.encode() + b",disputed,"),
     ["a"], [(3, NOT_UTF8)]),
    ("a note over two lines that is not UTF-8",
     events(line("a", '"one'), b'tw\xf6"', line("b")), ["b"], [(2, UNCLOSED), (3, NOT_UTF8)]),
    ("a note over three lines among broken rows",
     events("x", line("a", '"one\n""two""\nthree"'), "y", line("b")), ["a", "b"],
     [(2, FIELDS), (4, FIELDS)]),
    ("a line of 1.5 MB", events(line("a"), "x" * 1_500_000, line("b")), ["a", "b"], [(3, LONG)]),
    ("a last line of 1.5 MB", events(line("a"), "x" * 1_500_000), ["a"], [(3, LONG)]),
    ("a quote left open before a line of 1.5 MB",
     events(line("a", '"oh'), "x" * 1_500_000, line("b")), ["b"], [(2, UNCLOSED), (3, LONG)]),
    ("a quote left open for more than 1 MB",
     events(line("a", '"oh'), *[line(f"b{i}") for i in range(30_000)], '"', line("z")),
     [*[f"b{i}" for i in range(30_000)], "z"], [(2, UNCLOSED), (30_003, UNCLOSED)]),
    ("empty lines are no records", events("", line("a"), "", "", "x", line("b"), ""), ["a", "b"],
     [(3, FIELDS)]),
    ("LF, CRLF and a broken row", events(line("a") + "\r", line("b"), "x\r", line("c") + "\r"),
     ["a", "b", "c"], [(4, FIELDS)]),
    ("a lone CR is no line end", events(line("a") + "\r" + line("b"), line("c"), "x"), ["c"],
     [(2, FIELDS), (4, FIELDS)]),
    ("commas at the lines' ends", events(line("a") + ",", line("b") + ",", "x"), ["a", "b"],
     [(4, FIELDS)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("story", "content", "kept", "rejected"), STORIES, ids=[story[0] for story in STORIES]
)
def test_what_can_be_read_is_read(
    tmp_path: Path,
    story: str,
    content: bytes,
    kept: list[str],
    rejected: list[tuple[int, str]],
) -> None:
    (tmp_path / "notices.csv").write_text(f"notice,item,noticed_at\nn1,i1,{AT}\n")
    (tmp_path / "events.csv").write_bytes(content)
    out = tmp_path / "out"
    out.mkdir()
    steps: list[str] = []

    stage(tmp_path, out, now=NOW, progress=steps.append)

    items = pq.read_table(out / "events.parquet")["item"].to_pylist()
    assert sorted(items) == sorted(kept)
    named = list(csv.DictReader((out / "rejects.csv").read_text().splitlines()))
    assert [(int(r["row"]), r["reason"]) for r in named] == rejected
    assert all((r["table"], r["column"]) == ("events", "") for r in named)
    assert "mending events.csv" in steps


def test_faults_of_values_and_of_records_are_named_in_the_files_order(tmp_path: Path) -> None:
    (tmp_path / "notices.csv").write_text(
        f"notice,item,noticed_at\nn1,i1,yesterday\nn2\nn3,i3,{AT}\nn4,,{AT}\nn3,i5,{AT}\n"
    )
    out = tmp_path / "out"
    out.mkdir()

    found = stage(tmp_path, out, now=NOW)

    named = list(csv.DictReader((out / "rejects.csv").read_text().splitlines()))
    assert [(r["row"], r["column"]) for r in named] == [
        ("2", "noticed_at"), ("3", ""), ("5", "item"), ("6", "notice"),
    ]  # fmt: skip
    assert (found["notices"].read, found["notices"].kept) == (5, 1)


def mended(content: bytes, header: Header, free: frozenset[str]) -> tuple[str, str, int]:
    clean, rejects = io.BytesIO(), io.BytesIO()
    mender = mending.Mender(io.BytesIO(content), header, free)  # type: ignore[arg-type]
    read = mender.mend(clean, rejects)
    return clean.getvalue().decode(), rejects.getvalue().decode(), read


def test_a_note_may_run_on_but_the_id_after_it_may_not() -> None:
    header = Header(2, {"note": 0, "item": 1}, ())
    content = b'note,item\n"one\ntwo","op\nen"\n"three\nfour",d\n'

    clean, rejects, read = mended(content, header, frozenset({"note"}))

    assert clean == '5,"three\nfour","d"\n'
    assert (
        rejects
        == f"2,{REASONS.index(UNCLOSED)}\n3,{REASONS.index(UNCLOSED)}\n4,{REASONS.index(FIELDS)}\n"
    )
    assert read == 4


fields = st.text(st.sampled_from('ab,"\n é'), max_size=6)
tables = st.lists(st.lists(fields, min_size=3, max_size=3), max_size=8)


@given(tables, st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_of_csv_writes_is_read_as_it_was(rows: list[list[str]], end: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([["a", "b", "c"], *rows])
    header = Header(3, {"a": 0, "b": 1, "c": 2}, ())

    clean, rejects, read = mended(text.getvalue().encode(), header, frozenset("abc"))

    again = list(csv.reader(io.StringIO(clean, newline="")))
    assert [record[1:] for record in again] == rows
    assert [record[0] for record in again] == [str(n) for n in range(2, len(rows) + 2)]
    assert (rejects, read) == ("", len(rows))


@given(tables, st.lists(st.tuples(st.integers(0, 200), st.sampled_from(b'",\n\x00\xff a'))))
def test_damage_stays_where_it_is(rows: list[list[str]], damage: list[tuple[int, int]]) -> None:
    """Rows without line breaks between which some bytes are changed: every other row survives."""
    lines = [",".join(v.replace("\n", "").replace('"', "").replace(",", "") for v in row).encode()
             for row in rows]  # fmt: skip
    lines = [b"r%d:%b" % (number, each) for number, each in enumerate(lines)]
    content = bytearray(b"\n".join(lines))
    hit = set()
    for place, value in damage:
        if place < len(content) and content[place] != ord("\n"):
            hit.add(content[:place].count(b"\n"))
            content[place] = value
            if value == ord("\n"):
                break  # from here on the numbers of lines are others
    header = Header(3, {"a": 0, "b": 1, "c": 2}, ())

    clean, rejects, read = mended(b"a,b,c\n" + bytes(content), header, frozenset())

    survivors = {record[1] for record in csv.reader(io.StringIO(clean, newline=""))}
    for number, each in enumerate(lines):
        if number not in hit:
            assert each.decode().split(",")[0] in {v.strip() for v in survivors} | survivors
    assert read == len(list(csv.reader(io.StringIO(clean)))) + rejects.count("\n")


@given(st.text(st.sampled_from('a," '), max_size=12))
def test_one_record_splits_as_the_standard_library_splits_it(text: str) -> None:
    found = records.split(text)

    if isinstance(found, list) and '"' not in text:
        assert found == (next(csv.reader([text])) if text else [""])
    try:
        strict = next(csv.reader([text], strict=True, skipinitialspace=True)) if text else [""]
    except csv.Error:
        assert isinstance(found, records.Broken) or " " in text  # `"a" ,` is read here
    else:
        assert isinstance(found, list)
        assert [field.strip() for field in found] == [field.strip() for field in strict]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_fast_and_the_patient_reader_agree(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    """The same damaged file, once as it is and once with a record that only mending can pass."""
    pieces = [line("a"), line("b", '"x, ""y"""'), line("c", '"one\ntwo"'), line(" d ", ' "e" ')]
    pieces += [
        line("f") + ",",
        line("g", "é"),
        line("h", 'five "'),
        "",
        line("i", "'"),
        line("j", "\\"),
    ]
    if chance.random() < 0.5:
        pieces += [line("k", '"open'), "few", line("l", '"a" b'), line("m", ",")]
    lines = [chance.choice(pieces) for _ in range(chance.randrange(1, 12))]
    kept = []
    for extra in ([], ["few"]):
        folder = tmp_path_factory.mktemp("tables")
        (folder / "notices.csv").write_text(f"notice,item,noticed_at\nn1,i1,{AT}\n")
        (folder / "events.csv").write_bytes(events(*lines, *extra))
        out = folder / "out"
        out.mkdir()
        found = stage(folder, out, now=NOW)["events"]
        kept.append(
            (found.kept, found.duplicates, found.rejected - len(extra), found.written_sha256)
        )

    assert kept[0] == kept[1]


def test_every_reason_says_what_to_do() -> None:
    assert all(": " in reason for reason in REASONS)
