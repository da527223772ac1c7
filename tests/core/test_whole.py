"""Folders that appear whole or not at all, whatever happens to the run that writes them."""

import errno
import json
from pathlib import Path

import pytest

from etmaal.core.whole import CannotWrite, scratch_folder, whole_folder


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
    (tmp_path / ".etmaal-out-killed").mkdir()
    (tmp_path / ".etmaal-out-killed" / "half").write_text("x")

    with whole_folder(tmp_path / "out") as one, whole_folder(tmp_path / "out"):
        assert one.exists()  # a run that still lives is left alone

    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_killed_between_the_two_halves_of_a_swap_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / ".etmaal-out-killed" / "out").mkdir(parents=True)
    (tmp_path / ".etmaal-out-killed" / "out" / "x").write_text("old")

    with pytest.raises(ValueError, match="stop"), whole_folder(tmp_path / "out"):
        raise ValueError("stop")

    assert (tmp_path / "out" / "x").read_text() == "old"


def test_scratch_is_gone_at_the_end_and_swept_by_the_next_run(tmp_path: Path) -> None:
    (tmp_path / ".etmaal-work-killed").mkdir()

    with scratch_folder(tmp_path, "work") as one:
        (one / "x").write_text("1")
        assert [p.name for p in tmp_path.iterdir()] == [one.name]

    assert list(tmp_path.iterdir()) == []
