"""Which delay or gap is usual, and which is long? Weighted quantiles of numbers that are known."""

import numpy as np
import numpy.typing as npt


def weighted_quantile(values: npt.ArrayLike, weights: npt.ArrayLike, q: float) -> float:
    """Find the smallest value at or below which a part q of the weight lies.

    Args:
        values: shape (n,), in any order.
        weights: shape (n,), not negative.
        q: in [0, 1].

    Returns:
        One of the values with weight; nan if there is none.
    """
    value, weight = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    order = np.argsort(value, kind="stable")
    order = order[weight[order] > 0]
    if order.size == 0:
        return float("nan")
    sums = np.cumsum(weight[order])
    # A part that is reached but for rounding is reached: 0.1 + 0.2 of 1 is at 0.3.
    reached = sums >= sums[-1] * (q - 1e-12)
    return float(value[order[np.argmax(reached)]])
