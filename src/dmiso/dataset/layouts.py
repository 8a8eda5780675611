"""How each known interaction file is laid out: one value per layout, no code to write for a new one.

A layout says which of a file's columns become which of ours, how its coordinates count, which rows are kept
and why others are not. :mod:`dmiso.dataset.readers` applies it. Coordinates become 0-based, half-open here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import COLUMNS, INTERACTION_COLUMNS
from dmiso.errors import find_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["INTERACTION_COLUMNS", "LAYOUTS", "Layout", "find_layout", "sniff_layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of interaction file.

    Parameters
    ----------
    name, meaning
        What ``--layout`` takes, and a sentence for help pages.
    texts
        Our column → the file's column, for text.
    integers
        Our column → the file's column and what to add to it (-1 turns a first position counted from 1 into
        0-based). A position counted from 1 and included is already the half-open end.
    keep
        Reason to drop a row → the expression over the file's columns that is true for rows kept.
    notes
        Sentence → the expression that is true for rows it should be counted for.
    derived
        Our column → an expression over the file's columns, where a plain copy does not do.
    optional
        Our columns that a file of this layout may lack.
    signature
        File columns that distinguish this layout from the others; empty means all of ``texts`` and ``integers``.
    needs_mature
        The miRNA's nucleotides are not in the file: they are taken from a FASTA of reference miRNAs.
    fragments
        Sites are fragments as ligated, which site rules may extend; otherwise they are windows already.
    genome
        Release of the genome that the coordinates are on; empty where files differ.
    """

    name: str
    meaning: str
    texts: Mapping[str, str]
    integers: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    keep: Mapping[str, pl.Expr] = field(default_factory=dict)
    notes: Mapping[str, pl.Expr] = field(default_factory=dict)
    derived: Mapping[str, pl.Expr] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    needs_mature: bool = False
    fragments: bool = False
    genome: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Columns a file must have, in the order declared."""
        plain = {**self.texts, **{ours: theirs for ours, (theirs, _) in self.integers.items()}}
        named = [theirs for ours, theirs in plain.items() if ours not in self.optional]
        for expression in (*self.keep.values(), *self.derived.values()):
            named += expression.meta.root_names()
        return tuple(dict.fromkeys(named))


_ENDS = {"genome_start": ("start", -1), "genome_end": ("end", 0)}


def _whole(column: str) -> pl.Expr:
    """Return whole numbers of a file's column, also those that a spreadsheet wrote as 12.0; else null."""
    return pl.col(column).str.strip_chars().str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)


_HELWAK = Layout(
    "helwak",
    "CLASH, Helwak 2013 Data S1: sites already extended by 25 nt, on Ensembl-60 transcripts",
    texts={
        "mirna_id": "mirna_name",
        "mirna_sequence": "mirna_sequence",
        "target_id": "id",
        "target_sequence": "mrna_sequence",
        "transcript_id": "enst",
        "gene_id": "ensg",
        "gene_name": "gene_name",
    },
    integers={"start": ("true_start", -1)},
    # 175 of 18,501 sites end where their transcript ends, before the 25 nt of extension in true_end
    derived={"end": _whole("true_start") - 1 + pl.col("mrna_sequence").str.len_chars()},
    signature=("mrna_sequence", "mirna_sequence", "true_start", "enst"),
)

_HEJRET = Layout(
    "hejret",
    "AGO2-CLASH, Hejret 2023: isomiRs as sequenced, 50-nt sites with GRCh38 coordinates",
    texts={
        "mirna_id": "ref_mirna_name",
        "mirna_sequence": "isomir_seq",
        "family": "fam",
        "target_sequence": "target_seq",
        "chromosome": "chr",
        "strand": "strand",
        "region": "feature",
    },
    integers={**_ENDS, "iso5_offset": ("iso5_offset", 0), "iso3_offset": ("iso3_offset", 0)},
    signature=("isomir_seq", "target_seq", "iso5_offset"),
    genome="GRCh38",
)

_HYBRIDETECTOR = Layout(
    "hybridetector",
    "chimeric eCLIP called by HybriDetector: isomiRs as sequenced, 50-nt sites with coordinates",
    texts={
        "mirna_id": "noncodingRNA",
        "mirna_sequence": "noncodingRNA_real_seq",
        "family": "noncodingRNA_fam",
        "target_sequence": "seq.g",
        "gene_name": "gene_name",
        "chromosome": "chr.g",
        "strand": "strand.g",
        "region": "feature",
    },
    # Ndups counts PCR duplicates too
    integers={
        "genome_start": ("start.g", -1),
        "genome_end": ("end.g", 0),
        "read_count": ("Nunique", 0),
    },
    keep={
        "rows whose small RNA is not a miRNA (tRNA, snoRNA, rRNA, YRNA)": pl.col("noncodingRNA_type")
        == "miRNA"
    },
    derived={
        "iso5_offset": pl.col("noncodingRNA_seq").str.find(pl.col("noncodingRNA_real_seq"), literal=True),
        "iso3_offset": pl.col("noncodingRNA_seq").str.find(pl.col("noncodingRNA_real_seq"), literal=True)
        + pl.col("noncodingRNA_real_seq").str.len_chars()
        - pl.col("noncodingRNA_seq").str.len_chars().cast(pl.Int64),
    },
    signature=("noncodingRNA_real_seq", "seq.g", "noncodingRNA_type"),
    genome="GRCh38",
)

