"""miRBind2's network, a peer and a teacher, from its published parameters (MIT licence, BioGeMT): logits of any pair.

The parameters and a description of their arithmetic lie in ``benchmark/peers/mirbind2`` of the shared data and are
never committed. Batch normalisation is folded into the layers before it. Checked in ``tests/benchmarks``: the sigmoids
are its own program's on the Hejret test set, to 1e-6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from safetensors.torch import load_file

from dmiso.encode import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["FOLDER", "mirbind2_scorer"]

FOLDER: Final = "benchmark/peers/mirbind2"
MIRNA_LENGTH, TARGET_LENGTH = 28, 50

_PAIRS_AT_ONCE: Final = 64
_UNKNOWN_PAIR: Final = 17
_SLOPE: Final = 0.1
_ORDER: Final = np.array([0, 1, 2, 3, 17])
"""Its numbers of our codes: A 0, U 1, C 2, G 3, as here; N makes a pair unknown."""


def mirbind2_scorer(
    data: Path, *, bfloat16: bool = False
) -> Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]:
    """Return miRBind2 as a function of (miRNAs, targets): logits, larger = more likely.

    Parameters
    ----------
    data
        Folder of the shared data.
    bfloat16
        Convolve in bfloat16: several times faster where the processor has it; logits differ by 0.005 rms.
    """
    dtype = torch.bfloat16 if bfloat16 else torch.float32
    weights = {
        name: tensor.to(dtype) for name, tensor in load_file(data / FOLDER / "weights.safetensors").items()
    }

    def score(mirnas: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        own = encode([mirna[:MIRNA_LENGTH] for mirna in mirnas], MIRNA_LENGTH)
        other = encode([target[:TARGET_LENGTH] for target in targets], TARGET_LENGTH)
        logits = np.empty(len(own))
        with torch.inference_mode():
            for start in range(0, len(own), _PAIRS_AT_ONCE):
                part = slice(start, start + _PAIRS_AT_ONCE)
                pairs = _pairs(own[part], other[part])
                logits[part] = _logits(torch.from_numpy(pairs), weights).float().numpy()
        return logits

    return score


def _pairs(mirna: NDArray[np.uint8], target: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the number of each miRNA position with each target position, ``(n, 28, 50)``."""
    first, second = _ORDER[mirna][:, :, None], _ORDER[target][:, None, :]
    return np.where((first == _UNKNOWN_PAIR) | (second == _UNKNOWN_PAIR), _UNKNOWN_PAIR, 4 * first + second)


def _logits(pairs: Tensor, weights: dict[str, Tensor]) -> Tensor:
    functional = torch.nn.functional
    x = weights["pair_embedding"][pairs].permute(0, 3, 1, 2)
    x = x.contiguous(memory_format=torch.channels_last)
    for name, padding in (("conv1", 2), ("conv2", 1), ("conv3", 1)):
        x = functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=padding)
        x = functional.max_pool2d(functional.leaky_relu(x, _SLOPE), 2)
    x = functional.linear(x.flatten(1), weights["dense1.weight"], weights["dense1.bias"])
    x = functional.leaky_relu(x, _SLOPE)
    return functional.linear(x, weights["dense2.weight"], weights["dense2.bias"])[:, 0]
