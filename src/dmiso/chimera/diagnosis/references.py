"""What the alignments say of the references: another species, the other strand, a genome; or reads without ligation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.chimera.diagnosis.look import ROOM
from dmiso.chimera.locate import ANTISENSE
from dmiso.chimera.pairs import NO_TARGET, OUTCOMES
from dmiso.io.streams import display_name

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from dmiso.chimera.diagnosis.look import Look
    from dmiso.chimera.inputs import ChimeraInputs

__all__ = ["is_lost", "is_turned", "of_references"]

_ENOUGH: Final = 20
_MIRNAS: Final = 0.005
"""Share of trimmed reads with a miRNA below which the miRNAs may be another species'."""

_MOST: Final = 0.8
_BOTH: Final = 0.25
"""Share of reads on the other strand from which on transcripts are not those that were sequenced."""

_NO_CHANCE: Final = 0.1
"""Share of the reads with a miRNA at an end: by chance fewer match something somewhere on the other strand."""

_LONG: Final = 100_000
"""Nucleotides: no more than a handful of mRNAs are so long, chromosomes are."""

CHIMERIC, NO_MIRNA, NOT_AT_END, APART = OUTCOMES[0], OUTCOMES[1], OUTCOMES[3], OUTCOMES[4]


def of_references(
    inputs: ChimeraInputs, outcomes: Counter[str], looks: Sequence[Look], lengths: Sequence[int]
) -> Iterator[str]:
    """Give a sentence for each thing that is wrong with miRNAs, transcripts or ligation.

    Parameters
    ----------
    inputs
        Which files the references are from.
    outcomes
        What became of reads, molecules by :data:`dmiso.chimera.pairs.OUTCOMES`.
    looks
        At the samples.
    lengths
        Of the transcripts, nt.
    """
    strange = list(_mirnas(inputs, looks))
    if strange:  # chance alignments are left, and nothing can be said of their targets
        yield from strange
        return
    yield from _strands(inputs, outcomes, lengths)
    yield from _targets(inputs, outcomes, looks)
    yield from _apart(outcomes)


def _mirnas(inputs: ChimeraInputs, looks: Sequence[Look]) -> Iterator[str]:
    for look in looks:
        share = max(look.raw.around.mirna_share, look.trimmed.around.mirna_share)
        if look.raw.n_reads < _ENOUGH or share >= _MIRNAS:
            continue
        own = f" whose names begin with {inputs.species}" if inputs.species else ""
        option = "--species and --mature" if inputs.species else "--mature"
        yield (
            f"{share:.1%} of the first {look.raw.n_reads:,} reads of {look.sample} hold the first 16 bases of a miRNA "
            f"of {display_name(inputs.mature)}{own}: another species', or a library without miRNAs? Check {option}"
        )


def _strands(inputs: ChimeraInputs, outcomes: Counter[str], lengths: Sequence[int]) -> Iterator[str]:
    """Say that reads lie on the other strand of the transcripts."""
    other, sense = outcomes[ANTISENSE], outcomes[CHIMERIC]
    name = display_name(inputs.transcripts)
    if not is_turned(outcomes):
        pass
    elif other >= _MOST * (other + sense):
        yield (
            f"{other:,} of {other + sense:,} reads with a miRNA and a target match the other strand of {name} "
            f"({other / (other + sense):.0%}): it holds reverse complements. Give --transcripts 5' to 3'"
        )
    else:
        yield (
            f"{other:,} of {other + sense:,} reads with a miRNA and a target match the other strand of {name} only "
            f"({other / (other + sense):.0%}): DNA of a genome? Give mRNAs as --transcripts, spliced and 5' to 3'"
        )
    median = sorted(lengths)[len(lengths) // 2]
    if median >= _LONG:
        yield (
            f"half of the {len(lengths):,} sequences of {name} are {median:,} nt or longer: DNA of a genome? Give "
            "mRNAs as --transcripts, spliced and 5' to 3'"
        )


def is_lost(outcomes: Counter[str]) -> bool:
    """Say whether what follows most miRNAs is on no transcript."""
    lost = outcomes[NO_TARGET]
    found = outcomes[CHIMERIC] + outcomes[APART] + outcomes[ANTISENSE]
    return lost >= max(_ENOUGH, _MOST * (lost + found))


def is_turned(outcomes: Counter[str]) -> bool:
    """Say whether so many targets lie on the other strand that it is no chance."""
    other, sense = outcomes[ANTISENSE], outcomes[CHIMERIC]
    at_end = other + sense + outcomes[APART] + outcomes[NO_TARGET]
    return other >= max(_ENOUGH, _NO_CHANCE * at_end, _BOTH * (other + sense))


def _targets(inputs: ChimeraInputs, outcomes: Counter[str], looks: Sequence[Look]) -> Iterator[str]:
    """Say that what follows the miRNAs is on no transcript, or that nothing follows them."""
    lost = outcomes[NO_TARGET]
    found = outcomes[CHIMERIC] + outcomes[APART] + outcomes[ANTISENSE]
    if not is_lost(outcomes):
        return
    room = [look for look in looks if look.trimmed.around.mirna_share]
    if room and all(look.with_room < 1 - _MOST for look in room):
        share = max(look.with_room for look in room)
        yield (
            f"{share:.0%} of the reads that begin with a miRNA go on for {ROOM} nt or more: miRNAs without a "
            "target. Is this a library of ligated reads? Is something cut off behind the miRNA (--adapter)?"
        )
        return
    yield (
        f"{lost:,} of {lost + found:,} reads with a miRNA at an end match no transcript of "
        f"{display_name(inputs.transcripts)} ({lost / (lost + found):.0%}): another species', or most transcripts or "
        "their 3'UTRs missing? Check --transcripts"
    )


def _apart(outcomes: Counter[str]) -> Iterator[str]:
    """Say that most pairs of parts are not beside each other, or most miRNAs not at an end."""
    both = outcomes[CHIMERIC] + outcomes[APART]
    if outcomes[APART] >= max(_ENOUGH, _MOST * both, _NO_CHANCE * (both + outcomes[NO_TARGET])):
        yield (
            f"{outcomes[APART]:,} of {both:,} reads with a miRNA and a target have them more than --max-gap apart, or "
            f"share more than --max-overlap ({outcomes[APART] / both:.0%}): is there a linker between the parts?"
        )
