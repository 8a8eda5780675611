"""Training from a labelled table to a model directory: what ``dmiso train`` does.

In order: the table is read and split, the network trained, its score calibrated on the validation pairs,
and everything written at once. While it runs, the state is in ``<output>.checkpoint``; the output appears
under its name when it is whole, and the state is removed.
"""

from __future__ import annotations

import math
import platform
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

import dmiso
from dmiso.errors import ModelError, UsageError
from dmiso.extras import require_extra
from dmiso.io import write_text
from dmiso.io.folders import CONTENT_FILES, FolderKind, check_folder, claim_folder, whole_folder
from dmiso.io.streams import base_name, local_file, read_once
from dmiso.models.domain import domain_of
from dmiso.models.registry import resolve
from dmiso.models.store import MODEL_FILES, OPTIONAL_FILES, ModelConfig, write_model
from dmiso.networks import network_weights
from dmiso.provenance import manifest, sha256_file, to_json
from dmiso.records import Counts
from dmiso.train.card import CardFacts, model_card, source_card
from dmiso.train.checkpoint import CHECKPOINT_FILE, CHECKPOINT_FOLDER, remove_checkpoint
from dmiso.train.curves import plot_curves, write_curves
from dmiso.train.data import read_pairs
from dmiso.train.device import resolve_device
from dmiso.train.loop import Resume
from dmiso.train.parts import part_rows
from dmiso.train.trained import network_config, run_identity, train_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike
    from pathlib import Path

    from dmiso.models.store import StoredModel
    from dmiso.settings.training import TrainSettings
    from dmiso.train.loop import Reporter
    from dmiso.train.parts import Parts
    from dmiso.train.trained import Trained

__all__ = ["BY_SOURCE", "CURVES", "Beginning", "Training", "train"]

CURVES: Final = "curves.tsv"
BY_SOURCE: Final = "by-source"
"""Folder of the models with the output of one source only, after training by source."""
_PICTURE: Final = "curves.png"
_METRICS: Final = "metrics.json"
_MANIFEST: Final = "manifest.json"

TRAINED_FOLDER: Final = FolderKind(
    "train",
    (
        *MODEL_FILES,
        *OPTIONAL_FILES,
        CURVES,
        _PICTURE,
        _METRICS,
        CONTENT_FILES,
        *(f"{BY_SOURCE}/*/{name}" for name in (*MODEL_FILES, *OPTIONAL_FILES)),
    ),
    _MANIFEST,
)


class Beginning(NamedTuple):
    """What a training run begins with.

    Parameters
    ----------
    model
        Model whose weights are the first ones, by name or directory; None draws them.
    restart
        Forget the state of an unfinished run; otherwise it is continued.
    force
        Write into a folder that holds files of others; they stay.
    """

    model: str | PathLike[str] | None = None
    restart: bool = False
    force: bool = False


class Training(NamedTuple):
    """What :func:`train` gives: the directory, what was measured, and what was counted."""

    output: Path
    trained: Trained
    parts: Parts
    counts: Counts

    def __repr__(self) -> str:
        """Return one line: indices and logits of all pairs would fill the screen."""
        measured = "; ".join(
            f"{part}: {values['n_pairs']:,} pairs, average precision {values['average_precision']:.3f}, "
            f"AUROC {values['auroc']:.3f}"
            for part, values in self.trained.metrics.items()
        )
        return f"Training({self.output}; {measured})"


