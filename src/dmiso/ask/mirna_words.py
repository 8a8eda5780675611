"""Which miRNAs a word stands for: a file, a name of any release, an accession, or nucleotides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.alphabet import CODED, normalise
from dmiso.compare.pairs import check_length, pairs_from_calls
from dmiso.errors import UsageError
from dmiso.io import read_sequences
from dmiso.io.streams import display_name
from dmiso.isomir import CountedSequence, read_reference
from dmiso.isomir.names.aliases import NameIndex
from dmiso.records import Counts, SequenceRecord

if TYPE_CHECKING:
    from dmiso.compare.pairs import Pair
    from dmiso.isomir import Reference

__all__ = ["CANONICAL", "Asked", "MirnaShelf", "is_file", "is_nucleotides"]

CANONICAL: Final = "canonical"
"""The word that stands for the miRNA an isomiR comes from."""
_MOST: Final = 50
"""miRNAs that one word may stand for; more are a job for a scan."""
_BASES: Final = re.compile(f"[{CODED}T]+", re.IGNORECASE)
_SHORTEST: Final = 15


class Asked(NamedTuple):
    """A miRNA that was asked for, and those that it is compared with."""

    mirna: SequenceRecord
    against: tuple[Pair, ...] = ()


def is_file(word: str) -> bool:
    """Return whether a word names a file; nucleotides that are too long for a name do not."""
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def is_nucleotides(word: str, least: int) -> bool:
    """Return whether a word is nucleotides, and enough of them."""
    return len(word) >= least and _BASES.fullmatch(word) is not None


@dataclass(frozen=True)
class MirnaShelf:
    """The known miRNAs that names are looked up in.

    Parameters
    ----------
    said
        What they are called in messages.
    mature, hairpin, gff3
        Files; None where there is none.
    species
        Beginning of names that count, ``hsa``; None keeps all.
    """

    said: str
    mature: Path | None
    hairpin: Path | None = None
    gff3: Path | None = None
    species: str | None = None

    @cached_property
    def _names(self) -> NameIndex:
        assert self.mature is not None
        records = list(read_sequences(self.mature, Counts(), kind="reference miRNA"))
        if self.species:
            records = [one for one in records if one.id.lower().startswith(self.species.lower())]
        return NameIndex(records, species=self.species or "")

    @cached_property
    def reference(self) -> Reference:
        """What isomiRs are named against."""
        return read_reference(self.mature, self.hairpin, Counts(), gff3=self.gff3, species=self.species)

    def find(self, word: str, what: str) -> list[SequenceRecord]:
        """Return every miRNA that a word stands for, in upper-case RNA.

        Parameters
        ----------
        word
            A FASTA or FASTQ file, a name of any release, an accession, or nucleotides.
        what
            The argument, for messages.

        Raises
        ------
        UsageError
            If it stands for none, or for too many.
        InputError
            If a file cannot be used.
        """
        if is_file(word):
            found = list(read_sequences(Path(word), Counts(), kind="miRNA"))
            if not found:
                raise UsageError(f"{what} {display_name(Path(word))} holds no sequence.")
        else:
            found = self._named(word) or self._spelled(word)
        if not found:
            raise UsageError(self._unknown(word, what))
        if len(found) > _MOST:
            raise UsageError(
                f"{what} {word!r} stands for {len(found):,} miRNAs; at most {_MOST} are answered at once. Name one, or "
                "use dmiso scan."
            )
        for one in found:
            check_length(one.id, one.sequence)
        return found

    def _named(self, word: str) -> list[SequenceRecord]:
        if self.mature is None:
            return []
        found = self._names.candidates(word)
        return [SequenceRecord(one.mirna.name, one.mirna.sequence, one.mirna.accession) for one in found]

    def _spelled(self, word: str) -> list[SequenceRecord]:
        """Return nucleotides as a miRNA, with the name of those that are one."""
        if not is_nucleotides(word, _SHORTEST):
            return []
        bases = normalise(word).sequence
        known = self._names.mirnas if self.mature is not None else []
        names = [one.name for one in known if one.sequence == bases]
        return [SequenceRecord(names[0] if names else bases, bases)]

    def _unknown(self, word: str, what: str) -> str:
        if _BASES.fullmatch(word):
            return f"{what} {word!r} has {len(word)} nucleotides; a miRNA or isomiR of at least {_SHORTEST} is needed."
        near = self._names.resolve(word).nearest if self.mature is not None else ()
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return (
            f"{what} {word!r} is no file, no nucleotides, and no miRNA of {self.said}.{hint} "
            "Give nucleotides, a FASTA, or a name of --reference or --mature."
        )

    def asked(self, word: str, against: str | None) -> list[Asked]:
        """Return the miRNAs that are asked for, each with those that it is compared with.

        Parameters
        ----------
        word
            As for :meth:`find`.
        against
            ``canonical`` finds the miRNA that an isomiR comes from, by its nucleotides; else as ``word``; None is
            nothing.

        Raises
        ------
        UsageError
            If nothing is left to compare with.
        """
        mirnas = self.find(word, "MIRNA")
        if against is None:
            return [Asked(mirna) for mirna in mirnas]
        if against != CANONICAL:
            others = self.find(against, "--against")
            return [Asked(mirna, _pairs(mirna, others)) for mirna in mirnas]
        if self.mature is None and self.gff3 is None:
            raise UsageError("--against canonical needs known miRNAs: give --reference or --mature.")
        return [self._with_parents(mirna) for mirna in mirnas]

    def _with_parents(self, mirna: SequenceRecord) -> Asked:
        """Find the miRNAs that an isomiR comes from: all that explain it equally well."""
        counts = Counts()
        if any(one.sequence == mirna.sequence for one in self.reference.matures):
            raise UsageError(
                f"{mirna.id} is a canonical miRNA itself, so --against canonical has nothing to compare it with. "
                "Leave it out, or give another miRNA to --against."
            )
        one = CountedSequence(mirna.id, mirna.sequence, (1,))
        pairs = pairs_from_calls([one], self.reference, counts, counted=False)
        if not pairs:
            raise UsageError(
                f"{mirna.id} comes from no miRNA of {self.said}, so --against canonical finds none. "
                "Give the miRNA to --against by its name or nucleotides."
            )
        return Asked(mirna, tuple(pairs))


def _pairs(mirna: SequenceRecord, others: list[SequenceRecord]) -> tuple[Pair, ...]:
    from dmiso.compare.pairs import Pair

    pairs = tuple(Pair(mirna, other) for other in others if other.sequence != mirna.sequence)
    if not pairs:
        raise UsageError(f"{mirna.id} and --against are the same nucleotides: there is nothing to compare.")
    return pairs
