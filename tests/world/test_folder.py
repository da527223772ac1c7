"""The folder a world is written to: the same bytes, all or nothing, and nobody else's files."""

import csv
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etmaal.core.whole import CannotWrite
from etmaal.world.folder import NotAWorld, write_world
from etmaal.world.make import World

pytestmark = pytest.mark.slow


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def test_the_same_world_gives_the_same_bytes(tiny: World, tmp_path: Path) -> None:
    write_world(tiny, tmp_path / "one", seed=1, scale=0.05)
    write_world(tiny, tmp_path / "deep" / "two", seed=1, scale=0.05)

    assert digests(tmp_path / "one") == digests(tmp_path / "deep" / "two")


def test_the_files_hold_what_the_tables_hold(tiny: World, tmp_path: Path) -> None:
    counts = write_world(tiny, tmp_path / "w", seed=1, scale=0.05)

    notices = rows(tmp_path / "w" / "notices.csv")
    first = tiny.tables["notices"].slice(0, 1).to_pylist()[0]
    assert len(notices) == tiny.tables["notices"].num_rows == counts["notices.csv"]
    assert list(notices[0]) == tiny.tables["notices"].column_names
    assert notices[0]["noticed_at"] == f"{first['noticed_at']:%Y-%m-%dT%H:%M:%SZ}"
    assert notices[0]["entered_at"] == ""
    sightings = pq.read_table(tmp_path / "w" / "sightings.parquet")
    assert sightings.schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert sightings["seen"].to_pylist() == tiny.tables["sightings"]["seen"].to_pylist()
    assert sightings["at"].equals(tiny.tables["sightings"]["at"])


def test_registers_routes_and_truth_stand_beside_the_tables(tiny: World, tmp_path: Path) -> None:
    write_world(tiny, tmp_path / "w", seed=1, scale=0.05)

    files = set(digests(tmp_path / "w"))
    note = json.loads((tmp_path / "w" / "truth" / "world.json").read_text(encoding="utf-8"))

    assert {
        *("notices.csv", "sightings.parquet", "events.csv", "outages.csv", "providers.csv"),
        *("registry.csv", "truth/providers.csv", "truth/items.csv", "routing/routes_20250101.csv"),
    } <= files
    assert sum(f.startswith("routing/routes_") for f in files) >= 2
    assert list(rows(tmp_path / "w" / "routing" / "routes_20250601.csv")[0]) == ["prefix", "asn"]
    assert (note["preset"], note["seed"], note["scale"]) == ("small", 1, 0.05)


def test_an_earlier_world_is_replaced_with_what_was_derived_from_it(
    tiny: World, tmp_path: Path
) -> None:
    out = tmp_path / "w"
    write_world(tiny, out, seed=1, scale=0.05)
    fresh = digests(out)
    (out / "attributions.parquet").write_bytes(b"of the earlier world")
    (out / "events.csv").write_text("touched", encoding="utf-8")

    write_world(tiny, out, seed=1, scale=0.05)

    assert digests(out) == fresh
    assert [p.name for p in tmp_path.iterdir()] == ["w"]


@pytest.mark.parametrize(
    ("story", "file"),
    [
        ("somebody's own table", "notices.csv"),
        ("somebody's thesis", "thesis.txt"),
        ("a hidden file", ".keep"),
    ],
)
def test_a_folder_with_other_files_is_left_alone(
    tiny: World, tmp_path: Path, story: str, file: str
) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / file).write_text("mine", encoding="utf-8")

    with pytest.raises(NotAWorld, match=file):
        write_world(tiny, tmp_path / "w", seed=1, scale=0.05)

    assert (tmp_path / "w" / file).read_text(encoding="utf-8") == "mine"


def test_a_file_of_somebody_in_a_world_of_ours_is_not_thrown_away(
    tiny: World, tmp_path: Path
) -> None:
    write_world(tiny, tmp_path / "w", seed=1, scale=0.05)
    (tmp_path / "w" / "truth" / "my notes.md").write_text("mine", encoding="utf-8")

    with pytest.raises(NotAWorld, match="my notes"):
        write_world(tiny, tmp_path / "w", seed=1, scale=0.05)


def test_a_file_in_the_place_of_the_folder_is_left_alone(tiny: World, tmp_path: Path) -> None:
    (tmp_path / "w").write_text("mine", encoding="utf-8")

    with pytest.raises(NotAWorld, match="not a folder"):
        write_world(tiny, tmp_path / "w", seed=1, scale=0.05)


def test_the_folder_one_is_in_is_not_replaced(
    tiny: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NotAWorld, match="from within"):
        write_world(tiny, Path(), seed=1, scale=0.05)


def test_an_empty_folder_is_used(tiny: World, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()

    write_world(tiny, tmp_path / "w", seed=1, scale=0.05)

    assert (tmp_path / "w" / "notices.csv").is_file()


def test_what_cannot_be_written_is_said_without_a_trace(tiny: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(CannotWrite, match="cannot write"):
        write_world(tiny, tmp_path / "file" / "w", seed=1, scale=0.05)


def test_a_world_that_fails_half_way_leaves_the_earlier_one_and_nothing_else(
    tiny: World, tmp_path: Path
) -> None:
    write_world(tiny, tmp_path / "w", seed=1, scale=0.05)
    before = digests(tmp_path / "w")
    # A value that plain CSV cannot hold stands for whatever goes wrong after the first files.
    broken = pa.table({"item": ['i"1'], "event": ["a,b"]})

    with pytest.raises(pa.ArrowInvalid):
        write_world(
            replace(tiny, tables={**tiny.tables, "events": broken}),
            tmp_path / "w",
            seed=1,
            scale=0.05,
        )

    assert digests(tmp_path / "w") == before
    assert [p.name for p in tmp_path.iterdir()] == ["w"]
