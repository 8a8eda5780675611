"""A sample of chimeric reads whose truth is known: made of the user's own miRNAs and transcripts.

First a fixed set of isomiRs, their types known by construction, and of interactions with sites on transcripts;
then molecules (chimeras, transcript fragments, lone miRNAs, adapter dimers); then reads of them with PCR copies,
wrong nucleotides and qualities (:mod:`dmiso.chimera.simulate.reads`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.alphabet import ALPHABETICAL
from dmiso.errors import UsageError
from dmiso.seeds import seed_match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator

    from dmiso.settings.simulation import SimulationSettings

__all__ = [
    "MADE_TYPES",
    "Interaction",
    "MadeIsomir",
    "make_interactions",
    "make_isomirs",
]

MADE_TYPES: Final[Mapping[str, float]] = {
    "exact miRNA": 0.40,
    "3' addition": 0.14,
    "3' deletion": 0.14,
    "5' addition": 0.06,
    "5' deletion": 0.08,
    "3' replacement": 0.06,
    "5' replacement": 0.04,
    "SNP": 0.05,
    "MNP": 0.03,
}
"""Types that are made, and the share of isomiRs of each."""

_TAIL: Final = "AAUUGC"
_TRIES: Final = 200


class MadeIsomir(NamedTuple):
    """An isomiR: its miRNA, nucleotides, type, and what its ends are against the miRNA's (for ``decided``).

    ``next_base`` is the miRNA's nucleotide that follows where the isomiR was trimmed, ``before_base`` the one before;
    ``own_end`` and ``own_start`` are true where the last or first nucleotide is not the miRNA's.
    """

    mirna_id: str
    sequence: str
    type: str
    next_base: str = ""
    before_base: str = ""
    own_end: bool = False
    own_start: bool = False


class Interaction(NamedTuple):
    """A pair that chimeras are drawn from; ``decided`` is false where the read's nucleotides fit another border too."""

    isomir: MadeIsomir
    transcript_id: str
    start: int
    end: int
    mirna_first: bool
    decided: bool


def make_isomirs(
    mirnas: Mapping[str, str], settings: SimulationSettings, draw: Generator
) -> list[MadeIsomir]:
    """Draw miRNAs and isomiRs of known type.

    Nucleotides that another reference miRNA contains are not taken: they would fit either miRNA.

    Parameters
    ----------
    mirnas
        Name (or names) → RNA nucleotides.
    settings
        How many.
    draw
        Random numbers.
    """
    names = [name for name, bases in mirnas.items() if len(bases) >= 18 and "N" not in bases]
    if not names:
        raise UsageError("no miRNA of --mature has 18 nucleotides or more: nothing can be simulated.")
    everything = {name: bases for name, bases in mirnas.items() if len(bases) >= 15}
    kinds, shares = list(MADE_TYPES), np.array(list(MADE_TYPES.values()))
    made: dict[str, MadeIsomir] = {}
    for _ in range(_TRIES * settings.isomirs):
        if len(made) == settings.isomirs:
            break
        name = names[draw.integers(len(names))]
        kind = kinds[draw.choice(len(kinds), p=shares / shares.sum())]
        isomir = _changed(name, mirnas[name], kind, draw)
        if isomir.sequence not in made and not _elsewhere(isomir, everything):
            made[isomir.sequence] = isomir
    return list(made.values())


def _elsewhere(isomir: MadeIsomir, mirnas: Mapping[str, str]) -> bool:
    """Return whether another miRNA contains an isomiR, or is contained in it."""
    return any(
        name != isomir.mirna_id and (isomir.sequence in bases or bases in isomir.sequence)
        for name, bases in mirnas.items()
    ) or (isomir.type != "exact miRNA" and isomir.sequence == mirnas.get(isomir.mirna_id))


def _other(base: str, draw: Generator) -> str:
    return ALPHABETICAL.replace(base, "")[draw.integers(3)]


