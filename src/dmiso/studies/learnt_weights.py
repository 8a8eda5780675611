"""What the weights of the study's networks say: kernels as motifs, and what abundance is worth in the last unit.

Kernels: "3 of the 10 kernel matrices in the miRNA (isomiR) branch and 7 of the 10 kernel matrices in the mRNA branch
picked up certain weight values", compared "with the JASPAR motif database on vertebrates". Abundance: the two inputs
that the paper added to "the final logistic regression layer" stand there beside the 100 hidden units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from dmiso.columns import LAST_LAYER_COLUMNS, MATCH_COLUMNS, schema_of
from dmiso.dataset.settings import stage_seed
from dmiso.encode import encode
from dmiso.explain.kernel_tables import kernel_motifs, match_collections
from dmiso.explain.kernels import first_kernels, weight_motifs
from dmiso.explain.model import SIDES
from dmiso.networks import network_entry
from dmiso.studies.abundance import ABUNDANCE
from dmiso.studies.measures import plain_row, rows_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dmiso.explain.kernels import KernelMotif
    from dmiso.models import StoredModel

__all__ = [
    "LAST_LAYER_COLUMNS",
    "kernel_rows",
    "kernel_table",
    "kernels_by_weight",
    "last_layer",
    "last_layer_rows",
]

_KERNELS: Final = "kernels"
_SHUFFLES: Final = 300
_WORDS: Final = {"mirna": "miRNA", "target": "target"}
_WAYS: Final = {"weights": "weights", "activating": "what activates them"}


def kernels_by_weight(stored: StoredModel) -> list[KernelMotif]:
    """Return a network's first kernels as motifs, read from their weights as in the paper.

    Parameters
    ----------
    stored
        The network.
    """
    kernels = first_kernels(stored.weights, network_entry(stored.config.network).convolutions)
    return [motif for side, (weights, _) in kernels.items() for motif in weight_motifs(side, weights)]


def kernel_table(
    stored: StoredModel, frame: pl.DataFrame, collections: Sequence[Path], seed: int
) -> pl.DataFrame:
    """Read a network's kernels by weights and by what activates them, and match them with motifs.

    Parameters
    ----------
    stored
        The network.
    frame
        Pairs whose sequences are shown to the kernels.
    collections
        MEME files; without one nothing is matched.
    seed
        Of the shuffled kernels.

    Returns
    -------
    polars.DataFrame
        :data:`dmiso.columns.MATCH_COLUMNS`.
    """
    config = stored.config
    lengths = {"mirna": config.mirna_length, "target": config.target_length}
    codes = {
        side: encode(
            frame[f"{side}_sequence"].unique(maintain_order=True).to_list(), lengths[side], crop=config.crop
        )
        for side in SIDES
    }
    kernels = first_kernels(stored.weights, network_entry(config.network).convolutions)
    motifs = kernel_motifs(kernels, codes)
    return match_collections(motifs, collections, n_shuffles=_SHUFFLES, seed=stage_seed(seed, "kernels"))


def kernel_rows(mode: str, table: pl.DataFrame) -> pl.DataFrame:
    """Count kernels that say something, and those that match a motif.

    Parameters
    ----------
    mode
        Of the rows.
    table
        Of :func:`kernel_table`.
    """
    return rows_frame(_of_kernels(mode, table.select(MATCH_COLUMNS)))


def _of_kernels(mode: str, table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    collections = table["collection"].unique(maintain_order=True).to_list()
    for way, words in _WAYS.items():
        for side in SIDES:
            subject = f"{_WORDS[side]} kernels, read by {words}"
            rows = table.filter(pl.col("way") == way, pl.col("kernel").str.starts_with(f"{side}_"))
            first = rows.filter(pl.col("collection").eq_missing(collections[0]))
            metric = f"kernels that are not flat, of {first.height}"
            live = float((~first["flat"]).sum())
            yield plain_row(_KERNELS, "training data", subject, metric, value=live, mode=mode)
            for name in collections:
                if name is not None:
                    yield from _of_matches(
                        mode, f"{subject}, {name}", rows.filter(pl.col("collection") == name)
                    )


def _of_matches(mode: str, subject: str, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Count matches by TOMTOM's own p-value and by the kernels' shuffles."""
    best = rows.drop_nulls("motif_id").sort("tomtom_p_value", maintain_order=True)
    named = [name or motif for name, motif in best.select("motif_name", "motif_id").head(3).iter_rows()]
    note = f"best: {', '.join(named)}" if named else ""
    for metric, sure in (
        ("matches with TOMTOM's p < 0.001", pl.col("tomtom_p_value") < 0.001),
        ("matches with permutation q < 0.05", pl.col("permutation_q_value") < 0.05),
    ):
        found = best.filter(sure).height
        yield plain_row(_KERNELS, "training data", subject, metric, value=found, mode=mode, note=note)


def last_layer(weights: Path) -> pl.DataFrame:
    """Return the weights of the last unit of a network with abundance.

    Parameters
    ----------
    weights
        ``weights.safetensors`` of :func:`dmiso.studies.abundance.train_with_abundance`.

    Returns
    -------
    polars.DataFrame
        :data:`LAST_LAYER_COLUMNS` but ``mode``, the abundances first. They have mean 0 and standard deviation 1 on the
        training rows; hidden units are as they come.
    """
    from safetensors.numpy import load_file

    values = load_file(weights)["output.weight"].ravel().astype(np.float64)
    n_hidden = len(values) - len(ABUNDANCE)
    names = [*(f"hidden {i}" for i in range(n_hidden)), *ABUNDANCE]
    table = pl.DataFrame(
        {"last_input": names, "last_weight": values},
        schema_overrides=schema_of(("last_input", "last_weight")),
    ).with_columns(
        weight_rank=pl.col("last_weight").abs().rank("ordinal", descending=True).cast(pl.Int64),
    )
    return pl.concat([table.tail(len(ABUNDANCE)), table.head(n_hidden)])


def last_layer_rows(mode: str, table: pl.DataFrame) -> pl.DataFrame:
    """Say what each abundance is worth in the last unit.

    Parameters
    ----------
    mode
        Of the rows.
    table
        Of :func:`last_layer`.
    """
    rows = []
    for name, weight, rank in table.head(len(ABUNDANCE)).select(LAST_LAYER_COLUMNS[1:]).iter_rows():
        note = f"logits per standard deviation of log(1 + abundance); rank {rank} of {table.height} by size"
        rows.append(
            plain_row(
                "abundance",
                "training data",
                name,
                "weight in the last unit",
                value=weight,
                mode=mode,
                note=note,
            )
        )
    return rows_frame(rows)
