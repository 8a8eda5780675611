"""What a model was trained on, in a few numbers, and which pairs lie outside it: ``domain.json``.

A score outside is an extrapolation, not wrong by itself. A domain knows lengths, unknown nucleotides and composition of
each sequence alone, and the seeds of the training miRNAs: pairs of miRNAs with a new seed are told apart much worse
(``docs/models.md`` has numbers). That a pair lies inside does not say that its score is right.

Order: the words for what lies outside, the struct, its numbers of training pairs, the numbers of sequences.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from dmiso.alphabet import N_CODE, NUCLEOTIDES, is_gc, kmer_numbers
from dmiso.encode import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = ["REASONS", "REASON_TEXTS", "Domain", "domain_of"]

REASONS: Final = (
    "mirna_length",
    "mirna_composition",
    "unseen_seed",
    "target_length",
    "target_composition",
    "unknown_bases",
)
"""Words of the column ``domain``; word i is bit ``1 << i`` of a flag."""

REASON_TEXTS: Final = tuple(
    ",".join(word for i, word in enumerate(REASONS) if flag >> i & 1) for flag in range(1 << len(REASONS))
)
"""The text of every flag; that of 0, inside, is empty."""

_MIRNA_LENGTH, _MIRNA_COMPOSITION, _UNSEEN_SEED, _TARGET_LENGTH, _TARGET_COMPOSITION, _UNKNOWN = (
    np.uint8(1 << i) for i in range(len(REASONS))
)
_SEED: Final = slice(1, 8)
"""The seed, positions 2-8."""
_SEED_LENGTH: Final = 7
_TAIL: Final = 0.001
"""Share of the training pairs beyond either end of a range."""

_SHORTEST_TARGET: Final = 20
_UNKNOWN_SHARE: Final = 0.1
_LONGEST: Final = 10**12
"""No length and no number of pairs is larger; larger ones would not fit the arrays that they are compared with."""


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The ranges that hold the pairs a model was trained on, the contents of ``domain.json``.

    Parameters
    ----------
    mirna_length
        Shortest and longest miRNA, nt.
    mirna_gc, target_gc
        Least and largest share of G and C among the known nucleotides, 0–1.
    mirna_complexity, target_complexity
        Least entropy of the dinucleotides, bits, 0–4 and a little over, see :func:`domain_of`.
    shortest_target
        Shortest scored part of a target, nt.
    unknown_share
        Largest share of N in either sequence, 0–1.
    seeds
        Seeds (positions 2–8) of the training miRNAs, sorted.
    n_pairs
        Training pairs that all this is of.

    Examples
    --------
    >>> domain = domain_of(["UGAGGUAGUAGGUUGUAUAGUU"], ["GGACUAUACAACCUACUACCUCAUU"])
    >>> domain.reasons(["UGAGGUAGUAGGUUGUAUAGUU", "UGAGG"], ["GGACUAUACAACCUACUACCUCAUU", "ACUNN"])
    ['', 'mirna_length,mirna_composition,unseen_seed,target_length,target_composition,unknown_bases']
    """

    mirna_length: tuple[int, int]
    mirna_gc: tuple[float, float]
    mirna_complexity: float
    target_gc: tuple[float, float]
    target_complexity: float
    shortest_target: int = _SHORTEST_TARGET
    unknown_share: float = _UNKNOWN_SHARE
    n_pairs: int
    seeds: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("mirna_length", "mirna_gc", "target_gc"):
            low, high = getattr(self, name)
            if not low <= high:
                raise ValueError(f"{name} [{low}, {high}] must rise")
            most = 1 if name.endswith("_gc") else _LONGEST
            if not (low >= 0 and high <= most):
                raise ValueError(f"{name} [{low}, {high}] must lie in 0–{most}")
        for name, most in (("mirna_complexity", 16), ("target_complexity", 16), ("unknown_share", 1)):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} {getattr(self, name)} must lie in 0–{most}")
        for name in ("shortest_target", "n_pairs"):
            if not 0 <= getattr(self, name) <= _LONGEST:
                raise ValueError(f"{name} {getattr(self, name)} must lie in 0–{_LONGEST}")
        if len(self.seeds) > 4**_SEED_LENGTH:
            raise ValueError(f"{len(self.seeds):,} seeds are more than there are")
        if any(len(seed) != _SEED_LENGTH or set(seed) - set(NUCLEOTIDES) for seed in self.seeds):
            raise ValueError("seeds must be of 7 nucleotides A U C G each")

    def mirna_flags(self, codes: Codes, lengths: NDArray[np.int64]) -> Codes:
        """Say what of each miRNA lies outside.

        Parameters
        ----------
        codes
            As the network sees them, ``(n_mirnas, mirna_length)``, see :func:`dmiso.encode.encode`.
        lengths
            Nucleotides of each miRNA as given, before a crop, ``(n_mirnas,)``.

        Returns
        -------
        numpy.ndarray
            A bit for each of :data:`REASONS`, ``(n_mirnas,)``; 0 is inside.
        """
        found = _composition(codes, lengths)
        length = (lengths < self.mirna_length[0]) | (lengths > self.mirna_length[1])
        odd = found.outside(self.mirna_gc, self.mirna_complexity)
        unseen = ~_seed_table(self.seeds)[_seed_numbers(codes)]
        unknown = found.unknown > self.unknown_share
        return length * _MIRNA_LENGTH | odd * _MIRNA_COMPOSITION | unseen * _UNSEEN_SEED | unknown * _UNKNOWN

    def target_flags(self, codes: Codes, lengths: NDArray[np.int64]) -> Codes:
        """Say what of each scored part of a target lies outside; parameters as for :meth:`mirna_flags`."""
        found = _composition(codes, lengths)
        short = lengths < self.shortest_target
        odd = found.outside(self.target_gc, self.target_complexity)
        unknown = found.unknown > self.unknown_share
        return short * _TARGET_LENGTH | odd * _TARGET_COMPOSITION | unknown * _UNKNOWN

    def reasons(self, mirnas: Sequence[str], targets: Sequence[str]) -> list[str]:
        """Return the column ``domain`` of pairs, the targets no longer than the network's window.

        Parameters
        ----------
        mirnas, targets
            Upper-case RNA, row by row.

        Returns
        -------
        list of str
            Words of :data:`REASONS` joined by commas; empty for a pair inside.
        """
        flags = self.mirna_flags(*_coded(mirnas)) | self.target_flags(*_coded(targets))
        return [REASON_TEXTS[flag] for flag in flags]

    def within(self, other: Domain) -> Domain:
        """Return the domain that lies inside both: what every member of an ensemble was trained on."""
        return Domain(
            mirna_length=(
                max(self.mirna_length[0], other.mirna_length[0]),
                min(self.mirna_length[1], other.mirna_length[1]),
            ),
            mirna_gc=_overlap(self.mirna_gc, other.mirna_gc),
            mirna_complexity=max(self.mirna_complexity, other.mirna_complexity),
            target_gc=_overlap(self.target_gc, other.target_gc),
            target_complexity=max(self.target_complexity, other.target_complexity),
            shortest_target=max(self.shortest_target, other.shortest_target),
            unknown_share=min(self.unknown_share, other.unknown_share),
            n_pairs=min(self.n_pairs, other.n_pairs),
            seeds=tuple(sorted(set(self.seeds) & set(other.seeds))),
        )

    def sentence(self) -> str:
        """Return the domain in words.

        Examples
        --------
        >>> print(domain_of(["UGAGGUAGUAGGUUGUAUAGUU"], ["GGACUAUACAACCUACUACCUCAUU"]).sentence())
        miRNA 22-22 nt with 36-36 % GC; target from 20 nt on with 40-40 % GC; at most 10 % N; 1 seeds (1 training pairs)
        """
        (least, most), (low, high) = self.mirna_gc, self.target_gc
        return (
            f"miRNA {self.mirna_length[0]}-{self.mirna_length[1]} nt with {100 * least:.0f}-{100 * most:.0f} % GC; "
            f"target from {self.shortest_target} nt on with {100 * low:.0f}-{100 * high:.0f} % GC; "
            f"at most {100 * self.unknown_share:.0f} % N; {len(self.seeds):,} seeds "
            f"({self.n_pairs:,} training pairs)"
        )


