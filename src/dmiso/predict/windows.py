"""The parts of targets that a network sees: overlapping windows that cover the last base.

A target no longer than the network's window is one window, padded on the right by the encoding. A longer one is
covered at a stride, and a last window ends exactly at its end, so nothing is cropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dmiso.encode import Crop, crop_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Windows", "cover", "cut_windows", "window_starts"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows of several targets, target after target, from 5′ to 3′ within each.

    Parameters
    ----------
    sequences
        The nucleotides of each window, ``n_windows`` strings.
    target
        Which target each window is from, ``(n_windows,)``, ascending.
    start, end
        Its position on the target, 0-based half-open, ``(n_windows,)``.
    first
        The first window of each target, ``(n_targets,)``.
    """

    sequences: list[str]
    target: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]


def window_starts(length: int, window: int, stride: int) -> range | list[int]:
    """Return where the windows of a target of ``length`` nt begin.

    Examples
    --------
    >>> list(window_starts(100, 60, 20)), list(window_starts(95, 60, 20)), list(window_starts(50, 60, 20))
    ([0, 20, 40], [0, 20, 35], [0])
    """
    if length <= window:
        return [0]
    starts = range(0, length - window + 1, stride)
    return starts if starts[-1] + window == length else [*starts, length - window]


def cover(length: int, window: int, stride: int) -> int:
    """Return how many windows :func:`window_starts` gives, without making them.

    Examples
    --------
    >>> cover(95, 60, 20)
    3
    """
    return 1 if length <= window else -(-(length - window) // stride) + 1


def cut_windows(targets: Sequence[str], window: int, stride: int) -> Windows:
    """Cut targets into overlapping windows.

    Parameters
    ----------
    targets
        Upper-case RNA.
    window
        Length of the network's target input, nt.
    stride
        Distance between the starts of neighbouring windows, nt, at least 1.

    Examples
    --------
    >>> cut_windows(["AAACC", "GG"], 4, 3).sequences
    ['AAAC', 'AACC', 'GG']
    """
    starts = [window_starts(len(target), window, stride) for target in targets]
    sequences = [
        target[s : s + window] for target, of_one in zip(targets, starts, strict=True) for s in of_one
    ]
    return _windows(sequences, [list(of_one) for of_one in starts])


def crop_targets(targets: Sequence[str], window: int, crop: Crop) -> Windows:
    """Take one window per target, cropped as the published program (``centre``) or the paper's text (``end``) does.

    Examples
    --------
    >>> crop_targets(["AAACC", "GG"], 3, "centre").sequences
    ['AAC', 'GG']
    """
    bounds = [crop_bounds(len(target), window, crop) for target in targets]
    sequences = [target[start:end] for target, (start, end) in zip(targets, bounds, strict=True)]
    return _windows(sequences, [[start] for start, _ in bounds])


def _windows(sequences: list[str], starts: list[list[int]]) -> Windows:
    n_windows = np.array([len(of_one) for of_one in starts], np.int64)
    start = np.array([s for of_one in starts for s in of_one], np.int64)
    return Windows(
        sequences=sequences,
        target=np.repeat(np.arange(len(starts)), n_windows),
        start=start,
        end=start + np.array([len(s) for s in sequences], np.int64),
        first=np.concatenate([np.zeros(1, np.int64), np.cumsum(n_windows)[:-1]])[: len(starts)],
    )
