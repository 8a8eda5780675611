"""Trains a student: gradient descent in numpy, with fixed seeds, and with the rounding to bytes it is computed with.

Half of a step's windows are around sites. From a fifth of the steps on those are drawn more often that the student
says least of (sites) or most of (others): what a first look lets pass is decided by the worst of its errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.scan.gate.lessons import MARGIN, REACH, SLACK
from dmiso.workers import Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.look import Student
    from dmiso.scan.gate.lessons import Lessons

    FloatArray = NDArray[np.float32]
    Weights = dict[str, FloatArray]
    Positions = NDArray[np.int64]

__all__ = ["Plan", "train_student"]

_TAPS: Final = 2 * REACH + 1
_TOP: Final = 8.0
"""Features are held between 0 and this while they are trained."""
_STEP: Final = 1e-2
"""The largest step of Adam (Kingma & Ba 2015); it rises to it and falls again (one cycle)."""
_RISE: Final = 0.2
_LEAST_SPREAD: Final = 4.0
"""Bytes: scores that hardly vary are divided by no less."""
_LOWEST, _HIGHEST = -5.0, 3.0
"""Logits from the cut between which it matters how high they are."""
_MIDDLE, _WIDTH, _BASE = -0.5, 1.5, 0.03
"""Where the loss looks most, relative to the cut, how far to either side, and how much it looks everywhere."""
_UNDER: Final = 4.0
"""How much more it costs to say too little than too much of an offset near the cut or above: what is uncertain is to be
said high."""
_UNDER_FROM: Final = -1.0
"""From which logit on, from the cut."""
_DROP: Final = 2.0
"""How far a peak may be said below another offset of its site: a scan lets 3 pass."""
_MINED_EVERY: Final = 1_000
_MINED: Final = 0.7
"""Share of windows drawn by how wrong they are."""
_TOLD_EVERY: Final = 100
_AT_ONCE: Final = 600
"""Windows of which a student is asked together."""


class Plan(NamedTuple):
    """How a student is trained."""

    units: int = 8
    steps: int = 6_000
    batch: int = 64
    seed: int = 0
    rounded_from: float = 0.4
    """Share of the steps after which weights and features are rounded."""


class _Pass(NamedTuple):
    """What a student computes of some windows, for the way back."""

    inputs: FloatArray  # (n * width, n_inputs)
    kept: NDArray[np.bool_]  # (n_inputs, units): weights of the mix that are not held to a byte's range
    open: NDArray[np.bool_]  # (n, width, units): features that are not held to theirs
    seen: FloatArray  # (n * within, units * taps)
    taps: FloatArray  # (units, units * taps), as used
    hidden: FloatArray  # (n * within, units), at least 0
    said: FloatArray  # (n, within)


def train_student(lessons: Lessons, mirna_length: int, scale: float, plan: Plan) -> Student:
    """Return a student whose logits are from the cut.

    Parameters
    ----------
    lessons
        What it learns from, around sites and others.
    mirna_length
        Of the network.
    scale
        Of its soft maximum.
    plan
        How.
    """
    training, work = _Training(lessons, scale, plan), Work("learning steps", plan.steps)
    for step in range(plan.steps):
        training.step(step)
        if not (step + 1) % _TOLD_EVERY:
            work.advance(_TOLD_EVERY)
    return training.student(mirna_length)


class _Training:
    def __init__(self, lessons: Lessons, scale: float, plan: Plan) -> None:
        self.lessons, self.plan, self.scale = lessons, plan, scale
        features = lessons.features
        sample = features[:: max(1, len(features) // 600)].reshape(-1, features.shape[2]).astype(np.float32)
        self.middle = sample.mean(axis=0)
        self.spread = np.sqrt(sample.var(axis=0) + np.float32(_LEAST_SPREAD**2))
        self.spread[-4 * CONTEXT :] = 0.5
        self.draw = np.random.default_rng(plan.seed)
        self.weights = _start(features.shape[2], plan.units, self.draw)
        self.means = [{name: np.zeros_like(x) for name, x in self.weights.items()} for _ in range(2)]
        every = np.arange(len(lessons.logits))
        kinds = every[lessons.logits >= 0], every[lessons.logits < 0]
        if not all(map(len, kinds)):  # with a cut above all or below: what there is
            kinds = every, every
        self.kinds = [(kind, np.linspace(0, 1, len(kind) + 1)[1:]) for kind in kinds]

    def step(self, step: int) -> None:
        """Take a step of gradient descent."""
        rounded = step >= self.plan.rounded_from * self.plan.steps
        if step % _MINED_EVERY == 0 and step >= _RISE * self.plan.steps:
            self._mine(rounded=rounded)
        half = self.plan.batch // 2
        which = np.concatenate(
            [kind[np.searchsorted(sums[:-1], self.draw.random(half) * sums[-1])] for kind, sums in self.kinds]
        )
        did = self.forward(self.lessons.features[which], rounded=rounded)
        slopes = loss_slopes(did.said, self.lessons.own[which, REACH:-REACH])
        slopes[:half] += dropped_slopes(did.said[:half])
        size = _STEP * _cycle(step / self.plan.steps)
        first, second = self.means
        for name, slope in self.backward(did, slopes).items():
            first[name] += np.float32(0.1) * (slope - first[name])
            second[name] += np.float32(0.001) * (slope * slope - second[name])
            mean = first[name] / np.float32(1 - 0.9 ** (step + 1))
            square = second[name] / np.float32(1 - 0.999 ** (step + 1))
            self.weights[name] -= np.float32(size) * mean / (np.sqrt(square) + np.float32(1e-8))

    def forward(self, features: NDArray[np.uint8], *, rounded: bool) -> _Pass:
        """Compute a student's logits of the inner offsets of windows, ``(n, width, n_inputs)``."""
        n, width, n_inputs = features.shape
        weights, inputs = self.weights, features.reshape(n * width, n_inputs).astype(np.float32)
        units = weights["mix"].shape[1]
        mix, taps = weights["mix"] / self.spread[:, None], weights["taps"]
        bias = weights["bias"] - self.middle @ mix
        kept = np.ones(mix.shape, np.bool_)
        if rounded:
            mix, kept = _mix_in_bytes(mix)
            taps = _rounded(taps, 127 / np.maximum(np.abs(taps).max(axis=(1, 2), keepdims=True), 1e-9))
        mixed = inputs @ mix + bias
        held = np.clip(mixed, 0, np.float32(_TOP))
        if rounded:
            held = _rounded(held, 255 / _TOP)
        # (n, within, units, taps): the features that each offset's convolution sees
        seen = np.lib.stride_tricks.sliding_window_view(held.reshape(n, width, units), _TAPS, axis=1)
        seen, flat = seen.reshape(-1, units * _TAPS), taps.reshape(units, -1)
        hidden = np.maximum(seen @ flat.T + weights["hidden_bias"], 0)
        said = (hidden @ weights["output"] + weights["output_bias"]).reshape(n, width - _TAPS + 1)
        is_open = ((mixed > 0) & (mixed < _TOP)).reshape(n, width, units)
        return _Pass(inputs, kept, is_open, seen, flat, hidden, said)

    def backward(self, did: _Pass, slopes: FloatArray) -> Weights:
        """Return the slopes of the weights of those of the logits, as if rounding had changed nothing."""
        n, within = slopes.shape
        units, flat = did.hidden.shape[1], slopes.reshape(-1)
        back = flat[:, None] * self.weights["output"] * (did.hidden > 0)
        each = (back @ did.taps).reshape(n, within, units, _TAPS)
        features = np.zeros(did.open.shape, np.float32)
        for tap in range(_TAPS):
            features[:, tap : tap + within] += each[..., tap]
        features *= did.open
        mixed = features.reshape(-1, units)
        bias = mixed.sum(axis=0)
        mix = (did.inputs.T @ mixed) * did.kept - np.outer(self.middle, bias)
        return {
            "mix": mix / self.spread[:, None],
            "bias": bias,
            "taps": (back.T @ did.seen).reshape(units, units, _TAPS),
            "hidden_bias": back.sum(axis=0),
            "output": did.hidden.T @ flat,
            "output_bias": flat.sum(keepdims=True),
        }

    def _mine(self, *, rounded: bool) -> None:
        """Draw windows more often that are said wrong."""
        sites, others = (self._pooled(kind, rounded=rounded) for kind, _ in self.kinds)
        wrong = (
            np.exp(np.clip(-np.minimum(sites, 0.5) / 0.25, -3, 6)),
            1 / (1 + np.exp(-(others + 1.2) / 0.3)),
        )
        self.kinds = [
            (kind, np.cumsum((1 - _MINED) / len(kind) + _MINED * own / own.sum()))
            for (kind, _), own in zip(self.kinds, wrong, strict=True)
        ]

    def _pooled(self, which: Positions, *, rounded: bool) -> NDArray[np.float64]:
        """Return what the student says of the sites of windows."""
        found = np.empty(len(which))
        for first in range(0, len(which), _AT_ONCE):
            part = self.lessons.features[which[first : first + _AT_ONCE]]
            said = self.forward(part, rounded=rounded).said[:, SLACK:-SLACK].astype(np.float64)
            top = said.max(axis=1)
            total = np.exp((said - top[:, None]) / self.scale).sum(axis=1)
            found[first : first + _AT_ONCE] = top + self.scale * np.log(total)
        return found

    def student(self, mirna_length: int) -> Student:
        """Return the student of scores as they are, with features of 1 at most."""
        from dmiso.engine.duplex.look import Student

        weights, units_of_score = self.weights, self.lessons.units
        mix = weights["mix"] / self.spread[:, None]
        bias = (weights["bias"] - self.middle @ mix) / np.float32(_TOP)
        mix = mix.T / np.float32(_TOP)
        units, heads = len(mix), len(units_of_score)
        helices = mix[:, : -4 * CONTEXT].reshape(units, -1, heads) * units_of_score
        missing = mirna_length - helices.shape[1]
        return Student(
            helices=np.pad(helices, ((0, 0), (0, missing), (0, 0))).astype(np.float32),
            bases=mix[:, -4 * CONTEXT :].reshape(units, CONTEXT, 4),
            bias=bias,
            taps=weights["taps"] * np.float32(_TOP),
            hidden_bias=weights["hidden_bias"],
            output=weights["output"],
            output_bias=float(weights["output_bias"][0]),
        )