def _changed(name: str, mirna: str, kind: str, draw: Generator) -> MadeIsomir:  # noqa: PLR0911 - one per type
    """Return a miRNA changed in one way."""
    n = int(draw.integers(1, 3))
    if kind == "3' addition":
        tail = "".join(_TAIL[i] for i in draw.integers(len(_TAIL), size=n))
        return MadeIsomir(name, mirna + tail, kind, own_end=True)
    if kind == "3' deletion":
        return MadeIsomir(name, mirna[:-n], kind, next_base=mirna[-n])
    if kind == "5' addition":
        return MadeIsomir(name, ALPHABETICAL[draw.integers(4)] + mirna, kind, own_start=True)
    if kind == "5' deletion":
        return MadeIsomir(name, mirna[n:], kind, before_base=mirna[n - 1])
    if kind == "3' replacement":
        return MadeIsomir(name, mirna[:-1] + _other(mirna[-1], draw), kind, own_end=True)
    if kind == "5' replacement":
        return MadeIsomir(name, _other(mirna[0], draw) + mirna[1:], kind, own_start=True)
    if kind in {"SNP", "MNP"}:
        bases = list(mirna)
        for position in draw.choice(np.arange(4, len(mirna) - 4), 1 + (kind == "MNP"), replace=False):
            bases[position] = _other(bases[position], draw)
        return MadeIsomir(name, "".join(bases), kind)
    return MadeIsomir(name, mirna, kind)


def make_interactions(
    isomirs: Sequence[MadeIsomir],
    transcripts: Mapping[str, str],
    settings: SimulationSettings,
    draw: Generator,
) -> list[Interaction]:
    """Draw sites for isomiRs: some that pair with the seed, the others anywhere.

    Parameters
    ----------
    isomirs
        Of :func:`make_isomirs`.
    transcripts
        Name → RNA nucleotides.
    settings
        How many, how long.
    draw
        Random numbers.
    """
    names = [name for name, bases in transcripts.items() if len(bases) > 2 * settings.site_length[1]]
    if not names:
        raise UsageError("no transcript is long enough for simulated sites.")
    weights = 1.0 / np.arange(1, len(isomirs) + 1)
    chosen = draw.choice(len(isomirs), settings.interactions, p=weights / weights.sum())
    made = []
    for number in chosen.tolist():
        isomir = isomirs[number]
        name, start, end = _site(isomir, names, transcripts, settings, draw)
        mirna_first = bool(draw.random() >= settings.target_first_share)
        decided = _decided(isomir, transcripts[name], start, end, mirna_first=mirna_first)
        made.append(Interaction(isomir, name, start, end, mirna_first, decided))
    return made


def _site(
    isomir: MadeIsomir,
    names: Sequence[str],
    transcripts: Mapping[str, str],
    settings: SimulationSettings,
    draw: Generator,
) -> tuple[str, int, int]:
    """Return a site without N."""
    pattern = seed_match(isomir.sequence[1:8])
    # seeds with CG are rare on transcripts: in the second half of the tries any site will do
    n_seeded = _TRIES // 2 if draw.random() < settings.seed_share else 0
    for n in range(_TRIES):
        name = names[int(draw.integers(len(names)))]
        bases = transcripts[name]
        length = int(draw.integers(settings.site_length[0], settings.site_length[1] + 1))
        start = int(draw.integers(len(bases) - length))
        if n < n_seeded:
            at = bases.find(pattern)
            if at < 0:
                continue
            start = at - int(draw.integers(max(length - len(pattern), 1)))
        if start >= 0 and start + length <= len(bases) and "N" not in bases[start : start + length]:
            return name, start, start + length
    raise UsageError("no site without N was found on the transcripts: nothing can be simulated.")


def _decided(isomir: MadeIsomir, bases: str, start: int, end: int, *, mirna_first: bool) -> bool:
    """Return whether the nucleotides of a read decide where the isomiR ends and the site begins."""
    if mirna_first:
        tail_fits_site = isomir.own_end and start > 0 and bases[start - 1] == isomir.sequence[-1]
        return not tail_fits_site and isomir.next_base != bases[start]
    head_fits_site = isomir.own_start and end < len(bases) and bases[end] == isomir.sequence[0]
    return not head_fits_site and isomir.before_base != bases[end - 1]
