"""What a network is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NetworkConfig"]


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
