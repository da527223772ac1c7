"""Is the disk or the memory used up? Then say how much is needed; nothing half-written stays."""

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from etmaal.engine.database import NoRoom

# A disk, a quota, a limit on files: to the user all of them are a full disk.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SPILLING = "offload data block"  # DuckDB's words where there is no room to spill into
# Measured on 300,000 notices and 4 million sightings: with little memory all that is spilled takes
# 2.4 times the CSV, which is 3 times its gzip and 6 times its Parquet.
_TIMES_THE_INPUT = {".csv": 3, ".gz": 9, ".parquet": 15}
_MB = 1_000_000


def is_full(error: BaseException) -> bool:
    """Return whether an error, or what it came from, says that the disk is full."""
    if isinstance(error, NoRoom) and error.__cause__ is not None:
        return is_full(error.__cause__)
    if isinstance(error, duckdb.OutOfMemoryException):
        return _SPILLING in str(error)
    if isinstance(error, OSError):
        return error.errno in _FULL
    return any(os.strerror(number) in str(error) for number in _FULL)


def is_spent(error: NoRoom) -> bool:
    """Return whether disk or memory is used up; otherwise it was the file that was wrong."""
    return isinstance(error.__cause__, duckdb.OutOfMemoryException) or is_full(error)


def no_room(out: Path, inputs: Iterable[Path]) -> NoRoom:
    """Return the error that says how much disk is needed and how much there is."""
    needed = sum(_TIMES_THE_INPUT[path.suffix] * path.stat().st_size for path in inputs)
    left = shutil.disk_usage(out).free
    why = "make room" if left < needed else "a quota or a limit on files is in the way; lift it"
    return NoRoom(
        f"{out}: no space left: reading these tables needs about {max(1, needed // _MB)} MB of "
        f"disk, {left // _MB} MB are free; {why}, then run it again"
    )
