"""The ways to score all miRNAs against all targets that ``all_against_all.py`` compares."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from dmiso.encode import encode, one_hot
from dmiso.engine import build_engine
from dmiso.models.calibration import sigmoid
from dmiso.networks import build_network, load_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dmiso.models import StoredModel

__all__ = ["TORCH_BATCH", "Contender", "Turn", "engine_way", "numpy_way", "tensorflow_way", "torch_way"]

TORCH_BATCH = 1024


class Turn(NamedTuple):
    """One measurement: what it cost, and the scores, miRNA by miRNA, of ``n_mirnas`` times ``n_targets`` pairs."""

    cpu: float
    wall: float
    scores: NDArray[np.float64]


class Contender(NamedTuple):
    """A way to score all miRNAs against all targets; it is given sequences and returns what that cost."""

    name: str
    n_mirnas: int
    n_targets: int
    run: Callable[[list[str], list[str]], Turn]


def timed(score: Callable[[list[str], list[str]], NDArray[Any]]) -> Callable[[list[str], list[str]], Turn]:
    """Make a contender's function out of one that returns scores."""

    def run(mirnas: list[str], targets: list[str]) -> Turn:
        cpu, wall = time.process_time(), time.perf_counter()
        scores = score(mirnas, targets)
        return Turn(time.process_time() - cpu, time.perf_counter() - wall, scores)

    return run


def engine_way(model: StoredModel, threads: int) -> Callable[[list[str], list[str]], Turn]:
    """Return our engine, from sequences to scores."""
    engine = build_engine(model.config, model.weights, threads=threads)
    return timed(lambda m, t: sigmoid(engine.logits_grid(encode(m, 30), encode(t, 60))))


def torch_way(model: StoredModel) -> Callable[[list[str], list[str]], Turn]:
    """Return the torch network as it is, every pair in full, in batches."""
    network = build_network(model.config).eval()
    load_weights(network, model.weights)

    def score(mirnas: list[str], targets: list[str]) -> NDArray[np.float64]:
        mirna_rows, target_rows = (
            torch.from_numpy(one_hot(encode(s, n))) for s, n in ((mirnas, 30), (targets, 60))
        )
        m, t = np.divmod(np.arange(len(mirnas) * len(targets)), len(targets))
        with torch.inference_mode():
            parts = [
                network(mirna_rows[m[i : i + TORCH_BATCH]], target_rows[t[i : i + TORCH_BATCH]]).numpy()
                for i in range(0, len(m), TORCH_BATCH)
            ]
        return sigmoid(np.concatenate(parts).reshape(len(mirnas), len(targets)))

    return timed(score)


def numpy_way(model: StoredModel) -> Callable[[list[str], list[str]], Turn]:
    """Return the published arithmetic in NumPy, one pair after the other."""
    w = model.weights
    scale = {n[:-12]: w[n[:-11] + "weight"] / np.sqrt(w[n] + 1e-3) for n in w if n.endswith("running_var")}

    def norm(name: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
        return (x - w[f"{name}.running_mean"]) * scale[name] + w[f"{name}.bias"]

    def branch(name: str, bases: NDArray[np.float32]) -> NDArray[np.float32]:
        windows = np.lib.stride_tricks.sliding_window_view(bases, 8, axis=0).reshape(-1, 32)
        x = np.maximum(windows @ w[f"{name}.weight"].reshape(10, 32).T + w[f"{name}.bias"], 0)
        return np.lib.stride_tricks.sliding_window_view(x, 4, axis=0).max(axis=2)

    def lstm(x: NDArray[np.float32], end: str) -> NDArray[np.float32]:
        inputs = (
            x @ w[f"recurrent.weight_ih_{end}"].T
            + w[f"recurrent.bias_ih_{end}"]
            + w[f"recurrent.bias_hh_{end}"]
        )
        h, c = np.zeros((2, 10), np.float32)
        states = np.empty((len(x), 10), np.float32)
        for step, row in enumerate(inputs):
            gates = row + w[f"recurrent.weight_hh_{end}"] @ h
            i, f, o = (1 / (1 + np.exp(-gates[g : g + 10])) for g in (0, 10, 30))
            c = f * c + i * np.tanh(gates[20:30])
            h = states[step] = o * np.tanh(c)
        return states

    def pair(mirna: str, target: str) -> np.float32:
        m, t = one_hot(encode([mirna], 30))[0], one_hot(encode([target], 60))[0]
        x = norm("merged_norm", np.vstack([branch("mirna_convolution", m), branch("target_convolution", t)]))
        states = np.hstack([lstm(x, "l0"), lstm(x[::-1], "l0_reverse")[::-1]])
        flat = norm("recurrent_norm", states).ravel()
        hidden = np.maximum(norm("dense_norm", w["dense.weight"] @ flat + w["dense.bias"]), 0)
        return norm("output_norm", w["output.weight"] @ hidden + w["output.bias"])[0]

    return timed(lambda ms, ts: sigmoid([[pair(m, t) for t in ts] for m in ms]))


def tensorflow_way(
    python: str, files: list[Path]
) -> tuple[Callable[[list[str], list[str]], Turn], dict[str, Any]]:
    """Return the published way, run by another interpreter, and what that interpreter says of itself."""
    weights, architecture = files
    begin = time.perf_counter()
    worker = subprocess.Popen(
        [python, str(Path(__file__).with_name("published_way.py")), str(architecture), str(weights)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def answer() -> dict[str, Any]:
        line = worker.stdout.readline()
        if not line:
            raise SystemExit(
                f"the TensorFlow interpreter ended with code {worker.wait()}; its message is above"
            )
        return json.loads(line)

    def run(mirnas: list[str], targets: list[str]) -> Turn:
        worker.stdin.write(json.dumps([(m, t) for m in mirnas for t in targets]) + "\n")
        worker.stdin.flush()
        found = answer()
        return Turn(found["cpu"], found["wall"], np.reshape(found["scores"], (len(mirnas), len(targets))))

    about = answer()
    return run, about | {"start_wall": time.perf_counter() - begin}
