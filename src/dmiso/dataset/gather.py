"""The positives of a data set: every file's interactions, placed, cut, cleared of what must not be there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.dataset.clusters import SITE_K
from dmiso.dataset.layouts import INTERACTION_COLUMNS, find_layout
from dmiso.dataset.locate import SiteIndex
from dmiso.dataset.readers import NEGATIVE_ROWS, layout_of, read_interactions
from dmiso.dataset.settings import stage_seed
from dmiso.dataset.site_genes import name_genes
from dmiso.dataset.sites import apply_site_rule, place_sites
from dmiso.errors import UsageError, did_you_mean
from dmiso.io.gene_intervals import read_gene_intervals
from dmiso.io.streams import base_name, display_name
from dmiso.kmers import KmerSet
from dmiso.losses import require_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.dataset.layouts import Layout
    from dmiso.dataset.settings import Sources
    from dmiso.io.gene_intervals import GeneIntervals
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.settings.dataset import BuildSettings

__all__ = ["gather_positives"]


_REPEATS: Final = "repeats of a pair, merged into its first row"


def gather_positives(
    sources: Sources, settings: BuildSettings, transcripts: Mapping[str, Transcript], counts: Counts
) -> pl.DataFrame:
    """Read all interactions and turn them into positives.

    Parameters
    ----------
    sources, settings
        Files, and what to do with them.
    transcripts
        mRNAs by name; may be empty.
    counts
        Filled with everything kept, dropped and changed.

    Returns
    -------
    polars.DataFrame
        Columns of ``INTERACTION_COLUMNS``; a miRNA and a site stand together once, in the order of the files.
    """
    index = SiteIndex(transcripts) if transcripts else None
    genes = None if sources.annotation is None else read_gene_intervals(sources.annotation, counts)
    clear_of = _sites_to_avoid(sources, counts)
    parts = []
    for path, layout in zip(sources.interactions, _layouts(sources, counts), strict=True):
        frame, read = read_interactions(path, layout.name, mature=sources.mature, on_bad=settings.on_bad)
        _absorb(counts, read)
        frame = _top_candidates(frame, settings.top, counts)
        frame = _drop(
            frame,
            pl.col("mirna_sequence").str.len_chars() >= settings.min_mirna_length,
            f"interactions whose miRNA is shorter than {settings.min_mirna_length} nt",
            counts,
        )
        if genes is not None:
            frame = _with_genes(frame, genes, layout, settings.annotation_genome, counts)
        if index is not None:
            frame = place_sites(frame, transcripts, index, counts)
        rule = replace(settings.site_rule, seed=stage_seed(settings.seed, f"sites of {base_name(path)}"))
        frame = apply_site_rule(frame, rule, transcripts, counts, fragments=layout.fragments)
        shared = pl.Series(clear_of.shared(frame["target_sequence"].to_list()))
        parts.append(_drop(frame, ~shared, f"sites that share a {SITE_K}-mer with an excluded site", counts))
    frame = _without_chromosomes(pl.concat(parts), settings.exclude_chromosomes, counts)
    frame = _merged(frame, counts)
    _require_positives(frame, sources, counts)
    return frame


def _with_genes(
    frame: pl.DataFrame, genes: GeneIntervals, layout: Layout, genome: str, counts: Counts
) -> pl.DataFrame:
    """Name the genes of a file's sites, where its coordinates are on the annotation's genome."""
    if layout.genome and layout.genome.lower() != genome.lower():
        sentence = (
            f"sites on {layout.genome}: their genes are not looked for, as the annotation is of {genome}"
        )
        counts.note(sentence, frame.height)
        return frame
    return name_genes(frame, genes, counts)


def _require_positives(frame: pl.DataFrame, sources: Sources, counts: Counts) -> None:
    """Stop if the files had rows, and none is left; rows labelled 0 and repeats are no loss beside others."""
    no_loss = (NEGATIVE_ROWS, _REPEATS)
    lost = sum(n for kind, n in counts.dropped.items() if kind not in no_loss or frame.is_empty())
    counts.flow(
        "interactions",
        frame.height + lost,
        frame.height,
        outcome="taken as positives",
        hint="Check that --layout, --transcripts and --mature belong to these interactions, and what is excluded",
    )
    require_kept(counts, path=display_name(sources.interactions[0]))


def _layouts(sources: Sources, counts: Counts) -> list[Layout]:
    """Return the layout of each file: as named, or detected from its header."""
    named = [find_layout(name) for name in sources.layouts]
    if named:
        return named * (len(sources.interactions) // len(named))
    return [layout_of(path, counts) for path in sources.interactions]


def _absorb(counts: Counts, other: Counts) -> None:
    """Add a file's counts to those of the run."""
    counts.kept.update(other.kept)
    for kind, n in other.dropped.items():
        counts.drop(kind, n, example=next(iter(other.examples.get(kind, [])), None))
    for sentence, n in other.notes.items():
        counts.note(sentence, n, example=next(iter(other.examples.get(sentence, [])), None))


