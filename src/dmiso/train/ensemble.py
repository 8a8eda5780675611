"""Trained model directories joined to an ensemble whose mean logit is calibrated on labelled pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from dmiso.errors import InputError, UsageError
from dmiso.evaluate.labelled import read_labelled
from dmiso.io.streams import base_name, display_name
from dmiso.models.ensemble import joined, write_ensemble
from dmiso.models.registry import resolve
from dmiso.predict.background import background_quantiles
from dmiso.predict.predictor import Predictor
from dmiso.train.platt import platt_calibration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from dmiso.models.calibration import Calibration
    from dmiso.models.store import StoredModel
    from dmiso.records import Counts

__all__ = ["calibrated", "calibration_pairs", "join_files"]


def join_files(
    models: Sequence[str | PathLike[str]],
    output: Path,
    counts: Counts,
    *,
    pairs: Path | None = None,
    transcripts: Path | None = None,
    name: str | None = None,
) -> StoredModel:
    """Join trained models into one model directory.

    Parameters
    ----------
    models
        Bundled names or directories, at least two, of one network and one set of settings.
    output
        Directory to make.
    counts
        Filled: rows read and used for the calibration, or that there is none.
    pairs
        Labelled table that the members were not trained on; its rows named ``validation`` calibrate the mean logit,
        all rows where it has no column ``split``. None leaves the ensemble without calibration.
    transcripts
        FASTA whose random windows, with miRNAs of ``pairs``, are the background of percentiles; None gives none.
    name
        Of the model; None is the directory's name.

    Returns
    -------
    StoredModel

    Raises
    ------
    UsageError, ModelError, InputError
        If the models cannot be joined, or the pairs cannot calibrate.

    Examples
    --------
    >>> join_files(["seed0", "seed1"], Path("both"), Counts(), pairs=Path("pairs.tsv"))  # doctest: +SKIP
    """
    if transcripts is not None and pairs is None:
        raise UsageError("--transcripts needs --pairs: the background is drawn with its miRNAs.")
    members = [resolve(model) for model in models]
    if pairs is None:
        counts.note(
            "ensemble without calibration: its scores rank pairs and are no probabilities (see --pairs)"
        )
        return write_ensemble(output, members, name=name)
    model = joined(members, name or output.name)
    table = calibration_pairs(pairs, counts)
    calibration = calibrated(model, table, counts)
    if transcripts is not None:
        mirnas = sorted(set(table["mirna_sequence"]))
        quantiles = background_quantiles(model, mirnas, transcripts, counts)
        calibration = msgspec.structs.replace(calibration, percentile=quantiles)
    said = f"{table.height:,} pairs of `{base_name(pairs)}`"
    return write_ensemble(output, members, name=name, calibration=calibration, calibrated_on=said)


def calibration_pairs(pairs: Path, counts: Counts) -> pl.DataFrame:
    """Read the rows of a labelled table that may calibrate: those named ``validation``, or all without a split.

    Raises
    ------
    InputError
        If there are no such rows, or all have one label.
    """
    table = read_labelled(pairs, counts)
    if "split" in table.columns:
        table = table.filter(pl.col("split") == "validation")
    n_positive = int(table["label"].sum() or 0)
    if n_positive in {0, table.height}:
        raise InputError(
            f"{n_positive} of {table.height} rows to calibrate on are positives; both labels are needed",
            path=display_name(pairs),
            hint="Where the table has a column split, its rows named validation are used",
        )
    counts.keep("pairs the calibration is fitted on", table.height)
    return table


def calibrated(model: StoredModel, table: pl.DataFrame, counts: Counts) -> Calibration:
    """Fit a calibration to a model's logits of labelled pairs.

    Parameters
    ----------
    model
        Any model; its own calibration is not used.
    table
        Labelled pairs that it was not trained on, both labels present.
    counts
        Gets a note if the logits do not rise with the labels.

    Returns
    -------
    Calibration
        Platt's, with the share of positives as prior, without percentiles.
    """
    scored = Predictor(model).predict(table.select("mirna_sequence", "target_sequence"))
    calibration, separates = platt_calibration(scored["logit"].to_numpy(), table["label"].to_numpy())
    if not separates:
        counts.note("the ensemble does not tell these pairs apart: every score is the share of positives")
    return calibration
