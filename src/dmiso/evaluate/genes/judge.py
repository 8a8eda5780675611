"""Responses and the scores that are judged on them: which rows, which genes without a site, each number once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from dmiso.evaluate.bootstrap import cluster_draws
from dmiso.evaluate.genes.measures import OF_RESPONDERS, Measure, measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from dmiso.settings.evaluate_genes import EvaluateGenesSettings

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["ALL", "GeneScores", "Judge", "sets_of"]

ALL: Final = "all"
"""The set of all experiments."""


class GeneScores(NamedTuple):
    """A score for each row of responses.

    Parameters
    ----------
    name
        How tables name it.
    kind
        ``scores`` (of a table) or ``baseline``.
    values
        Higher = more repression, ``(n_rows,)``; NaN in experiments that the tool has nothing of, and outside a sample.
    missing
        Rows that took the tool's lowest score, as it has none of their gene.
    """

    name: str
    kind: str
    values: Floats
    missing: Flags


def sets_of(rows: pl.DataFrame) -> dict[str, list[str]]:
    """Return the experiments of each set, in the order they came; beside several sets that of all."""
    own = rows.select("experiment_set", "experiment").unique(maintain_order=True)
    sets = {
        str(name[0]): part["experiment"].to_list()
        for name, part in own.group_by("experiment_set", maintain_order=True)
    }
    if len(sets) > 1:
        sets[ALL] = own["experiment"].unique(maintain_order=True).to_list()
    return sets


class Judge:
    """Responses, the scores that are judged on them, and every number of an experiment, computed once.

    Parameters
    ----------
    rows
        As :class:`dmiso.evaluate.genes.responses.Responses` has them.
    scorers
        Scores for the rows.
    families
        Experiment → seed family of its miRNA.
    settings
        How many genes are the best, how many responders an experiment needs, replicates.
    """

    def __init__(
        self,
        rows: pl.DataFrame,
        scorers: Sequence[GeneScores],
        families: Mapping[str, str],
        settings: EvaluateGenesSettings,
    ) -> None:
        self.rows, self.scorers, self.families, self.settings = rows, scorers, families, settings
        self.sets = sets_of(rows)
        self._at = {
            str(name[0]): part["_row"].to_numpy()
            for name, part in rows.with_row_index("_row").group_by("experiment", maintain_order=True)
        }
        self.responses = rows["response"].to_numpy()
        self.responds = rows["responds"].to_numpy() == 1
        self._found: dict[tuple[str, str, int], Measure] = {}
        self._subsets: dict[bytes, int] = {}
        self._seeds = next((s for s in scorers if s.name == "seed_type_sum" and s.kind == "baseline"), None)

    def rows_of(self, experiment: str, *scorers: GeneScores) -> NDArray[np.int64]:
        """Return the rows of an experiment that all of some scores have."""
        at = self._at[experiment]
        for scorer in scorers:
            at = at[~np.isnan(scorer.values[at])]
        return at

    def without_site(self, scorer: GeneScores, at: NDArray[np.int64]) -> Flags:
        """Say which genes have no site: no seed match where seed types were added up, else the tool's lowest score."""
        if self._seeds is not None and not np.isnan(self._seeds.values[at]).any():
            return np.asarray(self._seeds.values[at] == 0)
        own = scorer.values[at]
        return np.asarray(own == own.min()) if len(own) else np.zeros(0, np.bool_)

    def measured(self, scorer: GeneScores, name: str, at: NDArray[np.int64]) -> Measure:
        """Return a metric of a score on some rows of one experiment."""
        subset = self._subsets.setdefault(at.tobytes(), len(self._subsets))
        key = (scorer.name, name, subset)
        if key not in self._found:
            self._found[key] = measure(
                name,
                scorer.values[at],
                self.responses[at],
                self.responds[at],
                self.without_site(scorer, at),
                best=self.settings.best,
            )
        return self._found[key]

    def counted(self, scorer: GeneScores, name: str, at: NDArray[np.int64]) -> float:
        """Return a metric as means take it: NaN where too few genes respond, or too few do not."""
        least = min(self.responds[at].sum(), (~self.responds[at]).sum()) if len(at) else 0
        if not len(at) or (name in OF_RESPONDERS and least < self.settings.min_responders):
            return math.nan
        return self.measured(scorer, name, at).value

    def n_families(self, experiments: Sequence[str], values: Floats) -> int:
        """Return how many seed families the experiments with a value are of."""
        return len(
            {self.families[e] for e, value in zip(experiments, values, strict=True) if not math.isnan(value)}
        )

    def replicates(self, experiments: Sequence[str], values: Floats) -> Floats:
        """Return means over draws of whole seed families with replacement, of the experiments that have a value.

        Parameters
        ----------
        experiments
            Names.
        values
            A number of each, NaN where it is not defined.

        Returns
        -------
        numpy.ndarray
            ``(n_replicates,)``; none of a single family, which says nothing about others.
        """
        there = ~np.isnan(values)
        names = [self.families[e] for e, own in zip(experiments, there, strict=True) if own]
        families = np.unique(names, return_inverse=True)[1].reshape(-1)
        n = self.settings.replicates
        n_families = int(families.max(initial=-1)) + 1
        if n == 0 or n_families < 2:
            return np.zeros(0)
        drawn = next(cluster_draws(n_families, n, seed=self.settings.seed, block=n))[:, families]
        means: Floats = (drawn @ values[there]) / drawn.sum(axis=1)
        return means
