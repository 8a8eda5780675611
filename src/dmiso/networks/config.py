"""What a network is built from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NetworkConfig", "as_number"]


class NetworkConfig(Protocol):
    """What a network is built from; :class:`dmiso.models.store.ModelConfig` has these fields."""

    @property
    def network(self) -> str:
        """Name of the network, one of :func:`dmiso.networks.network_names`."""

    @property
    def mirna_length(self) -> int:
        """Length of the miRNA input, in nucleotides."""

    @property
    def target_length(self) -> int:
        """Length of the target input, in nucleotides."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Keyword arguments of the network's class."""


def as_number(value: object) -> float:
    """Return a setting as a number; NaN, which lies in no range, for anything else.

    Examples
    --------
    >>> as_number(0.5), as_number(True), as_number("0.5")
    (0.5, nan, nan)
    """
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
