"""Scores for miRNA/isomiR and target: pairs, or every miRNA with every target, from memory or from files."""

from dmiso.predict.predictor import Predictor, load_model
from dmiso.predict.run import PredictInputs, predict_files
from dmiso.verbs import callable_room

__all__ = ["PredictInputs", "Predictor", "load_model", "predict_files"]

callable_room(__name__)
