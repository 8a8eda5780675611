"""Which small RNAs are in simulated samples, and how many molecules of each: two groups, with known fold changes.

miRNAs and their isomiRs have log-normal abundances; fold changes are those of a miRNA, and all its isomiRs share it.
Counts of a sample vary around those of its group by a gamma distribution (negative binomial, as edgeR and DESeq2
model them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import ALPHABETICAL
from dmiso.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference
    from dmiso.settings.sample_simulation import SampleSimulation

__all__ = ["Insert", "Molecules", "draw_molecules", "group_shares"]

_WAYS: Final = {"trimmed 3'": 0.34, "extended 3'": 0.2, "tailed 3'": 0.2, "trimmed 5'": 0.12, "changed": 0.14}
"""How isomiRs are made, and the share of each."""

_EXACT: Final = 0.6
"""Share of a miRNA's molecules that are exact, on average."""

_TAILS: Final = ("A", "U", "AA", "UU", "C")
_SPREAD: Final = 1.6
"""Of the logarithm of abundances."""

_OTHERS: Final = 60
"""RNAs that are no miRNAs, each with many pieces."""

_OTHER_LENGTH: Final = 90
_TRIES: Final = 12


class Insert(NamedTuple):
    """A small RNA: the miRNA it is made of (empty for other RNAs), how it was made, and its nucleotides."""

    mirna: str
    way: str
    sequence: str


class Molecules(NamedTuple):
    """The small RNAs of all samples.

    Parameters
    ----------
    inserts
        miRNAs and isomiRs, then pieces of other RNAs, then the empty one of adapter dimers.
    shares
        Share of the molecules in the first group, ``(n_inserts,)``.
    log2_fold_change
        Of the second group against the first, ``(n_inserts,)``.
    """

    inserts: tuple[Insert, ...]
    shares: NDArray[np.float64]
    log2_fold_change: NDArray[np.float64]


def draw_molecules(reference: Reference, settings: SampleSimulation, draw: Generator) -> Molecules:
    """Draw the small RNAs and their fold changes.

    Parameters
    ----------
    reference
        miRNAs, and hairpins if templated nucleotides shall be the hairpin's.
    settings
        How many.
    draw
        Random numbers.

    Raises
    ------
    UsageError
        If no miRNA is long enough.
    """
    flanks = _flanks(reference)
    usable = [
        mature for mature in reference.matures if len(mature.sequence) >= 18 and "N" not in mature.sequence
    ]
    if not usable:
        raise UsageError("no miRNA of --mature has 18 nucleotides or more: nothing can be simulated.")
    chosen = draw.choice(len(usable), min(settings.mirnas, len(usable)), replace=False)
    changes = _changes(len(chosen), settings, draw)
    taken = {mature.sequence for mature in reference.matures}
    inserts: list[Insert] = []
    shares: list[float] = []
    folds: list[float] = []
    for number, change in zip(chosen, changes, strict=True):
        mature = usable[number]
        made = [Insert(mature.id, "exact", mature.sequence)]
        made += _isomirs(made[0], flanks.get(mature.id, ("", "")), taken, settings.isomirs, draw)
        weights = draw.lognormal(0, 1, len(made))
        weights[0] = weights[1:].sum() * _EXACT / (1 - _EXACT) or 1.0
        abundance = draw.lognormal(0, _SPREAD)
        inserts += made
        shares += list(abundance * weights / weights.sum())
        folds += [float(change)] * len(made)
    others = [Insert("", "other", piece) for piece in _pieces(draw)]
    return Molecules(
        (*inserts, *others, Insert("", "dimer", "")),
        _mixed(np.array(shares), len(others), settings, draw),
        np.array(folds + [0.0] * (len(others) + 1)),
    )


def _mixed(
    mirnas: NDArray[np.float64], n_others: int, settings: SampleSimulation, draw: Generator
) -> NDArray[np.float64]:
    """Return the shares of miRNAs, pieces of other RNAs and dimers."""
    others = draw.lognormal(0, 1, n_others)
    of_mirnas = 1 - settings.other_share - settings.dimer_share
    parts = [of_mirnas * mirnas / mirnas.sum(), settings.other_share * others / others.sum()]
    return np.concatenate([*parts, [settings.dimer_share]])


def _changes(n: int, settings: SampleSimulation, draw: Generator) -> NDArray[np.float64]:
    """Return the log2 fold change of each miRNA."""
    changes = np.zeros(n)
    changed = draw.choice(n, round(settings.changed_share * n), replace=False)
    changes[changed[::2]] = settings.fold_change
    changes[changed[1::2]] = -settings.fold_change
    return changes


def _flanks(reference: Reference) -> dict[str, tuple[str, str]]:
    """Return the nucleotides before and after each miRNA in its first hairpin."""
    flanks: dict[str, tuple[str, str]] = {}
    for placement in reference.placements:
        if placement.hairpin >= 0:
            bases = reference.hairpins[placement.hairpin].sequence
            name = reference.matures[placement.mature].id
            flanks.setdefault(name, (bases[: placement.start], bases[placement.end :]))
    return flanks


def _isomirs(
    exact: Insert, flanks: tuple[str, str], taken: set[str], n: int, draw: Generator
) -> Iterator[Insert]:
    """Yield isomiRs of a miRNA whose nucleotides nothing has yet."""
    ways, shares = list(_WAYS), np.array(list(_WAYS.values()))
    for _ in range(n):
        for _ in range(_TRIES):
            way = ways[draw.choice(len(ways), p=shares / shares.sum())]
            sequence = _made(exact.sequence, way, flanks[1], draw)
            if sequence not in taken and "N" not in sequence:
                taken.add(sequence)
                yield Insert(exact.mirna, way, sequence)
                break


def _made(bases: str, way: str, behind: str, draw: Generator) -> str:
    """Return a miRNA changed in one way."""
    n = int(draw.integers(1, 3))
    if way == "trimmed 3'":
        return bases[:-n]
    if way == "extended 3'":
        return bases + behind[:n]
    if way == "tailed 3'":
        return bases + _TAILS[draw.integers(len(_TAILS))]
    if way == "trimmed 5'":
        return bases[n:]
    position = int(draw.integers(2, len(bases) - 4))
    other = ALPHABETICAL.replace(bases[position], "")[draw.integers(3)]
    return bases[:position] + other + bases[position + 1 :]


def _pieces(draw: Generator) -> list[str]:
    """Return pieces of RNAs that are no miRNAs."""
    pieces = []
    for _ in range(_OTHERS):
        whole = "".join(ALPHABETICAL[i] for i in draw.integers(4, size=_OTHER_LENGTH))
        for _ in range(20):
            start = int(draw.integers(_OTHER_LENGTH - 15))
            pieces.append(whole[start : start + int(draw.integers(15, 41))])
    return list(dict.fromkeys(pieces))


def group_shares(molecules: Molecules, group: int) -> NDArray[np.float64]:
    """Return the expected shares of molecules in the first group (0) or the second (1), ``(n_inserts,)``."""
    factors = np.exp2(molecules.log2_fold_change) if group else np.ones(len(molecules.shares))
    shares: NDArray[np.float64] = molecules.shares * factors
    shares /= shares.sum()
    return shares
