"""Which worlds are invented? Sites of some sizes, what they have in common, and when items left.

A kind of world has a known long-run share: the chance that an item of it is removed within the
norm, over all sites there might have been in the place of these, at these sizes. Many worlds of
a kind are invented at once, as columns.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from looks import Looks
from scipy import special

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

NORM = 24.0
MOST = 0.4  # of the items, on four big sites


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of world.

    ``sizes``: ``even``; ``single`` (one item a site); ``uneven``, ``very uneven`` (lognormal with
    sigma 0.8 and 1.3); ``four big`` (40 % of the items on four sites); ``one big`` (``biggest`` of
    the items on one). ``items``: on a site, in the median. ``likeness``, ``in_batch``: the parts of
    an item's fate that it has in common with its site and its batch (variances on the normal
    scale); with ``fates`` ``two sorts`` a site is either faultless or late every second time;
    with ``bigger worse`` large sites have a lower share, the mean over items being the same.
    ``moved``: the share of items that move before they would have left.
    """

    share: float = 0.9
    sites: int = 60
    sizes: str = "uneven"
    items: float = 5.0
    likeness: float = 0.2
    fates: str = "alike"
    biggest: float = 0.2
    in_batch: float = 0.0
    batch_items: int = 12
    moved: float = 0.0
    sites_known: bool = True
    batches_known: bool = True
    looks: Looks = field(default_factory=Looks)


@dataclass(frozen=True, slots=True)
class Worlds:
    """Items of ``many`` worlds; each column of shape (items,).

    ``world``, ``site`` and ``batch`` are numbered through all worlds; ``gone``: hours at which it
    left; ``moved``: whether it moved instead of being removed.
    """

    many: int
    world: Integers
    site: Integers
    batch: Integers
    gone: Floats
    moved: Booleans

    @property
    def in_time(self) -> Booleans:
        """Items that were removed within the norm, whoever looked."""
        return (self.gone <= NORM) & ~self.moved

    def realised(self) -> Floats:
        """Return the share of each world's items that were in time: shape (many,)."""
        return np.bincount(self.world, self.in_time, self.many) / np.bincount(
            self.world, minlength=self.many
        )


def invent(kind: Kind, many: int, rng: np.random.Generator) -> Worlds:
    """Invent many worlds of one kind."""
    sizes = _sizes(kind, many, rng)
    world = np.repeat(np.arange(many), sizes.sum(axis=1))
    site = np.repeat(np.arange(sizes.size), sizes.ravel())
    first = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))[:-1]])
    shuffled = np.lexsort((rng.random(site.size), world))
    place = np.empty(site.size, np.int64)
    place[shuffled] = np.arange(site.size) - first[world]
    batch = world * (site.size // kind.batch_items + 1) + place // kind.batch_items
    batch = np.unique(batch, return_inverse=True)[1]
    in_time = _in_time(kind, sizes, site, batch, rng)
    early, late = NORM * rng.beta(1, 2, site.size), NORM + rng.exponential(60, site.size)
    gone = np.where(in_time, early, late)
    # What moves would otherwise have stayed: the share in time is that of all items.
    moved = ~in_time & (rng.random(site.size) < kind.moved / max(1 - kind.share, 1e-9))
    gone = np.where(moved, 2 * NORM * rng.random(site.size), gone)
    return Worlds(many, world, site, batch, gone, moved)


def _sizes(kind: Kind, many: int, rng: np.random.Generator) -> Integers:
    """Draw how many items each site holds: (many, sites)."""
    shape = (many, kind.sites)
    if kind.sizes == "single":
        return np.ones(shape, np.int64)
    if kind.sizes == "even":
        return np.full(shape, round(kind.items))
    sigma = 1.3 if kind.sizes == "very uneven" else 0.8
    size = np.maximum(1, rng.lognormal(np.log(kind.items), sigma, shape)).astype(np.int64)
    big = {"four big": 4, "one big": 1}.get(kind.sizes, 0)
    if big:
        part = MOST if kind.sizes == "four big" else kind.biggest
        rest = size[:, big:].sum(axis=1, keepdims=True)
        size[:, :big] = np.maximum(1, rest * part / (1 - part) / big)
    return size


def _in_time(
    kind: Kind, sizes: Integers, site: Integers, batch: Integers, rng: np.random.Generator
) -> Booleans:
    """Draw which items are removed within the norm."""
    if kind.fates == "two sorts":
        halved = rng.random(sizes.size) < 2 * (1 - kind.share)
        return rng.random(site.size) < np.where(halved, 0.5, 1.0)[site]
    threshold = np.full(sizes.shape, kind.share)
    if kind.fates == "bigger worse":
        big = sizes > 2 * np.median(sizes, axis=1, keepdims=True)
        part = (sizes * big).sum(axis=1, keepdims=True) / sizes.sum(axis=1, keepdims=True)
        # What the others do better by, large sites do worse by: the share of all stays what it is.
        better = 0.5 * (1 - kind.share)
        worse = better * (1 - part) / np.maximum(part, 1e-9)
        threshold = kind.share + np.where(big, -worse, np.where(part > 0, better, 0.0))
        threshold = np.maximum(threshold, 0.0)
    own = np.sqrt(1 - kind.likeness - kind.in_batch) * rng.standard_normal(site.size)
    own += np.sqrt(kind.likeness) * rng.standard_normal(sizes.size)[site]
    own += np.sqrt(kind.in_batch) * rng.standard_normal(batch.max() + 1)[batch]
    in_time: Booleans = own < special.ndtri(threshold.ravel())[site]
    return in_time
