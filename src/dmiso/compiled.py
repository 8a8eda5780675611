"""Compiled functions whose cache may be cut short, full, or nowhere at all: they are compiled again, and it is said.

numba keeps compiled code beside the source, or in ``NUMBA_CACHE_DIR``. A cache that cannot be read or written costs a
minute of compiling; it is no reason for a run to fail. Whoever listens (:mod:`dmiso.compiling`) hears of every function
that is compiled; code that was kept is loaded without numba's compiler, which would take longer to get ready than a
first prediction takes.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

from dmiso import compiling

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CacheUse", "cache_fault", "cache_use", "njit"]

_DAMAGED: Final = (
    EOFError,
    pickle.UnpicklingError,
    # what unpickling bytes that were cut or exchanged raises, by the position where they were
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
    MemoryError,
)
_faults: Final[list[str]] = []
_kept: Final[list[Any]] = []
"""The functions whose compiled code is to be kept."""


class CacheUse(NamedTuple):
    """What became of compiled code in this process: its folders; functions loaded from there; functions compiled."""

    folders: tuple[str, ...]
    loaded: int
    compiled: int


def cache_fault() -> str | None:
    """Return why compiled code could not be kept in this process; None if it could."""
    return _faults[0] if _faults else None


def cache_use() -> CacheUse:
    """Return where the functions used so far keep their code, and how many were found there or compiled anew."""
    used = [function.stats for function in _kept if function.overloads]
    return CacheUse(
        tuple(dict.fromkeys(str(stats.cache_path) for stats in used if stats.cache_path)),
        sum(sum(stats.cache_hits.values()) for stats in used),
        sum(sum(stats.cache_misses.values()) for stats in used),
    )


class _ForgivingCache(FunctionCache):
    """numba's cache of one function, of which no fault ends a run."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return kept code, or None: it is compiled then.

        numba's own method first gets its compiler ready, with all it knows of numpy (0.25 s, and scipy is imported).
        Kept code needs only what it calls at run time; if there is none, the compiler is made ready then.
        """
        rtsys.initialize(target_context)
        try:
            return self._load_overload(sig, target_context)
        except (*_DAMAGED, OSError):
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep code, where that can be done."""
        try:
            try:
                super().save_overload(sig, data)
            except _DAMAGED:
                self._cache_file.flush()  # the index is damaged: begin it anew
                super().save_overload(sig, data)
        except OSError as error:
            _faults.append(error.strerror or str(error))


class _Teller(event.Listener):
    """Tells of every function of this package that numba compiles."""

    def on_start(self, event: Any) -> None:
        """Tell its name."""
        function = event.data["dispatcher"].py_func
        if (function.__module__ or "").startswith("dmiso."):
            compiling.tell(function.__name__)

    def on_end(self, event: Any) -> None:
        """Do nothing."""


event.register("numba:compile", _Teller())


def njit(*, cache: bool = False, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function as ``numba.njit`` does.

    Parameters
    ----------
    cache
        Keep the compiled code for later runs.
    **options
        Of ``numba.njit``.
    """

    def compile_later(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(**options)(function)
        if cache:
            _kept.append(dispatcher)
            try:
                dispatcher._cache = _ForgivingCache(function)  # noqa: SLF001 - numba has no other way to give one
            except RuntimeError as error:  # no folder can be written
                _faults.append(str(error).partition(":")[0])
        return dispatcher

    return compile_later
