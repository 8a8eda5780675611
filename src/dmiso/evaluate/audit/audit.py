"""Whether a labelled table, or a score on it, owes its numbers to shortcuts and leaks.

:func:`audit_table` asks; :mod:`dmiso.evaluate.audit.report` writes. The questions are in ``table_questions.py``
and ``confounder_questions.py`` (one table), ``split_questions.py`` (a training part against a test part) and
``score_questions.py`` (scores, models); thresholds stand beside the questions, with the numbers that set them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmiso.errors import InputError
from dmiso.evaluate.audit.confounder_questions import check_confounders_of
from dmiso.evaluate.audit.score_questions import check_model, check_scores
from dmiso.evaluate.audit.split_questions import check_split
from dmiso.evaluate.audit.table_questions import check_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from dmiso.evaluate.audit.check import Check
    from dmiso.evaluate.audit.score_questions import Scorer

__all__ = ["AuditReport", "audit_table"]

_PARTS = (("train", "validation"), ("train", "test"), ("validation", "test"))


@dataclass(frozen=True, slots=True, repr=False)
class AuditReport:
    """Every question with its answer, and what was looked at.

    Parameters
    ----------
    rows, positives, mirnas, sites
        Numbers of rows, positive rows, distinct miRNA and distinct target sequences.
    checks
        In the order asked.
    """

    rows: int
    positives: int
    mirnas: int
    sites: int
    checks: tuple[Check, ...]

    @property
    def convicted(self) -> tuple[Check, ...]:
        """The checks beyond their threshold."""
        return tuple(check for check in self.checks if check.verdict == "convicted")

    @property
    def verdict(self) -> str:
        """``convicted`` or ``acquitted``."""
        return "convicted" if self.convicted else "acquitted"

    def __repr__(self) -> str:
        names = ", ".join(check.name for check in self.convicted) or "nothing"
        size = f"{self.rows:,} rows, {len(self.checks)} checks"
        return f"AuditReport({self.verdict}, beyond a threshold: {names}; {size})"

    def _repr_html_(self) -> str:
        from dmiso.evaluate.audit.report import as_section

        return as_section(self, title="a labelled table")


def audit_table(
    table: pl.DataFrame,
    *,
    train: pl.DataFrame | None = None,
    scores: Mapping[str, NDArray[np.float64]] | None = None,
    models: Mapping[str, Scorer] | None = None,
    thresholds: Mapping[str, float] | None = None,
    seed: int = 0,
) -> AuditReport:
    """Look for shortcuts and leaks in a labelled table.

    Parameters
    ----------
    table
        ``mirna_sequence``, ``target_sequence`` (upper-case RNA), ``label``; with a column ``split`` its parts
        are compared with one another too.
    train
        The training table that belongs to ``table``.
    scores
        Scores of the rows by name, larger = more likely.
    models
        Functions (miRNAs, targets) → scores by name, for questions that need new scores.
    thresholds
        The score from which on a model calls a pair positive, by name; without one it is not asked about its calls.
    seed
        For folds, shuffles and the rows drawn from large tables.

    Returns
    -------
    AuditReport

    Raises
    ------
    InputError
        If the table has no rows.

    Examples
    --------
    >>> import polars as pl
    >>> mirnas = ["UGAGGUAGUAGGUUGUAUAGUU", "UAGCUUAUCAGACUGAUGUUGA"] * 50
    >>> table = pl.DataFrame({"mirna_sequence": mirnas, "target_sequence": ["ACGU" * 5] * 100, "label": [1, 0] * 50})
    >>> [check.name for check in audit_table(table).convicted][:2]
    ['mirna_identity', 'mirna_balance']
    """
    if table.height == 0:
        raise InputError("the table has no rows", hint="An audit needs labelled pairs")
    checks = [*check_table(table, seed=seed), *check_confounders_of(table, seed=seed)]
    if train is not None:
        checks += check_split(table, train, seed=seed)
    if "split" in table.columns:
        for first, second in _PARTS:
            parts = [table.filter(table["split"] == part) for part in (first, second)]
            if all(part.height for part in parts):
                checks += check_split(parts[1], parts[0], seed=seed, names=f"{first}->{second}")
    for name, values in (scores or {}).items():
        checks += check_scores(table, name, values)
    for name, scorer in (models or {}).items():
        checks += check_model(table, name, scorer, seed=seed, threshold=(thresholds or {}).get(name))
    return AuditReport(
        rows=table.height,
        positives=int(table["label"].sum()),
        mirnas=table["mirna_sequence"].n_unique(),
        sites=table["target_sequence"].n_unique(),
        checks=tuple(checks),
    )
