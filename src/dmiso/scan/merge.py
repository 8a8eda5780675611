"""From shards to results: q-values over all transcripts, names, genome positions, repression, genes.

One miRNA block after another, so memory holds the sites of one block. Sites come out miRNA by miRNA, transcript by
transcript, 5'→3'; nothing depends on which worker made a shard, or when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from dmiso.columns import FULL_SITE_COLUMNS, GENE_COLUMNS, TOTAL_COLUMNS, schema_of
from dmiso.energies import fold_sites
from dmiso.extras import require_extra
from dmiso.io import TableWriter, write_table, write_text
from dmiso.losses import require_kept
from dmiso.provenance import manifest, to_json
from dmiso.scan.bound_genes import BoundGenes
from dmiso.scan.confident import GeneConfidence
from dmiso.scan.genes import add_occupancy, gene_rows, gene_scores, total_rows
from dmiso.scan.inputs import SHORTEST_TRANSCRIPT
from dmiso.scan.q_values import add_q_values
from dmiso.scan.repressing import ScanRepression
from dmiso.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmiso.records import Counts
    from dmiso.scan.shards import OpenJob

__all__ = ["FULL_SITE_COLUMNS", "TOTAL_COLUMNS", "Merged", "merge_shards"]


_PRIOR: Final = 0.5
"""Prior of scores of a model that states none."""
_NUMBERS: Final[dict[str, type[pl.DataType] | pl.DataType]] = {"mirna": pl.Int64, "transcript": pl.Int64}


class Merged(NamedTuple):
    """What a scan found."""

    n_sites: int
    n_genes: int


def merge_shards(
    work: OpenJob,
    counts: Counts,
    *,
    command: Sequence[str],
    workers: int = 1,
) -> Merged:
    """Put the shards of a scan together: ``sites.parquet``, ``genes.parquet``, ``genes_total.parquet``.

    Parameters
    ----------
    work
        The scan; all its shards are there.
    counts
        Filled with numbers of sites.
    command
        For the manifest.
    workers
        Processes that compare pairs with shuffles, where the settings ask for it.

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
    repression = ScanRepression(work.loaded, work.searched, counts)
    bound = BoundGenes(work.loaded.genes.values(), (m.mirna.id for m in work.mirnas))
    with (
        TableWriter(output / "sites.parquet", schema_of(FULL_SITE_COLUMNS)) as site_writer,
        TableWriter(output / "genes.parquet", schema_of(GENE_COLUMNS)) as gene_writer,
        Crew(workers) as crew,
    ):
        confidence = GeneConfidence(work, crew) if work.job.settings.confidence else None
        for number in range(len(work.mirna_blocks)):
            for sites, genes in _repressed(work, number, _block_sites(work, number, counts), repression):
                site_writer.write(sites.select(FULL_SITE_COLUMNS))
                gene_writer.write(genes if confidence is None else confidence.added(genes))
                bound.add(genes)
        _require_long(work, site_writer.n_rows, counts)
    totals = total_rows(bound.parts(), repression.totals([m.mirna.id for m in work.mirnas]))
    write_table(output / "genes_total.parquet", totals, schema_of(TOTAL_COLUMNS))
    counts.keep("sites", site_writer.n_rows)
    counts.keep("miRNA-gene pairs", gene_writer.n_rows)
    _write_manifest(work, repression, counts, command)
    return Merged(site_writer.n_rows, gene_writer.n_rows)


def _repressed(
    work: OpenJob, number: int, sites: pl.DataFrame, repression: ScanRepression
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield sites with their repression, and genes, of some miRNAs of a block at a time."""
    for group in repression.groups(work.mirna_blocks[number]):
        mirnas = [work.mirnas[m].mirna for m in group]
        own = sites.filter(pl.col("mirna").is_between(group.start, group.stop - 1))
        found = repression.of_group(group.start, mirnas, own)
        yield (
            own.with_columns(found.of_sites),
            gene_rows(gene_scores(own), found.genes, mirnas),
        )


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
    """Return the sites of a block of miRNAs, their repression not yet said, with numbers of miRNA and transcript."""
    settings, n_parts = work.job.settings, len(work.transcript_blocks)
    shards = [work.read_shard(number * n_parts + t) for t in range(n_parts)]
    frame = pl.concat(shards) if shards else pl.DataFrame()
    if frame.is_empty():
        return pl.DataFrame(schema={**_NUMBERS, **schema_of(FULL_SITE_COLUMNS)})
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
    schema = {**_NUMBERS, **schema_of(FULL_SITE_COLUMNS)}
    return wanted.with_columns(repression=None).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )


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


def _write_manifest(
    work: OpenJob, repression: ScanRepression, counts: Counts, command: Sequence[str]
) -> None:
    model = {"name": work.model.config.name, "weights_sha256": work.model.weights_sha256}
    if (used := repression.model) is not None:
        model |= {"repression_name": used.config.name, "repression_weights_sha256": used.weights_sha256}
    text = to_json(
        manifest(
            command=command,
            inputs=dict(work.job.inputs.files()),
            counts=counts,
            seed=work.job.settings.seed,
            model=model,
            settings=work.job.settings.as_dict(),
        )
    )
    write_text(work.job.output / "scan.manifest.json", text)