@read_once()
def train(
    data: Path,
    output: Path,
    settings: TrainSettings,
    *,
    name: str | None = None,
    beginning: Beginning | None = None,
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
    beginning
        What the run begins with; None draws the weights, and continues an unfinished run.
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
        If an option, the table, the model to start from or the output cannot be used.
    """
    require_extra("torch", "training")
    require_extra("matplotlib", "drawing training curves")
    resolve_device(settings)
    if output.name in {"", ".."}:
        raise UsageError(f"{output}: give the model directory a name of its own.")
    beginning = beginning or Beginning()
    check_folder(output, TRAINED_FOLDER, force=beginning.force)
    counts = Counts()
    table = read_pairs(data, counts)
    parts = part_rows(table, share=settings.validation_share, seed=settings.seed)
    config = network_config(settings, name or f"{settings.network}-{output.name}")
    start = None if beginning.model is None else _start(beginning.model, config)
    folder = output.with_name(f"{output.name}.checkpoint")
    with claim_folder(
        folder, CHECKPOINT_FOLDER
    ):  # two trainings of one output would overwrite each other's state
        if beginning.restart:
            (folder / CHECKPOINT_FILE).unlink(missing_ok=True)
        identity = run_identity(settings, sha256_file(local_file(data)), start)
        trained = train_parts(
            table,
            parts,
            config,
            settings,
            counts,
            resume=Resume(folder, identity, start.weights if start else None),
            reporter=reporter,
        )
        first = {"model": start.config.name, "weights_sha256": identity["start_sha256"]} if start else None
        facts = CardFacts(
            base_name(data), identity["data_sha256"], table, parts, settings, trained, counts, first
        )
        record = manifest(
            command=command,
            inputs={"data": data},
            counts=counts,
            seed=settings.seed,
            settings=settings.as_dict(),
        )
        _write(output, config, facts, record, force=beginning.force)
        remove_checkpoint(folder)
    return Training(output, trained, parts, counts)


def _start(model: str | PathLike[str], config: ModelConfig) -> StoredModel:
    """Return the model to start from.

    Raises
    ------
    ModelError
        If it is another network than the one to train.
    """
    start = resolve(model)
    if (start.config.network, start.config.settings) != (config.network, config.settings):
        raise ModelError(
            f"{start.config.name} is network {start.config.network} with settings {start.config.settings}; "
            f"the network to train is {config.network} with {config.settings}. Start from a model of the same."
        )
    return start


def _write(
    output: Path, config: ModelConfig, facts: CardFacts, record: Mapping[str, Any], *, force: bool
) -> None:
    """Write the model directory with curves, metrics and manifest, whole or not at all."""
    trained = facts.trained
    by_source = {name: own.metrics and _json_numbers(own.metrics) for name, own in trained.by_source.items()}
    metrics = {
        "parts": {part: _json_numbers(values) for part, values in trained.metrics.items()},
        "best_epoch": trained.fit.best.epoch,
        "epochs": len(trained.fit.rows),
        **({"by_source": by_source} if by_source else {}),
    }
    known = facts.table.frame[facts.parts.train]
    domain = domain_of(
        known["mirna_sequence"].to_list(),
        known["target_sequence"].to_list(),
        target_length=config.target_length,
    )
    config = msgspec.structs.replace(config, training=_origin(facts))
    with whole_folder(output, TRAINED_FOLDER, force=force) as folder:
        write_model(
            folder,
            config=config,
            weights=network_weights(trained.fit.network),
            calibration=trained.calibration,
            card=model_card(config.name, facts),
            domain=domain,
        )
        for source, output_of in trained.by_source.items():
            name = f"{config.name}-{source}"
            write_model(
                folder / BY_SOURCE / source,
                config=msgspec.structs.replace(config, name=name),
                weights=network_weights(output_of.network),
                calibration=output_of.calibration,
                card=source_card(name, source, config.name, output_of.metrics),
                domain=domain,
            )
        write_curves(folder / CURVES, trained.fit.rows)
        plot_curves(trained.fit.rows).write(folder / _PICTURE.removesuffix(".png"), ("png",))
        write_text(folder / _METRICS, to_json(metrics))
        write_text(folder / _MANIFEST, to_json(record))


def _origin(facts: CardFacts) -> dict[str, Any]:
    """Return where the weights come from, for the model's configuration."""
    import torch

    return {
        "data": {"file": facts.data_name, "sha256": facts.data_sha256},
        "settings": facts.settings.as_dict(),
        "versions": {
            "dmiso": dmiso.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": str(torch.__version__),
        },
        "best_epoch": facts.trained.fit.best.epoch,
        **({"start_from": facts.start} if facts.start else {}),
    }


def _json_numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return metrics for JSON, where an undefined metric is null."""
    return {name: None if math.isnan(value) else value for name, value in values.items()}
