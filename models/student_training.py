"""Trains the students that are bundled: in torch, with the rounding to bytes that they will be computed with.

Half of a step's windows are around sites. From a fifth of the steps on those are drawn more often that the student
says least of (sites) or most of (others): what a first look lets pass is decided by the worst of its errors.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch

from dmiso.engine.duplex.look import Student
from dmiso.networks.duplex_shapes import CONTEXT
from student_lessons import DISTANCE, REACH

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from student_lessons import Windows

__all__ = ["Plan", "train_student"]

TAPS: Final = 2 * REACH + 1
TOP: Final = 8.0
"""Features are held between 0 and this while they are trained."""
STEP: Final = 1e-2
"""The largest step of Adam; it rises to it and falls again (one cycle)."""
RISE: Final = 0.2
LEAST_SPREAD: Final = 4.0
"""Bytes: scores that hardly vary are divided by no less."""
LOWEST, HIGHEST = -5.0, 3.0
"""Logits from the cut between which it matters how high they are."""
MIDDLE, WIDTH, BASE = -0.5, 1.5, 0.03
"""Where the loss looks most, relative to the cut, how far to either side, and how much it looks everywhere."""
UNDER: Final = 4.0
"""How much more it costs to say too little than too much of an offset near the cut or above: what is uncertain is to be
said high."""
DROP: Final = 2.0
"""How far a peak may be said below another offset of its site: a scan lets 3 pass."""
MINED_EVERY: Final = 1_000
MINED: Final = 0.7
"""Share of windows drawn by how wrong they are."""


class Plan(NamedTuple):
    """How a student is trained."""

    units: int = 8
    steps: int = 6_000
    batch: int = 64
    seed: int = 0
    rounded_from: float = 0.4
    """Share of the steps after which weights and features are rounded."""


def train_student(
    windows: Windows, units_of_score: NDArray[np.float64], mirna_length: int, scale: float, plan: Plan
) -> Student:
    """Return a student whose logits are from the cut.

    Parameters
    ----------
    windows
        What it learns from.
    units_of_score
        Units of a byte that a score of 1 is, by head.
    mirna_length
        Of the network.
    scale
        Of its soft maximum.
    plan
        How.
    """
    training = _Training(windows, scale, plan)
    for step in range(plan.steps):
        training.step(step)
    return training.student(units_of_score, mirna_length)


class _Training:
    def __init__(self, windows: Windows, scale: float, plan: Plan) -> None:
        self.plan, self.scale = plan, scale
        self.features, self.own = torch.from_numpy(windows.features), torch.from_numpy(windows.own)
        sample = self.features[:: max(1, len(self.features) // 600)].reshape(-1, self.features.shape[2])
        self.middle = sample.float().mean(0)
        self.spread = torch.sqrt(sample.float().var(0) + LEAST_SPREAD**2)
        self.spread[-4 * CONTEXT :] = 0.5
        self.weights = self._start()
        self.adam = torch.optim.Adam(list(self.weights.values()), lr=STEP)
        self.draw = np.random.default_rng(plan.seed)
        kinds = np.flatnonzero(windows.logits >= 0), np.flatnonzero(windows.logits < 0)
        self.kinds = [(kind, np.linspace(0, 1, len(kind) + 1)[1:]) for kind in kinds]

    def _start(self) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(self.plan.seed)
        n, units = self.features.shape[2], self.plan.units

        def uniform(*shape: int, n_inputs: int) -> Tensor:
            return (torch.rand(*shape, generator=generator) * 2 - 1) / math.sqrt(n_inputs)

        values = {
            "mix": uniform(n, units, n_inputs=n),
            "bias": torch.zeros(units),
            "taps": uniform(units, units, TAPS, n_inputs=units * TAPS),
            "hidden_bias": torch.zeros(units),
            "output": uniform(units, n_inputs=units),
            "output_bias": torch.zeros(1),
        }
        return {name: value.requires_grad_() for name, value in values.items()}

    def said(self, which: NDArray[np.int64], *, rounded: bool) -> Tensor:
        """Return a student's logits of the inner offsets of some windows."""
        inputs = self.features[torch.from_numpy(which)].float()
        n, width, n_inputs = inputs.shape
        weights = self.weights
        mix, taps = weights["mix"] / self.spread[:, None], weights["taps"]
        bias = weights["bias"] - self.middle @ mix
        if rounded:
            mix, taps = _mix_in_bytes(mix), _taps_in_bytes(taps)
        features = torch.addmm(bias, inputs.reshape(n * width, n_inputs), mix).clamp(0, TOP)
        if rounded:
            features = _rounded(features, torch.tensor(255 / TOP))
        units = features.shape[1]
        seen = features.reshape(n, width, units).unfold(1, TAPS, 1).reshape(-1, units * TAPS)
        hidden = torch.relu(torch.addmm(weights["hidden_bias"], seen, taps.reshape(units, -1).T))
        return (hidden @ weights["output"] + weights["output_bias"]).reshape(n, width - TAPS + 1)

    def step(self, step: int) -> None:
        """Take a step of gradient descent."""
        rounded = step >= self.plan.rounded_from * self.plan.steps
        if step % MINED_EVERY == 0 and step >= RISE * self.plan.steps:
            self._mine(rounded=rounded)
        half = self.plan.batch // 2
        which = np.concatenate(
            [kind[np.searchsorted(sums, self.draw.random(half) * sums[-1])] for kind, sums in self.kinds]
        )
        said = self.said(which, rounded=rounded)
        loss = _loss(said, self.own[torch.from_numpy(which)][:, REACH:-REACH]) + _dropped(said[:half])
        for group in self.adam.param_groups:
            group["lr"] = STEP * _cycle(step / self.plan.steps)
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.adam.step()

    def _mine(self, *, rounded: bool) -> None:
        """Draw windows more often that are said wrong."""
        sites, others = (
            np.concatenate([self._pooled(part, rounded=rounded) for part in np.array_split(kind, 200)])
            for kind, _ in self.kinds
        )
        wrong = (
            np.exp(np.clip(-np.minimum(sites, 0.5) / 0.25, -3, 6)),
            1 / (1 + np.exp(-(others + 1.2) / 0.3)),
        )
        self.kinds = [
            (kind, np.cumsum((1 - MINED) / len(kind) + MINED * own / own.sum()))
            for (kind, _), own in zip(self.kinds, wrong, strict=True)
        ]

    def _pooled(self, which: NDArray[np.int64], *, rounded: bool) -> NDArray[np.float64]:
        with torch.no_grad():
            said = self.said(which, rounded=rounded)[:, 2:-2].double()
            assert said.shape[1] == 2 * DISTANCE + 1
            pooled: NDArray[np.float64] = (self.scale * torch.logsumexp(said / self.scale, 1)).numpy()
            return pooled

    def student(self, units_of_score: NDArray[np.float64], mirna_length: int) -> Student:
        """Return the student of scores as they are, with features of 1 at most."""
        weights: dict[str, Any] = {name: value.detach().numpy() for name, value in self.weights.items()}
        mix = weights["mix"] / self.spread.numpy()[:, None]
        bias = (weights["bias"] - self.middle.numpy() @ mix) / TOP
        mix = mix.T / np.float32(TOP)
        units, heads = len(mix), len(units_of_score)
        helices = mix[:, : -4 * CONTEXT].reshape(units, -1, heads) * units_of_score
        return Student(
            helices=np.pad(helices, ((0, 0), (0, mirna_length - helices.shape[1]), (0, 0))).astype(
                np.float32
            ),
            bases=mix[:, -4 * CONTEXT :].reshape(units, CONTEXT, 4),
            bias=bias,
            taps=weights["taps"] * np.float32(TOP),
            hidden_bias=weights["hidden_bias"],
            output=weights["output"],
            output_bias=float(weights["output_bias"][0]),
        )


