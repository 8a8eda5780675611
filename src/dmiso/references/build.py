"""Building a reference: files are read, checked against each other, and written as one folder, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

import dmiso
from dmiso.errors import InputError, UsageError
from dmiso.io.atomic import write_text
from dmiso.io.folders import whole_folder
from dmiso.io.streams import base_name, display_name, hashable_file, read_once, require_file
from dmiso.io.utrs import read_utrs
from dmiso.losses import require_kept
from dmiso.provenance import sha256_file, to_json
from dmiso.records import Counts
from dmiso.references.gathered import TranscriptSources, gather_transcripts
from dmiso.references.homes import BUNDLED, check_name, references_folder
from dmiso.references.opened import Reference, open_reference
from dmiso.references.releases import releases_of
from dmiso.references.representatives import gene_of
from dmiso.references.small_rnas import read_small_rnas
from dmiso.references.species import check_transcripts
from dmiso.references.stored import FILES, RECORD, REFERENCE_FOLDER, BuiltFile, ReferenceRecord, SourceFile
from dmiso.references.written import copy_plain, write_small_rnas, write_transcripts
from dmiso.settings.reference import ReferenceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Built", "ReferenceSources", "build_reference"]

_NOTHING: Final = (
    "A reference needs --mirnas, --transcripts or --utrs. "
    "dmiso reference where SPECIES says where to download them."
)


@dataclass(frozen=True, slots=True)
class ReferenceSources:
    """The files that a reference is built from, as databases give them.

    Parameters
    ----------
    mirnas, hairpins
        FASTA of miRBase or MirGeneDB, of one species or all.
    gff3
        miRBase's or MirGeneDB's GFF3 of the same release.
    transcripts, annotation, cds, genes, genome
        See :class:`dmiso.references.gathered.TranscriptSources`.
    utrs
        FASTA of 3'UTRs without their mRNAs.

    Raises
    ------
    UsageError
        If the combination is wrong, or a file is missing.
    """

    mirnas: tuple[Path, ...] = ()
    hairpins: Path | None = None
    gff3: Path | None = None
    transcripts: tuple[Path, ...] = ()
    annotation: tuple[Path, ...] = ()
    cds: Path | None = None
    genes: Path | None = None
    genome: Path | None = None
    utrs: Path | None = None

    def __post_init__(self) -> None:
        if not (self.mirnas or self.transcripts or self.genome or self.utrs):
            raise UsageError(_NOTHING)
        if self.transcripts and self.genome:
            raise UsageError("Give either --transcripts, or --genome with --annotation.")
        if self.genome and not self.annotation:
            raise UsageError("--annotation is missing: it says where the transcripts lie on the --genome.")
        for _, path in self.files():
            require_file(path)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield option and path of each file given."""
        for field in fields(self):
            given = getattr(self, field.name)
            for path in given if isinstance(given, tuple) else (given,):
                if path is not None:
                    yield field.name, path

    @property
    def of_transcripts(self) -> TranscriptSources:
        """Those that transcripts come from."""
        return TranscriptSources(self.transcripts, self.annotation, self.cds, self.genes, self.genome)


class Built(NamedTuple):
    """A reference, and what was counted while it was built; not ``is_new`` was there, made of the same files."""

    reference: Reference
    counts: Counts
    is_new: bool


