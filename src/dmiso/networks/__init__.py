"""The networks as torch modules: definition and training. Importing this package does not load torch."""

from dmiso.networks.catalogue import (
    build_network,
    load_weights,
    network_names,
    network_weights,
    weight_shapes,
)
from dmiso.networks.config import NetworkConfig

__all__ = [
    "NetworkConfig",
    "build_network",
    "load_weights",
    "network_names",
    "network_weights",
    "weight_shapes",
]
