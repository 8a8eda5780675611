"""Seed sites: where a transcript pairs with a miRNA's 5' end, each position once, with its best type.

All miRNAs are looked for in one pass over the transcripts: each 6-mer of a transcript is looked up in a table of the
6-mers that pair with miRNA positions 2-7 or 3-8, each 5-mer in one of those that pair with positions 2-6.

A site's place is its **anchor**: the position of the transcript that faces miRNA position 1, 0-based. Position *i* of
the miRNA (from 1) faces ``anchor - i + 1``. An isomiR's seed is positions 2-8 of its own sequence, so a 5' shift moves
the seed.

=========== ================================================================= =================
type        pairs (Watson-Crick), and the base opposite position 1             bases of the site
=========== ================================================================= =================
8mer        positions 2-8, A opposite position 1                               anchor-7 to anchor
7mer-m8     positions 2-8                                                      anchor-7 to anchor-1
7mer-A1     positions 2-7, A opposite position 1                               anchor-6 to anchor
6mer        positions 2-7                                                      anchor-6 to anchor-1
offset-6mer positions 3-8                                                      anchor-7 to anchor-2
6mer-A1     positions 2-6, A opposite position 1                               anchor-5 to anchor
=========== ================================================================= =================

(Agarwal et al. 2015, eLife 4:e05005; McGeary et al. 2019, Science 366:eaav1741.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import COMPLEMENT_CODES, N_CODE, codes_of, pack, reverse_complement_codes
from dmiso.compiled import njit
from dmiso.io.transcripts import REGIONS
from dmiso.kmers import next_kmer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.alphabet import Packed
    from dmiso.io.transcripts import Transcript

__all__ = [
    "ALL_UTR3",
    "NEAR_STOP",
    "PLACES",
    "SITE_TYPES",
    "SeedSites",
    "Targets",
    "find_all_sites",
    "pack_targets",
]

SITE_TYPES: Final = ("8mer", "7mer-m8", "7mer-A1", "6mer", "offset-6mer", "6mer-A1")
"""From the strongest; a site's ``type`` is its number here."""

NEAR_STOP: Final = 15
"""Sites that begin fewer nt after the stop codon are swept by the ribosome (Grimson et al. 2007)."""

PLACES: Final = (*REGIONS, "stop")
"""Parts of an mRNA that a model tells apart; ``stop`` is the first :data:`NEAR_STOP` nt of the 3'UTR."""

ALL_UTR3: Final = (0, 0)
"""The coding sequence of a 3'UTR without its mRNA: it ends where the 3'UTR begins."""

_FIRST: Final = (7, 7, 6, 6, 7, 5)
"""How far 5' of its anchor a site of each type begins."""
_LAST: Final = (1, 0, 1, 0, -1, 1)
"""How far 3' of its anchor a site of each type ends, half-open."""

_CODE_OF_A: Final = int(codes_of("A")[0])
_SEED_END: Final = 8
_NO_PARTNER: Final = N_CODE + 2
"""Opposite a miRNA position that is not there or is N: no code of a transcript equals it."""


class Targets(NamedTuple):
    """Transcripts end to end, a break after each; ``cds_start`` and ``cds_end`` are positions on each."""

    packed: Packed
    cds_start: NDArray[np.int64]
    cds_end: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Nucleotides of each transcript, ``(n_transcripts,)``."""
        return np.diff(self.packed.bounds) - 1


class SeedSites(NamedTuple):
    """Sites, ``(n_sites,)`` each; miRNA by miRNA, transcript by transcript, 5'→3'."""

    mirna: NDArray[np.int64]
    transcript: NDArray[np.int64]
    anchor: NDArray[np.int64]
    """Position on the transcript that faces miRNA position 1; may lie one or two beyond the transcript's end."""
    type: NDArray[np.int64]
    """Number in :data:`SITE_TYPES`."""
    place: NDArray[np.int64]
    """Number in :data:`PLACES`: that of the site's first base."""

    @property
    def start(self) -> NDArray[np.int64]:
        """First base of each site, 0-based."""
        return np.asarray(self.anchor - np.array(_FIRST)[self.type])

    @property
    def end(self) -> NDArray[np.int64]:
        """End of each site, half-open."""
        return np.asarray(self.anchor + np.array(_LAST)[self.type])


def pack_targets(transcripts: Sequence[Transcript]) -> Targets:
    """Lay transcripts end to end.

    Parameters
    ----------
    transcripts
        With known coding sequences; ``cds`` is :data:`ALL_UTR3` for one that is all 3'UTR.

    Raises
    ------
    ValueError
        If the coding sequence of a transcript is not known.
    """
    bounds = [t.cds for t in transcripts if t.cds is not None]
    if len(bounds) < len(transcripts):
        raise ValueError("a transcript has no coding sequence: its sites have no region")
    cds = np.array(bounds, np.int64).reshape(-1, 2)
    return Targets(pack([t.sequence for t in transcripts], separated=True), cds[:, 0], cds[:, 1])


