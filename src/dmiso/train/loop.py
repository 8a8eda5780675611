"""The training loop: epochs of batches, validation, early stopping, resuming after each epoch.

A run is a function of its pairs and settings alone: order, draws, dropout and learning rate of an epoch follow
from the seed and the epoch's number. So a run that was interrupted and resumed ends, on one machine's CPU,
with the same bytes as one that was not.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from dmiso.encode import N_CODE, one_hot
from dmiso.errors import DmisoError, UsageError
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.extras import require_extra
from dmiso.networks import build_network, load_weights, network_entry, network_names
from dmiso.train.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from dmiso.train.curves import CurveRow, best_row
from dmiso.train.device import autocast, resolve_device, torch_state
from dmiso.train.epochs import batch_bounds, epoch_pairs
from dmiso.train.settings import learning_rate_at
from dmiso.workers import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from dmiso.models.store import ModelConfig
    from dmiso.networks.protocol import NetworkBySource
    from dmiso.settings.training import TrainSettings
    from dmiso.train.data import EncodedPairs

__all__ = ["FitResult", "Reporter", "Resume", "fit", "predict_logits"]

_KERAS_EPSILON: Final = 1e-7
"""Keras' Adam adds this to the root of the second moment; torch's default is 1e-8."""

_DROPOUT_STREAM, _WEIGHT_STREAM = 4, 5
_PREDICT_BATCH: Final = 2048
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class Resume(NamedTuple):
    """Where a run keeps its state, what it is recognised by, and its first weights; None draws them."""

    folder: Path
    fingerprint: Mapping[str, Any]
    weights: Mapping[str, NDArray[np.float32]] | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """What to call while a run goes on.

    Parameters
    ----------
    on_epoch
        With each epoch's row.
    on_pairs
        With the pairs shown since the last call.
    """

    on_epoch: Callable[[CurveRow], None] | None = None
    on_pairs: Callable[[int], None] | None = None


class FitResult(NamedTuple):
    """What training gives.

    Parameters
    ----------
    network
        With the weights of the best epoch, in evaluation mode, on the device it was trained on.
    rows
        The curves.
    best
        The row of the kept epoch.
    n_missing
        Negatives that could not be redrawn, in the epoch with most of them.
    by_source
        After training by source: the same network with the output of one source only, by its name.
    """

    network: torch.nn.Module
    rows: list[CurveRow]
    best: CurveRow
    n_missing: int
    by_source: Mapping[str, torch.nn.Module] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class _Run:
    """Everything a running fit holds."""

    network: torch.nn.Module
    optimizer: torch.optim.Optimizer
    device: torch.device
    settings: TrainSettings
    train: EncodedPairs
    validation: EncodedPairs
    reporter: Reporter
    source: NDArray[np.int64] | None = None
    sources: Sequence[str] = ()
    rows: list[CurveRow] = field(default_factory=list)
    best: dict[str, NDArray[Any]] = field(default_factory=dict)
    n_missing: int = 0


def fit(
    config: ModelConfig,
    train: EncodedPairs,
    validation: EncodedPairs,
    settings: TrainSettings,
    *,
    resume: Resume | None = None,
    reporter: Reporter | None = None,
) -> FitResult:
    """Train a network until its validation average precision stops rising.

    Parameters
    ----------
    config
        The network to build.
    train, validation
        Encoded pairs; validation has both classes.
    settings
        How to train.
    resume
        Where to keep the state of each epoch; a run continues from a state found there.
    reporter
        Called as training proceeds.

    Returns
    -------
    FitResult

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    UsageError
        If the device is not there, or the state found belongs to another run.
    DmisoError
        If the loss becomes NaN or infinite.
    """
    require_extra("torch", "training")
    import torch

    device = resolve_device(settings)
    with torch_state(settings, device):
        torch.manual_seed(_stream(settings.seed, _WEIGHT_STREAM, 0))
        network = build_network(config)
        if resume and resume.weights is not None:
            load_weights(network, resume.weights)
        source, sources = _sources(config.network, network, train) if settings.by_source else (None, ())
        network = network.to(device)
        _scale_dropout(network, settings.dropout)
        trainable = [weight for weight in network.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(
            trainable,
            settings.learning_rate,
            eps=_KERAS_EPSILON,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        run = _Run(
            network, optimizer, device, settings, train, validation, reporter or Reporter(), source, sources
        )
        if resume and (state := load_checkpoint(resume.folder, resume.fingerprint)):
            _restore(run, state)
        while not _finished(run):
            _epoch(run, len(run.rows) + 1)
            if resume:
                save_checkpoint(resume.folder, _snapshot(run), resume.fingerprint)
        network.load_state_dict({name: torch.tensor(array) for name, array in run.best.items()})
        own = {name: _with_output(network, number) for number, name in enumerate(sources)}
    return FitResult(_merged(run).eval(), run.rows, best_row(run.rows), run.n_missing, own)


def predict_logits(
    network: torch.nn.Module, pairs: EncodedPairs, device: torch.device
) -> NDArray[np.float32]:
    """Return the logits of pairs, the network's mode left as it was.

    Returns
    -------
    numpy.ndarray
        ``(n_pairs,)``, float32.
    """
    import torch

    bases = _bases(device)
    was_training = network.training
    network.eval()
    logits = np.empty(len(pairs), np.float32)
    with torch.inference_mode():
        for start in range(0, len(pairs), _PREDICT_BATCH):
            part = slice(start, start + _PREDICT_BATCH)
            mirna = torch.from_numpy(pairs.mirna[part]).to(device).int()
            target = torch.from_numpy(pairs.target[part]).to(device).int()
            logits[part] = network(_columns(mirna, bases), _columns(target, bases)).float().cpu().numpy()
    network.train(was_training)
    return logits


def _epoch(run: _Run, epoch: int) -> None:
    """Train one epoch, validate, and note the row; keep the weights if it is the best so far."""
    import torch

    torch.manual_seed(_stream(run.settings.seed, _DROPOUT_STREAM, epoch))
    loss, penalty, rate = _train_epoch(run, epoch)
    merged = _merged(run)
    logits = predict_logits(merged, run.validation, run.device).astype(np.float64)
    label, goal, weight = run.validation.label, run.validation.goal, run.validation.weight
    if not (np.isfinite(loss) and np.isfinite(logits).all()):
        raise DmisoError(
            f"epoch {epoch}: the loss is no longer a number. "
            f"Lower --learning-rate ({run.settings.learning_rate:g}) or set --gradient-clip 1."
        )
    row = CurveRow(
        epoch=epoch,
        learning_rate=rate,
        train_loss=loss,
        penalty=penalty,
        validation_loss=float(np.average(np.logaddexp(0, logits) - goal * logits, weights=weight)),
        validation_average_precision=float(average_precision(label, logits, weights=weight)),
        validation_auroc=float(auroc(label, logits, weights=weight)),
    )
    run.rows.append(row)
    if best_row(run.rows) is row:
        run.best = _arrays(run.network.state_dict())
    if run.reporter.on_epoch:
        run.reporter.on_epoch(row)


def _train_epoch(run: _Run, epoch: int) -> tuple[float, float, float]:
    """Show all pairs of an epoch; return mean loss, mean penalty and the last learning rate."""
    import torch

    settings, device, bases = run.settings, run.device, _bases(run.device)
    shown = epoch_pairs(run.train, settings, epoch)
    run.n_missing = max(run.n_missing, shown.n_missing)
    mirna, target, mirna_row, target_row, goal, weight = (
        torch.from_numpy(array).to(device)
        for array in (
            run.train.mirna,
            shown.target,
            shown.mirna_row,
            shown.target_row,
            shown.goal,
            shown.weight,
        )
    )
    source = None if run.source is None else torch.from_numpy(run.source).to(device)
    run.network.train()
    sums = torch.zeros(2, dtype=torch.float64, device=device)
    rate = settings.learning_rate
    # without early stopping there would be as many
    total = settings.epochs * len(shown)
    work = Work(f"pairs in at most {settings.epochs} epochs", total, done=(epoch - 1) * len(shown))
    for start, end in batch_bounds(len(shown), settings.batch_size):
        rate = learning_rate_at(settings, (epoch - 1 + start / len(shown)) / settings.epochs)
        for group in run.optimizer.param_groups:
            group["lr"] = rate
        with autocast(settings, device):
            bases_shown = (
                _columns(mirna[mirna_row[start:end]].int(), bases),
                _columns(target[target_row[start:end]].int(), bases),
            )
            if source is None:
                logits = run.network(*bases_shown)
            else:
                outputs = cast("NetworkBySource", run.network).by_output(*bases_shown)
                logits = outputs.gather(1, source[target_row[start:end], None])[:, 0]
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            logits.float(), goal[start:end], weight=weight[start:end]
        )
        penalty = _penalty(run.network, losses)
        run.optimizer.zero_grad()
        (losses + penalty).backward()  # type: ignore[no-untyped-call]
        if settings.gradient_clip:
            torch.nn.utils.clip_grad_norm_(run.network.parameters(), settings.gradient_clip)
        run.optimizer.step()
        sums += torch.stack([losses.detach(), penalty.detach()]) * (end - start)
        if run.reporter.on_pairs:
            run.reporter.on_pairs(end - start)
        work.advance(end - start)
    loss, mean_penalty = (sums / len(shown)).tolist()
    return loss, mean_penalty, rate


def _sources(
    name: str, network: torch.nn.Module, pairs: EncodedPairs
) -> tuple[NDArray[np.int64], Sequence[str]]:
    """Split the network's output by source; return the number of each training pair's, and their names.

    Raises
    ------
    UsageError
        If the network cannot, or the table has no sources.
    """
    if not network_entry(name).by_source:
        able = " or ".join(network_names(lambda entry: entry.by_source))
        raise UsageError(f"by_source: network {name} has one output only. Drop it, or train network {able}.")
    if "source" not in pairs.swap.columns:
        raise UsageError("by_source needs a column source in the table.")
    sources = pairs.swap["source"].cast(str)
    if odd := [name for name in sources.unique().sort() if not _FILE_NAME.fullmatch(name or "")]:
        raise UsageError(
            f"by_source: {odd[0]!r} cannot name a folder. Name sources with letters, digits, . _ and - only."
        )
    names, number = np.unique(sources.to_numpy(), return_inverse=True)
    cast("NetworkBySource", network).split_output(len(names))
    return number.astype(np.int64), [str(name) for name in names]


def _with_output(network: torch.nn.Module, number: int) -> torch.nn.Module:
    """Return a copy with one of the outputs, in evaluation mode."""
    copied = copy.deepcopy(network)
    cast("NetworkBySource", copied).keep_output(number)
    return copied.eval()


def _merged(run: _Run) -> torch.nn.Module:
    """Return the network as it is kept: itself, or a copy with the mean of its outputs."""
    if run.source is None:
        return run.network
    network = copy.deepcopy(run.network)
    cast("NetworkBySource", network).merge_outputs()
    return network


def _finished(run: _Run) -> bool:
    done = len(run.rows)
    return done >= run.settings.epochs or (
        done > 0 and done - best_row(run.rows).epoch >= run.settings.patience
    )


def _restore(run: _Run, state: Checkpoint) -> None:
    """Restore a run to its state."""
    import torch

    run.network.load_state_dict({name: torch.tensor(array) for name, array in state.network.items()})
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, array in state.optimizer.items():
        number, _, name = key.partition(".")
        moments.setdefault(int(number), {})[name] = torch.tensor(array)
    groups = run.optimizer.state_dict()["param_groups"]
    run.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    run.rows, run.best, run.n_missing = list(state.rows), state.best, state.n_missing


def _snapshot(run: _Run) -> Checkpoint:
    moments = run.optimizer.state_dict()["state"]
    flat = {f"{number}.{name}": tensor for number, own in moments.items() for name, tensor in own.items()}
    return Checkpoint(_arrays(run.network.state_dict()), run.best, _arrays(flat), run.rows, run.n_missing)


def _arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, NDArray[Any]]:
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}


def _penalty(network: torch.nn.Module, like: torch.Tensor) -> torch.Tensor:
    """Return the network's L1 penalty, 0 for a network without one."""
    penalty = getattr(network, "l1_penalty", None)
    return like.new_zeros(()) if penalty is None else cast("torch.Tensor", penalty())


def _scale_dropout(network: torch.nn.Module, factor: float) -> None:
    import torch

    for layer in network.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.p = min(layer.p * factor, 0.95)


def _bases(device: torch.device) -> torch.Tensor:
    """Return the one-hot columns of each code, ``(5, 4)``."""
    import torch

    return torch.from_numpy(one_hot(np.arange(N_CODE + 1, dtype=np.uint8)[None])[0]).to(device)


def _columns(codes: torch.Tensor, bases: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.nn.functional.embedding(codes, bases)


def _stream(seed: int, stream: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, stream, number]).generate_state(1)[0])
