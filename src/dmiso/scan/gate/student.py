"""Fits a student network to a network's own logits: gradient descent in numpy, with fixed seeds.

What counts is that logits about as high as those of sites are told from lower ones: further below and above it does not
matter how far. So the loss looks at logits held to a range around the cut, and most at those near it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.networks.duplex_shapes import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dmiso.engine.duplex.look import Student

    FloatArray = NDArray[np.float32]

__all__ = ["STEPS", "Lessons", "fit_student"]

_UNITS: Final = 8
_TAPS: Final = 9
STEPS: Final = 1_500
"""Of gradient descent at the start of a scan, some ten seconds."""
_BATCH: Final = 64
"""Stretches of a step."""
_STEP: Final = 1e-2
"""The largest step of Adam (Kingma & Ba 2015); it rises to it and falls again (one cycle)."""
_SEED: Final = 20_223

_AT_ONCE: Final = 1_000
"""Stretches whose features are computed together."""

_LOWEST, _HIGHEST = -5.0, 3.0
"""Logits from the cut between which it matters how high they are."""
_MIDDLE, _WIDTH, _BASE = -0.5, 1.5, 0.03
"""Where the loss looks most, relative to the cut, how far to either side, and how much it looks everywhere."""
_LEAST_SPREAD: Final = 0.1
"""Features that hardly vary are divided by no less: their weights stay small, and so what they are rounded off by."""

_Weights = dict[str, "FloatArray"]


class Lessons(NamedTuple):
    """Stretches of offsets that a student learns from."""

    features: NDArray[np.float16]
    """``(n, offsets, n_features)``: helix scores, then nucleotides around."""
    logits: FloatArray
    """``(n, offsets)``, the network's own, on the scale of sites, from the cut."""


