"""The networks: what the program needs to know of each, by name.

To add a network: write its module, its shapes and its engine, then add an entry to :data:`NETWORKS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dmiso.errors import ModelError, did_you_mean
from dmiso.extras import require_extra
from dmiso.networks.dmiso_shapes import KERNEL, MIRNA_LENGTH, POOL, TARGET_LENGTH, dmiso_shapes, dmiso_tensors
from dmiso.networks.duplex_shapes import duplex_shapes, duplex_tensors
from dmiso.networks.entry import NetworkEntry, late

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from dmiso.networks.config import NetworkConfig

__all__ = [
    "NETWORKS",
    "build_network",
    "network_entry",
    "network_names",
    "tensor_count",
    "training_defaults",
    "weight_shapes",
]

NETWORKS: Final[dict[str, NetworkEntry]] = {
    "dmiso": NetworkEntry(
        shapes=dmiso_shapes,
        tensors=dmiso_tensors,
        module="dmiso.networks.dmiso:DmisoNetwork",
        engine="dmiso.engine.published.network:DmisoEngine",
        mirna_length=MIRNA_LENGTH,
        target_length=TARGET_LENGTH,
        trained_settings=("l1",),
        keras="dmiso.models.keras_layers:LAYERS",
        convolutions={"mirna": "mirna_convolution", "target": "target_convolution"},
        step_width=KERNEL + POOL - 1,
    ),
    "duplex": NetworkEntry(
        shapes=duplex_shapes,
        tensors=duplex_tensors,
        module="dmiso.networks.duplex:DuplexNetwork",
        engine="dmiso.engine.duplex.network:DuplexEngine",
        scanner="dmiso.engine.duplex.scan:DuplexScanner",
        torch_scanner="dmiso.engine.duplex.torch_scan:TorchScanner",
        gate="dmiso.engine.duplex.runs:RunScanner",
        training={
            "epochs": 8,
            "patience": 8,
            "batch_size": 128,
            "learning_rate": 3e-3,
            "schedule": "one-cycle",
            "weight_decay": 0.01,
            "gradient_clip": 1.0,
            "l1": 0.0,
            "negatives": "redrawn",
            "jitter": 5,
        },
        by_source=True,
        convolutions={"target": "context"},
        pair_tables="dmiso.explain.pair_energies:table_energies",
    ),
}
"""By the name that a model's ``config.json`` and ``--network`` give."""


def network_names(able: Callable[[NetworkEntry], object] | None = None) -> list[str]:
    """Return the names of all networks, sorted, or of those that can do something.

    Parameters
    ----------
    able
        Asked of each entry; None takes all.

    Examples
    --------
    >>> network_names(), network_names(lambda entry: entry.scanner)
    (['dmiso', 'duplex'], ['duplex'])
    """
    return sorted(name for name, entry in NETWORKS.items() if able is None or able(entry))


def network_entry(name: str) -> NetworkEntry:
    """Return what is known of a network.

    Raises
    ------
    ModelError
        If the network is unknown.

    Examples
    --------
    >>> network_entry("duplex").by_source
    True
    """
    if name not in NETWORKS:
        raise ModelError(f"network {name!r} is unknown. {did_you_mean(name, NETWORKS)}")
    return NETWORKS[name]


def training_defaults(name: str) -> dict[str, Any]:
    """Return the settings that a network is trained with instead of the paper's, by name.

    The paper's are the defaults of :class:`dmiso.settings.training.TrainSettings`.

    Raises
    ------
    ModelError
        If the network is unknown.

    Examples
    --------
    >>> training_defaults("dmiso"), training_defaults("duplex")["epochs"]
    ({}, 8)
    """
    return dict(network_entry(name).training)


def weight_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every tensor a network keeps on disk, without loading torch.

    Raises
    ------
    ModelError
        If the network is unknown, or does not take the lengths or settings of the configuration.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> weight_shapes(ModelConfig(name="example", network="dmiso"))["dense.weight"]
    (100, 1400)
    """
    return network_entry(config.network).shapes(config)


def tensor_count(config: NetworkConfig) -> int:
    """Return how many tensors :func:`weight_shapes` would list, without listing them.

    Raises
    ------
    ModelError
        As :func:`weight_shapes`.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> tensor_count(ModelConfig(name="example", network="dmiso"))
    32
    """
    return network_entry(config.network).tensors(config)


def build_network(config: NetworkConfig) -> nn.Module:
    """Return a freshly initialised network.

    Parameters
    ----------
    config
        The network's name, input lengths and settings, e.g. a :class:`dmiso.models.store.ModelConfig`.

    Returns
    -------
    torch.nn.Module
        In training mode; its weights are drawn from torch's global generator.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    ModelError
        If the network is unknown, or does not take the lengths or settings of the configuration.

    Examples
    --------
    >>> from dmiso.models.store import ModelConfig
    >>> network = build_network(ModelConfig(name="example", network="dmiso"))  # doctest: +SKIP
    """
    entry = network_entry(config.network)
    entry.shapes(config)
    require_extra("torch", f"the network {config.network}")
    network: nn.Module = late(entry.module)(**config.settings)
    return network
