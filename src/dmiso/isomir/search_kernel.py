"""The search itself, compiled by numba: every explanation of a sequence within the limits, cheapest first kept.

Words that a sequence shares with a template give diagonals; on each diagonal all pairs of tail lengths whose tails
begin with a nucleotide that the template does not have are priced. Limits and prices come as arguments: numba's cache
does not notice changed globals.

A diagonal is named by ``position``, where the sequence's first nucleotide falls among the templates' nucleotides: there
is no gap in an alignment, so nucleotide j falls on ``position + j``. Gaps as long as the longest sequence lie between
templates, before the first and after the last, so that a diagonal never leaves the array nor reaches a second template,
and no index has to be tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dmiso.compiled import njit
from dmiso.isomir.templates import MAX_LENGTH
from dmiso.kmers import next_kmer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.isomir.limits import Rules
    from dmiso.isomir.templates import Templates

__all__ = ["search", "windows_of"]

_EVERY = np.uint64(0x5555_5555_5555_5555)
"""A bit for each nucleotide of a window."""


@njit(cache=True, error_model="numpy", nogil=True)
def windows_of(codes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return 32 nucleotides from each on, two bits each, the first lowest; N and breaks look like A.

    Two windows that differ in some nucleotides stand for sequences that differ in as many at least.
    """
    windows = np.zeros(len(codes), np.uint64)
    window = np.uint64(0)
    for p in range(len(codes) - 1, -1, -1):
        window <<= np.uint64(2)
        if codes[p] < 4:
            window |= np.uint64(codes[p])
        windows[p] = window
    return windows


@njit(cache=True, error_model="numpy", nogil=True)
def _hopeless(a, b, inner, most):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return whether two windows differ in more of their ``inner`` nucleotides than substitutions are allowed."""
    differing = a ^ b
    differing = (differing | differing >> np.uint64(1)) & inner  # one bit per nucleotide that differs
    for _ in range(most):
        differing &= differing - np.uint64(1)  # one nucleotide less
    return differing != 0


@njit(cache=True, error_model="numpy", nogil=True)
def _inner_bits(n_inner: int) -> np.uint64:
    """Return a bit for each of the first nucleotides of a window."""
    if n_inner >= 32:
        return _EVERY
    return _EVERY & ((np.uint64(1) << np.uint64(2 * max(n_inner, 0))) - np.uint64(1))


@njit(cache=True, error_model="numpy", nogil=True)
def _price(sequence, length, position, template, bases, bounds, rules, wrong, out, n_out, number, best):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917, C901, PLR0912
    """Price a diagonal; write what is within the margin of the best; return (rows written, best).

    ``wrong`` is scratch: wrong[j] becomes the number of nucleotides before j that differ from the template.
    """
    # running sums: the differences between any two nucleotides are then one subtraction, whatever the tails
    wrong[0] = 0
    for j in range(length):
        wrong[j + 1] = wrong[j] + (sequence[j] != bases[position + j])
    start, end = bounds[template, 0], bounds[template, 1]
    for tail_5p in range(min(rules.max_5p_tail, length) + 1):
        if tail_5p > 0 and wrong[tail_5p] == wrong[tail_5p - 1]:
            continue  # the nucleotide next to the miRNA agrees with the template: it is no tail
        first = position + tail_5p
        off_5p = first - start
        if abs(off_5p) > rules.max_5p_offset:
            continue
        for tail_3p in range(min(rules.max_3p_tail, length - tail_5p) + 1):
            inner = length - tail_3p  # nucleotides tail_5p to inner - 1 lie on the template
            if tail_3p > 0 and wrong[inner + 1] == wrong[inner]:
                continue
            last = position + inner
            off_3p = last - end
            if abs(off_3p) > rules.max_3p_offset:
                continue
            changed = wrong[inner] - wrong[tail_5p]
            if changed > rules.max_substitutions or inner - tail_5p - changed < rules.min_matches:
                continue
            # nucleotides before and after the miRNA must agree: a substitution lies inside it
            # held to the sequence: where the miRNA lies beyond it, no nucleotide is inside
            low, high = min(max(first, start) - position, length), max(min(last, end) - position, 0)
            if wrong[high] - wrong[low] != changed:
                continue
            cost = rules.shift * (abs(off_5p) + abs(off_3p)) + rules.substitution * changed
            if tail_5p > 0:
                cost += rules.tail_5p + rules.tail_5p_base * tail_5p
            if tail_3p > 0:
                cost += rules.tail_3p + rules.tail_3p_base * tail_3p
            if cost > rules.max_cost or cost > best + rules.margin:
                continue
            best = min(best, cost)
            # rows beyond the array are counted, not written: the caller gives more room and asks again
            if n_out < out.shape[0]:
                out[n_out, 0], out[n_out, 1], out[n_out, 2] = number, template, position
                out[n_out, 3], out[n_out, 4], out[n_out, 5] = tail_5p, tail_3p, cost
            n_out += 1
    return n_out, best


@njit(cache=True, error_model="numpy", nogil=True)
def _word(sequence, start, size):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return the number of the word that begins at a nucleotide; -1 if it holds an N."""
    word, run = 0, 0
    for j in range(start, start + size):
        word, run = next_kmer(word, run, sequence[j], size)
    return word if run == size else -1


