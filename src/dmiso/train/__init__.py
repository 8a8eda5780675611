"""Training: settings, the loop, checkpoints, curves, cross-validation. Torch loads when a run begins."""

from dmiso.settings.training import FoldPlan, TrainSettings
from dmiso.train.crossval import crossval
from dmiso.train.loop import Reporter
from dmiso.train.run import Beginning, train
from dmiso.train.settings import settings_for
from dmiso.verbs import callable_room

__all__ = ["Beginning", "FoldPlan", "Reporter", "TrainSettings", "crossval", "settings_for", "train"]

callable_room(__name__)
