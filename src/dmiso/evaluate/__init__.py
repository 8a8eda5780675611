"""How good a score is, and whether the data let one tell: metrics, intervals, baselines, audit, behaviour."""

from dmiso.verbs import callable_room

callable_room(__name__)