@njit(cache=True, error_model="numpy", nogil=True)
def search(
    sequences: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    templates: Templates,
    rules: Rules,
    seen: NDArray[np.int32],
    out: NDArray[np.int32],
    begin: int,
) -> tuple[int, int]:
    """Explain sequences from number ``begin`` on, until all are done or ``out`` is full.

    Parameters
    ----------
    sequences, offsets
        Nucleotide codes end to end; sequence i is ``sequences[offsets[i]:offsets[i + 1]]``.
    templates
        The reference, indexed.
    rules
        Limits, prices and margin.
    seen
        Scratch, as long as the templates' nucleotides, below 0: which sequence a diagonal was last priced for.
    out
        Found explanations, ``(capacity, 6)``: sequence, template, position of the first nucleotide, 5' tail, 3' tail,
        cost.
    begin
        First sequence to explain.

    Returns
    -------
    tuple of int
        Rows written, and the first sequence that is not done; its rows are not among those written.
    """
    # taken out of the tuple once: the loops below would count references to its arrays at each turn
    bases, template_at, bounds = templates.bases, templates.template_at, templates.bounds
    word_lengths, word_starts = templates.word_lengths, templates.word_starts
    word_base, word_begins, word_positions = (
        templates.word_base,
        templates.word_begins,
        templates.word_positions,
    )
    windows = templates.windows
    most = rules.max_substitutions
    wrong = np.zeros(MAX_LENGTH + 1, np.int32)
    n_out = 0
    for number in range(begin, offsets.shape[0] - 1):
        sequence = sequences[offsets[number] : offsets[number + 1]]
        length = sequence.shape[0]
        if length > MAX_LENGTH or length < rules.min_matches:
            continue
        best = 1 << 20  # above any cost
        before = n_out
        size = word_lengths[length]
        begin_inner = min(rules.max_5p_tail, length - 1)
        inner = _inner_bits(length - rules.max_3p_tail - begin_inner)
        window = windows_of(sequence)[begin_inner]
        for start in word_starts[length]:
            if start < 0:
                break
            word = _word(sequence, start, size)
            if word < 0:
                continue
            at = word_base[size] + word
            for w in range(word_begins[at], word_begins[at + 1]):
                hit = word_positions[w]
                position = hit - start
                # most diagonals hold a word by chance: a look at what no tail can reach spares them the loops
                if _hopeless(window, windows[position + begin_inner], inner, most):
                    continue
                # an agreeing stretch holds several words of one diagonal: it is priced at the first
                if seen[position] == number:
                    continue
                seen[position] = number
                n_out, best = _price(
                    sequence,
                    length,
                    position,
                    template_at[hit],
                    bases,
                    bounds,
                    rules,
                    wrong,
                    out,
                    n_out,
                    number,
                    best,
                )
        if (
            n_out > out.shape[0]
        ):  # this sequence's rows did not fit: they are left out, and it comes first next time
            return before, number
    return n_out, offsets.shape[0] - 1
