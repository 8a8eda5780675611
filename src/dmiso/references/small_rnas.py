"""The miRNAs and hairpins of a reference: of one species, and fitting each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmiso.errors import UsageError
from dmiso.io.streams import display_name
from dmiso.isomir.reference import read_reference, species_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.isomir.reference import Hairpin, Mature
    from dmiso.records import Counts

__all__ = ["SmallRnas", "read_small_rnas"]

_SHOWN = 12


class SmallRnas(NamedTuple):
    """miRNAs and hairpins of one species, and the beginning of their names; empty where names have none."""

    species: str
    mirnas: tuple[Mature, ...]
    hairpins: tuple[Hairpin, ...]


def read_small_rnas(
    mirnas: Sequence[Path],
    hairpins: Path | None,
    counts: Counts,
    *,
    gff3: Path | None = None,
    species: str | None = None,
) -> SmallRnas:
    """Read miRNAs and hairpins as ``dmiso isomirs`` does, with its checks.

    Parameters
    ----------
    mirnas
        FASTA files; each miRNA is kept once.
    hairpins, gff3
        Of the same release; None where there is none.
    counts
        Filled with what was read, and with miRNAs in no hairpin.
    species
        Beginning of names to keep; None where all are of one species.

    Raises
    ------
    UsageError
        If the files hold several species and none is chosen, or none of the one chosen.
    InputError
        If the files do not belong together, or are swapped.
    """
    first = read_reference(mirnas[0], None, counts, species=species)
    chosen = species.lower() if species else _only_species(first.matures, mirnas[0])
    matures = dict.fromkeys(first.matures)
    for path in mirnas[1:]:
        matures |= dict.fromkeys(read_reference(path, None, counts, species=chosen or None).matures)
    if hairpins is None:
        return SmallRnas(chosen, tuple(matures), ())
    placed = read_reference(mirnas[0], hairpins, counts, gff3=gff3, species=chosen or None)
    return SmallRnas(chosen, tuple(matures), placed.hairpins)


def _only_species(matures: Sequence[Mature], path: Path) -> str:
    """Return the species that all names begin with; refuse several."""
    found: dict[str, int] = {}
    for mature in matures:
        if "-" in mature.id:
            found[species_of(mature.id)] = found.get(species_of(mature.id), 0) + 1
    if len(found) > 1:
        most = sorted(found, key=lambda name: (-found[name], name))
        listed = ", ".join(most[:_SHOWN]) + (", …" if len(most) > _SHOWN else "")
        raise UsageError(
            f"{display_name(path)} holds miRNAs of {len(found)} species ({listed}); a reference is of one. "
            "Choose it with --species."
        )
    return next(iter(found), "")