class _Composition(NamedTuple):
    """Numbers of sequences, each ``(n_sequences,)``; NaN where there is no known nucleotide."""

    gc: Floats
    complexity: Floats
    unknown: Floats

    def outside(self, gc: tuple[float, float], complexity: float) -> NDArray[np.bool_]:
        """Return which sequences have another composition; one without known nucleotides has none."""
        return (self.gc < gc[0]) | (self.gc > gc[1]) | (self.complexity < complexity)


def domain_of(mirnas: Sequence[str], targets: Sequence[str], *, target_length: int = 60) -> Domain:
    """Return the domain of training pairs: what holds all but 0.1 % of them at either end.

    Entropy of dinucleotides is that of the 16 shares in bits, plus ``(kinds seen - 1) / (2 n ln 2)`` (Miller 1955),
    which takes away most of what makes short sequences seem simple.

    Parameters
    ----------
    mirnas, targets
        Sequences of the training pairs, row by row, upper-case RNA; not those of validation or test.
    target_length
        The network's window, nt: what lies beyond it was not trained on.

    Returns
    -------
    Domain
        With the fixed limits of 20 nt for targets and a tenth of unknown nucleotides.

    Raises
    ------
    ValueError
        If there are no pairs.
    """
    if not mirnas:
        raise ValueError("a domain needs training pairs")
    mirna_codes, lengths = _coded(mirnas)
    mirna = _composition(mirna_codes, lengths)
    target = _composition(*_coded([sequence[:target_length] for sequence in targets]))
    shortest, longest = _range(lengths.astype(np.float64))
    return Domain(
        mirna_length=(int(shortest), int(longest)),
        mirna_gc=_range(mirna.gc),
        mirna_complexity=_range(mirna.complexity)[0],
        target_gc=_range(target.gc),
        target_complexity=_range(target.complexity)[0],
        n_pairs=len(mirnas),
        seeds=tuple(sorted({s for m in set(mirnas) if len(s := m[_SEED]) == _SEED_LENGTH and "N" not in s})),
    )


