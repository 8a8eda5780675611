"""``dmiso isomirs`` of many samples as a function: FASTQ in, a folder of calls and count matrices out.

Each sample is brought to its distinct inserts on its own, and is not done again when a run is repeated; then the
inserts of all samples are called together, and counted.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

import dmiso
from dmiso.io.atomic import write_text
from dmiso.io.folders import CONTENT_FILES, FolderKind, claim_folder
from dmiso.io.parquet import parquet_frame
from dmiso.io.streams import display_name, input_size, local_file, read_once
from dmiso.io.table_writer import write_table
from dmiso.isomir.reference import read_reference
from dmiso.losses import require_kept
from dmiso.provenance import manifest, sha256_file, to_json
from dmiso.records import Counts
from dmiso.samples.calling import Against, calling
from dmiso.samples.inputs import samples_of
from dmiso.samples.inserts import LEFT_OUT, InsertJob, count_inserts
from dmiso.samples.matrices import LEVELS, Matrices, count_matrices
from dmiso.samples.outputs import sample_table, write_counts
from dmiso.settings.samples import TABLE_FORMATS, SampleSettings
from dmiso.workers import Crew, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmiso.isomir.reference import Reference
    from dmiso.samples.inputs import Sample, SampleInputs
    from dmiso.settings.trimming import ReadSettings

__all__ = ["SAMPLES_FOLDER", "SampleResult", "samples_files"]

SAMPLES_FOLDER: Final = FolderKind(
    "isomirs",
    (
        *("isomirs.gff3", "calls.tsv", "samples.tsv", "report.html", CONTENT_FILES, "counts/features.tsv"),
        *(
            f"counts/{level}{part}.{form}"
            for level in LEVELS
            for part in ("", "_long")
            for form in TABLE_FORMATS
        ),
        "samples/*/inserts.parquet",
    ),
    clears=("samples",),
)
"""What ``dmiso isomirs`` makes in its folder, on the way too."""

_FEW: Final = 0.01
"""Share of a sample's molecules that miRNAs explain, below which something is probably wrong with it."""

_HINT: Final = (
    "Check that --mature and --species are those of the reads; if what is cut off is wrong, give --kit or --adapter, "
    "or --no-trim for reads that were trimmed before"
)


class SampleResult(NamedTuple):
    """What a run made.

    Parameters
    ----------
    samples
        A row per sample, columns ``SAMPLE_COLUMNS``.
    features
        A row per isomiR, columns ``FEATURE_COLUMNS``.
    matrices
        Long counts of miRNAs, isomiRs and types.
    said
        By sample, sentences on what was found in its reads.
    counts
        What happened to everything.
    """

    samples: pl.DataFrame
    features: pl.DataFrame
    matrices: Matrices
    said: dict[str, list[str]]
    counts: Counts


@read_once()
def samples_files(
    inputs: SampleInputs,
    output: Path,
    settings: SampleSettings | None = None,
    *,
    workers: int = 1,
    force: bool = False,
    command: Sequence[str] = (),
) -> SampleResult:
    """Turn the reads of samples into calls and count matrices.

    Parameters
    ----------
    inputs
        Reads and reference.
    output
        Directory; what an earlier run with the same reads and rules finished there is not done again.
    settings
        How reads are cut, called and written.
    workers
        Processes; changes no byte of the output.
    force
        Write into a folder that holds files of others; they stay.
    command
        Words of the command line, for the manifest.

    Raises
    ------
    UsageError, InputError, MissingExtraError
        If samples, reads or reference cannot be read, or trimming needs cutadapt and it is absent.
    NothingKeptError
        If there were reads, and no miRNA explains one of them.
    """
    settings = settings or SampleSettings()
    samples = samples_of(inputs)
    with claim_folder(output, SAMPLES_FOLDER, force=force), Crew(workers) as crew:
        (output / SAMPLES_FOLDER.manifest).unlink(missing_ok=True)  # only a whole folder has one
        counts = Counts()
        reference = read_reference(
            inputs.mature, inputs.hairpin, counts, gff3=inputs.gff3, species=inputs.species
        )
        database = inputs.database or reference.source
        against = Against(reference, settings.limits, database, _key(reference, settings.limits))
        numbers = _count_all(samples, reference, output, settings.reads, crew, inputs)
        for sample, found in zip(samples, numbers, strict=True):
            if found["lost"] not in {"", "ABSENT"}:
                counts.note("samples of an earlier run made again", example=sample.name)
        result = _called(samples, numbers, against, output, crew, counts)
        write_table(output / "samples.tsv", result.samples, digits=6)
        write_counts(output / "counts", result.matrices, result.features, result.samples, settings.formats)
        _write_manifest(inputs, samples, output, settings.as_dict(), counts, command)
    return result


