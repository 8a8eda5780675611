"""The answer to one question that is asked of a model on made-up pairs."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["BehaviourCheck"]


class BehaviourCheck(NamedTuple):
    """One check: whether it passed, its number and limit, and what was asked."""

    name: str
    passed: bool
    value: float
    limit: float
    sentence: str
    details: dict[str, Any]
