"""Everything that an evaluation of gene scores reads, brought onto the responses.

Order: names of genes, 3'UTRs, responses, miRNAs; then every score: tables of tools, scores of the responses' own table,
baselines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmiso.errors import UsageError, did_you_mean
from dmiso.evaluate.genes.baselines import BASELINES, duplex_scores, seed_scores, utr_scores
from dmiso.evaluate.genes.gene_names import GeneNames, read_gene_map
from dmiso.evaluate.genes.judge import GeneScores, Judge
from dmiso.evaluate.genes.matching import on_responses, scores_of_table
from dmiso.evaluate.genes.mirnas import Mirnas, find_mirnas, read_mirnas
from dmiso.evaluate.genes.responses import Responses, read_responses
from dmiso.evaluate.genes.scores import read_tools
from dmiso.evaluate.genes.utrs import Utrs, read_utrs, utrs_of_transcripts
from dmiso.extras import is_installed
from dmiso.losses import require_kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.records import Counts
    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

__all__ = ["EvaluateGenesInputs", "gather"]


@dataclass(frozen=True, slots=True)
class EvaluateGenesInputs:
    """What is judged, and on what.

    Parameters
    ----------
    responses
        Long tables, or tables of fold changes.
    experiments
        Which table of fold changes is of which miRNA.
    scores
        Tables of scores of any tool.
    score_columns
        Columns of scores to take, of all tables; none takes every one.
    mirnas
        Nucleotides of miRNAs, and their names in other releases.
    gene_map
        Names of genes.
    transcripts, cds, utrs
        mRNAs and their coding sequences, or 3'UTRs: for the baselines. Without them the scores of the responses' own
        table that are called as baselines are shown as such.
    """

    responses: Sequence[Path]
    experiments: Path | None = None
    scores: Sequence[Path] = ()
    score_columns: Sequence[str] = ()
    mirnas: Path | None = None
    gene_map: Path | None = None
    transcripts: Path | None = None
    cds: Path | None = None
    utrs: Path | None = None


def gather(inputs: EvaluateGenesInputs, settings: EvaluateGenesSettings, counts: Counts) -> Judge:
    """Read everything, and bring every score onto the responses.

    Parameters
    ----------
    inputs
        Files.
    settings
        How it is judged.
    counts
        Filled.

    Raises
    ------
    InputError
        If a table cannot be read.
    NothingKeptError
        If no gene with a response has a 3'UTR, or a tool knows none of the genes or miRNAs.
    UsageError
        If there is no score, or a name that was asked for is of none.
    """
    genes = GeneNames(counts)
    if inputs.gene_map is not None:
        read_gene_map(inputs.gene_map, genes, counts)
    utrs = _read_sequences(inputs, genes, counts)
    index = None if inputs.mirnas is None else read_mirnas(inputs.mirnas, counts)
    responses = read_responses(inputs.responses, genes, settings, counts, experiments=inputs.experiments)
    if utrs is not None:
        responses = _with_utr(responses, utrs, counts, inputs.utrs or inputs.transcripts)
    mirnas = find_mirnas(responses.rows, index, counts)
    scorers = _scores(inputs, responses, genes, mirnas, settings, counts)
    baselines = [] if utrs is None else _baselines(responses, utrs, mirnas, settings, counts)
    scorers = _with_baselines(scorers, baselines, counts)
    if not scorers:
        raise UsageError(
            "There is no score to judge: give --scores, responses with columns of scores, or sequences for baselines."
        )
    families = {
        experiment: mirnas.family(mirna)
        for experiment, mirna in responses.rows.select("experiment", "mirna_id").unique().iter_rows()
    }
    return Judge(responses.rows, scorers, families, settings)


def _read_sequences(inputs: EvaluateGenesInputs, genes: GeneNames, counts: Counts) -> Utrs | None:
    """Return 3'UTRs, if sequences are given."""
    if inputs.utrs is not None:
        return read_utrs(inputs.utrs, genes, counts)
    if inputs.transcripts is not None:
        return utrs_of_transcripts(inputs.transcripts, inputs.cds, genes, counts)
    return None


def _with_utr(responses: Responses, utrs: Utrs, counts: Counts, path: Path | None) -> Responses:
    """Leave out genes without a 3'UTR: a baseline would call them without a site."""
    has_utr = pl.Series(utrs.of_rows(responses.rows)[1] >= 0)
    counts.flow(
        "genes with a response",
        responses.rows.height,
        int(has_utr.sum()),
        outcome="judged: others have no 3'UTR in the sequences given",
        hint="Check that genes are named alike, or give --gene-map",
        large=0.9,
    )
    if n := int((~has_utr).sum()):
        counts.drop("genes with a response that have no 3'UTR in the sequences given, of all experiments", n)
    require_kept(counts, path=path)
    scores = responses.scores
    return Responses(responses.rows.filter(has_utr), scores.filter(has_utr) if scores.width else scores)


