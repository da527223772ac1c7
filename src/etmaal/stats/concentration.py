"""How unevenly is a volume spread over providers? Herfindahl, Gini, Lorenz, share of the top."""

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Floats


def herfindahl(volumes: npt.ArrayLike) -> float:
    """Compute the sum of squared shares: 1 for a single provider, 1/k for k equal ones.

    Args:
        volumes: shape (n,), not negative. nan where there is no volume.

    Source: Hirschman (1964), Am. Econ. Rev. 54, 761.
    """
    each, total = _volumes(volumes)
    return float(np.sum((each / total) ** 2)) if total > 0 else float("nan")


def gini(volumes: npt.ArrayLike) -> float:
    """Compute the Gini coefficient over the providers given, those without volume included.

    0 where all have the same, as does a single provider; (n - 1) / n where one has all.

    Args:
        volumes: shape (n,), not negative. nan where there is no volume.

    Source: Gini (1912), Variabilita e mutabilita; formula for sorted values: Sen (1973).
    """
    each, total = _volumes(volumes)
    if total <= 0:
        return float("nan")
    rank = np.arange(1, each.size + 1)
    return max(0.0, float(np.sum((2 * rank - each.size - 1) * each) / (each.size * total)))


def lorenz(volumes: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Compute the Lorenz curve: the share of volume of the smallest providers.

    Args:
        volumes: shape (n,), not negative.

    Returns:
        The share of providers and their share of the volume, from (0, 0) to (1, 1), each of
        shape (n + 1,); empty where there is no volume.
    """
    each, total = _volumes(volumes)
    if total <= 0:
        return np.zeros(0), np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(each)])
    return np.linspace(0.0, 1.0, each.size + 1), sums / sums[-1]


def top_k_share(volumes: npt.ArrayLike, k: int) -> float:
    """Compute the share of the volume at the k largest providers; nan where there is no volume.

    Args:
        volumes: shape (n,), not negative.
        k: at least 1; of more than there are, all are taken.

    Raises:
        ValueError: if k is less than 1.
    """
    if k < 1:
        raise ValueError("the top needs at least one provider")
    each, total = _volumes(volumes)
    return float(np.sum(each[-k:]) / total) if total > 0 else float("nan")


def _volumes(volumes: npt.ArrayLike) -> tuple[Floats, float]:
    """Return the volumes in ascending order, and their sum."""
    each = np.sort(np.asarray(volumes, np.float64))
    if not np.all(np.isfinite(each) & (each >= 0)):
        raise ValueError("a volume must be a number from 0")
    return each, float(np.sum(each))
