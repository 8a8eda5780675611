"""A model explained: its first-layer kernels as motifs and their matches, and what pairs are worth, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from dmiso.columns import schema_of
from dmiso.encode import encode
from dmiso.engine.ensemble import member_weights
from dmiso.evaluate.planted import MIRNAS
from dmiso.explain.inputs import read_explained_pairs
from dmiso.explain.kernel_tables import kernel_motifs, match_collections
from dmiso.explain.kernels import first_kernels
from dmiso.explain.model import SIDES, explain_stored
from dmiso.explain.motif_files import write_meme
from dmiso.explain.motif_match import MATCH_COLUMNS
from dmiso.explain.output import DIGITS, folder_for, write_manifest
from dmiso.explain.pair_energies import ENERGY_COLUMNS, PAIR_TABLE_COLUMNS, planted_energies
from dmiso.extras import require_extra
from dmiso.io import write_table, write_text
from dmiso.networks import late, network_entry
from dmiso.records import Counts
from dmiso.settings.explain import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.explain.inputs import PairsInput
    from dmiso.explain.kernels import KernelMotif
    from dmiso.models import StoredModel

    Codes = NDArray[np.uint8]

__all__ = ["ModelExplained", "explain_model_files", "region_sentence"]

_RANDOM_SEQUENCES = 5000
_REGIONS = {
    "seed (2-8)": range(1, 8),
    "middle (9-12)": range(8, 12),
    "3' supplementary (13-16)": range(12, 16),
}


class ModelExplained(NamedTuple):
    """What was found: motifs, their matches (None where none were asked for), what pairs are worth, and the summary."""

    motifs: list[KernelMotif]
    matches: pl.DataFrame | None
    energies: pl.DataFrame
    summary: str
    counts: Counts


def explain_model_files(
    stored: StoredModel,
    output: Path,
    *,
    source: PairsInput | None = None,
    settings: ModelSettings | None = None,
    command: Sequence[str] = ("dmiso", "explain", "model"),
    progress: Callable[[int], None] | None = None,
) -> ModelExplained:
    """Explain a model.

    Parameters
    ----------
    stored
        As :func:`dmiso.models.resolve` gives it; of an ensemble the first member's kernels and tables are read.
    output
        Folder for ``motifs.meme``, ``kernels.tsv``, ``pair_energies.tsv``, ``pair_tables.tsv`` (duplex networks),
        ``summary.txt`` and ``manifest.json``.
    source
        Pairs whose sequences activate kernels; None takes random ones, every base equally likely.
    settings
        None means the defaults.
    command
        For the manifest.
    progress
        Called with the number of logits computed since the last call.

    Raises
    ------
    MissingExtraError
        If motifs are to be matched and memelite is not installed.
    InputError
        If a collection has fewer than 25 motifs.
    """
    settings = settings or ModelSettings()
    if settings.motifs:
        require_extra("memelite")
        require_extra("scipy", "adjusting p-values")
    counts = Counts()
    weights = member_weights(stored.weights, stored.config.members)[0]
    entry = network_entry(stored.config.network)
    kernels = first_kernels(weights, entry.convolutions)
    motifs = kernel_motifs(kernels, _codes(stored, source, settings, counts))
    listed = match_collections(motifs, settings.motifs, n_shuffles=settings.shuffles, seed=settings.seed)
    matches = listed if settings.motifs else None
    model = explain_stored(stored)
    energies = planted_energies(
        model,
        list(MIRNAS.values()),
        n_targets=settings.made_up_targets,
        seed=settings.seed,
        progress=progress,
    )
    summary = _summary(stored.config.name, motifs, matches, energies)
    folder_for(output)
    write_meme(output / "motifs.meme", motifs)
    write_table(output / "kernels.tsv", listed, schema_of(MATCH_COLUMNS), digits=DIGITS)
    write_table(output / "pair_energies.tsv", energies, schema_of(ENERGY_COLUMNS), digits=DIGITS)
    if entry.pair_tables is not None:
        write_table(
            output / "pair_tables.tsv",
            late(entry.pair_tables)(weights),
            schema_of(PAIR_TABLE_COLUMNS),
            digits=DIGITS,
        )
    write_text(output / "summary.txt", summary)
    inputs: dict[str, Path | None] = {f"motifs_{i}": path for i, path in enumerate(settings.motifs, start=1)}
    if source is not None:
        inputs["pairs"] = source.path
    said = {"shuffles": settings.shuffles, "made_up_targets": settings.made_up_targets}
    write_manifest(output, command, inputs, counts, [stored], seed=settings.seed, settings=said)
    return ModelExplained(motifs, matches, energies, summary, counts)


def _codes(
    stored: StoredModel, source: PairsInput | None, settings: ModelSettings, counts: Counts
) -> dict[str, Codes]:
    """Return the sequences that kernels are shown, each once, by side."""
    lengths = {"mirna": stored.config.mirna_length, "target": stored.config.target_length}
    if source is None:
        generator = np.random.default_rng(settings.seed)
        return {
            side: generator.integers(0, 4, (_RANDOM_SEQUENCES, lengths[side])).astype(np.uint8)
            for side in SIDES
        }
    frame = read_explained_pairs(source, counts, seed=settings.seed)
    unique = {side: frame[f"{side}_sequence"].unique(maintain_order=True).to_list() for side in SIDES}
    return {side: encode(unique[side], lengths[side], crop=stored.config.crop) for side in SIDES}


def _summary(
    name: str, motifs: list[KernelMotif], matches: pl.DataFrame | None, energies: pl.DataFrame
) -> str:
    lines = [f"model {name}"]
    for way in ("activating", "weights"):
        for side in SIDES:
            own = [m for m in motifs if m.way == way and m.name.startswith(side)]
            if own:
                lines.append(
                    f"{side} kernels read by {way}: {sum(m.flat for m in own)} of {len(own)} are flat"
                )
    if matches is not None:
        for (collection, way), rows in matches.group_by("collection", "way", maintain_order=True):
            tested = rows.drop_nulls("permutation_q_value")
            sure = tested.filter(pl.col("permutation_q_value") < 0.05).height
            alone = tested.filter(pl.col("tomtom_p_value") < 0.001).height
            lines.append(
                f"{collection}, kernels read by {way}: {sure} of {tested.height} match with a permutation q-value "
                f"below 0.05 ({alone} with TOMTOM's p-value below 0.001)"
            )
    lines += [
        region_sentence(energies, context) for context in energies["context"].unique(maintain_order=True)
    ]
    return "\n".join([*lines, ""])


def region_sentence(energies: pl.DataFrame, context: str) -> str:
    """Say what a Watson-Crick pair is worth in each region of the miRNA, and where it is worth most."""
    own = energies.filter(pl.col("context") == context, pl.col("pair_class") == "Watson-Crick")
    worth = dict(own.select("mirna_position", "mean_change").iter_rows())
    parts = [
        f"{region} {np.mean([worth[i] for i in positions if i in worth]):.2f}"
        for region, positions in _REGIONS.items()
    ]
    best = max(worth, key=lambda i: worth[i])
    return (
        f"Watson-Crick pair against mismatch, site with {context}, mean logits: {', '.join(parts)}; "
        f"most at position {best + 1} ({worth[best]:.2f})"
    )
