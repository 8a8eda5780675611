"""The published network, layer for layer as its Keras architecture file has it.

Source: Talukder, Zhang, Li & Hu (2022), "Deep learning model", and the authors' ``model_top.json`` (Keras 2.3.1),
which is what ran where text and file differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from dmiso.networks.dmiso_shapes import CHANNELS, DENSE_UNITS, KERNEL, NORM_EPSILON, POOL, STEPS

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DmisoNetwork"]

_KERAS_MOMENTUM = 0.99


class DmisoNetwork(nn.Module):
    """Convolutions of miRNA and target, a bidirectional LSTM over both, two dense layers.

    Per branch: convolution 10 kernels of 8 (valid), ReLU, max-pooling 4 with stride 1. The branches are joined
    along the length, miRNA first (20 + 50 = 70 steps). Then BatchNorm, dropout 0.25, LSTM with 10 units per direction
    and all steps, BatchNorm, dropout 0.5, flattening (step-major, 1400), dense 100, BatchNorm, ReLU, dropout 0.5,
    dense 1, BatchNorm; the sigmoid is left to the caller. Weights start as Keras starts them.

    Parameters
    ----------
    l1
        Coefficient of :meth:`l1_penalty`.

    Examples
    --------
    >>> import torch
    >>> network = DmisoNetwork().eval()
    >>> network(torch.zeros(2, 30, 4), torch.zeros(2, 60, 4)).shape
    torch.Size([2])
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__()
        self.l1 = l1
        self.mirna_convolution = nn.Conv1d(4, CHANNELS, KERNEL)
        self.target_convolution = nn.Conv1d(4, CHANNELS, KERNEL)
        self.merged_norm = _norm(CHANNELS)
        self.merged_dropout = nn.Dropout(0.25)
        self.recurrent = nn.LSTM(CHANNELS, CHANNELS, batch_first=True, bidirectional=True)
        self.recurrent_norm = _norm(2 * CHANNELS)
        self.recurrent_dropout = nn.Dropout(0.5)
        self.dense = nn.Linear(2 * CHANNELS * STEPS, DENSE_UNITS)
        self.dense_norm = _norm(DENSE_UNITS)
        self.dense_dropout = nn.Dropout(0.5)
        self.output = nn.Linear(DENSE_UNITS, 1)
        self.output_norm = _norm(1)
        self._initialise()

    def forward(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logit of each pair.

        Parameters
        ----------
        mirna
            One-hot miRNA nucleotides, ``(n_pairs, 30, 4)``, see :func:`dmiso.encode.one_hot`.
        target
            One-hot target nucleotides, ``(n_pairs, 60, 4)``.

        Returns
        -------
        torch.Tensor
            The output of the last BatchNorm, ``(n_pairs,)``.
        """
        merged = torch.cat(
            [_branch(self.mirna_convolution, mirna), _branch(self.target_convolution, target)], dim=2
        )
        merged = self.merged_dropout(self.merged_norm(merged))
        states, _ = self.recurrent(merged.transpose(1, 2))
        states = self.recurrent_norm(states.transpose(1, 2)).transpose(1, 2)
        hidden = self.dense_norm(self.dense(self.recurrent_dropout(states).flatten(1)))
        logit = self.output_norm(self.output(self.dense_dropout(torch.relu(hidden))))
        return cast("Tensor", logit[:, 0])

    def l1_penalty(self) -> Tensor:
        """Return ``l1`` times the sum of absolute weights of both convolutions and the first dense layer.

        Returns
        -------
        torch.Tensor
            A scalar, to be added to the loss of each batch as Keras does.
        """
        kernels = (self.mirna_convolution.weight, self.target_convolution.weight, self.dense.weight)
        return self.l1 * torch.stack([kernel.abs().sum() for kernel in kernels]).sum()

    def _initialise(self) -> None:
        for layer in (self.mirna_convolution, self.target_convolution, self.dense, self.output):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(cast("nn.Parameter", layer.bias))
        for name, weights in self.recurrent.named_parameters():
            if name.startswith("weight_ih"):
                nn.init.xavier_uniform_(weights)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(weights)
            else:
                nn.init.zeros_(weights)
            if name.startswith("bias_ih"):  # gates are input, forget, cell, output: forget starts open
                nn.init.ones_(weights[CHANNELS : 2 * CHANNELS])
            elif name.startswith("bias_hh"):  # Keras has one bias: two would learn at twice the rate
                weights.requires_grad = False


def _norm(size: int) -> nn.BatchNorm1d:
    return nn.BatchNorm1d(size, eps=NORM_EPSILON, momentum=1 - _KERAS_MOMENTUM)


def _branch(convolution: nn.Conv1d, bases: Tensor) -> Tensor:
    features = torch.relu(convolution(bases.transpose(1, 2)))
    return nn.functional.max_pool1d(features, POOL, stride=1)
