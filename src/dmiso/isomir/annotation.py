"""The GFF3 of miRBase and MirGeneDB: which miRNA derives from which hairpin, and where.

Coordinates are on the genome, 1-based closed; here they become positions on the hairpin, 0-based half-open.
MirGeneDB's FASTA has 30 nt more at both ends than its annotated precursor, and its GFF3 (2.0) counts miRNAs on the
- strand from the precursor's other end, which their arms show.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from dmiso.errors import InputError
from dmiso.io.numbers import whole_number
from dmiso.io.streams import display_name
from dmiso.io.text_lines import open_lines
from dmiso.isomir.names.hairpin_names import hairpin_stem, mature_stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Protocol

    from dmiso.records import Counts

    class _Hairpin(Protocol):
        @property
        def id(self) -> str: ...
        @property
        def accession(self) -> str: ...
        @property
        def sequence(self) -> str: ...


__all__ = ["Annotation", "read_annotation"]

_PRECURSORS: Final = {"miRNA_primary_transcript", "pre_miRNA"}
_DATABASE: Final = re.compile(r"# *microRNAs: *(\S.*?) *$")
_COPY: Final = re.compile(r"_\d+$")
_ARM: Final = re.compile(r"_(?:co)?([53]p)\*?$")


class _Feature(NamedTuple):
    name: str
    accession: str
    parent: str
    chromosome: str
    strand: str
    start: int
    end: int


class _Derived(NamedTuple):
    """A miRNA on a hairpin: name, accession, the hairpin's number, 0-based half-open."""

    name: str
    accession: str
    hairpin: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """What derives from what, and the database as the file's head names it (``miRBase v22``); empty if it does not."""

    derived: tuple[_Derived, ...]
    database: str = ""

    @property
    def pairs(self) -> dict[str, set[int]]:
        """Numbers of hairpins by the accession of a miRNA."""
        pairs: dict[str, set[int]] = {}
        for row in self.derived:
            pairs.setdefault(row.accession, set()).add(row.hairpin)
        return pairs

    def matures(self, hairpins: Sequence[_Hairpin], counts: Counts) -> list[tuple[str, str, str]]:
        """Return name, accession and nucleotides of each miRNA, cut from the hairpins.

        Copies of one miRNA should have the same nucleotides; where they do not, those of most copies are taken.
        """
        bases: dict[tuple[str, str], Counter[str]] = {}
        for row in self.derived:
            cut = hairpins[row.hairpin].sequence[row.start : row.end]
            if len(cut) == row.end - row.start:
                bases.setdefault((row.name, row.accession), Counter())[cut] += 1
            else:
                counts.note("annotated miRNAs that end outside of their hairpin", example=row.name)
        for (name, _), found in bases.items():
            if len(found) > 1:
                counts.note("miRNAs whose copies differ: the nucleotides of most are taken", example=name)
        return [(*key, found.most_common(1)[0][0]) for key, found in bases.items()]


def read_annotation(
    path: Path, hairpins: Sequence[_Hairpin], counts: Counts, *, species: str | None = None
) -> Annotation:
    """Read an annotation against the hairpins of the same release.

    Parameters
    ----------
    path
        GFF3 of miRBase (features ``miRNA_primary_transcript``) or MirGeneDB (``pre_miRNA``), plain or gzip.
    hairpins
        Their nucleotides; found by accession or name.
    counts
        Notes miRNAs whose hairpin is not among them.
    species
        Only names that begin with it.

    Raises
    ------
    InputError
        If a line is no GFF3, or the file has no miRNA.
    """
    precursors, matures, database = _features(path, species)
    if not matures:
        raise InputError(
            "no feature of type miRNA was found",
            path=display_name(path),
            hint="Give the GFF3 of miRBase or MirGeneDB, with precursors and miRNAs",
        )
    numbers = {hairpin_stem(hairpin.id): i for i, hairpin in enumerate(hairpins)}
    numbers |= {hairpin.accession: i for i, hairpin in enumerate(hairpins)}
    derived = []
    for mature in matures:
        precursor = _precursor_of(mature, precursors)
        hairpin = None
        if precursor is not None:
            hairpin = numbers.get(precursor.accession, numbers.get(hairpin_stem(precursor.name)))
        if precursor is None or hairpin is None:
            counts.note("annotated miRNAs whose hairpin is missing", example=mature.name)
            continue
        start = _start(mature, precursor)
        # MirGeneDB's nucleotides go beyond the annotated precursor, alike at both ends
        start += (len(hairpins[hairpin].sequence) - (precursor.end - precursor.start)) // 2
        derived.append(
            _Derived(mature.name, mature.accession, hairpin, start, start + mature.end - mature.start)
        )
    counts.keep("annotated miRNAs", len(derived))
    return Annotation(tuple(dict.fromkeys(derived)), database)


