"""The fast forward pass of the published network, without torch.

The forward LSTM meets the miRNA first and the backward LSTM the target first. So for each sequence, once: convolution,
pooling, gate inputs, its own LSTM direction, and that direction's share of the dense layer (``branch``). For each
pair only: the forward LSTM over the target from the miRNA's state, the backward LSTM over the miRNA from the target's
state, and their share of the dense layer, as one matrix product over a block of pairs (``block``). Equal to
:class:`dmiso.networks.dmiso.DmisoNetwork` at prediction to 1e-5.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from dmiso.engine.finite import finite, quiet
from dmiso.engine.published.block import GROUP, BlockRunner
from dmiso.engine.published.branch import Branch
from dmiso.engine.published.fold import fold
from dmiso.engine.published.kernels import BLOCK, LANES
from dmiso.errors import ModelError, UsageError
from dmiso.networks.dmiso_shapes import MIRNA_LENGTH, TARGET_LENGTH, tensor_shapes
from dmiso.networks.weights import check_weights
from dmiso.workers import tick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from dmiso.engine.protocol import Engine
    from dmiso.engine.published.block import Kind

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Task = tuple[Callable[[BlockRunner], None], int]

__all__ = ["DmisoEngine"]

_KEPT: Final = 4096
"""Sequences of a grid whose branches are kept at a time: bounds memory."""


class DmisoEngine:
    """Computes logits of the published network on CPU cores.

    Parameters
    ----------
    weights
        Name to float32 array, as on disk.
    threads
        CPU cores to use, at least 1. Each works on blocks of its own; BLAS runs on one thread inside them.
    source
        Where the weights come from, for messages.

    Raises
    ------
    ModelError
        If a tensor is missing, of another shape, or not finite.
    UsageError
        If ``threads`` is below 1.

    Examples
    --------
    >>> from dmiso.encode import encode
    >>> from dmiso.networks.dmiso_shapes import tensor_shapes
    >>> weights = {name: np.zeros(shape, np.float32) for name, shape in tensor_shapes().items()}
    >>> engine = DmisoEngine(weights)
    >>> engine.logits_pairs(encode(["UGAGGUAGUAGG"], 30), encode(["ACCUACUACCUCA"], 60))
    array([0.], dtype=float32)
    """

    def __init__(self, weights: Mapping[str, FloatArray], *, threads: int = 1, source: str = "") -> None:
        if threads < 1:
            raise UsageError(f"threads is {threads}; at least 1 is needed")
        check_weights(weights, tensor_shapes())
        for name, array in weights.items():
            if not np.isfinite(array).all():
                raise ModelError(f"the weights: tensor {name} has numbers that are not finite")
        self.threads = threads
        self._source = source
        with quiet():
            self._weights = fold(weights)
        self._blas = ThreadpoolController()
        self._local = threading.local()

    def logits_grid(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of every miRNA with every target.

        Parameters
        ----------
        mirna_codes
            ``(n_mirnas, 30)``, 0 A, 1 U, 2 C, 3 G, 4 N, see :func:`dmiso.encode.encode`.
        target_codes
            ``(n_targets, 60)``.

        Returns
        -------
        numpy.ndarray
            ``(n_mirnas, n_targets)``, float32. Beside it, memory is bounded (about 50 MB).

        Examples
        --------
        >>> engine.logits_grid(encode(mirnas, 30), encode(windows, 60)).shape  # doctest: +SKIP
        (22, 1000)
        """
        _check_codes(mirna_codes, MIRNA_LENGTH, "miRNA")
        _check_codes(target_codes, TARGET_LENGTH, "target")
        logits = np.empty((len(mirna_codes), len(target_codes)), np.float32)
        codes: dict[Kind, Codes] = {"mirna": mirna_codes, "target": target_codes}
        if len(mirna_codes) < len(target_codes):
            self._run(self._grid_tasks(codes, "mirna", "target", logits))
        else:
            self._run(self._grid_tasks(codes, "target", "mirna", logits.T))
        return finite(logits, self._source)

    def logits_pairs(self, mirna_codes: Codes, target_codes: Codes) -> FloatArray:
        """Return the logits of row i of one with row i of the other; repeated rows cost little.

        Parameters
        ----------
        mirna_codes
            ``(n_pairs, 30)``, as in :meth:`logits_grid`.
        target_codes
            ``(n_pairs, 60)``.

        Returns
        -------
        numpy.ndarray
            ``(n_pairs,)``, float32.

        Examples
        --------
        >>> engine.logits_pairs(encode(mirnas, 30), encode(windows, 60)).shape  # doctest: +SKIP
        (1000,)
        """
        _check_codes(mirna_codes, MIRNA_LENGTH, "miRNA")
        _check_codes(target_codes, TARGET_LENGTH, "target")
        if len(mirna_codes) != len(target_codes):
            raise ValueError(
                f"{len(mirna_codes)} miRNA rows but {len(target_codes)} target rows: pairs go by row"
            )
        logits = np.empty(len(mirna_codes), np.float32)
        self._run(self._pair_tasks(mirna_codes, target_codes, logits))
        return finite(logits, self._source)

    def _grid_tasks(
        self, codes: Mapping[Kind, Codes], few: Kind, many: Kind, logits: FloatArray
    ) -> Iterable[Task]:
        """Yield the grid in strips: a group of the kind with fewer sequences times a block of the other.

        ``logits`` is ``(number of few, number of many)``.
        """
        width = min(BLOCK, max(LANES, -(-len(codes[many]) // self.threads)))
        for first in range(0, len(codes[few]), _KEPT):
            group = codes[few][first : first + _KEPT]
            branch = Branch(getattr(self._weights, few), len(group)).compute(group)
            rows = logits[first : first + _KEPT]
            for start in range(0, len(codes[many]), width):
                columns = slice(start, start + width)
                strip = rows[:, columns]
                task = partial(
                    BlockRunner.grid,
                    rows=branch,
                    column_codes=codes[many][columns],
                    column_kind=many,
                    logits=strip,
                )
                yield task, strip.size

    def _pair_tasks(self, mirna_codes: Codes, target_codes: Codes, logits: FloatArray) -> Iterable[Task]:
        """Yield groups of pairs, equal targets side by side, so that a target is computed once."""
        order = np.argsort(_as_words(target_codes), kind="stable")
        for start in range(0, len(order), GROUP):
            rows = order[start : start + GROUP]
            yield partial(self._pair_group, mirna_codes, target_codes, rows, logits), len(rows)

    @staticmethod
    def _pair_group(
        mirna_codes: Codes,
        target_codes: Codes,
        rows: NDArray[np.intp],
        logits: FloatArray,
        runner: BlockRunner,
    ) -> None:
        mirnas, mirna_index = _unique_rows(mirna_codes[rows])
        targets, target_index = _unique_rows(target_codes[rows])
        logits[rows] = runner.pairs(mirnas, mirna_index, targets, target_index)

    def _run(self, tasks: Iterable[Task]) -> None:
        with self._blas.limit(limits=1, user_api="blas"), quiet():
            if self.threads == 1:
                for task in tasks:
                    tick(self._run_one(task))
                return
            pool = ThreadPoolExecutor(self.threads)
            try:
                for n in pool.map(self._run_one, tasks):
                    tick(n)
            finally:  # after an error or Ctrl-C, what has not begun is not begun
                pool.shutdown(cancel_futures=True)

    def _run_one(self, task: Task) -> int:
        """Run a task in this thread; return the logits it gave."""
        if not hasattr(self._local, "runner"):
            self._local.runner = BlockRunner(self._weights)
        work, n = task
        with quiet():  # per thread
            work(self._local.runner)
        return n


def _check_codes(codes: Codes, length: int, kind: str) -> None:
    if codes.ndim != 2 or codes.shape[1] != length or codes.dtype != np.uint8:
        raise ValueError(f"{kind} codes must be uint8 (n, {length}); found {codes.dtype} {codes.shape}")
    if codes.size and codes.max() > 4:
        raise ValueError(f"{kind} codes must be 0 to 4; found {codes.max()}")


def _as_words(codes: Codes) -> NDArray[np.void]:
    """Return each row as one item, so that rows can be sorted."""
    rows = np.ascontiguousarray(codes)
    return rows.view(np.dtype((np.void, rows.shape[1])))[:, 0]


def _unique_rows(codes: Codes) -> tuple[Codes, NDArray[np.intp]]:
    """Return the distinct rows in order of appearance, and which of them each row is."""
    _, first, index = np.unique(_as_words(codes), return_index=True, return_inverse=True)
    by_appearance = np.argsort(first)
    position = np.empty_like(by_appearance)
    position[by_appearance] = np.arange(len(first))
    return codes[first[by_appearance]], position[index]


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[Engine] = DmisoEngine
