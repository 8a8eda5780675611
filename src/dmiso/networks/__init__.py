"""The networks as torch modules: definition and training. Importing this package does not load torch."""

from dmiso.networks.catalogue import build_network, network_entry, network_names, weight_shapes
from dmiso.networks.config import NetworkConfig
from dmiso.networks.entry import NetworkEntry, late
from dmiso.networks.weights import load_weights, network_weights

__all__ = [
    "NetworkConfig",
    "NetworkEntry",
    "build_network",
    "late",
    "load_weights",
    "network_entry",
    "network_names",
    "network_weights",
    "weight_shapes",
]
