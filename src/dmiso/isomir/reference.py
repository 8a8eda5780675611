"""The miRNAs that sequences are compared with, and where each lies in its hairpins.

Three ways to give them: mature and hairpin FASTA (miRNAs are found in the hairpins of their name), hairpin FASTA with
the GFF3 of miRBase or MirGeneDB (which says what derives from what), or mature FASTA alone (then no nucleotide outside
a miRNA has a template). Any species; ``species`` keeps those whose names begin with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import InputError, UsageError
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.isomir.annotation import read_annotation
from dmiso.isomir.names.hairpin_names import HairpinIndex

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmiso.records import Counts, SequenceRecord

__all__ = ["Hairpin", "Mature", "Placement", "Reference", "place_matures", "read_reference", "species_of"]

_OF_DATABASE: Final = re.compile(r"[a-z][a-z0-9]{1,7}-(?:mir|let|lin|lsy|iab|bantam)", re.IGNORECASE)
"""How a name of miRBase or MirGeneDB begins: with a species. A user's own names have none."""
_ACCESSION: Final = re.compile(r"\bMI(?:MAT)?\d{6,}\b")
_LONGEST_MATURE: Final = 40


@dataclass(frozen=True, slots=True)
class Mature:
    """A reference miRNA: name, accession (its name where the database gives none) and nucleotides 5'→3'."""

    id: str
    accession: str
    sequence: str


@dataclass(frozen=True, slots=True)
class Hairpin:
    """A precursor: name, accession (its name where the database gives none) and nucleotides 5'→3'."""

    id: str
    accession: str
    sequence: str


class Placement(NamedTuple):
    """Where a miRNA lies: numbers of both in the reference (hairpin -1: none known), 0-based half-open."""

    mature: int
    hairpin: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """miRNAs, hairpins and what lies where; every miRNA has at least one placement.

    Parameters
    ----------
    matures, hairpins
        In file order.
    placements
        In the order of miRNAs, then hairpins, then positions.
    source
        Database for mirGFF3's second column: as the annotation names it (``miRBasev22``), or as names suggest
        (``miRBase``, ``MirGeneDB``).
    """

    matures: tuple[Mature, ...]
    hairpins: tuple[Hairpin, ...]
    placements: tuple[Placement, ...]
    source: str

    @property
    def has_hairpins(self) -> bool:
        """Whether nucleotides beside a miRNA can be distinguished from tails."""
        return bool(self.hairpins)


def species_of(name: str) -> str:
    """Return the species a name begins with, in lower case.

    Examples
    --------
    >>> species_of("hsa-miR-21-5p"), species_of("Hsa-Mir-8-P2a_5p*")
    ('hsa', 'hsa')
    """
    return name.partition("-")[0].lower()


def read_reference(
    mature: Path | None,
    hairpin: Path | None,
    counts: Counts,
    *,
    gff3: Path | None = None,
    species: str | None = None,
) -> Reference:
    """Read a miRNA reference.

    Parameters
    ----------
    mature
        FASTA of mature miRNAs; may be left out where ``hairpin`` and ``gff3`` are given.
    hairpin
        FASTA of precursors; None leaves all flanking nucleotides unknown.
    counts
        Filled with what was read, and with what could not be placed.
    gff3
        Annotation of miRBase or MirGeneDB: genome coordinates of precursors and of the miRNAs in them.
    species
        Beginning of names to keep, ``hsa``; None keeps all.

    Raises
    ------
    UsageError
        If too little is given, or no miRNA is of the species.
    InputError
        If the files do not belong together, or are swapped.
    """
    _require(mature, hairpin, gff3)
    hairpins = _hairpins(hairpin, species, counts) if hairpin is not None else ()
    annotation = read_annotation(gff3, hairpins, counts, species=species) if gff3 is not None else None
    if mature is not None:
        matures = _matures(mature, species, counts)
    else:
        assert annotation is not None
        matures = tuple(Mature(*key) for key in annotation.matures(hairpins, counts))
    if not matures:
        where = ", ".join(display_name(path) for path in (mature, hairpin, gff3) if path is not None)
        raise UsageError(
            f"{where}: no miRNA is left{f' of species {species}' if species else ''}. Check the reference files."
        )
    pairs = annotation.pairs if annotation is not None else {}
    placements = place_matures(matures, hairpins, counts, pairs=pairs)
    if hairpins and all(p.hairpin < 0 for p in placements):
        raise InputError(
            "none of the miRNAs lies in any hairpin",
            path=display_name(hairpin) if hairpin else None,
            hint="Check that --mature and --hairpin are not swapped, and are of one species and release",
        )
    named = annotation.database.replace(" ", "") if annotation is not None else ""
    _note_species(matures, counts)
    return Reference(matures, hairpins, placements, named or _source(matures))


def _require(mature: Path | None, hairpin: Path | None, gff3: Path | None) -> None:
    """Check that enough is given."""
    if mature is None and (hairpin is None or gff3 is None):
        raise UsageError("A reference is --mature with or without --hairpin, or --hairpin with --gff3.")
    if gff3 is not None and hairpin is None:
        raise UsageError("--gff3 says where miRNAs lie in hairpins: give --hairpin too.")


def _note_species(matures: tuple[Mature, ...], counts: Counts) -> None:
    """Say that a reference has several species."""
    n_species = len({species_of(mature.id) for mature in matures if _OF_DATABASE.match(mature.id)})
    if n_species > 1:
        sentence = (
            "species in the reference: a sequence that several share has a row for each; --species keeps one"
        )
        counts.note(sentence, n_species)


