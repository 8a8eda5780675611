"""Weights of the published network, rearranged for the fast forward pass.

Every BatchNorm is folded into the linear layer after it (or before it, for the last two), in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dmiso.networks.dmiso_shapes import (
    CHANNELS,
    DENSE_UNITS,
    KERNEL,
    MIRNA_STEPS,
    NORM_EPSILON,
    STEPS,
    TARGET_STEPS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = ["BranchWeights", "DmisoWeights", "fold"]

_LOG2_E = np.log2(np.e)
# sigmoid(x) = 1 / (1 + 2 ** (-x log2 e)) for gates input, forget, output; tanh has twice the exponent for the cell
_GATE_SCALES = -_LOG2_E * np.array([1.0, 1.0, 2.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class BranchWeights:
    """What one branch (miRNA or target) is computed with.

    Parameters
    ----------
    first, second
        Convolution kernels summed over all words of 4 nucleotides, ``(625, 10)``; the bias is in the first.
    own_inputs, own_recurrent
        Of the LSTM direction that meets this branch first (forward for the miRNA, backward for the target):
        ``(40, 11)``, the last column the bias, and flat ``(10, 10, 4)``.
    pair_inputs, pair_recurrent
        The same of the direction that comes to this branch from the other one.
    own_dense
        Dense weights of the own direction's states after each of its steps but the last,
        ``(units, 10 (steps - 1))``; the last is left to the pair.
    own_dense_bias
        ``(units,)``; the dense layer's bias for the miRNA, zero for the target.
    own_backward
        Whether the own direction is the backward one.
    pair_row
        Where the other direction starts in the rows of the pair's states, see ``pair_dense``.
    """

    first: FloatArray
    second: FloatArray
    own_inputs: FloatArray
    own_recurrent: FloatArray
    pair_inputs: FloatArray
    pair_recurrent: FloatArray
    own_dense: FloatArray
    own_dense_bias: FloatArray
    own_backward: bool
    pair_row: int

    @property
    def steps(self) -> int:
        """Number of LSTM steps of this branch."""
        return int(self.own_dense.shape[1]) // CHANNELS + 1


@dataclass(frozen=True, slots=True, eq=False)
class DmisoWeights:
    """What the engine computes with.

    Parameters
    ----------
    mirna, target
        The two branches.
    pair_dense
        Dense weights of the states that depend on both sequences, ``(units, 720)``: the forward direction from the
        miRNA's last state on over the target, then the backward direction from the target's last state on over the
        miRNA.
    output, output_bias
        Weights ``(units,)`` and bias of the last layer.
    """

    mirna: BranchWeights
    target: BranchWeights
    pair_dense: FloatArray
    output: FloatArray
    output_bias: np.float32


def fold(weights: Mapping[str, FloatArray]) -> DmisoWeights:
    """Fold and rearrange the weights.

    Parameters
    ----------
    weights
        Name to array, names and shapes as :func:`dmiso.networks.dmiso_shapes.dmiso_shapes` gives them.

    Returns
    -------
    DmisoWeights
    """
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    forward, backward, dense_bias = _dense(w)
    output_scale, output_shift = _affine(w, "output_norm")
    mirna_own = forward[:, : MIRNA_STEPS - 1]
    target_own = backward[:, :MIRNA_STEPS:-1]  # the backward direction meets the target's end first
    pair = [forward[:, MIRNA_STEPS - 1 :], backward[:, MIRNA_STEPS::-1]]
    return DmisoWeights(
        mirna=_branch(
            w, "mirna", mirna_own, dense_bias, own_backward=False, pair_row=(TARGET_STEPS + 1) * CHANNELS
        ),
        target=_branch(w, "target", target_own, np.zeros(DENSE_UNITS), own_backward=True, pair_row=0),
        pair_dense=_float32(np.concatenate([_flat(part) for part in pair], axis=1)),
        output=_float32(w["output.weight"][0] * output_scale[0]),
        output_bias=np.float32(w["output.bias"][0] * output_scale[0] + output_shift[0]),
    )


def _dense(w: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], ...]:
    """Return the dense weights of both directions, ``(units, 70, 10)`` each, and the bias."""
    state_scale, state_shift = _affine(w, "recurrent_norm")
    scale, shift = _affine(w, "dense_norm")
    # Keras flattens step by step, at each step forward states before backward ones
    kernel = w["dense.weight"].reshape(DENSE_UNITS, STEPS, 2 * CHANNELS)
    bias = (w["dense.bias"] + (kernel * state_shift).sum(axis=(1, 2))) * scale + shift
    kernel = kernel * state_scale * scale[:, None, None]
    return kernel[:, :, :CHANNELS], kernel[:, :, CHANNELS:], bias


def _branch(
    w: Mapping[str, NDArray[np.float64]],
    name: str,
    own_dense: NDArray[np.float64],
    own_dense_bias: NDArray[np.float64],
    *,
    own_backward: bool,
    pair_row: int,
) -> BranchWeights:
    first, second = _word_tables(w[f"{name}_convolution.weight"], w[f"{name}_convolution.bias"])
    own = _direction(w, "_reverse" if own_backward else "")
    pair = _direction(w, "" if own_backward else "_reverse")
    dense = _float32(_flat(own_dense)), _float32(own_dense_bias)
    return BranchWeights(first, second, *own, *pair, *dense, own_backward=own_backward, pair_row=pair_row)


def _direction(w: Mapping[str, NDArray[np.float64]], suffix: str) -> tuple[FloatArray, FloatArray]:
    """Return input weights with bias ``(40, 11)`` and flat recurrent weights, the gates of a unit together."""
    scale, shift = _affine(w, "merged_norm")
    kernel = w[f"recurrent.weight_ih_l0{suffix}"]
    bias = w[f"recurrent.bias_ih_l0{suffix}"] + w[f"recurrent.bias_hh_l0{suffix}"] + kernel @ shift
    recurrent = _by_unit(w[f"recurrent.weight_hh_l0{suffix}"])  # (units, gates, previous units)
    # the bias is a last column, met by a feature that is always 1: no loop has to add it
    inputs = _by_unit(np.column_stack([kernel * scale, bias]))
    return _float32(inputs.reshape(4 * CHANNELS, -1)), _float32(recurrent.transpose(0, 2, 1).ravel())


def _by_unit(gates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn rows gate-major ``(40, columns)`` into scaled ``(10 units, 4 gates, columns)``."""
    by_unit: NDArray[np.float64] = gates.reshape(4, CHANNELS, -1).transpose(1, 0, 2) * _GATE_SCALES[:, None]
    return by_unit


