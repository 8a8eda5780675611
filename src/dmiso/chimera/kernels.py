"""The loops over nucleotides, compiled: ungapped alignments from a k-mer index, pairs of alignments.

Nucleotides are codes of :mod:`dmiso.alphabet`; those above 3, N and the break between sequences, match nothing.
numba's cache does not notice changed globals, so every constant is an argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.compiled import njit
from dmiso.kmers import next_kmer

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Index", "Joints", "PairRules", "Scores", "extend_hits", "joint_borders", "pair_hits"]


class Index(NamedTuple):
    """A reference as the search takes it, see :class:`dmiso.chimera.reference.Reference`."""

    text: NDArray[np.uint8]
    word: int
    starts: NDArray[np.uint32]
    positions: NDArray[np.uint32]


class Scores(NamedTuple):
    """What nucleotides of an alignment are worth."""

    match: int
    mismatch: int
    drop: int
    """How far a score may fall below its best before an extension stops."""


class PairRules(NamedTuple):
    """Which alignments of a read may be the two parts of a chimera; distances are read nucleotides."""

    max_gap: int
    max_overlap: int
    max_end_distance: int
    """From the miRNA's outer end to the read's."""
    mirna_first: bool
    """Whether the miRNA may be the first part."""
    target_first: bool


class Joints(NamedTuple):
    """Pairs of alignments whose border is looked for; each ``(n_pairs,)``, int64, in nucleotides."""

    read: NDArray[np.int64]
    mirna_first: NDArray[np.int64]
    """1 or 0."""
    m_start: NDArray[np.int64]
    """Of the miRNA's alignment on the read."""
    m_end: NDArray[np.int64]
    t_start: NDArray[np.int64]
    t_end: NDArray[np.int64]
    m_shift: NDArray[np.int64]
    """Where the read's first base falls on the miRNA text along the alignment: base b falls on ``b + m_shift``."""
    t_shift: NDArray[np.int64]
    """The same on the transcript text."""
    m_low: NDArray[np.int64]
    """First position of the miRNA on its text."""
    m_high: NDArray[np.int64]
    """The position after its last."""
    t_low: NDArray[np.int64]
    """First position of the transcript; its last is found by the separator."""


@njit(cache=True)
def _extend(read, text, i, p, word, scores):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return (score, read start, read end, text start) of the best segment through a word.

    The word begins at read nucleotide ``i`` and text position ``p``. The segment grows to the right, then to the left,
    and ends where its score was highest (the X-drop of Altschul et al. 1990, without gaps).
    """
    match, mismatch, drop = scores.match, scores.mismatch, scores.drop
    best = word * match  # the word's nucleotides agree: they are not looked at again
    score = best
    right = i + word
    a, b = right, p + word
    while a < len(read) and b < len(text) and text[b] < 5 and score > best - drop:
        score += match if (read[a] == text[b] and read[a] < 4) else mismatch
        a += 1
        b += 1
        if score > best:
            best = score
            right = a
    score = best
    left = i
    a, b = i - 1, p - 1
    while a >= 0 and b >= 0 and text[b] < 5 and score > best - drop:
        score += match if (read[a] == text[b] and read[a] < 4) else mismatch
        if score > best:
            best = score
            left = a
        a -= 1
        b -= 1
    return best, left, right, p - (i - left)


@njit(cache=True)
def _read_hits(read, index, least, cap, scores, hits, n_max):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, C901, PLR0912
    """Fill ``hits`` with the best segments of one read, and return how many and how many were crowded out.

    A row of ``hits`` is score, read start, read end, text start; in the order found but that a full table gives the
    position of its weakest row to a better one.
    """
    text, word, starts, positions = index.text, index.word, index.starts, index.positions
    n, crowded = 0, 0
    code, run = 0, 0
    searched = False
    for j in range(len(read)):
        code, run = next_kmer(code, run, read[j], word)
        if run < word:
            searched = searched and run > 0
            continue
        i = j - word + 1
        first, last = np.int64(starts[code]), np.int64(starts[code + 1])
        before = searched
        searched = last - first <= cap
        if not searched:
            continue
        for at in range(first, last):
            p = np.int64(positions[at])
            # the k-mer one to the left may be too frequent to be searched: then this one begins the alignment
            if before and i > 0 and p > 0 and read[i - 1] == text[p - 1]:
                continue  # the word one to the left was extended over this one
            score, left, right, begin = _extend(read, text, i, p, word, scores)
            if score < least:
                continue
            # words on both sides of a mismatch give one segment, or two that overlap on one diagonal: one is kept
            known = False
            weakest = 0
            for h in range(n):
                if hits[h, 3] - hits[h, 1] == begin - left and hits[h, 1] < right and left < hits[h, 2]:
                    known = True
                    if score > hits[h, 0]:
                        hits[h, 0], hits[h, 1], hits[h, 2], hits[h, 3] = score, left, right, begin
                    break
                if hits[h, 0] < hits[weakest, 0]:
                    weakest = h
            if known:
                continue
            if n == n_max:
                crowded += 1
                if n == 0 or score <= hits[weakest, 0]:
                    continue
            else:
                weakest = n
                n += 1
            hits[weakest, 0], hits[weakest, 1], hits[weakest, 2], hits[weakest, 3] = score, left, right, begin
    return n, crowded


@njit(cache=True)
def extend_hits(reads, bounds, index, least, cap, scores, n_max):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Align reads with a reference, ungapped and local.

    Parameters
    ----------
    reads, bounds
        Codes of all reads in a row, and where each begins, ``(n_reads + 1,)``.
    index
        The reference, an :class:`Index`.
    least
        Least score for reads of each length, ``(longest + 1,)``.
    cap
        Words at more positions begin no alignment.
    scores
        What nucleotides are worth, :class:`Scores`.
    n_max
        Alignments kept of a read.

    Returns
    -------
    tuple
        Rows (read, score, read start, read end, text start), ``(n_hits, 5)``, by read and in the order found;
        number of reads of which weaker alignments were crowded out.
    """
    capacity = max(1024, 2 * (len(bounds) - 1))
    out = np.empty((capacity, 5), np.int64)
    hits = np.empty((n_max, 4), np.int64)
    total, full = 0, 0
    for r in range(len(bounds) - 1):
        read = reads[bounds[r] : bounds[r + 1]]
        n, crowded = _read_hits(read, index, least[len(read)], cap, scores, hits, n_max)
        full += crowded > 0
        if total + n > capacity:
            capacity = 2 * (total + n)
            larger = np.empty((capacity, 5), np.int64)
            larger[:total] = out[:total]
            out = larger
        for h in range(n):
            out[total, 0] = r
            out[total, 1:] = hits[h]
            total += 1
    return out[:total].copy(), full


