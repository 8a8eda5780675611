"""Trained models on disk: reading, writing, the bundled ones, calibration, exchange with Keras."""

from dmiso.models.calibration import Calibration
from dmiso.models.registry import check_model, model_names, resolve
from dmiso.models.store import ModelConfig, StoredModel, read_model, write_model

__all__ = [
    "Calibration",
    "ModelConfig",
    "StoredModel",
    "check_model",
    "model_names",
    "read_model",
    "resolve",
    "write_model",
]
