"""How one number of an edition becomes a value of its bulletin, or none where nothing is known."""

import numpy as np

from etmaal.core.figures import OVERALL
from etmaal.core.verdicts import Verdict
from etmaal.engine.estimates import Intervals
from etmaal.engine.findings import Findings
from etmaal.engine.writing import rounded
from etmaal.letters import values


def share(part: Intervals, k: int, n: int) -> values.Share | None:
    """Return one estimated share with its interval, None where there are no rows."""
    if n == 0 or not np.isfinite(part.value[k]):
        return None
    value, low, high = (float(rounded(x[k])) for x in (part.value, part.low, part.high))
    return values.Share(value, max(min(low, value), 0.0), min(max(high, value), 1.0), n)


def known(hours: float) -> float | None:
    """Return a number as it is written, None for one that is not there."""
    number: float | None = rounded(hours)
    return number


def told(surely: float, possibly: float) -> bool:
    """Say whether looks tell anything: between none and all nothing can be estimated."""
    return surely > 0 or possibly < 1


def anything_told(found: Findings, k: int = -1) -> bool:
    """Say whether the looks tell anything of a provider; below zero, of all together."""
    held, place = (found.bounds_overall, 0) if k < 0 else (found.bounds, k)
    return told(float(held.surely.value[place]), float(held.possibly.value[place]))


def verdict_counts(words: list[Verdict]) -> values.VerdictCounts:
    """Return how often each word was given."""
    return values.VerdictCounts(**{word.value: words.count(word) for word in Verdict})


def observed(found: Findings, indicator: str, provider: str = OVERALL) -> tuple[float | None, int]:
    """Return an observed value and what it rests on."""
    for m in found.measured:
        if (m.indicator, m.provider) == (indicator, provider):
            return rounded(m.value), m.n
    return None, 0
