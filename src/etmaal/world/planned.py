"""Numbers that are planned and not drawn: chance says which items they are, never how many."""

import numpy as np

from etmaal.world.civil import Floats, Ints


def ranked(value: Floats, group: Ints) -> Floats:
    """Return each value's place in its group (both shape (n,)) as a fraction in (0, 1).

    The fractions of a group are spread evenly. So a limit takes the same number of each group
    in every world, to half an item, and the lowest values are taken.
    """
    _, nth, size = np.unique(group, return_inverse=True, return_counts=True)
    order = np.lexsort((value, nth))
    place = np.empty(value.size)
    place[order] = np.arange(value.size) - np.repeat(np.cumsum(size) - size, size)
    fraction: Floats = (place + 0.5) / size[nth]
    return fraction


def apportioned(weights: Floats, total: int) -> Ints:
    """Split a whole number by weights, by largest remainders; without any weight, evenly.

    Ties go to the first.
    """
    even = np.ones(weights.size) if weights.sum() == 0 else weights
    exact = even / even.sum() * total
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts
