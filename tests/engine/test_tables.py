"""A folder of tables goes in; checked, typed, sorted tables come out, the same bytes each time."""

import csv
import gzip
import hashlib
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etmaal.core.errors import BadInput
from etmaal.core.periods import microseconds
from etmaal.engine.intake.schema import Kind
from etmaal.engine.intake.tables import TABLES
from etmaal.engine.tables import Staged, stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLES = Path(__file__).parent.parent / "examples" / "tables"
NAMES = tuple(table.name for table in TABLES)


def staged(folder: Path, out: Path, **options: Any) -> Staged:
    out.mkdir()
    return stage(folder, out, now=NOW, **options)


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(out / f"{table}.parquet").to_pylist()


def bytes_of(out: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.iterdir())}


def rejects(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((out / "rejects.csv").read_text().splitlines()))


def us(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example folder that may be changed."""
    copy = tmp_path / "tables"
    copy.mkdir()
    for file in EXAMPLES.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def test_every_value_is_typed_and_spelled_one_way(tmp_path: Path) -> None:
    staged(EXAMPLES, tmp_path / "out")

    notices = {row["notice"]: row for row in rows(tmp_path / "out", "notices")}
    assert notices["n2"]["ip"] == "192.0.2.10"  # IPv4 in IPv6
    assert notices["n2"]["noticed_at"] == us("2025-03-29T11:00:00Z")  # another zone
    assert notices["n2"]["server_country"] == "NL"
    assert notices["n4"]["ip"] == "2001:db8::7"
    assert notices["n4"]["noticed_at"] == us("2025-03-30T11:00:01.500Z")
    assert notices["n4"]["delivery"] == "bounced"
    assert notices["n5"]["provider"] is None  # empty is not known
    [acknowledged, _] = rows(tmp_path / "out", "events")
    assert acknowledged["detail"] == 'the desk wrote: "we look at it",\nand closed the ticket'


def test_an_identical_row_counts_once(tmp_path: Path) -> None:
    found = staged(EXAMPLES, tmp_path / "out")

    assert (found["notices"].read, found["notices"].kept, found["notices"].duplicates) == (7, 6, 1)
    assert (found["sightings"].kept, found["sightings"].duplicates) == (7, 1)
    assert found.rejected == 0


def test_of_two_different_rows_of_one_notice_the_first_is_kept(folder: Path) -> None:
    with (folder / "notices.csv").open("a") as f:
        f.write("n1,i9" + "," * 4 + ",2025-03-29T11:00:00Z" + "," * 13 + "\n")

    found = staged(folder, folder / "out")

    assert found["notices"].rejected == 1
    assert [r["item"] for r in rows(folder / "out", "notices") if r["notice"] == "n1"] == ["i1"]
    [reject] = rejects(folder / "out")
    assert (reject["table"], reject["row"], reject["column"]) == ("notices", "9", "notice")
    assert "another row with this notice" in reject["reason"]


def test_rows_are_accounted_for(folder: Path) -> None:
    with (folder / "sightings.csv").open("a") as f:
        f.write("i1,2025-02-30T00:00:00Z,gone,,,,\ni1,2025-03-30T10:30:00Z\n")

    found = staged(folder, folder / "out")

    named = rejects(folder / "out")
    assert [(r["row"], r["column"]) for r in named] == [("10", "at"), ("11", "")]
    for table in found.tables:
        assert table.read == table.kept + table.rejected + table.duplicates
        assert table.kept == len(rows(folder / "out", table.table))
        assert table.rejected == sum(r["table"] == table.table for r in named)


def test_what_is_staged_says_where_it_came_from(tmp_path: Path) -> None:
    found = staged(EXAMPLES, tmp_path / "out")

    events = found["events"]
    assert events.file == "events.csv"
    assert events.sha256 == hashlib.sha256((EXAMPLES / "events.csv").read_bytes()).hexdigest()
    assert events.written_sha256 == bytes_of(tmp_path / "out")["events.parquet"]
    assert events.columns == ("item", "at", "event", "detail")
    assert {t.table for t in found.tables} == set(NAMES)


def test_a_table_that_is_absent_comes_out_with_every_column_and_no_row(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notices.csv").write_text("noticed_at,notice,item\n2025-03-29T11:00:00Z,n1,i1\n")

    found = staged(folder, tmp_path / "out")

    assert sorted(p.stem for p in (tmp_path / "out").iterdir()) == sorted([*NAMES, "rejects"])
    for table in TABLES:
        schema = pq.read_schema(tmp_path / "out" / f"{table.name}.parquet")
        assert tuple(schema.names) == table.names
        for column in table.columns:
            wanted = pa.int64() if column.kind is Kind.TIME else pa.string()
            assert schema.field(column.name).type == wanted
    assert (found["events"].file, found["events"].columns, found["events"].read) == (None, (), 0)
    assert found["notices"].columns == ("notice", "item", "noticed_at")
    [row] = rows(tmp_path / "out", "notices")
    assert {name for name, value in row.items() if value is not None} == {
        "notice", "item", "noticed_at",
    }  # fmt: skip


def test_a_header_alone_is_a_table_without_rows(folder: Path) -> None:
    (folder / "sightings.csv").write_text("item,at,seen")
    (folder / "providers.csv").write_text("provider\n")

    found = staged(folder, folder / "out")

    assert (found["sightings"].read, found["providers"].read) == (0, 0)


def test_a_column_that_is_not_ours_is_dropped_unread_when_asked(folder: Path) -> None:
    (folder / "events.csv").write_text(
        "url,item,at,event\nhttps://an.example/,i2,2025-03-29T15:00:00Z,withdrawn\n"
    )

    found = staged(folder, folder / "out", ignore_extra=True)

    assert found["events"].ignored == ("url",)
    assert found["events"].kept == 1
    assert not any(b"an.example" in p.read_bytes() for p in (folder / "out").iterdir())


def test_a_name_that_may_be_a_value_is_not_repeated(folder: Path) -> None:
    (folder / "events.csv").write_text(
        "item,at,event,https://an.example/\ni2,2025-03-29T15:00:00Z,withdrawn,x\n"
    )

    found = staged(folder, folder / "out", ignore_extra=True)

    assert found["events"].ignored == ("(column 4)",)


def test_the_rest_of_the_folder_is_left_alone(folder: Path) -> None:
    (folder / "truth").mkdir()
    (folder / "truth" / "items.csv").write_text("secret")
    (folder / "registry.csv").write_text("provider\n")
    (folder / "notices.csv.old").write_text("?")

    staged(folder, folder / "out")

    assert {p.stem for p in (folder / "out").iterdir()} == {*NAMES, "rejects"}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    staged(EXAMPLES, tmp_path / "a")
    staged(EXAMPLES, tmp_path / "b", memory="200MB")

    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


def shuffled(text: str, seed: int) -> str:
    header, *records = csv.reader(text.splitlines(keepends=True))
    random.Random(seed).shuffle(records)  # noqa: S311 - the order of rows is no secret
    order = list(range(len(header)))
    random.Random(seed).shuffle(order)  # noqa: S311 - likewise
    lines = [[record[i] for i in order] for record in [header, *records]]
    quoted = [",".join('"' + v.replace('"', '""') + '"' for v in line) for line in lines]
    return "\r\n".join(quoted)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_and_columns_does_not_matter(folder: Path, seed: int) -> None:
    staged(folder, folder / "as_given")
    for name in NAMES:
        file = folder / f"{name}.csv"
        file.write_text(shuffled(file.read_text(), seed))

    staged(folder, folder / "shuffled")

    assert bytes_of(folder / "as_given") == bytes_of(folder / "shuffled")


POOL = [
    "i1,2025-03-29T12:00:00Z,online,probe,,192.0.2.10",
    "i1,2025-03-29T13:00:00+01:00,Online,probe,,::ffff:192.0.2.10",  # the same moment and address
    "i1,2025-03-29T12:00:00.000001Z,online,probe,,192.0.2.10",
    "i2,2025-03-29T12:00:00Z,gone,,v1,",
    "i2,2025-03-29T12:00:00Z,gone,,,",
    "i2,2025-03-29T12:00:00,gone,,,",
    "i2,2025-03-29T12:00:00Z,hidden,,,",
    "i2,2025-03-29T12:00:00Z,gone,,,no address",
    "i2,2025-03-29T12:00:00Z",
    'i2,2025-03-29T12:00:00Z,gone,,"v1,',
]
KEPT_AS = [0, 0, 1, 2, 3]  # which different row each of the good ones is


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(range(len(POOL))), max_size=20), st.randoms(use_true_random=False))
def test_rows_good_and_bad_are_accounted_for_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, picked: list[int], chance: random.Random
) -> None:
    written = set()
    for _ in range(2):
        folder = tmp_path_factory.mktemp("tables")
        (folder / "notices.csv").write_text("notice,item,noticed_at\nn1,i1,2025-03-29T11:00:00Z\n")
        lines = ["item,at,seen,by,vantage,ip", *(POOL[i] for i in picked)]
        (folder / "sightings.csv").write_text("\n".join(lines))

        found = staged(folder, folder / "out")["sightings"]

        good = [KEPT_AS[i] for i in picked if i < len(KEPT_AS)]
        assert found.read == len(picked)
        assert found.kept == len(set(good))
        assert found.duplicates == len(good) - len(set(good))
        assert found.rejected == len(picked) - len(good)
        written.add(found.written_sha256)
        chance.shuffle(picked)
    assert len(written) == 1


def as_text(file: Path) -> pa.Table:
    """Read a CSV with every value as text."""
    names = next(csv.reader(file.read_text().splitlines()))
    return pyarrow.csv.read_csv(
        file,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def to_gzip(file: Path) -> None:
    file.with_suffix(".csv.gz").write_bytes(gzip.compress(file.read_bytes()))


def to_parquet_of_text(file: Path) -> None:
    pq.write_table(as_text(file), file.with_suffix(".parquet"))


def to_parquet_of_moments(file: Path) -> None:
    table = as_text(file)
    schema = next(t for t in TABLES if t.name == file.stem)
    for column in schema.columns:
        if column.kind is Kind.TIME:
            moments = [
                datetime.fromisoformat(t) if t else None for t in table[column.name].to_pylist()
            ]
            place = table.column_names.index(column.name)
            unit = "ns" if column.name == "at" else "us"
            array = pa.array(moments, pa.timestamp(unit, "Europe/Amsterdam"))
            table = table.set_column(place, column.name, array)
    pq.write_table(table, file.with_suffix(".parquet"), compression="snappy", row_group_size=2)


@pytest.mark.parametrize("convert", [to_gzip, to_parquet_of_text, to_parquet_of_moments])
def test_the_form_of_a_file_does_not_matter(folder: Path, convert: Any) -> None:
    staged(folder, folder / "csv")
    for name in NAMES:
        convert(folder / f"{name}.csv")
        (folder / f"{name}.csv").unlink()

    staged(folder, folder / "other")

    assert bytes_of(folder / "csv") == bytes_of(folder / "other")


def test_what_was_staged_and_is_staged_again_stays_as_it_is(folder: Path) -> None:
    staged(folder, folder / "once")
    again = folder / "again"
    again.mkdir()
    for table in TABLES:
        columns = pq.read_table(folder / "once" / f"{table.name}.parquet")
        for place, column in enumerate(table.columns):
            if column.kind is Kind.TIME:
                moments = columns[column.name].cast(pa.timestamp("us", "UTC"))
                columns = columns.set_column(place, column.name, moments)
        pq.write_table(columns, again / f"{table.name}.parquet")

    staged(again, folder / "twice")

    assert bytes_of(folder / "once") == bytes_of(folder / "twice")


def test_numbers_of_notices_may_be_numbers_in_parquet(folder: Path) -> None:
    (folder / "notices.csv").unlink()
    moment = datetime(2025, 3, 29, tzinfo=UTC)
    pq.write_table(
        pa.table(
            {"notice": [1, 2], "item": pa.array([7, 7], pa.uint16()), "noticed_at": [moment] * 2}
        ),
        folder / "notices.parquet",
    )

    staged(folder, folder / "out")

    assert [(r["notice"], r["item"]) for r in rows(folder / "out", "notices")] == [
        ("1", "7"), ("2", "7"),
    ]  # fmt: skip


def test_attributions_are_copied_as_they_are(folder: Path) -> None:
    day = pa.array([0], pa.int32()).cast(pa.date32())
    pq.write_table(
        pa.table({"ip": ["192.0.2.10"], "day": day, "provider": ["alpha"], "state": ["resolved"]}),
        folder / "attributions.parquet",
    )

    found = staged(folder, folder / "out")

    assert found["attributions"].read == found["attributions"].kept == 1
    copied = (folder / "out" / "attributions.parquet").read_bytes()
    assert copied == (folder / "attributions.parquet").read_bytes()


def test_each_step_is_told_as_it_begins(tmp_path: Path) -> None:
    steps: list[str] = []

    staged(EXAMPLES, tmp_path / "out", progress=steps.append)

    assert steps == [f"reading {name}.csv" for name in NAMES]


def test_a_file_that_is_written_to_meanwhile_is_not_used(folder: Path) -> None:
    def write(step: str) -> None:
        if step == "reading events.csv":
            with (folder / "events.csv").open("a") as f:
                f.write("i1,2025-03-29T15:00:00Z,withdrawn,\n")

    with pytest.raises(BadInput, match=r"events\.csv: changed while it was read"):
        staged(folder, folder / "out", progress=write)

    assert list((folder / "out").iterdir()) == []


@pytest.mark.slow
def test_a_million_identical_rows_are_one_row(folder: Path) -> None:
    line = "i1,2025-03-29T12:00:00Z,online,probe,look,v1,192.0.2.10\n"
    (folder / "sightings.csv").write_text("item,at,seen,by,basis,vantage,ip\n" + line * 1_000_000)

    found = staged(folder, folder / "out")

    assert (found["sightings"].kept, found["sightings"].duplicates) == (1, 999_999)


@pytest.mark.slow
def test_many_rows_give_the_same_bytes_whatever_their_order_and_the_memory(folder: Path) -> None:
    lines = [
        f"i{i % 40_000},2025-03-{1 + i % 28:02}T{i % 24:02}:{i % 60:02}:00Z,gone,probe,,v{i % 3},"
        for i in range(400_000)
    ]
    file = folder / "sightings.csv"
    file.write_text("\n".join(["item,at,seen,by,basis,vantage,ip", *lines]))
    staged(folder, folder / "a", memory="1GB")
    random.Random(1).shuffle(lines)  # noqa: S311 - the order of rows is no secret
    file.write_text("\n".join(["item,at,seen,by,basis,vantage,ip", *lines]))

    staged(folder, folder / "b", memory="150MB")

    assert bytes_of(folder / "a") == bytes_of(folder / "b")
