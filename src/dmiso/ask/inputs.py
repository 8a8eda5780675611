"""The words of a question, and the files or the reference that they are looked up in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dmiso.ask.mirna_words import Asked, MirnaShelf, is_file
from dmiso.ask.target_words import TargetShelf
from dmiso.io.streams import display_name, require_file

if TYPE_CHECKING:
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts

__all__ = ["AskInputs", "Told"]

_EXAMPLES = "the shipped examples"


class Told(NamedTuple):
    """What a question is about: miRNAs, transcripts, and where names were looked up."""

    asked: list[Asked]
    transcripts: list[Transcript]
    about: dict[str, str]


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
        mirnas, targets = self._mirna_shelf(), self._target_shelf()
        asked = mirnas.asked(self.mirna, self.against)
        return Told(
            asked,
            targets.find(self.gene, counts),
            {"mirna_reference": mirnas.said, "transcript_reference": targets.said},
        )

    def _mirna_shelf(self) -> MirnaShelf:
        if self.mature is not None:
            return MirnaShelf(display_name(self.mature), self.mature, self.hairpin, species=self.species)
        return MirnaShelf(_EXAMPLES, _example("mature.fa"), _example("hairpin.fa"))

    def _target_shelf(self) -> TargetShelf:
        own = self.transcripts
        return TargetShelf(
            _EXAMPLES if own is None else display_name(own),
            _example("transcripts.fa") if own is None else own,
            self.cds,
            self.genes,
            self.as_utrs,
        )


def _example(name: str) -> Path:
    return Path(str(files("dmiso.examples") / name))
