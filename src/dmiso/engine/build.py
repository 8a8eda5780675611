"""The engine of a model, by its network's entry. Numba loads only when one is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmiso.engine.ensemble import EnsembleEngine, member_weights
from dmiso.errors import ModelError, UsageError, did_you_mean
from dmiso.extras import require_extra
from dmiso.networks.catalogue import NETWORKS, network_entry, network_names
from dmiso.networks.entry import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dmiso.engine.protocol import Engine, EngineConfig, PositionEngine

__all__ = ["build_engine", "build_scanners"]


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
    if config.network not in NETWORKS:
        raise ModelError(
            f"network {config.network!r} has no engine. {did_you_mean(config.network, NETWORKS)}"
        )
    engine_class = late(network_entry(config.network).engine)
    engines: list[Engine] = [
        engine_class(own, threads=threads, source=source) for own in member_weights(weights, config.members)
    ]
    return engines[0] if len(engines) == 1 else EnsembleEngine(engines)


def build_scanners(
    config: EngineConfig,
    weights: Mapping[str, NDArray[np.float32]],
    *,
    threads: int = 1,
    source: str = "",
    on_torch: Mapping[str, str] | None = None,
) -> list[PositionEngine]:
    """Return an engine with positions for each member of a model.

    Parameters
    ----------
    config, weights, threads, source
        As for :func:`build_engine`.
    on_torch
        ``device`` and ``precision`` of the engine in torch; None takes the one in numba.

    Raises
    ------
    UsageError
        If the network knows windows only, or torch has no engine for it.
    MissingExtraError
        If torch is asked for and not installed.

    Examples
    --------
    >>> [scanner] = build_scanners(model.config, model.weights)  # doctest: +SKIP
    """
    entry = network_entry(config.network)
    scanner = entry.scanner
    if scanner is None:
        able = " or ".join(network_names(lambda entry: entry.scanner))
        raise UsageError(
            f"network {config.network} has no logit for each position, only one for each window. "
            f"Use a model of network {able}, or scan it window by window (dmiso.scan.windows.WindowNetwork)"
        )
    options: dict[str, Any] = {"threads": threads, "source": source}
    if on_torch is not None:
        if entry.torch_scanner is None:
            raise UsageError(f"network {config.network} has no engine in torch: leave out --engine torch.")
        require_extra("torch", purpose="scanning with --engine torch")
        scanner, options = entry.torch_scanner, {**options, **on_torch}
    scanner_class = late(scanner)
    return [scanner_class(own, **options) for own in member_weights(weights, config.members)]
