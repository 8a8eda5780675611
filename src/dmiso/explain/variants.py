"""Single-base changes of miRNAs and transcripts: which there are, and whether the nucleotides they replace are there.

A change is written like HGVS (``NM_001:n.120A>G``, ``NM_001:c.*12A>G``, ``hsa-let-7a-5p:n.4A>G``) or comes from a VCF
file with the transcripts' positions on the genome. A-to-I editing of a miRNA is A>G: inosine pairs as guanosine does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from dmiso.alphabet import NUCLEOTIDES, complement, to_dna, to_rna
from dmiso.errors import InputError, did_you_mean
from dmiso.io.splicing import plain_chromosome
from dmiso.io.streams import display_name
from dmiso.io.text_lines import text_lines
from dmiso.io.versions import NameIndex

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmiso.io.transcript_models import TranscriptModel
    from dmiso.records import Counts

__all__ = ["Change", "Sequences", "edited", "parse_change", "read_changes", "read_vcf", "transcript_position"]

_CHANGE: Final = re.compile(
    rf"^(?P<id>.+):(?P<system>[ncr])\.(?P<star>\*?)(?P<position>-?[0-9]{{1,12}})(?P<ref>[{NUCLEOTIDES}T])>(?P<alt>[{NUCLEOTIDES}T])$",
    re.IGNORECASE,
)
_BIN: Final = 17
"""Transcripts are looked up by stretches of 2**17 nt."""
_VCF_FIELDS: Final = 5
_IN_VCF: Final = frozenset(to_dna(NUCLEOTIDES))
_POSITION: Final = re.compile(r"[0-9]{1,12}")
"""The longest chromosomes have 11 digits; isdigit() alone accepts superscripts, and int() stops at 4,300 digits."""

OnBad = Literal["stop", "skip"]


@dataclass(frozen=True, slots=True)
class Change:
    """A base replaced by another.

    Parameters
    ----------
    name
        As the user wrote it, or the VCF's identifier and position.
    side
        ``mirna`` or ``target``: what is changed.
    id
        Name of the changed sequence.
    position
        On it, 0-based.
    ref, alt
        Nucleotides of RNA.
    """

    name: str
    side: str
    id: str
    position: int
    ref: str
    alt: str

    def apply(self, sequence: str) -> str:
        """Return the changed sequence.

        Examples
        --------
        >>> Change("x:n.2A>G", "mirna", "x", 1, "A", "G").apply("UAU")
        'UGU'
        """
        return sequence[: self.position] + self.alt + sequence[self.position + 1 :]


@dataclass(frozen=True, slots=True)
class Sequences:
    """What changes are of: miRNAs and transcripts by name, and coding bounds (0-based half-open) where known."""

    mirnas: Mapping[str, str]
    transcripts: Mapping[str, str]
    cds: Mapping[str, tuple[int, int]]


def parse_change(text: str, sequences: Sequences) -> Change:
    """Read a change written like HGVS, and check the nucleotide that it replaces.

    Parameters
    ----------
    text
        ``NAME:n.POSITIONREF>ALT`` (also ``r.``), counted from 1 on the sequence; ``c.`` counts from the first
        nucleotide of the start codon, ``c.-1`` is before it and ``c.*1`` the first after the stop codon.
    sequences
        The name is looked up among miRNAs, then transcripts.

    Raises
    ------
    ValueError
        If it cannot be read, the name is unknown, the position lies outside, or another nucleotide is there.

    Examples
    --------
    >>> own = Sequences({"let-7": "UGAGG"}, {"NM_1": "AAACCC"}, {"NM_1": (1, 4)})
    >>> parse_change("let-7:n.3A>G", own).position, parse_change("NM_1:c.*1C>U", own).position
    (2, 4)
    """
    found = _CHANGE.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not NAME:n.POSITIONREF>ALT, e.g. NM_001:n.120A>G, NM_001:c.*12A>G")
    name = found["id"]
    side = "mirna" if name in sequences.mirnas else "target"
    known = sequences.mirnas if side == "mirna" else sequences.transcripts
    if name not in known:
        raise ValueError(
            f"{name!r} is not a miRNA or a transcript. {did_you_mean(name, [*sequences.mirnas, *known])}"
        )
    position = _position(found, name, side, sequences)
    ref, alt = (to_rna(found[which].upper()) for which in ("ref", "alt"))
    return checked(Change(text.strip(), side, name, position, ref, alt), known[name])


def _position(found: re.Match[str], name: str, side: str, sequences: Sequences) -> int:
    """Return the 0-based position of a change."""
    offset = int(found["position"])
    if found["system"].lower() != "c":
        if found["star"] or offset < 1:
            raise ValueError(
                f"position {found['star']}{offset} counts from the coding sequence: write c. before it"
            )
        return offset - 1
    if side == "mirna" or name not in sequences.cds:
        raise ValueError(
            f"the coding sequence of {name} is not known: count from the first nucleotide with n."
        )
    start, end = sequences.cds[name]
    if found["star"]:
        return end + offset - 1
    if offset == 0:
        raise ValueError("there is no position c.0")
    return start + offset - (1 if offset > 0 else 0)


def checked(change: Change, sequence: str) -> Change:
    """Return the change if the nucleotide that it replaces is there.

    Raises
    ------
    ValueError
        If it is not, or nothing is changed.
    """
    if not 0 <= change.position < len(sequence):
        raise ValueError(
            f"position {change.position + 1} lies outside {change.id}, which has {len(sequence)} nucleotides"
        )
    if sequence[change.position] != change.ref:
        raise ValueError(
            f"{change.id} has {sequence[change.position]} at position {change.position + 1}, not {change.ref}: "
            "another version of the sequence, or another strand"
        )
    if change.ref == change.alt:
        raise ValueError(f"{change.name} changes nothing")
    return change


def read_changes(path: Path, sequences: Sequences, counts: Counts, *, on_bad: OnBad = "stop") -> list[Change]:
    """Read changes written like HGVS, one per line; further columns and lines that begin with ``#`` are passed over.

    Raises
    ------
    InputError
        If one cannot be used, with ``on_bad`` stop.
    """
    changes = []
    for number, line in text_lines(path):
        text = line.split("\t")[0].strip()
        if not text or text.startswith("#") or text == "variant":
            continue
        try:
            changes.append(parse_change(text, sequences))
        except ValueError as error:
            _refuse(str(error), path, number, counts, on_bad)
    counts.keep("changes", len(changes))
    return changes


def read_vcf(
    path: Path,
    models: Mapping[str, TranscriptModel],
    sequences: Sequences,
    counts: Counts,
    *,
    on_bad: OnBad = "stop",
) -> list[Change]:
    """Read single-base changes from a VCF file and put them on transcripts.

    Parameters
    ----------
    path
        VCF, plain or gzip; only its first five columns are read.
    models
        Positions of transcripts on the genome; those without nucleotides in ``sequences`` are passed over.
    sequences
        Nucleotides of transcripts.
    counts
        Filled: changes kept, and those longer than one base, or in no exon, left out.
    on_bad
        ``stop`` or ``skip`` where the nucleotide on the transcript differs from the VCF.
    """
    index = _positions_of(models, sequences, path)
    changes = []
    for number, line in text_lines(path):
        if line.startswith("#") or not line:
            continue
        fields = line.split("\t")
        if len(fields) < _VCF_FIELDS or not _POSITION.fullmatch(fields[1]):
            raise InputError(
                "CHROM, POS (a whole number), ID, REF and ALT were expected",
                path=display_name(path),
                line=number,
                hint="Fields are separated by tabs",
            )
        chromosome, offset, name, ref = fields[0], int(fields[1]) - 1, fields[2], fields[3].upper()
        for alt in fields[4].upper().split(","):
            if len(ref) != 1 or len(alt) != 1 or not {ref, alt} <= _IN_VCF:
                counts.drop("changes that are not one base for another", example=f"line {number}")
                continue
            own = _on_transcripts(index, chromosome, offset)
            if not own:
                counts.drop("changes in no exon of a transcript", example=f"line {number}")
            label = name if name not in {"", "."} else f"{chromosome}:{offset + 1}{ref}>{alt}"
            for model, position in own:
                bases = [to_rna(base) for base in (ref, alt)]
                if model.strand == "-":
                    bases = [complement(base) for base in bases]
                change = Change(label, "target", model.id, position, *bases)
                try:
                    changes.append(checked(change, sequences.transcripts[model.id]))
                except ValueError as error:
                    _refuse(str(error), path, number, counts, on_bad)
    counts.keep("changes", len(changes))
    return changes


def _positions_of(
    models: Mapping[str, TranscriptModel], sequences: Sequences, path: Path
) -> dict[tuple[str, int], list[TranscriptModel]]:
    """Return the models of the transcripts at hand, by position.

    Raises
    ------
    InputError
        If the annotation holds none of the transcripts.
    """
    known = NameIndex(models)
    index = _index(
        {
            name: replace(model, id=name)
            for name in sequences.transcripts
            if (model := known.get(name)) is not None
        }
    )
    if models and sequences.transcripts and not index:
        raise InputError(
            f"none of the transcripts (such as {next(iter(sequences.transcripts))}) is in the annotation (such as "
            f"{next(iter(models))}), so no change can be put on one",
            path=display_name(path),
            hint="Use annotation and transcripts with the same names; versions may differ",
        )
    return index


def edited(mirnas: Mapping[str, str]) -> list[Change]:
    """Return A-to-I editing of every A of miRNAs, as A>G.

    Examples
    --------
    >>> [change.name for change in edited({"let-7": "UGAGG"})]
    ['let-7:n.3A>G']
    """
    return [
        Change(f"{name}:n.{position + 1}A>G", "mirna", name, position, "A", "G")
        for name, sequence in mirnas.items()
        for position, nucleotide in enumerate(sequence)
        if nucleotide == "A"
    ]


def transcript_position(model: TranscriptModel, offset: int) -> int | None:
    """Return where a position of the genome, 0-based, lies on a transcript; None outside its exons.

    Examples
    --------
    >>> from dmiso.io.transcript_models import TranscriptModel
    >>> model = TranscriptModel("NM_1", "chr1", "-", ((100, 110), (200, 220)))
    >>> transcript_position(model, 219), transcript_position(model, 109), transcript_position(model, 150)
    (0, 20, None)
    """
    before = 0
    for start, end in model.exons:
        if start <= offset < end:
            position = before + offset - start
            return position if model.strand == "+" else model.length - 1 - position
        before += end - start
    return None


def _index(models: Mapping[str, TranscriptModel]) -> dict[tuple[str, int], list[TranscriptModel]]:
    found: dict[tuple[str, int], list[TranscriptModel]] = defaultdict(list)
    for model in models.values():
        first, last = model.exons[0][0] >> _BIN, (model.exons[-1][1] - 1) >> _BIN
        for number in range(first, last + 1):
            found[plain_chromosome(model.chromosome), number].append(model)
    return found


def _on_transcripts(
    index: Mapping[tuple[str, int], list[TranscriptModel]], chromosome: str, offset: int
) -> list[tuple[TranscriptModel, int]]:
    found = []
    for model in index.get((plain_chromosome(chromosome), offset >> _BIN), []):
        position = transcript_position(model, offset)
        if position is not None:
            found.append((model, position))
    return found


def _refuse(problem: str, path: Path, number: int, counts: Counts, on_bad: OnBad) -> None:
    if on_bad == "stop":
        raise InputError(
            problem,
            path=display_name(path),
            line=number,
            hint="Correct or remove the line, or use --on-bad skip",
        )
    counts.drop("changes that cannot be used", example=f"line {number}: {problem}")
