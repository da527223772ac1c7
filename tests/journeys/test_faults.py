"""The main road under faults: killed at any point, or out of room, it leaves the old or the new."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROADS = {
    "world": ["world", "--preset", "small", "--seed", "2", "--out", "{home}/world"],
    "attribute": [
        "attribute",
        "{home}/world",
        "{routes}",
        "--registry",
        "{home}/world/registry.csv",
    ],
    "monitor": ["monitor", "{home}/world", "--out", "{home}/edition", "--replace"],
}
KEPT = {"world": "world", "attribute": "world", "monitor": "edition"}


def command(road: str, home: Path) -> list[str]:
    routes = [
        x for t in sorted((home / "world" / "routing").iterdir()) for x in ("--routes", str(t))
    ]
    words: list[str] = []
    for word in ROADS[road]:
        words += routes if word == "{routes}" else [word.format(home=home)]
    return [sys.executable, "-m", "etmaal", *words]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def visible(folder: Path) -> dict[str, bytes]:
    """Leave out the hidden scratch of a killed run, which the next run sweeps away."""
    return {k: v for k, v in contents(folder).items() if not k.startswith(".etmaal-")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world, attributed, with its edition: what stood before the fault."""
    home = tmp_path_factory.mktemp("home")
    first = ["world", "--preset", "small", "--seed", "1", "--out", str(home / "world")]
    subprocess.run([sys.executable, "-m", "etmaal", *first], check=True, capture_output=True)
    for road in ("attribute", "monitor"):
        subprocess.run(command(road, home), check=True, capture_output=True)
    return home


def after(road: str, made: Path, home: Path) -> dict[str, bytes]:
    """Return what the command leaves when nothing goes wrong."""
    shutil.copytree(made, home)
    subprocess.run(command(road, home), check=True, capture_output=True)
    return contents(home / KEPT[road])


def killed(road: str, made: Path, tmp_path: Path, share: float) -> None:
    """Kill a command after a share of the time it needs, then run it again."""
    new = after(road, made, tmp_path / "undisturbed")
    home = tmp_path / "home"
    shutil.copytree(made, home)
    old = contents(home / KEPT[road])
    start = time.monotonic()
    subprocess.run(command(road, tmp_path / "undisturbed"), check=True, capture_output=True)
    needed = time.monotonic() - start
    run = subprocess.Popen(
        command(road, home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(share * needed)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()

    left = visible(home / KEPT[road]) if (home / KEPT[road]).exists() else None

    subprocess.run(command(road, home), check=True, capture_output=True)
    if left is not None:  # killed between the halves of a swap, the next run puts the old one back
        assert left in (old, new)
    assert contents(home / KEPT[road]) == new
    assert sorted(p.name for p in home.iterdir()) == ["edition", "world"]


@pytest.mark.slow
@pytest.mark.parametrize("road", ROADS)
def test_a_killed_command_leaves_the_old_or_the_new(road: str, made: Path, tmp_path: Path) -> None:
    killed(road, made, tmp_path, 0.8)


@pytest.mark.faults
@pytest.mark.parametrize("share", [k / 20 for k in range(1, 21)])
@pytest.mark.parametrize("road", ROADS)
def test_at_every_moment_a_killed_command_leaves_the_old_or_the_new(
    road: str, share: float, made: Path, tmp_path: Path
) -> None:
    killed(road, made, tmp_path, share)


def without_room(kilobytes: int) -> None:
    """Let no file grow further than this, and let the refusal be an error, not a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))


def starved(road: str, made: Path, tmp_path: Path, kilobytes: int) -> None:
    home = tmp_path / "home"
    shutil.copytree(made, home)
    old = contents(home / KEPT[road])

    run = subprocess.run(
        command(road, home), capture_output=True, preexec_fn=lambda: without_room(kilobytes)
    )

    assert run.returncode == 1, run.stderr
    assert b"Traceback" not in run.stderr
    assert run.stderr.startswith(b"Error: ")
    assert contents(home / KEPT[road]) == old
    assert sorted(p.name for p in home.iterdir()) == ["edition", "world"]


@pytest.mark.slow
@pytest.mark.parametrize(("road", "kilobytes"), [("world", 100), ("attribute", 4), ("monitor", 40)])
def test_without_room_a_command_says_so_and_leaves_the_old(
    road: str, kilobytes: int, made: Path, tmp_path: Path
) -> None:
    starved(road, made, tmp_path, kilobytes)


@pytest.mark.faults
@pytest.mark.parametrize("kilobytes", [1, 2, 5, 10, 20, 50, 100, 200, 300])
def test_without_room_at_any_file_the_monitor_leaves_the_old(
    kilobytes: int, made: Path, tmp_path: Path
) -> None:
    starved("monitor", made, tmp_path, kilobytes)
