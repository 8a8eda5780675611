"""Ways to break a file: each takes good bytes and gives bad ones, the same for the same seed.

A mutation says what must come of it: ``refused`` (the file is no longer what it says it is), ``accepted`` (it is the
same file in another dress), or nothing, where both can be right.
"""

from __future__ import annotations

from .format_mutations import FORMAT_MUTATIONS
from .mutation import Mutation
from .text_mutations import TEXT_MUTATIONS

__all__ = ["MUTATIONS", "Mutation", "mutations_of"]

PATH_MUTATIONS: tuple[Mutation, ...] = (
    Mutation("missing", None, expected="refused"),
    Mutation("folder", None, expected="refused"),
    Mutation("pipe", None),
    Mutation("pipe-empty", None),
    Mutation("name-odd", None, expected="accepted", times=1),
)
"""What befalls the path and not the bytes; see :mod:`.paths`."""
MUTATIONS: tuple[Mutation, ...] = (*TEXT_MUTATIONS, *FORMAT_MUTATIONS, *PATH_MUTATIONS)
"""Every mutation."""


def mutations_of(kind: str) -> list[Mutation]:
    """Return the mutations that fit a kind of file."""
    return [m for m in MUTATIONS if not m.kinds or kind in m.kinds]