def place_matures(
    matures: Iterable[Mature],
    hairpins: tuple[Hairpin, ...],
    counts: Counts,
    *,
    pairs: dict[str, set[int]] | None = None,
) -> tuple[Placement, ...]:
    """Find each miRNA in its hairpins, by nucleotides.

    Its hairpins are those that an annotation names; else those of its name (``hsa-miR-16-5p``: ``hsa-mir-16-1``,
    ``hsa-mir-16-2``); else all that contain it, but for those of another species. Names of a user's own
    (``Cluster_12.mature``) name no species, and match any.

    Parameters
    ----------
    matures, hairpins
        The reference.
    counts
        Notes miRNAs placed by nucleotides alone and miRNAs without a hairpin.
    pairs
        Hairpins by the accession of a miRNA, from an annotation.

    Examples
    --------
    >>> from dmiso.records import Counts
    >>> place_matures([Mature("x-miR-1-5p", "", "GGA")], (Hairpin("x-mir-1-2", "", "UGGAGGA"),), Counts())
    (Placement(mature=0, hairpin=0, start=1, end=4), Placement(mature=0, hairpin=0, start=4, end=7))
    """
    index = HairpinIndex(hairpin.id for hairpin in hairpins)
    by_species: dict[str | None, list[int]] = {}
    for i, hairpin in enumerate(hairpins):
        by_species.setdefault(_told_species(hairpin.id), []).append(i)
    found: list[Placement] = []
    for number, mature in enumerate(matures):
        named = sorted((pairs or {}).get(mature.accession, ())) or index.named_like(mature.id)
        positions = _positions(number, mature, named, hairpins)
        if not positions and hairpins:
            positions = _positions(number, mature, _candidates(mature.id, hairpins, by_species), hairpins)
            if positions:
                counts.note(
                    "miRNAs placed in hairpins of another name, by their nucleotides", example=mature.id
                )
            else:
                counts.note("miRNAs in no hairpin: their flanking nucleotides are unknown", example=mature.id)
        found += positions or [Placement(number, -1, 0, len(mature.sequence))]
    counts.keep("placements of miRNAs in hairpins", sum(p.hairpin >= 0 for p in found))
    return tuple(found)


def _told_species(name: str) -> str | None:
    """Return the species that a name of a database begins with; None for other names."""
    return species_of(name) if _OF_DATABASE.match(name) else None


def _candidates(
    name: str, hairpins: tuple[Hairpin, ...], by_species: dict[str | None, list[int]]
) -> Iterable[int]:
    """Return the hairpins that a miRNA may lie in, whatever their names: those of no other species."""
    species = _told_species(name)
    if species is None:
        return range(len(hairpins))
    return sorted({*by_species.get(species, ()), *by_species.get(None, ())})


def _positions(
    number: int, mature: Mature, candidates: Iterable[int], hairpins: tuple[Hairpin, ...]
) -> list[Placement]:
    """Return every occurrence of a miRNA in some hairpins."""
    positions = []
    for hairpin in candidates:
        bases = hairpins[hairpin].sequence
        at = bases.find(mature.sequence)
        while at >= 0:
            positions.append(Placement(number, hairpin, at, at + len(mature.sequence)))
            at = bases.find(mature.sequence, at + 1)
    return positions


def _accession(record: SequenceRecord) -> str:
    match = _ACCESSION.search(record.description)
    return match.group() if match else record.id


def _of_species(
    records: Iterable[SequenceRecord], species: str | None, kind: str, path: Path
) -> list[SequenceRecord]:
    """Keep records whose names begin with the species; complain if none does."""
    every = list(records)
    kept = [r for r in every if species is None or species_of(r.id) == species.lower()]
    if every and not kept:
        known = sorted({species_of(record.id) for record in every})
        listing = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
        raise UsageError(f"No {kind} in {display_name(path)} is of species {species}. Known: {listing}.")
    return kept


def _matures(path: Path, species: str | None, counts: Counts) -> tuple[Mature, ...]:
    """Read mature miRNAs, each (name, nucleotides) once."""
    records = _of_species(read_sequences(path, counts, kind="reference miRNA"), species, "miRNA", path)
    for record in records:
        if len(record.sequence) > _LONGEST_MATURE:
            raise InputError(
                f"a mature miRNA of {len(record.sequence)} nt was found; none has more than {_LONGEST_MATURE}",
                path=display_name(path),
                record=record.id,
                hint="Check that --mature and --hairpin are not swapped",
            )
    matures = [Mature(record.id, _accession(record), record.sequence) for record in records]
    return tuple(dict.fromkeys(matures))


def _hairpins(path: Path, species: str | None, counts: Counts) -> tuple[Hairpin, ...]:
    """Read hairpins."""
    records = _of_species(read_sequences(path, counts, kind="hairpin"), species, "hairpin", path)
    return tuple(dict.fromkeys(Hairpin(record.id, _accession(record), record.sequence) for record in records))


def _source(matures: tuple[Mature, ...]) -> str:
    """Recognise the database by its accessions and names."""
    if any(mature.accession.startswith("MIMAT") for mature in matures):
        return "miRBase"
    if any(re.search(r"_(?:co)?[53]p\*?$", mature.id) for mature in matures):
        return "MirGeneDB"
    return "reference"
