"""The steps of :mod:`dmiso.engine.duplex.look`: numba loops on fixed-point numbers, int16.

Numbers are whole multiples of a unit, and sums are held to the range of int16 (:mod:`dmiso.engine.duplex.lanes`).
They are half as wide as float32, so that twice as many fit a vector register; what the bits beyond would say is far
less than a first look has to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.duplex.lanes import added, product_high, taken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Fixed = NDArray[np.int16]
    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]

__all__ = [
    "LANES",
    "FixedMirnas",
    "FixedStudent",
    "Ground",
    "Threshold",
    "add_products",
    "fixed_helices",
    "fixed_scores_on",
    "look_at_tile",
    "mark_promising",
    "mark_promising_rows",
]

LANES: Final = 64
"""Columns are filled up to a multiple of this: two of the widest vectors of int16."""


class Ground(NamedTuple):
    """What the nucleotides under a tile give, whatever the miRNA."""

    bases: Fixed
    """``(n_bases,)``, codes; N fills them up."""
    stacks: Fixed
    """``(n_steps, heads, n_bases)``."""
    context: Fixed
    """``(units, columns)``: the share of the nucleotides around each column, with the bias."""


class FixedMirnas(NamedTuple):
    """What miRNAs give, whatever the target."""

    lengths: Positions
    """``(n_mirnas,)``."""
    steps: Positions
    """``(n_mirnas, mirna_length)``, rows of :attr:`Ground.stacks`."""
    pairs: Fixed
    """``(n_mirnas, mirna_length, heads, 4)``."""


class FixedStudent(NamedTuple):
    """A student network."""

    bulge: Fixed
    """``(2, heads)``."""
    mix: Fixed
    """``(mirna_length * heads, units)``, filled up to whole fours of rows."""
    taps: Fixed
    """``(units * taps, units)``."""
    which: Positions
    """``(units * taps,)``, the unit that a row of ``taps`` weighs."""
    begins: Positions
    """``(units * taps,)``, and its column."""
    hidden_bias: Fixed
    """``(units,)``."""
    output: FloatArray
    """``(units,)``."""
    output_bias: np.float32


class Threshold(NamedTuple):
    """What it takes to be promising, in logits on the scale of sites."""

    pooled: float
    """The student's logits within the distance, taken together, are at least this."""
    least: float
    """The offset's own one too."""
    drop: float
    """The offset's own one is at most this below the highest within the distance."""
    scale: float
    """Of the soft maximum."""
    distance: int


@njit(cache=True, error_model="numpy")
def fixed_scores_on(table: Fixed, codes: NDArray[np.uint8], scores: Fixed) -> None:  # pragma: no cover
    """Write ``table[..., codes]``, see :func:`dmiso.engine.duplex.scan_kernels.scores_on`."""
    last = np.uint8(table.shape[2] - 1)
    held = np.empty(len(codes), np.uint32)
    for j in range(len(codes)):
        held[j] = min(codes[j], last)
    for n in range(table.shape[0]):
        for h in range(table.shape[1]):
            own, out = table[n, h], scores[n, h]
            for j in range(len(held)):
                out[j] = own[held[j]]


@njit(cache=True, error_model="numpy")
def _starts(bases: Fixed, stack: Fixed, pair: Fixed, out: Fixed) -> None:  # pragma: no cover
    a, u, c, g = pair[0], pair[1], pair[2], pair[3]
    for j in range(len(out)):
        x = bases[j]
        own = (a if x == 0 else u) if x < 2 else (c if x == 2 else g)
        out[j] = max(added(stack[j], own), np.int16(0))


@njit(cache=True, error_model="numpy")
def _row(
    bases: Fixed, stack: Fixed, pair: Fixed, miss: np.int16, skip: np.int16, before: Fixed, out: Fixed
) -> None:  # pragma: no cover
    a, u, c, g = pair[0], pair[1], pair[2], pair[3]
    for j in range(len(out)):
        x = bases[j]
        own = (a if x == 0 else u) if x < 2 else (c if x == 2 else g)
        top = max(max(before[j + 1], taken(before[j], miss)), taken(before[j + 2], skip))  # noqa: PLW3301
        out[j] = max(added(top, added(stack[j], own)), np.int16(0))


