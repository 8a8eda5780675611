"""What the reads say of the library: adapters, barcodes, UMIs, orientation, length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dmiso.alphabet import reverse_complement, to_dna, to_rna

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmiso.chimera.diagnosis.look import Look
    from dmiso.trimming.around import Flank

__all__ = ["of_library"]

_ENOUGH: Final = 100
"""Reads that anything is concluded from."""

_LEFT: Final = 0.1
"""Share of trimmed reads with an adapter from which on it is not chance; of one in no list, three times that."""

_MOST: Final = 0.5
_SOME: Final = 0.05
_TIMES: Final = 5
_SHORTEST_BARCODE: Final = 4
_LONGEST_LABEL: Final = 20
"""Bases of UMI and barcode together: what is longer is a target before its miRNA."""

_SEVERAL: Final = 3
"""Different miRNAs beside which the library's bases are told from one miRNA's isomiR."""


def of_library(look: Look, *, with_adapter: float) -> Iterator[str]:
    """Give a sentence for each thing that reads say is wrong with how they were trimmed.

    Parameters
    ----------
    look
        At the sample.
    with_adapter
        Share of all its reads that had the adapter that was cut.
    """
    if look.raw.n_reads < _ENOUGH:
        return
    turned = list(_turned(look))
    if turned:  # nothing else can be said of reads that are read from the wrong end
        yield from turned
        return
    yield from _adapter(look, with_adapter)
    yield from _umi(look)
    yield from _before(look)
    yield from _missing(look)


def _turned(look: Look) -> Iterator[str]:
    """Say that reads hold miRNAs the other way round."""
    raw, trimmed = look.raw.around.mirna_share, look.trimmed.around.mirna_share
    if look.settings.reverse_complement:
        if raw >= _SOME and raw >= _TIMES * trimmed:
            yield (
                f"{raw:.0%} of the reads of {look.sample} hold a miRNA as they are, {trimmed:.1%} once turned: leave "
                "--reverse-complement out"
            )
        return
    as_is = max(raw, trimmed)
    if look.turned_share >= _SOME and look.turned_share >= _TIMES * as_is:
        yield (
            f"the reverse complement of {look.turned_share:.0%} of the reads of {look.sample} holds a miRNA, of "
            f"{as_is:.1%} the read as it is: give read 1 of the pairs, or --reverse-complement"
        )


def _adapter(look: Look, with_adapter: float) -> Iterator[str]:
    """Say which adapter is still on the reads."""
    given = look.settings.adapter
    if look.trimmed.adapter is None:
        return
    seen = look.trimmed.adapters[0]
    if seen.share < (_LEFT if seen.name else _SEVERAL * _LEFT):
        return
    name = f" ({seen.name})" if seen.name else ""
    told = f"the 3' adapter {seen.bases}{name} is still on {seen.share:.0%} of the trimmed reads of {look.sample}"
    if given is None:
        yield f"{told}, none was cut: give --adapter {seen.bases}, or --adapter auto"
        return
    turned = to_dna(reverse_complement(to_rna(given.upper())))
    if seen.bases.startswith(turned[:10]) or turned.startswith(seen.bases[:10]):
        told += ", the reverse complement of the one given"
    yield (
        f"{told}; --adapter {given} was found in {with_adapter:.1%}: give --adapter {seen.bases}, or --adapter auto"
    )


def _umi(look: Look) -> Iterator[str]:
    """Say that what was taken for a UMI is none."""
    if look.umi and look.umi_share >= _MOST:
        n = len(look.umi)
        yield (
            f"the {n} bases taken for the UMI are {look.umi} in {look.umi_share:.0%} of the reads of {look.sample}: "
            f"a barcode? Give --barcode5 {n} in place of --umi5, and --duplicates exact"
        )


def _before(look: Look) -> Iterator[str]:
    """Say what stands before the miRNA."""
    flank = look.trimmed.around.before
    if not 0 < flank.length <= _LONGEST_LABEL or flank.share < _MOST or flank.n_mirnas < _SEVERAL:
        return
    told = (
        f"{flank.length} {'base' if flank.length == 1 else 'bases'} before the miRNA in {flank.share:.0%} of the reads "
        f"of {look.sample} that hold one"
    )
    yield f"{told} {_meaning(flank, look)}"


def _meaning(flank: Flank, look: Look) -> str:
    barcode = f"--barcode5 {look.settings.barcode5 + flank.length}"
    if flank.kind == "fixed":
        return f"({flank.pattern}): a barcode? Give {barcode}"
    if flank.kind == "several":
        words = ", ".join(f"{word} {share:.0%}" for word, share in flank.words)
        if flank.length < _SHORTEST_BARCODE:
            return f"({words}): rests of a UMI or an adapter? Give {barcode}, or --outer cut"
        return f"({words}): barcodes of several samples? Give --barcodes, or {barcode} to cut them off"
    umi = f"--umi5 {look.settings.umi5 + flank.length}"
    return f"(random): a UMI? Give {umi} --duplicates umi-directional, or {barcode} to cut them off"


def _missing(look: Look) -> Iterator[str]:
    """Say that too much was cut off before the miRNA."""
    if look.missing and look.missing_share >= _MOST and look.missing_mirnas >= _SEVERAL:
        options = {"--umi5": look.settings.umi5, "--barcode5": look.settings.barcode5}
        option = max(options, key=lambda one: options[one])
        if options[option] >= look.missing:
            todo = f"give {option} {options[option] - look.missing} in place of {options[option]}"
        else:
            todo = "they were cut off before"
        yield (
            f"the first {look.missing} bases of the miRNA are missing in {look.missing_share:.0%} of the reads of "
            f"{look.sample} that begin within one: {todo}"
        )
