"""What if the moments are known exactly? Kaplan-Meier, and Aalen-Johansen for several causes.

Second opinions beside `turnbull`, which gives the same curves for such data; and the yardsticks
that published results are given in.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etmaal.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan-Meier curve, at the distinct hours at which something left; each of shape (k,).

    ``at_risk``: items under observation just before; ``events``: items that left; ``survival``:
    the share still online after; ``log_variance``: the variance of the logarithm of that share, and
    of the cumulative hazard (Greenwood); ``variance``: that of the share. Once nobody is left there
    is no variance to estimate: inf and nan.
    """

    hours: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    log_variance: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Incidences:
    """Cumulative incidence by cause at the distinct hours at which something left.

    ``hours`` and ``survival`` have shape (k,); ``incidence`` (k, causes). Its rows and survival add
    up to 1.
    """

    hours: Floats
    incidence: Floats
    survival: Floats


def kaplan_meier(
    hours: npt.ArrayLike, gone: npt.ArrayLike, *, entry: npt.ArrayLike | None = None
) -> Survival:
    """Estimate the share still online from exact moments.

    Args:
        hours: shape (n,), when the item left, or was last seen online.
        gone: shape (n,), whether it left then; what was last seen online at t was at risk at t.
        entry: shape (n,), when the item came under observation: at risk in (entry, hours]. From
            the start if left out.

    Raises:
        ValueError: if an item came under observation no earlier than it left it.

    Source: Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481.
    """
    end = np.asarray(hours, np.float64)
    at, at_risk = _at_risk(end, np.asarray(gone, np.bool_), entry)
    events = _count(end[np.asarray(gone, np.bool_)], at)
    survival = np.cumprod(1 - events / at_risk, dtype=np.float64)
    left = at_risk - events
    each = np.divide(events, at_risk * left, out=np.full(at.size, np.inf), where=left > 0)
    log_variance = np.cumsum(each)
    known = np.isfinite(log_variance)
    variance = np.full(at.size, np.nan)
    variance[known] = survival[known] ** 2 * log_variance[known]
    return Survival(at, at_risk, events, survival, log_variance, variance)


def aalen_johansen(
    hours: npt.ArrayLike, cause: npt.ArrayLike, *, entry: npt.ArrayLike | None = None
) -> Incidences:
    """Estimate the cumulative incidence of each cause from exact moments.

    Args:
        hours: shape (n,), when the item left, or was last seen online.
        cause: shape (n,), why it left: 0 removal, 1, 2, ... competing ends; -1 if it was online.
        entry: as in `kaplan_meier`.

    Raises:
        ValueError: if an item came under observation no earlier than it left it.

    Source: Aalen and Johansen (1978), Scand. J. Stat. 5, 141-150.
    """
    end, why = np.asarray(hours, np.float64), np.asarray(cause, np.int64)
    at, at_risk = _at_risk(end, why >= 0, entry)
    causes = range(int(why.max(initial=-1)) + 1)
    events = np.array([_count(end[why == c], at) for c in causes]).reshape(len(causes), at.size).T
    survival = np.cumprod(1 - events.sum(axis=1) / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])[: at.size]
    incidence = np.cumsum(before[:, None] * events / at_risk[:, None], axis=0)
    return Incidences(at, incidence, survival)


def _at_risk(
    end: Floats, gone: npt.NDArray[np.bool_], entry: npt.ArrayLike | None
) -> tuple[Floats, Floats]:
    """Return the distinct hours of events, and the items at risk just before each."""
    start = np.full(end.size, -np.inf) if entry is None else np.asarray(entry, np.float64)
    if not np.all(start < end):
        raise ValueError("an item must come under observation before it leaves it")
    at = np.unique(end[gone])
    entered = np.searchsorted(np.sort(start), at, side="left")
    left = np.searchsorted(np.sort(end), at, side="left")
    return at, (entered - left).astype(np.float64)


def _count(moments: Floats, at: Floats) -> Floats:
    return np.bincount(np.searchsorted(at, moments), minlength=at.size).astype(np.float64)
