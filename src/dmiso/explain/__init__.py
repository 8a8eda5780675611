"""What a model looks at: perturbation, duplex maps, motifs, variants. Works with any callable model."""

from dmiso.explain.model import ExplainedModel, explain_stored, shuffled_control
from dmiso.verbs import callable_room

__all__ = ["ExplainedModel", "explain_stored", "shuffled_control"]

callable_room(__name__)
