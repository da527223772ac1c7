"""When the machine fails: a full disk, Ctrl-C, a line as long as memory. Nothing is left behind.

Each in a process of its own: limits on files, memory and signals hold for a whole process.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

STAGE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from etmaal.core.errors import EtmaalError
from etmaal.engine.tables import stage

folder, out, largest, memory = sys.argv[1:]
if int(largest):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
try:
    found = stage(Path(folder), Path(out), now=datetime(2026, 1, 1, tzinfo=UTC), memory=memory,
                  progress=lambda step: print(step, flush=True))
    print("kept", found["sightings"].kept, "rejected", found.rejected)
except EtmaalError as e:
    print(type(e).__name__, e)
# Not ru_maxrss: that begins with the memory of the process that started this one.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print("peak", int(status["VmHWM"].split()[0]) // 1024)
"""


def start(
    folder: Path, out: Path, *, largest: int = 0, memory: str = "1GB"
) -> subprocess.Popen[str]:
    out.mkdir()
    script = out.parent / "stage.py"
    script.write_text(STAGE)
    return subprocess.Popen(
        [sys.executable, script, folder, out, str(largest), memory],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some 300,000 sightings that hardly pack."""
    place = tmp_path / "tables"
    place.mkdir()
    (place / "notices.csv").write_text(
        "notice,item,noticed_at\nn1,i1,2025-03-29T11:00:00Z\n", newline="\r\n"
    )
    with (place / "sightings.csv").open("w") as f:
        f.write("item,at,seen\n")
        for i in range(300_000):
            mixed = i * 2_654_435_761 % 2**32
            second = f"{mixed % 24:02}:{mixed // 24 % 60:02}:{mixed // 1440 % 60:02}"
            f.write(f"i{mixed:x},2025-03-{1 + i % 28:02}T{second}.{mixed % 10**6:06}Z,gone\n")
    return place


@pytest.mark.parametrize(
    ("story", "largest", "memory", "damage"),
    [
        ("the sorted rows do not fit", 200_000, "1GB", b""),
        ("what does not fit in memory does not fit on the disk", 2_000_000, "60MB", b""),
        ("the mended rows do not fit", 200_000, "1GB", b'x,"\n'),
    ],
)
def test_a_full_disk_is_said_with_what_is_needed(
    tmp_path: Path, folder: Path, story: str, largest: int, memory: str, damage: bytes
) -> None:
    with (folder / "sightings.csv").open("ab") as f:
        f.write(damage)

    process = start(folder, tmp_path / "out", largest=largest, memory=memory)
    said, errors = process.communicate()

    assert "NoRoom" in said
    assert "no space left: reading these tables needs about" in said
    assert "Traceback" not in errors
    assert list((tmp_path / "out").iterdir()) == []


def test_a_disk_that_is_truly_full_is_said_too(tmp_path: Path, folder: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = f"mount -t tmpfs -o size=3m none {small}"
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "sh", "-c", mount]).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    script = tmp_path / "stage.py"
    script.write_text(STAGE)
    run = f"{sys.executable} {script} {folder} {small}/out 0 1GB && ls -A {small}/out"

    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", f"{mount} && mkdir {small}/out && {run}"],
        capture_output=True,
        text=True,
    )

    assert "no space left" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("peak")  # and nothing listed after it


@pytest.mark.parametrize("step", ["reading notices.csv", "reading sightings.csv"])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, folder: Path, step: str) -> None:
    process = start(folder, tmp_path / "out")
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == step:
            break

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()

    assert errors.splitlines()[-1].startswith("KeyboardInterrupt")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["sightings.csv", "sightings.csv.gz"])
def test_a_line_of_hundreds_of_megabytes_is_passed_over_in_little_memory(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notices.csv").write_text("notice,item,noticed_at\nn1,i1,2025-03-29T11:00:00Z\n")
    good = b"i1,2025-03-29T12:00:00Z,gone\n"
    plain = folder / "sightings.csv"
    with plain.open("wb") as f:
        f.write(b"item,at,seen\n" + good)
        f.seek(250_000_000, 1)  # a hole: it reads as zeros, and takes no room
        f.write(b"\n" + good.replace(b"gone", b"online"))
    if name.endswith(".gz"):
        subprocess.run(["gzip", "-1", plain], check=True)

    said, _ = start(folder, tmp_path / "out").communicate()

    assert "kept 2 rejected 1" in said
    assert "longer than 1 MB" in (tmp_path / "out" / "rejects.csv").read_text()
    assert int(said.split()[-1]) < 350  # megabytes; the libraries alone take half of it


def test_memory_does_not_grow_with_the_rows(tmp_path: Path, folder: Path) -> None:
    few, _ = start(folder, tmp_path / "few", memory="100MB").communicate()
    file = folder / "sightings.csv"
    lines = file.read_text().split("\n", 1)[1]
    with file.open("a") as f:
        for year in (2020, 2021, 2022):
            f.write(lines.replace(",2025-", f",{year}-"))

    many, _ = start(folder, tmp_path / "many", memory="100MB").communicate()

    assert "kept 300000" in few
    assert "kept 1200000" in many
    assert int(many.split()[-1]) < int(few.split()[-1]) + 150