@njit(cache=True)
def _better(a, b):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Compare two keys, smaller is better, number by number, with a small tolerance."""
    for x, y in zip(a, b):  # noqa: B905 - numba knows no strict
        if x < y - 1e-9:
            return 1
        if x > y + 1e-9:
            return -1
    return 0


@njit(cache=True)
def _placed(key, pair, keys, chosen, n, m, t):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Put a pair among the ``n`` best of a read, and return how many there are now.

    The few best are kept sorted as they come; of equal keys the earlier stays before. A miRNA at one position of a
    target stands once: either it is there with a better key, or it makes way.
    """
    top = len(keys)
    position = n
    while position > 0 and (
        _better(key, (keys[position - 1, 0], keys[position - 1, 1], keys[position - 1, 2])) > 0
    ):
        position -= 1
    i, j, _ = pair
    same = 0
    while same < n:
        k, other = chosen[same, 0], chosen[same, 1]
        if m[i, 2] == m[k, 2] and t[j, 2] == t[other, 2] and t[j, 3] == t[other, 3]:
            break
        same += 1
    if position >= top or same < position:
        return n
    last = same if same < n else min(n, top - 1)
    for k in range(last, position, -1):
        keys[k] = keys[k - 1]
        chosen[k] = chosen[k - 1]
    keys[position, 0], keys[position, 1], keys[position, 2] = key
    chosen[position, 0], chosen[position, 1], chosen[position, 2] = pair
    return max(n, last + 1)


