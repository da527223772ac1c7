"""What may an estimator be given? Windows in which items left, checked once, here.

A window is ``(after, by]`` in hours. An exact moment t is written ``after == by == t`` and treated
as the narrowest window a float can hold, so that one half-open rule covers every kind of row.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True)
class Windows:
    """Rows of windows, each of shape (n,); made by `windows`, which checks them.

    ``left`` is ``after``, or just below it where the moment is exact. ``entry`` is -inf where the
    row was under observation from the start. ``cause`` is meant only where ``by`` is finite.
    """

    left: Floats
    by: Floats
    weight: Floats
    entry: Floats
    cause: Integers
    group: Integers
    groups: int

    @property
    def open(self) -> Booleans:
        """Rows that were still online when last seen."""
        return np.isinf(self.by)


def windows(
    after: npt.ArrayLike,
    by: npt.ArrayLike,
    *,
    weight: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    cause: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    groups: int | None = None,
) -> Windows:
    """Check rows of windows and bring them into one form.

    Args:
        after: shape (n,), hours since the start of the clock at the last look online.
        by: shape (n,), hours at the first look gone; inf while still online; equal to ``after``
            where the moment is known exactly.
        weight: shape (n,), how many items the row stands for; 1 if left out. Rows of 0 count
            nothing.
        entry: shape (n,), hours at which the row came under observation: it exists only because
            the item was still online then. 0 (or left out) means no such condition.
        cause: shape (n,), why it left: 0 removal, 1, 2, ... competing ends. Ignored where by is
            inf.
        group: shape (n,), which curve the row belongs to, from 0; one group if left out.
        groups: how many groups there are; the highest group and one if left out.

    Raises:
        ValueError: for lengths that differ, a number that is not one, a negative hour, weight,
            cause or group, a window that ends before it starts, an entry at or after the end of its
            window.
    """
    left = np.array(after, dtype=np.float64)
    right, n = np.asarray(by, dtype=np.float64), left.size
    rows = Windows(
        left=left,
        by=right,
        weight=np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64),
        entry=np.zeros(n) if entry is None else np.asarray(entry, dtype=np.float64),
        cause=np.zeros(n, np.int64) if cause is None else np.asarray(cause, dtype=np.int64),
        group=np.zeros(n, np.int64) if group is None else np.asarray(group, dtype=np.int64),
        groups=0 if groups is None else groups,
    )
    _check(rows)
    count = int(rows.group.max(initial=0)) + 1 if groups is None else groups
    if rows.group.max(initial=0) >= max(count, 1):
        raise ValueError(f"a row names group {rows.group.max()}, but there are {count} groups")
    entry_ = np.where(rows.entry > 0, rows.entry, -np.inf)
    exact = left == right
    left = np.where(exact, np.nextafter(left, -np.inf), np.maximum(left, entry_))
    cause_ = np.where(np.isinf(right), 0, rows.cause)
    return Windows(left, right, rows.weight, entry_, cause_, rows.group, count)


def _check(rows: Windows) -> None:
    """Refuse rows that no estimator can use, saying which rule the first of them breaks."""
    columns = (rows.left, rows.by, rows.weight, rows.entry, rows.cause, rows.group)
    if any(column.shape != (rows.left.size,) for column in columns):
        raise ValueError("every column needs one dimension and the same length")
    rules: list[tuple[Booleans, str]] = [
        (~(np.isfinite(rows.left) & (rows.left >= 0)), "after must be a number of hours from 0"),
        (~(rows.by >= rows.left), "by must be a number of hours, at least after, or inf"),
        (~(np.isfinite(rows.weight) & (rows.weight >= 0)), "a weight must be a number from 0"),
        (
            ~(np.isfinite(rows.entry) & (rows.entry >= 0)),
            "an entry must be a number of hours from 0",
        ),
        ((rows.entry > 0) & (rows.entry >= rows.by), "an entry must come before the window's end"),
        (rows.cause < 0, "a cause must be 0 (removal) or higher"),
        (rows.group < 0, "a group must be 0 or higher"),
    ]
    for broken, rule in rules:
        if broken.any():
            raise ValueError(f"row {int(np.argmax(broken))}: {rule}")