def _start(n_inputs: int, units: int, draw: np.random.Generator) -> Weights:
    def uniform(*shape: int, n: int) -> FloatArray:
        values: FloatArray = (draw.uniform(-1, 1, shape) / np.sqrt(n)).astype(np.float32)
        return values

    return {
        "mix": uniform(n_inputs, units, n=n_inputs),
        "bias": np.zeros(units, np.float32),
        "taps": uniform(units, units, _TAPS, n=units * _TAPS),
        "hidden_bias": np.zeros(units, np.float32),
        "output": uniform(units, n=units),
        "output_bias": np.zeros(1, np.float32),
    }


def loss_slopes(said: FloatArray, own: FloatArray) -> FloatArray:
    """Return the slopes of the loss: Huber's, between said and the network's own logits, held to the same range.

    Where too little is said of an offset near the cut or above, it is the square, however large: the largest ones
    decide.
    """
    wanted = np.clip(own, _LOWEST, _HIGHEST)
    error = said - wanted
    times = np.exp(-0.5 * ((wanted - _MIDDLE) / _WIDTH) ** 2) + _BASE
    too_little = (error < 0) & (wanted > _UNDER_FROM)
    slopes = np.where(too_little, _UNDER * error, np.clip(error, -1, 1))
    slopes[(wanted <= _LOWEST) & (said < _LOWEST) | (wanted >= _HIGHEST) & (said > _HIGHEST)] = 0
    found: FloatArray = (times * slopes / times.sum()).astype(np.float32)
    return found