@njit(cache=True, error_model="numpy")
def fixed_helices(
    bases: Fixed, stacks: Fixed, steps: Positions, pairs: Fixed, bulge: Fixed, best: Fixed, skipped: int
) -> None:  # pragma: no cover
    """Compute the best helix scores of a tile in fixed point.

    Parameters
    ----------
    bases
        ``(n_bases,)``, codes, as wide as the scores that they choose.
    stacks, steps, pairs, bulge, skipped
        As of :func:`dmiso.engine.duplex.scan_kernels.best_helices`, int16; ``bases`` and ``stacks`` are longer than
        ``best`` is wide by :data:`LANES` at least.
    best
        Filled: ``(length * heads, width)``, a multiple of :data:`LANES` wide. Of row ``i * heads + h`` columns from i
        to ``width - LANES - i`` are right, others are not.
    """
    length, heads = pairs.shape[0], pairs.shape[1]
    width = best.shape[1] - LANES
    own = bases[skipped:]
    for h in range(heads):
        for i in range(length):
            # whole vectors, into the spare columns: the few columns left over, one by one, would take as long as all
            n = (width - 2 * i + LANES - 1) // LANES * LANES
            stack, out = stacks[steps[i], h, skipped:], best[i * heads + h]
            if i == 0:
                _starts(own, stack, pairs[i, h], out[:n])
            else:
                before = best[(i - 1) * heads + h, i - 1 :]
                _row(own, stack, pairs[i, h], bulge[0, h], bulge[1, h], before, out[i : i + n])


@njit(cache=True, error_model="numpy")
def _add_four(  # noqa: PLR0913, PLR0917 - a vector loop over eight rows
    w: Fixed, x0: Fixed, x1: Fixed, x2: Fixed, x3: Fixed, y0: Fixed, y1: Fixed, y2: Fixed, y3: Fixed
) -> None:  # pragma: no cover
    # four rows for four sums at once: a row is read once for four products, a sum once for four more
    a0, a1, a2, a3 = w[0, 0], w[1, 0], w[2, 0], w[3, 0]
    b0, b1, b2, b3 = w[0, 1], w[1, 1], w[2, 1], w[3, 1]
    c0, c1, c2, c3 = w[0, 2], w[1, 2], w[2, 2], w[3, 2]
    d0, d1, d2, d3 = w[0, 3], w[1, 3], w[2, 3], w[3, 3]
    # the second and fourth products come negated, and are taken: rounded up, as the others are rounded down
    for k in range(len(y0)):
        p, q, r, s = x0[k], x1[k], x2[k], x3[k]
        left = taken(product_high(p, a0), product_high(q, a1))
        y0[k] = added(added(y0[k], left), taken(product_high(r, a2), product_high(s, a3)))
        left = taken(product_high(p, b0), product_high(q, b1))
        y1[k] = added(added(y1[k], left), taken(product_high(r, b2), product_high(s, b3)))
        left = taken(product_high(p, c0), product_high(q, c1))
        y2[k] = added(added(y2[k], left), taken(product_high(r, c2), product_high(s, c3)))
        left = taken(product_high(p, d0), product_high(q, d1))
        y3[k] = added(added(y3[k], left), taken(product_high(r, d2), product_high(s, d3)))


@njit(cache=True, error_model="numpy")
def add_products(
    rows: Fixed, which: Positions, begins: Positions, weights: Fixed, sums: Fixed, columns: int
) -> None:  # pragma: no cover
    """Add weighted rows to each sum.

    Parameters
    ----------
    rows
        ``(n_rows, width)``.
    which, begins
        ``(n,)``, n a multiple of 4: the row of each term, and its element that goes to column 0.
    weights
        ``(n, n_sums)``, in 1/65,536, those of odd rows negated; ``n_sums`` is a multiple of 4.
    sums
        ``(n_sums, width)``, added to.
    columns
        How many columns of the sums are added to, from the first on.
    """
    for i in range(0, len(which), 4):
        x0 = rows[which[i], begins[i] : begins[i] + columns]
        x1 = rows[which[i + 1], begins[i + 1] : begins[i + 1] + columns]
        x2 = rows[which[i + 2], begins[i + 2] : begins[i + 2] + columns]
        x3 = rows[which[i + 3], begins[i + 3] : begins[i + 3] + columns]
        for u in range(0, len(sums), 4):
            y0, y1 = sums[u, :columns], sums[u + 1, :columns]
            y2, y3 = sums[u + 2, :columns], sums[u + 3, :columns]
            _add_four(weights[i : i + 4, u : u + 4], x0, x1, x2, x3, y0, y1, y2, y3)


