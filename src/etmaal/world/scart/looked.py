"""What SCART makes of the checker's looks: three misses in a row, whatever their cause, close.

It keeps no look. What a look leaves behind is a later `lastseen_at`, a counter, or a miss.
"""

from dataclasses import dataclass

import numpy as np

from etmaal.world.checker import NO_ADDRESS, ONLINE, Looks
from etmaal.world.civil import NEVER, Bools, Ints
from etmaal.world.stays import Stays

MISSES = 3
SHIFT = 32  # a case and a moment in one number, so that both are found by one search


@dataclass(frozen=True, slots=True)
class LookedAt:
    """All looks at the cases, by case and then by time."""

    keys: Ints
    online: Bools
    online_keys: Ints

    def last_online(self, case: Ints, from_at: Ints, before: Ints) -> Ints:
        """Return the last online look in [from_at, before), or NEVER."""
        if not self.online_keys.size:
            return np.full(case.size, NEVER)
        place = np.searchsorted(self.online_keys, _key(case, before)) - 1
        found = self.online_keys[np.maximum(place, 0)]
        there = (place >= 0) & (found >= _key(case, from_at))
        return np.where(there, found & ((1 << SHIFT) - 1), NEVER)

    def times_online(self, case: Ints, from_at: Ints, before: Ints) -> Ints:
        """Count the online looks in [from_at, before)."""
        first = np.searchsorted(self.online_keys, _key(case, from_at))
        last = np.searchsorted(self.online_keys, _key(case, before))
        times: Ints = np.maximum(last - first, 0)
        return times

    def third_miss(self, case: Ints, from_at: Ints, before: Ints) -> Ints:
        """Return the look in [from_at, before) that closes each case, or NEVER.

        Spells of one case may not overlap: a run of misses begins anew with each.
        """
        if not self.keys.size:
            return np.full(case.size, NEVER)
        first = np.searchsorted(self.keys, _key(case, from_at))
        end = np.searchsorted(self.keys, _key(case, before))
        place = np.arange(self.keys.size)
        base = np.where(self.online, place, -1)
        begun = first[first < end]
        base[begun] = np.where(self.online[begun], begun, begun - 1)
        third = np.flatnonzero(place - np.maximum.accumulate(base) == MISSES)
        which = np.searchsorted(third, first)
        at = third[np.minimum(which, third.size - 1)] if third.size else first
        closing = (which < third.size) & (at < end)
        moment = self.keys[np.minimum(at, self.keys.size - 1)] & ((1 << SHIFT) - 1)
        return np.where(closing, moment, NEVER)


def looked_at(looks: Looks, stays: Stays, cases: int) -> LookedAt:
    """Put the looks at the cases in order.

    Of an item that two providers hold SCART sees what the first address has: the second copy is
    no case, and looks that might be at either are not among these.
    """
    either = (stays.twin[looks.stay] >= 0) & (looks.address == NO_ADDRESS)
    mine = (looks.stay < cases) & ~either
    keys = _key(looks.stay[mine], looks.at[mine])
    order = np.argsort(keys, kind="stable")
    keys, online = keys[order], (looks.seen[mine] == ONLINE)[order]
    return LookedAt(keys, online, keys[online])


def _key(case: Ints, at: Ints) -> Ints:
    return (case << SHIFT) | np.clip(at, 0, (1 << SHIFT) - 1)
