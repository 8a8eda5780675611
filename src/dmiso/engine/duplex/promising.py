"""Which offsets may be the peak of a site that is kept: after the first look, and once more with a few exact logits.

The student's logits say which offsets are promising, and the network is asked there. Its answers, and the student's
beside them raised by a margin, then say of most that nothing there can be a site. Logits are those of sites that have
one offset each, so that the soft maximum of several is that of a site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.engine.peaks import EQUAL_WITHIN, longer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Positions = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Asked",
    "Hits",
    "Sieve",
    "Threshold",
    "mark_near",
    "mark_near_rows",
    "mark_promising_rows",
    "possible_peaks",
    "promising_of_rows",
    "runs_around",
]

_BLOCK: Final = 64
"""Offsets that are left together if all are too low."""
_ROUNDING: Final = 1e-3
"""Logits: more than what float32 rounds off."""


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


class Sieve(NamedTuple):
    """What it takes to be a possible peak, once the network's logits near promising offsets are known."""

    lowest: float
    """Sites with at least this logit are kept."""
    margin: float
    """How much higher than the student says the logits may be that are not known."""
    join: int
    """Runs with fewer offsets than this between them are computed as one."""


class Hits(NamedTuple):
    """Offsets of miRNAs, ascending within each."""

    mirna: Positions
    """``(n,)``, ascending."""
    offset: Positions
    """``(n,)``."""


class Asked(NamedTuple):
    """Runs of offsets with the network's logits."""

    mirna: Positions
    """``(n_runs,)``, ascending."""
    between: Positions
    """``(n_runs, 2)``, the first offset and the one after the last, ascending within a miRNA, apart."""
    begins: Positions
    """``(n_runs,)``, where the values of each begin."""
    peaks: FloatArray
    """``(n,)``, what the peaks are the highest of."""
    alone: FloatArray
    """``(n,)``, logits on the scale of sites."""


@njit(cache=True, error_model="numpy", fastmath={"nnan", "nsz"})
def _highest(logits: FloatArray) -> np.float32:  # pragma: no cover
    top: np.float32 = logits[0]
    for k in range(len(logits)):
        top = max(top, logits[k])
    return top


@njit(cache=True, error_model="numpy", fastmath={"nnan", "nsz"})
def _at_most(logits: FloatArray, threshold: Threshold, shares: FloatArray) -> None:  # pragma: no cover
    """Write slightly more than the share that each logit has in reaching the threshold, without an exponential."""
    one, size, pooled = np.float32(1), np.float32(1 / (16 * threshold.scale)), np.float32(threshold.pooled)
    for k in range(len(logits)):
        # exp(x) is at most (1 - x / 16) ** -16; a share of more than 1 is as good as any
        part = one - min((logits[k] - pooled) * size, np.float32(0.5))
        part *= part
        part *= part
        part *= part
        shares[k] = one / (part * part)


