"""Which transcripts a word stands for: a file, a gene or transcript by name, or nucleotides."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dmiso.alphabet import normalise
from dmiso.ask.mirna_words import is_file, is_nucleotides
from dmiso.errors import UsageError
from dmiso.io.streams import display_name
from dmiso.io.transcripts import Transcript, read_genes, read_transcripts
from dmiso.io.utrs import read_utrs
from dmiso.io.versions import NameIndex
from dmiso.records import Counts
from dmiso.repression.blocks import check_as_utrs, declared_utrs
from dmiso.repression.sites import ALL_UTR3

if TYPE_CHECKING:
    from dmiso.references import Reference

__all__ = ["TargetShelf"]

_MOST: Final = 50
"""Transcripts that one word may stand for; more are a job for a scan."""
_SHORTEST: Final = 20
"""Nucleotides of a target given as such: shorter words are names (``CAT``, ``GAB1`` less its number)."""
_HINT: Final = f"GENE is a FASTA, a name, or at least {_SHORTEST} nucleotides."
_SPELLED: Final = "sequence"
"""Name of a target that was given as nucleotides."""


@dataclass(frozen=True)
class TargetShelf:
    """The known transcripts that names are looked up in.

    Parameters
    ----------
    said
        What they are called in messages.
    reference
        Where names are looked up; None looks them up in ``transcripts``.
    transcripts
        FASTA.
    cds
        Table of coding sequences, of ``transcripts`` or of a file that is asked for.
    genes
        Table of ``transcript_id`` and ``gene_id``.
    as_utrs
        What is asked for are 3'UTRs without their mRNAs.
    """

    said: str
    reference: Reference | None = None
    transcripts: Path | None = None
    cds: Path | None = None
    genes: Path | None = None
    as_utrs: bool = False

    def find(self, word: str, counts: Counts) -> list[Transcript]:
        """Return every transcript that a word stands for; each has the name of its gene in ``gene_id``.

        Parameters
        ----------
        word
            A FASTA file, a gene or transcript, or nucleotides.
        counts
            Filled with what was noted of a file.

        Raises
        ------
        UsageError
            If it stands for none, or for too many.
        InputError
            If a file cannot be used.
        """
        check_as_utrs(as_utrs=self.as_utrs, cds=self.cds)
        if is_file(word):
            found = self._read(Path(word), counts)
            if not found:
                raise UsageError(f"GENE {display_name(Path(word))} holds no sequence.")
        elif is_nucleotides(word, _SHORTEST):
            found = [Transcript(_SPELLED, normalise(word).sequence)]
        else:
            found = self._named(word)
        if len(found) > _MOST:
            raise UsageError(
                f"GENE {word!r} stands for {len(found):,} transcripts; at most {_MOST} are answered at once. "
                "Name one of them, or use dmiso scan."
            )
        if self.as_utrs:
            found = [one if one.cds == ALL_UTR3 else declared_utrs([one], word)[0] for one in found]
        return [replace(one, gene_id=one.gene_id or one.id) for one in found]

    def _named(self, word: str) -> list[Transcript]:
        """Return the transcript of a name, else all of a gene."""
        if self.reference is not None:
            return [found.transcript for found in self.reference.find_transcripts(word)]
        if (exact := NameIndex({one.id: one for one in self._held}).get(word)) is not None:
            return [exact]
        found = [one for one in self._held if word == one.gene_id or word in one.gene_names]
        if not found:
            raise UsageError(self._unknown(word))
        return found

    @cached_property
    def _held(self) -> list[Transcript]:
        assert self.transcripts is not None
        counts = Counts()
        found = self._read(self.transcripts, counts)
        if self.genes is not None:
            told = read_genes(self.genes, found, counts)
            found = [replace(one, gene_id=told.get(one.id, one.gene_id)) for one in found]
        return found

    def _read(self, path: Path, counts: Counts) -> list[Transcript]:
        """Return the transcripts of a file; headers of 3'UTRs say more of their genes than those of mRNAs."""
        read = read_utrs(path, counts) if self.as_utrs else read_transcripts(path, counts, cds=self.cds)
        return list(read.values())

    def _unknown(self, word: str) -> str:
        known = {
            name.lower(): name
            for one in self._held
            for name in (one.id, one.gene_id, *one.gene_names)
            if name
        }
        near = [known[name] for name in difflib.get_close_matches(word.lower(), known, n=3, cutoff=0.6)]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"{word!r} is no gene and no transcript of {self.said}.{hint} {_HINT}"
