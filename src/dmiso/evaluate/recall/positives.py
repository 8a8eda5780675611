"""The positives whose recall is measured: of a labelled table, or miRTarBase's target sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dmiso.dataset.gather import gather_positives
from dmiso.dataset.layouts import MIRTARBASE, sniff_layout
from dmiso.dataset.mirna_names import MirnaNames
from dmiso.dataset.settings import Sources
from dmiso.errors import UsageError
from dmiso.evaluate.labelled import first_fields, read_labelled
from dmiso.io.streams import display_name
from dmiso.io.tables import read_batches
from dmiso.losses import require_kept
from dmiso.records import Counts
from dmiso.settings.dataset import BuildSettings

if TYPE_CHECKING:
    from dmiso.evaluate.inputs import EvaluateInputs

__all__ = ["Positives", "is_mirtarbase", "read_positives"]


class Positives(NamedTuple):
    """Positives, and what the names of their miRNAs may stand for (None for a labelled table)."""

    table: pl.DataFrame
    names: pl.DataFrame | None = None


def is_mirtarbase(inputs: EvaluateInputs) -> bool:
    """Return whether an evaluation's table has the header of miRTarBase's downloads, and no other layout is named."""
    return inputs.layout is None and sniff_layout(first_fields(inputs.labelled)) is MIRTARBASE


def read_positives(inputs: EvaluateInputs, counts: Counts) -> Positives:
    """Read the positives of an evaluation's table.

    Parameters
    ----------
    inputs
        Files of the evaluation.
    counts
        Filled with everything kept, dropped and changed.

    Returns
    -------
    Positives
        Of a labelled table the rows labelled 1. Of miRTarBase every support type, non-functional ones too, as in the
        paper; their sites are found on the gene's 3'UTR, lengthened and held to 30 nt by the paper's site rule.

    Raises
    ------
    UsageError
        If miRTarBase comes without reference miRNAs, or they come with another table.
    NothingKeptError
        If no positive is left.
    """
    if is_mirtarbase(inputs):
        return _of_mirtarbase(inputs, counts)
    if inputs.mature is not None or inputs.utrs is not None:
        raise UsageError(
            f"--mature and --utrs are for miRTarBase's file of target sites, and {display_name(inputs.labelled)} is "
            "another table. Leave them out."
        )
    read = Counts()
    table = read_labelled(inputs.labelled, read, layout=inputs.layout, columns=inputs.columns)
    counts.keep("positive pairs", read.kept["positive pairs"])
    counts.notes.update(read.notes)
    positives = table.filter(pl.col("label") == 1)
    if positives.height < table.height:
        if inputs.scores:
            raise UsageError(
                f"{display_name(inputs.labelled)} has negatives, which a recall leaves out, so that the rows of "
                "--scores would not fit. Give a table of positives alone, and their scores."
            )
        counts.drop("negative pairs: a recall is of positives alone", table.height - positives.height)
    counts.flow(
        "pairs", table.height, positives.height, outcome="of label 1", hint="Check --label-column", large=1
    )
    require_kept(counts, path=display_name(inputs.labelled))
    return Positives(positives)


def _of_mirtarbase(inputs: EvaluateInputs, counts: Counts) -> Positives:
    """Read miRTarBase's target sites."""
    if inputs.mature is None:
        raise UsageError(
            f"{display_name(inputs.labelled)} is miRTarBase's: it has miRNA names but no nucleotides. "
            "Give reference miRNAs with --mature mature.fa."
        )
    sources = Sources((inputs.labelled,), (MIRTARBASE.name,), mature=inputs.mature, utrs=inputs.utrs)
    utrs = sources.read_transcripts(counts)
    table = gather_positives(sources, BuildSettings(), utrs, counts, keep_negatives=True)
    names: dict[str, None] = {}
    for batch in read_batches(inputs.labelled):
        names.update(dict.fromkeys(batch.frame["miRNA"].fill_null("").str.strip_chars().to_list()))
    return Positives(table, MirnaNames(inputs.mature, Counts()).candidates(names))
