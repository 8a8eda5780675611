"""A data set explained: profiles of models with their controls, miRNA clusters and their targets, as files."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.columns import schema_of
from dmiso.explain.inputs import PairsInput, read_explained_pairs
from dmiso.explain.mirna_clusters import Clusters, cluster_mirnas, shared_targets
from dmiso.explain.model import EncodedPairs, encode_pairs, explain_stored, shuffled_control
from dmiso.explain.output import DIGITS, folder_for, write_manifest
from dmiso.explain.profiles import PROFILE_COLUMNS, edge_profile, mask_profile
from dmiso.extras import require_extra
from dmiso.io import write_table
from dmiso.records import Counts
from dmiso.settings.explain import DataSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dmiso.explain.model import ExplainedModel
    from dmiso.models import StoredModel

__all__ = ["DataExplained", "explain_data_files"]


class DataExplained(NamedTuple):
    """What was found: profiles of all models, and clusters by model where they were asked for."""

    profiles: pl.DataFrame
    clusters: dict[str, Clusters]
    counts: Counts


def explain_data_files(
    models: Sequence[StoredModel],
    source: PairsInput,
    output: Path,
    *,
    settings: DataSettings | None = None,
    command: Sequence[str] = ("dmiso", "explain", "data"),
    progress: Callable[[int], None] | None = None,
) -> DataExplained:
    """Explain a data set with one or more models.

    Parameters
    ----------
    models
        As :func:`dmiso.models.resolve` gives them.
    source
        The pairs.
    output
        Folder for ``profiles.tsv``, ``mirna_clusters.tsv``, ``shared_targets.tsv``, ``gene_sets.tsv`` and
        ``manifest.json``.
    settings
        None means the defaults.
    command
        For the manifest.
    progress
        Called with the number of profiles of pairs and sides done since the last call.
    """
    settings = settings or DataSettings()
    if settings.clusters:
        require_extra("scipy", "clustering miRNAs")
    counts = Counts()
    frame = read_explained_pairs(source, counts, seed=settings.seed)
    folder_for(output)
    tables: list[pl.DataFrame] = []
    clusters: dict[str, Clusters] = {}
    for stored in models:
        model = explain_stored(stored, threads=settings.threads)
        tables += _profiles(stored, model, frame, settings, counts, progress)
        if settings.clusters:
            clusters[model.name] = cluster_mirnas(
                model, frame, settings.clusters, width=settings.width, counts=counts
            )
    profiles = pl.concat(tables)
    write_table(output / "profiles.tsv", profiles, schema_of(PROFILE_COLUMNS), digits=DIGITS)
    if clusters:
        _write_clusters(clusters, frame, output, settings, counts)
    said = {k: v for k, v in asdict(settings).items() if k not in {"threads", "seed", "gene_sets"}}
    inputs: dict[str, Path | None] = {"pairs": source.path}
    if settings.gene_sets is not None:
        inputs["gene_sets"] = settings.gene_sets
    write_manifest(output, command, inputs, counts, models, seed=settings.seed, settings=said)
    return DataExplained(profiles, clusters, counts)


def _profiles(
    stored: StoredModel,
    model: ExplainedModel,
    frame: pl.DataFrame,
    settings: DataSettings,
    counts: Counts,
    progress: Callable[[int], None] | None,
) -> list[pl.DataFrame]:
    """Return the profile of a model, of its controls and of its edges."""
    mirnas, targets = frame["mirna_sequence"].to_list(), frame["target_sequence"].to_list()
    pairs = encode_pairs(model, mirnas, targets, counts)
    tables = [
        mask_profile(model, pairs, width=settings.width, progress=progress),
        edge_profile(model, width=settings.width),
    ]
    n = settings.control_pairs
    few = EncodedPairs(pairs.mirna[:n], pairs.target[:n], pairs.start[:n])
    for number in range(settings.controls):
        control = shuffled_control(stored, seed=settings.seed + number, threads=settings.threads)
        found = mask_profile(control, few, width=settings.width, kind="control", progress=progress)
        tables.append(found.with_columns(scorer=pl.lit(f"{model.name} #{number + 1}")))
    return tables


def _write_clusters(
    clusters: dict[str, Clusters], frame: pl.DataFrame, output: Path, settings: DataSettings, counts: Counts
) -> None:
    """Write members, shared targets and gene sets of the clusters of every model."""
    from dmiso.explain.gene_sets import GENE_SET_COLUMNS, over_represented, read_gmt
    from dmiso.explain.mirna_clusters import CLUSTER_COLUMNS, SHARED_COLUMNS

    members = pl.concat([found.table.with_columns(scorer=pl.lit(name)) for name, found in clusters.items()])
    write_table(output / "mirna_clusters.tsv", members, schema_of(CLUSTER_COLUMNS), digits=DIGITS)
    shared = pl.concat(
        [
            shared_targets(found, frame, column=settings.target_id_column, seed=settings.seed).with_columns(
                scorer=pl.lit(name)
            )
            for name, found in clusters.items()
        ]
    )
    write_table(output / "shared_targets.tsv", shared, schema_of(SHARED_COLUMNS), digits=DIGITS)
    if settings.gene_sets is None:
        return
    sets = read_gmt(settings.gene_sets, counts)
    enriched = pl.concat(
        [
            over_represented(found.targets(frame, settings.target_id_column), sets).with_columns(
                scorer=pl.lit(name)
            )
            for name, found in clusters.items()
        ]
    )
    write_table(output / "gene_sets.tsv", enriched, schema_of(GENE_SET_COLUMNS), digits=DIGITS)
