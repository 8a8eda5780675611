"""What training asks of a network's torch module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Network", "NetworkBySource"]


class Network(Protocol):
    """A ``torch.nn.Module`` that can be trained.

    It may have ``l1_penalty()``, a scalar that is added to the loss of each batch, and layers of class
    ``torch.nn.Dropout``, whose rates training scales.
    """

    def forward(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logit of each pair.

        Parameters
        ----------
        mirna
            One-hot nucleotides in the order A U C G, ``(n_pairs, mirna_length, 4)``, float32; a quarter of each for N
            and for what fills up a shorter miRNA at its 3' end, see :func:`dmiso.encode.one_hot`.
        target
            The same of the targets, ``(n_pairs, target_length, 4)``.

        Returns
        -------
        torch.Tensor
            Log odds of a site, before calibration, ``(n_pairs,)``.
        """


class NetworkBySource(Network, Protocol):
    """A network that has an output for each source of pairs while it is trained, and one when it is kept."""

    def by_output(self, mirna: Tensor, target: Tensor) -> Tensor:
        """Return the logit of each pair at each output, ``(n_pairs, n_outputs)``."""

    def split_output(self, n: int) -> None:
        """Give the network ``n`` outputs, copies of the one that it has."""

    def keep_output(self, number: int) -> None:
        """Leave one output, counted from 0."""

    def merge_outputs(self) -> None:
        """Leave one output, the mean of all."""