def _word_tables(kernel: NDArray[np.float64], bias: NDArray[np.float64]) -> tuple[FloatArray, FloatArray]:
    """Return the sums of a kernel's halves over each of the 625 words of 4 nucleotides, ``(625, channels)`` each."""
    # N is a quarter of each nucleotide, as the published program encodes it
    bases = np.vstack([np.eye(4), np.full((1, 4), 0.25)])
    by_base = np.einsum("ock,lc->klo", kernel, bases)  # (position in the kernel, nucleotide, channel)
    halves = []
    for half in (by_base[: KERNEL // 2], by_base[KERNEL // 2 :]):
        a, b, c, d = half
        # [first nucleotide, second, third, fourth, channel]; flat, a word's row is its number in base 5
        table = a[:, None, None, None] + b[:, None, None] + c[:, None] + d
        halves.append(table.reshape(-1, CHANNELS))
    return _float32(halves[0] + bias), _float32(halves[1])


def _affine(
    w: Mapping[str, NDArray[np.float64]], norm: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return scale and shift of a BatchNorm at prediction."""
    scale = w[f"{norm}.weight"] / np.sqrt(w[f"{norm}.running_var"] + NORM_EPSILON)
    return scale, w[f"{norm}.bias"] - w[f"{norm}.running_mean"] * scale


def _flat(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    return kernel.reshape(DENSE_UNITS, -1)


def _float32(array: NDArray[np.float64]) -> FloatArray:
    return np.ascontiguousarray(array, dtype=np.float32)
