"""Several networks as one: the mean of their logits, and how far they differ.

The tensors of member i are called ``i/name`` on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dmiso.engine.protocol import Engine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]

__all__ = ["EnsembleEngine", "Logits", "mean_and_spread", "member_name", "member_weights"]


class Logits(NamedTuple):
    """Mean of the members' logits, and their standard deviation (n - 1); both of one shape, float32."""

    mean: FloatArray
    spread: FloatArray


def member_name(member: int, name: str) -> str:
    """Return what a tensor of a member is called on disk.

    Examples
    --------
    >>> member_name(0, "output.weight")
    '0/output.weight'
    """
    return f"{member}/{name}"


def member_weights(weights: Mapping[str, FloatArray], members: int) -> list[dict[str, FloatArray]]:
    """Part the tensors of an ensemble by member, under the names that a network gives them.

    Parameters
    ----------
    weights
        As on disk.
    members
        Number of members; with 1 the names have no prefix.

    Examples
    --------
    >>> parts = member_weights({"0/a": np.zeros(1), "1/a": np.ones(1)}, 2)
    >>> [float(part["a"][0]) for part in parts]
    [0.0, 1.0]
    """
    if members == 1:
        return [dict(weights)]
    parts: list[dict[str, FloatArray]] = []
    for member in range(members):
        prefix = member_name(member, "")
        parts.append({n.removeprefix(prefix): w for n, w in weights.items() if n.startswith(prefix)})
    return parts


class EnsembleEngine:
    """Computes the mean logits of several engines.

    Parameters
    ----------
    members
        At least two; they take the same codes.
    """

    def __init__(self, members: Sequence[Engine]) -> None:
        assert len(members) > 1, "one member is no ensemble"
        self._members = members

    def logits_grid(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the mean logits of every miRNA with every target, ``(n_mirnas, n_targets)``."""
        return self.grid_with_spread(mirna_codes, target_codes).mean

    def logits_pairs(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the mean logits of row i of one with row i of the other, ``(n_pairs,)``."""
        return self.pairs_with_spread(mirna_codes, target_codes).mean

    def grid_with_spread(self, mirna_codes: Codes, target_codes: Codes) -> Logits:
        """Return mean and spread of the logits of every miRNA with every target, ``(n_mirnas, n_targets)``."""
        return mean_and_spread(member.logits_grid(mirna_codes, target_codes) for member in self._members)

    def pairs_with_spread(self, mirna_codes: Codes, target_codes: Codes) -> Logits:
        """Return mean and spread of the logits of row i of one with row i of the other, ``(n_pairs,)``."""
        return mean_and_spread(member.logits_pairs(mirna_codes, target_codes) for member in self._members)


def mean_and_spread(members: Iterable[FloatArray]) -> Logits:
    """Return mean and standard deviation of the members' logits.

    In one pass (Welford 1962), so that one member's are held at a time.

    Parameters
    ----------
    members
        The logits of each, all of one shape; at least two members.
    """
    n = 0
    mean = squares = np.zeros(())
    for n, logits in enumerate(members, start=1):
        off = logits - mean
        mean = mean + off / n
        squares = squares + off * (logits - mean)
    return Logits(mean.astype(np.float32), np.sqrt(squares / (n - 1)).astype(np.float32))


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[Engine] = EnsembleEngine
