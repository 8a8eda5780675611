"""Confidence of one pair: how many shuffles of its miRNA, and of its target, do as much as the pair itself.

For each statistic - the logit of the best site (binding) and the predicted log2 fold change (repression) - there are
two empirical p-values, ``(r + 1) / (n + 1)`` with r of n controls at least as strong (Davison & Hinkley 1997, section
4.2). They answer two questions: would another miRNA of this composition do as much here, and would this miRNA do as
much on another target of this length and composition. Both depend on the pair's own nucleotides, its coding sequence
and the models alone, so they are the same to the last bit whatever else is scanned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.columns import CONFIDENCE_COLUMNS
from dmiso.confidence.best import BestSites
from dmiso.confidence.shuffles import shuffled_mirnas, shuffled_targets
from dmiso.records import Counts, SequenceRecord
from dmiso.repression.predict import predict_repression
from dmiso.settings.scan import REGION_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dmiso.io.transcripts import Transcript
    from dmiso.models import StoredModel
    from dmiso.repression.store import StoredRepression

    Floats = NDArray[np.float64]

__all__ = ["Confidence", "PairConfidence", "empirical_p"]

_MIRNAS_AT_ONCE: Final = 50
"""Each has tables of 65,536 8-mers when repression is predicted."""


class PairConfidence(NamedTuple):
    """A miRNA on a target, and how often controls do as much; None where something is not known."""

    best_logit: float
    best_score: float
    p_shuffled_mirna: float | None
    """Share of shuffled miRNAs whose best site on the target is as good, of binding."""
    p_shuffled_target: float | None
    """Share of shuffled targets on which the miRNA's best site is as good."""
    repression: float | None
    """Predicted log2 fold change; None where the coding sequence is not known."""
    repression_p_shuffled_mirna: float | None
    repression_p_shuffled_target: float | None
    n_shuffled_mirnas: int
    n_shuffled_targets: int

    def columns(self) -> dict[str, float | int | None]:
        """Return the p-values and numbers of controls, columns :data:`dmiso.columns.CONFIDENCE_COLUMNS`."""
        return {name: getattr(self, name) for name in CONFIDENCE_COLUMNS}


def empirical_p(statistic: float, controls: Floats) -> float | None:
    """Return the share of controls that reach a statistic, the statistic itself counted among them.

    Parameters
    ----------
    statistic, controls
        Higher is stronger.

    Returns
    -------
    float or None
        Above 0 and at most 1; None without controls.

    Examples
    --------
    >>> empirical_p(2.0, np.array([1.0, 2.0, 3.0]))
    0.75
    """
    if not len(controls):
        return None
    return (int((controls >= statistic).sum()) + 1) / (len(controls) + 1)


class Confidence:
    """Judges pairs by controls.

    Parameters
    ----------
    model
        Of binding.
    repression
        Of repression; None judges binding alone.
    regions
        Parts of the targets whose sites count, of ``5utr cds 3utr``; none counts all. Repression looks at whole
        targets.

    Examples
    --------
    >>> from dmiso.io.transcripts import Transcript
    >>> from dmiso.models import resolve
    >>> target = Transcript("t", "GCAGCAGCAUUGCAACUAUACAACCUACUACCUCAUUGCAGCAAGC")
    >>> found = Confidence(resolve()).of(["UGAGGUAGUAGGUUGUAUAGUU"], target)[0]
    >>> found.p_shuffled_mirna, found.p_shuffled_target, found.repression
    (0.005, 0.005, None)
    """

    def __init__(
        self,
        model: StoredModel,
        repression: StoredRepression | None = None,
        *,
        regions: Sequence[str] = (),
    ) -> None:
        self._best = BestSites(model)
        self._calibration = model.calibration
        self._repression = repression
        self._regions = tuple(regions)

    def of(self, mirnas: Sequence[str], target: Transcript) -> list[PairConfidence]:
        """Judge some miRNAs on one target: what costs is shared, and no number depends on the others.

        Parameters
        ----------
        mirnas
            Upper-case RNA.
        target
            With its coding sequence where known; ``cds`` (0, 0) is a 3'UTR.
        """
        others = shuffled_targets(target)
        near = [list(shuffled_mirnas(mirna)) for mirna in mirnas]
        bounds = np.cumsum([0, *(len(made) for made in near)])
        every = [*mirnas, *(one for made in near for one in made)]
        on_target = self._logits(every, [target])[:, 0]
        on_others = self._logits(mirnas, others)
        folds = self._folds(every, [target])
        folds_others = self._folds(mirnas, others)
        judged = []
        for m in range(len(mirnas)):
            own = slice(len(mirnas) + bounds[m], len(mirnas) + bounds[m + 1])
            logit = float(on_target[m])
            fold = None if folds is None else float(folds[m, 0])
            judged.append(
                PairConfidence(
                    best_logit=logit,
                    best_score=float(self._calibration.apply(on_target[m : m + 1])[0]),
                    p_shuffled_mirna=empirical_p(logit, on_target[own].astype(np.float64)),
                    p_shuffled_target=empirical_p(logit, on_others[m].astype(np.float64)),
                    repression=fold,
                    repression_p_shuffled_mirna=_p_of_fold(fold, None if folds is None else folds[own, 0]),
                    repression_p_shuffled_target=_p_of_fold(
                        fold, None if folds_others is None else folds_others[m]
                    ),
                    n_shuffled_mirnas=len(near[m]),
                    n_shuffled_targets=len(others),
                )
            )
        return judged

    def _logits(self, mirnas: Sequence[str], targets: Sequence[Transcript]) -> NDArray[np.float32]:
        """Return best logits, ``(n_mirnas, n_targets)``; all targets have the same regions."""
        bases = [target.sequence for target in targets]
        if not self._regions or not targets:
            return self._best.logits(mirnas, bases)
        spans = [targets[0].part(REGION_NAMES[name]) for name in self._regions]
        return np.asarray(np.max([self._best.logits(mirnas, bases, span) for span in spans], axis=0))

    def _folds(self, mirnas: Sequence[str], targets: Sequence[Transcript]) -> Floats | None:
        """Return predicted log2 fold changes, ``(n_mirnas, n_targets)``; None where they cannot be known."""
        if self._repression is None or any(target.cds is None for target in targets):
            return None
        background = dict.fromkeys((target.id for target in targets), 0.0)  # not asked for here
        parts = [np.empty((0, len(targets)))]
        for first in range(0, len(mirnas), _MIRNAS_AT_ONCE):
            records = [SequenceRecord(bases, bases) for bases in mirnas[first : first + _MIRNAS_AT_ONCE]]
            parts.append(
                predict_repression(
                    self._repression, records, targets, Counts(), background=background
                ).fold_changes()
                if targets
                else np.empty((len(records), 0))
            )
        return np.concatenate(parts)


def _p_of_fold(fold: float | None, controls: Floats | None) -> float | None:
    """Return how often controls repress as much; None where repression is not known."""
    return None if fold is None or controls is None else empirical_p(-fold, -controls)
