"""Table 2: recall on miRTarBase's functional and non-functional sites, and what such a number is worth.

The sites have no negatives. So beside each recall stands the share of the same sites that is called positive with the
miRNAs of other rows, and beside all how many of the file's rows could be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from dmiso.dataset.clusters import site_clusters
from dmiso.dataset.gather import gather_positives
from dmiso.dataset.layouts import MIRTARBASE
from dmiso.dataset.settings import Sources, stage_seed
from dmiso.evaluate.energy_sample import inside
from dmiso.evaluate.recall.measure import ALL_SOURCES, dealt_anew, groups_of
from dmiso.settings.dataset import BuildSettings
from dmiso.studies.measures import measured, plain_row, rows_frame
from dmiso.studies.tools import tool_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dmiso.evaluate.score_column import ScoreColumn
    from dmiso.io.transcripts import Transcript
    from dmiso.records import Counts
    from dmiso.settings.study import StudySettings
    from dmiso.studies.settings import StudyInputs
    from dmiso.studies.store import Step
    from dmiso.studies.tools import ToolBox

__all__ = [
    "CONTROL",
    "TABLE_2",
    "control_sites",
    "judged_rows",
    "mirtarbase_sites",
    "table_two_control",
    "table_two_rows",
    "table_two_tools",
]

TABLE_2: Final = "Table 2 recall"
CONTROL: Final = "miRTarBase, miRNAs of other rows (control)"
_NAME: Final = "miRTarBase"


def mirtarbase_sites(
    inputs: StudyInputs, transcripts: Mapping[str, Transcript], exclude: tuple[Path, ...], counts: Counts
) -> pl.DataFrame:
    """Read miRTarBase's sites as positives, functional or not, lengthened and held to 30 nt as in the paper.

    Parameters
    ----------
    inputs
        Of the study, with ``mirtarbase`` and ``mature``.
    transcripts
        mRNAs and 3'UTRs by name, with the names of their genes.
    exclude
        Tables whose sites they must share no 16-mer with: those trained on.
    counts
        Filled with everything kept and dropped.

    Returns
    -------
    polars.DataFrame
        Interactions with ``cluster``; all have label 1, as in the paper, and ``source`` says what miRTarBase says.

    Raises
    ------
    NothingKeptError
        If none is left.
    """
    assert inputs.mirtarbase is not None
    sources = Sources((inputs.mirtarbase,), (MIRTARBASE.name,), mature=inputs.mature, exclude=exclude)
    frame = gather_positives(sources, BuildSettings(), transcripts, counts, keep_negatives=True)
    return frame.with_columns(
        pl.Series("cluster", site_clusters(frame["target_sequence"].to_list())), label=pl.lit(1, pl.Int8)
    )


def control_sites(sites: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return distinct sites with the miRNAs of other rows; rows that were dealt their own are left out."""
    dealt = dealt_anew(sites, stage_seed(seed, "miRTarBase control"))
    return dealt.filter(dealt["mirna_sequence"] != sites["mirna_sequence"])


def table_two_rows(
    mode: str, sites: pl.DataFrame, columns: Sequence[ScoreColumn], settings: StudySettings
) -> pl.DataFrame:
    """Measure recall on all sites, and on those of each support type.

    Parameters
    ----------
    mode
        paper, honest, or both for what does not depend on it.
    sites
        As :func:`mirtarbase_sites` gives them.
    columns
        Scores of the sites, of any subjects.
    settings
        Replicates and seed.

    Returns
    -------
    polars.DataFrame
        Columns ``ROW_COLUMNS``; ``data`` is ``miRTarBase``, or with the support type ``miRTarBase, functional``.
    """
    parts = []
    for source, here in groups_of(sites):
        own = [column if column.values is None else inside(column, here) for column in columns]
        key = (TABLE_2, _data_of(source), mode)
        parts.append(measured(key, sites.filter(pl.Series(here)), own, settings, names=("recall",)))
    return pl.concat(parts)


def table_two_control(
    mode: str, dealt: pl.DataFrame, columns: Sequence[ScoreColumn], settings: StudySettings
) -> pl.DataFrame:
    """Measure the share of sites called positive with the miRNAs of other rows: what a recall has to be read against.

    Parameters
    ----------
    mode, settings
        As for :func:`table_two_rows`.
    dealt
        As :func:`control_sites` gives them.
    columns
        Scores of these rows.
    """
    found = measured((TABLE_2, CONTROL, mode), dealt, columns, settings, names=("recall",))
    return _as_control(found, dealt.height)


def _as_control(found: pl.DataFrame, n_rows: int) -> pl.DataFrame:
    """Call the recall of rows that are no positives what it is."""
    return found.with_columns(
        metric=pl.lit("share called positive"),
        positives=pl.lit(None, pl.Int64),
        negatives=pl.coalesce(pl.col("positives"), pl.lit(n_rows, pl.Int64)),
    )


def table_two_tools(
    sites: pl.DataFrame, dealt: pl.DataFrame, tools: ToolBox, settings: StudySettings, counts: Counts
) -> pl.DataFrame:
    """Measure the tools of Table 2, which know no mode; one that is neither here nor given is a row that says so."""
    own = tools.columns(sites, counts, every=True)
    control = [tool for tool in tools.columns(dealt, counts, every=True) if tool.values is not None]
    recall: dict[str, Any] = {"settings": settings, "names": ("recall",)}
    found = [
        tool_rows((TABLE_2, _data_of(source), "both"), {"": pl.Series(here)}, sites, own, **recall)
        for source, here in groups_of(sites)
    ]
    called = tool_rows((TABLE_2, CONTROL, "both"), {"": None}, dealt, control, **recall)
    return pl.concat([*found, _as_control(called, dealt.height)])


def judged_rows(data: str, step: Step) -> pl.DataFrame:
    """Say how many rows of a table of positives could be judged, and where the others went.

    Parameters
    ----------
    data
        Name of the table.
    step
        Its positives, with what was counted on the way.
    """
    judged, dropped = step.frame.height, step.counts["dropped"]
    read = judged + sum(dropped.values())
    lost = "; ".join(f"{n:,} {what}" for what, n in sorted(dropped.items(), key=lambda item: -item[1]))
    note = f"{judged:,} of {read:,} rows" + (f"; left out: {lost}" if lost else "")
    row = plain_row(TABLE_2, data, "rows judged", "share of rows", value=judged / read, note=note)
    return rows_frame([row])


def _data_of(source: str) -> str:
    """Return how tables call a source.

    Examples
    --------
    >>> _data_of("all"), _data_of("mirtarbase-non-functional-weak")
    ('miRTarBase', 'miRTarBase, non-functional (weak)')
    """
    if source == ALL_SOURCES:
        return _NAME
    support = source.removeprefix(f"{MIRTARBASE.name}-")
    weak = support.removesuffix("-weak")
    return f"{_NAME}, {weak}" + (" (weak)" if weak != support else "")
