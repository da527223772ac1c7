"""How SCART writes a moment: local time to the second, and no word of which zone."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etmaal.world.civil import DAY, NEVER, Civil, Ints, civil_time
from etmaal.world.scart.texts import Texts

Letters = npt.NDArray[np.uint8]
LENGTH = len("2025-01-01 00:00:00")
DAY_WIDTH = len("2025-01-01 ")


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The zone an installation runs in."""

    civil: Civil

    def texts(self, at: Ints) -> Texts:
        """Return moments as text; NEVER is nothing.

        Put together from two tables, of days and of times of day: many times faster than
        writing out every moment by itself.
        """
        local = self.civil.of(np.where(at < NEVER, at, 0))
        day, second = local // DAY, local % DAY
        first = int(day.min()) if day.size else 0
        days = np.arange(first, int(day.max()) + 1 if day.size else 1).astype("datetime64[D]")
        text = np.empty((at.size, LENGTH), np.uint8)
        text[:, :DAY_WIDTH] = _letters(np.datetime_as_string(days), " ")[day - first]
        text[:, DAY_WIDTH:] = _times_of_day()[second]
        ends = np.arange(at.size + 1, dtype=np.int32) * LENGTH
        column = pa.StringArray.from_buffers(
            at.size, pa.py_buffer(ends.data), pa.py_buffer(text.data)
        )
        return pc.if_else(pa.array(at < NEVER), column, pa.scalar(None, pa.string()))

    def text(self, at: int) -> str:
        """Return one moment as text."""
        return str(self.texts(np.array([at], np.int64))[0].as_py())


def local_time(zone: str, begins: date, followed: date) -> LocalTime:
    """Read the zone's offsets for the time of a world, and a year before it."""
    return LocalTime(civil_time(zone, begins - timedelta(days=400), followed + timedelta(days=2)))


@cache
def _times_of_day() -> Letters:
    """Return the letters of every second of a day."""
    at = np.arange(DAY).astype("datetime64[s]")
    return _letters(np.array([text[11:] for text in np.datetime_as_string(at).tolist()]), "")


def _letters(texts: npt.NDArray[np.str_], behind: str) -> Letters:
    """Return texts of one length as rows of ASCII letters."""
    joined = "".join(f"{text}{behind}" for text in texts.tolist()).encode("ascii")
    return np.frombuffer(joined, np.uint8).reshape(len(texts), -1)
