"""First-layer kernels as motifs: from the nucleotides that activate them, and the paper's way from their weights.

A kernel is read two ways. ``activating``: the subsequences of real sequences that drive it over half of its highest
activation are aligned and counted (Alipanahi et al. 2015; Quang & Xie 2016). ``weights``: each position's four
weights become shares by a softmax, the paper's way ("Features analyzed": where weights are "too similar (25%)" they
belong to no base). The paper does not say how weights became shares; here the largest weight of a convolution
is scaled to 3 for all its kernels together, so that kernels that regularisation left near zero stay at a quarter
each. A kernel whose motif holds almost no information is called flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dmiso.encode import one_hot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]

__all__ = ["FLAT_BITS", "KernelMotif", "activating_motifs", "first_kernels", "information", "weight_motifs"]

FLAT_BITS: Final = 1.0
"""A motif with less information than this in all its positions together, in bits, is flat: half a certain base."""

_FEWEST_SITES: Final = 20
_LARGEST: Final = 3.0
_ACTIVATION_SHARE: Final = 0.5
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True, eq=False)
class KernelMotif:
    """A kernel as a motif.

    Parameters
    ----------
    name
        ``mirna_0``, ``target_3``.
    way
        ``activating`` or ``weights``.
    shares
        Share of A, U, C, G at each position, ``(width, 4)``.
    n_sites
        Subsequences it is made of; 0 for one from weights.
    """

    name: str
    way: str
    shares: Floats
    n_sites: int

    @property
    def bits(self) -> float:
        """Information of all positions together, against equal shares."""
        return float(information(self.shares).sum())

    @property
    def flat(self) -> bool:
        """Whether it says next to nothing, or nothing activates it."""
        return self.bits < FLAT_BITS or (self.way == "activating" and self.n_sites < _FEWEST_SITES)


def information(shares: Floats) -> Floats:
    """Return the information of each position in bits, 0 to 2, ``(width,)``.

    Examples
    --------
    >>> information(np.array([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]])).tolist()
    [2.0, 0.0]
    """
    logs = np.log2(np.where(shares > 0, shares, 1))
    return np.asarray(2 + (shares * logs).sum(axis=1), np.float64)


def first_kernels(
    weights: Mapping[str, NDArray[np.float32]], convolutions: Mapping[str, str]
) -> dict[str, tuple[Floats, Floats]]:
    """Return the first convolutions of a network by side: kernels ``(n, 4, width)`` and biases ``(n,)``.

    Parameters
    ----------
    weights
        Of one network, by name.
    convolutions
        Name of the convolution by side, as its :class:`~dmiso.networks.NetworkEntry` has them.
    """
    found = {}
    for side, name in convolutions.items():
        kernels = weights[f"{name}.weight"].astype(np.float64)
        bias = weights.get(f"{name}.bias")
        found[side] = (kernels, np.zeros(len(kernels)) if bias is None else bias.astype(np.float64))
    return found


def weight_motifs(side: str, kernels: Floats) -> list[KernelMotif]:
    """Read kernels the paper's way: a softmax over the four weights of each position.

    Parameters
    ----------
    side
        For the motifs' names.
    kernels
        ``(n, 4, width)``; the largest weight of all is scaled to 3, whose share beside three zeros is 0.87.

    Examples
    --------
    >>> kernels = np.zeros((2, 4, 8))
    >>> kernels[1, 0] = 0.05
    >>> [motif.flat for motif in weight_motifs("mirna", kernels)]
    [True, False]
    """
    largest = float(np.abs(kernels).max(initial=0.0))
    scaled = kernels * (_LARGEST / largest) if largest > 0 else kernels
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return [KernelMotif(f"{side}_{k}", "weights", own.T, 0) for k, own in enumerate(shares)]


def activating_motifs(side: str, kernels: Floats, bias: Floats, codes: Codes) -> list[KernelMotif]:
    """Read kernels by what activates them: subsequences over half of a kernel's highest activation.

    Parameters
    ----------
    side
        For the motifs' names.
    kernels, bias
        ``(n, 4, width)`` and ``(n,)``.
    codes
        Sequences, ``(n_sequences, length)``; subsequences with N are left out, repeated sequences should be.

    Returns
    -------
    list of KernelMotif
        One per kernel; one that nothing activates has equal shares and no sites.
    """
    width = kernels.shape[2]
    highest = np.zeros(len(kernels))
    for activation, _ in _activations(kernels, bias, codes):
        highest = np.maximum(highest, activation.max(axis=0, initial=0))
    counts = np.zeros((len(kernels), width, 4))
    for activation, bases in _activations(kernels, bias, codes):
        over = (activation > _ACTIVATION_SHARE * highest) & (activation > 0)
        for position in range(width):
            for base in range(4):
                counts[:, position, base] += over[bases[:, position] == base].sum(axis=0)
    motifs = []
    for k, own in enumerate(counts):
        n = int(own[0].sum())
        shares = own / n if n else np.full((width, 4), 0.25)
        motifs.append(KernelMotif(f"{side}_{k}", "activating", shares, n))
    return motifs


def _activations(kernels: Floats, bias: Floats, codes: Codes) -> list[tuple[Floats, Codes]]:
    """Return blocks of (activations ``(n, kernels)``, nucleotides ``(n, width)``) of all subsequences without N."""
    width = kernels.shape[2]
    flat = kernels.transpose(2, 1, 0).reshape(width * 4, -1)
    blocks = []
    for first in range(0, len(codes), _AT_ONCE):
        views = np.lib.stride_tricks.sliding_window_view(codes[first : first + _AT_ONCE], width, axis=1)
        bases = views.reshape(-1, width)
        bases = bases[(bases < 4).all(axis=1)]
        blocks.append((one_hot(bases).reshape(len(bases), -1) @ flat + bias, bases))
    return blocks
