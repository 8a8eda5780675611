"""Weights can each be finite and yet overflow together: that is an error, never a score, and gives no numpy warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dmiso.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["finite", "quiet"]

_Array = TypeVar("_Array", bound="NDArray[np.float32]")


def quiet() -> np.errstate:
    """Return a context without numpy's warnings, for a forward pass whose result goes through :func:`finite`."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def finite(numbers: _Array, source: str = "") -> _Array:
    """Return what a network computed, if it is numbers.

    Parameters
    ----------
    numbers
        Logits.
    source
        Where the weights come from, for the message.

    Raises
    ------
    ModelError
        If one is infinite or NaN.

    Examples
    --------
    >>> finite(np.zeros(2, np.float32))
    array([0., 0.], dtype=float32)
    """
    if not np.isfinite(numbers).all():
        prefix = f"{source}: " if source else ""
        raise ModelError(
            f"{prefix}the model's numbers overflow: a logit is not finite. Its weights are too large; "
            "get it again, or train it again"
        )
    return numbers
