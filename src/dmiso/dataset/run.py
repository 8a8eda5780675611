"""Interactions to a data set: a directory with one table of labelled pairs and a manifest that accounts for all.

The order of things: gather positives, give their sites cluster numbers, part them, draw negatives inside each
part, check, write.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.columns import DATASET_COLUMNS
from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.doubtful import without_doubtful
from dmiso.dataset.gather import gather_positives
from dmiso.dataset.negatives import DrawSettings, draw_negatives, find_strategy
from dmiso.dataset.settings import Sources, stage_seed
from dmiso.dataset.sites import on_transcripts
from dmiso.dataset.splits import assign_splits, find_scheme
from dmiso.errors import UsageError
from dmiso.io.atomic import write_text
from dmiso.io.folders import CONTENT_FILES, FolderKind, check_folder, whole_folder
from dmiso.io.streams import display_name, read_once
from dmiso.io.table_writer import write_table
from dmiso.losses import require_kept
from dmiso.provenance import manifest, to_json
from dmiso.records import Counts
from dmiso.settings.dataset import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.io.transcripts import Transcript

__all__ = ["DATASET_COLUMNS", "Sources", "dataset_files", "labelled_pairs"]

DATASET_FOLDER: Final = FolderKind("dataset", ("data.parquet", "data.tsv", CONTENT_FILES))
_FIRST: Final = ("mirna_id", "mirna_sequence", "target_id", "target_sequence")


@read_once()
def dataset_files(
    sources: Sources,
    output: Path,
    settings: BuildSettings | None = None,
    *,
    tsv: bool = False,
    force: bool = False,
    command: Sequence[str] = ("dataset_files",),
) -> Counts:
    """Build a data set directory.

    Parameters
    ----------
    sources
        The files it is made from.
    output
        Directory with ``data.parquet`` (columns :data:`DATASET_COLUMNS`), ``manifest.json`` and, on request,
        ``data.tsv``. It appears when it is whole; the same files and seed give the same bytes.
    settings
        How it is made.
    tsv
        Write ``data.tsv`` too.
    force
        Write into a folder that holds files of others; they stay.
    command
        Words for the manifest.

    Returns
    -------
    Counts
        Everything kept and dropped, as in the manifest.

    Raises
    ------
    UsageError
        If files or settings do not go together.
    InputError
        If a file cannot be used.
    """
    settings = settings or BuildSettings()
    check_folder(output, DATASET_FOLDER, force=force)
    counts = Counts()
    frame = labelled_pairs(sources, settings, counts)
    sizes = frame.group_by("split", "label").len().sort("split", "label")
    for split, label, rows in sizes.iter_rows():
        counts.keep(f"{split} {'positives' if label else 'negatives'}", rows)
    strategy = find_strategy(settings.negatives)
    described = {**asdict(settings), "draws": strategy.draws, "bias": strategy.bias}
    for stage in ("site_rule", "parts"):
        del described[stage]["seed"]  # each stage derives its own from the run's
    account = manifest(
        command=command, inputs=sources.named(), counts=counts, seed=settings.seed, settings=described
    )
    with whole_folder(output, DATASET_FOLDER, force=force) as folder:
        write_table(folder / "data.parquet", frame)
        if tsv:
            write_table(folder / "data.tsv", frame)
        write_text(folder / "manifest.json", to_json(account))
    return counts


def labelled_pairs(sources: Sources, settings: BuildSettings, counts: Counts) -> pl.DataFrame:
    """Make the table of a data set without writing it.

    Parameters
    ----------
    sources, settings
        As :func:`dataset_files`.
    counts
        Filled with everything kept, dropped and changed.

    Returns
    -------
    polars.DataFrame
        Columns :data:`DATASET_COLUMNS`; each positive is followed by its negatives.
    """
    strategy, scheme = find_strategy(settings.negatives), find_scheme(settings.split)
    if strategy.needs_transcripts and sources.transcripts is None and sources.utrs is None:
        raise UsageError(
            f"strategy {strategy.name} draws sites from transcripts. Give them with --transcripts or --utrs."
        )
    transcripts = sources.read_transcripts(counts)
    frame = gather_positives(sources, settings, transcripts, counts)
    if not settings.keeps_repeats:
        n_gathered = frame.height
        frame = without_doubtful(frame, counts)
        outcome, hint = "neither sense calls nor repeats", "Keep them with --keep-repeats"
        counts.flow("positives", n_gathered, frame.height, outcome=outcome, hint=hint)
        require_kept(counts, path=display_name(sources.interactions[0]))
    frame = frame.with_columns(pl.Series("cluster", site_clusters(frame["target_sequence"].to_list())))
    parts = replace(settings.parts, seed=stage_seed(settings.seed, "splits"))
    frame = assign_splits(frame, scheme.name, settings=parts, counts=counts)
    draw = DrawSettings(
        ratio=settings.ratio,
        seed=stage_seed(settings.seed, "negatives"),
        transcripts=transcripts,
        energy_threshold=settings.energy_threshold,
        energy_side=settings.energy_side,
        avoid_competition=settings.avoid_competition,
        whole_clusters=scheme.whole_clusters,
    )
    n_positives = frame.height
    frame = draw_negatives(frame, strategy.name, settings=draw, counts=counts).select(*DATASET_COLUMNS)
    _require_negatives((n_positives, frame.filter(pl.col("label") == 0).height), settings, sources, counts)
    _check_positions(frame, transcripts)
    return frame


def _require_negatives(
    drawn: tuple[int, int], settings: BuildSettings, sources: Sources, counts: Counts
) -> None:
    """Stop if the strategy drew nothing for the positives there are; both numbers are given."""
    n_positives, n_drawn = drawn
    counts.flow(
        "negatives",
        n_positives * settings.ratio,
        n_drawn,
        outcome=f"drawn by strategy {settings.negatives}",
        hint="Check --transcripts, --cds, --utrs and --energy-threshold, or choose other --negatives",
    )
    require_kept(counts, path=display_name(sources.interactions[0]))


def _check_positions(frame: pl.DataFrame, transcripts: Mapping[str, Transcript]) -> None:
    """Hold that coordinates on the given transcripts give back the site's nucleotides."""
    placed = frame.filter(pl.Series(on_transcripts(frame, transcripts)))
    for name, start, end, site in placed.select(
        "transcript_id", "start", "end", "target_sequence"
    ).iter_rows():
        assert transcripts[name].sequence[start:end] == site, f"{name}:{start}-{end} is not {site}"
