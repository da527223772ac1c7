"""How much do the rows say about the masses? The observed information, solved for an estimate."""

import numpy as np

from etmaal.stats.arrays import Floats, totals
from etmaal.stats.batches import Batch
from etmaal.stats.cover import PerKind, curvature

RIDGE = 1e-10  # of the largest information there can be: what is not identified gets a vast error
MOST = 3_000  # cells up to which a table of all pairs is made: 72 MB, and some copies
ROUNDS = 2_000  # of conjugate gradients, beyond that


def direction(of: Batch, weight: PerKind, mass: Floats, gradient: Floats) -> Floats:
    """Solve for the change in the masses that one unit of score brings, along each gradient.

    Args:
        of: a batch, of one group if it is wider than `MOST`.
        weight: of its kinds.
        mass: (size, width), the fitted masses, all above 0 where valid.
        gradient: (size, width, k), of k estimates in the masses; each sums to 0 over the masses.

    Returns:
        Shape (size, width, k): x with K x = gradient, where K is the observed information of
        the masses on the simplex.
    """
    root = np.sqrt(np.where(of.valid, mass, 0.0))[:, :, None]
    curve = curvature(weight, of.cover.inside(mass))
    n = totals(of.cover.entry_start // (of.cover.width + 1), weight.entry, of.cover.size)
    solve = _by_pairs if of.cover.width <= MOST else _by_rounds
    solution = solve(of, curve, n, root[:, :, 0], root * gradient)
    return root * solution / n[:, None, None]


def _by_pairs(of: Batch, curve: PerKind, n: Floats, root: Floats, right: Floats) -> Floats:
    """Solve with a table of the information of every pair of cells."""
    table = _closed_pairs(of, curve.closed) + _suffix_pairs(of, curve, n)
    table *= root[:, :, None] * root[:, None, :] / n[:, None, None]
    diagonal = np.arange(of.cover.width)
    table[:, diagonal, diagonal] += np.where(of.valid, RIDGE, 1.0)
    return np.linalg.solve(table, right).astype(np.float64, copy=False)


def _closed_pairs(of: Batch, curve: Floats) -> Floats:
    """Sum over closed kinds a square of ones on the pairs of cells they allow."""
    places = of.cover.width + 1
    row, start = np.divmod(of.cover.closed_start, places)
    stop = of.cover.closed_stop % places
    many = of.cover.size * places**2
    base = row * places**2
    corners = totals(base + start * places + start, curve, many)
    corners -= totals(base + start * places + stop, curve, many)
    corners -= totals(base + stop * places + start, curve, many)
    corners += totals(base + stop * places + stop, curve, many)
    table = corners.reshape(of.cover.size, places, places)
    np.cumsum(table, axis=1, out=table)
    np.cumsum(table, axis=2, out=table)
    return table[:, :-1, :-1]


def _suffix_pairs(of: Batch, curve: PerKind, n: Floats) -> Floats:
    """Sum over what is still online, less the entries, the pairs of cells beyond it in time.

    The sum over all entries is set off against the masses' having to sum to 1.
    """
    cover = of.cover
    running = _running(of, curve) + n[:, None]
    rank = np.broadcast_to(np.arange(cover.width), (cover.size, cover.width))
    rank = rank if cover.by_curve is None else cover.by_curve
    first = np.minimum(rank[:, :, None], rank[:, None, :])
    return np.take_along_axis(running, first.reshape(cover.size, -1), 1).reshape(first.shape)


def _running(of: Batch, curve: PerKind) -> Floats:
    slots = of.cover.size * (of.cover.width + 1)
    ends = totals(of.cover.open_start, curve.open, slots)
    ends -= totals(of.cover.entry_start, curve.entry, slots)
    return np.cumsum(ends.reshape(of.cover.size, -1), axis=1)[:, :-1]


def _by_rounds(of: Batch, curve: PerKind, n: Floats, root: Floats, right: Floats) -> Floats:
    """Solve by conjugate gradients, each gradient alone, without making the table."""
    return np.stack([_conjugate(of, curve, n, root, each) for each in np.moveaxis(right, 2, 0)], 2)


def _conjugate(of: Batch, curve: PerKind, n: Floats, root: Floats, right: Floats) -> Floats:
    """Solve one system per group. Cells lie within the rounds' reach: scaled, none exceeds 1."""

    def times(x: Floats) -> Floats:
        scaled = root * x
        inside = of.cover.inside(scaled)
        up, down = of.cover.spread(PerKind(*(c * p for c, p in zip(curve, inside, strict=True))))
        total = n[:, None] * scaled.sum(axis=1, keepdims=True)
        return root * np.where(of.valid, up - down + total, 0.0) / n[:, None] + RIDGE * x

    x, rest = np.zeros_like(right), right.copy()
    along, size = rest.copy(), np.sum(rest**2, axis=1, keepdims=True)
    enough = 1e-20 * size
    for _ in range(ROUNDS):
        if np.all(size <= enough):
            break
        image = times(along)
        step = np.divide(
            size,
            np.sum(along * image, axis=1, keepdims=True),
            where=size > enough,
            out=np.zeros_like(size),
        )
        x, rest = x + step * along, rest - step * image
        fresh = np.sum(rest**2, axis=1, keepdims=True)
        along = rest + np.divide(fresh, size, where=size > enough, out=np.zeros_like(size)) * along
        size = fresh
    return x