def _drop(frame: pl.DataFrame, keep: pl.Expr | pl.Series, reason: str, counts: Counts) -> pl.DataFrame:
    """Keep rows, and count the others."""
    kept = frame.filter(keep)
    if kept.height < frame.height:
        counts.drop(reason, frame.height - kept.height)
    return kept


def _sites_to_avoid(sources: Sources, counts: Counts) -> KmerSet:
    """Gather the 16-mers of test sites, of either label."""
    avoid = KmerSet(SITE_K)
    for path in sources.exclude:
        table, _ = read_interactions(path, mature=sources.mature, keep_negatives=True)
        avoid.add(table["target_sequence"].to_list())
        counts.note("excluded sites read", table.height, example=display_name(path))
    return avoid


def _top_candidates(frame: pl.DataFrame, top: int, counts: Counts) -> pl.DataFrame:
    """Keep the best candidate pairs of each read, where the input ranks them."""
    rank = pl.col("candidate_rank")
    if top > 1 and frame["candidate_rank"].null_count() == frame.height:
        counts.note("files that rank no candidate pairs: their rows are taken as they are")
    return _drop(
        frame, rank.is_null() | (rank <= top), f"candidate pairs beyond the first {top} of a read", counts
    )


def _without_chromosomes(frame: pl.DataFrame, excluded: tuple[str, ...], counts: Counts) -> pl.DataFrame:
    """Leave out sites of some chromosomes, of all sources or of one (``source:chromosome``)."""
    for name in excluded:
        source, _, chromosome = name.rpartition(":")
        known = frame["source"].unique().to_list()
        if source and source not in known:
            raise UsageError(f"no interaction is of source {source!r}. {did_you_mean(source, known)}.")
        here = pl.col("source") == source if source else pl.lit(value=True)
        on_it = here & (pl.col("chromosome") == chromosome.removeprefix("chr")).fill_null(value=False)
        unknown = frame.filter(here & pl.col("chromosome").is_null()).height
        frame = _drop(frame, ~on_it, f"sites on the excluded chromosome {name}", counts)
        if unknown:
            counts.note(f"sites of unknown chromosome, kept though {name} is excluded", unknown)
    return frame


def _merged(frame: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    """Let each pair of sequences stand once, with the reads of all its rows."""
    pair = ("mirna_sequence", "target_sequence")
    # miRNAs of one family, or transcripts of one gene, make candidates of a read that are one pair: one read still
    rank = pl.col("candidate_rank")
    again = pl.col("read_id").is_not_null() & (rank > rank.min().over(*pair, "read_id"))
    reads = pl.when(again.fill_null(value=False)).then(0).otherwise(pl.col("read_count"))
    known = pl.when(reads.is_not_null().any().over(pair)).then(reads.sum().over(pair))
    merged = frame.with_columns(read_count=known).unique(pair, keep="first", maintain_order=True)
    if merged.height < frame.height:
        counts.drop(_REPEATS, frame.height - merged.height)
    return merged.select(*INTERACTION_COLUMNS)
