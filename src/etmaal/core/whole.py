"""Folders that appear whole or not at all, and scratch that a killed run does not leave for ever.

Whatever is being written stands beside its place under a hidden name and holds a lock; the next
run sweeps away what no living run holds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etmaal.core.errors import EtmaalError


class CannotWrite(EtmaalError):
    """The disk is full or the place may not be written; nothing half-written is left."""


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to fill beside ``out``; it takes that place only when all went well.

    Whatever happens, full disk and interruption included, ``out`` holds the old or the new.

    Raises:
        CannotWrite: if the system refuses a write.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(out.parent, out.name) as beside:
            fresh = beside / "new"
            fresh.mkdir(mode=0o755)
            yield fresh
            _put_in_place(fresh, out, beside / out.name)
    except OSError as e:
        raise CannotWrite(f"cannot write {out.name}: {e.strerror or e}") from e


@contextmanager
def scratch_folder(place: Path, name: str) -> Iterator[Path]:
    """Give a hidden folder in ``place`` that is removed at the end; sweep what killed runs left.

    Args:
        place: the folder to work in, which must be there.
        name: what the work is for; runs for the same name sweep for one another.
    """
    prefix = f".etmaal-{name}-"
    _sweep(place, prefix, name)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    held = os.open(scratch, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        os.close(held)


def _sweep(place: Path, prefix: str, name: str) -> None:
    """Remove what killed runs left; a run that still lives holds the lock of its folder."""
    for left in sorted(place.glob(f"{prefix}*")):
        folder = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (place / name).exists() and (left / name).is_dir():
                (left / name).replace(place / name)  # killed between the two halves of a swap
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(folder)


def _put_in_place(fresh: Path, out: Path, old: Path) -> None:
    """Rename the new folder to its place: a folder cannot be replaced in one step."""
    try:
        if out.exists():
            out.replace(old)
        fresh.replace(out)
    finally:
        if old.exists() and not out.exists():
            old.replace(out)
