"""How good a score is, and whether the data can show it: metrics, intervals, baselines, audit, behaviour."""

from dmiso.verbs import callable_room

callable_room(__name__)