def fit_student(lessons: Lessons, heads: int, mirna_length: int, *, steps: int | None = None) -> Student:
    """Return a student whose logits are from the cut.

    Parameters
    ----------
    lessons
        What it learns from, at least one stretch.
    heads, mirna_length
        Of the network.
    steps
        More take longer and fit better; None is :data:`STEPS`.
    """
    n_steps = STEPS if steps is None else steps
    n_features = lessons.features.shape[2]
    sample = (
        lessons.features[:: max(1, len(lessons.features) // 2_000)].reshape(-1, n_features).astype(np.float32)
    )
    middle = sample.mean(axis=0)
    spread = np.sqrt(sample.var(axis=0) + np.float32(_LEAST_SPREAD**2))
    wanted = np.clip(lessons.logits, _LOWEST, _HIGHEST)
    weights = _start(n_features)
    first, second = ({name: np.zeros_like(x) for name, x in weights.items()} for _ in range(2))
    for step, batch in enumerate(_batches(len(wanted), n_steps)):
        inputs = (lessons.features[batch].astype(np.float32) - middle) / spread
        gradient = _gradient(weights, inputs, wanted[batch])
        size = _STEP * _cycle(step / n_steps)
        for name, own in gradient.items():
            first[name] += np.float32(0.1) * (own - first[name])
            second[name] += np.float32(0.001) * (own * own - second[name])
            mean = first[name] / np.float32(1 - 0.9 ** (step + 1))
            square = second[name] / np.float32(1 - 0.999 ** (step + 1))
            weights[name] -= np.float32(size) * mean / (np.sqrt(square) + np.float32(1e-8))
    return _student(_held_to_one(weights, lessons, middle, spread), middle, spread, heads, mirna_length)


def _held_to_one(weights: _Weights, lessons: Lessons, middle: FloatArray, spread: FloatArray) -> _Weights:
    """Return weights of the same student whose features are 1 at most in all lessons: they are computed in bytes."""
    highest = np.zeros(_UNITS, np.float32)
    for first in range(0, len(lessons.features), _AT_ONCE):
        inputs = (lessons.features[first : first + _AT_ONCE].astype(np.float32) - middle) / spread
        highest = np.maximum(highest, (inputs @ weights["mix"] + weights["bias"]).max(axis=(0, 1)))
    top = np.where(highest > 0, highest, np.float32(1))
    return weights | {
        "mix": weights["mix"] / top,
        "bias": weights["bias"] / top,
        "taps": weights["taps"] * np.tile(top, _TAPS)[:, None],
    }


def _start(n_features: int) -> _Weights:
    draw = np.random.default_rng(_SEED)

    def uniform(*shape: int, n_inputs: int) -> FloatArray:
        values: FloatArray = (draw.uniform(-1, 1, shape) / np.sqrt(n_inputs)).astype(np.float32)
        return values

    return {
        "mix": uniform(n_features, _UNITS, n_inputs=n_features),
        "bias": np.zeros(_UNITS, np.float32),
        "taps": uniform(_TAPS * _UNITS, _UNITS, n_inputs=_TAPS * _UNITS),
        "hidden_bias": np.zeros(_UNITS, np.float32),
        "output": uniform(_UNITS, n_inputs=_UNITS),
        "output_bias": np.zeros(1, np.float32),
    }


def _batches(n: int, n_steps: int) -> Iterator[NDArray[np.int64]]:
    """Yield the stretches of each step: all in random order, then all again."""
    draw = np.random.default_rng(_SEED)
    left = np.empty(0, np.int64)
    for _ in range(n_steps):
        while len(left) < _BATCH:
            left = np.append(left, draw.permutation(n))
        yield left[:_BATCH]
        left = left[_BATCH:]


def _cycle(share: float) -> float:
    """Return which share of the largest step to take: a fifth of the way up, the rest down, both as cosines."""
    rise = 0.2
    phase = share / rise if share < rise else 1 + (share - rise) / (1 - rise)
    return float(0.5 - 0.499 * np.cos(np.pi * phase))


def _gradient(weights: _Weights, inputs: FloatArray, wanted: FloatArray) -> _Weights:
    """Return the loss's gradient: Huber's loss between wanted and said, held to the same range."""
    n, offsets, _ = inputs.shape
    within = offsets - _TAPS + 1
    features = np.maximum(inputs @ weights["mix"] + weights["bias"], 0)
    # (n, within, taps, units): the features that each offset's convolution sees
    seen = np.lib.stride_tricks.sliding_window_view(features, _TAPS, axis=1).transpose(0, 1, 3, 2)
    unfolded = np.ascontiguousarray(seen).reshape(n * within, _TAPS * _UNITS)
    hidden = np.maximum(unfolded @ weights["taps"] + weights["hidden_bias"], 0)
    said = (hidden @ weights["output"] + weights["output_bias"]).reshape(n, within)
    target = wanted[:, _TAPS // 2 : _TAPS // 2 + within]
    error = said - target
    error[(target <= _LOWEST) & (said < _LOWEST) | (target >= _HIGHEST) & (said > _HIGHEST)] = 0
    times = np.exp(-0.5 * ((target - _MIDDLE) / _WIDTH) ** 2) + np.float32(_BASE)
    slope = (np.clip(error, -1, 1) * times / times.sum()).reshape(-1)
    back = slope[:, None] * weights["output"] * (hidden > 0)
    each = (back @ weights["taps"].T).reshape(n, within, _TAPS, _UNITS)
    before = np.zeros_like(features)
    for tap in range(_TAPS):
        before[:, tap : tap + within] += each[:, :, tap]
    before *= features > 0
    return {
        "mix": inputs.reshape(-1, inputs.shape[2]).T @ before.reshape(-1, _UNITS),
        "bias": before.sum(axis=(0, 1)),
        "taps": unfolded.T @ back,
        "hidden_bias": back.sum(axis=0),
        "output": slope @ hidden,
        "output_bias": slope.sum(keepdims=True),
    }


def _student(
    weights: _Weights, middle: FloatArray, spread: FloatArray, heads: int, mirna_length: int
) -> Student:
    """Return the student of inputs as they are, not centred and scaled."""
    from dmiso.engine.duplex.look import Student

    mix = (weights["mix"] / spread[:, None]).T
    split = heads * mirna_length
    return Student(
        helices=mix[:, :split].reshape(_UNITS, mirna_length, heads),
        bases=mix[:, split:].reshape(_UNITS, CONTEXT, 4),
        bias=(weights["bias"] - mix @ middle).astype(np.float32),
        taps=weights["taps"].reshape(_TAPS, _UNITS, _UNITS).transpose(2, 1, 0),
        hidden_bias=weights["hidden_bias"],
        output=weights["output"],
        output_bias=float(weights["output_bias"][0]),
    )
