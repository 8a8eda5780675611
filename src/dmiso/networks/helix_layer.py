"""The duplex recursion as a torch function: numba loops on a CPU, torch operations on a GPU, equal results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import nn

from dmiso.encode import N_CODE
from dmiso.networks.helix_kernels import helices, helices_gradient

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["best_helices", "best_helices_by_operations"]


def best_helices(steps: Tensor, target: Tensor, bulge: Tensor) -> Tensor:
    """Return the best helix scores by offset, see :mod:`dmiso.networks.helices`.

    Parameters
    ----------
    steps
        ``(n_pairs, mirna_length, 25, heads)``.
    target
        Nucleotides, ``(n_pairs, target_length, 4)``, rows of zeros for N.
    bulge
        ``(2, heads)``.

    Returns
    -------
    torch.Tensor
        ``(n_pairs, offsets, mirna_length, heads)``.
    """
    base = torch.where(target.sum(2) > 0, target.argmax(2), N_CODE)
    following = nn.functional.pad(base[:, 1:], (0, 1), value=N_CODE)
    codes = following * (N_CODE + 1) + base
    if steps.is_cuda:
        return best_helices_by_operations(steps, codes, bulge)
    loops = cast("Any", _Helices)
    return cast("Tensor", loops.apply(steps.float(), codes, bulge.float()))


def best_helices_by_operations(steps: Tensor, codes: Tensor, bulge: Tensor) -> Tensor:
    """Compute the same with torch operations, on any device.

    Parameters
    ----------
    steps, bulge
        As in :func:`best_helices`.
    codes
        ``(n_pairs, target_length)``, see :func:`dmiso.networks.helices.pair_codes`.
    """
    _, length, _, heads = steps.shape
    size = codes.shape[1]
    index = codes[..., None].expand(-1, -1, heads)
    before = steps.new_zeros(len(codes), size + 2, heads)
    rows = []
    for i in range(length):
        top = torch.maximum(before[:, 1 : 1 + size], before[:, :size] - bulge[0])
        top = torch.maximum(top, before[:, 2 : 2 + size] - bulge[1])
        here = torch.relu(top + torch.gather(steps[:, i], 1, index))
        rows.append(nn.functional.pad(here, (0, 0, i, length - 1 - i)))
        before = nn.functional.pad(here, (0, 0, 0, 2))
    return torch.stack(rows, 2)


class _Helices(torch.autograd.Function):
    """The loops of :mod:`dmiso.networks.helices`, on a CPU."""

    @staticmethod
    def forward(ctx: Any, steps: Tensor, codes: Tensor, bulge: Tensor) -> Tensor:
        n, length, _, heads = steps.shape
        size = codes.shape[1]
        pairs = codes.numpy().astype(np.uint8)
        best = np.empty((n, size + length - 1, length, heads), np.float32)
        choice = np.empty((n if any(ctx.needs_input_grad) else 0, length, size, heads), np.uint8)
        helices(steps.detach().contiguous().numpy(), pairs, bulge.detach().numpy(), best, choice)
        ctx.pairs, ctx.choice, ctx.shapes = pairs, choice, (steps.shape, bulge.shape)
        return torch.from_numpy(best)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, Tensor]:
        steps, bulge = (np.zeros(shape, np.float32) for shape in ctx.shapes)
        gradient = gradients[0].contiguous().numpy()
        helices_gradient(gradient, ctx.pairs, ctx.choice, steps, bulge)
        return torch.from_numpy(steps), None, torch.from_numpy(bulge)