def _loss(said: Tensor, own: Tensor) -> Tensor:
    """Return Huber's loss between said and the network's own logits, held to the same range."""
    wanted = own.clamp(LOWEST, HIGHEST)
    error = said - wanted
    beyond = (wanted <= LOWEST) & (said < LOWEST) | (wanted >= HIGHEST) & (said > HIGHEST)
    times = torch.exp(-0.5 * ((wanted - MIDDLE) / WIDTH) ** 2) + BASE
    too_little = (error < 0) & (wanted > -1)
    # squared, however large it is: the largest ones decide
    each = torch.where(
        too_little, UNDER / 2 * error**2, torch.nn.functional.huber_loss(said, wanted, reduction="none")
    )
    each = torch.where(beyond, 0.0, each)
    return (times * each).sum() / times.sum()


def _dropped(said: Tensor) -> Tensor:
    """Return the loss of sites of which another offset is said to be far above the peak."""
    middle = said.shape[1] // 2
    above = said[:, 2:-2].amax(1) - said[:, middle - 2 : middle + 3].amax(1)
    return (torch.relu(above - DROP) ** 2).mean()


def _rounded(values: Tensor, times: Tensor) -> Tensor:
    """Return values to whole multiples of ``1 / times``, as if that had not changed them for gradients."""
    return values + (torch.round(values * times) / times - values).detach()


def _mix_in_bytes(mix: Tensor) -> Tensor:
    """Round weights as :class:`dmiso.engine.duplex.look.Looker` does, by whole bits; those of nucleotides are finer."""
    scores = mix[: -4 * CONTEXT].detach().abs().amax(0) / TOP
    shifts = torch.floor(torch.log2(127 / (255 * scores.clamp(min=1e-9)))).clamp(min=0)
    times = 255 * torch.exp2(shifts) / TOP
    limit = 127 / times
    helices = torch.minimum(torch.maximum(mix[: -4 * CONTEXT], -limit), limit)
    return torch.cat([_rounded(helices, times), mix[-4 * CONTEXT :]])


def _taps_in_bytes(taps: Tensor) -> Tensor:
    return _rounded(taps, 127 / taps.detach().abs().amax((1, 2), keepdim=True).clamp(min=1e-9))


def _cycle(share: float) -> float:
    """Return which share of the largest step to take: a fifth of the way up, the rest down, both as cosines."""
    phase = share / RISE if share < RISE else 1 + (share - RISE) / (1 - RISE)
    return 0.5 - 0.499 * math.cos(math.pi * phase)
