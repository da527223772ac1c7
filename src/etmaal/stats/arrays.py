"""The array types of this package, and operations on rows of keys that NumPy lacks."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Booleans: TypeAlias = npt.NDArray[np.bool_]


def distinct(*keys: Integers) -> tuple[Integers, Integers]:
    """Find the distinct rows of some key columns, in ascending order (first column first).

    Args:
        keys: each of shape (n,).

    Returns:
        The position of one row of each kind, shape (m,); and for every row the number of its
        kind, shape (n,).
    """
    order = np.lexsort(keys[::-1])
    fresh = np.zeros(order.size, dtype=np.bool_)
    fresh[:1] = True
    for key in keys:
        ordered = key[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    kind = np.empty(order.size, dtype=np.int64)
    kind[order] = np.cumsum(fresh) - 1
    return order[fresh], kind


def totals(owner: Integers, amount: Floats, owners: int) -> Floats:
    """Sum amounts by owner, in the order given, so that the same rows give the same bits."""
    return np.bincount(owner, amount, owners).astype(np.float64, copy=False)


def highest(owner: Integers, amount: Floats, owners: int) -> Floats:
    """Find the highest amount of each owner; 0 for one that has none above it."""
    found = np.zeros(owners)
    np.maximum.at(found, owner, amount)
    return found


def offsets(owner: Integers, owners: int) -> Integers:
    """Return where each owner's run starts in a sorted column, and the end: (owners + 1,)."""
    return np.searchsorted(owner, np.arange(owners + 1)).astype(np.int64)
