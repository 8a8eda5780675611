"""The words of a question, and the files or the reference that they are looked up in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dmiso.ask.mirna_words import Asked, MirnaShelf, is_file
from dmiso.ask.target_words import TargetShelf
from dmiso.errors import UsageError
from dmiso.io.streams import require_file
from dmiso.references import open_reference
from dmiso.references.homes import reference_in_use

if TYPE_CHECKING:
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.references import Reference

__all__ = ["SHIPPED", "AskInputs", "Told"]

SHIPPED: Final = "tiny-hsa"
"""The reference that comes with the package: what names are looked up in where none is named and none is in use."""


class Told(NamedTuple):
    """What a question is about: miRNAs, transcripts, and where names were looked up."""

    asked: list[Asked]
    transcripts: list[Transcript]
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskInputs:
    """A question.

    Parameters
    ----------
    mirna
        Nucleotides, a name of any release, an accession, or a FASTA.
    gene
        A gene or transcript, nucleotides, or a FASTA.
    against
        ``canonical``, or as ``mirna``; None compares with nothing.
    reference
        Name or folder of a reference; None is the one in use, else :data:`SHIPPED`.
    mature, hairpin, species
        Known miRNAs in place of those of the reference.
    transcripts, cds, genes
        Known transcripts in place of those of the reference; ``cds`` belongs to a FASTA given as ``gene`` too.
    as_utrs
        What is asked for are 3'UTRs without their mRNAs.

    Raises
    ------
    UsageError
        If a file is missing.
    """

    mirna: str
    gene: str
    against: str | None = None
    reference: str | None = None
    mature: Path | None = None
    hairpin: Path | None = None
    species: str | None = None
    transcripts: Path | None = None
    cds: Path | None = None
    genes: Path | None = None
    as_utrs: bool = False

    def __post_init__(self) -> None:
        for path in self.files().values():
            require_file(path)

    def files(self) -> dict[str, Path]:
        """Return the files given, by option name."""
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        found = {name: value for name, value in given if isinstance(value, Path)}
        words = (("mirna", self.mirna), ("gene", self.gene), ("against", self.against or ""))
        return {**found, **{name: Path(word) for name, word in words if is_file(word)}}

    def load(self, counts: Counts) -> Told:
        """Look everything up.

        Raises
        ------
        UsageError, InputError
            If a word stands for nothing, or a file cannot be used.
        """
        whole = self.mature is not None and self.transcripts is not None
        if whole and self.reference is not None:
            raise UsageError("--mature and --transcripts stand for all of --reference: leave it out.")
        reference = None if whole else open_reference(self.reference or reference_in_use() or SHIPPED)
        mirnas, targets = self._mirna_shelf(reference), self._target_shelf(reference)
        asked = mirnas.asked(self.mirna, self.against)
        about = {"mirnas_of": mirnas.said, "transcripts_of": targets.said}
        return Told(asked, targets.find(self.gene, counts), about)

    def _mirna_shelf(self, reference: Reference | None) -> MirnaShelf:
        if self.mature is not None:
            return MirnaShelf(self.mature.name, self.mature, self.hairpin, species=self.species)
        assert reference is not None
        return MirnaShelf(reference.sentence, reference.mirnas, reference.hairpins, reference.gff3)

    def _target_shelf(self, reference: Reference | None) -> TargetShelf:
        if self.transcripts is not None:
            return TargetShelf(
                self.transcripts.name, None, self.transcripts, self.cds, self.genes, self.as_utrs
            )
        assert reference is not None
        return TargetShelf(reference.sentence, reference, cds=self.cds, as_utrs=self.as_utrs)