def dropped_slopes(said: FloatArray) -> FloatArray:
    """Return the slopes of the loss of sites of which another offset is said to be far above the peak.

    It is the mean square of what is above :data:`_DROP`.
    """
    rows, middle = np.arange(len(said)), said.shape[1] // 2
    assert said.shape[1] == 2 * (MARGIN - REACH) + 1
    top = said[:, SLACK:-SLACK].argmax(axis=1) + SLACK
    peak = said[:, middle - SLACK : middle + SLACK + 1].argmax(axis=1) + middle - SLACK
    above = np.maximum(said[rows, top] - said[rows, peak] - np.float32(_DROP), 0)
    slopes = np.zeros_like(said)
    slopes[rows, top] += 2 * above / len(said)
    slopes[rows, peak] -= 2 * above / len(said)
    return slopes


def _rounded(values: FloatArray, times: float | FloatArray) -> FloatArray:
    """Return values to whole multiples of ``1 / times``."""
    return (np.round(values * times) / times).astype(np.float32)


def _mix_in_bytes(mix: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Round weights as :class:`dmiso.engine.duplex.look.Looker` does, by whole bits; those of nucleotides are finer.

    Also tell which are not held to a byte's range.
    """
    helices = mix[: -4 * CONTEXT]
    scores = np.abs(helices).max(axis=0) / _TOP
    shifts = np.maximum(np.floor(np.log2(127 / (255 * np.maximum(scores, 1e-9)))), 0)
    times = 255 * np.exp2(shifts) / _TOP
    limit = 127 / times
    kept = np.ones(mix.shape, np.bool_)
    kept[: -4 * CONTEXT] = np.abs(helices) <= limit
    both = [_rounded(np.clip(helices, -limit, limit), times), mix[-4 * CONTEXT :]]
    return np.concatenate(both), kept


def _cycle(share: float) -> float:
    """Return which share of the largest step to take: a fifth of the way up, the rest down, both as cosines."""
    phase = share / _RISE if share < _RISE else 1 + (share - _RISE) / (1 - _RISE)
    return float(0.5 - 0.499 * np.cos(np.pi * phase))
