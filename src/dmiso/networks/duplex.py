"""The duplex network: learnt helices of a miRNA on a target, read along the target by a convolution.

First the duplex recursion (:mod:`dmiso.networks.helices`): for every miRNA position opposite every target position,
a few heads hold the score of the best helix ending there, stacked pair by stacked pair, bulges allowed. All pairs of
an antiparallel diagonal (offset o: miRNA position i opposite target position ``o - i``) are mixed into the features
of the offset; residual convolutions over offsets then see neighbouring diagonals and the target around. Each offset
gets a logit, and a pair's logit is their soft maximum. Everything is convolutional along the target, so positions of
a long target mean the same as those of a window, and unknown nucleotides (N) act as the end of the target.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from dmiso.alphabet import NUCLEOTIDES, WATSON_CRICK, WOBBLES
from dmiso.networks.duplex_shapes import (
    CONTEXT,
    DEFAULTS,
    DILATIONS,
    FORBIDDEN,
    KERNEL,
    NORM_EPSILON,
    NOTHING,
)
from dmiso.networks.helix_layer import best_helices

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DuplexNetwork"]

_FIRST_SPREAD = 0.1
"""Standard deviation of the first scores of pairs and stacks."""

_FIRST_PAIRS = {**dict.fromkeys(WATSON_CRICK, 0.4), **dict.fromkeys(WOBBLES, -0.08)}
"""First scores of a pair: helices exist from the first step on, so every head has a gradient."""
_FIRST_MISMATCH = -0.4

_OFFSETS = 89
"""Offsets of a 60-nucleotide target and a 30-nucleotide miRNA: the first shift makes their soft maximum 0."""


class DuplexNetwork(nn.Module):
    """Helices by head, residual blocks over offsets, one logit per offset, a soft maximum.

    Parameters
    ----------
    channels
        Features per offset.
    blocks
        Residual blocks: BatchNorm, ReLU, convolution of 5 (dilation 1, 2, 3), BatchNorm, ReLU, dropout, mixing.
    heads
        Helix scores per pair of positions.
    dropout
        Rate inside the blocks.
    mirna_length
        Nucleotides of the miRNA input.

    Examples
    --------
    >>> import torch
    >>> network = DuplexNetwork(channels=8).eval()
    >>> network(torch.zeros(2, 30, 4), torch.zeros(2, 60, 4)).shape
    torch.Size([2])
    """

    def __init__(
        self,
        channels: int = DEFAULTS["channels"],
        blocks: int = DEFAULTS["blocks"],
        heads: int = DEFAULTS["heads"],
        dropout: float = DEFAULTS["dropout"],
        mirna_length: int = DEFAULTS["mirna_length"],
    ) -> None:
        super().__init__()
        self.stack_score = nn.Parameter(torch.randn(4, 4, 4, 4, heads) * _FIRST_SPREAD)
        self.pair_score = nn.Parameter(
            _first_pairs() + torch.randn(mirna_length, 4, 4, heads) * _FIRST_SPREAD
        )
        self.bulge = nn.Parameter(1 + torch.rand(2, heads))
        self.mix = nn.Linear(mirna_length * heads, channels)
        self.context = nn.Conv1d(4, channels, CONTEXT, padding=CONTEXT // 2, bias=False)
        self.blocks = nn.ModuleList(
            _Block(channels, DILATIONS[number % len(DILATIONS)], dropout) for number in range(blocks)
        )
        self.norm = nn.BatchNorm1d(channels, eps=NORM_EPSILON)
        self.output = nn.Conv1d(channels, 1, 1)
        self.scale = nn.Parameter(torch.ones(1))
        self.shift = nn.Parameter(torch.full((1,), -math.log(_OFFSETS)))

    def forward(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logit of each pair.

        Parameters
        ----------
        mirna
            Nucleotides, ``(n_pairs, mirna_length, 4)``, see :func:`dmiso.encode.one_hot`; N pairs with nothing.
        target
            Nucleotides, ``(n_pairs, target_length, 4)``, any length.

        Returns
        -------
        torch.Tensor
            ``(n_pairs,)``.
        """
        return self.by_output(mirna, target)[:, 0]

    def by_output(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logits of every output, ``(n_pairs, n_outputs)``; there is one but in training by source."""
        positions = self._positions(mirna, target)
        empty = (positions == NOTHING).all(2)
        return torch.logsumexp(positions, 2).masked_fill(empty, NOTHING) * self.scale + self.shift

    def split_output(self, n: int) -> None:
        """Give the network ``n`` outputs, copies of the one that it has, for training by source."""
        for tensor in self._of_output():
            tensor.data = tensor.data.repeat_interleave(n, 0)

    def keep_output(self, number: int) -> None:
        """Leave one output."""
        for tensor in self._of_output():
            tensor.data = tensor.data[number : number + 1]

    def merge_outputs(self) -> None:
        """Leave one output, the mean of all."""
        for tensor in self._of_output():
            tensor.data = tensor.data.mean(0, keepdim=True)

    def _of_output(self) -> tuple[Tensor, ...]:
        """Return the tensors that have a row for each output."""
        return self.output.weight, cast("Tensor", self.output.bias), self.scale, self.shift

    def positions(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logit of each offset, ``(n_pairs, target_length + mirna_length - 1)``.

        At offset o, miRNA position i (from 0) lies opposite target position ``o - i``. Offsets at which no known
        nucleotide faces another have :data:`~dmiso.networks.duplex_shapes.NOTHING`.
        """
        return self._positions(mirna, target)[:, 0]

    def _positions(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logits of every output at each offset, ``(n_pairs, n_outputs, offsets)``."""
        mirna, target = (mirna == 1).to(mirna.dtype), (target == 1).to(target.dtype)
        length = mirna.shape[1]
        helices = best_helices(self.steps(mirna), target, self.bulge)  # (n, offsets, mirna_length, heads)
        x = self.mix(helices.flatten(2)).transpose(1, 2)  # (n, channels, offsets)
        # nothing beyond the ends, nor where N hides them: flanks of N are like no flanks
        context = (
            self.context(target.transpose(1, 2)) * target.sum(2)[:, None]
        )  # (n, channels, target_length)
        x = x + nn.functional.pad(context, (0, length - 1))
        faced = _faced(mirna, target)[:, None]  # (n, 1, offsets)
        inside = faced.to(x.dtype)
        for block in self.blocks:
            x = x + block(x, inside)
        return cast("Tensor", self.output(torch.relu(self.norm(x))).masked_fill(~faced, NOTHING))

    def steps(self, mirna: Tensor) -> Tensor:
        """Return what each step of a helix scores, ``(n_mirnas, mirna_length, 25, heads)``.

        The third axis is :func:`dmiso.networks.helices.pair_codes` of the target. A miRNA nucleotide opposite an
        unknown one, or an unknown miRNA nucleotide, ends all helices.
        """
        n, length, heads = *mirna.shape[:2], self.bulge.shape[1]
        before = nn.functional.pad(mirna[:, :-1], (0, 0, 1, 0))
        neighbours = (before[..., :, None] * mirna[..., None, :]).reshape(n * length, 16)
        # target nucleotides: next one and own, N last; a stack with an unknown neighbour scores nothing
        stacks = nn.functional.pad(self.stack_score, (0, 0, 0, 1, 0, 1)).reshape(16, -1)
        pairs = nn.functional.pad(self.pair_score, (0, 0, 0, 1))[:, :, None].expand(-1, -1, 5, -1, -1)
        steps = (neighbours @ stacks).reshape(n, length, -1)
        steps = steps + torch.bmm(mirna.transpose(0, 1), pairs.reshape(length, 4, -1)).transpose(0, 1)
        ends = steps.new_zeros(5, 5, heads)
        ends[:, 4] = FORBIDDEN
        unknown = 1 - mirna.sum(2, keepdim=True)
        return (steps + ends.flatten() + FORBIDDEN * unknown).reshape(n, length, 25, heads)


class _Block(nn.Module):
    """What a residual block adds to the features of each offset, ``(n, channels, offsets)``."""

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm_in = nn.BatchNorm1d(channels, eps=NORM_EPSILON)
        self.convolution = nn.Conv1d(
            channels, channels, KERNEL, padding=KERNEL // 2 * dilation, dilation=dilation
        )
        self.norm_out = nn.BatchNorm1d(channels, eps=NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        """Return the addition; offsets outside are zeros to the convolution, like its padding."""
        hidden = self.norm_out(self.convolution(torch.relu(self.norm_in(x)) * inside))
        return cast("Tensor", self.mix(self.dropout(torch.relu(hidden))))


def _first_pairs() -> Tensor:
    """Return the first score of each miRNA base with each target base, ``(4, 4, 1)``."""
    scores = torch.full((4, 4, 1), _FIRST_MISMATCH)
    for pair, score in _FIRST_PAIRS.items():
        scores[NUCLEOTIDES.index(pair[0]), NUCLEOTIDES.index(pair[1])] = score
    return scores


def _faced(mirna: Tensor, target: Tensor) -> Tensor:
    """Return at which offsets a known miRNA nucleotide lies opposite a known target nucleotide, ``(n, offsets)``."""
    length = mirna.shape[1]
    known = nn.functional.pad(target.sum(2), (length - 1, length - 1))
    facing = known.unfold(1, length, 1).flip(2)  # (n, offsets, length): [o, i] = known[o - i]
    return torch.bmm(facing, mirna.sum(2, keepdim=True))[..., 0] > 0
