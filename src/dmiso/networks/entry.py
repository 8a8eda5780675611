"""What the rest of the program asks of a network by its name, as one value.

Parts that need torch, numba or h5py are named (``module:attribute``) and imported by :func:`late` when they are asked
for, so that a network's whole entry can stand here, below the packages that use it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmiso.networks.config import NetworkConfig

__all__ = ["NetworkEntry", "late"]

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkEntry:
    """One network: what it is made of, who runs it, and what it can do.

    Parameters
    ----------
    shapes
        Configuration → name and shape of every tensor on disk, in the order of the layers; checks the configuration.
    tensors
        Configuration → how many tensors ``shapes`` would list, without listing them.
    module
        ``module:class`` of the torch module, a :class:`dmiso.networks.protocol.Network`.
    engine
        ``module:class`` of its forward pass without torch, a :class:`dmiso.engine.protocol.Engine`; it is called with
        the weights of one network by name, ``threads=``, and ``source=``, what an error calls the weights.
    mirna_length, target_length
        Lengths of the inputs that it is trained with, nucleotides.
    scanner
        ``module:class`` of an engine with positions, a :class:`dmiso.engine.protocol.PositionEngine` called with the
        weights of one network, ``threads=`` and ``source=``; None for a network that knows windows only, and is scanned
        by windows.
    torch_scanner
        ``module:class`` of the same in torch, called with ``device=`` and ``precision=`` too; None for a network that
        only numba or windows scan.
    gate
        ``module:class`` of what finds cheaply where sites may be, a :class:`dmiso.engine.protocol.GateEngine` called
        with a scanner; None for a network of which every offset has to be computed.
    training
        Settings of training (fields of :class:`dmiso.settings.training.TrainSettings`) that differ from the paper's.
    trained_settings
        Settings of training that are settings of the network's class too.
    by_source
        Whether it can have an output for each source in training, see :class:`dmiso.networks.protocol.NetworkBySource`.
    keras
        ``module:attribute`` of its layers in Keras; None for a network without a Keras form.
    convolutions
        Name of the first convolution by input, ``mirna`` or ``target``: their kernels are shown as motifs.
    step_width
        Nucleotides that one step of the first layers sees, where the network is not the same at every position of its
        inputs; None for one that is.
    pair_tables
        ``module:function`` that makes a table of the scores of pairs that it learnt; None for a network without.
    """

    shapes: Callable[[NetworkConfig], dict[str, tuple[int, ...]]]
    tensors: Callable[[NetworkConfig], int]
    module: str
    engine: str
    mirna_length: int = 30
    target_length: int = 60
    scanner: str | None = None
    torch_scanner: str | None = None
    gate: str | None = None
    training: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    trained_settings: tuple[str, ...] = ()
    by_source: bool = False
    keras: str | None = None
    convolutions: Mapping[str, str] = field(default_factory=lambda: _NONE)
    step_width: int | None = None
    pair_tables: str | None = None


def late(name: str) -> Any:
    """Return what a name stands for; its module is imported now.

    Parameters
    ----------
    name
        ``module:attribute``.

    Examples
    --------
    >>> late("dmiso.networks.dmiso_shapes:MIRNA_LENGTH")
    30
    """
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)
