"""The engines by the network they run. Numba loads only when one is built.

To add an engine: write its module, then add a line to ``_ENGINES``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from dmiso.engine.ensemble import EnsembleEngine, member_weights
from dmiso.errors import ModelError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dmiso.engine.protocol import Engine, EngineConfig

__all__ = ["build_engine"]

_ENGINES: Final = {
    "dmiso": ("dmiso.engine.published.network", "DmisoEngine"),
    "duplex": ("dmiso.engine.duplex.network", "DuplexEngine"),
}


def build_engine(
    config: EngineConfig, weights: Mapping[str, NDArray[np.float32]], *, threads: int = 1, source: str = ""
) -> Engine:
    """Return the engine of a model.

    Parameters
    ----------
    config
        Names the network, e.g. a :class:`dmiso.models.store.ModelConfig`.
    weights
        Name to array, as in :class:`dmiso.models.store.StoredModel`.
    threads
        CPU cores to use, at least 1.
    source
        Where the weights come from: :attr:`dmiso.models.store.StoredModel.source`. An error while scoring names it.

    Returns
    -------
    Engine
        Of several members an :class:`~dmiso.engine.ensemble.EnsembleEngine`.

    Raises
    ------
    ModelError
        If the network has no engine, or the weights do not fit it.

    Examples
    --------
    >>> engine = build_engine(model.config, model.weights)  # doctest: +SKIP
    """
    if config.network not in _ENGINES:
        raise ModelError(
            f"network {config.network!r} has no engine. {did_you_mean(config.network, _ENGINES)}"
        )
    module, class_name = _ENGINES[config.network]
    engine_class = getattr(importlib.import_module(module), class_name)
    engines: list[Engine] = [
        engine_class(own, threads=threads, source=source) for own in member_weights(weights, config.members)
    ]
    return engines[0] if len(engines) == 1 else EnsembleEngine(engines)
