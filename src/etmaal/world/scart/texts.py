"""Columns of text: Arrow arrays of strings, null where there is nothing, made without loops."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etmaal.world.civil import Bools, Ints

Texts = Any  # pa.StringArray, or pa.DictionaryArray of strings: Arrow's own types are generic


def words(code: Ints, choice: Sequence[str | None]) -> Texts:
    """Return the words behind codes; None and codes below 0 are nothing."""
    absent = np.array([w is None for w in choice], np.bool_)
    mask = (code < 0) | absent[np.maximum(code, 0)]
    index = pa.array(np.maximum(code, 0), pa.int32(), mask=mask)
    return pa.DictionaryArray.from_arrays(index, pa.array([w or "" for w in choice], pa.string()))


def numbers(value: Ints, *, absent: Bools | None = None) -> Texts:
    """Return whole numbers as text."""
    return pa.array(value, pa.int64(), mask=absent).cast(pa.string())


def padded(value: Ints, width: int) -> Texts:
    """Return whole numbers as text with leading zeros."""
    return pc.utf8_lpad(numbers(value), width, "0")


def nothing(size: int) -> Texts:
    """Return a column of which every field is empty."""
    return pa.nulls(size, pa.string())


def glued(*parts: Texts | str) -> Texts:
    """Write parts one behind the other; nothing counts as no text."""
    texts: list[Any] = [part if isinstance(part, str) else plain(part) for part in parts]
    return pc.binary_join_element_wise(*texts, "", null_handling="replace", null_replacement="")


def where(condition: Bools, yes: Texts | str | None, no: Texts | str | None) -> Texts:
    """Return one column's fields where the condition holds, the other's elsewhere."""
    either = [pa.scalar(x, pa.string()) if x is None or isinstance(x, str) else plain(x)
              for x in (yes, no)]  # fmt: skip
    return pc.if_else(pa.array(condition), *either)


def at(column: Texts, rows: Ints) -> Texts:
    """Return the fields of these rows."""
    return column.take(pa.array(rows, pa.int64()))


def plain(column: Texts) -> Texts:
    """Return a column without a dictionary."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