_GROSSWENDT = Layout(
    "grosswendt",
    "human AGO CLIP chimeras, Grosswendt 2014: reference miRNAs, sites with hg19 coordinates",
    texts={
        "mirna_id": "miRNA ID",
        "target_id": "interaction ID",
        "target_sequence": "target sequence",
        "chromosome": "chromosome",
        "strand": "strand",
    },
    integers={
        "genome_start": ("start", 0),
        "genome_end": ("end", 0),
        "read_count": ("number of unique reads", 0),
    },
    notes={
        "reads that fit several miRNAs (XXX in the file): only the nucleotides they share are kept": pl.col(
            "miRNA sequence"
        ).str.ends_with("XXX")
    },
    derived={"mirna_sequence": pl.col("miRNA sequence").str.strip_suffix("XXX")},
    signature=("interaction ID", "miRNA sequence", "target sequence"),
    fragments=True,
    genome="hg19",
)

_MIRBENCH = Layout(
    "mirbench",
    "miRBench data sets: 50-nt sites, labels",
    texts={
        "mirna_id": "noncodingRNA_name",
        "mirna_sequence": "noncodingRNA",
        "family": "noncodingRNA_fam",
        "target_sequence": "gene",
        "chromosome": "chr",
        "strand": "strand",
        "region": "feature",
    },
    integers={
        **_ENDS,
        "label": ("label", 0),
        "iso5_offset": ("iso5_offset", 0),
        "iso3_offset": ("iso3_offset", 0),
    },
    optional=(
        *("mirna_id", "family", "chromosome", "strand", "region"),
        *("genome_start", "genome_end", "iso5_offset", "iso3_offset"),
    ),
    signature=("gene", "noncodingRNA", "label"),
)

_MIRBIND = Layout(
    "mirbind",
    "miRBind data sets: miRNAs cut to 20 nt, 50-nt sites, labels",
    texts={"mirna_sequence": "miRNA", "target_sequence": "gene"},
    integers={"label": ("label", 0)},
    signature=("miRNA", "gene", "label"),
)

_AT_START = pl.col("cigar").str.extract(r"^(\d+)S").cast(pl.Int64).fill_null(0)
_AT_END = pl.col("cigar").str.extract(r"(\d+)S$").cast(pl.Int64).fill_null(0)
_FORWARD = pl.col("strand") == "+"
_ON_GENOME = (
    pl.col("cigar")
    .str.extract_all(r"\d+[MDN=X]")
    .list.eval(pl.element().str.head(-1).cast(pl.Int64))
    .list.sum()
)

_MOORE = Layout(
    "moore",
    "mouse CLEAR-CLIP, Moore 2015 and others: offsets against miRBase miRNAs, reads on mm39",
    texts={"mirna_id": "mirna", "read_id": "read_id", "chromosome": "chrom", "strand": "strand"},
    # the file counts nucleotides added at the 5' end, ours is where the sequence begins: checked by the
    # seed match, which for iso5p = -1 peaks one position further into the miRNA
    integers={
        "genome_start": ("start1", -1),
        "read_count": ("read_count", 0),
        "iso3_offset": ("iso3p", 0),
    },
    keep={"reads with several candidate miRNAs": pl.col("n_mirna_for_read") == "1"},
    derived={
        "iso5_offset": -_whole("iso5p"),
        "genome_end": _whole("start1") - 1 + _ON_GENOME,
        "source": "moore-" + pl.col("dataset"),
        # the read is written 5'→3', its CIGAR along the forward strand; soft-clipped nucleotides are not target
        "target_sequence": pl.col("target_read_seq").str.slice(
            pl.when(_FORWARD).then(_AT_START).otherwise(_AT_END),
            pl.col("target_read_seq").str.len_chars().cast(pl.Int64) - _AT_START - _AT_END,
        ),
    },
    signature=("iso5p", "iso3p", "n_mirna_for_read", "target_read_seq"),
    needs_mature=True,
    fragments=True,
    genome="mm39",
)

_DMISO = Layout(
    "dmiso",
    "dmiso's own tables: interactions of dmiso chimeras, data sets of dmiso dataset",
    texts={name: name for name in INTERACTION_COLUMNS if COLUMNS[name].type == "String"},
    integers={name: (name, 0) for name in (*INTERACTION_COLUMNS, "label") if COLUMNS[name].is_whole},
    optional=tuple(name for name in INTERACTION_COLUMNS if name not in {"mirna_sequence", "target_sequence"}),
    signature=("mirna_sequence", "target_sequence"),
    fragments=True,
)

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        layout.name: layout
        for layout in (_HELWAK, _HEJRET, _HYBRIDETECTOR, _GROSSWENDT, _MIRBENCH, _MIRBIND, _MOORE, _DMISO)
    }
)
"""Every layout that ``read_interactions`` knows, by name."""


def find_layout(name: str) -> Layout:
    """Return the layout of a name.

    Raises
    ------
    UsageError
        If there is none; the message lists those known.

    Examples
    --------
    >>> find_layout("helwak").integers["start"]
    ('true_start', -1)
    """
    return find_named(name, LAYOUTS, "layout of interactions")


def sniff_layout(columns: Iterable[str]) -> Layout | None:
    """Return the layout whose distinguishing columns are all in a header, or None.

    Examples
    --------
    >>> layout = sniff_layout(["gene", "noncodingRNA", "noncodingRNA_name", "label"])
    >>> layout.name if layout else None
    'mirbench'
    """
    found = set(columns)
    return next((layout for layout in LAYOUTS.values() if found.issuperset(layout.signature)), None)
