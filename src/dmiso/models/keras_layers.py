"""The published network as a Keras 2.3.1 functional model: its layers, and how their arrays map to our tensors.

One table, read by the import (which checks a file against it) and by the export (which writes it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from dmiso.networks.dmiso_shapes import (
    CHANNELS,
    DENSE_UNITS,
    KERNEL,
    MIRNA_LENGTH,
    NORM_EPSILON,
    POOL,
    TARGET_LENGTH,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]

__all__ = ["LAYERS", "KerasLayer", "KerasTensor"]


class KerasTensor(NamedTuple):
    """One array of a Keras layer: its name there, our tensor's name, and the axes in our order (its own inverse)."""

    keras_name: str
    name: str
    axes: tuple[int, ...]

    def from_keras(self, array: FloatArray) -> FloatArray:
        """Return our tensor from Keras's array."""
        return np.ascontiguousarray(array.transpose(self.axes), dtype=np.float32)

    def to_keras(self, weights: Mapping[str, FloatArray]) -> FloatArray:
        """Return Keras's array from our tensors; Keras has one LSTM bias where torch has two, which are added."""
        array = weights[self.name]
        if ".bias_ih_" in self.name:
            array = array + weights[self.name.replace(".bias_ih_", ".bias_hh_")]
        return np.ascontiguousarray(array.transpose(self.axes), dtype=np.float32)


class KerasLayer(NamedTuple):
    """One layer: its role here, its class and name in Keras, the roles of its inputs, its settings, its arrays."""

    role: str
    class_name: str
    name: str
    inputs: tuple[str, ...]
    settings: dict[str, Any]
    tensors: tuple[KerasTensor, ...] = ()


def _kernel(role: str, axes: tuple[int, ...]) -> tuple[KerasTensor, ...]:
    return KerasTensor("kernel", f"{role}.weight", axes), KerasTensor("bias", f"{role}.bias", (0,))


def _input(role: str, length: int) -> KerasLayer:
    return KerasLayer(
        role, "InputLayer", role, (), {"batch_input_shape": [None, length, 4], "dtype": "float32"}
    )


def _convolution(role: str, name: str, source: str) -> KerasLayer:
    settings = {
        "filters": CHANNELS,
        "kernel_size": [KERNEL],
        "strides": [1],
        "padding": "valid",
        "dilation_rate": [1],
        "data_format": "channels_last",
        "activation": "linear",
        "use_bias": True,
    }
    return KerasLayer(role, "Conv1D", name, (source,), settings, _kernel(role, (2, 1, 0)))


def _activation(role: str, name: str, source: str, function: str) -> KerasLayer:
    return KerasLayer(role, "Activation", name, (source,), {"activation": function})


def _pool(role: str, name: str, source: str) -> KerasLayer:
    settings = {"pool_size": [POOL], "strides": [1], "padding": "valid", "data_format": "channels_last"}
    return KerasLayer(role, "MaxPooling1D", name, (source,), settings)


def _norm(role: str, name: str, source: str) -> KerasLayer:
    settings = {"axis": -1, "momentum": 0.99, "epsilon": NORM_EPSILON, "center": True, "scale": True}
    parts = {
        "gamma": "weight",
        "beta": "bias",
        "moving_mean": "running_mean",
        "moving_variance": "running_var",
    }
    tensors = tuple(KerasTensor(keras, f"{role}.{ours}", (0,)) for keras, ours in parts.items())
    return KerasLayer(role, "BatchNormalization", name, (source,), settings, tensors)


def _dropout(role: str, name: str, source: str, rate: float) -> KerasLayer:
    return KerasLayer(role, "Dropout", name, (source,), {"rate": rate})


def _dense(role: str, name: str, source: str, units: int) -> KerasLayer:
    settings = {"units": units, "activation": "linear", "use_bias": True}
    return KerasLayer(role, "Dense", name, (source,), settings, _kernel(role, (1, 0)))


def _recurrent(role: str, name: str, source: str) -> KerasLayer:
    lstm = {
        "units": CHANNELS,
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "return_sequences": True,
        "go_backwards": False,
        "stateful": False,
    }
    settings = {"merge_mode": "concat", "layer": {"class_name": "LSTM", "config": {"name": "lstm_1", **lstm}}}
    tensors = []
    for direction, suffix in (("forward_lstm_1", "_l0"), ("backward_lstm_1", "_l0_reverse")):
        for keras, ours, axes in (
            ("kernel", "weight_ih", (1, 0)),
            ("recurrent_kernel", "weight_hh", (1, 0)),
            ("bias", "bias_ih", (0,)),
        ):
            tensors.append(KerasTensor(f"{direction}/{keras}", f"{role}.{ours}{suffix}", axes))
    return KerasLayer(role, "Bidirectional", name, (source,), settings, tuple(tensors))


def _layers() -> list[KerasLayer]:
    return [
        _input("mirna", MIRNA_LENGTH),
        _input("target", TARGET_LENGTH),
        _convolution("mirna_convolution", "conv1d_1", "mirna"),
        _convolution("target_convolution", "conv1d_2", "target"),
        _activation("mirna_relu", "activation_1", "mirna_convolution", "relu"),
        _activation("target_relu", "activation_2", "target_convolution", "relu"),
        _pool("mirna_pool", "max_pooling1d_1", "mirna_relu"),
        _pool("target_pool", "max_pooling1d_2", "target_relu"),
        KerasLayer("merged", "Concatenate", "concatenate_1", ("mirna_pool", "target_pool"), {"axis": 1}),
        _norm("merged_norm", "batch_normalization_1", "merged"),
        _dropout("merged_dropout", "dropout_1", "merged_norm", 0.25),
        _recurrent("recurrent", "bidirectional_1", "merged_dropout"),
        _norm("recurrent_norm", "batch_normalization_2", "recurrent"),
        _dropout("recurrent_dropout", "dropout_2", "recurrent_norm", 0.5),
        KerasLayer("flat", "Flatten", "flatten_1", ("recurrent_dropout",), {"data_format": "channels_last"}),
        _dense("dense", "dense_1", "flat", DENSE_UNITS),
        _norm("dense_norm", "batch_normalization_3", "dense"),
        _activation("dense_relu", "activation_3", "dense_norm", "relu"),
        _dropout("dense_dropout", "dropout_3", "dense_relu", 0.5),
        _dense("output", "dense_2", "dense_dropout", 1),
        _norm("output_norm", "batch_normalization_4", "output"),
        _activation("score", "activation_4", "output_norm", "sigmoid"),
    ]


LAYERS: Final = tuple(_layers())
"""All layers, each after its inputs."""
