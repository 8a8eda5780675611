"""``dmiso isomirs simulate`` as a function: a reference in, FASTQ of two groups and their truth out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from dmiso.columns import SHEET_COLUMNS, TRUE_FEATURE_COLUMNS, TRUE_MIRNA_COLUMNS, schema_of
from dmiso.io.atomic import open_output, write_text
from dmiso.io.folders import FolderKind, whole_folder
from dmiso.io.streams import read_once
from dmiso.io.table_writer import write_table
from dmiso.isomir.calls import call_isomirs
from dmiso.isomir.reference import read_reference
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.samples.features import features_of
from dmiso.samples.simulate.molecules import draw_molecules, group_shares
from dmiso.samples.simulate.reads import write_reads
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.random import Generator
    from numpy.typing import NDArray

    from dmiso.isomir.reference import Reference
    from dmiso.samples.simulate.molecules import Molecules
    from dmiso.settings.sample_simulation import SampleSimulation

__all__ = ["GROUPS", "simulate_samples"]

GROUPS: Final = ("control", "treated")

SIMULATION_FOLDER: Final = FolderKind(
    "isomirs simulate",
    ("*.fastq.gz", "samples.tsv", "truth.tsv", "truth_mirnas.tsv", "truth_counts.tsv"),
)


@read_once()
def simulate_samples(
    reference: tuple[Path | None, Path | None, Path | None],
    output: Path,
    settings: SampleSimulation,
    *,
    species: str | None = None,
    force: bool = False,
    command: Sequence[str] = (),
) -> Counts:
    """Write simulated samples: a FASTQ each, their sample sheet, and the truth.

    Parameters
    ----------
    reference
        Mature miRNAs, hairpins and GFF3, as :func:`dmiso.isomir.reference.read_reference` takes them.
    output
        Directory.
    settings
        What the samples are like.
    species
        Beginning of the names of miRNAs to take.
    force
        Write into a folder that holds files of others; they stay.
    command
        Words of the command line, for the manifest.
    """
    counts = Counts()
    given = dict(zip(("mature", "hairpin", "gff3"), reference, strict=True))
    mirnas = read_reference(given["mature"], given["hairpin"], counts, gff3=given["gff3"], species=species)
    draw = np.random.default_rng(settings.seed)
    molecules = draw_molecules(mirnas, settings, draw)
    with whole_folder(output, SIMULATION_FOLDER, force=force) as folder:
        drawn = _write_samples(molecules, folder, settings, draw)
        _write_truth(molecules, mirnas, drawn, folder)
        counts.keep("samples", len(drawn))
        counts.keep("reads", settings.reads * len(drawn))
        counts.keep("miRNAs and isomiRs made", sum(bool(one.mirna) for one in molecules.inserts))
        record = manifest(
            command=command,
            inputs={name: path for name, path in given.items() if path is not None},
            counts=counts,
            seed=settings.seed,
            settings={**settings.as_dict(), "species": species},
        )
        write_text(folder / SIMULATION_FOLDER.manifest, to_json(record))
    return counts


def _write_samples(
    molecules: Molecules, folder: Path, settings: SampleSimulation, draw: Generator
) -> dict[str, NDArray[np.int64]]:
    """Write the FASTQ files and the sheet; return the molecules of each sample."""
    inserts = [one.sequence for one in molecules.inserts]
    work = Work("reads written", settings.reads * settings.samples * len(GROUPS))
    drawn, rows = {}, []
    for number, group in enumerate(GROUPS):
        for replicate in range(1, settings.samples + 1):
            name = f"{group}_{replicate}"
            drawn[name] = _sampled(group_shares(molecules, number), settings, draw)
            with open_output(folder / f"{name}.fastq.gz") as handle:
                write_reads(handle, name, inserts, drawn[name], settings, draw, work.advance)
            rows.append((name, f"{name}.fastq.gz", group))
    write_table(folder / "samples.tsv", pl.DataFrame(rows, schema=schema_of(SHEET_COLUMNS), orient="row"))
    return drawn


def _sampled(shares: NDArray[np.float64], settings: SampleSimulation, draw: Generator) -> NDArray[np.int64]:
    """Return the molecules of one sample, ``(n_inserts,)``, so many that their copies fill the reads."""
    if settings.dispersion:
        shares = shares * draw.gamma(1 / settings.dispersion, settings.dispersion, len(shares))
    # copies vary: some more molecules than are read on average
    n = int(settings.reads / settings.mean_copies * 1.1) + 100 if settings.mean_copies > 1 else settings.reads
    return draw.multinomial(n, shares / shares.sum())


def _write_truth(
    molecules: Molecules, reference: Reference, drawn: dict[str, NDArray[np.int64]], folder: Path
) -> None:
    """Write what was made: isomiRs, miRNAs, and molecules in each sample."""
    made = {one.sequence: i for i, one in enumerate(molecules.inserts) if one.mirna}
    features = features_of(call_isomirs({s: s for s in made}, reference), reference)
    numbers = np.array([made[s] for s in features["sequence"]], dtype=np.int64)
    of_mirnas = molecules.shares[numbers] / molecules.shares[list(made.values())].sum()
    table = features.with_columns(
        pl.Series("made_of", [molecules.inserts[i].mirna for i in numbers], pl.String),
        pl.Series("made_variant", [molecules.inserts[i].way for i in numbers], pl.String),
        pl.Series("log2_fold_change", molecules.log2_fold_change[numbers]),
        pl.Series("true_share", of_mirnas),
    )
    write_table(folder / "truth.tsv", table.select(TRUE_FEATURE_COLUMNS), digits=6)
    share = pl.col("true_share")
    mirnas = table.group_by(feature="mirna_ids", maintain_order=True).agg(
        log2_fold_change=((share * 2.0 ** pl.col("log2_fold_change")).sum() / share.sum()).log(2),
        true_share=share.sum(),
    )
    write_table(folder / "truth_mirnas.tsv", mirnas.select(TRUE_MIRNA_COLUMNS), digits=6)
    molecules_of = {name: pl.Series(name, found[numbers], pl.Int64) for name, found in drawn.items()}
    write_table(folder / "truth_counts.tsv", features.select("feature").with_columns(**molecules_of))
