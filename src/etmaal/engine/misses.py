"""The miss rule as a relation: so many bare looks gone, so far apart; the first of them counts."""

from etmaal.core.periods import MICROSECOND
from etmaal.core.policy import ClockPolicy


def spaced(policy: ClockPolicy, runs: str) -> str:
    """Return the relation ``runs`` with the misses that count.

    ``miss_1`` is the first of its ``misses`` (a list of microseconds), ``miss_2`` the next one far
    enough after it, and so on; null where there is none.
    """
    apart = policy.miss_rule.apart // MICROSECOND
    relation = f"(SELECT *, list_min(misses) AS miss_1 FROM {runs})"  # noqa: S608 - a name from here
    for number in range(2, policy.miss_rule.misses + 1):
        # A step of its own: an expression inside a lambda is worked out again for each element.
        late_enough = f"lambda m : m >= miss_{number - 1} + {apart}"
        relation = (
            f"(SELECT *, list_min(list_filter(misses, {late_enough})) AS miss_{number} "  # noqa: S608 - numbers only
            f"FROM {relation})"
        )
    return relation
