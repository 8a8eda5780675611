"""The paper's variant with abundance: two more inputs of the last layer, trained jointly with all the rest.

The paper (Discussion): "The read coverage information of miRNAs/isomiRs and mRNAs were added to the inputs of
the final logistic regression layer." Here the last layer of the published network takes its 100 hidden units
and two numbers, ``log(1 + abundance)`` of the miRNA and of the transcript, each brought to mean 0 and standard
deviation 1 on the training rows. All weights are trained together, as :func:`dmiso.train.loop.fit` does.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from dmiso.dataset.settings import stage_seed
from dmiso.encode import one_hot
from dmiso.evaluate.metrics import average_precision
from dmiso.io.folders import FolderKind, whole_folder
from dmiso.io.table_writer import write_table
from dmiso.networks import build_network, network_weights
from dmiso.records import Counts
from dmiso.train.data import EncodedPairs, encode_pairs, read_pairs
from dmiso.train.epochs import batch_bounds, epoch_pairs
from dmiso.train.parts import part_rows
from dmiso.train.platt import platt_calibration
from dmiso.train.trained import network_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from dmiso.models.store import ModelConfig
    from dmiso.settings.training import TrainSettings

    Floats = NDArray[np.float32]

__all__ = ["ABUNDANCE", "train_with_abundance", "with_abundance"]

_FOLDER: Final = FolderKind(
    "abundance", ("*.parquet",), "weights.safetensors", evidence=("weights.safetensors",), has_force=False
)

ABUNDANCE: Final = ("mirna_abundance", "target_abundance")
"""Columns of the two inputs: reads, or interactions where the source counts no reads."""

_HIDDEN: Final = 100
_KERAS_EPSILON: Final = 1e-7
_BATCH: Final = 2048


class _Rows(NamedTuple):
    """Encoded pairs and their two inputs ``(n_pairs, 2)``."""

    pairs: EncodedPairs
    inputs: Floats


def with_abundance(table: pl.DataFrame, positives: pl.DataFrame) -> pl.DataFrame:
    """Add the abundance of each row's miRNA and transcript.

    Parameters
    ----------
    table
        Labelled rows.
    positives
        The experiment's interactions: a miRNA's abundance is the sum of their reads, an interaction without
        a read count standing for one read; a transcript's likewise (a site's, where no transcript is known).

    Returns
    -------
    polars.DataFrame
        With the columns :data:`ABUNDANCE`.

    Examples
    --------
    >>> seen = pl.DataFrame({"mirna_sequence": ["UGAG", "UGAG"], "target_sequence": ["CUAC", "CUCA"],
    ...                      "transcript_id": ["a", "b"], "read_count": [None, 4]})
    >>> with_abundance(seen, seen).select(ABUNDANCE).rows()
    [(5, 1), (5, 4)]
    """
    position = pl.coalesce("transcript_id", "target_sequence").alias("_position")
    reads = pl.col("read_count").fill_null(1).sum()
    seen = positives.with_columns(position)
    table = table.with_columns(position)
    for by, name in zip(("mirna_sequence", "_position"), ABUNDANCE, strict=True):
        sums = seen.group_by(by).agg(reads.alias(name))
        table = table.join(sums, on=by, how="left", maintain_order="left").with_columns(
            pl.col(name).fill_null(0)
        )
    return table.drop("_position")


def train_with_abundance(
    data: Path,
    judged: Mapping[str, Path],
    output: Path,
    settings: TrainSettings,
    *,
    on_pairs: Callable[[int], None] | None = None,
) -> None:
    """Train the network with two more inputs and score tables with it.

    Parameters
    ----------
    data
        Labelled table with ``split`` and :data:`ABUNDANCE`.
    judged
        Tables to score, by name.
    output
        Folder with ``weights.safetensors`` and, for each table, ``<name>.parquet``: ``logit`` and ``score``.
    settings
        As for the network without.
    on_pairs
        Called with the pairs shown since the last call.
    """
    import torch
    from safetensors.numpy import save_file

    counts = Counts()
    table = read_pairs(data, counts)
    parts = part_rows(table, share=settings.validation_share, seed=settings.seed)
    config = network_config(settings, "dmiso-with-abundance")
    pairs, inputs = encode_pairs(table, config, counts), _inputs(table.frame)
    mean, deviation = inputs[parts.train].mean(axis=0), inputs[parts.train].std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1)
    scaled = ((inputs - mean) / deviation).astype(np.float32)
    train, validation = (_Rows(pairs.take(own), scaled[own]) for own in (parts.train, parts.validation))
    threads = torch.get_num_threads()
    torch.set_num_threads(settings.threads)
    try:
        with torch.random.fork_rng([]):
            network = _fit(config, train, validation, settings, on_pairs)
            calibration, _ = platt_calibration(_logits(network, validation), validation.pairs.label)
            with whole_folder(output, _FOLDER) as folder:
                for name, path in judged.items():
                    rows = read_pairs(path, counts)
                    own = ((_inputs(rows.frame) - mean) / deviation).astype(np.float32)
                    logits = _logits(network, _Rows(encode_pairs(rows, config, counts), own))
                    scores = pl.DataFrame({"logit": logits, "score": calibration.apply(logits)})
                    write_table(folder / f"{name}.parquet", scores)
                save_file(network_weights(network), folder / "weights.safetensors")
    finally:
        torch.set_num_threads(threads)


def _inputs(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return the two inputs before scaling, ``(n_pairs, 2)``."""
    abundance = frame.select(pl.col(name).cast(pl.Float64) for name in ABUNDANCE)
    return np.asarray(np.log1p(abundance.to_numpy()), np.float64)