@njit(cache=True, error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def _at_least(logits: FloatArray, threshold: Threshold) -> np.float32:  # pragma: no cover
    """Return slightly less than the shares together, see :func:`_at_most`."""
    one, size, pooled = np.float32(1), np.float32(1 / (16 * threshold.scale)), np.float32(threshold.pooled)
    total = np.float32(0)
    for k in range(len(logits)):
        # exp(x) is at least (1 + x / 16) ** 16
        part = max(one + (logits[k] - pooled) * size, np.float32(0))
        part *= part
        part *= part
        part *= part
        total += part * part
    return total


@njit(cache=True, error_model="numpy")
def _is_promising(logits: FloatArray, k: int, threshold: Threshold) -> bool:  # pragma: no cover
    distance, scale, own = threshold.distance, threshold.scale, logits[k]
    around = logits[max(0, k - distance) : k + distance + 1]
    top = _highest(around)
    if own < top - threshold.drop:
        return False
    if _at_least(around, threshold) >= 1 + _ROUNDING:
        return True
    total = 0.0  # so close to the threshold that bounds do not decide
    for j in range(len(around)):
        total += np.exp((around[j] - top) / scale)
    return bool(top + scale * np.log(total) >= threshold.pooled)


@njit(cache=True, error_model="numpy")
def promising_of_rows(
    logits: FloatArray, threshold: Threshold, between: tuple[int, int], rows: Positions
) -> Hits:  # pragma: no cover
    """Return the promising offsets of some rows: those that may be the peak of a site that is kept.

    Parameters
    ----------
    logits
        ``(n_rows, n)``, a student's.
    threshold
        What it takes to be promising.
    between
        Which offsets are looked at, half-open.
    rows
        Which rows, ascending.
    """
    first, last = between
    distance, least = threshold.distance, threshold.least
    mirna, offset = np.empty(64, np.int64), np.empty(64, np.int64)
    room = np.empty(_BLOCK + 2 * distance, np.float32)
    n = 0
    for row in rows:
        own = logits[row]
        for begin in range(first, last, _BLOCK):
            end = min(begin + _BLOCK, last)
            if _highest(own[begin:end]) < least:  # nearly all end here
                continue
            seen = max(0, begin - distance)
            shares = room[: min(len(own), end + distance) - seen]
            _at_most(own[seen : seen + len(shares)], threshold, shares)
            for k in range(begin, end):
                if own[k] < least:
                    continue
                total = np.float32(_ROUNDING)
                for j in range(max(0, k - distance) - seen, min(len(own), k + distance + 1) - seen):
                    total += shares[j]
                if total < 1 or not _is_promising(own, k, threshold):
                    continue
                if n == len(mirna):
                    mirna, offset = longer(mirna), longer(offset)
                mirna[n], offset[n] = row, k
                n += 1
    return Hits(mirna[:n].copy(), offset[:n].copy())


@njit(cache=True, error_model="numpy")
def mark_promising_rows(
    logits: FloatArray, threshold: Threshold, promising: Flags
) -> None:  # pragma: no cover
    """Mark the promising offsets of each row; both arrays are ``(n_rows, n)``."""
    promising[:] = False
    hits = promising_of_rows(logits, threshold, (0, logits.shape[1]), np.arange(len(logits)))
    for h in range(len(hits.mirna)):
        promising[hits.mirna[h], hits.offset[h]] = True


@njit(cache=True)
def runs_around(
    hits: Hits, distance: int, first: int, last: int, join: int
) -> tuple[Positions, Positions]:  # pragma: no cover
    """Return the runs of offsets at most a distance from a hit: the miRNA of each, and ``(n_runs, 2)``.

    Parameters
    ----------
    hits
        Of which offsets.
    distance
        To either side.
    first, last
        Runs are cut to these offsets, half-open.
    join
        Runs with fewer offsets than this between them become one.
    """
    mirna, between = np.empty(len(hits.mirna), np.int64), np.empty((len(hits.mirna), 2), np.int64)
    n = 0
    for h in range(len(hits.mirna)):
        start, stop = max(first, hits.offset[h] - distance), min(last, hits.offset[h] + distance + 1)
        if start >= stop:
            continue
        if n and mirna[n - 1] == hits.mirna[h] and start < between[n - 1, 1] + max(join, 1):
            between[n - 1, 1] = stop
        else:
            mirna[n], between[n, 0], between[n, 1] = hits.mirna[h], start, stop
            n += 1
    return mirna[:n].copy(), between[:n].copy()


@njit(cache=True, error_model="numpy")
def _overlay(
    asked: Asked, run: int, begin: int, alone: FloatArray, peaks: FloatArray
) -> None:  # pragma: no cover
    """Write the known logits of a run, and of those beside it, into the offsets from ``begin`` on."""
    end = begin + len(alone)
    for step in (-1, 1):
        r = run if step == -1 else run + 1
        while 0 <= r < len(asked.mirna) and asked.mirna[r] == asked.mirna[run]:
            start, stop = max(asked.between[r, 0], begin), min(asked.between[r, 1], end)
            if start >= stop:
                break
            at = asked.begins[r] - asked.between[r, 0]
            for k in range(start, stop):
                alone[k - begin], peaks[k - begin] = asked.alone[at + k], asked.peaks[at + k]
            r += step


@njit(cache=True, error_model="numpy")
def possible_peaks(
    asked: Asked, said: FloatArray, origin: int, threshold: Threshold, sieve: Sieve
) -> Hits:  # pragma: no cover
    """Return the offsets with known logits that may be the peak of a site that is kept.

    Parameters
    ----------
    asked
        The known logits.
    said
        ``(n_mirnas, n)``, the student's, beginning with offset ``origin``; beyond them there are no offsets.
    origin
        See ``said``.
    threshold
        Its distance and scale.
    sieve
        What it takes.
    """
    distance, scale = threshold.distance, threshold.scale
    mirna, offset = np.empty(len(asked.alone), np.int64), np.empty(len(asked.alone), np.int64)
    n = 0
    for r in range(len(asked.mirna)):
        begin, end = asked.between[r, 0] - distance, asked.between[r, 1] + distance
        alone, peaks = np.full(end - begin, -np.inf, np.float32), np.full(end - begin, -np.inf, np.float32)
        a, b = max(begin, origin), min(end, origin + said.shape[1])
        for k in range(a, b):
            alone[k - begin] = said[asked.mirna[r], k - origin] + np.float32(sieve.margin)
        _overlay(asked, r, begin, alone, peaks)
        for q in range(len(alone) - 2 * distance):
            around = peaks[q : q + 2 * distance + 1]
            if _highest(around) > peaks[q + distance] + EQUAL_WITHIN:
                continue
            top, total = _highest(alone[q : q + 2 * distance + 1]), 0.0
            for k in range(q, q + 2 * distance + 1):
                total += np.exp((alone[k] - top) / scale)
            if top + scale * np.log(total) >= sieve.lowest - _ROUNDING:
                mirna[n], offset[n] = asked.mirna[r], begin + q + distance
                n += 1
    return Hits(mirna[:n].copy(), offset[:n].copy())


@njit(cache=True)
def mark_near(promising: Flags, distance: int, first: int, near: Flags) -> None:  # pragma: no cover
    """Mark the offsets at most a distance from a promising one; ``near`` begins at offset ``first``."""
    near[:] = False
    marked = 0  # offsets before it are done: each is marked once, however many promising ones are near
    for k in range(len(promising)):
        if promising[k]:
            start, stop = max(marked, k - distance - first), min(len(near), k - first + distance + 1)
            if stop > start:
                near[start:stop] = True
                marked = stop


@njit(cache=True)
def mark_near_rows(promising: Flags, distance: int, first: int, near: Flags) -> None:  # pragma: no cover
    """Mark the offsets near promising ones in each row, see :func:`mark_near`."""
    for row in range(len(near)):
        mark_near(promising[row], distance, first, near[row])
