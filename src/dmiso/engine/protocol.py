"""What every engine can do, and what it is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dmiso.networks.config import NetworkConfig

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Engine", "EngineConfig"]


class EngineConfig(NetworkConfig, Protocol):
    """What an engine is built from; :class:`dmiso.models.store.ModelConfig` has these fields."""

    @property
    def members(self) -> int:
        """Number of networks whose mean logit is taken, at least 1."""


class Engine(Protocol):
    """What every engine can do. Codes are those of :func:`dmiso.encode.encode`."""

    def logits_grid(
        self, mirna_codes: NDArray[np.uint8], target_codes: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Return the logits of every miRNA with every target, ``(n_mirnas, n_targets)``."""

    def logits_pairs(
        self, mirna_codes: NDArray[np.uint8], target_codes: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Return the logits of row i of one with row i of the other, ``(n_pairs,)``."""