def _coded(sequences: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    return encode(sequences, int(lengths.max(initial=1))), lengths


def _seed_numbers(codes: Codes) -> NDArray[np.int64]:
    """Return the seed of each miRNA as a number, 0 to 4 ** 7 - 1; -1 where it is short or not known."""
    seed = codes[:, _SEED]
    if seed.shape[1] < _SEED_LENGTH:
        return np.full(len(codes), -1, np.int64)
    return kmer_numbers(seed)


@lru_cache(maxsize=8)
def _seed_table(seeds: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return whether a seed, by its number, is one of those listed; the last entry is that of no seed, -1."""
    table = np.zeros(4**_SEED_LENGTH + 1, np.bool_)
    if seeds:
        table[_seed_numbers(encode([f"A{seed}" for seed in seeds], 1 + _SEED_LENGTH))] = True
    return table


def _range(values: Floats) -> tuple[float, float]:
    """Return the ends beyond which at most a thousandth of the values lies on either side."""
    known = values[~np.isnan(values)]
    low = np.quantile(known, _TAIL, method="lower")
    high = np.quantile(known, 1 - _TAIL, method="higher")
    # six digits are enough; rounded outwards, so that what is at the end stays inside
    return float(np.floor(low * 1e6) / 1e6), float(np.ceil(high * 1e6) / 1e6)


def _overlap(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return max(a[0], b[0]), min(a[1], b[1])


def _composition(codes: Codes, lengths: NDArray[np.int64]) -> _Composition:
    """Return GC, entropy of dinucleotides (bits) and share of unknown nucleotides of coded sequences.

    Nucleotides go down, sequences across, so that counting runs along memory.
    """
    bases = np.ascontiguousarray(codes.T)  # (length, n_sequences)
    known = bases < N_CODE
    n_known = _count(known)
    seen = np.minimum(lengths, len(bases))
    pairs = np.where(known[:-1] & known[1:], bases[:-1] * np.uint8(4) + bases[1:], np.uint8(255))
    counts = np.stack([_count(pairs == kind) for kind in range(16)])
    total = counts.sum(axis=0)
    n_log_n = np.arange(len(bases) + 1) * np.log2(np.maximum(np.arange(len(bases) + 1), 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        gc = _count(is_gc(bases)) / n_known
        entropy = (n_log_n[total] - n_log_n[counts].sum(axis=0)) / total
        entropy += ((counts > 0).sum(axis=0) - 1) / (2 * total * np.log(2))
        unknown = np.where(seen > 0, (seen - n_known) / seen, 0.0)
    return _Composition(gc, np.where(total > 0, entropy, np.nan), np.asarray(unknown, dtype=np.float64))


def _count(hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count hits down the nucleotides, ``(n_sequences,)``."""
    counts: NDArray[np.uint16] = np.add.reduce(hits.view(np.uint8), axis=0, dtype=np.uint16)
    return counts.astype(np.int64)
