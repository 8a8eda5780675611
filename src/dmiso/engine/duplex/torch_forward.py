"""The duplex network's forward pass in torch operations, for many rows at once, on any device.

A row is a miRNA on a stretch of nucleotides. Columns (offsets) are the first axis and rows the second, so that a step
along the target is a view: the recursion is a loop over miRNA positions, each over all columns, rows and heads. The
residual blocks are convolutions over ``(1, channels, columns, rows)`` with channels last in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from dmiso.encode import N_CODE
from dmiso.networks.duplex_shapes import CONTEXT, KERNEL, NOTHING

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from dmiso.engine.duplex.fold import DuplexWeights

    Codes = NDArray[np.uint8]

__all__ = ["Stretch", "TorchBlock", "TorchWeights", "forward", "steps_of"]


class TorchBlock(NamedTuple):
    """A residual block, see :class:`dmiso.engine.duplex.fold.BlockWeights`."""

    scale: Tensor
    shift: Tensor
    taps: Tensor
    """``(channels out, channels in, KERNEL, 1)``."""
    bias: Tensor
    mix: Tensor
    """``(channels out, channels in)``."""
    mix_bias: Tensor
    dilation: int


class TorchWeights(NamedTuple):
    """The folded weights on a device, in one precision; see :class:`dmiso.engine.duplex.fold.DuplexWeights`."""

    bulge: Tensor
    mix: Tensor
    """``(channels, mirna_length * heads)``."""
    mix_bias: Tensor
    context: Tensor
    """``(channels, 4, CONTEXT)``."""
    blocks: tuple[TorchBlock, ...]
    scale: Tensor
    shift: Tensor
    output: Tensor
    """``(1, channels)``."""
    output_bias: Tensor

    @classmethod
    def of(cls, folded: DuplexWeights, device: torch.device, dtype: torch.dtype) -> TorchWeights:
        """Copy folded weights to a device."""

        def put(array: NDArray[np.float32]) -> Tensor:
            return torch.from_numpy(np.array(array, np.float32)).to(device, dtype)

        blocks = tuple(
            TorchBlock(
                put(block.scale),
                put(block.shift),
                put(block.taps.transpose(2, 1, 0)[..., None]).contiguous(memory_format=torch.channels_last),
                put(block.bias),
                put(block.mix.T),
                put(block.mix_bias),
                block.dilation,
            )
            for block in folded.blocks
        )
        return cls(
            bulge=put(folded.bulge),
            mix=put(folded.mix.T),
            mix_bias=put(folded.mix_bias),
            context=put(folded.context.reshape(CONTEXT, 4, -1).transpose(2, 1, 0)),
            blocks=blocks,
            scale=put(folded.scale),
            shift=put(folded.shift),
            output=put(folded.output[None]),
            output_bias=put(np.atleast_1d(folded.output_bias)),
        )


class Stretch(NamedTuple):
    """Nucleotides under columns: the first is ``length - 1`` before column 0, the last ``length + 1`` beyond the last.

    ``length`` is the number of positions that the steps have. Either one stretch serves all rows, ``(n_bases,)``, or
    each row has its own, ``(n_bases, n_rows)``.
    """

    bases: Tensor
    """Codes, int64."""
    is_known: bool
    """Whether every nucleotide under a column is known: then no column has to be looked at for facing nothing."""


def steps_of(folded: DuplexWeights, mirna_codes: Codes) -> NDArray[np.float32]:
    """Return what each step of a helix scores, ``(length, PAIR_CODES, n_mirnas, heads)``.

    Parameters
    ----------
    folded
        Weights.
    mirna_codes
        ``(n_mirnas, length)``, cut to the positions that one of them has.
    """
    before = np.full_like(mirna_codes, N_CODE)
    before[:, 1:] = mirna_codes[:, :-1]
    position = np.arange(mirna_codes.shape[1])
    steps = folded.stacks[before, mirna_codes] + folded.pairs[position, mirna_codes]
    return np.ascontiguousarray(steps.transpose(1, 2, 0, 3))


def forward(weights: TorchWeights, steps: Tensor, known: Tensor, stretch: Stretch) -> Tensor:
    """Return the logits of columns of rows.

    Parameters
    ----------
    weights
        On the device of the others.
    steps
        ``(length, PAIR_CODES, n_rows, heads)``, in the weights' precision.
    known
        ``(length, n_rows)``, which positions of each row's miRNA are known nucleotides.
    stretch
        The nucleotides.

    Returns
    -------
    torch.Tensor
        ``(columns, n_rows)``, float32; -1000 where no known nucleotide faces another. Columns at both ends lack what
        the convolutions see beyond them.
    """
    length, _, n_rows, heads = steps.shape
    columns = len(stretch.bases) - 2 * length
    best = _helices(weights, steps, stretch, columns)
    x = functional.linear(
        best.view(columns, n_rows, length * heads), weights.mix[:, : length * heads], weights.mix_bias
    )
    del best
    x += _context(weights, stretch.bases, length, columns)
    faced = None if stretch.is_known else _faced(known, stretch.bases < N_CODE, columns)
    for block in weights.blocks:
        hidden = torch.relu_(torch.addcmul(block.shift, x, block.scale))
        if faced is not None:
            hidden *= faced[..., None]
        # (1, channels, columns, rows) as a view: memory stays channels last
        hidden = functional.conv2d(
            hidden.permute(2, 0, 1)[None],
            block.taps,
            block.bias,
            padding=(KERNEL // 2 * block.dilation, 0),
            dilation=(block.dilation, 1),
        )
        hidden = torch.relu_(hidden)[0].permute(1, 2, 0)
        x += functional.linear(hidden, block.mix, block.mix_bias)
    hidden = torch.relu_(torch.addcmul(weights.shift, x, weights.scale))
    logits = functional.linear(hidden, weights.output, weights.output_bias)[..., 0].float()
    return logits if faced is None else logits.masked_fill(~faced, NOTHING)


def _helices(weights: TorchWeights, steps: Tensor, stretch: Stretch, columns: int) -> Tensor:
    """Return the best helix scores, ``(columns, n_rows, length, heads)``; see :mod:`dmiso.networks.helices`."""
    length, _, n_rows, heads = steps.shape
    bases = stretch.bases
    following = torch.cat([bases[1:], torch.full_like(bases[:1], N_CODE)])
    pairs = following * (N_CODE + 1) + bases
    best = steps.new_empty(columns, n_rows, length, heads)
    miss, skip = weights.bulge[0], weights.bulge[1]
    before = steps.new_empty(0)
    for i in range(length):
        n = len(pairs) - 2 * i
        if pairs.dim() == 1:
            here = steps[i].index_select(0, pairs[:n])
        else:
            here = steps[i].gather(0, pairs[:n, :, None].expand(n, n_rows, heads))
        if i:
            # stacked on the pair before, or past an unpaired miRNA base, or past an unpaired target base
            top = torch.maximum(before[1 : n + 1], before[:n] - miss)
            here += torch.maximum(top, before[2 : n + 2] - skip, out=top)
        before = torch.relu_(here)
        # position i on the nucleotide i before a column's own
        best[:, :, i] = before[length - 1 - i : length - 1 - i + columns]
    return best


def _context(weights: TorchWeights, bases: Tensor, length: int, columns: int) -> Tensor:
    """Return the share of the nucleotides alone, ``(columns, n_rows or 1, channels)``."""
    half = CONTEXT // 2
    # nucleotides from ``half`` before column 0 on; a miRNA shorter than that leaves fewer, which are unknown then
    around = functional.pad(bases.movedim(0, -1), (half, half), value=N_CODE)[..., length - 1 :]
    around = around[..., : columns + 2 * half].reshape(-1, columns + 2 * half)
    ones = functional.one_hot(around, N_CODE + 1)[..., :4].to(weights.context.dtype)
    share = functional.conv1d(ones.transpose(1, 2), weights.context)  # (n_rows or 1, channels, columns)
    share *= (around[:, None, half : half + columns] < N_CODE).to(share.dtype)
    return share.permute(2, 0, 1)


def _faced(known: Tensor, are_known: Tensor, columns: int) -> Tensor:
    """Return where a known miRNA nucleotide faces a known target nucleotide, ``(columns, n_rows)``."""
    length, n_rows = known.shape
    faced = torch.zeros(columns, n_rows, dtype=torch.bool, device=known.device)
    for i in range(length):
        opposite = are_known[length - 1 - i : length - 1 - i + columns]
        faced |= known[i] & (opposite if opposite.dim() == 2 else opposite[:, None])
    return faced
