"""What a model looks at: perturbation, duplex maps, motifs, variants. Works with any callable model."""

from dmiso.explain.model import ExplainedModel, explain_stored, shuffled_control

__all__ = ["ExplainedModel", "explain_stored", "shuffled_control"]