def _key(*parts: Any) -> str:
    """Return what stands for some values."""
    text = "\n".join(json.dumps(part, default=_plain, sort_keys=True) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return asdict(value)


def _count_all(
    samples: Sequence[Sample],
    reference: Reference,
    output: Path,
    settings: ReadSettings,
    crew: Crew,
    inputs: SampleInputs,
) -> list[dict[str, Any]]:
    """Bring every sample to its inserts; return their numbers in the order of the samples."""
    mirnas = tuple(mature.sequence for mature in reference.matures)
    rules = _key(dmiso.__version__, settings, mirnas, inputs.counts_from_names)
    jobs = []
    for sample in samples:
        files = tuple(local_file(path) for path in sample.files)
        key = _key(sample.name, rules, [sha256_file(file) for file in files])
        path = output / "samples" / sample.name / "inserts.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        jobs.append(InsertJob(files, path, key, settings, mirnas, inputs.counts_from_names))
    work = Work("bytes of reads", sum(input_size(file) or 0 for job in jobs for file in job.files))
    done = dict(crew.map(count_inserts, jobs, on_report=work.advance))
    return [done[i] for i in range(len(jobs))]


def _called(
    samples: Sequence[Sample],
    numbers: Sequence[dict[str, Any]],
    against: Against,
    output: Path,
    crew: Crew,
    counts: Counts,
) -> SampleResult:
    """Call and count the inserts of all samples."""
    names = [sample.name for sample in samples]
    inserts = pl.concat(
        parquet_frame(output / "samples" / name / "inserts.parquet").with_columns(
            pl.lit(name).alias("sample")
        )
        for name in names
    )
    with calling(inserts, names, against, output, crew, counts) as found:
        matrices = count_matrices(found, inserts, names)
        order = matrices.isomirs.select("feature").unique(maintain_order=True)
        features = order.join(found, on="feature", how="left", maintain_order="left")
        table = sample_table(samples, numbers, matrices, features)
        said = {name: one["said"] for name, one in zip(names, numbers, strict=True)}
        _judge(
            table, said, counts, display_name(samples[0].files[0])
        )  # in here, where calls have no name yet
    return SampleResult(table, features, matrices, said, counts)


def _judge(samples: pl.DataFrame, said: dict[str, list[str]], counts: Counts, first: str) -> None:
    """Count what was lost; stop if it was everything."""
    sums = samples.select(pl.col("raw_reads", "inserts", "molecules", "assigned").sum()).row(0, named=True)
    counts.keep("samples", samples.height)
    for name in ("raw_reads", "molecules", "assigned"):
        counts.keep(name.replace("_", " "), sums[name])
    for reason, column in LEFT_OUT.items():
        if n := int(samples[column].sum()):
            counts.drop(reason, n)
    for row in samples.iter_rows(named=True):
        if not row["raw_reads"]:
            counts.note("samples without a read", example=row["sample"])
        elif row["assigned"] < _FEW * row["raw_reads"]:
            counts.note(
                f"samples of which miRNAs explain less than {_FEW:.0%} of the reads", example=row["sample"]
            )
    hint = "See --kit, --adapter, --min-length and --max-length"
    counts.flow("reads", sums["raw_reads"], sums["inserts"], outcome="kept after trimming", hint=hint)
    counts.flow("molecules", sums["molecules"], sums["assigned"], outcome="named", hint=_HINT)
    reasons = [f"{n:,} {what}" for what, n in counts.dropped.most_common()]
    reasons += next(
        iter(said.values())
    )  # where nothing is left, what was found in reads is what a user needs
    require_kept(counts, path=first, reasons=reasons)


def _write_manifest(
    inputs: SampleInputs,
    samples: Sequence[Sample],
    output: Path,
    settings: dict[str, Any],
    counts: Counts,
    command: Sequence[str],
) -> None:
    """Write what the run was."""
    files = {f"{sample.name} {i}": path for sample in samples for i, path in enumerate(sample.files, start=1)}
    files |= {
        name: path
        for name in ("mature", "hairpin", "gff3", "sheet")
        if (path := getattr(inputs, name)) is not None
    }
    record = manifest(
        command=command,
        inputs=files,
        counts=counts,
        settings={
            **settings,
            "species": inputs.species,
            "database": inputs.database,
            "counts_from_names": inputs.counts_from_names,
            "samples": {sample.name: sample.group for sample in samples},
        },
    )
    write_text(output / SAMPLES_FOLDER.manifest, to_json(record))
