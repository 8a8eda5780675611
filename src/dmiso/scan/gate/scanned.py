"""A made-up example with every site that the network itself finds on it: what students and gates are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dmiso.scan.sites import sites_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.scan.gate.examples import Example
    from dmiso.scan.positions import PositionNetwork

__all__ = ["Scanned", "scan_example"]


class Scanned(NamedTuple):
    """An example with the result of its exact scan."""

    example: Example
    own: NDArray[np.float32]
    """``(n_offsets,)``, the logit that each offset alone gives."""
    peaks: NDArray[np.int64]
    """Of all sites, of equals all."""
    logits: NDArray[np.float32]
    """Of the sites."""


def scan_example(
    network: PositionNetwork, example: Example, *, distance: int, lowest: float = -np.inf, margin: int = 0
) -> Scanned:
    """Return an example with its sites.

    Parameters
    ----------
    network
        Gives logits.
    example
        A miRNA and a target.
    distance
        See :class:`dmiso.settings.scan.ScanSettings`.
    lowest
        Sites with a lower logit are left out.
    margin
        Offsets at either end of which no peak is looked for.
    """
    mirna, target = network.encode_mirnas([example.mirna]), network.encode_target(example.bases)
    logits = network.positions(mirna, target)[:, 0]
    own = range(margin, logits.shape[1] - margin)
    peaks, said = sites_in(network, logits, distance=distance, lowest=lowest, own=own)
    return Scanned(example, network.pooled(logits[..., None]), peaks, said)