@njit(cache=True)
def pair_hits(lengths, m_bounds, m, m_worth, t_bounds, t, t_worth, rules, top):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0917
    """Choose the best pairs of a miRNA and a target alignment of each read.

    A miRNA and a target position are a pair once: of several alignments that say the same the best one counts.

    Parameters
    ----------
    lengths
        Of the reads.
    m_bounds, t_bounds
        Where each read's alignments begin, ``(n_reads + 1,)``.
    m, t
        Read start, read end, subject, and position of the read's first base on the subject, ``(n, 4)``.
    m_worth, t_worth
        log10 e-value and bit score, ``(n, 2)``.
    rules
        What may be a pair, :class:`PairRules`.
    top
        Pairs of each read.

    Returns
    -------
    tuple
        Rows (read, rank from 1, miRNA alignment, target alignment, 1 if miRNA first), ``(n, 5)``; for each read
        its outcome: 0 paired, 1 no miRNA, 2 no target, 3 miRNA not at an end, 4 parts too far apart or
        overlapping too much.
    """
    max_gap, max_overlap, max_end = rules.max_gap, rules.max_overlap, rules.max_end_distance
    n_reads = len(lengths)
    out = np.empty((n_reads * top, 5), np.int64)
    outcome = np.zeros(n_reads, np.int8)
    keys = np.empty((top, 3), np.float64)
    chosen = np.empty((top, 3), np.int64)
    total = 0
    for r in range(n_reads):
        n = 0
        at_end = False
        for i in range(m_bounds[r], m_bounds[r + 1]):
            for way in range(2):
                if way == 0:
                    if not rules.mirna_first or m[i, 0] > max_end:
                        continue
                elif not rules.target_first or lengths[r] - m[i, 1] > max_end:
                    continue
                at_end = True  # if nothing fits, the target is at fault and not where the miRNA lies
                for j in range(t_bounds[r], t_bounds[r + 1]):
                    gap = t[j, 0] - m[i, 1] if way == 0 else m[i, 0] - t[j, 1]
                    if gap > max_gap or gap < -max_overlap:
                        continue
                    if way == 0 and (t[j, 0] <= m[i, 0] or t[j, 1] <= m[i, 1]):
                        continue
                    if way == 1 and (t[j, 0] >= m[i, 0] or t[j, 1] >= m[i, 1]):
                        continue
                    # smaller is better: the product of e-values, the sum of bit scores, the distance of the parts
                    key = (
                        m_worth[i, 0] + t_worth[j, 0],
                        -(m_worth[i, 1] + t_worth[j, 1]),
                        float(abs(gap)),
                    )
                    n = _placed(key, (i, j, 1 - way), keys, chosen, n, m, t)
        for k in range(n):
            out[total, 0], out[total, 1] = r, k + 1
            out[total, 2], out[total, 3], out[total, 4] = chosen[k]
            total += 1
        if n == 0:
            if m_bounds[r] == m_bounds[r + 1]:
                outcome[r] = 1
            elif not at_end:
                outcome[r] = 3
            elif t_bounds[r] == t_bounds[r + 1]:
                outcome[r] = 2
            else:
                outcome[r] = 4
    return out[:total].copy(), outcome


@njit(cache=True)
def _base_worth(base, text, position, low, high, otherwise):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return what a read's nucleotide is worth to a part: 1 if it agrees, else what is given."""
    inside = low <= position < high
    return 1 if inside and base == text[position] and base < 4 else otherwise


@njit(cache=True)
def joint_borders(reads, bounds, joints, m_text, t_text, reach):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Place the border between two parts where most nucleotides are explained by one or the other.

    Parameters
    ----------
    reads, bounds
        Codes of reads in a row, and where each begins.
    joints
        The pairs, :class:`Joints`.
    m_text, t_text
        Codes of the references.
    reach
        Nucleotides of each alignment that the border leaves untouched, at least.

    Returns
    -------
    numpy.ndarray
        Border of each pair: the first read nucleotide of the second part.
    """
    out = np.empty(len(joints.read), np.int64)
    for k in range(len(out)):
        read = reads[bounds[joints.read[k]] : bounds[joints.read[k] + 1]]
        m_first = joints.mirna_first[k] == 1
        m_shift, t_shift = joints.m_shift[k], joints.t_shift[k]
        m_low, m_high, t_low = joints.m_low[k], joints.m_high[k], joints.t_low[k]
        if m_first:
            low, high = joints.m_start[k] + reach, joints.t_end[k] - reach
        else:
            low, high = joints.t_start[k] + reach, joints.m_end[k] - reach
        low, high = max(low, 1), min(high, len(read) - 1)
        # worth of each border against the one at ``low``, as a running sum: one pass over the bases finds the best
        best, best_at, worth = 0, low, 0
        for b in range(low, high):
            # moving the border from b to b + 1 gives nucleotide b to the first part
            p = b + t_shift
            t_high = len(t_text) if p < 0 or p >= len(t_text) or t_text[p] < 5 else p
            m_worth = _base_worth(read[b], m_text, b + m_shift, m_low, m_high, -1)
            t_worth = _base_worth(read[b], t_text, p, t_low, t_high, -2)
            # a base that neither part has counts against both, the transcript more (-2, -1): it goes to the miRNA.
            # isomiRs have nucleotides of their own more often than a transcript differs from its reference
            worth += m_worth - t_worth if m_first else t_worth - m_worth
            if worth > best or (worth == best and m_first and m_worth > 0):
                best, best_at = worth, b + 1
        out[k] = best_at
    return out