def _start(mature: _Feature, precursor: _Feature) -> int:
    """Return where a miRNA begins on its precursor; on the - strand the end that fits its arm."""
    left, right = mature.start - precursor.start, precursor.end - mature.end
    if mature.strand == "+":
        return left
    arm = _ARM.search(mature.name)
    in_first_half = right < left
    if arm and precursor.name.endswith("_pre") and (arm.group(1) == "5p") != in_first_half:
        return left
    return right


def _features(path: Path, species: str | None) -> tuple[dict[str, list[_Feature]], list[_Feature], str]:
    """Return precursors by what miRNAs call them, miRNAs, and the database."""
    precursors: dict[str, list[_Feature]] = {}
    matures = []
    database = ""
    with open_lines(path, errors="replace") as lines:
        for number, ended in enumerate(lines, start=1):
            line = ended.rstrip("\r\n")
            if not line or line.startswith("#"):
                named = _DATABASE.match(line)
                database = database or (named.group(1) if named else "")
                continue
            kind, feature = _feature(line, path, number)
            if species is not None and feature.name.partition("-")[0].lower() != species.lower():
                continue
            if kind in _PRECURSORS:
                keys = {_COPY.sub("", feature.parent), hairpin_stem(feature.name)}
                for key in keys:
                    precursors.setdefault(key, []).append(feature)
            elif kind == "miRNA":
                matures.append(feature)
    return precursors, matures, database


def _feature(line: str, path: Path, number: int) -> tuple[str, _Feature]:
    """Split a line; a precursor's ``parent`` is its own ID."""
    fields = line.split("\t")
    try:
        start, end = _position(fields)
    except ValueError as error:
        raise InputError(
            f"{error}; nine fields, the fourth and fifth whole numbers, were expected",
            path=display_name(path),
            line=number,
            hint="Give the GFF3 of miRBase or MirGeneDB",
        ) from error
    words = dict(word.partition("=")[::2] for word in fields[8].split(";") if word)
    identifier = words.get("ID", "")
    name = words.get("Name", identifier)
    # MirGeneDB has no Name and its Alias is miRBase's: there the name is the accession
    accession = words.get("Alias", name) if "Name" in words else name
    feature = _Feature(
        name,
        accession,
        _COPY.sub("", words.get("Derives_from", identifier)),
        fields[0],
        fields[6],
        start,
        end,
    )
    return fields[2], feature


def _position(fields: list[str]) -> tuple[int, int]:
    """Return where a feature lies, 0-based and half-open."""
    if len(fields) != 9:
        raise ValueError(f"{len(fields)} fields were found")
    start, end = whole_number(fields[3]), whole_number(fields[4])
    if not 1 <= start <= end:
        raise ValueError(f"from {start} to {end} is not a range of positions, counted from 1")
    return start - 1, end


def _precursor_of(mature: _Feature, precursors: dict[str, list[_Feature]]) -> _Feature | None:
    """Return the precursor a miRNA is of, that at its position if there are several copies."""
    candidates = precursors.get(mature.parent) or precursors.get(mature_stem(mature.name)) or []
    for precursor in candidates:
        same = (precursor.chromosome, precursor.strand) == (mature.chromosome, mature.strand)
        if same and precursor.start <= mature.start and mature.end <= precursor.end:
            return precursor
    return candidates[0] if candidates else None