def _scores(
    inputs: EvaluateGenesInputs,
    responses: Responses,
    genes: GeneNames,
    mirnas: Mirnas,
    settings: EvaluateGenesSettings,
    counts: Counts,
) -> list[GeneScores]:
    """Return the scores of tools and of the responses' own table."""
    asked, lower = inputs.score_columns, settings.lower_is_better
    columns = responses.scores.columns
    tools = read_tools(inputs.scores, counts, columns=asked, also=columns, lower_is_better=lower)
    found = []
    for tool in tools:
        found.append(on_responses(tool, responses.rows, genes, mirnas, counts))
        require_kept(counts, path=tool.path)
    names = {scorer.name for scorer in found}
    for name in columns:
        if asked and name not in asked and name not in BASELINES:
            continue
        sign = -1.0 if name in lower else 1.0
        shown = f"responses.{name}" if name in names else name
        found.append(scores_of_table(shown, responses.scores[name], responses.rows, counts, sign=sign))
    known = {part for scorer in found for part in (scorer.name, scorer.name.rpartition(".")[2])}
    if unknown := next((name for name in lower if name not in known), None):
        raise UsageError(
            f"--lower-is-better {unknown}: no score is called so. {did_you_mean(unknown, known)}."
        )
    return found


def _baselines(
    responses: Responses, utrs: Utrs, mirnas: Mirnas, settings: EvaluateGenesSettings, counts: Counts
) -> list[GeneScores]:
    """Compute the baselines from sequences; RNAduplex where the responses lack it and ViennaRNA is installed."""
    rows = responses.rows
    found, numbers = utrs.of_rows(rows)
    bases = [mirnas.sequences[name] for name in rows["mirna_id"]]
    values = seed_scores(bases, found, numbers) | utr_scores(found, numbers)
    if "rnaduplex" in responses.scores.columns:
        counts.note("rnaduplex is shown as the responses have it, and not folded")
    elif is_installed("RNA"):
        chosen = _sample(rows, settings)
        values["rnaduplex"] = duplex_scores(bases, found, numbers, chosen)
        if not chosen.all():
            counts.note(
                "genes of each experiment, drawn at random, that RNAduplex folds: --energy-genes all folds every one",
                settings.energy_genes or 0,
            )
    else:
        counts.note("RNAduplex is not shown: ViennaRNA is not installed (pip install 'dmiso[energy]')")
    none = np.zeros(rows.height, np.bool_)
    return [GeneScores(name, "baseline", values[name], none) for name in BASELINES if name in values]


def _sample(rows: pl.DataFrame, settings: EvaluateGenesSettings) -> NDArray[np.bool_]:
    """Draw the genes that are folded, experiment by experiment."""
    chosen = np.ones(rows.height, np.bool_)
    if settings.energy_genes is None:
        return chosen
    generator = np.random.default_rng(settings.seed)
    numbered = rows.with_row_index("_row").group_by("experiment", maintain_order=True)
    for _, part in numbered:
        own = part["_row"].to_numpy()
        if len(own) > settings.energy_genes:
            chosen[own] = False
            chosen[generator.choice(own, settings.energy_genes, replace=False)] = True
    return chosen


def _with_baselines(
    scorers: list[GeneScores], baselines: list[GeneScores], counts: Counts
) -> list[GeneScores]:
    """Put baselines last; what a table calls as one of ours is compared with it and left out, or stands for it."""
    computed = {scorer.name: scorer for scorer in baselines}
    kept = []
    for scorer in scorers:
        ours = computed.get(scorer.name)
        if ours is None:
            kept.append(scorer)
            continue
        there = ~np.isnan(ours.values)
        differ = there & ~np.isclose(ours.values, scorer.values, rtol=1e-4, atol=5e-4)
        agreed = int(there.sum() - differ.sum())
        counts.note(f"genes whose {scorer.name} in the responses is the one computed here", agreed)
        if differ.any():
            counts.note(
                f"genes whose {scorer.name} in the responses is another than the one computed here, which is shown",
                int(differ.sum()),
            )
    own = [scorer._replace(kind="baseline") for scorer in kept if scorer.name in BASELINES]
    tools = [scorer for scorer in kept if scorer.name not in BASELINES]
    order = {name: i for i, name in enumerate(BASELINES)}
    return tools + sorted([*own, *baselines], key=lambda scorer: order[scorer.name])
