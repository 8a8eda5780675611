"""Training from a labelled table to a model directory: what ``dmiso train`` does.

In order: the table is read and parted, the network trained, its score calibrated on the validation pairs,
and everything written at once. While it runs, the state is in ``<output>.checkpoint``; the output appears
under its name when it is whole, and the state is removed.
"""

from __future__ import annotations

import math
import platform
import shutil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

import dmiso
from dmiso.errors import UsageError
from dmiso.io import atomic_path, write_text
from dmiso.io.streams import STDIN
from dmiso.models.store import ModelConfig, is_model_directory, write_model
from dmiso.networks import network_weights
from dmiso.provenance import manifest, sha256_file, to_json
from dmiso.records import Counts
from dmiso.train.card import CardFacts, model_card
from dmiso.train.curves import plot_curves, require_matplotlib, write_curves
from dmiso.train.data import read_pairs
from dmiso.train.device import require_torch, resolve_device
from dmiso.train.loop import Resume
from dmiso.train.parts import part_rows
from dmiso.train.trained import network_config, run_identity, train_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.train.loop import Reporter
    from dmiso.train.parts import Parts
    from dmiso.train.settings import TrainSettings
    from dmiso.train.trained import Trained

__all__ = ["CURVES", "Training", "train"]

CURVES: Final = "curves.tsv"
_PICTURE: Final = "curves.png"
_METRICS: Final = "metrics.json"
_MANIFEST: Final = "manifest.json"


class Training(NamedTuple):
    """What :func:`train` gives: the directory, what was measured, and what was counted."""

    output: Path
    trained: Trained
    parts: Parts
    counts: Counts


def train(
    data: Path,
    output: Path,
    settings: TrainSettings,
    *,
    name: str | None = None,
    restart: bool = False,
    command: Sequence[str] = ("train",),
    reporter: Reporter | None = None,
) -> Training:
    """Train a network on a labelled table and write a model directory.

    Parameters
    ----------
    data
        TSV, CSV or Parquet with ``mirna_sequence``, ``target_sequence``, ``label`` and, if there are any,
        ``split``, ``weight``, ``cluster``, ``source``.
    output
        The model directory, with curves, metrics and manifest beside the model's files.
    settings
        How to train.
    name
        Of the model; None is network and directory.
    restart
        Forget the state of an unfinished run; otherwise it is gone on with.
    command
        For the manifest.
    reporter
        Called as training proceeds.

    Returns
    -------
    Training

    Raises
    ------
    MissingExtraError
        If torch or matplotlib is not installed.
    UsageError, InputError, DmisoError
        If an option, the table or the output cannot be used.
    """
    require_torch()
    require_matplotlib()
    resolve_device(settings)
    _check_paths(data, output)
    counts = Counts()
    table = read_pairs(data, counts)
    parts = part_rows(table, share=settings.validation_share, seed=settings.seed)
    config = network_config(settings, name or f"{settings.network}-{output.name}")
    folder = output.with_name(f"{output.name}.checkpoint")
    if restart and folder.is_dir():
        shutil.rmtree(folder)
    identity = run_identity(settings, sha256_file(data))
    trained = train_parts(
        table, parts, config, settings, counts, resume=Resume(folder, identity), reporter=reporter
    )
    facts = CardFacts(data.name, identity["data_sha256"], table, parts, settings, trained, counts)
    record = manifest(
        command=command, inputs={"data": data}, counts=counts, seed=settings.seed, settings=settings.as_dict()
    )
    _write(output, config, facts, record)
    shutil.rmtree(folder)
    return Training(output, trained, parts, counts)


def _check_paths(data: Path, output: Path) -> None:
    if data == STDIN:
        raise UsageError("DATA is a file, not standard input: it is read again, for its hash.")
    if output.name in {"", ".."}:
        raise UsageError(f"{output}: give the model directory a name of its own.")
    if output.is_file() or (output.is_dir() and any(output.iterdir()) and not is_model_directory(output)):
        raise UsageError(
            f"{output} exists and is no model directory: it is left as it is. Give another name."
        )


def _write(output: Path, config: ModelConfig, facts: CardFacts, record: Mapping[str, Any]) -> None:
    """Write the model directory with curves, metrics and manifest, whole or not at all."""
    import torch

    trained = facts.trained
    metrics = {
        "parts": {part: _json_numbers(values) for part, values in trained.metrics.items()},
        "best_epoch": trained.fit.best.epoch,
        "epochs": len(trained.fit.rows),
    }
    training = {
        "data": {"file": facts.data_name, "sha256": facts.data_sha256},
        "settings": facts.settings.as_dict(),
        "versions": {
            "dmiso": dmiso.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": str(torch.__version__),
        },
        "best_epoch": trained.fit.best.epoch,
    }
    with atomic_path(output) as folder:
        write_model(
            folder,
            config=ModelConfig(
                name=config.name, network=config.network, settings=config.settings, training=training
            ),
            weights=network_weights(trained.fit.network),
            calibration=trained.calibration,
            card=model_card(config.name, facts),
        )
        write_curves(folder / CURVES, trained.fit.rows)
        plot_curves(folder / _PICTURE, trained.fit.rows)
        write_text(folder / _METRICS, to_json(metrics))
        write_text(folder / _MANIFEST, to_json(record))


def _json_numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return metrics for JSON, which has no word for a metric that is not defined but null."""
    return {name: None if math.isnan(value) else value for name, value in values.items()}
