"""``dmiso chimeras`` as a function: FASTQ in, a directory of interactions and reports out.

Each sample is brought to calls on its own (and is not done again when a run is repeated); then the calls of all
samples are named, filtered and gathered together.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any, Final

import polars as pl

import dmiso
from dmiso.chimera.demultiplex import demultiplex, with_barcode_length
from dmiso.chimera.diagnosis import diagnoses
from dmiso.chimera.doubtful import REASONS, doubts_of
from dmiso.chimera.duplexes import fold_calls
from dmiso.chimera.filters import best_only, drop_rare, drop_short_sites, reads_of_parts, with_quality
from dmiso.chimera.funnel import FilterFunnel, located_rows, rows_frame, trimming_rows
from dmiso.chimera.inputs import ChimeraInputs, samples_of
from dmiso.chimera.interactions import gather_interactions
from dmiso.chimera.locate import prepare
from dmiso.chimera.naming import NamedPortions, name_portions, portion_limits
from dmiso.chimera.qc import SeedEnrichment, qc_table, seed_enrichment
from dmiso.chimera.reference import check_transcripts
from dmiso.chimera.result import ChimeraResult, References, write_files, write_report_files
from dmiso.chimera.sample import Pool, SampleFiles, do_sample
from dmiso.io.atomic import write_text
from dmiso.io.folders import CONTENT_FILES, FolderKind, claim_folder
from dmiso.io.parquet import parquet_frame
from dmiso.io.streams import display_name, local_file, read_once
from dmiso.io.transcripts import read_transcripts
from dmiso.isomir.reference import read_reference
from dmiso.losses import require_kept
from dmiso.provenance import manifest, sha256_file, to_json
from dmiso.records import Counts
from dmiso.settings.pictures import FORMATS
from dmiso.trimming.barcodes import read_barcodes
from dmiso.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.io.transcripts import Transcript
    from dmiso.settings.chimeras import ChimeraSettings

__all__ = ["ChimeraResult", "chimeras_files"]

CHIMERAS_FOLDER: Final = FolderKind(
    "chimeras",
    (
        *(f"{name}.tsv" for name in ("interactions", "funnel", "qc", "candidates", "barcodes")),
        "isomirs.gff3",
        "sites.bed",
        "chimeras.hyb",
        "chimeras.vienna",
        "report.txt",
        "report.json",
        "report.html",
        CONTENT_FILES,
        *(f"pictures/*.{ending}" for ending in FORMATS),
        "references/*",
        "demultiplexed/*",
        "samples/*/calls.parquet",
        "samples/*/numbers.json",
        "samples/*/work/*",
    ),
    clears=("references", "samples", "demultiplexed"),
)
"""What ``dmiso chimeras`` makes in its folder, on the way too."""


def _keys(
    samples: Sequence[SampleFiles], references: References, settings: ChimeraSettings
) -> dict[str, str]:
    """Return, by sample, what stands for all that its calls depend on."""
    rules = settings.as_dict()
    del rules["filters"], rules["output"]  # applied to all samples together, later
    bases = hashlib.sha256()
    for part in references.bases:
        bases.update(json.dumps(part).encode())
    said = [dmiso.__version__, to_json(rules), bases.hexdigest()]
    keys = {}
    for sample in samples:
        own = [sample.name, *said, *(sha256_file(local_file(path)) for path in sample.files)]
        keys[sample.name] = hashlib.sha256("\n".join(own).encode()).hexdigest()
    return keys


def chimeras_files(
    inputs: ChimeraInputs,
    output: Path,
    settings: ChimeraSettings,
    *,
    workers: int = 1,
    seed: int = 0,
    force: bool = False,
    command: Sequence[str] = (),
) -> ChimeraResult:
    """Turn reads into interactions.

    Parameters
    ----------
    inputs
        Reads and references.
    output
        Directory; what an earlier run with the same inputs and rules finished there is not done again.
    settings
        Every rule, see :mod:`dmiso.settings.chimeras`.
    workers
        Processes; changes no byte of the output.
    seed
        Of the shuffled partners.
    force
        Write into a folder that holds files of others; they stay.
    command
        Words of the command line, for the manifest.
    """
    samples = samples_of(inputs)
    with read_once(), claim_folder(output, CHIMERAS_FOLDER, force=force):
        counts = Counts()
        references = _read_references(inputs, counts)
        if inputs.barcodes is not None:
            settings = with_barcode_length(settings, read_barcodes(inputs.barcodes))
        samples = _parted(samples, inputs, output, settings, references, counts)
        numbers = _locate_all(samples, references, output, settings, workers, counts)
        for found in numbers:
            for what, n in {**found["trimming"]["notes"], **found["notes"]}.items():
                counts.note(what, n)
        calls = pl.concat([parquet_frame(output / "samples" / s.name / "calls.parquet") for s in samples])
        result, calls, portions = _gathered(calls, numbers, references, settings, counts, seed)
        told = diagnoses(inputs, samples, numbers, result, references, settings)
        result = result._replace(diagnoses=tuple(told))
        _flows(numbers, result, settings, counts)
        _stop_if_nothing(inputs, output, result)
        write_files(
            output,
            result,
            calls,
            portions,
            references,
            duplexes=fold_calls(best_only(calls), counts, workers) if settings.output.energies else None,
            candidates=settings.locate.top > 1,
        )
        adapters = {found["sample"]: found["trimming"]["adapter"] for found in numbers}
        _write_manifest(inputs, output, settings, counts, adapters, seed=seed, command=command)
        return result


def _parted(
    samples: list[SampleFiles],
    inputs: ChimeraInputs,
    output: Path,
    settings: ChimeraSettings,
    references: References,
    counts: Counts,
) -> list[SampleFiles]:
    """Return the samples: as they are, or parted by their barcodes."""
    if inputs.barcodes is None:
        (output / "barcodes.tsv").unlink(missing_ok=True)
        shutil.rmtree(output / "demultiplexed", ignore_errors=True)
        return samples
    mirnas = tuple(references.bases[0].values())
    parted = demultiplex(samples[0], inputs.barcodes, output, settings.trim, mirnas, counts)
    seen = [sentence for sentence in counts.sentences() if "barcode" in sentence]
    require_kept(counts, path=display_name(inputs.reads[0]), reasons=seen)
    return parted


def _stop_if_nothing(inputs: ChimeraInputs, output: Path, result: ChimeraResult) -> None:
    """Stop a run that found nothing, with what is wrong or where the reads went; the report stays."""
    flows = result.counts.flows.values()
    if not any(flow.came and not flow.kept for flow in flows):
        return
    write_report_files(output, result)
    if result.diagnoses:
        for flow in flows:  # what to do has been said
            flow.hint = ""
    reasons = [*(result.diagnoses or _lost(result.funnel)), f"{output / 'report.txt'} has details"]
    require_kept(result.counts, path=display_name(inputs.reads[0]), reasons=reasons)


def _flows(
    numbers: Sequence[dict[str, Any]], result: ChimeraResult, settings: ChimeraSettings, counts: Counts
) -> None:
    """Count how many reads came, how many were trimmed, and how many show an interaction."""
    trimming = [found["trimming"] for found in numbers]
    reads = sum(one["kept"]["reads"] for one in trimming)
    for name, having in (
        ("3'", [one for one in trimming if one["adapter"]]),
        ("5'", trimming if settings.trim.front_adapter else []),
    ):
        if having:
            came = sum(one["kept"]["reads"] for one in having)
            with_adapter = sum(one["notes"].get(f"reads with the {name} adapter", 0) for one in having)
            hint = f"Check the {name} adapter; leave it out if it was cut off before"
            # few reads with the adapter are noted by trimming itself
            counts.flow("reads", came, with_adapter, outcome=f"with the {name} adapter", hint=hint, large=1)
    left = sum(one["kept"]["reads after trimming"] for one in trimming)
    hint = "Check --adapter, --umi5, --barcode5 and --min-read-length"
    counts.flow("reads", reads, left, outcome="long and good enough after trimming", hint=hint)
    kept = result.funnel.filter((pl.col("step") == "filter") & (pl.col("outcome") == "kept"))["n"].sum()
    hint = "Check adapter, UMI and barcode, --mature, --species and --transcripts, and --min-reads"
    # most molecules of such libraries are no chimeras: only the loss of all is worth a word
    counts.flow("reads", reads, int(kept), outcome="of an interaction", hint=hint, large=1)


def _lost(funnel: pl.DataFrame) -> list[str]:
    """Return where reads were lost, in the order of the steps."""
    lost = (
        funnel.filter(pl.col("outcome") == "dropped")
        .group_by("what", maintain_order=True)
        .agg(pl.col("n").sum())
    )
    return [f"{n:,} {what}" for what, n in lost.iter_rows() if n]


def _gathered(
    calls: pl.DataFrame,
    numbers: Sequence[dict[str, Any]],
    references: References,
    settings: ChimeraSettings,
    counts: Counts,
    seed: int,
) -> tuple[ChimeraResult, pl.DataFrame, NamedPortions]:
    """Name, filter and gather the calls of all samples; give also the calls that are left, and the isomiRs."""
    names = [found["sample"] for found in numbers]
    funnel = FilterFunnel(names, calls)
    limits = portion_limits(settings.locate.min_mirna_match)
    portions = name_portions(_portions(calls, names), references.mirnas, counts, limits)
    calls = _filtered(calls, portions, references.transcripts, settings, funnel)
    interactions = gather_interactions(
        best_only(calls),
        portions.calls,
        references.transcripts,
        names,
        join_sites=settings.filters.join_sites,
    )
    if settings.filters.min_replicates > 1:
        interactions, calls = _replicated(interactions, calls, settings, counts)
        funnel.after(calls, "reads of interactions seen in too few samples")
    funnel.close("reads of interactions")
    rows = [row for found in numbers for row in (*trimming_rows(found), *located_rows(found))]
    counts.keep("interactions", interactions.height)
    counts.keep("isomiRs and miRNAs", interactions["mirna_sequence"].n_unique())
    result = ChimeraResult(
        interactions,
        rows_frame([*rows, *funnel.rows], names),
        qc_table(numbers, best_only(calls), interactions, references.transcripts),
        _seeds(interactions, seed),
        counts,
        funnel.parts,
    )
    return result, calls, portions


def _write_manifest(
    inputs: ChimeraInputs,
    output: Path,
    settings: ChimeraSettings,
    counts: Counts,
    adapters: Mapping[str, str | None],
    *,
    seed: int,
    command: Sequence[str],
) -> None:
    """Write what the run was; adapters are those that were cut, by sample."""
    files = {f"reads {i}": path for i, path in enumerate(inputs.reads, start=1)}
    files |= {
        name: path
        for name in ("mature", "hairpin", "gff3", "transcripts", "cds", "barcodes")
        if (path := getattr(inputs, name)) is not None
    }
    said = {"species": inputs.species, "samples": list(adapters), "adapters": dict(adapters)}
    record = manifest(
        command=command,
        inputs=files,
        counts=counts,
        seed=seed,
        settings={**settings.as_dict(), **said},
    )
    write_text(output / "manifest.json", to_json(record))


def _read_references(inputs: ChimeraInputs, counts: Counts) -> References:
    mirnas = read_reference(inputs.mature, inputs.hairpin, counts, gff3=inputs.gff3, species=inputs.species)
    transcripts = read_transcripts(inputs.transcripts, counts, cds=inputs.cds)
    check_transcripts(transcripts, inputs.transcripts)
    return References(mirnas, transcripts)


def _locate_all(
    samples: Sequence[SampleFiles],
    references: References,
    output: Path,
    settings: ChimeraSettings,
    workers: int,
    counts: Counts,
) -> list[dict[str, Any]]:
    """Bring every sample to calls."""
    folder = output / "references"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        prepare(*references.bases, folder, settings.locate)
        keys = _keys(samples, references, settings)
        with Crew(workers) as crew:
            mirnas = tuple(references.bases[0].values())
            pool = Pool(crew, folder, settings, mirnas)
            return [
                do_sample(sample, output / "samples" / sample.name, pool, keys[sample.name], counts)
                for sample in samples
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # indexes are only whole while they are used


def _portions(calls: pl.DataFrame, samples: Sequence[str]) -> dict[str, list[int]]:
    """Return chimeric reads of each miRNA portion in each sample."""
    best = best_only(calls)
    found: dict[str, list[int]] = {}
    totals = best.group_by("mirna_sequence", "sample").agg(pl.col("read_count").sum())
    for bases, sample, n in totals.iter_rows():
        found.setdefault(bases, [0] * len(samples))[samples.index(sample)] = n
    return found


def _filtered(
    calls: pl.DataFrame,
    portions: NamedPortions,
    transcripts: dict[str, Transcript],
    settings: ChimeraSettings,
    funnel: FilterFunnel,
) -> pl.DataFrame:
    """Apply the rules one after the other."""
    explained = pl.col("mirna_sequence").is_in(list(portions.positions))
    calls = funnel.after(calls.filter(explained), "reads whose miRNA part no reference miRNA explains")
    calls = with_quality(calls, portions.positions)
    good = pl.col("variant_quality").is_null() | (pl.col("variant_quality") > settings.call.min_quality)
    calls = funnel.after(
        calls.filter(good), f"reads with variant nucleotides of quality {settings.call.min_quality} or less"
    )
    if not settings.filters.keep_repeats:
        doubts = doubts_of(calls, transcripts, settings.call.extend)
        for doubt, reason in REASONS.items():
            calls, doubts = calls.filter(doubts != doubt), doubts.filter(doubts != doubt)
            funnel.after(calls, reason)
    least = settings.filters.min_reads
    funnel.parts = reads_of_parts(calls)
    calls = funnel.after(
        drop_rare(calls, least), f"reads whose miRNA part is seen in fewer than {least} chimeric reads"
    )
    shortest = settings.filters.min_site_length
    return funnel.after(
        drop_short_sites(calls, transcripts, settings),
        f"reads whose extended site is shorter than {shortest} nt",
    )


def _replicated(
    interactions: pl.DataFrame, calls: pl.DataFrame, settings: ChimeraSettings, counts: Counts
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop interactions seen in too few samples, and the reads that show no interaction then."""
    least = settings.filters.min_replicates
    kept = interactions.filter(pl.col("n_samples") >= least)
    counts.drop(f"interactions seen in fewer than {least} samples", interactions.height - kept.height)
    sites = kept.select("mirna_sequence", "transcript_id", site_start="start", site_end="end")
    shown = (
        calls.with_row_index("_row")
        .join(sites, on=["mirna_sequence", "transcript_id"], how="inner")
        .filter((pl.col("start") < pl.col("site_end")) & (pl.col("end") > pl.col("site_start")))["_row"]
        .unique()
    )
    return kept, calls.with_row_index("_row").filter(pl.col("_row").is_in(shown.implode())).drop("_row")


def _seeds(interactions: pl.DataFrame, seed: int) -> dict[str, SeedEnrichment]:
    """Compare seeds with those of shuffled partners, on ligated fragments and on extended sites."""
    mirnas = interactions["mirna_sequence"].to_list()
    return {
        name: seed_enrichment(mirnas, interactions[column].to_list(), seed=seed)
        for name, column in (("fragments", "target_sequence"), ("extended sites", "extended_sequence"))
    }
