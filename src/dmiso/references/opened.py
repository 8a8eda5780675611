"""A reference opened: its files, and what names stand for in it."""

from __future__ import annotations

import difflib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from dmiso.alphabet import normalise
from dmiso.errors import DmisoError, InputError, UsageError, did_you_mean
from dmiso.io.sequences import read_sequences
from dmiso.io.streams import display_name
from dmiso.isomir.names.aliases import Candidate, NameIndex
from dmiso.provenance import sha256_bytes, sha256_file
from dmiso.records import Counts
from dmiso.references.homes import BUNDLED, folder_of, reference_in_use, reference_names
from dmiso.references.index import FoundTranscript, TranscriptIndex, read_transcript
from dmiso.references.stored import FILES, INDEX, RECORD, ReferenceRecord, read_record

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["Reference", "open_reference"]

_AGAIN: Final = "Make the reference again with dmiso reference add, or bring back the file"
_SHORTEST: Final = 15
"""Nucleotides from which a text is taken for a sequence: shorter ones are names (``let``, ``bantam``)."""


class Reference:
    """A reference of one species.

    Made by :func:`open_reference`. Files are compared with their hashes when they are first asked for.

    Parameters
    ----------
    folder
        Where it is.
    record
        What it says of itself.
    """

    def __init__(self, folder: Path, record: ReferenceRecord) -> None:
        self.folder, self.record = folder, record
        self._checked: set[str] = set()

    @property
    def name(self) -> str:
        """Its name, or its folder where that is no name's."""
        return self.record.name if folder_of(self.record.name) == self.folder else display_name(self.folder)

    @property
    def is_bundled(self) -> bool:
        """Whether it came with the package."""
        return self.folder.parent == BUNDLED

    @property
    def sentence(self) -> str:
        """Name, release and species, for messages."""
        return f"{self.name} ({self.record.release}; {self.record.species})"

    def path(self, kind: str) -> Path | None:
        """Return the file of a kind, compared with its hash; None where the reference has none.

        Parameters
        ----------
        kind
            ``mirnas``, ``hairpins``, ``gff3``, ``transcripts``, ``cds``, ``genes`` or ``utrs``.

        Raises
        ------
        InputError
            If the file is gone, or is not what it was when the reference was made.
        """
        name = FILES[kind]
        if name not in self.record.files:
            return None
        if name not in self._checked:
            path, known = self.folder / name, self.record.files[name]
            _check_size(path, known.size)
            if sha256_file(path) != known.sha256:
                raise _changed(path)
            self._checked.add(name)
        return self.folder / name

    mirnas = property(lambda self: self.path("mirnas"), doc="FASTA of miRNAs.")
    hairpins = property(lambda self: self.path("hairpins"), doc="FASTA of hairpins; None where it has none.")
    gff3 = property(lambda self: self.path("gff3"), doc="GFF3 of miRNAs; None where it has none.")
    transcripts = property(lambda self: self.path("transcripts"), doc="FASTA of transcripts.")
    cds = property(lambda self: self.path("cds"), doc="Table of coding sequences.")
    genes = property(lambda self: self.path("genes"), doc="Table of transcripts, genes and symbols.")
    utrs = property(lambda self: self.path("utrs"), doc="FASTA of 3'UTRs by gene; None where it has none.")

    def as_manifest(self) -> dict[str, Any]:
        """Return name, release, species and hashes, for a manifest: no path."""
        return {
            "name": self.record.name,
            "release": self.record.release,
            "species": self.record.species,
            "sha256": sha256_file(self.folder / RECORD),
            "files": {name: built.sha256 for name, built in sorted(self.record.files.items())},
        }

    def find_mirnas(self, text: str) -> tuple[Candidate, ...]:
        """Return every miRNA that a name of any release, an accession, or nucleotides may stand for.

        Parameters
        ----------
        text
            Name, accession, or nucleotides (RNA or DNA, from 15 on).

        Returns
        -------
        tuple of Candidate
            In the order of the reference, each with the rules that found it (:mod:`dmiso.isomir.names.aliases`):
            ``sequence`` is a miRNA of these very nucleotides, ``ends`` and ``near`` are those that an isomiR may come
            from. Several are no mistake: a name without an arm stands for both.

        Raises
        ------
        UsageError
            If there is none; names spelled alike are listed.
        """
        bases = _as_bases(text)
        resolved = self._names.resolve("" if bases else text, sequence=bases)
        if not resolved.candidates:
            what = (
                "no miRNA has these nucleotides, nor ends or bases near them" if bases else "it is no miRNA"
            )
            raise UsageError(f"{text!r}: {what} of reference {self.sentence}.{_alike(resolved.nearest)}")
        return resolved.candidates

    def find_transcripts(self, text: str) -> tuple[FoundTranscript, ...]:
        """Return every transcript that a name stands for.

        Parameters
        ----------
        text
            A transcript's identifier, with its version or without, a gene's identifier or its symbol.

        Returns
        -------
        tuple of FoundTranscript
            That of the identifier; of a gene all, first the one that represents it and says why.

        Raises
        ------
        UsageError
            If there is none; symbols in another case and spelled alike are listed.
        """
        index = self._index
        rows = index.rows_of(text.strip())
        if not rows:
            raise UsageError(
                f"{text!r} is no transcript and no gene of reference {self.sentence}."
                + _alike(_near(text.strip(), index))
            )
        return tuple(read_transcript(self.folder / FILES["transcripts"], index, row) for row in rows)

    @cached_property
    def _names(self) -> NameIndex:
        path = self.path("mirnas")
        if path is None:
            raise UsageError(f"Reference {self.sentence} has no miRNAs. Add one with --mirnas.")
        return NameIndex(read_sequences(path, Counts(), kind="reference miRNA"), species=self.record.species)

    @cached_property
    def _index(self) -> TranscriptIndex:
        if INDEX not in self.record.files:
            raise UsageError(f"Reference {self.sentence} has no transcripts. Add one with --transcripts.")
        path, known = self.folder / INDEX, self.record.files[INDEX]
        _check_size(path, known.size)
        data = path.read_bytes()
        if sha256_bytes(data) != known.sha256:
            raise _changed(path)
        return msgspec.msgpack.decode(data, type=TranscriptIndex)


