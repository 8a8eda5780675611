"""Training of one duplex network that learns from several kinds of data at once, an output for each kind.

Outputs, in this order: one for each source of chimeras (labelled pairs, negatives redrawn in every epoch), one for a
teacher's logits (``soft_pairs.py``), one for affinities (``affinities.py``). Every batch mixes all kinds
(``output_kinds.py``), so that all of them shape the helices and blocks that the outputs share. The loop is that of
:mod:`dmiso.train.loop` (its schedule, optimiser, redrawn negatives, jitter and resumable state) with a loss for each
kind: cross-entropy for labels and for the teacher's probabilities, smooth absolute error for affinities.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from dmiso.encode import N_CODE, one_hot
from dmiso.evaluate.metrics import auroc, average_precision
from dmiso.networks import build_network
from dmiso.train.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from dmiso.train.curves import CurveRow
from dmiso.train.epochs import batch_bounds
from dmiso.train.settings import learning_rate_at
from output_kinds import epoch_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dmiso.models.store import ModelConfig
    from dmiso.networks.duplex import DuplexNetwork
    from dmiso.train import TrainSettings
    from output_kinds import Kinds, KindSettings

__all__ = ["fit_many", "output_logits", "with_outputs"]

_EPSILON: Final = 1e-7
_STREAMS: Final = {"weights": 5, "dropout": 4}
_PREDICT_BATCH: Final = 2048


def fit_many(
    config: ModelConfig,
    kinds: Kinds,
    settings: TrainSettings,
    own: KindSettings,
    folder: Path,
    fingerprint: Mapping[str, Any],
    *,
    on_epoch: Callable[[CurveRow], None],
) -> tuple[DuplexNetwork, list[CurveRow]]:
    """Train all epochs, going on from the state in a folder.

    Parameters
    ----------
    config
        The network.
    kinds
        What it learns from.
    settings
        Epochs, batches, learning rate, decay, clip, jitter, seed.
    own
        How much of each kind.
    folder
        For the state of each epoch.
    fingerprint
        What the run is recognised by.
    on_epoch
        Called with each epoch's row: validation figures are those of the mean of the sources' outputs.

    Returns
    -------
    tuple
        The network with all its outputs, in evaluation mode, and the curves.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(_stream(settings.seed, "weights", 0))
    network: Any = build_network(config)
    network.split_output(len(kinds.outputs))
    optimizer = torch.optim.AdamW(
        network.parameters(),
        settings.learning_rate,
        eps=_EPSILON,
        weight_decay=settings.weight_decay,
        fused=True,
    )
    rows: list[CurveRow] = []
    if state := load_checkpoint(folder, fingerprint):
        rows = list(state.rows)
        _restore(network, optimizer, state)
    while len(rows) < settings.epochs:
        epoch = len(rows) + 1
        torch.manual_seed(_stream(settings.seed, "dropout", epoch))
        loss, rate = _train_epoch(network, optimizer, kinds, settings, own, epoch)
        rows.append(_row(epoch, loss, rate, network, kinds))
        save_checkpoint(folder, _snapshot(network, optimizer, rows), fingerprint)
        on_epoch(rows[-1])
    return network.eval(), rows


def _train_epoch(
    network: Any, optimizer: Any, kinds: Kinds, settings: TrainSettings, own: KindSettings, epoch: int
) -> tuple[float, float]:
    """Show every pair of an epoch; return the mean loss and the last learning rate."""
    shown = epoch_kinds(kinds, settings, own, epoch)
    bases, functional = _bases(), torch.nn.functional
    network.train()
    total, rate, n = 0.0, settings.learning_rate, len(shown["goal"])
    for start, end in batch_bounds(n, settings.batch_size):
        rate = learning_rate_at(settings, (epoch - 1 + start / n) / settings.epochs)
        for group in optimizer.param_groups:
            group["lr"] = rate
        part = {name: tensor[start:end] for name, tensor in shown.items()}
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=own.bfloat16):
            outputs = network.by_output(bases[part["mirna"].int()], bases[part["target"].int()])
        logits = outputs.float().gather(1, part["output"][:, None])[:, 0]
        chance = torch.where(part["amount"], 0.5, part["goal"])  # amounts are no probabilities
        losses = torch.where(
            part["amount"],
            functional.smooth_l1_loss(logits, part["goal"], reduction="none"),
            functional.binary_cross_entropy_with_logits(logits, chance, reduction="none"),
        )
        loss = (part["weight"] * losses).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_clip)
        optimizer.step()
        total += float(loss.detach()) * (end - start)
    return total / n, rate


def with_outputs(network: Any, outputs: Sequence[int]) -> Any:
    """Return a copy with one output: the mean of some of a network's."""
    merged = copy.deepcopy(network)
    for tensor in merged._of_output():  # noqa: SLF001 - the network merges all of its outputs, not some
        tensor.data = tensor.data[list(outputs)].mean(0, keepdim=True)
    return merged.eval()


def output_logits(network: Any, mirna: NDArray[np.uint8], target: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the logits of every output, ``(n_pairs, n_outputs)``."""
    bases, parts, was_training = _bases(), [], network.training
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(mirna), _PREDICT_BATCH):
            part = slice(start, start + _PREDICT_BATCH)
            codes = (torch.from_numpy(codes[part]).int() for codes in (mirna, target))
            parts.append(network.by_output(*(bases[code] for code in codes)).double().numpy())
    network.train(was_training)
    return np.concatenate(parts)


def _row(epoch: int, loss: float, rate: float, network: Any, kinds: Kinds) -> CurveRow:
    mirna, target, label = kinds.validation
    merged = with_outputs(network, range(len(kinds.sources)))
    logits = output_logits(merged, mirna, target)[:, 0]
    return CurveRow(
        epoch=epoch,
        learning_rate=rate,
        train_loss=loss,
        penalty=0.0,
        validation_loss=float(np.mean(np.logaddexp(0, logits) - label * logits)),
        validation_average_precision=float(average_precision(label, logits)),
        validation_auroc=float(auroc(label, logits)),
    )


def _snapshot(network: Any, optimizer: Any, rows: list[CurveRow]) -> Checkpoint:
    moments = optimizer.state_dict()["state"]
    flat = {f"{number}.{name}": tensor for number, own in moments.items() for name, tensor in own.items()}
    return Checkpoint(_arrays(network.state_dict()), {}, _arrays(flat), rows)


def _restore(network: Any, optimizer: Any, state: Checkpoint) -> None:
    network.load_state_dict({name: torch.tensor(array) for name, array in state.network.items()})
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, array in state.optimizer.items():
        number, _, name = key.partition(".")
        moments.setdefault(int(number), {})[name] = torch.tensor(array)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})


def _arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, NDArray[Any]]:
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}


def _bases() -> torch.Tensor:
    return torch.from_numpy(one_hot(np.arange(N_CODE + 1, dtype=np.uint8)[None])[0])


def _stream(seed: int, stream: str, number: int) -> int:
    return int(np.random.SeedSequence([seed, _STREAMS[stream], number]).generate_state(1)[0])
