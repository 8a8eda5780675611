"""Trained models on disk: reading, writing, joining, the bundled ones, calibration, domain, exchange with Keras."""

from dmiso.models.calibration import Calibration
from dmiso.models.domain import Domain, domain_of
from dmiso.models.ensemble import write_ensemble
from dmiso.models.registry import check_model, model_names, resolve
from dmiso.models.store import ModelConfig, StoredModel, read_model, write_model

__all__ = [
    "Calibration",
    "Domain",
    "ModelConfig",
    "StoredModel",
    "check_model",
    "domain_of",
    "model_names",
    "read_model",
    "resolve",
    "write_ensemble",
    "write_model",
]
