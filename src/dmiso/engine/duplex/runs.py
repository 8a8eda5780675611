"""The duplex network at a few runs of offsets, of many miRNAs on one target, and its student at all of them.

Runs lie side by side in tiles, with the offsets around them that the network sees. An offset's logit is the same, bit
by bit, in whatever run it is computed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.encode import N_CODE
from dmiso.engine.duplex.columns import codes_under
from dmiso.engine.duplex.head_lanes import HEADS
from dmiso.engine.duplex.look import Looker, silent_student, units_of
from dmiso.engine.duplex.rows import ROWS, RowNetwork, filled_up, whole
from dmiso.engine.duplex.run_kernels import (
    BASES_AROUND,
    RunMirnas,
    RunScores,
    features_of_runs,
    lay_out,
    spread_runs,
)
from dmiso.engine.finite import finite
from dmiso.networks.duplex_shapes import CONTEXT
from dmiso.networks.helices import pair_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dmiso.engine.duplex.columns import Mirnas
    from dmiso.engine.duplex.gate import Gate
    from dmiso.engine.duplex.look import Student
    from dmiso.engine.duplex.scan import DuplexScanner
    from dmiso.engine.protocol import GateEngine

    FloatArray = NDArray[np.float32]
    Codes = NDArray[np.uint8]
    Positions = NDArray[np.int64]

__all__ = ["RunScanner", "Runs", "Under"]

_USUAL: Final = 26
"""miRNAs up to this long, nearly all, are computed alike, with zeros for positions that they lack; longer ones as the
longest. How many positions a product has decides its last bits, so it must not depend on what lies beside."""


class Under(NamedTuple):
    """The nucleotides of a target under a range of offsets."""

    bases: Codes
    pairs: Codes
    """Codes of neighbouring nucleotides."""
    origin: int
    """The first offset of the range."""


class Runs(NamedTuple):
    """Runs of offsets."""

    mirna: Positions
    """``(n_runs,)``, which one each is of, ascending."""
    between: Positions
    """``(n_runs, 2)``, the first offset and the one after the last, ascending within a miRNA."""


class RunScanner:
    """Computes a student's logits of all offsets, and the network's of a few runs of them.

    Parameters
    ----------
    scanner
        Of the network: its weights and miRNAs are used.
    """

    def __init__(self, scanner: DuplexScanner) -> None:
        self.scanner = scanner
        self._weights = weights = scanner.weights
        self._looker: tuple[Student, Looker] | None = None
        self._network = RowNetwork(weights)
        self._heads = filled_up(weights.heads)
        bulge = np.zeros((2, self._heads), np.float32)
        bulge[:, : weights.heads] = weights.bulge
        self._bulge = np.ascontiguousarray(bulge.reshape(2, -1, HEADS).transpose(1, 0, 2)).reshape(-1)
        self._last: tuple[Mirnas, RunMirnas, RunScores] | None = None

    def look(self, gate: Gate, mirna_codes: Codes, target_codes: Codes, start: int, stop: int) -> FloatArray:
        """Return the logits of a gate's student at a range of offsets, ``(n_mirnas, stop - start)``."""
        if self._looker is None or self._looker[0] is not gate.student:
            self._looker = gate.student, Looker(self._weights, gate.student, source=self.scanner.source)
        mirnas, stacks = self.scanner.mirnas(mirna_codes)
        return self._looker[1].logits(mirnas, stacks, target_codes, start, stop)

    @property
    def heads(self) -> int:
        """Helix scores that a miRNA position has at an offset."""
        return self._weights.heads

    @property
    def softness(self) -> float:
        """Scale of the soft maximum of logits on the scale of sites."""
        return float(self._weights.pool.scale)

    @property
    def reach(self) -> int:
        """Offsets to either side that a logit depends on."""
        return self.scanner.reach

    def alone(self, logits: FloatArray) -> FloatArray:
        """Return the logits of sites that have one offset each, of the same shape."""
        pool = self._weights.pool
        found: FloatArray = logits * np.float32(pool.scale) + np.float32(pool.shift)
        return found

    @cached_property
    def _silent(self) -> Looker:
        """A student's inputs do not depend on its weights."""
        return Looker(self._weights, silent_student(self._weights.mirna_length, self.heads))

    @property
    def gate_units(self) -> NDArray[np.float64]:
        """Units of a byte that a helix score of 1 is, by head."""
        return units_of(self._weights)

    def gate_features(self, mirna_codes: Codes, target_codes: Codes) -> Codes:
        """Return what a student weighs at all offsets of one miRNA, in bytes.

        Parameters
        ----------
        mirna_codes
            ``(1, mirna_length)``.
        target_codes
            ``(target_length,)``.

        Returns
        -------
        numpy.ndarray
            ``(n_offsets, mirna_length * heads + CONTEXT * 4)``, in the order of a student's weights. Helix scores in
            :attr:`gate_units`; nucleotides are 0 or 1, and all 0 around an unknown one.
        """
        length = self._weights.mirna_length
        n = len(target_codes) + length - 1
        scores = self._silent.scores(*self.scanner.mirnas(mirna_codes), target_codes, n)
        codes = codes_under(target_codes, 0, n, length)
        offsets = np.arange(n)
        around = codes[offsets[:, None] + length - 1 + np.arange(CONTEXT) - CONTEXT // 2]
        known = codes[offsets + length - 1] != N_CODE
        bases = (around[..., None] == np.arange(N_CODE)) & known[:, None, None]
        found: Codes = np.concatenate(
            [scores.reshape(-1, n).T, bases.reshape(n, -1).astype(np.uint8)], axis=1
        )
        return found

    def under(self, target_codes: Codes, start: int, stop: int) -> Under:
        """Return what :meth:`fill` needs of a target for a range of offsets."""
        origin = start - self.scanner.reach
        bases = codes_under(target_codes, origin, stop + self.scanner.reach, self._weights.mirna_length)
        return Under(bases, pair_codes(bases[None])[0], origin)

    def fill(self, under: Under, mirna_codes: Codes, runs: Runs, to: Positions, logits: FloatArray) -> None:
        """Write the logits of runs of offsets.

        Parameters
        ----------
        under
            Of the target, for all offsets of the runs.
        mirna_codes
            ``(n_mirnas, mirna_length)``; those of the runs have nucleotides.
        runs
            Which.
        to
            ``(n_runs,)``, where the first one of each run goes.
        logits
            Flat; others stay as they are.
        """
        mirnas, scores = self._laid_by_head(self.scanner.mirnas(mirna_codes))
        positions = np.where(mirnas.lengths <= _USUAL, _USUAL, self._weights.mirna_length)
        laid = lay_out(runs.between, runs.mirna, to, positions, self.scanner.reach, ROWS)
        for tile, used in enumerate(laid.positions.tolist()):
            part, run = (slice(*ends[tile : tile + 2]) for ends in (laid.part_ends, laid.run_ends))
            found = self._logits(under, mirnas, scores, laid.parts[part], used)
            spread_runs(found, laid.runs[run], logits)

    def _logits(
        self, under: Under, mirnas: RunMirnas, scores: RunScores, parts: Positions, positions: int
    ) -> FloatArray:
        """Return the logits of a tile's parts, without their margins, one after the other."""
        sizes = parts[:, 2] - parts[:, 1]
        used = int(sizes.sum())
        features = self._network.features(whole(used), BASES_AROUND + positions * self._heads)
        features[used:] = 0
        outside = np.ones(len(features), np.bool_)
        features_of_runs(scores, mirnas, *under, parts, features, outside)
        # checked here: later steps pass over NaN and minus infinity as over any low logit
        return finite(self._network.logits(features, sizes, outside), self.scanner.source)

    def _laid_by_head(self, mirnas: Mirnas) -> tuple[RunMirnas, RunScores]:
        """Return miRNAs and scores with the heads side by side; kept for the next call."""
        if self._last is None or self._last[0] is not mirnas:
            self._last = mirnas, self._of_mirnas(mirnas), self._scores(mirnas.stacks)
        return self._last[1:]

    def _of_mirnas(self, mirnas: Mirnas) -> RunMirnas:
        n, length, heads = len(mirnas.each), self._weights.mirna_length, self._weights.heads
        known, steps = np.zeros((n, length), np.bool_), np.zeros((n, length), np.int64)
        pairs = np.zeros((n, length, 5, self._heads), np.float32)
        for m, mirna in enumerate(mirnas.each):
            own = slice(0, mirna.length)
            known[m, own], steps[m, own] = mirna.known, mirna.steps
            pairs[m, own, :4, :heads] = mirna.pairs.transpose(0, 2, 1)
        pairs[:, :, 4] = pairs[:, :, 3]  # N: its stack scores so low that no helix is left
        lengths = np.array([mirna.length for mirna in mirnas.each], np.int64)
        return RunMirnas(lengths, known, steps, pairs.reshape(-1))

    def _scores(self, stacks: FloatArray) -> RunScores:
        by_head = np.zeros((len(stacks), stacks.shape[2], self._heads), np.float32)
        by_head[..., : self._weights.heads] = stacks.transpose(0, 2, 1)
        return RunScores(by_head.reshape(-1), self._bulge, self._heads)


if TYPE_CHECKING:
    # built by name: mypy would not see otherwise that it is one
    _IS: type[GateEngine] = RunScanner
