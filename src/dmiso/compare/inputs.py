"""The words and files of a comparison: isomiRs, their miRNAs, transcripts and genes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import CODED, normalise
from dmiso.compare.pairs import Pair, check_length, pairs_from_calls, pairs_with
from dmiso.compare.scanned import Targets
from dmiso.errors import UsageError
from dmiso.io.streams import display_name, require_file
from dmiso.io.transcripts import read_genes, read_transcripts
from dmiso.io.utrs import with_gene_names
from dmiso.isomir import CountedSequence, Reference, read_counted, read_reference
from dmiso.losses import require_kept
from dmiso.records import Counts, SequenceRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dmiso.io.transcripts import Transcript

__all__ = ["CompareInputs", "Told"]

_BASES: Final = re.compile(f"[{CODED}T]+", re.IGNORECASE)


class Told(NamedTuple):
    """What the inputs hold."""

    pairs: list[Pair]
    targets: Targets


@dataclass(frozen=True, slots=True)
class CompareInputs:
    """What is compared where.

    Parameters
    ----------
    isomirs
        Sequences, names of ``mature``, or files: FASTA, a table or mirGFF3, with counts perhaps.
    transcripts
        FASTA of mRNAs, 3'UTRs or sites.
    cds
        Table of coding sequences on the transcripts.
    genes
        Table with ``transcript_id`` and ``gene_id``.
    mature, hairpin, species
        Reference in which canonical miRNAs are found, and whose seeds decoys avoid.
    canonical
        The miRNA to compare with: nucleotides, or a name of ``mature``; None finds it by the isomiR's nucleotides.
    asked
        Genes or transcripts to be shown one by one.
    max_isomirs
        Of files, the isomiRs with most reads that are compared.

    Raises
    ------
    UsageError
        If the combination is wrong or a file is missing.
    """

    isomirs: Sequence[str]
    transcripts: Path
    cds: Path | None = None
    genes: Path | None = None
    mature: Path | None = None
    hairpin: Path | None = None
    species: str | None = None
    canonical: str | None = None
    asked: Sequence[str] = ()
    max_isomirs: int = 10

    def __post_init__(self) -> None:
        if not self.isomirs:
            raise UsageError("No isomiR is given: a sequence or a file.")
        if self.mature is None and self.canonical is None:
            raise UsageError("Give --canonical, or --mature (and --hairpin) to find it in.")
        if self.max_isomirs < 1:
            raise UsageError(f"max_isomirs is {self.max_isomirs}; it must be at least 1.")
        for path in self.files().values():
            require_file(path)

    def files(self) -> dict[str, Path]:
        """Return the files given, by option name; those of isomiRs by number."""
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        found = {name: path for name, path in given if isinstance(path, Path)}
        words = [Path(word) for word in self.isomirs if _is_file(word)]
        return {**found, **{f"isomirs_{i}": path for i, path in enumerate(words, start=1)}}

    def load(self, counts: Counts) -> Told:
        """Read everything.

        Raises
        ------
        InputError, UsageError
            If a word, a record or a gene cannot be used.
        """
        reference = self._reference(counts)
        known = {m.id: m.sequence for m in reference.matures} if reference else {}
        sequences, counted = self._sequences(known, counts)
        if self.canonical is not None:
            canonical = _record(self.canonical, known, "--canonical")
            pairs = pairs_with(sequences, canonical, counts, counted=counted)
        else:
            assert reference is not None
            pairs = pairs_from_calls(sequences, reference, counts, counted=counted)
        counts.flow(
            "isomiRs",
            len(sequences),
            len({pair.isomir.sequence for pair in pairs}),
            outcome="compared with another miRNA",
            hint="Check --mature and --species; a sequence that is a canonical miRNA has nothing to be compared with",
        )
        require_kept(counts)
        pairs = self._foremost(pairs, counts)
        transcripts = list(read_transcripts(self.transcripts, counts, cds=self.cds).values())
        genes = self._genes(transcripts, counts)
        return Told(pairs, Targets(transcripts, genes, self._asked(transcripts, genes), list(known.values())))

    def _reference(self, counts: Counts) -> Reference | None:
        if self.mature is None:
            return None
        return read_reference(self.mature, self.hairpin, counts, species=self.species)

    def _sequences(self, known: dict[str, str], counts: Counts) -> tuple[list[CountedSequence], bool]:
        """Return the isomiRs, and whether their reads differ, so that counts were given."""
        found: list[CountedSequence] = []
        for word in self.isomirs:
            if _is_file(word):
                read = list(read_counted(Path(word), counts, call_names=True).sequences)
                for one in read:  # here, where the file is known
                    check_length(f"{display_name(Path(word))}, record {one.id}", one.sequence)
                found += read
            else:
                record = _record(word, known, "ISOMIR")
                found.append(CountedSequence(record.id, record.sequence, (1,)))
        return found, len({sum(record.counts) for record in found}) > 1

    def _foremost(self, pairs: list[Pair], counts: Counts) -> list[Pair]:
        """Keep the pairs of the isomiRs with most reads."""
        bases = list(dict.fromkeys(pair.isomir.sequence for pair in pairs))
        if len(bases) > self.max_isomirs:
            counts.drop(
                f"isomiRs beyond the first {self.max_isomirs} by reads: not compared",
                len(bases) - self.max_isomirs,
            )
        kept = set(bases[: self.max_isomirs])
        counts.keep("isomiRs compared", len(kept))
        return [pair for pair in pairs if pair.isomir.sequence in kept]

    def _genes(self, transcripts: Sequence[Transcript], counts: Counts) -> dict[str, str]:
        told = read_genes(self.genes, transcripts, counts) if self.genes is not None else {}
        of_headers = {t.id: t.gene_id for t in transcripts if t.gene_id}
        return {**of_headers, **told}

    def _asked(self, transcripts: Sequence[Transcript], genes: dict[str, str]) -> frozenset[str]:
        """Return the genes asked for; a transcript stands for its gene, a symbol for every gene that is called so."""
        if not self.asked:
            return frozenset()
        named = {t.id: t for t in transcripts}
        if self.genes is not None:
            named = with_gene_names(named, self.genes, Counts())  # what it lacks was noted when it was read
        gene_of = {t.id: genes.get(t.id, t.id) for t in transcripts}
        known: dict[str, set[str]] = {}
        for name, gene in gene_of.items():
            for word in named[name].gene_names:
                known.setdefault(word, set()).add(gene)
        # an identifier is a gene's or a transcript's own: no symbol that is spelled so takes its meaning
        known |= {**{gene: {gene} for gene in gene_of.values()}, **{t: {gene} for t, gene in gene_of.items()}}
        for name in self.asked:
            if name not in known:
                raise UsageError(
                    f"{name!r} is not a gene or transcript of {self.transcripts.name}{_near(name, known)}."
                )
        return frozenset(gene for name in self.asked for gene in known[name])


def _is_file(word: str) -> bool:
    """Return whether a word names a file; nucleotides that are too long for a name do not."""
    try:
        return Path(word).is_file()
    except OSError:
        return False


def _record(word: str, known: dict[str, str], what: str) -> SequenceRecord:
    """Return the nucleotides of a word: its own, or those of a name."""
    if word in known:
        return SequenceRecord(word, known[word])
    if _BASES.fullmatch(word):
        bases = normalise(word).sequence
        return SequenceRecord(bases, bases)
    raise UsageError(
        f"{what} {word!r} is not a file, a sequence or a name in --mature{_near(word, known)}. "
        "Give nucleotides, a FASTA, a table or mirGFF3."
    )


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f" (near: {', '.join(near)})" if near else ""
