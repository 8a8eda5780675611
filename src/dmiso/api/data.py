"""Verbs that make data: isomirs, chimeras, dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from dmiso.api.counting import count_samples
from dmiso.api.given import are_files, as_frame, desk, like, say
from dmiso.errors import UsageError, did_you_mean
from dmiso.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.api.given import GivenFile, GivenSequences, GivenTable
    from dmiso.records import Counts
    from dmiso.settings.dataset import RuleName

__all__ = ["ChimeraTables", "chimeras", "dataset", "isomirs"]


def isomirs(
    sequences: GivenSequences = None,
    *,
    mature: GivenSequences,
    hairpin: GivenSequences | None = None,
    gff3: GivenFile | None = None,
    species: str | None = None,
    sheet: GivenTable | None = None,
    samples: Sequence[str] = (),
    output: GivenFile | None = None,
    workers: int = 1,
    **settings: Any,
) -> Any:
    """Name isomiRs, and count those of several samples: what ``dmiso isomirs`` does.

    Parameters
    ----------
    sequences
        A path (FASTA, FASTQ, a table with counts, mirGFF3), one sequence, name → sequence, a list, or a frame with
        ``sequence`` and ``read_count``; or a list of FASTQ files: raw reads of samples, which are trimmed.
    mature, hairpin, gff3, species
        The reference: miRBase's or MirGeneDB's files, or name → sequence.
    sheet
        Instead of a list of files: a table with ``sample`` and ``file``, and perhaps ``group``.
    samples
        Of a list of files: the sample of each; none: a sample per file.
    output
        File that keeps the calls (a table, or ``.gff3``), or a folder for samples; None keeps none.
    workers
        Processes for samples.
    settings
        Fields of :class:`dmiso.settings.isomirs.Limits`, for samples also of
        :class:`dmiso.settings.trimming.ReadSettings`, and ``formats``.

    Returns
    -------
    polars.DataFrame or pandas.DataFrame or SampleTables
        A row per sequence and miRNA that explains it best: :data:`dmiso.isomir.calls.CALLS_COLUMNS`. Of samples the
        count matrices: :class:`dmiso.api.counting.SampleTables`.

    Examples
    --------
    >>> import dmiso
    >>> table = dmiso.isomirs("AUGAGGUAGUAGGUUGUAUAGUUUU", mature={"let-7a": "UGAGGUAGUAGGUUGUAUAGUU"},
    ...                       hairpin={"let-7a-1": "UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACC"})
    >>> table.select("mirna_id", "variant").row(0)
    ('let-7a', 'iso_5p:-1,iso_3p:+2')
    """
    from dmiso.isomir.run import IsomirInputs, isomirs_files
    from dmiso.settings.isomirs import Limits

    if sheet is not None or are_files(sequences):
        return count_samples(
            [] if sequences is None else cast("list[GivenFile]", sequences),
            {"mature": mature, "hairpin": hairpin, "gff3": gff3},
            sheet=sheet,
            names=samples,
            species=species,
            output=output,
            workers=workers,
            settings=settings,
        )
    if samples or workers != 1 or sequences is None:
        raise UsageError("Give sequences; samples and workers are for a list of FASTQ files, or a sheet.")
    with desk() as work:
        counted = isinstance(sequences, pl.DataFrame | pl.LazyFrame) or hasattr(sequences, "columns")
        inputs = IsomirInputs(
            reads=work.table(sequences, "reads") if counted else work.sequences(sequences, "reads"),
            mature=work.sequences(mature, "mature"),
            hairpin=None if hairpin is None else work.sequences(hairpin, "hairpin"),
            gff3=None if gff3 is None else Path(gff3),
            species=species,
        )
        table = work.folder / "calls.parquet"
        result = isomirs_files(inputs, table, Limits(**settings), command=("dmiso.isomirs",))
        if output is not None:
            isomirs_files(inputs, Path(output), Limits(**settings), command=("dmiso.isomirs",))
        frame = pl.read_parquet(table, glob=False)
    say(result.counts)
    return like(frame, sequences)


@dataclass(frozen=True, slots=True, repr=False)
class ChimeraTables(Shown):
    """What chimeric reads held.

    Parameters
    ----------
    interactions
        A row per miRNA or isomiR and site.
    funnel, qc
        How many reads were left after each step, and what they look like.
    counts
        What was read, dropped and changed.
    diagnoses
        What is probably wrong where little was found.
    """

    interactions: Any
    funnel: Any
    qc: Any
    counts: Counts
    diagnoses: tuple[str, ...] = ()


def chimeras(
    reads: GivenFile | Sequence[GivenFile],
    *,
    mature: GivenSequences,
    transcripts: GivenSequences,
    hairpin: GivenSequences | None = None,
    species: str | None = None,
    cds: GivenTable | None = None,
    samples: Sequence[str] = (),
    barcodes: GivenTable | None = None,
    output: GivenFile | None = None,
    preset: str = "paper",
    workers: int = 1,
    seed: int = 0,
    **rules: Any,
) -> ChimeraTables:
    """Turn chimeric reads into miRNA/isomiR-mRNA interactions: what ``dmiso chimeras`` does.

    Parameters
    ----------
    reads
        FASTQ, BAM or SAM files.
    mature, transcripts, hairpin
        FASTA paths, or name → sequence.
    species
        Only miRNAs whose names begin so.
    cds
        Coding sequences on the transcripts: a path or a frame.
    samples
        The sample of each file; none: a sample per file.
    barcodes
        Barcodes of samples that the files are parted by, columns ``sample`` and ``barcode``: a path or a frame.
    output
        Folder that keeps everything; None keeps none.
    preset
        Of :data:`dmiso.settings.chimeras.PRESETS`.
    workers
        Processes.
    seed
        Of the shuffles that seeds are compared with.
    rules
        Single rules in place of the preset's: ``adapter="TGGAATTCTCGGGTGCCAAGG", umi5=8``.

    Returns
    -------
    ChimeraTables
    """
    from dmiso.chimera.inputs import ChimeraInputs
    from dmiso.chimera.run import chimeras_files

    files = [reads] if isinstance(reads, str) or hasattr(reads, "__fspath__") else list(reads)
    with desk() as work:
        inputs = ChimeraInputs(
            reads=tuple(Path(path) for path in files),
            mature=work.sequences(mature, "mature"),
            transcripts=work.sequences(transcripts, "transcripts"),
            hairpin=None if hairpin is None else work.sequences(hairpin, "hairpin"),
            species=species,
            cds=work.optional(cds, "cds"),
            samples=tuple(samples),
            barcodes=work.optional(barcodes, "barcodes"),
        )
        result = chimeras_files(
            inputs,
            work.output(output, "chimeras"),
            _with_rules(preset, rules),
            workers=workers,
            seed=seed,
            command=("dmiso.chimeras",),
        )
    say(result.counts)
    return ChimeraTables(result.interactions, result.funnel, result.qc, result.counts, result.diagnoses)


def _with_rules(name: str, rules: dict[str, Any]) -> Any:
    """Return a preset with single rules replaced, each in the group that has it."""
    from dmiso.settings.chimeras import preset

    settings = preset(name)
    known = [rule for group in settings.__slots__ for rule in getattr(settings, group).__slots__]
    for rule in rules:
        if rule not in known:
            raise UsageError(f"{rule!r} is not a rule of chimeras. {did_you_mean(rule, known)}.")
    return settings.with_options(rules)


def dataset(
    interactions: GivenTable,
    *,
    transcripts: GivenSequences | None = None,
    cds: GivenTable | None = None,
    utrs: GivenSequences | None = None,
    genes: GivenTable | None = None,
    annotation: GivenFile | None = None,
    mature: GivenSequences | None = None,
    exclude: Sequence[GivenTable] = (),
    output: GivenFile | None = None,
    **settings: Any,
) -> Any:
    """Turn interactions into labelled, split pairs: what ``dmiso dataset`` does.

    Parameters
    ----------
    interactions
        A path of any layout that ``dmiso dataset`` reads, a frame, a dict of columns or a list of rows.
    transcripts, cds
        mRNAs (FASTA path or name → sequence) and their coding sequences (path or frame).
    utrs
        3'UTRs by gene: where ``negatives="paper"`` takes those of a site that lies on no transcript.
    genes
        The genes of ``transcripts``.
    annotation
        GTF, GFF3 or BED12 on the genome of the interactions' coordinates, for sites that name no gene.
    mature
        Reference miRNAs, for layouts without miRNA sequences.
    exclude
        Tables whose sites the data set must stay clear of.
    output
        Folder that keeps the data set with its manifest; None keeps none.
    settings
        Fields of :class:`dmiso.settings.dataset.BuildSettings`: ``negatives="site-swap", seed=1``; of ``site_rule`` the
        name is enough.

    Returns
    -------
    polars.DataFrame or pandas.DataFrame
        :data:`dmiso.dataset.run.DATASET_COLUMNS`: each positive is followed by its negatives.
    """
    from dmiso.dataset.run import dataset_files
    from dmiso.dataset.settings import Sources
    from dmiso.settings.dataset import BuildSettings, SiteRule

    if isinstance(rule := settings.get("site_rule"), str):
        settings["site_rule"] = SiteRule(cast("RuleName", rule))
    with desk() as work:
        sources = Sources(
            (work.table(interactions, "interactions"),),
            transcripts=None if transcripts is None else work.sequences(transcripts, "transcripts"),
            cds=work.optional(cds, "cds"),
            utrs=None if utrs is None else work.sequences(utrs, "utrs"),
            genes=work.optional(genes, "genes"),
            annotation=None if annotation is None else Path(annotation),
            mature=None if mature is None else work.sequences(mature, "mature"),
            exclude=tuple(work.table(as_frame(one), f"exclude{i}") for i, one in enumerate(exclude)),
        )
        folder = work.output(output, "dataset")
        counts = dataset_files(sources, folder, BuildSettings(**settings), command=("dmiso.dataset",))
        frame = pl.read_parquet(folder / "data.parquet", glob=False)
    say(counts)
    return like(frame, interactions)