def find_all_sites(mirnas: Sequence[str], targets: Targets) -> SeedSites:
    """Return every seed site of every miRNA, each anchor once with its best type.

    Parameters
    ----------
    mirnas
        Upper-case RNA 5'→3'. Of one shorter than 8 nt the types that need position 8 are never found; N pairs with
        nothing.
    targets
        From :func:`pack_targets`.

    Returns
    -------
    SeedSites

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> targets = pack_targets([Transcript("t", "GGCUACCUCAGGUACCUC", (0, 0))])
    >>> sites = find_all_sites(["UGAGGUAGUAG"], targets)
    >>> [(SITE_TYPES[t], int(s), int(e)) for t, s, e in zip(sites.type, sites.start, sites.end)]
    [('8mer', 2, 10), ('6mer', 12, 18)]
    """
    partners = np.full((len(mirnas), _SEED_END + 1), _NO_PARTNER, np.uint8)
    for row, mirna in zip(partners, mirnas, strict=True):
        codes = COMPLEMENT_CODES[codes_of(mirna[:_SEED_END])]
        row[1 : len(codes) + 1] = np.where(codes < N_CODE, codes, _NO_PARTNER)
    pairing = _Pairing(
        partners, *(array for ends in ((2, 7), (3, 8), (2, 6)) for array in _table(mirnas, *ends))
    )
    found = np.empty((0, 4), np.int64)
    n = _find(*targets.packed, pairing, found)
    found = np.empty((n, 4), np.int64)
    _find(*targets.packed, pairing, found)
    found = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    mirna, transcript, anchor, kind = np.ascontiguousarray(found.T)
    return SeedSites(
        mirna, transcript, anchor, kind, _places(targets, transcript, anchor - np.array(_FIRST)[kind])
    )


def _places(targets: Targets, transcript: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the part of its mRNA that the first base of each site lies in."""
    past_stop = start - targets.cds_end[transcript]
    in_utr = np.where(past_stop < NEAR_STOP, PLACES.index("stop"), PLACES.index("3'UTR"))
    in_front = np.where(start >= targets.cds_start[transcript], PLACES.index("CDS"), PLACES.index("5'UTR"))
    return np.where(past_stop >= 0, in_utr, in_front)


def _table(mirnas: Sequence[str], first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for each k-mer, which miRNAs' positions ``first`` to ``last`` (from 1) pair with it.

    Those of k-mer *x* are ``members[starts[x]:starts[x + 1]]``.
    """
    k = last - first + 1
    kmers = np.full(len(mirnas), -1, np.int64)
    for i, mirna in enumerate(mirnas):
        codes = reverse_complement_codes(codes_of(mirna[first - 1 : last]))
        if len(codes) == k and codes.max() < N_CODE:
            kmers[i] = codes.astype(np.int64) @ 4 ** np.arange(k - 1, -1, -1)
    members = np.argsort(kmers, kind="stable")
    members = members[kmers[members] >= 0]
    starts = np.searchsorted(kmers[members], np.arange(4**k + 1))
    return starts.astype(np.int64), members.astype(np.int64)


class _Pairing(NamedTuple):
    """What pairs with the seeds: by miRNA, and by k-mer of a transcript."""

    partners: NDArray[np.uint8]
    """``(n_mirnas, 9)``: code that pairs with position 1 to 8."""
    starts_2_7: NDArray[np.int64]
    members_2_7: NDArray[np.int64]
    starts_3_8: NDArray[np.int64]
    members_3_8: NDArray[np.int64]
    starts_2_6: NDArray[np.int64]
    members_2_6: NDArray[np.int64]


@njit(cache=True)
def _add(
    out: NDArray[np.int64], n: int, mirna: int, transcript: int, anchor: int, kind: int
) -> int:  # pragma: no cover
    """Write a site if there is room; count it."""
    if n < len(out):
        out[n, 0], out[n, 1], out[n, 2], out[n, 3] = mirna, transcript, anchor, kind
    return n + 1


@njit(cache=True)
def _find(
    codes: NDArray[np.uint8], bounds: NDArray[np.int64], pairing: _Pairing, out: NDArray[np.int64]
) -> int:  # pragma: no cover
    """Write miRNA, transcript, anchor and type of each site to ``out``; return how many there are."""
    n = 0
    partners = pairing.partners
    for i in range(len(bounds) - 1):
        first, last = bounds[i], bounds[i + 1]
        kmer, run = 0, 0
        for p in range(first, last):  # to the break, which has no k-mer and is no A
            kmer, run = next_kmer(kmer, run, codes[p], 6)
            is_a = p + 1 < last and codes[p + 1] == _CODE_OF_A
            if run >= 6:
                for j in range(pairing.starts_2_7[kmer], pairing.starts_2_7[kmer + 1]):
                    m = pairing.members_2_7[j]
                    pairs_8 = p - 6 >= first and codes[p - 6] == partners[m, 8]
                    kind = (0 if is_a else 1) if pairs_8 else (2 if is_a else 3)
                    n = _add(out, n, m, i, p + 1 - first, kind)
                for j in range(pairing.starts_3_8[kmer], pairing.starts_3_8[kmer + 1]):
                    m = pairing.members_3_8[j]
                    if not (
                        p + 1 < last and codes[p + 1] == partners[m, 2]
                    ):  # else 2-8 pair: found at the next base
                        n = _add(out, n, m, i, p + 2 - first, 4)
            if run >= 5 and is_a:
                short = kmer & 1023
                for j in range(pairing.starts_2_6[short], pairing.starts_2_6[short + 1]):
                    m = pairing.members_2_6[j]
                    if not (p - 5 >= first and codes[p - 5] == partners[m, 7]):  # else 2-7 pair: found above
                        n = _add(out, n, m, i, p + 1 - first, 5)
    return n
