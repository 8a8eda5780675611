"""The package's verbs by name, and rooms that can be called like functions.

Rooms and verbs share names: ``dmiso.scan`` is the room that holds ``ScanSettings``, and ``dmiso.scan(...)`` scans. A
module cannot be called, so these rooms are modules of a class that can; the functions are those of :mod:`dmiso.api`,
which load when they are asked for.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["VERBS", "callable_room", "verb"]

VERBS: Final[Mapping[str, str]] = {
    "ask": "dmiso.api.asking",
    "audit": "dmiso.api.judging",
    "chimeras": "dmiso.api.data",
    "compare": "dmiso.api.finding",
    "dataset": "dmiso.api.data",
    "doctor": "dmiso.doctor.examine",
    "evaluate": "dmiso.api.judging",
    "evaluate_fair": "dmiso.api.judging",
    "evaluate_genes": "dmiso.api.gene_scores",
    "explain": "dmiso.api.finding",
    "isomirs": "dmiso.api.data",
    "predict": "dmiso.api.finding",
    "repression": "dmiso.api.repressing",
    "scan": "dmiso.api.finding",
    "to_pandas": "dmiso.api.frames",
    "train": "dmiso.api.judging",
}
"""Verb to the module that defines it."""


def verb(name: str) -> Callable[..., Any]:
    """Return a verb's function.

    Parameters
    ----------
    name
        Of :data:`VERBS`.
    """
    function: Callable[..., Any] = getattr(importlib.import_module(VERBS[name]), name)
    return function


class _Room(ModuleType):
    """A room that is called by the verb of its name."""

    def __call__(self, *given: Any, **options: Any) -> Any:
        return verb(self.__name__.rpartition(".")[2])(*given, **options)

    @property
    def __signature__(self) -> inspect.Signature:
        """The verb's, for ``help`` and editors."""
        return inspect.signature(verb(self.__name__.rpartition(".")[2]))


def callable_room(name: str) -> None:
    """Let a room be called by its verb; said at the end of the room's ``__init__``.

    Parameters
    ----------
    name
        The room's ``__name__``.
    """
    sys.modules[name].__class__ = _Room