@njit(cache=True, error_model="numpy")
def _positive(values: Fixed) -> None:  # pragma: no cover
    for k in range(len(values)):
        values[k] = max(values[k], np.int16(0))


@njit(cache=True, error_model="numpy", fastmath={"nnan", "ninf", "nsz", "contract"})
def _weigh(
    hidden: Fixed, output: FloatArray, bias: np.float32, logits: FloatArray
) -> None:  # pragma: no cover
    logits[:] = bias
    for u in range(len(hidden)):
        row, weight = hidden[u], output[u]
        for k in range(len(logits)):
            logits[k] += np.float32(max(row[k], np.int16(0))) * weight


@njit(cache=True, error_model="numpy")
def look_at_tile(
    ground: Ground, mirnas: FixedMirnas, student: FixedStudent, logits: FloatArray
) -> None:  # pragma: no cover
    """Write a student's logits of a tile's offsets, of one miRNA after another.

    Parameters
    ----------
    ground
        The nucleotides under the tile.
    mirnas, student
        In fixed point.
    logits
        Filled: ``(n_mirnas, columns)``.
    """
    columns, length = logits.shape[1], mirnas.steps.shape[1]
    units, taps = student.mix.shape[1], student.taps.shape[0] // student.mix.shape[1]
    heads = mirnas.pairs.shape[2]
    # whole vectors everywhere, see fixed_helices
    near = (columns + taps - 1 + LANES - 1) // LANES * LANES
    sums = np.empty((units, near + LANES), np.int16)
    hidden = np.empty((units, near), np.int16)
    wide = (near + 2 * length + 2 * LANES) // LANES * LANES
    rows = np.zeros(((length * heads + 3) // 4 * 4, wide), np.int16)
    every, weights = np.arange(rows.shape[0]), np.empty_like(student.mix)
    for m in range(len(mirnas.lengths)):
        own = mirnas.lengths[m]
        n = own * heads
        used = (n + 3) // 4 * 4
        fixed_helices(
            ground.bases,
            ground.stacks,
            mirnas.steps[m],
            mirnas.pairs[m, :own],
            student.bulge,
            rows,
            length - own,
        )
        weights[:n] = student.mix[:n]
        weights[n:used] = 0  # rows of a longer miRNA before
        sums[:, :near] = ground.context[:, :near]
        sums[:, near:] = 0
        begins = np.full(used, own - 1)
        add_products(rows, every[:used], begins, weights, sums, near)
        for u in range(units):
            _positive(sums[u])
            hidden[u] = student.hidden_bias[u]
        whole = (columns + LANES - 1) // LANES * LANES
        add_products(sums, student.which, student.begins, student.taps, hidden, whole)
        _weigh(hidden, student.output, student.output_bias, logits[m])


@njit(cache=True, error_model="numpy")
def mark_promising(
    logits: FloatArray, threshold: Threshold, first: int, last: int, promising: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the offsets that may be the peak of a site that is kept.

    Parameters
    ----------
    logits
        ``(n,)``, a student's.
    threshold
        What it takes to be promising.
    first, last
        Which of them are marked, half-open.
    promising
        Filled: ``(last - first,)``.
    """
    n, distance, scale = len(logits), threshold.distance, threshold.scale
    for k in range(first, last):
        own = logits[k]
        promising[k - first] = False
        if own < threshold.least:  # nearly all end here
            continue
        begin, end = max(0, k - distance), min(n, k + distance + 1)
        top = own
        for j in range(begin, end):
            top = max(top, logits[j])
        if own < top - threshold.drop:
            continue
        total = 0.0
        for j in range(begin, end):
            total += np.exp((logits[j] - top) / scale)
        promising[k - first] = top + scale * np.log(total) >= threshold.pooled


@njit(cache=True, error_model="numpy")
def mark_promising_rows(
    logits: FloatArray, threshold: Threshold, promising: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the promising offsets of each row, see :func:`mark_promising`; arrays are ``(n_rows, n)``."""
    for row in range(len(logits)):
        mark_promising(logits[row], threshold, 0, logits.shape[1], promising[row])
