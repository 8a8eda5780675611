"""From shards to results: q-values over all transcripts, names, genome positions, genes.

One miRNA block after another, so memory holds the sites of one block. Sites come out miRNA by miRNA, transcript by
transcript, 5'→3'; nothing depends on which worker made a shard, or when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import FULL_SITE_COLUMNS, TOTAL_COLUMNS, schema_of
from dmiso.energies import fold_sites
from dmiso.extras import require_extra
from dmiso.io import TableWriter, write_table, write_text
from dmiso.losses import require_kept
from dmiso.provenance import manifest, to_json
from dmiso.scan.genes import GENE_COLUMNS, add_occupancy, gene_scores
from dmiso.scan.inputs import SHORTEST_TRANSCRIPT
from dmiso.scan.q_values import add_q_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmiso.records import Counts
    from dmiso.scan.shards import OpenJob

__all__ = ["FULL_SITE_COLUMNS", "TOTAL_COLUMNS", "Merged", "merge_shards"]


_PRIOR: Final = 0.5
"""Prior of scores of a model that states none."""


class Merged(NamedTuple):
    """What a scan found."""

    n_sites: int
    n_genes: int


def merge_shards(work: OpenJob, counts: Counts, *, command: Sequence[str]) -> Merged:
    """Put the shards of a scan together: ``sites.parquet``, ``genes.parquet``, ``genes_total.parquet``.

    Parameters
    ----------
    work
        The scan; all its shards are there.
    counts
        Filled with numbers of sites.
    command
        For the manifest.

    Raises
    ------
    InputError
        If a shard is missing or damaged.
    MissingExtraError
        If energies are asked for without ViennaRNA.
    """
    if work.job.settings.energies:
        require_extra("RNA", "folding the duplexes of sites")
    output = work.job.output
    genes: list[pl.DataFrame] = []
    with TableWriter(output / "sites.parquet", schema_of(FULL_SITE_COLUMNS)) as writer:
        for number in range(len(work.mirna_blocks)):
            sites = _block_sites(work, number, counts)
            writer.write(sites)
            genes.append(gene_scores(sites))
        _require_long(work, writer.n_rows, counts)
    table = pl.concat([pl.DataFrame(schema=schema_of(GENE_COLUMNS)), *genes])
    write_table(output / "genes.parquet", table, schema_of(GENE_COLUMNS))
    write_table(output / "genes_total.parquet", _totals(table), schema_of(TOTAL_COLUMNS))
    counts.keep("sites", writer.n_rows)
    counts.keep("miRNA-gene pairs", table.height)
    _write_manifest(work, counts, command)
    return Merged(writer.n_rows, table.height)


def _require_long(work: OpenJob, n_sites: int, counts: Counts) -> None:
    """Stop if nothing was found because every transcript is too short to hold a site."""
    transcripts = work.loaded.transcripts
    long = sum(len(one.sequence) >= SHORTEST_TRANSCRIPT for one in transcripts)
    if not n_sites and not long:
        counts.flow(
            "transcripts",
            len(transcripts),
            long,
            outcome=f"{SHORTEST_TRANSCRIPT} nt long or longer",
            hint="Check that --transcripts are mRNAs",
        )
        require_kept(counts, path=work.job.inputs.where)


def _block_sites(work: OpenJob, number: int, counts: Counts) -> pl.DataFrame:
    """Return the finished sites of a block of miRNAs."""
    settings, n_parts = work.job.settings, len(work.transcript_blocks)
    shards = [work.read_shard(number * n_parts + t) for t in range(n_parts)]
    frame = pl.concat(shards) if shards else pl.DataFrame()
    if frame.is_empty():
        return pl.DataFrame(schema=schema_of(FULL_SITE_COLUMNS))
    sites = frame.filter(~pl.col("decoy")).sort("mirna", "transcript", "start", maintain_order=True)
    counts.keep("decoy sites", frame.height - sites.height)
    sites = add_q_values(sites, frame.filter("decoy"), [len(m.decoys) for m in work.mirnas])
    wanted = sites.filter(pl.col("q_value").fill_null(0) <= settings.max_q)
    if n_lost := sites.height - wanted.height:
        counts.drop(f"sites left out, as their q-value is above {settings.max_q:g}", n_lost)
    wanted = _folded(work, _placed(work, _named(work, wanted)))
    wanted = add_occupancy(
        wanted,
        prior=work.model.calibration.prior or _PRIOR,
        site_prior=settings.site_prior,
        weights=work.loaded.weights,
    )
    return wanted.select(pl.col(name).cast(dtype) for name, dtype in schema_of(FULL_SITE_COLUMNS).items())


def _named(work: OpenJob, sites: pl.DataFrame) -> pl.DataFrame:
    """Add names of miRNA, transcript and gene."""
    mirnas = [work.mirnas[m].mirna for m in sites["mirna"].to_list()]
    names = [work.loaded.transcripts[t].id for t in sites["transcript"].to_list()]
    return sites.with_columns(
        pl.Series("mirna_id", [m.id for m in mirnas], pl.String),
        pl.Series("mirna_sequence", [m.sequence for m in mirnas], pl.String),
        pl.Series("transcript_id", names, pl.String),
        pl.Series("gene_id", [work.loaded.genes[name] for name in names], pl.String),
    )


def _placed(work: OpenJob, sites: pl.DataFrame) -> pl.DataFrame:
    """Add the position on the genome, across junctions."""
    columns: dict[str, list[object]] = {
        name: [] for name in ("contig", "genome_start", "genome_end", "strand", "genome_blocks")
    }
    for name, start, end in sites.select("transcript_id", "start", "end").iter_rows():
        model = work.loaded.models.get(name)
        blocks = model.genome_blocks(start, end) if model else ()
        if model is None or not blocks:
            row: tuple[object, ...] = (None,) * 5
        else:
            text = ",".join(f"{a}-{b}" for a, b in blocks)
            row = (model.chromosome, blocks[0][0], blocks[-1][1], model.strand, text)
        for values, value in zip(columns.values(), row, strict=True):
            values.append(value)
    return sites.with_columns(
        pl.Series(name, values, schema_of(FULL_SITE_COLUMNS)[name], strict=False)
        for name, values in columns.items()
    )


def _folded(work: OpenJob, sites: pl.DataFrame) -> pl.DataFrame:
    """Add energy and structure of the duplexes, if asked for."""
    if not work.job.settings.energies:
        return sites.with_columns(
            pl.lit(None, pl.Float32).alias("energy"), pl.lit(None, pl.String).alias("duplex")
        )
    bases = [work.loaded.transcripts[t].sequence for t in sites["transcript"].to_list()]
    positions = list(sites.select("start", "end").iter_rows())
    folded = fold_sites(sites["mirna_sequence"].to_list(), bases, positions)
    return sites.with_columns(
        pl.Series("energy", [duplex.energy for duplex in folded], pl.Float32),
        pl.Series("duplex", [duplex.structure for duplex in folded], pl.String),
    )


def _totals(genes: pl.DataFrame) -> pl.DataFrame:
    """Return what all miRNAs together do to each gene, best first."""
    return (
        genes.sort("gene_id", "occupancy", "mirna_id", descending=[False, True, False])
        .group_by("gene_id", maintain_order=True)
        .agg(
            pl.col("occupancy").sum(),
            pl.col("n_sites").sum(),
            pl.len().cast(pl.Int64).alias("n_mirnas"),
            pl.col("mirna_id").first().alias("best_mirna_id"),
        )
        .with_columns(gene_score=1 - (-pl.col("occupancy")).exp())
        .sort("occupancy", "gene_id", descending=[True, False])
        .select(pl.col(name).cast(dtype) for name, dtype in schema_of(TOTAL_COLUMNS).items())
    )


def _write_manifest(work: OpenJob, counts: Counts, command: Sequence[str]) -> None:
    text = to_json(
        manifest(
            command=command,
            inputs=dict(work.job.inputs.files()),
            counts=counts,
            seed=work.job.settings.seed,
            model={"name": work.model.config.name, "weights_sha256": work.model.weights_sha256},
            settings=work.job.settings.as_dict(),
        )
    )
    write_text(work.job.output / "scan.manifest.json", text)