def _network(config: ModelConfig) -> torch.nn.Module:
    """Return the published network whose last layer has two more inputs."""
    import torch

    network = build_network(config)
    wider = torch.nn.Linear(_HIDDEN + len(ABUNDANCE), 1)
    torch.nn.init.xavier_uniform_(wider.weight)
    torch.nn.init.zeros_(wider.bias)
    network.output = wider
    return network


@contextmanager
def _beside(network: torch.nn.Module, inputs: torch.Tensor) -> Iterator[None]:
    """Pass the two inputs to the last layer for one pass."""
    import torch

    def joined(_layer: torch.nn.Module, hidden: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return torch.cat([hidden[0], inputs], dim=1)

    handle = network.get_submodule("output").register_forward_pre_hook(joined)
    try:
        yield
    finally:
        handle.remove()


def _fit(
    config: ModelConfig,
    train: _Rows,
    validation: _Rows,
    settings: TrainSettings,
    on_pairs: Callable[[int], None] | None,
) -> torch.nn.Module:
    """Train until the validation average precision stops rising; return the best epoch's network."""
    import torch

    torch.manual_seed(stage_seed(settings.seed, "abundance weights"))
    network = _network(config)
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, settings.learning_rate, eps=_KERAS_EPSILON, weight_decay=0.0)
    best: dict[str, Any] = {}
    reached, at = -1.0, 0
    for epoch in range(1, settings.epochs + 1):
        torch.manual_seed(stage_seed(settings.seed, f"abundance epoch {epoch}"))
        _train_epoch(network, optimizer, train, settings, epoch, on_pairs)
        found = float(average_precision(validation.pairs.label, _logits(network, validation)))
        if found > reached:
            best = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
            reached, at = found, epoch
        if epoch - at >= settings.patience:
            break
    network.load_state_dict(best)
    return network.eval()


def _train_epoch(
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    train: _Rows,
    settings: TrainSettings,
    epoch: int,
    on_pairs: Callable[[int], None] | None,
) -> None:
    """Show every training pair once."""
    import torch

    shown = epoch_pairs(train.pairs, settings, epoch)
    network.train()
    for start, end in batch_bounds(len(shown), settings.batch_size):
        rows = shown.mirna_row[start:end]
        logits = _forward(network, train, rows)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(shown.goal[start:end])
        )
        optimizer.zero_grad()
        (loss + network.l1_penalty()).backward()  # type: ignore[operator]
        optimizer.step()
        if on_pairs is not None:
            on_pairs(end - start)


def _forward(network: torch.nn.Module, rows: _Rows, which: NDArray[np.int64]) -> torch.Tensor:
    """Return the logits of some rows."""
    import torch

    bases = [torch.from_numpy(one_hot(codes[which])) for codes in (rows.pairs.mirna, rows.pairs.target)]
    with _beside(network, torch.from_numpy(rows.inputs[which])):
        logits: torch.Tensor = network(*bases)
    return logits


def _logits(network: torch.nn.Module, rows: _Rows) -> NDArray[np.float64]:
    """Return the logits of all rows, the network's mode left as it was."""
    import torch

    was_training = network.training
    network.eval()
    parts = [np.empty(0)]
    with torch.inference_mode():
        for start in range(0, len(rows.pairs), _BATCH):
            which = np.arange(start, min(start + _BATCH, len(rows.pairs)))
            parts.append(_forward(network, rows, which).numpy().astype(np.float64))
    network.train(was_training)
    return np.concatenate(parts)