def open_reference(reference: str | PathLike[str] | None = None) -> Reference:
    """Open a reference by its name or its folder.

    Parameters
    ----------
    reference
        A name of ``dmiso reference list``, else a folder; None is the one in use (``dmiso reference use``). A name wins
        over a folder called the same: write ``./name`` for the folder.

    Raises
    ------
    UsageError
        If nothing is called so, or none is in use.
    DmisoError
        If it is not whole, damaged, or a file of it is gone or has another size.

    Examples
    --------
    >>> tiny = open_reference("tiny-hsa")
    >>> [candidate.mirna.name for candidate in tiny.find_mirnas("hsa-miR-101")]
    ['hsa-miR-101-5p', 'hsa-miR-101-3p', 'hsa-miR-101-2-5p']
    """
    if reference is None:
        reference = reference_in_use()
        if reference is None:
            raise UsageError(
                "No reference is named, and none is in use. Give --reference NAME, or choose one with "
                f"dmiso reference use. At hand: {', '.join(reference_names())}."
            )
    name = str(reference)
    folder = folder_of(name)
    if folder is None:
        folder = Path(name)
        if not folder.is_dir():
            raise UsageError(
                f"{name!r} is no reference and no folder. {did_you_mean(name, reference_names())}. "
                "dmiso reference add makes one."
            )
    record = read_record(folder)
    for file, known in record.files.items():
        if file not in {*FILES.values(), INDEX}:
            raise DmisoError(
                f"{display_name(folder / RECORD)} names {file!r}, which no reference has. {_AGAIN}."
            )
        _check_size(folder / file, known.size)
    return Reference(folder, record)


def _check_size(path: Path, size: int) -> None:
    """Raise an error if a file is gone or has not as many bytes as it had."""
    try:
        found = path.stat().st_size
    except OSError as error:
        raise InputError(
            f"this file of a reference cannot be opened ({error.strerror})",
            path=display_name(path),
            hint=_AGAIN,
        ) from error
    if found != size:
        raise _changed(path)


def _changed(path: Path) -> InputError:
    return InputError(
        "this file is not what it was when the reference was made", path=display_name(path), hint=_AGAIN
    )


def _as_bases(text: str) -> str | None:
    """Return a text as upper-case RNA if it is nucleotides; None for a name."""
    if len(text) < _SHORTEST:
        return None
    try:
        return normalise(text)[0]
    except ValueError:
        return None


def _near(name: str, index: TranscriptIndex) -> list[str]:
    """Return names in another case, else those spelled alike."""
    columns = (index.gene_names, index.ids, index.gene_ids)
    lower = name.lower()
    if same := dict.fromkeys(known for column in columns for known in column if known.lower() == lower):
        return list(same)
    known = {known.lower(): known for column in columns[:2] for known in column}
    return [known[near] for near in difflib.get_close_matches(lower, known, n=3, cutoff=0.7)]


def _alike(names: list[str] | tuple[str, ...]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""
