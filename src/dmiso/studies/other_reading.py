"""The other reading of the paper's rule of negatives: the same positives, negatives that bind well.

The paper's text has negatives with "free folding energy < 10 kcal/mol". Paper mode takes those above -10 kcal/mol,
which hardly bind; a minus sign may have been lost instead, and the rule have meant those below -10. What a given model,
the authors' own above all, scores on both says which reading its training data had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from dmiso.dataset.negatives import DrawSettings, draw_negatives
from dmiso.dataset.settings import stage_seed
from dmiso.dataset.splits import assign_splits
from dmiso.settings.dataset import SplitSettings
from dmiso.studies.analyses import leak_rows
from dmiso.studies.designs import VALIDATION
from dmiso.studies.mode_steps import ModeSteps, held_out
from dmiso.studies.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.studies.material import Material
    from dmiso.studies.store import Step
    from dmiso.studies.trainings import Job

__all__ = ["OTHER_READING", "other_reading_steps", "other_reading_table"]

OTHER_READING: Final = "Table 1, negatives that bind"
"""The analysis of all rows made here."""

_STRATEGY: Final = "paper-strong"
_ENERGIES: Final = ("rnacofold", "rnaduplex")


def other_reading_table(
    positives: pl.DataFrame, transcripts: Mapping[str, Transcript], seed: int, counts: Counts
) -> pl.DataFrame:
    """Return positives with negatives that bind well, split at random as in paper mode.

    Parameters
    ----------
    positives
        Those of both modes.
    transcripts
        mRNAs by name.
    seed
        Of the study.
    counts
        Filled with positives that get no negative.

    Returns
    -------
    polars.DataFrame
        With ``label``, ``negative`` and ``split``: train, validation, test.
    """
    draw = DrawSettings(seed=stage_seed(seed, "negatives"), transcripts=transcripts, whole_clusters=False)
    table = draw_negatives(positives, _STRATEGY, settings=draw, counts=counts)
    split = SplitSettings(validation_share=VALIDATION, seed=stage_seed(seed, "splits"))
    return assign_splits(table, "random", settings=split, counts=counts)


def other_reading_steps(material: Material, table: Step, job: Job) -> list[Step]:
    """Evaluate a network trained on such negatives, the given models, and the baselines on the held-out rows."""
    steps, position = ModeSteps("paper", material), (OTHER_READING, "test")
    found = []
    for subject in (Subject("", "network", job), *material.given):
        scores = steps.scored("other-reading", subject, table, test_only=True)
        found.append(steps.judged("other-reading", position, subject, scores))
    train = table.frame.filter(pl.col("split") == "train")
    key = (*position, steps.mode)
    found.append(
        steps.rows(
            "other-reading-leaks",
            lambda: leak_rows(key, held_out(table), train, material.settings, energies=_ENERGIES),
            table,
            energies=list(_ENERGIES),
        )
    )
    return found
