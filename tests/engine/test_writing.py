"""Files with the same bytes each time, and folders that appear whole or not at all."""

import errno
import json
from pathlib import Path

import pytest

from etmaal.engine.columns import Column
from etmaal.engine.writing import (
    CannotWrite,
    rounded,
    whole_folder,
    write_csv,
    write_json,
    write_parquet,
)

COLUMNS = (Column("name", "string", ""), Column("n", "integer", ""), Column("share", "number", ""))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (-0.0, "0"),
        (1 / 3, "0.333333333"),
        (1e-12, "0"),
        (2.5e-8, "0.000000025"),
        (120000.0, "120000"),
        (1.0, "1"),
    ],
)
def test_a_number_is_written_to_nine_digits_and_what_is_not_known_is_empty(
    tmp_path: Path, value: float | None, cell: str
) -> None:
    write_csv(tmp_path / "t.csv", COLUMNS, [("p", 3, value)])

    assert (tmp_path / "t.csv").read_bytes() == f"name,n,share\np,3,{cell}\n".encode()


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [("p", 3, 0.1 + 0.2), ("q", 4, None)]
    for name in ("a", "b"):
        write_parquet(tmp_path / name, COLUMNS, rows)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert rounded(0.1 + 0.2) == 0.3


def test_json_has_its_keys_in_order_and_no_number_that_is_none(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"b": 1, "a": "é"})

    assert (tmp_path / "x.json").read_text() == '{\n  "a": "é",\n  "b": 1\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "y.json", {"a": float("nan")})


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "out") as partial:
        (partial / "x").write_text("1")
        assert not (tmp_path / "out").exists()

    assert (tmp_path / "out" / "x").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), ValueError("broken")])
def test_an_interrupted_folder_leaves_the_old_one(
    tmp_path: Path, interruption: BaseException
) -> None:
    with whole_folder(tmp_path / "out") as partial:
        (partial / "x").write_text("old")

    with pytest.raises(type(interruption)), whole_folder(tmp_path / "out") as partial:
        (partial / "x").write_text("new")
        raise interruption

    assert (tmp_path / "out" / "x").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="No space left"), whole_folder(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert list(tmp_path.iterdir()) == []


def test_a_finished_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with whole_folder(tmp_path / "out") as partial:
            (partial / f"{text}.json").write_text(json.dumps(text))

    assert [p.name for p in (tmp_path / "out").iterdir()] == ["new.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_next_run_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / ".out-killed").mkdir()
    (tmp_path / ".out-killed" / "half").write_text("x")

    with whole_folder(tmp_path / "out") as one, whole_folder(tmp_path / "out"):
        assert one.exists()  # a run that still lives is left alone

    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_killed_between_the_two_halves_of_a_swap_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / ".out-old-killed" / "out").mkdir(parents=True)
    (tmp_path / ".out-old-killed" / "out" / "x").write_text("old")

    with pytest.raises(ValueError, match="stop"), whole_folder(tmp_path / "out"):
        raise ValueError("stop")

    assert (tmp_path / "out" / "x").read_text() == "old"