def build_reference(
    name: str,
    sources: ReferenceSources,
    settings: ReferenceSettings | None = None,
    *,
    folder: Path | None = None,
    command: Sequence[str] = ("dmiso", "reference", "add"),
) -> Built:
    """Build a reference.

    Parameters
    ----------
    name
        It is found by.
    sources
        The files.
    settings
        How; None is all defaults.
    folder
        Where to write it; None is its place among the user's references.
    command
        What was typed, for the record.

    Raises
    ------
    UsageError
        If the name is taken by a reference of other files, or several species are in the files and none is chosen.
    InputError
        If a file cannot be used, or files are of different species or releases.
    """
    settings = settings or ReferenceSettings()
    check_name(name)
    if folder is None:
        if (BUNDLED / name).is_dir():
            raise UsageError(f"{name} is a reference of the package, which stays. Give another name.")
        folder = references_folder() / name
    with read_once():
        made_of = [_source(option, path) for option, path in sources.files()]
        if (folder / RECORD).is_file():
            return _there(name, folder, made_of, settings)
        counts = Counts()
        with whole_folder(folder, REFERENCE_FOLDER) as temporary:
            species, numbers = _write(temporary, sources, settings, counts)
            record = ReferenceRecord(
                version=dmiso.__version__,
                command=[word.encode(errors="surrogateescape").decode(errors="replace") for word in command],
                name=name,
                species=species,
                release=settings.release or releases_of(path for _, path in sources.files()),
                notes=list(settings.note),
                numbers=numbers,
                sources=made_of,
                files={path.name: _built(path) for path in sorted(temporary.iterdir())},
                counts=counts.as_dict(),
            )
            write_text(temporary / RECORD, to_json(msgspec.to_builtins(record)))
    return Built(open_reference(folder), counts, is_new=True)


def _write(
    folder: Path, sources: ReferenceSources, settings: ReferenceSettings, counts: Counts
) -> tuple[str, dict[str, int]]:
    """Write all files of a reference but its record; return its species, and how much it holds."""
    species = (settings.species or "").lower()
    numbers: dict[str, int] = {}
    if sources.mirnas:
        small = read_small_rnas(
            sources.mirnas, sources.hairpins, counts, gff3=sources.gff3, species=settings.species
        )
        species = small.species
        numbers |= {"mirnas": len(small.mirnas), "hairpins": len(small.hairpins)}
        write_small_rnas(folder / FILES["mirnas"], small.mirnas)
        if small.hairpins:
            write_small_rnas(folder / FILES["hairpins"], small.hairpins)
    if sources.gff3 is not None:
        copy_plain(sources.gff3, folder / FILES["gff3"])
    if sources.transcripts or sources.genome:
        found = gather_transcripts(sources.of_transcripts, counts)
        where = display_name(sources.genome or sources.transcripts[0])
        require_kept(counts, path=where)
        n_coding = sum(tagged.transcript.cds is not None for tagged in found.values())
        if not n_coding and not settings.without_cds:
            raise _no_cds(len(found), where)
        species = check_transcripts(species, found, path=where)
        write_transcripts(folder, found)
        genes = {gene_of(tagged) or name for name, tagged in found.items()}
        numbers |= {"transcripts": len(found), "with_cds": n_coding, "genes": len(genes)}
    if sources.utrs is not None:
        numbers["utrs"] = len(read_utrs(sources.utrs, counts))
        copy_plain(sources.utrs, folder / FILES["utrs"])
    return species, numbers


def _no_cds(n: int, where: str) -> InputError:
    """Return the error of transcripts without any coding sequence."""
    return InputError(
        f"none of the {n:,} transcripts has a coding sequence, so that nothing says where the 3'UTRs begin",
        path=where,
        hint="Give --annotation (GTF, GFF3, BED12, .gbff) or --cds, or accept that with --without-cds",
    )


def _there(name: str, folder: Path, made_of: list[SourceFile], settings: ReferenceSettings) -> Built:
    """Return a reference that is there already; refuse if it was made of other files, or is told other things."""
    known = open_reference(folder)
    own, other = (
        {(source.option, source.sha256) for source in held} for held in (known.record.sources, made_of)
    )
    told = (
        (settings.species or "").lower() in {"", known.record.species},
        settings.release in {None, known.record.release},
        list(settings.note) in ([], known.record.notes),
    )
    if own != other or not all(told):
        raise UsageError(
            f"There is a reference {name} already, made of other files or settings ({known.record.release}): "
            f"it stays as it is. Give another name, or remove it with: dmiso reference remove {name}"
        )
    return Built(known, Counts(), is_new=False)


def _source(option: str, path: Path) -> SourceFile:
    file = hashable_file(path)
    assert file is not None, "pipes are copied within read_once"
    return SourceFile(option, base_name(path), file.stat().st_size, sha256_file(file))


def _built(path: Path) -> BuiltFile:
    return BuiltFile(path.stat().st_size, sha256_file(path))
