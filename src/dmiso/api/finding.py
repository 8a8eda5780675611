"""Verbs that ask a model: predict, scan, compare, explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dmiso.api.given import as_frame, as_sequences, desk, like, say
from dmiso.errors import InputError, UsageError
from dmiso.records import Counts
from dmiso.shown import Shown

if TYPE_CHECKING:
    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.compare.comparison import Comparison
    from dmiso.explain.run_pair import PairExplained
    from dmiso.predict.predictor import WindowChoice

__all__ = ["ScanTables", "compare", "explain", "predict", "scan"]


def predict(
    pairs: GivenTable | None = None,
    *,
    mirnas: GivenSequences | None = None,
    targets: GivenSequences | None = None,
    model: GivenFile | None = None,
    threads: int = 1,
    stride: int = 20,
    windows: WindowChoice = "best",
    top: int | None = None,
    min_score: float | None = None,
    confidence: bool = False,
) -> Any:
    """Score pairs, or every miRNA with every target: what ``dmiso predict`` does.

    Parameters
    ----------
    pairs
        Table with ``mirna_sequence`` and ``target_sequence``: a path, a pandas or polars frame, a dict of columns, or
        a list of rows.
    mirnas, targets
        Instead of ``pairs``: a FASTA path, one sequence, name → sequence, a list of sequences, or a frame.
    model
        Name of a bundled model, or a model directory; None is the default model.
    threads
        CPU cores to use.
    stride, windows, top, min_score
        As :meth:`dmiso.predict.predictor.Predictor.predict`.
    confidence
        Add p-values of each row's miRNA and whole target, from shuffles of both (:mod:`dmiso.confidence`).

    Returns
    -------
    polars.DataFrame or pandas.DataFrame
        As :meth:`dmiso.predict.predictor.Predictor.predict` gives it; of pandas if ``pairs``, ``mirnas`` or ``targets``
        were.

    Raises
    ------
    UsageError, InputError
        If something cannot be used.

    Examples
    --------
    >>> import dmiso
    >>> table = dmiso.predict(mirnas="UGAGGUAGUAGGUUGUAUAGUU", targets={"site": "GGACUAUACAACCUACUACCUCAUU"})
    >>> table.select("target_id", "start", "end").row(0)
    ('site', 0, 25)
    """
    from dmiso.confidence.predictions import PredictionConfidence, targets_by_name
    from dmiso.predict.predictor import load_model
    from dmiso.settings.predict import PredictSettings

    counts = Counts()
    PredictSettings(windows=windows, confidence=confidence)
    predictor = load_model(model, threads=threads)
    records = None if targets is None else as_sequences(targets, "target", counts)
    found = predictor.predict(
        None if pairs is None else as_frame(pairs),
        mirnas=None if mirnas is None else as_sequences(mirnas, "miRNA", counts),
        targets=records,
        stride=stride,
        windows=windows,
        top=top,
        min_score=min_score,
    )
    if confidence:
        whole = None if records is None else targets_by_name(records)
        found = PredictionConfidence(predictor.model, whole).added(found)
    say(counts)
    return like(found, pairs, mirnas, targets)


@dataclass(frozen=True, slots=True, repr=False)
class ScanTables(Shown):
    """What a scan found.

    Parameters
    ----------
    sites
        A row per site: see :mod:`dmiso.scan`.
    genes
        A row per miRNA and gene.
    genes_total
        All miRNAs together, a row per gene.
    counts
        What was read, dropped and changed.
    """

    sites: Any
    genes: Any
    genes_total: Any
    counts: Counts


def scan(
    mirnas: GivenSequences,
    transcripts: GivenSequences | None = None,
    *,
    cds: GivenTable | None = None,
    genes: GivenTable | None = None,
    annotation: GivenFile | None = None,
    genome: GivenFile | None = None,
    known: GivenSequences | None = None,
    model: GivenFile | None = None,
    output: GivenFile | None = None,
    workers: int = 1,
    **settings: Any,
) -> ScanTables:
    """Scan transcripts for sites, and add them up to genes: what ``dmiso scan`` does.

    Parameters
    ----------
    mirnas
        A path (FASTA, a table with counts, mirGFF3), one sequence, name → sequence, a list, or a frame.
    transcripts
        The same; FASTA as a path. None with ``genome`` and ``annotation``.
    cds, genes
        Tables of coding sequences and of genes by transcript: paths or frames.
    annotation, genome
        Paths, see :class:`dmiso.scan.inputs.ScanInputs`.
    known
        All known miRNAs, whose seeds decoys avoid.
    model
        Name of a bundled model, or a model directory; None is the default model.
    output
        Folder that keeps the tables, with manifest and shards; None keeps none.
    workers
        Processes.
    settings
        Fields of :class:`dmiso.settings.scan.ScanSettings`: ``decoys=10, regions=("3utr",)``.

    Returns
    -------
    ScanTables

    Examples
    --------
    >>> import dmiso
    >>> found = dmiso.scan("UGAGGUAGUAGGUUGUAUAGUU",
    ...                    {"t": "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC"}, decoys=0)
    >>> found.sites.select("transcript_id", "start", "end", "seed_class").row(0)
    ('t', 13, 35, '8mer')
    """
    from dmiso.scan.inputs import ScanInputs
    from dmiso.scan.run import scan_files
    from dmiso.scan.shards import ScanJob
    from dmiso.settings.scan import ScanSettings

    with desk() as work:
        inputs = ScanInputs(
            mirnas=work.sequences(mirnas, "mirnas"),
            transcripts=None if transcripts is None else work.sequences(transcripts, "transcripts"),
            cds=work.optional(cds, "cds"),
            genes=work.optional(genes, "genes"),
            annotation=None if annotation is None else Path(annotation),
            genome=None if genome is None else Path(genome),
            known=None if known is None else work.sequences(known, "known"),
        )
        folder = work.output(output, "scan")
        job = ScanJob(inputs, ScanSettings(**settings), folder, None if model is None else str(model))
        result = scan_files(job, workers=workers, command=("dmiso.scan",))
        tables = {name: pl.read_parquet(folder / f"{name}.parquet", glob=False) for name in _SCAN_TABLES}
    say(result.counts)
    given = (mirnas, transcripts, cds, genes)
    return ScanTables(**{name: like(table, *given) for name, table in tables.items()}, counts=result.counts)


_SCAN_TABLES = ("sites", "genes", "genes_total")


def compare(
    isomir: str,
    canonical: str,
    transcripts: GivenSequences,
    *,
    genes: Mapping[str, str] | GivenTable | None = None,
    model: GivenFile | None = None,
    **settings: Any,
) -> Comparison:
    """Compare the sites and genes of an isomiR with those of its canonical miRNA: ``dmiso isomirs compare``.

    Parameters
    ----------
    isomir, canonical
        Sequences, 5'→3'.
    transcripts
        A FASTA path, name → sequence, a list of sequences, or a frame.
    genes
        Transcript → gene, or a table with ``transcript_id`` and ``gene_id``: a path or a frame.
    model
        Name of a bundled model, or a model directory; None is the default model.
    settings
        Fields of :class:`dmiso.settings.compare.CompareSettings`.

    Returns
    -------
    dmiso.compare.comparison.Comparison
        With the tables ``sites`` and ``genes``.
    """
    from dmiso.compare.comparison import compare_isomir
    from dmiso.settings.compare import CompareSettings

    counts = Counts()
    records = as_sequences(transcripts, "transcript", counts)
    targets = {record.id: record.sequence for record in records}
    if len(targets) < len(records):
        raise UsageError("two transcripts have the same name: give each its own.")
    say(counts)
    return compare_isomir(
        isomir,
        canonical,
        targets,
        None if model is None else str(model),
        CompareSettings(**settings),
        genes=_genes(genes),
    )


def _genes(given: Any) -> Mapping[str, str] | None:
    """Return transcript → gene, of a table too."""
    if given is None or (
        isinstance(given, Mapping) and all(isinstance(gene, str) for gene in given.values())
    ):
        return given
    frame = as_frame(given)
    if missing := {"transcript_id", "gene_id"} - set(frame.columns):
        raise InputError("the table of genes lacks it", column=min(missing), hint="Name the columns so")
    named = frame.select("transcript_id", "gene_id").drop_nulls()
    return dict(named.cast(pl.String).iter_rows())


def explain(mirna: str, target: str, *, model: GivenFile | None = None) -> PairExplained:
    """Say which bases of a pair a model's score rests on: what ``dmiso explain pair`` does.

    Parameters
    ----------
    mirna, target
        Sequences, 5'→3'.
    model
        Name of a bundled model, or a model directory; None is the default model.

    Returns
    -------
    dmiso.explain.run_pair.PairExplained
        Printed, it is a page of text; ``bases`` and ``effects()`` are tables.
    """
    from dmiso.explain.model import explain_stored
    from dmiso.explain.run_pair import explain_pair
    from dmiso.models import resolve

    counts = Counts()
    first, second = (
        as_sequences({kind: text}, kind, counts)[0].sequence
        for kind, text in (("miRNA", mirna), ("target", target))
    )
    found = explain_pair(explain_stored(resolve(model)), first, second, counts=counts)
    say(counts)
    return found
